"""Texts that meet in the buckets of an index, each with those that come before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.kernel.agreement import equal_bytes
from dedup.kernel.candidates import seems
from dedup.kernel.growth import grown_rows
from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64, U8, Bools
    from dedup.kernel.candidates import Limits


@compiled
def met(
    keys: I64,
    components: I64,
    references: Bools,
    fresh: Bools,
    signatures: U8,
    limits: I64,
    known: int,
    every: bool,
) -> tuple[I64, I64, int]:
    """
    Pair each text of a bucket with its leaders, the first texts there.

    keys        (n,)    int64  buckets; equal ones stand together, in the order of visits
    components  (n,)    int64  texts of one are not paired
    references  (n,)    bool   texts of reference sources
    fresh       (n,)    bool   new texts; others are not paired with one another
    signatures  (n, w)  uint8  low bytes of MinHash values
    limits      (n,)    int64  leaders of the bucket at most
    known               int    so many texts, all of one bucket, are leaders that have been paired
    every               bool   whether texts of which none is a reference are paired too

    Returns (p, 4) int64, the places of a text and of its leader, how many of their bytes are equal, and 1 where the
    bucket had all its leaders; (l,) int64, the places of the last bucket's leaders; and how often a text came too late
    to be one.
    """
    rows = np.empty((1024, 4), np.int64)
    leaders = np.arange(max(known, limits.max()))
    count = known
    made = 0
    late = 0
    for at in range(known, len(keys)):
        if at == 0 or keys[at] != keys[at - 1]:
            count = 0
        for nth in range(count):
            other = leaders[nth]
            if components[at] == components[other] or not (fresh[at] or fresh[other]):
                continue
            if not (every or references[at] or references[other]):
                continue
            if made == len(rows):
                rows = grown_rows(rows, made, 2 * made)
            rows[made, 0], rows[made, 1] = at, other
            rows[made, 2] = equal_bytes(signatures, at, other)
            rows[made, 3] = count == limits[at]
            made += 1
        if count < limits[at]:
            leaders[count] = at
            count += 1
        else:
            late += 1
    return rows[:made].copy(), leaders[:count].copy(), late


@compiled
def promises(counts: I64, limits: Limits) -> I64:
    """
    Tell how alike pairs of texts seem.

    counts  (p, 5)  int64  what a pair has in common and the samples of the text that has fewer; see `candidates.seems`

    Returns (p,) int64; 0 for pairs that are not worth comparing.
    """
    found = np.empty(len(counts), np.int64)
    for at in range(len(counts)):
        equal, bands, rare, common, least = counts[at]
        found[at] = seems(equal, bands, rare, common, least, limits)
    return found
