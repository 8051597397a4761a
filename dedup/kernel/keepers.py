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
    Which of `n` texts share a key with another, as one list of buckets a text.

    offsets  (n + 1,)  int64  where each text's buckets begin in `members`
    members  (m,)      int32  bucket numbers; below `banded` a bucket of a band, from there on of a sampled shingle
    samples  (n,)      int32  sampled shingles the text has, whether shared or not
    banded   int              buckets that come from bands
    total    int              buckets in all
    """

    offsets: I64
    members: I32
    samples: I32
    banded: int
    total: int


class _Lists(NamedTuple):
    """
    For each of `b` buckets the texts enlisted in it, as linked lists of entries of `Buckets.members`.

    heads, tails  (b,)  int64  first and last entry; heads are -1 for an empty list
    lengths       (b,)  int32
    following     (m,)  int64  the next entry of the same list, or -1
    texts         (m,)  int64  the entry's text
    """

    heads: I64
    tails: I64
    lengths: I32
    following: I64
    texts: I64


class _Marks(NamedTuple):
    """
    Scratch for gathering, one value a text: for whom it was last seen, what they share, and who was found.

    seen (n,) int64, hits (n,) int32, found (n,) int64
    """

    seen: I64
    hits: I32
    found: I64


@compiled
def _empty(buckets: Buckets) -> tuple[_Lists, _Marks]:
    """Make empty lists and marks."""
    n = len(buckets.offsets) - 1
    entries = len(buckets.members)
    return (
        _Lists(
            np.full(buckets.total, -1, np.int64),
            np.empty(buckets.total, np.int64),
            np.zeros(buckets.total, np.int32),
            np.full(entries, -1, np.int64),
            np.empty(entries, np.int64),
        ),
        _Marks(np.full(n, -1, np.int64), np.zeros(n, np.int32), np.empty(n, np.int64)),
    )


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
def _enlist(text: int, buckets: Buckets, lists: _Lists, limit: int) -> int:
    """Append a text to the lists of its buckets; return how many lists were full."""
    full = 0
    for entry in range(buckets.offsets[text], buckets.offsets[text + 1]):
        bucket = buckets.members[entry]
        if lists.lengths[bucket] >= limit:
            full += 1
            continue
        lists.texts[entry] = text
        if lists.lengths[bucket] == 0:
            lists.heads[bucket] = entry
        else:
            lists.following[lists.tails[bucket]] = entry
        lists.tails[bucket] = entry
        lists.lengths[bucket] += 1
    return full


@compiled
def _gather(text: int, owners: I64, buckets: Buckets, lists: _Lists, marks: _Marks, containment: float) -> int:
    """Write to `marks.found` the enlisted texts of other owners that share enough with a text; return how many."""
    hits = marks.hits
    found = marks.found
    count = 0
    for entry in range(buckets.offsets[text], buckets.offsets[text + 1]):
        bucket = buckets.members[entry]
        at = lists.heads[bucket]
        while at >= 0:
            other = lists.texts[at]
            if owners[other] != owners[text]:
                if marks.seen[other] != text:
                    marks.seen[other] = text
                    hits[other] = 0
                    found[count] = other
                    count += 1
                hits[other] += _BANDED if bucket < buckets.banded and hits[other] < _BANDED else 1
            at = lists.following[at]
    kept = 0
    for at in range(count):
        if _propose(text, found[at], hits[found[at]], buckets.samples, containment):
            found[kept] = found[at]
            kept += 1
    return kept


@compiled
def _keepers(
    order: I64,
    pinned: Bools,
    owners: I64,
    buckets: Buckets,
    values: U64,
    places: I64,
    threshold: float,
    containment: float,
    limit: int,
) -> tuple[I64, I32, int]:
    n = len(buckets.offsets) - 1
    witnesses = np.full(n, -1, np.int64)
    common = np.zeros(n, np.int32)
    rank = np.full(n, n, np.int64)
    lists, marks = _empty(buckets)
    full = 0
    for place in range(len(order)):
        text = order[place]
        rank[text] = place
        own = values[places[text] : places[text + 1]]
        proposed = 0
        if not pinned[text] and len(own) > 0:
            proposed = _gather(text, owners, buckets, lists, marks, containment)
        some = marks.found[:proposed]
        ranks = rank[some]
        for at in np.argsort(ranks):
            other = some[at]
            size = places[other + 1] - places[other]
            least = min(size, len(own))
            if least / max(size, len(own)) < threshold and least / len(own) < containment:
                continue
            both = shared(own, values[places[other] : places[other + 1]])
            if both / (size + len(own) - both) >= threshold or both / len(own) >= containment:
                witnesses[text] = other
                common[text] = both
                break
        if witnesses[text] < 0:
            full += _enlist(text, buckets, lists, limit)
    return witnesses, common, full


def keepers(
    order: I64,
    pinned: Bools,
    owners: I64,
    buckets: Buckets,
    values: U64,
    places: I64,
    *,
    threshold: float,
    containment: float,
    limit: int,
) -> tuple[I64, I32, int]:
    """
    Visit texts in order and keep each unless it matches one already kept.

    order           (k,)  int64  the texts to visit, best first
    pinned          (n,)  bool   texts that stay whatever they match
    owners          (n,)  int64  texts of one owner are not compared
    buckets                      of n texts: only texts that share one are compared
    values, places               their shingle sets, see `shingles.sets`
    threshold             float  of shared / union; above 1 for never
    containment           float  of shared / own size; above 1 for never
    limit                 int    kept texts that one bucket remembers

    Returns `witnesses` (n,) int64, the first in order of the kept texts that a text matches, or -1 where it is kept
    or was not visited; `shared` (n,) int32; and how often a kept text was not remembered because a bucket was full.
    """
    return _keepers(order, pinned, owners, buckets, values, places, threshold, containment, limit)


@compiled
def _pairs(buckets: Buckets, values: U64, places: I64, threshold: float, containment: float) -> tuple[I64, I64, I32]:
    n = len(buckets.offsets) - 1
    lists, marks = _empty(buckets)
    owners = np.arange(n)
    left = np.empty(1024, np.int64)
    right = np.empty(1024, np.int64)
    common = np.empty(1024, np.int32)
    made = 0
    for text in range(n):
        own = values[places[text] : places[text + 1]]
        proposed = _gather(text, owners, buckets, lists, marks, containment)
        if made + proposed > len(left):
            room = 2 * (made + proposed)
            left = np.concatenate((left[:made], np.empty(room - made, np.int64)))
            right = np.concatenate((right[:made], np.empty(room - made, np.int64)))
            common = np.concatenate((common[:made], np.empty(room - made, np.int32)))
        for at in range(proposed):
            other = marks.found[at]
            size = places[other + 1] - places[other]
            least = min(size, len(own))
            if least == 0 or (least / max(size, len(own)) < threshold and containment > 1):
                continue
            both = shared(own, values[places[other] : places[other + 1]])
            if both / (size + len(own) - both) >= threshold or both / least >= containment:
                left[made] = other
                right[made] = text
                common[made] = both
                made += 1
        _enlist(text, buckets, lists, n)
    return left[:made].copy(), right[:made].copy(), common[:made].copy()


def pairs(buckets: Buckets, values: U64, places: I64, *, threshold: float, containment: float) -> tuple[I64, I64, I32]:
    """
    Compare every two texts that share a bucket.

    Arguments as for `keepers`; containment is of the smaller text's size. Returns `left` and `right` (p,) int64 with
    left < right, and what each pair shares (p,) int32: all pairs that match.
    """
    return _pairs(buckets, values, places, threshold, containment)
