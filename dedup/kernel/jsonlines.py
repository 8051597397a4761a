"""
From the bytes of JSON Lines to columns: lines are counted, and of each record only text and name are taken out.

Only plain records are understood: whatever is unusual, let alone wrong, is left to a reader that knows all of JSON.
Behind a last line without a line end there must be zeros.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.grammar import (
    CLOSE,
    COMMA,
    LINE_END,
    MINUS,
    OPEN,
    PADDING,
    QUOTE,
    RETURN,
    SPACE,
    TAB,
    ZERO,
    colon,
    copied,
    equal,
    number,
    space,
    value,
)
from dedup.kernel.growth import put
from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64, U8

_CHUNK: Final = 1 << 14
"""Bytes among which lines are counted together; so few that 16 bits hold their number."""
_HOLDS: Final = 3
"""The line that is being read holds something. 0: nothing yet; 1, 2: so many bytes of a byte order mark."""
_MARK: Final = (0xEF, 0xBB, 0xBF)


@compiled
def _counted(data: U8, low: int, high: int, state: int) -> tuple[int, int, int]:
    lines = 0
    records = 0
    at = low
    while at < high:
        stop = min(at + _CHUNK, high)
        looked = state == _HOLDS
        if looked:
            firsts = data[at : stop - 1]
            seconds = data[at + 1 : stop]
            ends = np.uint16(0)
            before_something = np.uint16(0)
            for place in range(len(firsts)):
                second = seconds[place]
                is_end = firsts[place] == LINE_END
                ends = np.uint16(ends + np.uint16(is_end))
                before_something = np.uint16(
                    before_something + np.uint16(is_end & (second > SPACE) & (second != _MARK[0]))
                )
            if ends == before_something:
                lines += int(ends)
                records += int(ends)
                at = stop - 1
                if data[at] == LINE_END:
                    lines += 1
                    state = 0
                at += 1
                continue
        while at < stop and (looked or state != _HOLDS):
            byte = data[at]
            at += 1
            if byte == LINE_END:
                records += 0 < state < _HOLDS
                lines += 1
                state = 0
            elif state == 0 and byte in (SPACE, RETURN, TAB):
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
def _nothing(data: U8, at: int) -> int:
    """Pass over white space other than line ends, and byte order marks."""
    while True:
        at = space(data, at)
        if data[at] != _MARK[0] or data[at + 1] != _MARK[1] or data[at + 2] != _MARK[2]:
            return at
        at += 3


@compiled
def _is_name(data: U8, low: int, high: int) -> bool:
    """Tell whether text is a name, as formats understand it: no line ends, no control codes, and not nothing."""
    for place in range(low, high):
        byte = data[place]
        if byte < SPACE or byte == 0x7F:
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
    if data[at] == QUOTE:
        at, end = copied(data, at, out, to)
        return (at if _is_name(out, to, end) else -1), end
    if equal(data, at, at + 4, b"null"):
        return at + 4, to
    end = number(data, at)
    if end < 0 or (data[at] == MINUS and end == at + 2 and data[at + 1] == ZERO):  # JSON's -0 is the integer 0
        return -1, to
    put(data[at:], end - at, out, to)
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
        if data[at] == LINE_END:
            line += 1
            at += 1
            continue
        if data[at] != OPEN or row == len(lines):  # more records than lines: two stand in one line
            return -1
        begin = at
        text_begin = text_end
        id_begin = id_end
        has_text = False
        at = space(data, at + 1)
        while True:
            if data[at] != QUOTE:
                return -1
            at, end = copied(data, at, texts, text_end)  # a name, where the text may be written over it
            is_text = equal(texts, text_end, end, text_field)
            is_id = equal(texts, text_end, end, id_field)
            at = colon(data, at)
            if at < 0:
                return -1
            if is_text:  # of several members of one name the last one counts
                if data[at] != QUOTE:
                    return -1
                at, text_end = copied(data, at, texts, text_begin)
                has_text = True
            elif is_id:
                at, id_end = _identifier(data, at, ids, id_begin)
            else:
                at = value(data, at)
            if at < 0:
                return -1
            at = space(data, at)
            if data[at] != COMMA:
                break
            at = space(data, at + 1)
        if data[at] != CLOSE or not has_text:
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


def records(data: U8, high: int, wanted: int, text_field: U8, id_field: U8) -> Records | None:
    """
    Take a block of lines apart.

    data                  (n,)  uint8  the lines, and at least `PADDING` bytes behind `high`
    wanted                      number of lines that are not blank
    text_field, id_field  (k,)  uint8  names of two different fields

    None where a record is not as plain as it must be here: an object without faults, that nests no deeper than `DEPTH`,
    with a string for a text and a name, a number or nothing for a name. That the bytes are UTF-8 remains to be seen.
    """
    room = high + PADDING
    found = Records(
        lines=np.empty(wanted, np.int64),
        carried=np.empty(high, np.uint8),
        carried_offsets=np.zeros(wanted + 1, np.int64),
        texts=np.empty(room, np.uint8),
        text_offsets=np.zeros(wanted + 1, np.int64),
        ids=np.empty(room, np.uint8),
        id_offsets=np.zeros(wanted + 1, np.int64),
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
    return found if rows == wanted else None
