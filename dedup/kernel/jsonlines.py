"""
From the bytes of JSON Lines to columns: lines are counted, and of each record only text and name are taken out.

Only plain records are understood: whatever is unusual, let alone wrong, is left to a reader that knows all of JSON.
Bytes must be followed by `PADDING` bytes, zero behind a last line without a line end, so that nothing has to look
where the end is: neither a line end nor a zero stands inside a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64, U8

PADDING: Final = 64
_STEP: Final = PADDING
"""Bytes looked at together; the compiler makes a few instructions of them."""
_NONE: Final = np.uint8(255)
_CHUNK: Final = 1 << 14
"""Bytes among which lines are counted together; so few that 16 bits hold their number."""

_HOLDS: Final = 3
"""The line that is being read holds something. 0: nothing yet; 1, 2: so many bytes of a byte order mark."""

_TAB: Final = 0x09
_LINE_END: Final = 0x0A
_RETURN: Final = 0x0D
_SPACE: Final = 0x20
_QUOTE: Final = 0x22
_PLUS: Final = 0x2B
_COMMA: Final = 0x2C
_MINUS: Final = 0x2D
_POINT: Final = 0x2E
_ZERO: Final = 0x30
_NINE: Final = 0x39
_COLON: Final = 0x3A
_OPEN_LIST: Final = 0x5B
_BACKSLASH: Final = 0x5C
_CLOSE_LIST: Final = 0x5D
_U: Final = 0x75
_OPEN: Final = 0x7B
_CLOSE: Final = 0x7D
_MARK: Final = (0xEF, 0xBB, 0xBF)

_ESCAPES: Final = np.full(256, -1, np.int64)
_ESCAPES[list(b'"\\/bfnrt')] = list(b'"\\/\b\f\n\r\t')
"""Characters by the byte behind the backslash; -1 for what is no escape."""
_HEXADECIMAL: Final = np.full(256, -1, np.int64)
_HEXADECIMAL[list(b"0123456789abcdef")] = range(16)
_HEXADECIMAL[list(b"ABCDEF")] = range(10, 16)

_DEPTH: Final = 60
_DIGITS: Final = 200
"""With exponents of two digits these numbers are finite."""


@compiled
def _counted(data: U8, low: int, high: int, state: int) -> tuple[int, int, int]:
    lines = 0
    records = 0
    at = low
    while at < high:
        stop = min(at + _CHUNK, high)
        if state == _HOLDS:
            firsts = data[at : stop - 1]
            seconds = data[at + 1 : stop]
            ends = np.uint16(0)
            before_something = np.uint16(0)
            for place in range(len(firsts)):
                second = seconds[place]
                is_end = firsts[place] == _LINE_END
                ends = np.uint16(ends + np.uint16(is_end))
                before_something = np.uint16(
                    before_something + np.uint16(is_end & (second > _SPACE) & (second != _MARK[0]))
                )
            if ends == before_something:
                lines += int(ends)
                records += int(ends)
                at = stop - 1
                if data[at] == _LINE_END:
                    lines += 1
                    state = 0
                at += 1
                continue
        while at < stop:
            byte = data[at]
            at += 1
            if byte == _LINE_END:
                records += 0 < state < _HOLDS
                lines += 1
                state = 0
            elif state == 0 and byte in (_SPACE, _RETURN, _TAB):
                pass
            elif state < _HOLDS and byte == _MARK[state]:
                state = (state + 1) % 3
            elif state < _HOLDS:
                records += 1
                state = _HOLDS
    return lines, records, state


def count(data: U8, state: int = 0) -> tuple[int, int, int]:
    """
    Count line ends, and lines that are not blank.

    data   (n,)  uint8  a stretch of a file
    state               0 at the beginning of a line, else as returned for the stretch before

    Returns the number of line ends, the number of lines that begin to hold something, and the state behind them.
    Spaces, tabs, carriage returns and byte order marks are nothing.
    """
    return _counted(data, 0, len(data), state)


@compiled
def _space(data: U8, at: int) -> int:
    """Pass over white space other than line ends."""
    while data[at] == _SPACE or data[at] == _TAB or data[at] == _RETURN:
        at += 1
    return at


@compiled
def _nothing(data: U8, at: int) -> int:
    """Pass over white space other than line ends, and byte order marks."""
    while True:
        at = _space(data, at)
        if data[at] != _MARK[0] or data[at + 1] != _MARK[1] or data[at + 2] != _MARK[2]:
            return at
        at += 3


@compiled
def _hexadecimal(data: U8, at: int) -> int:
    """Read four hexadecimal digits; -1 where they are none."""
    value = 0
    for place in range(at, at + 4):
        value = value << 4 | int(_HEXADECIMAL[data[place]])  # a -1 stays negative
    return max(value, -1)


@compiled
def _escape(data: U8, at: int) -> tuple[int, int]:
    """Read the escape that begins at `at`: the character and the place behind it; -1, -1 where it is none."""
    if data[at + 1] != _U:
        code = int(_ESCAPES[data[at + 1]])
        return code, (at + 2 if code >= 0 else -1)
    code = _hexadecimal(data, at + 2)
    if code < 0xD800 or code > 0xDFFF:
        return code, (at + 6 if code >= 0 else -1)
    if code >= 0xDC00 or data[at + 6] != _BACKSLASH or data[at + 7] != _U:
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
        step = data[at : at + _STEP]
        plain = _NONE
        for place in range(_STEP):
            byte = step[place]
            special = (byte == _QUOTE) | (byte == _BACKSLASH) | (byte < _SPACE)
            plain = min(plain, np.uint8(place) if special else _NONE)
        if plain == _NONE:
            at += _STEP
            continue
        at += int(plain)
        if data[at] == _QUOTE:
            return at + 1
        if data[at] != _BACKSLASH:
            return -1
        at = _escape(data, at)[1]
        if at < 0:
            return -1


@compiled
def _copied(data: U8, at: int, out: U8, to: int) -> tuple[int, int]:
    """
    Copy the string whose first quotation mark is at `at` to `out[to:]`, escapes resolved.

    Returns the places behind it in both; -1 for the first where it is none. Up to `_STEP` bytes more may be written.
    """
    at += 1
    while True:
        step = data[at : at + _STEP]
        room = out[to : to + _STEP]
        plain = _NONE
        for place in range(_STEP):
            byte = step[place]
            room[place] = byte
            special = (byte == _QUOTE) | (byte == _BACKSLASH) | (byte < _SPACE)
            plain = min(plain, np.uint8(place) if special else _NONE)
        if plain == _NONE:
            at += _STEP
            to += _STEP
            continue
        at += int(plain)
        to += int(plain)
        if data[at] == _QUOTE:
            return at + 1, to
        while data[at] == _BACKSLASH:
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
        if data[at] < _SPACE:
            return -1, to


@compiled
def _digits(data: U8, at: int) -> int:
    """Pass over digits."""
    while _ZERO <= data[at] <= _NINE:
        at += 1
    return at


@compiled
def _number(data: U8, at: int) -> int:
    """Pass over a number; -1 where it is none, or so large that a float may not hold it."""
    begin = at
    if data[at] == _MINUS:
        at += 1
    first = at
    at = _digits(data, first)
    if at == first or (data[first] == _ZERO and at > first + 1):
        return -1
    if data[at] == _POINT:
        first = at + 1
        at = _digits(data, first)
        if at == first:
            return -1
    if data[at] == 0x65 or data[at] == 0x45:
        first = at + 1
        if data[first] == _PLUS or data[first] == _MINUS:
            first += 1
        at = _digits(data, first)
        if at == first or at > first + 2:
            return -1
    return at if at - begin <= _DIGITS else -1


@compiled
def _equal(data: U8, low: int, high: int, word: U8 | bytes) -> bool:
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
    if byte == _QUOTE:
        return _skipped(data, at)
    if byte == _MINUS or _ZERO <= byte <= _NINE:
        return _number(data, at)
    if _equal(data, at, at + 4, b"null") or _equal(data, at, at + 4, b"true"):
        return at + 4
    if _equal(data, at, at + 5, b"false"):
        return at + 5
    return -1


@compiled
def _colon(data: U8, at: int) -> int:
    """Pass over what stands between a member's name and its value; -1 where there is no name or no colon."""
    if at < 0:
        return -1
    at = _space(data, at)
    return _space(data, at + 1) if data[at] == _COLON else -1


