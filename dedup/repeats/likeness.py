"""How alike two spans of one document are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from dedup.kernel.arrays import U64
    from dedup.kernel.words import Words
    from dedup.records import Span

SHINGLE: Final = 3
MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
SHIFT: Final = np.uint64(29)


def shingles(words: Words, first: int, last: int) -> U64:
    """Give the distinct shingles of the words from `first` to before `last`, hashed; fewer words are one shingle."""
    hashes = words.hashes[first:last]
    size = min(SHINGLE, len(hashes))
    state = np.zeros(len(hashes) - size + 1, np.uint64)
    for ahead in range(size):
        state = state * MULTIPLIER + hashes[ahead : len(hashes) - size + 1 + ahead]
        state ^= state >> SHIFT
    return np.unique(state)


def jaccard(words: Words, first: Span, second: Span) -> float:
    """Measure the exact Jaccard similarity of the 3-word shingle sets of two spans that hold words."""
    one, other = (
        shingles(
            words,
            int(np.searchsorted(words.starts, span.start)),
            int(np.searchsorted(words.ends, span.end, side="right")),
        )
        for span in (first, second)
    )
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)
