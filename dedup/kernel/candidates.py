"""
Which texts are compared: those that meet in LSH buckets often enough.

Texts are visited in order, and the buckets of those that stay remember them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.agreement import equal_bytes
from dedup.kernel.growth import grown, grown_rows, put
from dedup.kernel.jit import borrowing, compiled

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
    sizes       (b,)      int32  texts in each bucket
    samples     (n,)      int32  sampled shingles the text has, whether shared or not
    signatures  (n, w)    uint8  the low bytes of some of the text's MinHash values; w from 0 to 255
    fresh       (n,)      bool   whether the text is new; two others are known not to match
    banded      int              buckets that come from bands
    """

    offsets: I64
    members: I32
    sizes: I32
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
    inside       bool   whether it matters that a kept text lies inside a later one; then pinned ones are compared too
    """

    threshold: float
    containment: float
    likeness: float
    agreement: int
    candidates: int
    inside: bool


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


class Meeting(NamedTuple):
    """
    `n` texts that meet in buckets.

    pinned   (n,)  bool   texts that stay whatever they match
    owners   (n,)  int64  texts of one owner are not compared
    buckets               only texts that share one are compared
    lists                 texts that each remembers; changed by visits
    """

    pinned: Bools
    owners: I64
    buckets: Buckets
    lists: Enlisted


class Marks(NamedTuple):
    """
    Scratch for gathering.

    seen   (n, 2)  int64  for whom each text was last seen, and what they share; side by side, as both are looked at
    hits   (n,)    int32  how alike those that were found seem
    equal  (n,)    uint8  low bytes of signatures in which they agree, where these were compared
    found  (n,)    int32  who was found
    """

    seen: I64
    hits: I32
    equal: U8
    found: I32


def unenlisted(buckets: Buckets, limit: int, sampled: int) -> Enlisted:
    """Begin: a bucket of a band has room for `limit` of its texts, and one of a sampled shingle for `sampled` ones."""
    starts = np.zeros(len(buckets.sizes) + 1, np.int64)
    starts[1:] = np.minimum(buckets.sizes, np.where(np.arange(len(buckets.sizes)) < buckets.banded, limit, sampled))
    np.cumsum(starts, out=starts)
    return Enlisted(starts, np.zeros(len(buckets.sizes), np.int32), np.empty(starts[-1], np.int32))


def unmarked(texts: int) -> Marks:
    """Make scratch for so many texts."""
    seen = np.full((texts, 2), -1, np.int64)
    return Marks(seen, np.empty(texts, np.int32), np.empty(texts, np.uint8), np.empty(texts, np.int32))


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
def _promise(equal: int, hits: int, least: int, told: bool, limits: Limits) -> int:
    """
    Tell by what two texts share how alike they seem; 0 for too little.

    Where no signatures tell more, full buckets only decide between texts that share as many other ones.
    """
    bands = hits % _COMMON_BAND // _BAND * (1 if told else _MANY) + hits // _COMMON_BAND
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


@borrowing
def enlist(text: int, meeting: Meeting) -> int:
    """Let the buckets of a text remember it; return how many were full."""
    offsets, members = meeting.buckets.offsets, meeting.buckets.members
    starts, counts, texts = meeting.lists.starts, meeting.lists.counts, meeting.lists.texts
    full = 0
    for entry in range(offsets[text], offsets[text + 1]):
        bucket = members[entry]
        at = starts[bucket] + counts[bucket]
        if at == starts[bucket + 1]:
            full += 1
            continue
        texts[at] = text
        counts[bucket] += 1
    return full


@borrowing
def best(found: I32, count: int, hits: I32, most: int) -> None:
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


@borrowing
def gather(text: int, meeting: Meeting, marks: Marks, limits: Limits) -> tuple[int, int]:
    """
    Write to `marks.found` the enlisted texts of other owners that share enough with a text.

    Returns how many, and how many more there were than may be compared.
    """
    seen, hits, found, equal = marks.seen, marks.hits, marks.found, marks.equal  # once: Numba counts references
    owners, buckets = meeting.owners, meeting.buckets
    offsets, members, samples, signatures, fresh, banded = (
        buckets.offsets,
        buckets.members,
        buckets.samples,
        buckets.signatures,
        buckets.fresh,
        buckets.banded,
    )
    starts, counts, texts = meeting.lists.starts, meeting.lists.counts, meeting.lists.texts
    owner, new = owners[text], fresh[text]
    count = 0
    for entry in range(offsets[text], offsets[text + 1]):
        bucket = members[entry]
        begin = starts[bucket]
        end = begin + counts[bucket]
        rare, common = (_BAND, _COMMON_BAND) if bucket < banded else (1, _COMMON)
        hit = rare if end < starts[bucket + 1] else common
        for at in range(begin, end):
            other = texts[at]
            if not (new or fresh[other]):  # first, as the least memory: in later rounds few are fresh
                continue
            if seen[other, 0] == text:
                seen[other, 1] += hit
                continue
            seen[other, 0] = text  # and stays so for texts that are not compared: they are not counted again
            if owners[other] != owner:
                seen[other, 1] = hit
                found[count] = other
                count += 1
    kept = 0
    told = signatures.shape[1] > 0
    for at in range(count):
        other = found[at]
        seen[other, 0] = -1
        shared = seen[other, 1]
        same = equal_bytes(signatures, text, other) if limits.likeness <= 1 or shared >= _BAND else 0
        promise = _promise(same, shared, min(samples[text], samples[other]), told, limits)
        if promise > 0:
            hits[other] = promise
            equal[other] = same
            found[kept] = other
            kept += 1
    if kept <= limits.candidates:
        return kept, 0
    best(found, kept, hits, limits.candidates)
    return limits.candidates, kept - limits.candidates


@compiled
def foreseen(block: I64, meeting: Meeting, marks: Marks, limits: Limits) -> Bools:
    """
    Guess which texts will be compared when a block is visited, as if each of its texts were kept.

    Arguments as for `keepers.visit`. Returns (n,) bool. Where buckets are full, some that will be compared may be
    missing.
    """
    chosen = np.zeros(len(meeting.owners), np.bool_)
    pinned, lists, found_at = meeting.pinned, meeting.lists, marks.found
    counts = lists.counts.copy()
    for text in block:
        if limits.inside or not pinned[text]:
            found, _ = gather(text, meeting, marks, limits)
            for at in range(found):
                chosen[found_at[at]] = True
            if found:
                chosen[text] = True
        enlist(text, meeting)
    put(counts, len(counts), lists.counts, 0)
    return chosen


@compiled
def remembered(block: I64, meeting: Meeting) -> Bools:
    """
    Choose the texts of a block, and all that their buckets remember.

    block  (k,)  int64

    Returns (n,) bool.
    """
    offsets, members = meeting.buckets.offsets, meeting.buckets.members
    starts, counts, texts = meeting.lists.starts, meeting.lists.counts, meeting.lists.texts
    chosen = np.zeros(len(meeting.owners), np.bool_)
    looked = np.zeros(len(counts), np.bool_)
    for text in block:
        chosen[text] = True
        for entry in range(offsets[text], offsets[text + 1]):
            bucket = members[entry]
            if not looked[bucket]:
                looked[bucket] = True
                for at in range(starts[bucket], starts[bucket] + counts[bucket]):
                    chosen[texts[at]] = True
    return chosen


@compiled
def partners(block: I64, meeting: Meeting, marks: Marks, limits: Limits) -> tuple[I32, U8, int]:
    """
    Visit texts in order, keep each, and give the pairs that are to be compared.

    Arguments as for `keepers.visit`. Returns (p, 2) int32, the earlier text and the later one; (p,) uint8, the low
    bytes of their signatures that are equal; and how often a comparison may have been left out.
    """
    rows = np.empty((1024, 2), np.int32)
    equal = np.empty(1024, np.uint8)
    found_at, equal_at = marks.found, marks.equal
    made = 0
    full = 0
    for text in block:
        found, more = gather(text, meeting, marks, limits)
        full += more
        if made + found > len(rows):
            rows = grown_rows(rows, made, 2 * (made + found))
            equal = grown(equal, made, len(rows))
        for at in range(found):
            other = found_at[at]
            rows[made, 0] = other
            rows[made, 1] = text
            equal[made] = equal_at[other]
            made += 1
        full += enlist(text, meeting)
    return rows[:made].copy(), equal[:made].copy(), full