@compiled
def _value(data: U8, at: int) -> int:  # noqa: PLR0911 - every fault ends it at once
    """Pass over any value; -1 where it is none, or too deep."""
    depth = 0
    objects = np.uint64(0)  # one bit for each list or object around, set for an object
    one = np.uint64(1)
    while True:
        byte = data[at]
        if byte in (_OPEN, _OPEN_LIST):
            depth += 1
            if depth > _DEPTH:
                return -1
            objects = objects << one | np.uint64(byte == _OPEN)
            at = _space(data, at + 1)
            if data[at] != byte + 2:  # `]` and `}` stand two behind `[` and `{`
                if byte == _OPEN:
                    if data[at] != _QUOTE:
                        return -1
                    at = _colon(data, _skipped(data, at))
                    if at < 0:
                        return -1
                continue
        else:
            at = _scalar(data, at)
            if at < 0:
                return -1
        while depth:
            at = _space(data, at)
            byte = data[at]
            inside = objects & one
            if byte == _COMMA:
                at = _space(data, at + 1)
                if inside:
                    if data[at] != _QUOTE:
                        return -1
                    at = _colon(data, _skipped(data, at))
                    if at < 0:
                        return -1
                break
            if byte != (_CLOSE if inside else _CLOSE_LIST):
                return -1
            objects >>= one
            depth -= 1
            at += 1
        if not depth:
            return at


