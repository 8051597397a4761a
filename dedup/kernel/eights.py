"""
Eight bytes of UTF-8 as one number, the first byte lowest.

Places are uint64: Numba looks whether signed indices count from the end, and eight such looks a load cost more than
the load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import U8

BLOCK: Final = 64
"""Bytes that `classes` looks at."""
NOT_ASCII: Final = np.uint64(0x8080808080808080)
"""The top bits of eight bytes."""
LOWER: Final = np.uint64(0x2020202020202020)
"""Makes A-Z a-z and leaves a-z and 0-9 as they are."""

_REST: Final = np.uint64(0x7F7F7F7F7F7F7F7F)
_EACH: Final = 0x0101010101010101
_FROM_A: Final = np.uint64((0x80 - ord("a")) * _EACH)  # added to a byte below 0x80, it sets the top bit from "a" on
_AFTER_Z: Final = np.uint64((0x7F - ord("z")) * _EACH)
_FROM_0: Final = np.uint64((0x80 - ord("0")) * _EACH)
_AFTER_9: Final = np.uint64((0x7F - ord("9")) * _EACH)
_GATHER: Final = np.uint64(0x0102040810204080)  # times eight lowest bits, moves them side by side to the top byte

_1: Final = np.uint64(1)
_2: Final = np.uint64(2)
_3: Final = np.uint64(3)
_4: Final = np.uint64(4)
_6: Final = np.uint64(6)
_7: Final = np.uint64(7)
_8: Final = np.uint64(8)
_12: Final = np.uint64(12)
_16: Final = np.uint64(16)
_18: Final = np.uint64(18)
_24: Final = np.uint64(24)
_32: Final = np.uint64(32)
_56: Final = np.uint64(56)
_TWO: Final = np.uint64(0x80C0)
_THREE: Final = np.uint64(0x8080E0)
_FOUR: Final = np.uint64(0x808080F0)
_SIX_BITS: Final = np.uint64(0x3F)
_ONE_BYTE: Final = np.uint64(0x80)
_TWO_BYTES: Final = np.uint64(0x800)
_THREE_BYTES: Final = np.uint64(0x10000)

_PAIRS: Final = np.uint64(0x5555555555555555)
_FOURS: Final = np.uint64(0x3333333333333333)
_HALVES: Final = np.uint64(0x0F0F0F0F0F0F0F0F)
_SUM: Final = np.uint64(_EACH)


@compiled
def load(data: U8, place: np.uint64) -> np.uint64:
    """Read `data[place : place + 8]`; LLVM makes it one load."""
    value = np.uint64(0)
    for byte in range(8):
        value |= np.uint64(data[place + np.uint64(byte)]) << np.uint64(8 * byte)
    return value


@compiled
def trailing(bits: np.uint64) -> np.uint64:
    """Count the zeros below the lowest set bit (64: none is set), in the form that LLVM knows as one instruction."""
    below = ~bits & (bits - _1)
    below -= (below >> _1) & _PAIRS
    below = (below & _FOURS) + ((below >> _2) & _FOURS)
    below = (below + (below >> _4)) & _HALVES
    return np.uint64((below * _SUM) >> _56)


@compiled
def small(data: U8, place: np.uint64) -> np.uint64:
    """Count the letters a to z with which the eight bytes from `place` begin."""
    value = load(data, place)
    rest = value & _REST
    return trailing((~(rest + _FROM_A) | rest + _AFTER_Z | value) & NOT_ASCII) >> _3


@compiled
def classes(data: U8, place: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Tell which of the `BLOCK` bytes from `place` are ASCII letters or digits, and which are not ASCII: bit by bit."""
    words = np.uint64(0)
    others = np.uint64(0)
    for group in range(BLOCK // 8):
        eight = load(data, place + np.uint64(8 * group))
        small = eight & _REST
        lower = small | LOWER
        letters = (lower + _FROM_A) & ~(lower + _AFTER_Z)
        digits = (small + _FROM_0) & ~(small + _AFTER_9)
        found = (letters | digits) & ~eight & NOT_ASCII
        words |= ((found >> _7) * _GATHER >> _56) << np.uint64(8 * group)
        others |= (((eight & NOT_ASCII) >> _7) * _GATHER >> _56) << np.uint64(8 * group)
    return words, others


@compiled
def utf8(code: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Encode a code point; give the bytes and how many bits they are."""
    if code < _ONE_BYTE:
        return code, _8
    last = code & _SIX_BITS
    if code < _TWO_BYTES:
        return _TWO | code >> _6 | last << _8, _16
    middle = (code >> _6) & _SIX_BITS
    if code < _THREE_BYTES:
        return _THREE | code >> _12 | middle << _8 | last << _16, _24
    return _FOUR | code >> _18 | ((code >> _12) & _SIX_BITS) << _8 | middle << _16 | last << _24, _32
