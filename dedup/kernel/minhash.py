"""From texts to MinHash signatures, band keys and samples of shingles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.growth import grown
from dedup.kernel.jit import compiled
from dedup.kernel.shingles import distinct, roll, room
from dedup.kernel.words import mix, scan

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64

_UPPER: Final = np.uint64(32)
_MIX1: Final = np.uint32(0x85EBCA6B)
_MIX2: Final = np.uint32(0xC2B2AE35)
_16: Final = np.uint32(16)
_13: Final = np.uint32(13)
BEHIND: Final = np.uint64(0xD6E8FEB86659FD93)
_ANOTHER: Final = np.uint64(0xA0761D6478BD642F)


class Sketches(NamedTuple):
    """
    What is remembered of a batch of `t` texts.

    words       (t,)     int32   words in the text
    wholes      (t, 2)   uint64  two hashes of the sequence of words; equal sequences have equal hashes
    signatures  (t, k)   uint32  MinHash signatures; all ones for a text without words
    samples     (m,)     uint64  the distinct shingles below 2**64 / rate, sorted, end to end
    offsets     (t + 1,) int64   where each text's samples begin
    """

    words: I32
    wholes: U64
    signatures: U32
    samples: U64
    offsets: I64


@compiled
def mix32(value: np.uint32) -> np.uint32:
    """MurmurHash3's 32-bit finaliser; each step is cut back to 32 bits, since Numba widens products."""
    value = np.uint32(value ^ (value >> _16))
    value = np.uint32(value * _MIX1)
    value = np.uint32(value ^ (value >> _13))
    value = np.uint32(value * _MIX2)
    return np.uint32(value ^ (value >> _16))


@compiled
def whole(words: U64, count: int) -> tuple[np.uint64, np.uint64]:
    """
    Hash a sequence of words twice.

    Each step takes two words, one into either product and the other behind it, so that a change goes unseen only if
    both hashes miss it. The halves then change places: high bits come to where the next product spreads them, and a
    word added does not meet the next one as an equal.
    """
    first = np.uint64(count)
    second = ~first
    for at in range(0, count, 2):
        one = words[at]
        other = words[at + 1] if at + 1 < count else np.uint64(0)
        first = (first ^ one) * BEHIND + other
        first = first << _UPPER | first >> _UPPER
        second = (second ^ other) * _ANOTHER + one
        second = second << _UPPER | second >> _UPPER
    return mix(first), mix(second)


@compiled
def halved(shingles: U64, count: int, halves: U32) -> int:
    """
    Mix the upper halves of `shingles[:count]` into `halves`, as many as `lower` takes together; return their number.

    The last one is written again and again to fill up: it changes no minimum. `halves` has 8 places more than count.
    """
    for place in range(count):
        halves[place] = mix32(np.uint32(shingles[place] >> _UPPER))
    full = count
    while full % 8:
        halves[full] = halves[count - 1]
        full += 1
    return full


@compiled
def lower(halves: U32, count: int, a: U32, b: U32, minima: U32) -> None:
    """
    Lower each of `minima` (k,) to the least of a * h + b over `halves[:count]`; `count` is a multiple of 8.

    Eight shingles at a time and row by row: the rows fill the vector registers whatever the length of the text.
    """
    for at in range(0, count, 8):
        h0, h1, h2, h3 = halves[at], halves[at + 1], halves[at + 2], halves[at + 3]
        h4, h5, h6, h7 = halves[at + 4], halves[at + 5], halves[at + 6], halves[at + 7]
        for row in range(len(a)):
            x = a[row]
            y = b[row]
            even = min(np.uint32(h0 * x + y), np.uint32(h2 * x + y), np.uint32(h4 * x + y), np.uint32(h6 * x + y))
            odd = min(np.uint32(h1 * x + y), np.uint32(h3 * x + y), np.uint32(h5 * x + y), np.uint32(h7 * x + y))
            minima[row] = min(minima[row], even, odd)


@compiled
def _sketches(
    data: U8, lows: I64, highs: I64, size: int, rate: int, a: U32, b: U32, table: U32, parts: U32
) -> tuple[I32, U64, U32, U64, I64]:
    texts = len(lows)
    longest = room(lows, highs)
    words = np.empty(longest, np.uint64)
    shingles = np.empty(longest, np.uint64)
    halves = np.empty(longest + 8, np.uint32)
    slots = np.empty(2048, np.int32)
    nowhere = np.empty(0, np.int32)
    lengths = np.zeros(texts, np.int32)
    wholes = np.zeros((texts, 2), np.uint64)
    signatures = np.full((texts, len(a)), 0xFFFFFFFF, np.uint32)
    samples = np.empty(1024, np.uint64)
    offsets = np.zeros(texts + 1, np.int64)
    greatest = np.uint64(0xFFFFFFFFFFFFFFFF) // np.uint64(rate)
    for at in range(texts):
        count = scan(data, lows[at], highs[at], table, parts, words, nowhere, nowhere)
        lengths[at] = count
        wholes[at, 0], wholes[at, 1] = whole(words, count)
        count = roll(words, count, size, shingles)
        begin = offsets[at]
        if begin + count > len(samples):
            samples = grown(samples, begin, 2 * (begin + count))
        taken = 0
        for place in range(count):
            samples[np.uint64(begin + taken)] = shingles[place]
            taken += shingles[place] <= greatest
        if 2 * taken > len(slots):
            slots = np.empty(4 * taken, np.int32)
        offsets[at + 1] = begin + distinct(samples[begin:], taken, words, slots)
        lower(halves, halved(shingles, count, halves), a, b, signatures[at])
    return lengths, wholes, signatures, samples[: offsets[texts]].copy(), offsets


def sketches(
    data: U8, lows: I64, highs: I64, *, size: int, rate: int, a: U32, b: U32, table: U32, parts: U32
) -> Sketches:
    """
    Sketch a batch of texts.

    data          (n,)  uint8   UTF-8
    lows, highs   (t,)  int64   text i is `data[lows[i]:highs[i]]`
    size, rate          int     words in a shingle; one shingle in `rate` is sampled
    a, b          (k,)  uint32  permutation coefficients, a odd (Dietzfelbinger's affine hashing)
    table, parts                see `normal.Folding`

    A signature is datasketch's scheme `affine32`: the minimum over the shingles' upper halves h of
    a * fmix32(h) + b, all modulo 2**32.
    """
    return Sketches(*_sketches(data, lows, highs, size, rate, a, b, table, parts))


@compiled
def band_keys(signatures: U32, bands: int, rows: int) -> U64:
    """
    Keys of LSH buckets.

    signatures  (t, k)  uint32  k >= bands * rows

    Returns (t, bands) uint64: a mix of the band's number and its `rows` values; equal keys, equal rows.
    """
    texts = len(signatures)
    keys = np.empty((texts, bands), np.uint64)
    for at in range(texts):
        for band in range(bands):
            state = mix(np.uint64(band + 1))
            for row in range(band * rows, (band + 1) * rows):
                state = mix(state ^ np.uint64(signatures[at, row])) + BEHIND
            keys[at, band] = mix(state)
    return keys
