"""From UTF-8 to words: decode, fold, cut, hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.eights import BLOCK, LOWER, NOT_ASCII, classes, load, trailing, utf8
from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64

_SEED: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX1: Final = np.uint64(0xFF51AFD7ED558CCD)
_MIX2: Final = np.uint64(0xC4CEB9FE1A85EC53)
_HALF: Final = np.uint64(33)

_SHIFT: Final = np.uint32(24)
_VALUE: Final = np.uint32(0xFFFFFF)
_LETTER: Final = 1
_SOLO: Final = 2
_MARK: Final = 3
_HIDDEN: Final = 4
_SEVERAL: Final = 5

_0: Final = np.uint64(0)
_1: Final = np.uint64(1)
_2: Final = np.uint64(2)
_3: Final = np.uint64(3)
_5: Final = np.uint64(5)
_6: Final = np.uint64(6)
_8: Final = np.uint64(8)
_12: Final = np.uint64(12)
_16: Final = np.uint64(16)
_18: Final = np.uint64(18)
_24: Final = np.uint64(24)
_31: Final = np.uint32(31)
_48: Final = np.uint64(48)
_HANGUL: Final = np.uint64(0xAC00)
_HANGUL_END: Final = np.uint64(0xD7A3)
_64: Final = np.uint64(64)
_A_LETTER: Final = np.uint64(1 << 24)
_A_SOLO: Final = np.uint64(2 << 24)
_A_MARK: Final = np.uint64(3 << 24)
_07: Final = np.uint64(0x07)
_0F: Final = np.uint64(0x0F)
_1F: Final = np.uint64(0x1F)
_3F: Final = np.uint64(0x3F)
_80: Final = np.uint64(0x80)
_E0: Final = np.uint64(0xE0)
_F0: Final = np.uint64(0xF0)
_EVERY: Final = np.uint64(0xFFFFFFFFFFFFFFFF)


class Words(NamedTuple):
    """
    The words of one text, in order.

    hashes   (m,)  uint64  one hash a word, of its folded characters
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
def _append(
    state: np.uint64, group: np.uint64, filled: np.uint64, text: np.uint64, width: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """
    Append `width` bits to a word: `state` is of its groups of eight bytes that are past, `group` holds `filled` more.

    A full group is past only when another byte follows.
    """
    if filled + width <= _64:
        return state, group | text << filled, filled + width
    if filled == _64:
        return mix(state ^ group), text, width
    return mix(state ^ (group | text << filled)), text >> (_64 - filled), filled + width - _64


@compiled
def scan(data: U8, low: int, high: int, table: U32, parts: U32, hashes: U64, starts: I32, ends: I32) -> int:
    """
    Cut one text into words.

    data            (n,)  uint8   UTF-8; `data[low:high]` is the text and must be well-formed
    table, parts                  see `normal.Folding`
    hashes          (k,)  uint64  written: one hash a word; k >= capacity(high - low)
    starts, ends    (k,) or (0,)  int32, written: the words' code points; not wanted when empty

    Returns the number of words. A word's hash is of the UTF-8 of its folded characters: read as little-endian numbers
    of eight bytes, the last filled up with zeros, each is xored to the state and the state mixed. Different words of
    up to eight bytes never share a hash, any others by a chance of 2**-64.

    Three loops take turns, each for the text it is fast at; a character that none of them knows is read behind them.
    Arrays are not handed to helpers with branches, where Numba would count references at every call.
    """
    placed = len(starts) > 0
    count = 0
    at = low
    lag = low  # before `at` are `at - lag` code points of the text
    kind = 0  # class of the word being read: 0 none, _LETTER a run, _SOLO a character of its own
    state = _SEED
    group = _0
    filled = _0
    while at < high:
        # ASCII: words are found in a block's bits, not byte by byte, and none has to wait for the one before
        while kind == 0 and at + BLOCK + 8 <= len(data) and load(data, np.uint64(at)) & NOT_ASCII == 0:
            place = np.uint64(at)
            inside, others = classes(data, place)
            size = min(BLOCK, high - at, int(np.int64(trailing(others))))
            inside &= _EVERY >> np.uint64(BLOCK - size)
            firsts = inside & ~(inside << _1)
            lasts = ~inside & (inside << _1) & ~others  # before a character beyond ASCII a word may go on
            while lasts:
                first = trailing(firsts)
                length = trailing(lasts) - first
                firsts &= firsts - _1
                lasts &= lasts - _1
                if placed:
                    starts[np.uint64(count)] = at - lag + np.int64(first)
                    ends[np.uint64(count)] = at - lag + np.int64(first + length)
                here = place + first
                state = _SEED
                while length > _8:
                    state = mix(state ^ (load(data, here) | LOWER))
                    here += _8
                    length -= _8
                hashes[np.uint64(count)] = mix(state ^ (load(data, here) | LOWER) & (_EVERY >> (_64 - (length << _3))))
                count += 1
            step = int(np.int64(trailing(firsts))) if firsts else size  # a word that goes on begins the next block
            at += step
            if others or step == 0:
                break

        # letters of one or two bytes and what separates them, until ASCII comes
        while at < high:
            place = np.uint64(at)
            code = np.uint64(data[place])
            extra = 0
            if code >= _80:
                if code >= _E0:
                    break
                code = (code & _1F) << _6 | np.uint64(data[place + _1]) & _3F
                extra = 1
            entry = table[code]
            part = np.int64(entry >> _SHIFT)
            if part == _LETTER:
                text, width = utf8(np.uint64(entry & _VALUE))
                if kind == _LETTER:
                    state, group, filled = _append(state, group, filled, text, width)
                else:
                    if kind:
                        hashes[np.uint64(count)] = mix(state ^ group)
                        count += 1
                    kind = _LETTER
                    state, group, filled = _SEED, text, width
                    if placed:
                        starts[np.uint64(count)] = at - lag
            elif part == 0:
                if kind:
                    hashes[np.uint64(count)] = mix(state ^ group)
                    count += 1
                    kind = 0
            else:
                break
            at += 1 + extra
            lag += extra
            if kind == 0 and at + BLOCK + 8 <= len(data) and load(data, np.uint64(at)) & NOT_ASCII == 0:
                break
            if kind and placed:
                ends[np.uint64(count)] = at - lag

        # characters of three bytes that are folded to themselves, and what separates them
        while at + 3 <= high:
            place = np.uint64(at)
            text = np.uint64(data[place]) | np.uint64(data[place + _1]) << _8 | np.uint64(data[place + _2]) << _16
            if text & _F0 != _E0:
                break
            code = (text & _0F) << _12 | (text >> _8 & _3F) << _6 | text >> _16 & _3F
            entry = table[code]
            if entry == code | _A_SOLO or (kind != _LETTER and entry == code | _A_LETTER):
                if kind:
                    hashes[np.uint64(count)] = mix(state ^ group)
                    count += 1
                kind = int(np.int64(entry >> _SHIFT))
                state, group, filled = _SEED, text, _24
                if placed:
                    starts[np.uint64(count)] = at - lag
            elif entry == code | _A_LETTER or (kind and entry == code | _A_MARK):
                state, group, filled = _append(state, group, filled, text, _24)
            elif entry == 0:
                if kind:
                    hashes[np.uint64(count)] = mix(state ^ group)
                    count += 1
                    kind = 0
            elif _HANGUL <= code <= _HANGUL_END:  # two or three letters
                if kind != _LETTER:
                    if kind:
                        hashes[np.uint64(count)] = mix(state ^ group)
                        count += 1
                    kind = _LETTER
                    state, group, filled = _SEED, _0, _0
                    if placed:
                        starts[np.uint64(count)] = at - lag
                first = np.uint64(entry & _VALUE) >> _5
                text = utf8(np.uint64(parts[first]))[0] | utf8(np.uint64(parts[first + _1]))[0] << _24
                state, group, filled = _append(state, group, filled, text, _48)
                if entry & _31 > _2:
                    text = utf8(np.uint64(parts[first + _2]))[0]
                    state, group, filled = _append(state, group, filled, text, _24)
            else:
                break
            at += 3
            lag += 2
            if kind and placed:
                ends[np.uint64(count)] = at - lag

        # any one character beyond ASCII
        if at >= high or data[np.uint64(at)] < 0x80:
            continue
        place = np.uint64(at)
        code = np.uint64(data[place])
        point = at - lag
        if code < _E0:
            code = (code & _1F) << _6 | np.uint64(data[place + _1]) & _3F
            at += 2
            lag += 1
        elif code < _F0:
            code = (code & _0F) << _12 | (np.uint64(data[place + _1]) & _3F) << _6 | np.uint64(data[place + _2]) & _3F
            at += 3
            lag += 2
        else:
            code = (
                (code & _07) << _18
                | (np.uint64(data[place + _1]) & _3F) << _12
                | (np.uint64(data[place + _2]) & _3F) << _6
                | np.uint64(data[place + _3]) & _3F
            )
            at += 4
            lag += 3
        entry = table[code]
        several = np.int64(entry >> _SHIFT) == _SEVERAL
        first = np.uint64(entry & _VALUE) >> _5
        for step in range(np.int64(entry & _31) if several else 1):
            if several:
                entry = table[parts[first + np.uint64(step)]]
            part = np.int64(entry >> _SHIFT)
            if part == _HIDDEN:
                if kind and placed:
                    ends[np.uint64(count)] = point + 1
                continue
            if kind and part != _MARK and (part != _LETTER or kind != _LETTER):
                hashes[np.uint64(count)] = mix(state ^ group)
                count += 1
                kind = 0
            if part == 0:
                continue
            text, width = utf8(np.uint64(entry & _VALUE))
            if kind:
                state, group, filled = _append(state, group, filled, text, width)
            else:
                kind = _SOLO if part == _SOLO else _LETTER
                state, group, filled = _SEED, text, width
                if placed:
                    starts[np.uint64(count)] = point
            if placed:
                ends[np.uint64(count)] = point + 1
    if kind:
        hashes[np.uint64(count)] = mix(state ^ group)
        count += 1
    return count


@compiled
def counts(data: U8, lows: I64, highs: I64, table: U32, parts: U32) -> I64:
    """
    Count the words of a batch of texts.

    data          (n,)  uint8  UTF-8
    lows, highs   (t,)  int64  text i is `data[lows[i]:highs[i]]`
    table, parts               see `normal.Folding`

    Returns (t,) int64.
    """
    made = np.empty(len(lows), np.int64)
    longest = 0
    for at in range(len(lows)):
        longest = max(longest, highs[at] - lows[at])
    hashes = np.empty(capacity(longest), np.uint64)
    nowhere = np.empty(0, np.int32)
    for at in range(len(lows)):
        made[at] = scan(data, lows[at], highs[at], table, parts, hashes, nowhere, nowhere)
    return made


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
