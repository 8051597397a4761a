"""From short texts straight to their keys: nothing else is kept of them, and too short ones are passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.kernel.jit import compiled
from dedup.kernel.minhash import BEHIND, halved, lower, whole
from dedup.kernel.shingles import roll, room
from dedup.kernel.words import mix, scan

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64


class Keyed(NamedTuple):
    """
    The keys of those `m` of a batch of texts that have words enough.

    places  (m,)            int64   which texts they are, ascending
    words   (m,)            int32   words in the text
    keys    (bands + 1, m)  uint64  see `minhash.band_keys`; last a hash of all words, as `Sketches.wholes[:, 0]`
    """

    places: I64
    words: I32
    keys: U64


@compiled
def _keyed(
    data: U8, lows: I64, highs: I64, least: int, size: int, bands: int, a: U32, b: U32, table: U32, parts: U32
) -> tuple[I64, I32, U64]:
    """Give `Keyed`; `a` and `b` are first those of all bands' first rows, then of their second ones."""
    longest = room(lows, highs)
    words = np.empty(longest, np.uint64)
    shingles = np.empty(longest, np.uint64)
    halves = np.empty(longest + 8, np.uint32)
    nowhere = np.empty(0, np.int32)
    signature = np.empty(len(a), np.uint32)
    places = np.empty(len(lows), np.int64)
    lengths = np.empty(len(lows), np.int32)
    keys = np.empty((bands + 1, len(lows)), np.uint64)
    begun = np.empty(bands, np.uint64)
    for band in range(bands):
        begun[band] = mix(np.uint64(band + 1))
    states = np.empty(bands, np.uint64)
    made = 0
    for at in range(len(lows)):
        count = scan(data, lows[at], highs[at], table, parts, words, nowhere, nowhere)
        if count < least:
            continue
        places[made] = at
        lengths[made] = count
        keys[bands, made] = whole(words, count)[0]
        full = halved(shingles, roll(words, count, size, shingles), halves)
        signature[:] = np.uint32(0xFFFFFFFF)
        lower(halves, full, a, b, signature)
        for band in range(bands):  # all bands at once, as the processor can
            states[band] = mix(begun[band] ^ np.uint64(signature[band])) + BEHIND
        for row in range(bands, len(a), bands):
            values = signature[row : row + bands]
            for band in range(bands):
                states[band] = mix(states[band] ^ np.uint64(values[band])) + BEHIND
        for band in range(bands):
            states[band] = mix(states[band])
        for band in range(bands):
            keys[band, made] = states[band]
        made += 1
    return places[:made].copy(), lengths[:made].copy(), keys[:, :made].copy()


def keyed(
    data: U8,
    lows: I64,
    highs: I64,
    *,
    least: int,
    size: int,
    bands: int,
    rows: int,
    a: U32,
    b: U32,
    table: U32,
    parts: U32,
) -> Keyed:
    """
    Give the keys of a batch of texts.

    data, lows, highs, size, a, b, table, parts   see `minhash.sketches`
    least                                         texts of fewer words are left out
    bands, rows                                   see `minhash.band_keys`; bands * rows <= k
    """
    a, b = (np.ascontiguousarray(each[: bands * rows].reshape(bands, rows).T).ravel() for each in (a, b))
    return Keyed(*_keyed(data, lows, highs, least, size, bands, a, b, table, parts))
