"""Pairs of texts: compared, and which of them match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.cluster.bounds import ALIGNED_PAIRS, ANY, PAIRS
from dedup.cluster.held import looked_up
from dedup.cluster.proposing import proposed
from dedup.cluster.sharing import BLOCK, Sharing
from dedup.kernel.likeness import LIKENESS, measured, strangers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.cluster.source import Contents, Criteria, Source
    from dedup.kernel.arrays import F64, I32, I64, U8, Bools
    from dedup.kernel.candidates import Limits
    from dedup.kernel.likeness import Sets

MEASURED: Final = 1 << 15
"""Pairs that are measured together: few, so that most of what is said of them never leaves the cache."""

PROPOSED: Final = 1 << 14
"""Pairs after which it is seen whether the texts needed are as many as may be held."""


class Pairs(NamedTuple):
    """
    Pairs `left` < `right`, with their shingle counts, all (p,); and how often a text was forgotten.

    left_parts, right_parts  (p, PARTS)  float64  what speaks against either; without rows where texts were not aligned
    """

    left: I64
    right: I64
    shared: I64
    left_size: I64
    right_size: I64
    left_parts: F64
    right_parts: F64
    forgotten: int

    @classmethod
    def of(cls, rows: I32, equal: U8, sets: Sets, criteria: Criteria) -> Pairs:
        """
        Compare pairs of texts, (p, 2), with so many equal low bytes.

        Those that are told apart without being looked at, so that they never match, are left out.
        """
        left, right = (sets.slots[texts].astype(np.int64) for texts in rows.T)
        if criteria.aligned and criteria.threshold > 1:
            worth = ~strangers(left, right, equal, sets)
            rows, left, right, equal = rows[worth], left[worth], right[worth], equal[worth]
        both, straight, turned = measured(left, right, equal, sets, criteria.aligned, criteria.threshold)
        counts = (both.astype(np.int64), sets.sizes[left].astype(np.int64), sets.sizes[right].astype(np.int64))
        one, other = rows.astype(np.int64).T
        return cls(one, other, *counts, straight, turned, 0)

    def some(self, chosen: Bools) -> Pairs:
        """Choose pairs."""
        counts = (self.shared[chosen], self.left_size[chosen], self.right_size[chosen])
        parts = (self.left_parts, self.right_parts)
        if len(self.left_parts):
            parts = (self.left_parts[chosen], self.right_parts[chosen])
        return Pairs(self.left[chosen], self.right[chosen], *counts, *parts, self.forgotten)

    def matching(self, criteria: Criteria) -> Pairs:
        """Choose the pairs of which one may go because of the other."""
        union = self.left_size + self.right_size - self.shared
        chosen = self.shared >= criteria.threshold * union
        if criteria.aligned:
            chosen |= np.maximum(self.left_parts[:, LIKENESS], self.right_parts[:, LIKENESS]) >= criteria.likeness
        else:
            chosen |= self.shared >= criteria.containment * np.minimum(self.left_size, self.right_size)
        return self.some(chosen)


def compared(source: Contents, left: I64, right: I64, criteria: Criteria) -> Pairs:
    """Compare pairs of texts, whatever proposed them."""
    texts, ends = np.unique(np.stack((left, right)), return_inverse=True)
    sets = looked_up(source, texts, ordered=criteria.aligned, likeness=criteria.likeness)
    found = Pairs.of(ends.reshape(2, -1).T.astype(np.int32), np.zeros(len(left), np.uint8), sets, criteria)
    return found._replace(left=texts[found.left], right=texts[found.right])


def matching_pairs(source: Source, criteria: Criteria, *, block: int = BLOCK) -> Iterator[Pairs]:
    """
    Find all pairs of which one may go because of the other, as `settle` has it; in blocks.

    Of a bucket's texts each is compared with the first `PAIRS`, or `ALIGNED_PAIRS`.
    """
    sharing = Sharing(source, np.ones(len(source.there), bool), criteria, most=ANY, block=block)
    every = np.arange(len(sharing.rows))
    for found in neighbours(sharing, every, every, sharing.limits, ALIGNED_PAIRS if criteria.aligned else PAIRS):
        some = found.matching(criteria)
        yield some._replace(left=sharing.rows[some.left], right=sharing.rows[some.right])


def neighbours(sharing: Sharing, order: I64, owners: I64, limits: Limits, limit: int) -> Iterator[Pairs]:
    """Compare every two texts that share enough, by their numbers there; buckets remember `limit` texts."""
    waiting = _Waiting(len(sharing.rows))
    for found in proposed(sharing, order, owners, limits, limit):
        waiting.forgotten += found.forgotten
        for at in range(0, len(found.rows), PROPOSED):
            waiting.add(found.rows[at : at + PROPOSED], found.equal[at : at + PROPOSED], sharing.words)
            if sharing.fills(waiting.words):
                yield from waiting.compared(sharing)
                waiting = _Waiting(len(sharing.rows))
    yield from waiting.compared(sharing)


class _Waiting:
    """Pairs that are to be compared, and the texts needed for that."""

    def __init__(self, texts: int) -> None:
        self.words = 0
        self.forgotten = 0
        self._needed = np.zeros(texts, bool)
        self._rows = [np.empty((0, 2), np.int32)]
        self._equal = [np.empty(0, np.uint8)]

    def add(self, rows: I32, equal: U8, words: I64) -> None:
        """Take pairs of texts of so many words."""
        texts = rows.ravel()
        new = np.unique(texts[~self._needed[texts]])
        self._needed[new] = True
        self.words += int(words[new].sum())
        self._rows.append(rows)
        self._equal.append(equal)

    def compared(self, sharing: Sharing) -> Iterator[Pairs]:
        """Compare all pairs, some at a time."""
        sets = sharing.sets(self._needed)
        forgotten = self.forgotten
        rows, equal = np.concatenate(self._rows), np.concatenate(self._equal)

        def compare(some: slice) -> Pairs:
            return Pairs.of(rows[some], equal[some], sets, sharing.criteria)

        parts = [slice(at, at + MEASURED) for at in range(0, max(1, len(rows)), MEASURED)]
        for found in sharing.map(compare, parts):
            yield found._replace(forgotten=forgotten)
            forgotten = 0
