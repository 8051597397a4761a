"""From UTF-8 to words: decode, fold, cut, hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, U8, U32, U64

_SEED: Final = np.uint64(0x9E3779B97F4A7C15)
_STEP: Final = np.uint64(0x100000001B3)
_MIX1: Final = np.uint64(0xFF51AFD7ED558CCD)
_MIX2: Final = np.uint64(0xC4CEB9FE1A85EC53)
_HALF: Final = np.uint64(33)

_SHIFT: Final = np.uint32(24)
_VALUE: Final = np.uint32(0xFFFFFF)
_SOLO: Final = 2
_MARK: Final = 3
_HIDDEN: Final = 4
_SEVERAL: Final = 5


class Words(NamedTuple):
    """
    The words of one text, in order.

    hashes   (m,)  uint64  one hash a word, of its folded code points
    starts   (m,)  int32   code point where the word begins
    ends     (m,)  int32   code point behind its last character, dropped marks and invisible ones included
    """

    hashes: U64
    starts: I32
    ends: I32


@compiled
def mix(value: np.uint64) -> np.uint64:
    """MurmurHash3's 64-bit finaliser, a bijection; products wrap modulo 2**64."""
    value ^= value >> _HALF
    value *= _MIX1
    value ^= value >> _HALF
    value *= _MIX2
    return value ^ (value >> _HALF)


@compiled
def capacity(size: int) -> int:
    """
    Give a number of words that `size` bytes cannot exceed.

    The record is 4 in 3, by U+FDFA, one character that stands for four words.
    """
    return size * 4 // 3 + 1


@compiled
def scan(data: U8, low: int, high: int, table: U32, parts: U32, hashes: U64, starts: I32, ends: I32) -> int:
    """
    Cut one text into words.

    data            (n,)  uint8   UTF-8; `data[low:high]` is the text and must be well-formed
    table, parts                  see `normal.Folding`
    hashes          (k,)  uint64  written: one hash a word; k >= capacity(high - low)
    starts, ends    (k,) or (0,)  int32, written: the words' code points; not wanted when empty

    Returns the number of words. A word's hash is the polynomial of its folded code points modulo 2**64, mixed.
    """
    placed = len(starts) > 0
    count = 0
    at = low
    point = 0  # code points read
    state = _SEED
    open_as = 0  # class of the word being read: 0 none, 1 run of letters, 2 character of its own
    while at < high:
        byte = data[at]
        if byte < 0x80:  # ASCII holds only letters (digits among them) and separators: the rest of the word at once
            entry = table[byte]
            if open_as and (entry == 0 or open_as == _SOLO):
                hashes[count] = mix(state)
                count += 1
                open_as = 0
            if entry == 0:
                at += 1
                point += 1
                continue
            if open_as == 0:
                open_as = 1
                state = _SEED
                if placed:
                    starts[count] = point
            begin = at
            while byte < 0x80 and entry != 0:
                state = (state ^ np.uint64(entry & _VALUE)) * _STEP
                at += 1
                if at == high:
                    break
                byte = data[at]
                entry = table[byte]
            point += at - begin
            if placed:
                ends[count] = point
            continue
        if byte < 0xE0:
            code = np.uint32((byte & 0x1F) << 6 | (data[at + 1] & 0x3F))
            at += 2
        elif byte < 0xF0:
            code = np.uint32(
                np.uint32(byte & 0x0F) << 12 | np.uint32(data[at + 1] & 0x3F) << 6 | np.uint32(data[at + 2] & 0x3F)
            )
            at += 3
        else:
            code = np.uint32(
                np.uint32(byte & 0x07) << 18
                | np.uint32(data[at + 1] & 0x3F) << 12
                | np.uint32(data[at + 2] & 0x3F) << 6
                | np.uint32(data[at + 3] & 0x3F)
            )
            at += 4
        entry = table[code]
        kind = entry >> _SHIFT
        first = np.int64(0)
        several = np.int64(1)
        if kind == _SEVERAL:
            first = np.int64((entry & _VALUE) >> np.uint32(5))
            several = np.int64(entry & np.uint32(31))
        for step in range(several):
            if kind == _SEVERAL:
                entry = table[parts[first + step]]
            part = entry >> _SHIFT
            if part == _HIDDEN:
                if open_as and placed:
                    ends[count] = point + 1
                continue
            if open_as and (part == 0 or part == _SOLO or (open_as == _SOLO and part != _MARK)):
                hashes[count] = mix(state)
                count += 1
                open_as = 0
            if part == 0:
                continue
            if open_as == 0:
                open_as = _SOLO if part == _SOLO else 1
                state = _SEED
                if placed:
                    starts[count] = point
            state = (state ^ np.uint64(entry & _VALUE)) * _STEP
            if placed:
                ends[count] = point + 1
        point += 1
    if open_as:
        hashes[count] = mix(state)
        count += 1
    return count


@compiled
def _words(data: U8, table: U32, parts: U32) -> tuple[U64, I32, I32]:
    most = capacity(len(data))
    hashes = np.empty(most, np.uint64)
    starts = np.empty(most, np.int32)
    ends = np.empty(most, np.int32)
    count = scan(data, 0, len(data), table, parts, hashes, starts, ends)
    return hashes[:count].copy(), starts[:count].copy(), ends[:count].copy()


def words(data: U8, table: U32, parts: U32) -> Words:
    """Cut one text, `data` (n,) uint8 of well-formed UTF-8, into words with their places."""
    return Words(*_words(data, table, parts))
