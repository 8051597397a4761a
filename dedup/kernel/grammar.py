"""
JSON's grammar over bytes: where a string, a number or any value ends.

Only what is plain is understood, and -1 stands for all else: faults, but also halves of surrogate pairs and deep
nesting. Bytes must be followed by `PADDING` more, and by one that stands in no JSON before what is not to be read, a
zero or a line end: so nothing has to look where the end is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import U8

PADDING: Final = 64
STEP: Final = PADDING
"""Bytes looked at together; the compiler makes a few instructions of them."""
NONE: Final = np.uint8(255)
"""No place among them."""

TAB: Final = 0x09
LINE_END: Final = 0x0A
RETURN: Final = 0x0D
SPACE: Final = 0x20
QUOTE: Final = 0x22
_PLUS: Final = 0x2B
COMMA: Final = 0x2C
MINUS: Final = 0x2D
_POINT: Final = 0x2E
ZERO: Final = 0x30
_NINE: Final = 0x39
_COLON: Final = 0x3A
_OPEN_LIST: Final = 0x5B
BACKSLASH: Final = 0x5C
_CLOSE_LIST: Final = 0x5D
U: Final = 0x75
OPEN: Final = 0x7B
CLOSE: Final = 0x7D

_ESCAPES: Final = np.full(256, -1, np.int64)
_ESCAPES[list(b'"\\/bfnrt')] = list(b'"\\/\b\f\n\r\t')
"""Characters by the byte behind the backslash; -1 for what is no escape."""
_HEXADECIMAL: Final = np.full(256, -1, np.int64)
_HEXADECIMAL[list(b"0123456789abcdef")] = range(16)
_HEXADECIMAL[list(b"ABCDEF")] = range(10, 16)

DEPTH: Final = 60
"""Lists and objects inside one another."""


@compiled
def space(data: U8, at: int) -> int:
    """Pass over white space other than line ends."""
    while data[at] == SPACE or data[at] == TAB or data[at] == RETURN:
        at += 1
    return at


@compiled
def _hexadecimal(data: U8, at: int) -> int:
    """Read four hexadecimal digits; -1 where they are none."""
    code = 0
    for place in range(at, at + 4):
        code = code << 4 | int(_HEXADECIMAL[data[place]])  # a -1 stays negative
    return max(code, -1)


@compiled
def _escape(data: U8, at: int) -> tuple[int, int]:
    """Read the escape that begins at `at`: the character and the place behind it; -1, -1 where it is none."""
    if data[at + 1] != U:
        code = int(_ESCAPES[data[at + 1]])
        return code, (at + 2 if code >= 0 else -1)
    code = _hexadecimal(data, at + 2)
    if code < 0xD800 or code > 0xDFFF:
        return code, (at + 6 if code >= 0 else -1)
    if code >= 0xDC00 or data[at + 6] != BACKSLASH or data[at + 7] != U:
        return -1, -1
    low = _hexadecimal(data, at + 8)
    if low < 0xDC00 or low > 0xDFFF:
        return -1, -1
    return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), at + 12


@compiled
def _skipped(data: U8, at: int) -> int:
    """Pass over the string whose first quotation mark is at `at`; -1 where it is none."""
    at += 1
    while True:
        step = data[at : at + STEP]
        plain = NONE
        for place in range(STEP):
            byte = step[place]
            special = (byte == QUOTE) | (byte == BACKSLASH) | (byte < SPACE)
            plain = min(plain, np.uint8(place) if special else NONE)
        if plain == NONE:
            at += STEP
            continue
        at += int(plain)
        if data[at] == QUOTE:
            return at + 1
        if data[at] != BACKSLASH:
            return -1
        at = _escape(data, at)[1]
        if at < 0:
            return -1


@compiled
def copied(data: U8, at: int, out: U8, to: int) -> tuple[int, int]:
    """
    Copy the string whose first quotation mark is at `at` to `out[to:]`, escapes resolved.

    Returns the places behind it in both; -1 for the first where it is none. Up to `STEP` bytes more may be written.
    """
    at += 1
    while True:
        step = data[at : at + STEP]
        room = out[to : to + STEP]
        plain = NONE
        for place in range(STEP):
            byte = step[place]
            room[place] = byte
            special = (byte == QUOTE) | (byte == BACKSLASH) | (byte < SPACE)
            plain = min(plain, np.uint8(place) if special else NONE)
        if plain == NONE:
            at += STEP
            to += STEP
            continue
        at += int(plain)
        to += int(plain)
        if data[at] == QUOTE:
            return at + 1, to
        while data[at] == BACKSLASH:
            code, at = _escape(data, at)
            if at < 0:
                return -1, to
            if code < 0x80:
                out[to] = code
                to += 1
                continue
            if code < 0x800:
                out[to] = 0xC0 | code >> 6
                to += 1
            else:
                if code < 0x10000:
                    out[to] = 0xE0 | code >> 12
                    to += 1
                else:
                    out[to] = 0xF0 | code >> 18
                    out[to + 1] = 0x80 | (code >> 12 & 0x3F)
                    to += 2
                out[to] = 0x80 | (code >> 6 & 0x3F)
                to += 1
            out[to] = 0x80 | (code & 0x3F)
            to += 1
        if data[at] < SPACE:
            return -1, to


@compiled
def _digits(data: U8, at: int) -> int:
    """Pass over digits."""
    while ZERO <= data[at] <= _NINE:
        at += 1
    return at


@compiled
def number(data: U8, at: int) -> int:
    """Pass over a number; -1 where it is none."""
    if data[at] == MINUS:
        at += 1
    first = at
    at = _digits(data, first)
    if at == first or (data[first] == ZERO and at > first + 1):
        return -1
    if data[at] == _POINT:
        first = at + 1
        at = _digits(data, first)
        if at == first:
            return -1
    if data[at] == 0x65 or data[at] == 0x45:
        first = at + 1
        if data[first] == _PLUS or data[first] == MINUS:
            first += 1
        at = _digits(data, first)
        if at == first:
            return -1
    return at


@compiled
def equal(data: U8, low: int, high: int, word: U8 | bytes) -> bool:
    """Tell whether `data[low:high]` is a word."""
    if high - low != len(word):
        return False
    for place in range(len(word)):  # noqa: SIM110 - `all` is no loop to the compiler
        if data[low + place] != word[place]:
            return False
    return True


@compiled
def _scalar(data: U8, at: int) -> int:
    """Pass over a value that holds no others; -1 where it is none."""
    byte = data[at]
    if byte == QUOTE:
        return _skipped(data, at)
    if byte == MINUS or ZERO <= byte <= _NINE:
        return number(data, at)
    if equal(data, at, at + 4, b"null") or equal(data, at, at + 4, b"true"):
        return at + 4
    if equal(data, at, at + 5, b"false"):
        return at + 5
    return -1


@compiled
def colon(data: U8, at: int) -> int:
    """Pass over what stands between a member's name and its value; -1 where there is no name or no colon."""
    if at < 0:
        return -1
    at = space(data, at)
    return space(data, at + 1) if data[at] == _COLON else -1


