"""Pages of markup: their main text, and what they tell of themselves."""
