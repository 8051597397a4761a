"""From texts to keys of their lines: which lines say the same, whatever texts they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from dedup.kernel.eights import load
from dedup.kernel.growth import grown
from dedup.kernel.jit import compiled
from dedup.kernel.lines import line_end
from dedup.kernel.words import capacity, mix, scan

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64, Texts

_TURN: Final = np.uint64(0x9E3779B97F4A7C15)
_32: Final = np.uint64(32)

SHORT: Final = 160
"""Bytes of the longest line that counts as short."""


class LineKeys(NamedTuple):
    """
    Short lines that hold a letter, in order, and texts as a whole.

    owners  (m,)  int32   the text that each line is of
    keys    (m,)  uint64  a hash of its words in the comparison form; see `line_key`
    wholes  (t,)  uint64  a hash of all lines of each text; texts that say the same in the same lines share it
    """

    owners: I32
    keys: U64
    wholes: U64


class Recurring(NamedTuple):
    """
    Lines that recur.

    keys       (r,)  uint64  ascending; see `line_key`
    documents  (r,)  int32   documents that hold such a line
    """

    keys: U64
    documents: I32

    @classmethod
    def none(cls) -> Self:
        """Give no lines."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int32))


@compiled
def _joined(key: np.uint64, value: np.uint64) -> np.uint64:
    """Take one of many values into a hash: half a `mix`, as each waits for the one before; what comes last is mixed."""
    key = (key ^ value) * _TURN
    return key ^ key >> _32


@compiled
def line_key(hashes: U64, count: int) -> np.uint64:
    """Hash the words of a line, of which there are `count`; lines of the same words in the same order share a key."""
    key = _TURN
    for place in range(count):
        key = _joined(key, hashes[place])
    return mix(key)


@compiled
def _long_key(data: U8, low: int, high: int) -> np.uint64:
    """Hash all bytes of a line of more than eight."""
    key = mix(_TURN ^ np.uint64(high - low))
    for at in range(low, high - 8, 8):
        key = _joined(key, load(data, np.uint64(at)))
    return mix(_joined(key, load(data, np.uint64(high - 8))))


@compiled
def _lettered(data: U8, low: int, high: int) -> bool:
    """Tell whether some bytes hold a letter, or anything beyond ASCII."""
    for at in range(low, high):
        byte = data[at]
        if byte >= 0x80 or ord("a") <= byte | 0x20 <= ord("z"):
            return True
    return False


@compiled
def _keyed_lines(data: U8, lows: I64, highs: I64, most: int, table: U32, parts: U32) -> tuple[I32, U64, U64]:
    nowhere = np.empty(0, np.int32)
    hashes = np.empty(capacity(SHORT), np.uint64)
    owners = np.empty(1024, np.int32)
    keys = np.empty(1024, np.uint64)
    wholes = np.empty(len(lows), np.uint64)
    made = 0
    for text in range(len(lows)):
        whole = _TURN
        at = lows[text]
        high = highs[text]
        while at < high:
            first = at
            last = at = line_end(data, at, high)
            at += 1
            if last - first > SHORT:
                whole = mix(whole ^ _long_key(data, first, last))
                continue
            count = scan(data, first, last, table, parts, hashes, nowhere, nowhere)
            if count == 0:
                continue
            key = line_key(hashes, count)
            whole = mix(whole ^ key)
            if count > most or not _lettered(data, first, last):
                continue
            if made == len(keys):
                owners = grown(owners, made, 2 * made)
                keys = grown(keys, made, 2 * made)
            owners[made] = text
            keys[made] = key
            made += 1
        wholes[text] = whole
    return owners[:made].copy(), keys[:made].copy(), wholes


def keyed_lines(texts: Texts, most: int, table: U32, parts: U32) -> LineKeys:
    """Give the keys of the lines of a batch that have at most so many words; table, parts: see `normal.Folding`."""
    return LineKeys(*_keyed_lines(*texts, most, table, parts))
