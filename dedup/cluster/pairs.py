"""Pairs of texts: compared, and which of them match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.cluster.bounds import ALIGNED_PAIRS, ANY, PAIRS
from dedup.cluster.proposing import proposed
from dedup.cluster.sharing import BLOCK, Sharing
from dedup.kernel.likeness import LIKENESS, Sets, measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.cluster.source import Contents, Criteria, Source
    from dedup.kernel.arrays import F64, I64, Bools
    from dedup.kernel.candidates import Limits

MEASURED: Final = 1 << 14
"""Pairs that are measured together: few, so that most of what is said of them never leaves the cache."""

PROPOSED: Final = 1 << 12
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
    def of(cls, left: I64, right: I64, sets: Sets, criteria: Criteria) -> Pairs:
        """Compare pairs of texts, numbered as sets are."""
        both, straight, turned = measured(left, right, sets, criteria.aligned, criteria.threshold)
        sizes = sets.sizes[left].astype(np.int64), sets.sizes[right].astype(np.int64)
        return cls(left, right, both.astype(np.int64), *sizes, straight, turned, 0)

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
    rows, ends = np.unique(np.stack((left, right)), return_inverse=True)
    sets = Sets.of((source.sequences if criteria.aligned else source.sets)(rows))
    one, other = ends.reshape(2, -1)
    return Pairs.of(one, other, sets, criteria)._replace(left=left, right=right)


def matching_pairs(source: Source, criteria: Criteria, *, block: int = BLOCK) -> Iterator[Pairs]:
    """
    Find all pairs of which one may go because of the other, as `settle` has it; in blocks.

    Of a bucket's texts each is compared with the first `PAIRS`, or `ALIGNED_PAIRS`.
    """
    sharing = Sharing(source, np.ones(len(source.words), bool), criteria, most=ANY, block=block)
    every = np.arange(len(sharing.rows))
    for found in neighbours(sharing, every, every, sharing.limits, ALIGNED_PAIRS if criteria.aligned else PAIRS):
        some = found.matching(criteria)
        yield some._replace(left=sharing.rows[some.left], right=sharing.rows[some.right])


def neighbours(sharing: Sharing, order: I64, owners: I64, limits: Limits, limit: int) -> Iterator[Pairs]:
    """Compare every two texts that share enough, by their numbers there; buckets remember `limit` texts."""
    waiting, left_out, needed = [np.empty((0, 2), np.int64)], 0, np.zeros(len(sharing.rows), bool)
    for found, forgotten in proposed(sharing, order, owners, limits, limit):
        left_out += forgotten
        for rows in np.split(found, range(PROPOSED, len(found), PROPOSED)):
            waiting.append(rows)
            needed[rows.ravel()] = True
            if sharing.fills(needed):
                yield from _of_block(sharing, np.concatenate(waiting), needed, left_out)
                waiting, left_out, needed = waiting[:1], 0, np.zeros(len(sharing.rows), bool)
    yield from _of_block(sharing, np.concatenate(waiting), needed, left_out)


def _of_block(sharing: Sharing, rows: I64, needed: Bools, forgotten: int) -> Iterator[Pairs]:
    """Compare some pairs of the texts needed; what was loaded for that is let go before the next ones are."""
    sets = sharing.sets(needed)

    def compare(some: I64) -> Pairs:
        left, right = some.T
        found = Pairs.of(sets.slots[left].astype(np.int64), sets.slots[right].astype(np.int64), sets, sharing.criteria)
        return found._replace(left=left, right=right)

    for found in sharing.map(compare, np.split(rows, range(MEASURED, len(rows), MEASURED))):
        yield found._replace(forgotten=forgotten)
        forgotten = 0
