"""
From the bytes of delimited text (RFC 4180) to records and cells.

A cell may stand in quotes, where quotes are doubled and delimiters and line ends mean nothing. What stands behind a
closing quote belongs to the cell, as Python's `csv` has it; a quote anywhere else is a character like others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.grammar import LINE_END, QUOTE, RETURN
from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64, U8

BEGIN: Final = 0
"""At the begin of a cell."""
_BARE: Final = 1
QUOTED: Final = 2
_CLOSED: Final = 3
"""Behind a quote in a quoted cell, which ends it unless another one follows."""


@compiled
def _next(state: int, byte: int, delimiter: int) -> int:
    """Tell the state behind a byte; a record ends at a line end behind which the state is `BEGIN`."""
    if state == QUOTED:
        return _CLOSED if byte == QUOTE else QUOTED
    if byte in {delimiter, LINE_END}:
        return BEGIN
    if byte == QUOTE and state != _BARE:
        return QUOTED
    return _BARE


class Scan(NamedTuple):
    """How far records have been counted."""

    at: int
    """Behind the record at whose end the scan stopped, or where bytes ran out."""
    lines: int
    records: int
    """Records that hold something."""
    state: int
    holds: bool
    """Whether the record that is not over holds something."""


@compiled
def scan(data: U8, low: int, high: int, least: int, delimiter: int, state: int, holds: bool) -> Scan:
    """
    Count lines and records, up to the end of the first record that ends at `least` or later.

    data  (n,)  uint8  of which [low, high) is scanned
    """
    lines = 0
    records = 0
    for at in range(low, high):
        byte = data[at]
        state = _next(state, byte, delimiter)
        if byte == LINE_END:
            lines += 1
            if state == BEGIN:
                records += holds
                holds = False
                if at + 1 >= least:
                    return Scan(at + 1, lines, records, state, holds)
                continue
        if byte != RETURN:
            holds = True
    return Scan(high, lines, records, state, holds)


@compiled
def records(data: U8, delimiter: int, count: int, columns: I64) -> tuple[I64, I64, I64, I64, I64]:
    """
    Find records and some of their cells in bytes that begin with a record.

    data     (n,)       uint8
    count               records that hold something
    columns  (c,)       int64  places of the wanted cells among those of a record
    returns  (count,)   int64  begins, ends (line ends left out), lines before;
             (count, c) int64  begins and ends of the cells as they stand, -1 where a record has too few
    """
    starts, ends, before = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    lows = np.full((count, len(columns)), -1, np.int64)
    highs = np.full((count, len(columns)), -1, np.int64)
    state = BEGIN
    record = 0
    start = cell = lines = first_line = column = 0
    holds = False
    size = len(data)
    for at in range(size + 1):
        byte = data[at] if at < size else LINE_END
        after = _next(state, byte, delimiter) if at < size else BEGIN
        is_end = byte == LINE_END and after == BEGIN
        if is_end or (byte == delimiter and after == BEGIN):
            end = at - 1 if is_end and at > cell and data[at - 1] == RETURN else at
            for place in range(len(columns)):
                if columns[place] == column and record < count:
                    lows[record, place] = cell
                    highs[record, place] = end
            column += 1
            cell = at + 1
            if is_end:
                if holds:
                    starts[record], ends[record], before[record] = start, end, first_line
                    record += 1
                elif record < count:
                    lows[record, :] = -1
                    highs[record, :] = -1
                holds = False
                column = 0
                start = at + 1
                first_line = lines + 1
        if byte == LINE_END:
            lines += 1
        if not is_end and byte != RETURN:
            holds = True
        state = after
    return starts, ends, before, lows, highs


@compiled
def unquoted(data: U8, lows: I64, highs: I64) -> tuple[U8, I64]:
    """
    Give what cells mean.

    data         (n,)    uint8
    lows, highs  (c,)    int64  cells as they stand
    returns      (m,)    uint8  their characters, one cell behind the other
                 (c+1,)  int64  where each begins and ends
    """
    out = np.empty((highs - lows).sum(), np.uint8)
    offsets = np.zeros(len(lows) + 1, np.int64)
    made = 0
    for cell in range(len(lows)):
        state = BEGIN
        for at in range(lows[cell], highs[cell]):
            byte = data[at]
            if byte != QUOTE or state in {_BARE, _CLOSED}:
                out[made] = byte
                made += 1
            state = _next(state, byte, LINE_END)
        offsets[cell + 1] = made
    return out[:made], offsets