@compiled
def _is_name(data: U8, low: int, high: int) -> bool:
    """Tell whether text is a name, as formats understand it: no line ends, no control codes, and not nothing."""
    for place in range(low, high):
        byte = data[place]
        if byte < _SPACE or byte == 0x7F:
            return False
        if byte == 0xC2 and data[place + 1] < 0xA0:
            return False
        if byte == 0xE2 and data[place + 1] == 0x80 and 0xA8 <= data[place + 2] <= 0xA9:
            return False
    return high > low


@compiled
def _identifier(data: U8, at: int, out: U8, to: int) -> tuple[int, int]:
    """
    Copy a name or number to `out[to:]`.

    Returns the places behind it in both; -1 for the first where it is neither, nor null, of which nothing is copied.
    """
    if data[at] == _QUOTE:
        at, end = _copied(data, at, out, to)
        return (at if _is_name(out, to, end) else -1), end
    if _equal(data, at, at + 4, b"null"):
        return at + 4, to
    end = _number(data, at)
    if end < 0 or (data[at] == _MINUS and end == at + 2 and data[at + 1] == _ZERO):  # JSON's -0 is the integer 0
        return -1, to
    out[to : to + end - at] = data[at:end]
    return end, to + end - at


@compiled
def _records(  # noqa: PLR0911 - every fault ends it at once
    data: U8,
    high: int,
    text_field: U8,
    id_field: U8,
    lines: I64,
    carried: U8,
    carried_ends: I64,
    texts: U8,
    text_ends: I64,
    ids: U8,
    id_ends: I64,
) -> int:
    at = 0
    line = 0
    row = 0
    kept = 0
    text_end = 0
    id_end = 0
    while True:
        at = _nothing(data, at)
        if at >= high:
            return row
        if data[at] == _LINE_END:
            line += 1
            at += 1
            continue
        if data[at] != _OPEN or row == len(lines):
            return -1
        begin = at
        text_begin = text_end
        id_begin = id_end
        has_text = False
        at = _space(data, at + 1)
        while True:
            if data[at] != _QUOTE:
                return -1
            at, end = _copied(data, at, texts, text_end)  # a name, where the text may be written over it
            is_text = _equal(texts, text_end, end, text_field)
            is_id = _equal(texts, text_end, end, id_field)
            at = _colon(data, at)
            if at < 0:
                return -1
            if is_text:  # of several members of one name the last one counts
                if data[at] != _QUOTE:
                    return -1
                at, text_end = _copied(data, at, texts, text_begin)
                has_text = True
            elif is_id:
                at, id_end = _identifier(data, at, ids, id_begin)
            else:
                at = _value(data, at)
            if at < 0:
                return -1
            at = _space(data, at)
            if data[at] != _COMMA:
                break
            at = _space(data, at + 1)
        if data[at] != _CLOSE or not has_text:
            return -1
        at += 1
        record = data[begin:at]
        room = carried[kept : kept + at - begin]
        for place in range(len(record)):
            room[place] = record[place]
        kept += at - begin
        lines[row] = line
        carried_ends[row] = kept
        text_ends[row] = text_end
        id_ends[row] = id_end
        row += 1
        at = _nothing(data, at)
        if at < high and data[at] != _LINE_END:
            return -1


class Records(NamedTuple):
    """
    Records as columns.

    lines                (r,)    int64  line ends before each
    carried, texts, ids  (n,)    uint8  the records as they stand, their texts and their names, end to end
    ..._offsets          (r+1,)  int64  where each begins, and the last one ends; what has no name has an empty one
    """

    lines: I64
    carried: U8
    carried_offsets: I64
    texts: U8
    text_offsets: I64
    ids: U8
    id_offsets: I64


def records(data: U8, high: int, number: int, text_field: U8, id_field: U8) -> Records | None:
    """
    Take a block of lines apart.

    data                  (n,)  uint8  the lines, and at least `PADDING` bytes behind `high`
    number                      of lines that are not blank
    text_field, id_field  (k,)  uint8  names of two different fields

    None where a record is not as plain as it must be here: an object without faults, that nests no deeper than `_DEPTH`
    and has no huge numbers, with a string for a text and a name, a number or nothing for a name. That the bytes are
    UTF-8 remains to be seen.
    """
    room = high + PADDING
    found = Records(
        lines=np.empty(number, np.int64),
        carried=np.empty(high, np.uint8),
        carried_offsets=np.zeros(number + 1, np.int64),
        texts=np.empty(room, np.uint8),
        text_offsets=np.zeros(number + 1, np.int64),
        ids=np.empty(room, np.uint8),
        id_offsets=np.zeros(number + 1, np.int64),
    )
    rows = _records(
        data,
        high,
        text_field,
        id_field,
        found.lines,
        found.carried,
        found.carried_offsets[1:],
        found.texts,
        found.text_offsets[1:],
        found.ids,
        found.id_offsets[1:],
    )
    return found if rows == number else None
