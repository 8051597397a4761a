"""Copies as far as they reach: chains of equal words joined, and the words next to them and between matched too."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from dedup.kernel.repeats import Chains, chains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.kernel.arrays import I32, I64, Bools
    from dedup.kernel.words import Words
    from dedup.repeats.layout import Layout

Blocks: TypeAlias = list[tuple[int, int, int]]
"""First place, second place, and how many equal words; see `kernel.repeats`."""

JOIN: Final = 200  # words between two chains of one copy: a block of advertisements, an added paragraph
LEAD: Final = 10  # unlinked words at a line's edge behind which the line next to it may still belong to the copy
EDIT: Final = 30  # unlinked words at a line's edge that are matched one by one
SPECK: Final = 48  # linked words of a part of a line that may still grow, at its edges, into a body
SHORT: Final = 120  # words of a line that may be matched without a chain of its own
SLACK: Final = 2  # words by which a line and its counterpart may be shifted
FEW: Final = 3  # words of which half are enough; of longer lines three fifths
HEADLINE: Final = 0.85  # share of equal words where a headline may stand: a changed one stays


@dataclass(frozen=True)
class Run:
    """A later stretch of words and, for each of them, the earlier word it says again."""

    low: int
    mates: I64
    """(high - low,): the place of the earlier word, or -1."""

    @property
    def high(self) -> int:
        """Behind the last word."""
        return self.low + len(self.mates)

    @cached_property
    def _linked(self) -> I64:
        """(k,): the words that have a mate."""
        return np.flatnonzero(self.mates >= 0) + self.low

    @cached_property
    def _before(self) -> list[int]:
        """How many words with a mate stand before each word, and before the end."""
        return [0, *np.cumsum(self.mates >= 0).tolist()]

    def _place(self, word: int) -> int:
        """Count the words with a mate before a word."""
        before = self._before
        at = word - self.low
        return before[at] if 0 <= at < len(before) else before[-1] if at > 0 else 0

    def said(self, first: int, last: int) -> I64:
        """Give those of the words from `first` to before `last` that have a mate."""
        return self._linked[self._place(first) : self._place(last)]

    def count(self, first: int, last: int) -> int:
        """Count them."""
        return self._place(last) - self._place(first)

    def says(self, words: I64) -> Bools:
        """Tell which of some words have a mate."""
        inside = (words >= self.low) & (words < self.high)
        return inside & (self.mates[np.where(inside, words - self.low, 0)] >= 0)

    def mate(self, word: int) -> int:
        """Give a word's mate."""
        return int(self.mates[word - self.low])


def linked(words: Words) -> Chains:
    """Link the words of one document to their first places."""
    return chains(words.hashes, np.array([0, len(words.hashes)], np.int64))


def _align(words: Words, i: int, i_end: int, j: int, j_end: int) -> Blocks:
    """Match the few words between two links, in order."""
    matcher = SequenceMatcher(None, words.hashes[i:i_end].tolist(), words.hashes[j:j_end].tolist(), autojunk=False)
    return [(i + match.a, j + match.b, match.size) for match in matcher.get_matching_blocks() if match.size]


def _joined(blocks: I32, bounds: I64) -> Iterator[Blocks]:
    """Join chains that follow one another in both places."""
    run: Blocks = []
    for start, end in pairwise(bounds):
        chain = [(int(i), int(j), int(size)) for i, j, size in blocks[start:end]]
        if run:
            ahead = chain[0][0] - run[-1][0] - run[-1][2]
            behind = chain[0][1] - run[-1][1] - run[-1][2]
            if not (0 <= ahead <= JOIN and behind <= JOIN and chain[-1][0] + chain[-1][2] <= run[0][1]):
                yield run
                run = []
        run += chain
    if run:
        yield run


def _enough(layout: Layout, matched: Blocks, size: int) -> bool:
    """Tell whether a line next to a copy belongs to it: most of its words do; nearly all where a headline may stand."""
    equal = sum(block[2] for block in matched)
    if not equal:
        return False
    share = HEADLINE if layout.line_of(matched[0][0]) == 0 else 0.6 if size > FEW else 0.5
    return equal >= share * size


