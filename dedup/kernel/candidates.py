"""
Which texts are compared: those that meet in LSH buckets often enough.

Texts are visited in order, and the buckets of those that stay remember them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.agreement import equal_bytes
from dedup.kernel.growth import grown_rows, put
from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, Bools

_COMMON: Final = 1 << 20
_BAND: Final = 1 << 40
_COMMON_BAND: Final = 1 << 51
"""
What a text shares is counted in one number: bands of full buckets and other ones, sampled shingles of full buckets and
other ones. Where a count is too great for its place, texts seem more alike than they are, and are compared.
"""
_MANY: Final = 1 << 12
"""More bands than there are."""
_FEW: Final = 8
"""Sampled shingles of a text so short that one of them in common says as much as two of a longer one's."""


class Buckets(NamedTuple):
    """
    The buckets that two or more of `n` texts share, as one list of buckets a text, and what else is known of them.

    offsets     (n + 1,)  int64  where each text's buckets begin in `members`
    members     (m,)      int32  bucket numbers; below `banded` a bucket of a band, above it of a sampled shingle
    sizes       (b,)      int64  texts in each bucket
    samples     (n,)      int32  sampled shingles the text has, whether shared or not
    signatures  (n, w)    uint8  the low bytes of some of the text's MinHash values; w from 0 to 255
    fresh       (n,)      bool   whether the text is new; two others are known not to match
    banded      int              buckets that come from bands
    """

    offsets: I64
    members: I32
    sizes: I64
    samples: I32
    signatures: U8
    fresh: Bools
    banded: int


