"""Arrays in, arrays out: the compiled heart of the house."""
