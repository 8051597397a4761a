"""What bears witness to a removal, and how alike the two are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.kernel.words import Words

SHINGLE: Final = 3
MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
SHIFT: Final = np.uint64(29)


def shingles(words: Words, first: int, last: int) -> set[int]:
    """Give the shingles of the words from `first` to before `last`, hashed; fewer words are one shingle."""
    hashes = words.hashes[first:last]
    size = min(SHINGLE, len(hashes))
    state = np.zeros(len(hashes) - size + 1, np.uint64)
    for ahead in range(size):
        state = state * MULTIPLIER + hashes[ahead : len(hashes) - size + 1 + ahead]
        state ^= state >> SHIFT
    return {*state.tolist()}


def inside(words: Words, start: int, end: int) -> tuple[int, int]:
    """Give the first of the words inside a stretch of text and the one behind the last."""
    # a Python integer would have the whole array converted at every call
    first = np.searchsorted(words.starts, np.int32(start))
    return int(first), int(np.searchsorted(words.ends, np.int32(end), side="right"))


def jaccard(words: Words, first: Span, second: Span) -> float:
    """Measure the exact Jaccard similarity of the 3-word shingle sets of two spans that hold words."""
    one, other = (shingles(words, *inside(words, span.start, span.end)) for span in (first, second))
    return len(one & other) / len(one | other)


def witness(words: Words, twin: Span, spans: Sequence[Span], twins: Sequence[Span]) -> Span:
    """
    Give the longest part of a twin that stays; of one that goes altogether, that of the words it said again.

    `spans` go, in text order, and `twins` are what they say again.
    """
    while True:
        first = bisect_right(spans, twin.start, key=lambda span: span.end)
        within = spans[first : bisect_left(spans, twin.end, key=lambda span: span.start)]
        edges = [twin.start, *(edge for span in within for edge in (span.start, span.end)), twin.end]
        longest = max((_fit(words, *part) for part in zip(edges[::2], edges[1::2], strict=True)), key=len)
        if not within:
            return twin
        if len(longest):
            return longest
        source = twins[first]
        start = min(source.start + max(0, twin.start - spans[first].start), source.end - 1)
        twin = _fit(words, start, min(source.end, start + len(twin)))
        if not len(twin):
            twin = source


def _fit(words: Words, start: int, end: int) -> Span:
    """Give the span of the words inside a stretch of text; an empty one if there are none."""
    first, last = inside(words, start, end)
    return Span(int(words.starts[first]), int(words.ends[last - 1])) if first < last else Span(start, start)
