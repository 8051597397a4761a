"""
Matching: from sketches to what goes because of what stays.

Texts that share a key (of an LSH band, or of enough sampled shingles) are compared exactly. They are visited in the
order of the keep policy, and one stays unless it matches one that stays: so every removal has a kept witness, and no
two kept texts that share a key match. No transitive chain ever counts as evidence.

Memory: an entry for each key that a text shares with another, and the shingle sets of one block of texts at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from dedup.kernel.keepers import Buckets, Sets, Verdicts, fill, judge, nobody, pairs, proposed
from dedup.settings import Keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedup.kernel.arrays import I32, I64, U64, Bools


def repeated(keys: U64) -> I64:
    """Stand in."""
    return np.arange(len(keys))


NEVER: Final = 2.0
"""A threshold that no pair reaches."""
LIMIT: Final = 64
"""
Kept texts that one bucket remembers. Texts of one cluster share most of their buckets and match its first leader;
only unrelated texts with a common template fill a bucket, and past 64 of them its key tells nothing any more.
"""
PAIRS: Final = 1024
"""Texts that one bucket remembers where every pair is wanted: a thousand texts make half a million pairs."""
BLOCK: Final = 1 << 24
"""Shingles whose sets are held together, if nothing else is said: 128 MB."""


class Source(Protocol):
    """Where matching looks texts up, by their numbers from 0 to n - 1."""

    words: I32
    """(n,) words in each; texts without words are never compared."""
    samples: I32
    """(n,) sampled shingles in each."""

    def key_columns(self) -> Iterator[tuple[U64, I64 | None]]:
        """
        Give the keys of one band after another: `keys` (n,), and None.

        Then sampled shingles: `values` (s,) and the text of each (s,), the same value always in the same yield.
        """

    def sets(self, rows: I64) -> tuple[U64, I64]:
        """Give the shingle sets of some texts; see `kernel.shingles.sets`."""


class Matches(NamedTuple):
    """
    What goes: `k` texts.

    texts      (k,)  int64  ascending
    witnesses  (k,)  int64  the text that stays and speaks against each
    shared     (k,)  int32  shingles both have
    own        (k,)  int32  distinct shingles of the text
    other      (k,)  int32  distinct shingles of the witness
    forgotten  int          how often a full bucket did not remember a kept text
    """

    texts: I64
    witnesses: I64
    shared: I32
    own: I32
    other: I32
    forgotten: int


class Pairs(NamedTuple):
    """Matching pairs `left` < `right`, with their shingle counts, all (p,); and how often a text was forgotten."""

    left: I64
    right: I64
    shared: I64
    left_size: I64
    right_size: I64
    forgotten: int


def visiting_order(keep: Keep, words: I32, by_id: I64) -> I64:
    """
    Order documents as the keep policy wants them visited: the one to keep first; ties by id.

    words  (n,)  int32  in each document
    by_id  (n,)  int64  the documents in code point order of their ids
    """
    places = np.arange(len(words), dtype=np.int64)
    if keep is Keep.LONGEST:
        order: I64 = by_id[np.argsort(-words[by_id].astype(np.int64), kind="stable")]
        return order
    return places if keep is Keep.FIRST else places[::-1].copy()


def buckets(source: Source, active: Bools, changed: Bools | None = None) -> tuple[I64, Buckets]:
    """
    Find the keys that two or more of the active texts, one of them changed, share; one band at a time.

    Returns the texts that share any, ascending, and their buckets, in which they are numbered from 0 on.
    """
    n = len(active)
    rows = np.flatnonzero(active)
    counts = np.zeros(n, np.int32)
    found: list[tuple[I32, I32]] = []
    sizes: list[I64] = []
    total = banded = 0
    for keys, holders in source.key_columns():
        if holders is None:
            texts, numbers, lengths = _shared(keys[rows], rows, changed)
        else:
            live = active[holders]
            texts, numbers, lengths = _shared(keys[live], holders[live], changed)
        counts += np.bincount(texts, minlength=n).astype(np.int32)
        found.append((texts, numbers + np.int32(total)))
        sizes.append(lengths)
        total += len(lengths)
        banded = total if holders is None else banded
    chosen = np.flatnonzero(counts)
    offsets = np.zeros(len(chosen) + 1, np.int64)
    np.cumsum(counts[chosen], out=offsets[1:])
    places = np.empty(n, np.int32)
    places[chosen] = np.arange(len(chosen), dtype=np.int32)
    members = np.empty(offsets[-1], np.int32)
    cursors = offsets[:-1].copy()
    for texts, numbers in found:
        fill(members, cursors, places[texts], numbers)
    return chosen, Buckets(offsets, members, _joined(sizes), source.samples[chosen], banded)


def _joined(pieces: list[I64]) -> I64:
    return np.concatenate(pieces) if pieces else np.empty(0, np.int64)


def _shared(keys: U64, texts: I64, changed: Bools | None) -> tuple[I32, I32, I64]:
    """
    Find the keys that occur more than once, in a changed text where only some are.

    Returns the texts that have one, the number of its key for each, from 0 on, and how many texts have each such key.
    """
    maybe = repeated(keys)
    keys, texts = keys[maybe], texts[maybe]
    order = np.argsort(keys, kind="stable")
    ordered, texts = keys[order], texts[order]
    new = np.ones(len(ordered), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    group = np.cumsum(new) - 1
    sizes = np.bincount(group)
    many = sizes > 1
    if changed is not None:
        many &= np.bincount(group, changed[texts]) > 0
    chosen = many[group]
    numbers = (np.cumsum(many) - 1)[group[chosen]]
    return texts[chosen].astype(np.int32), numbers.astype(np.int32), sizes[many]


class _Local:
    """The texts that share a bucket, numbered from 0 on, and their shingle sets, block by block."""

    def __init__(self, source: Source, active: Bools, changed: Bools | None, block: int) -> None:
        self._source = source
        self._block = block
        self.rows, self.buckets = buckets(source, active, changed)
        self._words = np.maximum(source.words[self.rows], 1).astype(np.int64)
        self._whole = self._load(np.arange(len(self.rows))) if self._words.sum() <= block else None

    def blocks(self, order: I64) -> Iterator[tuple[int, I64]]:
        """Cut an order of visits so that the sets of each piece can be held together; give the place of each too."""
        if self._whole is not None:
            yield 0, order
            return
        full = np.cumsum(self._words[order]) // self._block
        starts = np.flatnonzero(np.diff(full, prepend=-1))
        yield from zip(starts.tolist(), np.split(order, starts[1:]), strict=True)

    def sets(self, some: Bools) -> Sets:
        """Give the shingle sets of at least some texts."""
        return self._whole or self._load(np.flatnonzero(some))

    def _load(self, some: I64) -> Sets:
        values, places = self._source.sets(self.rows[some])
        slots = np.full(len(self.rows), -1, np.int32)
        slots[some] = np.arange(len(some), dtype=np.int32)
        return Sets(values, places, slots)

    def sizes(self) -> I32:
        """Count the distinct shingles of every text."""
        if self._whole is not None:
            return np.diff(self._whole.places).astype(np.int32)
        every = np.arange(len(self.rows))
        return np.concatenate([np.diff(self._load(some).places) for _, some in self.blocks(every)]).astype(np.int32)


def settle(  # noqa: PLR0913 - what is compared, what with, and three ways in which texts may be tied
    source: Source,
    active: Bools,
    ranks: Callable[[I64], I64],
    *,
    threshold: float,
    containment: float = NEVER,
    owners: I32 | None = None,
    pinned: Bools | None = None,
    changed: Bools | None = None,
    block: int = BLOCK,
) -> Matches:
    """
    Decide which of the active texts stay.

    `ranks` gives a number for each of some texts, the smallest for the one to visit first; texts of one owner are not
    compared; pinned texts stay; where only some texts are `changed`, the others are known not to match one another;
    `block` shingles are held together. A text goes if its Jaccard similarity to a kept one reaches `threshold`, or if
    at least `containment` of its shingles lie inside a kept one. A longer text that comes later than one it contains
    is visited before it: of two texts that match, one goes.
    """
    local = _Local(source, active & (source.words > 0), changed, block)
    count = len(local.rows)
    visited = np.argsort(ranks(local.rows), kind="stable")
    owned = np.arange(count) if owners is None else owners[local.rows].astype(np.int64)
    held = np.zeros(count, bool) if pinned is None else pinned[local.rows]
    if containment > 1:
        return _numbered(local.rows, *_one_pass(local, visited, held, owned, threshold, containment))
    sizes = local.sizes()
    precedence = _Precedence(visited, sizes)
    while True:
        visits = precedence.order()
        verdicts, forgotten = _one_pass(local, visits, held, owned, threshold, containment)
        kept = visits[verdicts.witnesses[visits] < 0]
        by_size = kept[np.argsort(-sizes[kept], kind="stable")]
        containers = _one_pass(local, by_size, held, owned, NEVER, containment)[0].witnesses
        contained = np.flatnonzero(containers >= 0)
        if not len(contained) or not precedence.put_before(containers[contained], contained):
            return _numbered(local.rows, verdicts, forgotten)


def _one_pass(  # noqa: PLR0913, PLR0917 - as for `settle`
    local: _Local, order: I64, pinned: Bools, owners: I64, threshold: float, containment: float
) -> tuple[Verdicts, int]:
    """Visit texts in order, block by block."""
    lists, marks, verdicts = nobody(local.buckets, LIMIT)
    forgotten = 0
    for first, block in local.blocks(order):
        needed = proposed(block, pinned, owners, local.buckets, lists, marks, containment)
        needed[block] = True
        forgotten += judge(
            block,
            first,
            pinned,
            owners,
            local.buckets,
            lists,
            marks,
            local.sets(needed),
            verdicts,
            threshold=threshold,
            containment=containment,
        )
    return verdicts, forgotten


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


def _numbered(rows: I64, verdicts: Verdicts, forgotten: int) -> Matches:
    """Number the results as the source does."""
    gone = np.flatnonzero(verdicts.witnesses >= 0)
    witnesses = rows[verdicts.witnesses[gone]]
    return Matches(rows[gone], witnesses, verdicts.shared[gone], verdicts.own[gone], verdicts.other[gone], forgotten)


def matching_pairs(
    source: Source, *, threshold: float, containment: float = NEVER, block: int = BLOCK
) -> Iterator[Pairs]:
    """
    Find all pairs whose similarity reaches `threshold`, or of which the smaller lies inside the larger; in blocks.

    Of a bucket's texts each is compared with the first `PAIRS`.
    """
    local = _Local(source, source.words > 0, None, block)
    count = len(local.rows)
    owners = np.arange(count)
    pinned = np.zeros(count, bool)
    lists, marks, _ = nobody(local.buckets, PAIRS)
    for _, some in local.blocks(np.arange(count)):
        needed = proposed(some, pinned, owners, local.buckets, lists, marks, containment)
        needed[some] = True
        found, forgotten = pairs(
            some,
            owners,
            local.buckets,
            lists,
            marks,
            local.sets(needed),
            threshold=threshold,
            containment=containment,
        )
        left, right, shared, left_size, right_size = found.T
        yield Pairs(local.rows[left], local.rows[right], shared, left_size, right_size, forgotten)


def exact_groups(wholes: U64, words: I32, order: I64) -> I64:
    """
    Find texts with the same words in the same order.

    wholes (n, 2) uint64, words (n,) int32. Returns (n,) int64: for each text in `order` the first in that order of
    its like, itself where there is none; texts without words and texts not in `order` are their own.
    """
    leaders = np.arange(len(words), dtype=np.int64)
    some = order[words[order] > 0]
    some = some[repeated(wholes[some, 0])]
    key = np.lexsort((np.arange(len(some)), wholes[some, 1], wholes[some, 0]))
    ranked = some[key]
    new = np.ones(len(ranked), bool)
    new[1:] = (wholes[ranked[1:]] != wholes[ranked[:-1]]).any(axis=1)
    firsts = np.flatnonzero(new)
    leaders[ranked] = ranked[firsts[np.cumsum(new) - 1]] if len(ranked) else ranked
    return leaders
