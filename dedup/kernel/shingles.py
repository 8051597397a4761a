"""From words to shingles: every run of `size` consecutive words, as one 64-bit hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.kernel.growth import grown, put
from dedup.kernel.jit import borrowing, compiled
from dedup.kernel.words import capacity, mix, scan

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64

_1: Final = np.uint64(1)
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)


@compiled
def roll(words: U64, count: int, size: int, shingles: U64) -> int:
    """
    Hash every `size` consecutive words.

    words     (m,)  uint64  `words[:count]` are read
    size            int     >= 1
    shingles  (k,)  uint64  written in text order, repeats included; k >= max(1, count)

    Returns how many were written: count - size + 1, but 1 for a text of 1 to size - 1 words (they are one shingle
    together) and 0 for a text without words. A shingle's hash is the polynomial of its word hashes modulo 2**64
    with an odd base, mixed.
    """
    if count == 0:
        return 0
    past = np.uint64(1)  # the base to the power of `size`: what the word that drops out is multiplied by
    state = np.uint64(0)
    for at in range(min(size, count)):
        state = state * _BASE + words[at]
        past *= _BASE
    shingles[0] = mix(state)
    made = max(1, count - size + 1)
    ahead = np.uint64(size - 1)
    for at in range(1, made):
        place = np.uint64(at)
        state = state * _BASE + (words[place + ahead] - words[place - _1] * past)
        shingles[place] = mix(state)
    return made


@compiled
def distinct(values: U64, count: int, scratch: U64, slots: I32) -> int:
    """
    Sort `values[:count]` in place and move the distinct ones to the front; return how many there are.

    values   (m,)  uint64  hashes: evenly spread over 0 to about the greatest of them
    scratch  (k,)  uint64  overwritten; k >= count
    slots    (s,)  int32   overwritten; s >= 2 * count

    Values go to as many buckets as there are of them, by their top bits, and are inserted where they belong: as they
    are evenly spread, a few steps away. Equal values are met before they are moved, so repeats cost nothing more.
    """
    if count < 2:
        return count
    union = np.uint64(0)
    for at in range(count):
        union |= values[at]
    bits = 0
    while 1 << bits < count:
        bits += 1
    shift = 64 - bits
    while shift > 0 and union >> np.uint64(shift + bits - 1) == 0:
        shift -= 1
    down = np.uint64(shift)
    buckets = 1 << bits
    slots[:buckets] = 0
    for at in range(count):
        slots[values[at] >> down] += np.int32(1)
    begin = np.int32(0)
    for bucket in range(buckets):
        size = slots[bucket]
        slots[bucket] = begin
        begin += size
    for at in range(count):
        bucket = values[at] >> down
        scratch[np.uint64(slots[bucket])] = values[at]
        slots[bucket] += np.int32(1)
    kept = 0
    for at in range(count):
        value = scratch[at]
        place = kept
        while place > 0 and values[np.uint64(place - 1)] > value:
            place -= 1
        if place > 0 and values[np.uint64(place - 1)] == value:
            continue
        for back in range(kept, place, -1):
            values[np.uint64(back)] = values[np.uint64(back - 1)]
        values[np.uint64(place)] = value
        kept += 1
    return kept


@compiled
def room(lows: I64, highs: I64) -> int:
    """Give a number of words that the longest of the texts `[lows[i], highs[i])` cannot exceed."""
    longest = 0
    for at in range(len(lows)):
        longest = max(longest, highs[at] - lows[at])
    return capacity(longest)


@compiled
def sets(data: U8, lows: I64, highs: I64, size: int, table: U32, parts: U32) -> tuple[U64, I64]:
    """
    Shingle sets of a batch of texts.

    data          (n,)    uint8   UTF-8
    lows, highs   (t,)    int64   text i is `data[lows[i]:highs[i]]`
    size                  int     words in a shingle
    table, parts                  see `normal.Folding`

    Returns `values` (m,) uint64 and `offsets` (t + 1,) int64: the set of text i is
    `values[offsets[i]:offsets[i + 1]]`, sorted, without repeats.
    """
    texts = len(lows)
    words = np.empty(room(lows, highs), np.uint64)
    shingles = np.empty(len(words), np.uint64)
    slots = np.empty(2048, np.int32)
    nowhere = np.empty(0, np.int32)
    offsets = np.zeros(texts + 1, np.int64)
    values = np.empty(1024, np.uint64)
    for at in range(texts):
        count = scan(data, lows[at], highs[at], table, parts, words, nowhere, nowhere)
        count = roll(words, count, size, shingles)
        if 2 * count > len(slots):
            slots = np.empty(4 * count, np.int32)
        count = distinct(shingles, count, words, slots)
        begin = offsets[at]
        if begin + count > len(values):
            values = grown(values, begin, 2 * (begin + count))
        put(shingles, count, values, begin)
        offsets[at + 1] = begin + count
    return values[: offsets[texts]].copy(), offsets


@borrowing
def shared(values: U64, low: int, high: int, begin: int, end: int, most: int) -> int:
    """
    Count the values that `values[low:high]` and `values[begin:end]` have in common; no further than `most` + 1.

    Both are sorted and without repeats. They are told by where they stand, as Numba counts references to slices.
    """
    i = np.uint64(low)
    j = np.uint64(begin)
    stop = np.uint64(high)
    other_stop = np.uint64(end)
    common = 0
    while i < stop and j < other_stop and common <= most:
        x = values[i]
        y = values[j]
        common += x == y
        i += np.uint64(x <= y)
        j += np.uint64(y <= x)
    return common
