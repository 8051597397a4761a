"""
Matching: from sketches to what goes because of what stays.

Texts that share a key (of an LSH band, or of enough sampled shingles) are compared exactly. They are visited in the
order of the keep policy, and one stays unless it matches one that stays: so every removal has a kept witness, and no
two kept texts that share a key match. No transitive chain ever counts as evidence.

Memory: an entry for each key that a text shares with another, and the shingle sets of one block of texts at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self

import numpy as np

from dedup.kernel.agreement import least_equal, surely, unlikely
from dedup.kernel.collisions import radix_order, repeated
from dedup.kernel.keepers import Buckets, Limits, Verdicts, enlisted, fill, foreseen, nobody, partners, visit
from dedup.kernel.likeness import LIKENESS, PARTS, Sets, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedup.kernel.arrays import F64, I32, I64, U8, U64, Bools
    from dedup.kernel.sequences import Sequences
    from dedup.settings import MatchSettings


NEVER: Final = 2.0
"""A threshold that no pair reaches."""
_ANY: Final = 1 << 40
"""A number of values or texts that is never reached."""
LIMIT: Final = 64
"""
Kept texts that one bucket remembers, and that one text is compared with. Texts of one cluster share most of their
buckets and match its first leader; only unrelated texts with a common template fill a bucket, and past 64 of them its
key tells nothing any more.
"""
PAIRS: Final = 1024
"""Texts that one bucket remembers where every pair is wanted: a thousand texts make half a million pairs."""
ALIGNED_PAIRS: Final = 256
"""The same where they are aligned, which costs ten times as much."""
BLOCK: Final = 1 << 24
"""Shingles whose sets are held together, if nothing else is said: 128 MB."""
WORD: Final = 4
"""Times the memory of a shingle that a text to align takes for each of its words, which are held besides."""
CANDIDATES: Final = 16
"""
Texts that one text is aligned with; an alignment costs as much as ten comparisons of sets. So many texts that stay
are also all that a sampled shingle proposes: what more of them have is a phrase of everybody's.
"""
MEASURED: Final = 1 << 14
"""Pairs that are measured together: few, so that most of what is said of them never leaves the cache."""
TABLE: Final = 28
"""Slots of the table that finds keys that occur again, as a power of two: 64 MB at most, enough for 30 million."""


class Criteria(NamedTuple):
    """What a text must reach, against one that stays, to go; `NEVER` for what does not count."""

    threshold: float = NEVER
    """Jaccard similarity."""
    containment: float = NEVER
    """Share of its shingles that lie inside the other."""
    likeness: float = NEVER
    """See `kernel.likeness`; where it is given, containment does not count by itself."""

    @classmethod
    def of(cls, wanted: MatchSettings) -> Self:
        """Read settings."""
        if not wanted.plain:
            return cls(likeness=wanted.likeness)
        return cls(wanted.threshold or NEVER, wanted.containment or NEVER)


class Contents(Protocol):
    """Where what stands in texts is looked up, by their numbers."""

    def sets(self, rows: I64) -> Sequences:
        """Give the shingle sets of some texts, without their words."""

    def sequences(self, rows: I64) -> Sequences:
        """Give the shingle sets of some texts, and their words in order."""


class Source(Contents, Protocol):
    """Where matching looks texts up, by their numbers from 0 to n - 1."""

    words: I32
    """(n,) words in each; texts without words are never compared."""
    samples: I32
    """(n,) sampled shingles in each."""

    def bands(self) -> Iterator[U64]:
        """Give the keys of one band after another, (n,)."""

    def sampled(self) -> Iterator[tuple[U64, I64]]:
        """Give sampled shingles (s,) and the text of each (s,); equal ones come together."""

    def signatures(self, rows: I64) -> U8:
        """Give the low bytes of some MinHash values of some texts, (k, w); see `kernel.keepers.Buckets`."""


class Matches(NamedTuple):
    """
    What goes: `k` texts.

    texts      (k,)  int64  ascending
    witnesses  (k,)  int64  the text that stays and speaks against each
    shared     (k,)  int32  shingles both have
    own        (k,)  int32  distinct shingles of the text
    other      (k,)  int32  distinct shingles of the witness
    parts      (k, PARTS)  float64  see `kernel.likeness`; without rows where texts were not aligned
    forgotten  int          how often a full bucket did not remember a kept text, or a text had too many candidates
    """

    texts: I64
    witnesses: I64
    shared: I32
    own: I32
    other: I32
    parts: F64
    forgotten: int


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
        if criteria.likeness <= 1:
            chosen |= np.maximum(self.left_parts[:, LIKENESS], self.right_parts[:, LIKENESS]) >= criteria.likeness
        else:
            chosen |= self.shared >= criteria.containment * np.minimum(self.left_size, self.right_size)
        return self.some(chosen)


def sampled_limit(limits: Limits, limit: int) -> int:
    """Give how many texts the bucket of a sampled shingle remembers, where one of a band remembers so many."""
    return CANDIDATES if limits.likeness <= 1 else limit


def agreeing(limits: Limits, values: int) -> Limits:
    """Say how many of so many low bytes of MinHash values must be equal before two texts are compared."""
    least = unlikely(values) if limits.likeness <= 1 else least_equal(limits.threshold, values)
    return limits._replace(agreement=least)


def buckets(
    source: Source, active: Bools, changed: Bools | None = None, *, sampled: bool = True
) -> tuple[I64, Buckets]:
    """
    Find the keys that two or more of the active texts, one of them changed, share; one band at a time.

    Returns the texts that share any, ascending, and their buckets, in which they are numbered from 0 on. Buckets of
    `sampled` shingles are needed for containment only.
    """
    n = len(active)
    rows = np.flatnonzero(active)
    counts = np.zeros(n, np.int32)
    found: list[tuple[I32, I32]] = []
    sizes: list[I64] = []
    total = 0

    def add(keys: U64, texts: I64) -> None:
        nonlocal total
        sharing, numbers, lengths = _shared(keys, texts, changed)
        np.add.at(counts, sharing, 1)
        found.append((sharing, numbers + np.int32(total)))
        sizes.append(lengths)
        total += len(lengths)

    for keys in source.bands():
        add(keys[rows], rows)
    banded = total
    for keys, holders in source.sampled() if sampled else ():
        live = active[holders]
        add(keys[live], holders[live])
    chosen = np.flatnonzero(counts)
    offsets = np.zeros(len(chosen) + 1, np.int64)
    np.cumsum(counts[chosen], out=offsets[1:])
    places = np.empty(n, np.int32)
    places[chosen] = np.arange(len(chosen), dtype=np.int32)
    members = np.empty(offsets[-1], np.int32)
    cursors = offsets[:-1].copy()
    for texts, numbers in found:
        fill(members, cursors, places[texts], numbers)
    fresh = np.ones(len(chosen), bool) if changed is None else changed[chosen]
    signatures = source.signatures(chosen)
    return chosen, Buckets(offsets, members, _joined(sizes), source.samples[chosen], signatures, fresh, banded)


def _joined(pieces: list[I64]) -> I64:
    return np.concatenate(pieces) if pieces else np.empty(0, np.int64)


def _shared(keys: U64, texts: I64, changed: Bools | None) -> tuple[I32, I32, I64]:
    """
    Find the keys that occur more than once, in a changed text where only some are.

    Returns the texts that have one, the number of its key for each, from 0 on, and how many texts have each such key.
    """
    maybe = repeated(keys, TABLE)
    keys, texts = keys[maybe], texts[maybe]
    order = radix_order(keys)
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
    """The texts that share a bucket, numbered from 0 on, and shingle sets of a block of them at a time."""

    def __init__(self, source: Source, active: Bools, changed: Bools | None, limits: Limits, block: int) -> None:
        self._source = source
        self.aligned = limits.likeness <= 1
        self._block = max(1, block // WORD) if self.aligned else block
        sampled = self.aligned or limits.containment <= 1
        self.rows, self.buckets = buckets(source, active, changed, sampled=sampled)
        self._words = np.maximum(source.words[self.rows], 1).astype(np.int64)
        width = self.buckets.signatures.shape[1]
        self.tells = width > 0
        """Whether signatures tell which texts that share a bucket are not compared; else nearly all of them are."""
        self._surely = surely(width)
        self.limits = agreeing(limits, width)
        self._kept: Sets | None = None

    def blocks(self, order: I64) -> Iterator[tuple[int, I64]]:
        """Cut an order of visits so that the sets of each piece can be held together; give the place of each too."""
        full = np.cumsum(self._words[order]) // self._block
        starts = np.flatnonzero(np.diff(full, prepend=-1))
        yield from zip(starts.tolist(), np.split(order, starts[1:]) if len(starts) else (), strict=True)

    def fills(self, some: Bools) -> bool:
        """Tell whether the sets of some texts are as many as can be held together."""
        return bool(self._words[some].sum() >= self._block)

    def sets(self, some: Bools) -> Sets:
        """Give the shingle sets of at least some texts; those asked for last are at hand."""
        if self._kept is None or (self._kept.slots[some] < 0).any():
            self._kept = None  # gives its memory back
            self._kept = self._loaded(some)
        return self._kept

    def _loaded(self, some: Bools) -> Sets:
        wanted = np.flatnonzero(some)
        slots = np.full(len(self.rows), -1, np.int32)
        slots[wanted] = np.arange(len(wanted), dtype=np.int32)
        load = self._source.sequences if self.aligned else self._source.sets
        return Sets(slots, self.buckets.signatures[wanted], self._surely, *load(self.rows[wanted]))


def settle(  # noqa: PLR0913 - what is compared, what with, and three ways in which texts may be tied
    source: Source,
    active: Bools,
    ranks: Callable[[I64], I64],
    criteria: Criteria,
    *,
    owners: I32 | None = None,
    pinned: Bools | None = None,
    changed: Bools | None = None,
    ordered: bool = False,
    block: int = BLOCK,
) -> Matches:
    """
    Decide which of the active texts stay.

    `ranks` gives a number for each of some texts, the smallest for the one to visit first; texts of one owner are not
    compared; pinned texts stay; where only some texts are `changed`, the others are known not to match one another;
    `block` shingles are held together. A text goes if it reaches any of the `criteria` against a kept one. Unless the
    order holds strictly (`ordered`), a longer text that comes later than one it contains is visited before it, so that
    of two texts that match, one goes.
    """
    limits = settling(criteria)
    local = _Local(source, active & (source.words > 0), changed, limits, block)
    count = len(local.rows)
    visited = np.argsort(ranks(local.rows), kind="stable")
    owned = np.arange(count) if owners is None else owners[local.rows].astype(np.int64)
    held = np.zeros(count, bool) if pinned is None else pinned[local.rows]
    precedence = _Precedence(visited)
    while True:
        visits = precedence.order()
        verdicts, forgotten = _visits(local, visits, held, owned)
        kept = visits[verdicts.witnesses[visits] < 0]
        strict = ordered or min(criteria.containment, criteria.likeness) > 1
        if strict or not precedence.put_before(_contained(local, kept, held, owned)):
            return _numbered(local.rows, verdicts, forgotten)


def settling(criteria: Criteria) -> Limits:
    """Say what texts are compared where one of two that match goes."""
    return Limits(*criteria, 0, CANDIDATES if criteria.likeness <= 1 else LIMIT)


def proposals(buckets: Buckets, order: I64, owners: I64, criteria: Criteria) -> I32:
    """Give the pairs, (p, 2), of texts of different owners that `settle` would compare at most; see `partners`."""
    limits = agreeing(settling(criteria), buckets.signatures.shape[1])
    lists, marks, _ = nobody(buckets, LIMIT, sampled_limit(limits, LIMIT), 0)
    rows, _ = partners(order, owners, buckets, lists, marks, limits)
    return rows


def _visits(local: _Local, order: I64, pinned: Bools, owners: I64) -> tuple[Verdicts, int]:
    """Visit texts in order, block by block."""
    lists, marks, verdicts = nobody(
        local.buckets, LIMIT, sampled_limit(local.limits, LIMIT), PARTS if local.aligned else 0
    )
    forgotten = 0
    for first, block in local.blocks(order):
        done = 0
        if local.tells or len(block) < len(order):
            needed = foreseen(block, pinned, owners, local.buckets, lists, marks, local.limits)
        else:
            needed = np.ones(len(local.rows), bool)
        while done < len(block):
            rest = block[done:]
            seen, full = visit(
                rest,
                first + done,
                pinned,
                owners,
                local.buckets,
                lists,
                marks,
                local.sets(needed),
                verdicts,
                local.limits,
            )
            done += seen
            forgotten += full
            rest = block[done:]
            needed = enlisted(rest, pinned, owners, local.buckets, lists, marks, local.limits)
            needed[rest] = True
    return verdicts, forgotten


class _Contained(NamedTuple):
    """Texts that lie inside longer ones, with the sizes of both; all (k,)."""

    shorter: I64
    longer: I64
    size: I64
    longer_size: I64


def _contained(local: _Local, kept: I64, pinned: Bools, owners: I64) -> _Contained:
    """Find kept texts that lie inside other kept ones."""
    limits = local.limits if local.aligned else local.limits._replace(threshold=NEVER, agreement=_ANY)
    parts = [np.empty((4, 0), np.int64)]
    for found in _pairs(local, kept, owners, limits, LIMIT):
        inside = found.left_size <= found.right_size
        shorter, longer = np.where(inside, found.left, found.right), np.where(inside, found.right, found.left)
        size, longer_size = np.minimum(found.left_size, found.right_size), np.maximum(found.left_size, found.right_size)
        if local.aligned:
            likeness = np.where(inside, found.left_parts[:, LIKENESS], found.right_parts[:, LIKENESS])
            goes = likeness >= limits.likeness
        else:
            goes = found.shared >= limits.containment * size
        chosen = goes & ~pinned[shorter]
        parts.append(np.stack((shorter, longer, size, longer_size))[:, chosen])
    return _Contained(*np.concatenate(parts, axis=1))


class _Precedence:
    """An order of texts in which some longer ones come before some shorter ones, and otherwise as it was."""

    def __init__(self, visited: I64) -> None:
        self._visited = visited
        self._ranks = np.zeros(len(visited), np.int64)
        self._ranks[visited] = np.arange(len(visited))
        self._sizes = np.zeros(len(visited), np.int64)
        self._longer = self._shorter = np.empty(0, np.int64)

    def order(self) -> I64:
        """Give the texts, best first; a longer text takes the place of the first one that it must precede."""
        return self._visited[np.lexsort((-self._sizes[self._visited], self._ranks[self._visited]))]

    def put_before(self, found: _Contained) -> bool:
        """Let each longer text precede the shorter one from now on; tell whether any of them did not yet."""
        before = self._ranks.copy()
        self._sizes[found.shorter] = found.size
        self._sizes[found.longer] = found.longer_size
        self._longer = np.concatenate((self._longer, found.longer))
        self._shorter = np.concatenate((self._shorter, found.shorter))
        while (self._ranks[self._longer] > self._ranks[self._shorter]).any():
            np.minimum.at(self._ranks, self._longer, self._ranks[self._shorter])
        return bool((before != self._ranks).any())


def _numbered(rows: I64, verdicts: Verdicts, forgotten: int) -> Matches:
    """Number the results as the source does."""
    gone = np.flatnonzero(verdicts.witnesses >= 0)
    witnesses = rows[verdicts.witnesses[gone]]
    counts = (verdicts.shared[gone], verdicts.own[gone], verdicts.other[gone])
    parts = verdicts.parts[gone] if len(verdicts.parts) else verdicts.parts
    return Matches(rows[gone], witnesses, *counts, parts, forgotten)


def matching_pairs(source: Source, criteria: Criteria, *, block: int = BLOCK) -> Iterator[Pairs]:
    """
    Find all pairs of which one may go because of the other, as `settle` has it; in blocks.

    Of a bucket's texts each is compared with the first `PAIRS`, or `ALIGNED_PAIRS`.
    """
    local = _Local(source, source.words > 0, None, Limits(*criteria, 0, _ANY), block)
    every = np.arange(len(local.rows))
    for found in _pairs(local, every, every, local.limits, ALIGNED_PAIRS if local.aligned else PAIRS):
        some = found.matching(criteria)
        yield some._replace(left=local.rows[some.left], right=local.rows[some.right])


def _pairs(local: _Local, order: I64, owners: I64, limits: Limits, limit: int) -> Iterator[Pairs]:
    """Compare every two texts that share enough, in the local numbers; buckets remember `limit` texts."""
    waiting, left_out, needed = [np.empty((0, 2), np.int64)], 0, np.zeros(len(local.rows), bool)
    for rows, forgotten in _candidates(local, order, owners, limits, limit):
        waiting.append(rows)
        left_out += forgotten
        needed[rows.ravel()] = True
        if local.fills(needed):
            yield from _compared(local, np.concatenate(waiting), needed, left_out)
            waiting, left_out, needed = waiting[:1], 0, np.zeros(len(local.rows), bool)
    yield from _compared(local, np.concatenate(waiting), needed, left_out)


def _compared(local: _Local, rows: I64, needed: Bools, forgotten: int) -> Iterator[Pairs]:
    """Compare some pairs of the texts needed; what was loaded for that is let go before the next ones are."""
    sets = local.sets(needed)
    sizes = np.diff(sets.places)
    for at in range(0, max(1, len(rows)), MEASURED):
        one, two = rows[at : at + MEASURED].T
        left, right = sets.slots[one].astype(np.int64), sets.slots[two].astype(np.int64)
        both, straight, turned = measured(left, right, sets, local.aligned, local.limits.threshold)
        yield Pairs(
            one, two, both.astype(np.int64), sizes[left], sizes[right], straight, turned, 0 if at else forgotten
        )


def measured_pairs(source: Contents, left: I64, right: I64, criteria: Criteria) -> Pairs:
    """Compare pairs of texts, and choose those of which one may go because of the other."""
    aligned = criteria.likeness <= 1
    rows, ends = np.unique(np.stack((left, right)), return_inverse=True)
    sets = Sets.of((source.sequences if aligned else source.sets)(rows))
    one, other = ends.reshape(2, -1)
    both, straight, turned = measured(one, other, sets, aligned, criteria.threshold)
    sizes = np.diff(sets.places)
    pairs = Pairs(left, right, both.astype(np.int64), sizes[one], sizes[other], straight, turned, 0)
    return pairs.matching(criteria)


def _candidates(local: _Local, order: I64, owners: I64, limits: Limits, limit: int) -> Iterator[tuple[I64, int]]:
    """Give every two texts that share enough to be compared, (p, 2), and how often one was forgotten."""
    lists, marks, _ = nobody(local.buckets, limit, sampled_limit(local.limits, limit), 0)
    for _, some in local.blocks(order):
        found, forgotten = partners(some, owners, local.buckets, lists, marks, limits)
        yield found.astype(np.int64), forgotten


def candidates(  # noqa: PLR0913 - as `settle`
    source: Source,
    active: Bools,
    criteria: Criteria,
    owners: I32,
    *,
    changed: Bools | None = None,
    block: int = BLOCK,
) -> int:
    """Count the pairs of active texts that `settle` would compare at most: as if each stayed, and none matched."""
    limits = settling(criteria)
    local = _Local(source, active & (source.words > 0), changed, limits, block)
    order = np.arange(len(local.rows))
    owned = owners[local.rows].astype(np.int64)
    return sum(len(rows) for rows, _ in _candidates(local, order, owned, local.limits, LIMIT))


def exact_groups(wholes: U64, words: I32, order: I64) -> I64:
    """
    Find texts with the same words in the same order.

    wholes (n, 2) uint64, words (n,) int32. Returns (n,) int64: for each text in `order` the first in that order of
    its like, itself where there is none; texts without words and texts not in `order` are their own.
    """
    leaders = np.arange(len(words), dtype=np.int64)
    some = order[words[order] > 0]
    some = some[repeated(wholes[some, 0], TABLE)]
    key = np.lexsort((np.arange(len(some)), wholes[some, 1], wholes[some, 0]))
    ranked = some[key]
    new = np.ones(len(ranked), bool)
    new[1:] = (wholes[ranked[1:]] != wholes[ranked[:-1]]).any(axis=1)
    firsts = np.flatnonzero(new)
    leaders[ranked] = ranked[firsts[np.cumsum(new) - 1]] if len(ranked) else ranked
    return leaders
