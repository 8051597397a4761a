"""Which of many like texts stay: a greedy pass over LSH buckets, each comparison exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.jit import compiled
from dedup.kernel.shingles import shared

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U64, Bools

_BANDED: Final = 1 << 24


class Buckets(NamedTuple):
    """
    The buckets that two or more of `n` texts share, as one list of buckets a text.

    offsets  (n + 1,)  int64  where each text's buckets begin in `members`
    members  (m,)      int32  bucket numbers; below `banded` a bucket of a band, from there on of a sampled shingle
    sizes    (b,)      int64  texts in each bucket
    samples  (n,)      int32  sampled shingles the text has, whether shared or not
    banded   int              buckets that come from bands
    """

    offsets: I64
    members: I32
    sizes: I64
    samples: I32
    banded: int


class Enlisted(NamedTuple):
    """
    For each of `b` buckets the texts it remembers.

    starts  (b + 1,)  int64  where each bucket's texts begin in `texts`
    counts  (b,)      int32  how many it remembers
    texts   (t,)      int32
    """

    starts: I64
    counts: I32
    texts: I32


class Marks(NamedTuple):
    """
    Scratch for gathering, one value a text: for whom it was last seen, what they share, and who was found.

    seen (n,) int64, hits (n,) int32, found (n,) int64
    """

    seen: I64
    hits: I32
    found: I64


class Sets(NamedTuple):
    """
    Shingle sets of some of `n` texts.

    values  (v,)     uint64  sets as `shingles.sets` gives them
    places  (s + 1,) int64   where each begins
    slots   (n,)     int32   which of the sets is a text's; -1 for none
    """

    values: U64
    places: I64
    slots: I32


class Verdicts(NamedTuple):
    """
    What has been decided, a value a text.

    witnesses (n,) int64, the kept text that speaks against it, or -1; shared (n,) int32, shingles both have; ranks (n,)
    int64, its place in the order of visits, n where not visited; own, other (n,) int32, the sizes of both sets
    """

    witnesses: I64
    shared: I32
    ranks: I64
    own: I32
    other: I32


def nobody(buckets: Buckets, limit: int) -> tuple[Enlisted, Marks, Verdicts]:
    """Begin: no text enlisted, each bucket with room for `limit` of its texts, nothing decided."""
    n = len(buckets.samples)
    starts = np.zeros(len(buckets.sizes) + 1, np.int64)
    np.cumsum(np.minimum(buckets.sizes, limit), out=starts[1:])
    return (
        Enlisted(starts, np.zeros(len(buckets.sizes), np.int32), np.empty(starts[-1], np.int32)),
        Marks(np.full(n, -1, np.int64), np.zeros(n, np.int32), np.empty(n, np.int64)),
        Verdicts(
            np.full(n, -1, np.int64),
            np.zeros(n, np.int32),
            np.full(n, n, np.int64),
            np.zeros(n, np.int32),
            np.zeros(n, np.int32),
        ),
    )


@compiled
def fill(members: I32, cursors: I64, rows: I32, numbers: I32) -> None:
    """
    Append one bucket to the lists of some texts.

    members        (m,)  int32  written
    cursors        (n,)  int64  where each text's next bucket goes; moved on
    rows, numbers  (k,)  int32  the texts, and the bucket of each
    """
    for at in range(len(rows)):
        members[cursors[rows[at]]] = numbers[at]
        cursors[rows[at]] += 1


@compiled
def _propose(text: int, other: int, hits: int, samples: I32, containment: float) -> bool:
    """
    Tell whether what two texts share suffices for an exact comparison.

    One band does. Of the smaller text's sampled shingles at least half of the share that containment asks for must be
    common: the number found is binomial, and for 8 samples and a share of .9 half of its mean already lies four
    deviations below it.
    """
    return hits >= _BANDED or hits >= max(1.0, 0.5 * containment * min(samples[text], samples[other]))


@compiled
def _enlist(text: int, buckets: Buckets, lists: Enlisted) -> int:
    """Let the buckets of a text remember it; return how many were full."""
    full = 0
    for entry in range(buckets.offsets[text], buckets.offsets[text + 1]):
        bucket = buckets.members[entry]
        at = lists.starts[bucket] + lists.counts[bucket]
        if at == lists.starts[bucket + 1]:
            full += 1
            continue
        lists.texts[at] = text
        lists.counts[bucket] += 1
    return full


@compiled
def _gather(text: int, owners: I64, buckets: Buckets, lists: Enlisted, marks: Marks, containment: float) -> int:
    """Write to `marks.found` the enlisted texts of other owners that share enough with a text; return how many."""
    hits = marks.hits
    found = marks.found
    count = 0
    for entry in range(buckets.offsets[text], buckets.offsets[text + 1]):
        bucket = buckets.members[entry]
        begin = lists.starts[bucket]
        for at in range(begin, begin + lists.counts[bucket]):
            other = lists.texts[at]
            if owners[other] == owners[text]:
                continue
            if marks.seen[other] != text:
                marks.seen[other] = text
                hits[other] = 0
                found[count] = other
                count += 1
            hits[other] += _BANDED if bucket < buckets.banded and hits[other] < _BANDED else 1
    kept = 0
    for at in range(count):
        other = found[at]
        marks.seen[other] = -1
        if _propose(text, other, hits[other], buckets.samples, containment):
            found[kept] = other
            kept += 1
    return kept


@compiled
def proposed(
    block: I64, pinned: Bools, owners: I64, buckets: Buckets, lists: Enlisted, marks: Marks, containment: float
) -> Bools:
    """
    Tell which enlisted texts the texts of a block may have to be compared with.

    Arguments as for `judge`. Returns (n,) bool.
    """
    chosen = np.zeros(len(buckets.samples), np.bool_)
    for text in block:
        if not pinned[text]:
            for at in range(_gather(text, owners, buckets, lists, marks, containment)):
                chosen[marks.found[at]] = True
    return chosen


@compiled
def _judge(
    block: I64,
    first: int,
    pinned: Bools,
    owners: I64,
    buckets: Buckets,
    lists: Enlisted,
    marks: Marks,
    sets: Sets,
    verdicts: Verdicts,
    threshold: float,
    containment: float,
) -> int:
    full = 0
    for nth in range(len(block)):
        text = block[nth]
        verdicts.ranks[text] = first + nth
        slot = sets.slots[text]
        own = sets.values[sets.places[slot] : sets.places[slot + 1]]
        found = 0
        if not pinned[text] and len(own) > 0:
            found = _gather(text, owners, buckets, lists, marks, containment)
        some = marks.found[:found]
        for at in np.argsort(verdicts.ranks[some]):
            other = some[at]
            slot = sets.slots[other]
            size = sets.places[slot + 1] - sets.places[slot]
            least = min(size, len(own))
            if least / max(size, len(own)) < threshold and least / len(own) < containment:
                continue
            both = shared(own, sets.values[sets.places[slot] : sets.places[slot + 1]])
            if both / (size + len(own) - both) >= threshold or both / len(own) >= containment:
                verdicts.witnesses[text] = other
                verdicts.shared[text] = both
                verdicts.own[text] = len(own)
                verdicts.other[text] = size
                break
        if verdicts.witnesses[text] < 0:
            full += _enlist(text, buckets, lists)
    return full


def judge(
    block: I64,
    first: int,
    pinned: Bools,
    owners: I64,
    buckets: Buckets,
    lists: Enlisted,
    marks: Marks,
    sets: Sets,
    verdicts: Verdicts,
    *,
    threshold: float,
    containment: float,
) -> int:
    """
    Visit texts in order and keep each unless it matches one already kept.

    block           (k,)  int64  the texts to visit, best first
    first                 int    how many were visited before
    pinned          (n,)  bool   texts that stay whatever they match
    owners          (n,)  int64  texts of one owner are not compared
    buckets                      of n texts: only texts that share one are compared
    lists, marks                 see `nobody`; changed
    sets                         of the block's texts and those that `proposed` tells
    verdicts                     written for the texts of the block
    threshold             float  of shared / union; above 1 for never
    containment           float  of shared / own size; above 1 for never

    A witness is the first in order of the kept texts that a text matches. Returns how often a kept text was not
    remembered because a bucket was full.
    """
    return _judge(block, first, pinned, owners, buckets, lists, marks, sets, verdicts, threshold, containment)


@compiled
def _pairs(
    block: I64,
    owners: I64,
    buckets: Buckets,
    lists: Enlisted,
    marks: Marks,
    sets: Sets,
    threshold: float,
    containment: float,
) -> tuple[I64, int]:
    rows = np.empty((1024, 5), np.int64)
    made = 0
    full = 0
    for text in block:
        slot = sets.slots[text]
        own = sets.values[sets.places[slot] : sets.places[slot + 1]]
        found = _gather(text, owners, buckets, lists, marks, containment) if len(own) > 0 else 0
        if made + found > len(rows):
            grown = np.empty((2 * (made + found), 5), np.int64)
            grown[:made] = rows[:made]
            rows = grown
        for at in range(found):
            other = marks.found[at]
            slot = sets.slots[other]
            size = sets.places[slot + 1] - sets.places[slot]
            least = min(size, len(own))
            if least == 0 or (least / max(size, len(own)) < threshold and containment > 1):
                continue
            both = shared(own, sets.values[sets.places[slot] : sets.places[slot + 1]])
            if both / (size + len(own) - both) >= threshold or both / least >= containment:
                rows[made] = np.array([other, text, both, size, len(own)])
                made += 1
        full += _enlist(text, buckets, lists)
    return rows[:made].copy(), full


def pairs(
    block: I64,
    owners: I64,
    buckets: Buckets,
    lists: Enlisted,
    marks: Marks,
    sets: Sets,
    *,
    threshold: float,
    containment: float,
) -> tuple[I64, int]:
    """
    Compare texts with all that were visited before and that a bucket they share remembers.

    Arguments as for `judge`; containment is of the smaller text's size. Returns the pairs that match, (p, 5) int64:
    the earlier text, the later one, what they share, and the sizes of both; and how often a text was not remembered
    because a bucket was full.
    """
    return _pairs(block, owners, buckets, lists, marks, sets, threshold, containment)