@compiled
def value(data: U8, at: int) -> int:  # noqa: PLR0911 - every fault ends it at once
    """Pass over any value; -1 where it is none, or too deep."""
    depth = 0
    objects = np.uint64(0)  # one bit for each list or object around, set for an object
    one = np.uint64(1)
    while True:
        byte = data[at]
        if byte in (OPEN, _OPEN_LIST):
            depth += 1
            if depth > DEPTH:
                return -1
            objects = objects << one | np.uint64(byte == OPEN)
            at = space(data, at + 1)
            if data[at] != byte + 2:  # `]` and `}` stand two behind `[` and `{`
                if byte == OPEN:
                    if data[at] != QUOTE:
                        return -1
                    at = colon(data, _skipped(data, at))
                    if at < 0:
                        return -1
                continue
        else:
            at = _scalar(data, at)
            if at < 0:
                return -1
        while depth:
            at = space(data, at)
            byte = data[at]
            inside = objects & one
            if byte == COMMA:
                at = space(data, at + 1)
                if inside:
                    if data[at] != QUOTE:
                        return -1
                    at = colon(data, _skipped(data, at))
                    if at < 0:
                        return -1
                break
            if byte != (CLOSE if inside else _CLOSE_LIST):
                return -1
            objects >>= one
            depth -= 1
            at += 1
        if not depth:
            return at
