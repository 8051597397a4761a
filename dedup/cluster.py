"""
Matching: from sketches to what goes because of what stays.

Texts that share a key (of an LSH band, or of enough sampled shingles) are compared exactly. They are visited in the
order of the keep policy, and one stays unless it matches one that stays: so every removal has a kept witness, and no
two kept texts that share a key match. No transitive chain ever counts as evidence.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc

from dedup.kernel.keepers import Buckets, keepers, pairs
from dedup.settings import Keep

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from dedup.kernel.arrays import I32, I64, U64, Bools
    from dedup.kernel.minhash import Keys

NEVER: Final = 2.0
"""A threshold that no pair reaches."""
LIMIT: Final = 64
"""
Kept texts that one bucket remembers. Texts of one cluster share most of their buckets and match its first leader;
only unrelated texts with a common template fill a bucket, and past 64 of them its key tells nothing any more.
"""


class Matches(NamedTuple):
    """
    What goes, as `n`-long arrays.

    witnesses  int64  the text that stays and speaks against this one; -1 for a text that stays
    shared     int32  shingles both have
    own        int32  distinct shingles of the text
    other      int32  distinct shingles of the witness
    forgotten  int    how often a full bucket did not remember a kept text
    """

    witnesses: I64
    shared: I32
    own: I32
    other: I32
    forgotten: int


class Pairs(NamedTuple):
    """Matching pairs `left` < `right`, with their shingle counts; all (p,)."""

    left: I64
    right: I64
    shared: I32
    left_size: I32
    right_size: I32


def visiting_order(keep: Keep, words: I32, ids: pa.Array) -> I64:
    """Order documents as the keep policy wants them visited: the one to keep first; ties by id, in code point order."""
    by_id = pc.sort_indices(ids).to_numpy().astype(np.int64)
    if keep is Keep.LONGEST:
        order: I64 = by_id[np.argsort(-words[by_id].astype(np.int64), kind="stable")]
        return order
    places = np.arange(len(words), dtype=np.int64)
    return places if keep is Keep.FIRST else places[::-1].copy()


def buckets(sketch: Keys, active: Bools, changed: Bools | None = None) -> Buckets:
    """Find the keys that two or more of the active texts, one of them changed, share; one band at a time."""
    n = len(sketch.words)
    rows = np.flatnonzero(active)
    holders = np.repeat(np.arange(n), np.diff(sketch.offsets))
    live = active[holders]
    owners: list[I64] = []
    numbers: list[I64] = []
    total = banded = 0
    bands = ((sketch.keys[rows, band], rows) for band in range(sketch.keys.shape[1]))
    for keys, texts in chain(bands, [(sketch.samples[live], holders[live])]):
        banded = total
        owner, number, count = _shared(keys, texts, changed)
        owners.append(owner)
        numbers.append(number + total)
        total += count
    owner = np.concatenate(owners)
    offsets = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=n), out=offsets[1:])
    members = np.concatenate(numbers)[np.argsort(owner, kind="stable")].astype(np.int32)
    return Buckets(offsets, members, np.diff(sketch.offsets).astype(np.int32), banded, total)


def _shared(keys: U64, texts: I64, changed: Bools | None) -> tuple[I64, I64, int]:
    """
    Find the keys that occur more than once, in a changed text where only some are.

    Returns the texts that have one, the number of its key for each, from 0 on, and how many such keys there are.
    """
    if not len(keys):
        return texts, texts, 0
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    new = np.ones(len(ordered), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    group = np.cumsum(new) - 1
    many = np.bincount(group) > 1
    if changed is not None:
        many &= np.bincount(group, changed[texts[order]]) > 0
    chosen = many[group]
    return texts[order[chosen]], (np.cumsum(many) - 1)[group[chosen]], int(many.sum())


class _Sets:
    """The shingle sets of those texts that share a bucket, renumbered from 0."""

    def __init__(self, found: Buckets, load: Callable[[I64], tuple[U64, I64]]) -> None:
        self.rows = np.flatnonzero(np.diff(found.offsets))
        self.values, self.places = load(self.rows)
        offsets = np.zeros(len(self.rows) + 1, np.int64)
        np.cumsum(np.diff(found.offsets)[self.rows], out=offsets[1:])
        self.buckets = Buckets(offsets, found.members, found.samples[self.rows], found.banded, found.total)
        self.sizes = np.diff(self.places).astype(np.int32)


def settle(  # noqa: PLR0913 - what is compared, what with, and three ways in which texts may be tied
    sketch: Keys,
    order: I64,
    load: Callable[[I64], tuple[U64, I64]],
    *,
    threshold: float,
    containment: float = NEVER,
    owners: I64 | None = None,
    pinned: Bools | None = None,
    changed: Bools | None = None,
) -> Matches:
    """
    Decide which texts stay.

    `order` lists the texts to judge, best first; `load` gives shingle sets (see `kernel.shingles.sets`) of texts;
    texts of one owner are not compared; pinned texts stay; where only some texts are `changed`, the others are known
    not to match one another. A text goes if its Jaccard similarity to a kept one reaches `threshold`, or if at least
    `containment` of its shingles lie inside a kept one. A longer text that comes later in `order` than one it
    contains is visited before it: of two texts that match, one goes.
    """
    n = len(sketch.words)
    active = np.zeros(n, bool)
    active[order] = sketch.words[order] > 0
    local = _Sets(buckets(sketch, active, changed), load)
    index = np.full(n, -1, np.int64)
    index[local.rows] = np.arange(len(local.rows))
    visited = index[order]
    visited = visited[visited >= 0]
    owned = (np.arange(n) if owners is None else owners)[local.rows]
    held = np.zeros(len(local.rows), bool) if pinned is None else pinned[local.rows]

    def one_pass(some: I64, jaccard: float) -> tuple[I64, I32, int]:
        return keepers(
            some,
            held,
            owned,
            local.buckets,
            local.values,
            local.places,
            threshold=jaccard,
            containment=containment,
            limit=LIMIT,
        )

    precedence = _Precedence(visited, local.sizes)
    while True:
        order = precedence.order()
        witnesses, shared, forgotten = one_pass(order, threshold)
        kept = order[witnesses[order] < 0]
        containers, _, _ = one_pass(kept[np.argsort(-local.sizes[kept], kind="stable")], NEVER)
        contained = np.flatnonzero(containers >= 0)
        if not len(contained) or not precedence.put_before(containers[contained], contained):
            return _spread(local, n, witnesses, shared, forgotten)


class _Precedence:
    """An order of texts in which some longer ones come before some shorter ones, and otherwise as it was."""

    def __init__(self, visited: I64, sizes: I32) -> None:
        self._visited = visited
        self._sizes = sizes
        self._ranks = np.zeros(len(sizes), np.int64)
        self._ranks[visited] = np.arange(len(visited))
        self._longer = self._shorter = np.empty(0, np.int64)

    def order(self) -> I64:
        """Give the texts, best first; a longer text takes the place of the first one that it must precede."""
        return self._visited[np.lexsort((-self._sizes[self._visited], self._ranks[self._visited]))]

    def put_before(self, longer: I64, shorter: I64) -> bool:
        """Let each longer text precede the shorter one from now on; tell whether any of them did not yet."""
        before = self._ranks.copy()
        self._longer = np.concatenate((self._longer, longer))
        self._shorter = np.concatenate((self._shorter, shorter))
        while (self._ranks[self._longer] > self._ranks[self._shorter]).any():
            np.minimum.at(self._ranks, self._longer, self._ranks[self._shorter])
        return bool((before != self._ranks).any())


def _spread(local: _Sets, n: int, witnesses: I64, shared: I32, forgotten: int) -> Matches:
    """Number the results as the corpus does."""
    gone = np.flatnonzero(witnesses >= 0)
    rows = local.rows[gone]
    spread = np.full(n, -1, np.int64)
    spread[rows] = local.rows[witnesses[gone]]
    counts = np.zeros((3, n), np.int32)
    counts[:, rows] = shared[gone], local.sizes[gone], local.sizes[witnesses[gone]]
    return Matches(spread, counts[0], counts[1], counts[2], forgotten)


def matching_pairs(
    sketch: Keys, load: Callable[[I64], tuple[U64, I64]], *, threshold: float, containment: float = NEVER
) -> Pairs:
    """Find all pairs whose similarity reaches `threshold`, or of which the smaller lies inside the larger."""
    local = _Sets(buckets(sketch, sketch.words > 0), load)
    left, right, shared = pairs(local.buckets, local.values, local.places, threshold=threshold, containment=containment)
    return Pairs(local.rows[left], local.rows[right], shared, local.sizes[left], local.sizes[right])


def exact_groups(wholes: U64, words: I32, order: I64) -> I64:
    """
    Find texts with the same words in the same order.

    Returns (n,) int64: for each text in `order` the first in that order of its like, itself where there is none;
    texts without words and texts not in `order` are their own.
    """
    leaders = np.arange(len(words), dtype=np.int64)
    some = order[words[order] > 0]
    key = np.lexsort((np.arange(len(some)), wholes[some, 1], wholes[some, 0]))
    ranked = some[key]
    new = np.ones(len(ranked), bool)
    new[1:] = (wholes[ranked[1:]] != wholes[ranked[:-1]]).any(axis=1)
    firsts = np.flatnonzero(new)
    leaders[ranked] = ranked[firsts[np.cumsum(new) - 1]] if len(ranked) else ranked
    return leaders