class Limits(NamedTuple):
    """
    What two texts must have in common.

    threshold    float  of shared / union to match; above 1 for never
    containment  float  of shared / own size to match; above 1 for never
    likeness     float  to match, see `likeness.measure`; above 1 for never
    agreement    int    low bytes of signatures that must be equal before two texts of one band are compared
    candidates   int    texts that one text is compared with at most: those that seem most alike
    """

    threshold: float
    containment: float
    likeness: float
    agreement: int
    candidates: int


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

    seen, hits, found  (n,)  int64
    """

    seen: I64
    hits: I64
    found: I64


def unenlisted(buckets: Buckets, limit: int, sampled: int) -> Enlisted:
    """Begin: a bucket of a band has room for `limit` of its texts, and one of a sampled shingle for `sampled` ones."""
    starts = np.zeros(len(buckets.sizes) + 1, np.int64)
    starts[1:] = np.minimum(buckets.sizes, np.where(np.arange(len(buckets.sizes)) < buckets.banded, limit, sampled))
    np.cumsum(starts, out=starts)
    return Enlisted(starts, np.zeros(len(buckets.sizes), np.int32), np.empty(starts[-1], np.int32))


def unmarked(texts: int) -> Marks:
    """Make scratch for so many texts."""
    return Marks(np.full(texts, -1, np.int64), np.zeros(texts, np.int64), np.empty(texts, np.int64))


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
def _promise(text: int, other: int, hits: int, buckets: Buckets, limits: Limits) -> int:
    """
    Tell by what two texts share how alike they seem; 0 for too little.

    Where no signatures say more, full buckets only decide between texts that share as many other ones.
    """
    asked = limits.likeness <= 1 or hits >= _BAND
    equal = equal_bytes(buckets.signatures[text], buckets.signatures[other]) if asked else 0
    least = min(buckets.samples[text], buckets.samples[other])
    bands = hits % _COMMON_BAND // _BAND * (1 if buckets.signatures.shape[1] else _MANY) + hits // _COMMON_BAND
    return seems(equal, bands, hits % _COMMON, hits // _COMMON % _COMMON, least, limits)


@compiled
def seems(equal: int, bands: int, rare: int, common: int, least: int, limits: Limits) -> int:
    """
    Tell how alike two texts seem, in equal bytes, bands and sampled shingles; 0 for too little.

    rare, common  sampled shingles that both have, and whose buckets are not full, or are
    least         sampled shingles of the text that has fewer

    One band suffices if the signatures agree. How many of the smaller text's sampled shingles are common is binomial:
    it must not lie more than four deviations below the mean that the containment asked for would give. Where texts
    will be aligned, anything in common suffices if the signatures agree, and so do two sampled shingles, or one of few;
    but phrases that fill their buckets say nothing, unless half of the smaller text consists of them.
    """
    sampled = rare + common
    if limits.likeness <= 1:
        alike = equal >= limits.agreement and (rare > 0 or bands > 0)
        enough = rare > 1 or (rare > 0 and least <= _FEW) or (common > 0 and 2 * sampled >= least)
        return equal + bands + sampled + 1 if alike or enough else 0
    promise = 0
    if bands > 0 and equal >= limits.agreement:
        promise = equal + bands
    if limits.containment <= 1 and sampled > 0:
        mean = limits.containment * least
        if sampled >= mean - 4 * np.sqrt(mean * (1 - limits.containment)):
            promise += sampled
    return promise


@compiled
def enlist(text: int, buckets: Buckets, lists: Enlisted) -> int:
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
def best(found: I64, count: int, hits: I64, most: int) -> None:
    """Move those `most` of the first `count` texts that have the most hits to the front; of equals, the first."""
    made = 0
    for at in range(count):
        text = found[at]
        place = made
        while place > 0 and hits[found[place - 1]] < hits[text]:
            place -= 1
        if place < most:
            made = min(made + 1, most)
            for back in range(made - 1, place, -1):
                found[back] = found[back - 1]
            found[place] = text


@compiled
def gather(text: int, owners: I64, buckets: Buckets, lists: Enlisted, marks: Marks, limits: Limits) -> tuple[int, int]:
    """
    Write to `marks.found` the enlisted texts of other owners that share enough with a text.

    Returns how many, and how many more there were than may be compared.
    """
    hits = marks.hits
    found = marks.found
    count = 0
    for entry in range(buckets.offsets[text], buckets.offsets[text + 1]):
        bucket = buckets.members[entry]
        begin = lists.starts[bucket]
        end = begin + lists.counts[bucket]
        rare, common = (_BAND, _COMMON_BAND) if bucket < buckets.banded else (1, _COMMON)
        hit = rare if end < lists.starts[bucket + 1] else common
        for at in range(begin, end):
            other = lists.texts[at]
            if marks.seen[other] != text:
                marks.seen[other] = text  # and stays so for texts that are not compared: they are not counted again
                if owners[other] == owners[text] or not (buckets.fresh[text] or buckets.fresh[other]):
                    continue
                hits[other] = 0
                found[count] = other
                count += 1
            hits[other] += hit
    kept = 0
    for at in range(count):
        other = found[at]
        marks.seen[other] = -1
        hits[other] = _promise(text, other, hits[other], buckets, limits)
        if hits[other] > 0:
            found[kept] = other
            kept += 1
    if kept <= limits.candidates:
        return kept, 0
    best(found, kept, hits, limits.candidates)
    return limits.candidates, kept - limits.candidates


@compiled
def foreseen(
    block: I64, pinned: Bools, owners: I64, buckets: Buckets, lists: Enlisted, marks: Marks, limits: Limits
) -> Bools:
    """
    Guess which texts will be compared when a block is visited, as if each of its texts were kept.

    Arguments as for `keepers.visit`. Returns (n,) bool. Where buckets are full, some that will be compared may be
    missing.
    """
    chosen = np.zeros(len(buckets.samples), np.bool_)
    counts = lists.counts.copy()
    for text in block:
        if not pinned[text]:
            found, _ = gather(text, owners, buckets, lists, marks, limits)
            for at in range(found):
                chosen[marks.found[at]] = True
            if found:
                chosen[text] = True
        enlist(text, buckets, lists)
    put(counts, len(counts), lists.counts, 0)
    return chosen


@compiled
def enlisted(
    block: I64, pinned: Bools, owners: I64, buckets: Buckets, lists: Enlisted, marks: Marks, limits: Limits
) -> Bools:
    """
    Tell with which texts kept so far the texts of a block may have to be compared.

    Arguments as for `keepers.visit`. Returns (n,) bool.
    """
    chosen = np.zeros(len(buckets.samples), np.bool_)
    for text in block:
        if not pinned[text]:
            for at in range(gather(text, owners, buckets, lists, marks, limits)[0]):
                chosen[marks.found[at]] = True
    return chosen


@compiled
def partners(
    block: I64, owners: I64, buckets: Buckets, lists: Enlisted, marks: Marks, limits: Limits
) -> tuple[I32, int]:
    """
    Visit texts in order, keep each, and give the pairs that are to be compared.

    Arguments as for `keepers.visit`. Returns (p, 2) int32, the earlier text and the later one, and how often a
    comparison may have been left out.
    """
    rows = np.empty((1024, 2), np.int32)
    made = 0
    full = 0
    for text in block:
        found, more = gather(text, owners, buckets, lists, marks, limits)
        full += more
        if made + found > len(rows):
            rows = grown_rows(rows, made, 2 * (made + found))
        for at in range(found):
            rows[made, 0] = marks.found[at]
            rows[made, 1] = text
            made += 1
        full += enlist(text, buckets, lists)
    return rows[:made].copy(), full
