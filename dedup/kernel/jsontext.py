"""
One string of a record exchanged for another, and all else left as it stands.

A new string is spelt as Python's `json.dumps` spells it: in ASCII where the old one was, else as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.kernel.grammar import (
    BACKSLASH,
    COMMA,
    LINE_END,
    NONE,
    PADDING,
    QUOTE,
    SPACE,
    STEP,
    U,
    colon,
    copied,
    equal,
    space,
    value,
)
from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64, U8, Bools, Texts

_SHORT = np.zeros(128, np.uint8)
_SHORT[list(b'"\\\b\f\n\r\t')] = list(b'"\\bfnrt')
"""What stands behind the backslash for characters that have an escape of two; 0 for the others."""
_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_LARGEST = 6
"""Bytes that one byte of a string may become."""


@compiled
def _place(data: U8, field: U8, room: U8) -> tuple[int, int]:
    """Find where the value of a record's last member of that name begins and ends; -1 where it is not plain to see."""
    begin = end = -1
    at = space(data, 1)
    while data[at] == QUOTE:
        behind, to = copied(data, at, room, 0)
        is_field = behind >= 0 and equal(room, 0, to, field)
        low = colon(data, behind)
        at = value(data, low) if low >= 0 else -1
        if at < 0:
            return -1, -1
        if is_field:
            begin, end = low, at
        at = space(data, at)
        if data[at] != COMMA:
            break
        at = space(data, at + 1)
    return begin, end


@compiled
def _copy(data: U8, low: int, high: int, out: U8, to: int) -> int:
    """Copy `data[low:high]` to `out[to:]`; returns the place behind it."""
    source = data[low:high]
    room = out[to : to + len(source)]
    for place in range(len(source)):
        room[place] = source[place]
    return to + len(source)


@compiled
def _padded(data: U8, low: int, high: int, room: U8) -> None:
    """Copy `data[low:high]`, and zeros behind it."""
    size = _copy(data, low, high, room, 0)
    room[size : size + PADDING] = 0


@compiled
def _places(data: U8, lows: I64, highs: I64, changed: Bools, field: U8, begins: I64, ends: I64) -> None:
    size = (highs - lows).max() + PADDING
    record = np.zeros(size, np.uint8)
    room = np.zeros(size, np.uint8)
    for row in range(len(lows)):
        if changed[row]:
            _padded(data, lows[row], highs[row], record)
            begins[row], ends[row] = _place(record, field, room)


@compiled
def _unit(code: int, out: U8, to: int) -> int:
    """Write an escape of four digits."""
    out[to] = BACKSLASH
    out[to + 1] = U
    for digit in range(4):
        out[to + 2 + digit] = _DIGITS[code >> (12 - 4 * digit) & 0xF]
    return to + 6


@compiled
def _spelt(data: U8, high: int, last: int, out: U8, to: int) -> int:
    """
    Write `data[:high]`, behind which are zeros, as a string to `out[to:]`; returns the place behind it.

    Bytes beyond `last` are escaped: 0x7E for ASCII, 0xFF for none of them.
    """
    out[to] = QUOTE
    to += 1
    at = 0
    while True:
        step = data[at : at + STEP]
        room = out[to : to + STEP]
        plain = NONE
        for place in range(STEP):
            byte = step[place]
            room[place] = byte
            special = (byte == QUOTE) | (byte == BACKSLASH) | (byte < SPACE) | (byte > last)
            plain = min(plain, np.uint8(place) if special else NONE)
        if plain == NONE:
            at += STEP
            to += STEP
            continue
        at += int(plain)
        to += int(plain)
        if at == high:
            out[to] = QUOTE
            return to + 1
        byte = data[at]
        if byte < 0x80:
            at += 1
            if _SHORT[byte]:
                out[to] = BACKSLASH
                out[to + 1] = _SHORT[byte]
                to += 2
            else:
                to = _unit(byte, out, to)
        elif byte < 0xE0:
            to = _unit((byte & 0x1F) << 6 | (data[at + 1] & 0x3F), out, to)
            at += 2
        elif byte < 0xF0:
            to = _unit((byte & 0x0F) << 12 | (data[at + 1] & 0x3F) << 6 | (data[at + 2] & 0x3F), out, to)
            at += 3
        else:
            high_bits = (byte & 0x07) << 18 | (data[at + 1] & 0x3F) << 12
            code = (high_bits | (data[at + 2] & 0x3F) << 6 | (data[at + 3] & 0x3F)) - 0x10000
            to = _unit(0xD800 | code >> 10, out, to)
            to = _unit(0xDC00 | code & 0x3FF, out, to)
            at += 4


@compiled
def _is_ascii(data: U8, high: int) -> bool:
    """Tell whether the spelling `data[:high]` of a string is ASCII, and not only because nothing else is in it."""
    firsts = data[:high]
    seconds = data[1 : high + 1]
    largest = np.uint8(0)
    escapes = np.uint8(0)
    for place in range(high):
        largest |= firsts[place]
        escapes |= np.uint8(firsts[place] == BACKSLASH) & np.uint8(seconds[place] == U)
    return bool(largest < 0x80 and escapes > 0)


@compiled
def _exchanged(
    records: U8,
    lows: I64,
    highs: I64,
    texts: U8,
    text_lows: I64,
    text_highs: I64,
    changed: Bools,
    begins: I64,
    ends: I64,
    out: U8,
) -> int:
    record = np.zeros((highs - lows).max() + PADDING, np.uint8)
    text = np.zeros((text_highs - text_lows).max() + PADDING, np.uint8)
    old = np.zeros(len(record), np.uint8)
    to = 0
    for row in range(len(lows)):
        low = lows[row]
        if changed[row]:
            size = text_highs[row] - text_lows[row]
            _padded(texts, text_lows[row], text_highs[row], text)
            _padded(records, low + begins[row], low + ends[row], record)
            _, old_size = copied(record, 0, old, 0)
            if not equal(text, 0, size, old[:old_size]):
                last = 0x7E if _is_ascii(record, ends[row] - begins[row]) else 0xFF
                to = _copy(records, low, low + begins[row], out, to)
                to = _spelt(text, size, last, out, to)
                low += ends[row]
        to = _copy(records, low, highs[row], out, to)
        out[to] = LINE_END
        to += 1
    return to


def places(records: Texts, changed: Bools, field: U8) -> tuple[I64, I64]:
    """
    Find in changed records, which must be good ones, the value of a field.

    changed  (t,)  bool
    field    (k,)  uint8  its name

    Returns where in the record it begins and ends, (t,) int64 each; -1 where it is not plain to see.
    """
    begins = np.full(len(changed), -1, np.int64)
    ends = np.full(len(changed), -1, np.int64)
    if changed.any():
        _places(records.data, records.lows, records.highs, changed, field, begins, ends)
    return begins, ends


def exchanged(records: Texts, texts: Texts, changed: Bools, begins: I64, ends: I64) -> U8:
    """
    Write records as lines, the changed ones with other strings.

    changed       (t,)  bool
    begins, ends  (t,)  int64  where in a changed record the string is

    Returns the lines end to end. A record whose string is already so stays as it stands.
    """
    if not len(changed):
        return np.empty(0, np.uint8)
    sizes = (records.highs - records.lows).sum() + len(changed) + _LARGEST * (texts.highs - texts.lows)[changed].sum()
    out = np.empty(sizes + 2 * len(changed) + STEP, np.uint8)
    return out[: _exchanged(*records, *texts, changed, begins, ends, out)]