def _reach_back(layout: Layout, blocks: Blocks, floor: int) -> None:
    """Put in front the short lines before the copy that stand so before the first copy."""
    i, j, _ = blocks[0]
    line = layout.line_of(j)
    i -= j - layout.heads[line]
    end = blocks[-1][0] + blocks[-1][2]
    if j - layout.heads[line] > LEAD:
        return
    while line > 0 and i > 0:
        line -= 1
        head, tail = layout.heads[line], layout.tails[line]
        if head == tail:
            continue
        if tail - head > SHORT or head < max(floor, end):
            return
        matched = _align(layout.words, max(0, i - (tail - head) - SLACK), i, head, tail)
        if not _enough(layout, matched, tail - head):
            return
        blocks[:0] = matched
        i = matched[0][0] - (matched[0][1] - head)


def _reach_on(layout: Layout, blocks: Blocks, ceiling: int) -> None:
    """Append the short lines behind the copy that stand so behind the first copy."""
    i, j = blocks[-1][0] + blocks[-1][2], blocks[-1][1] + blocks[-1][2]
    line = layout.line_of(j - 1)
    i += layout.tails[line] - j
    if layout.tails[line] - j > LEAD:
        return
    limit = blocks[0][1]
    while line + 1 < len(layout.lines) and i < limit:
        line += 1
        head, tail = layout.heads[line], layout.tails[line]
        if head == tail:
            continue
        if tail - head > SHORT or tail > ceiling:
            return
        matched = _align(layout.words, i, min(limit, i + (tail - head) + SLACK), head, tail)
        if not _enough(layout, matched, tail - head):
            return
        blocks += matched
        i = matched[-1][0] + matched[-1][2] + tail - matched[-1][1] - matched[-1][2]


def _fill_in(layout: Layout, blocks: Blocks, floor: int, ceiling: int) -> None:
    """Match the words between the links, and those left at either end of the lines where copy and first copy end."""
    words = layout.words
    for (i, j, size), (i_next, j_next, _) in list(pairwise(blocks)):
        left, right = i_next - i - size, j_next - j - size
        if min(left, right) > 0 and max(left, right) > 1:  # one word for one was compared already
            blocks += _align(words, i + size, i_next, j + size, j_next)
    i, j = blocks[0][:2]
    head, twin_head = layout.heads[layout.line_of(j)], layout.heads[layout.line_of(i)]
    end = blocks[-1][0] + blocks[-1][2]
    if max(head, floor, end) == head < j <= head + EDIT and twin_head < i <= twin_head + EDIT:
        blocks += _align(words, twin_head, i, head, j)
    i, j = max((i + size, j + size) for i, j, size in blocks)
    tail, twin_tail = layout.tails[layout.line_of(j - 1)], layout.tails[layout.line_of(i - 1)]
    if j < tail <= min(ceiling, j + EDIT) and i < twin_tail <= min(head, i + EDIT):
        blocks += _align(words, i, twin_tail, j, tail)


def _is_speck(layout: Layout, blocks: Blocks) -> bool:
    """Tell whether a copy is so small a part of one line that it can be neither that line nor a body."""
    (_, low, _), (_, last, size) = blocks[0], blocks[-1]
    line = layout.line_of(low)
    words = last + size - low
    return (
        words < SPECK and layout.tails[line] - layout.heads[line] > 2 * (words + 2 * EDIT) and last < layout.tails[line]
    )


def runs(layout: Layout) -> Iterator[tuple[Run, int]]:
    """Give each copy as far as it reaches, in text order, and where the next one begins at the earliest."""
    words = len(layout.words.hashes)
    found = linked(layout.words)
    joined = list(_joined(found.blocks, found.chains))
    floor = 0
    for number, run in enumerate(joined):
        ceiling = joined[number + 1][0][1] if number + 1 < len(joined) else words
        if _is_speck(layout, run):
            continue
        _reach_back(layout, run, floor)
        _reach_on(layout, run, ceiling)
        _fill_in(layout, run, floor, ceiling)
        low = min(block[1] for block in run)
        floor = max(block[1] + block[2] for block in run)
        mates = np.full(floor - low, -1, np.int64)
        for i, j, size in run:
            mates[j - low : j - low + size] = np.arange(i, i + size)
        yield Run(low, mates), ceiling
