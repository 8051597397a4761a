"""What the words of blocks say: how much more often they and pairs of them stand in furniture than in main text."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup.markup.arrays import F32
    from dedup.markup.words import Words

Wordings: TypeAlias = "Mapping[str, int]"
"""Weights, -127 to 127, of words and of pairs of words with a space between; the higher, the more like furniture."""


def terms(words: Words) -> Words:
    """Give words, and every two in a row."""
    return [*words, *map(" ".join, pairwise(words))]


def spoken(tokens: Sequence[Words], wordings: Wordings) -> F32:
    """
    Give a row of numbers for each block's words, (n, 6), zeros where none of them is known.

    Of the weights of what is known: mean, least, greatest, and sum by the root of their number; the share that is
    known; and the mean of the means of the two blocks before and the two behind.
    """
    rows = np.zeros((len(tokens), 6), np.float32)
    for row, words in zip(rows, tokens, strict=True):
        said = terms(words)
        known = [wordings[term] for term in said if term in wordings]
        if known:
            total = sum(known)
            row[:5] = (total / len(known), min(known), max(known), total / len(known) ** 0.5, len(known) / len(said))
    if len(rows):
        wide = np.pad(rows[:, 0], 2, mode="edge")
        rows[:, 5] = (wide[:-4] + wide[1:-3] + wide[3:-1] + wide[4:]) / 4
    return rows
