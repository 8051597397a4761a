"""Texts with the same words in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.cluster.buckets import TABLE
from dedup.kernel.collisions import repeated

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U64


def exact_groups(wholes: U64, words: I32, order: I64) -> I64:
    """
    Find texts with the same words in the same order.

    wholes (n, 2) uint64, words (n,) int32. Returns (n,) int64: for each text in `order` the first in that order of
    its like, itself where there is none; texts without words and texts not in `order` are their own.
    """
    leaders = np.arange(len(words), dtype=np.int64)
    some = order[words[order] > 0]
    some = some[repeated(wholes[some, 0], np.ones(len(some), bool), TABLE)]
    key = np.lexsort((np.arange(len(some)), wholes[some, 1], wholes[some, 0]))
    ranked = some[key]
    new = np.ones(len(ranked), bool)
    new[1:] = (wholes[ranked[1:]] != wholes[ranked[:-1]]).any(axis=1)
    firsts = np.flatnonzero(new)
    leaders[ranked] = ranked[firsts[np.cumsum(new) - 1]] if len(ranked) else ranked
    return leaders
