"""
What surrounds a text's lines: what was measured of their neighbours, means over windows, their place among prose.

Numbers that would tell one page from all others (exact lengths, exact places) are made coarse on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.kernel.jit import compiled
from dedup.kernel.line_measures import (
    CAPITALISED,
    DATED,
    DIGITS,
    FIRST,
    GAP,
    LAST,
    LENGTH,
    LOCAL,
    MARK,
    NUMBERS,
    PROSE,
    SHAPE,
    STOPS,
    TALK,
    TITLE,
    WORDING,
    Wordings,
    find_lines,
    log,
    measure_lines,
    share,
)  # fmt: skip

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64

NEAR: Final = (-2, -1, 1, 2)
NEAR_COLUMNS: Final = (LENGTH, STOPS, CAPITALISED, DIGITS, FIRST, LAST, WORDING, GAP, SHAPE)
WINDOWS: Final = ((-3, -1), (1, 3), (-12, -1), (1, 12), (-40, -1), (1, 40))
WINDOW_COLUMNS: Final = (LENGTH, STOPS, CAPITALISED, WORDING, TALK, MARK, DATED, PROSE, SHAPE)
PLACE: Final = (
    "from_start", "from_end", "place", "gap_after", "prose_before", "prose_after", "since_prose", "until_prose",
    "marks_before", "marks_after", "since_mark", "until_mark", "titles_before", "since_title", "until_title",
    "prose_since_title", "before_body", "after_body", "since_alike", "until_alike", "run_of_prose",
    "wording_before", "wording_after", "talk_before", "talk_after",
    "page_lines", "page_prose", "page_gaps", "page_marks",
)  # fmt: skip
"""Where a line stands, and in what a page."""
(
    FROM_START, FROM_END, RELATIVE, GAP_AFTER, PROSE_BEFORE, PROSE_AFTER, SINCE_PROSE, UNTIL_PROSE,
    MARKS_BEFORE, MARKS_AFTER, SINCE_MARK, UNTIL_MARK, TITLES_BEFORE, SINCE_TITLE, UNTIL_TITLE,
    PROSE_SINCE_TITLE, BEFORE_BODY, AFTER_BODY, SINCE_ALIKE, UNTIL_ALIKE, RUN_OF_PROSE,
    WORDING_BEFORE, WORDING_AFTER, TALK_BEFORE, TALK_AFTER,
    PAGE_LINES, PAGE_PROSE, PAGE_GAPS, PAGE_MARKS,
) = range(29)  # fmt: skip
WINDOWS_FROM: Final = len(LOCAL) + len(NEAR) * len(NEAR_COLUMNS)
PLACE_FROM: Final = WINDOWS_FROM + len(WINDOWS) * len(WINDOW_COLUMNS)
WIDTH: Final = PLACE_FROM + len(PLACE)
"""Columns of all."""

_OFFSETS: Final = np.array(NEAR, np.int64)
_NEAR_COLUMNS: Final = np.array(NEAR_COLUMNS, np.int64)
_REACH: Final = np.array(WINDOWS, np.int64)
MARGIN: Final = int(np.abs(_REACH).max())
"""Room before the first line and behind the last one, so that windows need not ask where a page ends."""
_PARTS: Final = np.array([0, *(-(-(1 << 20) // size) for size in range(1, MARGIN + 1))], np.int64)
"""2^20 divided by the size of a window: exact quotients of up to 255 times the size, without a division."""
_WINDOW_COLUMNS: Final = np.array(WINDOW_COLUMNS, np.int64)
_SUMS: Final = len(WINDOW_COLUMNS)
_LOCALS: Final = len(LOCAL)
_PLACES: Final = len(PLACE)
FAR: Final = 255
"""Of distances to what is not there."""
ALIKE: Final = 15
"""Lines up to which one of the same form is looked for."""


def names() -> tuple[str, ...]:
    """Name every column."""
    near = [f"{LOCAL[column]}{offset:+d}" for offset in NEAR for column in NEAR_COLUMNS]
    wide = [f"{LOCAL[column]}[{low:+d},{high:+d}]" for low, high in WINDOWS for column in WINDOW_COLUMNS]
    return (*LOCAL, *near, *wide, *PLACE)


@compiled
def sum_up(rows: U8, points: I32, count: int, sums: I32, told: I64) -> None:
    """
    Sum up columns from the first line on.

    rows    (m, len(LOCAL))           uint8
    points  (m,)                      int32  characters
    sums    (9, m + 1 + 2 * MARGIN)   int32  written: of the columns that windows are made of, from `MARGIN` on
    told    (m + 1, 3)                int64  written: characters, and the same times the wording and the talk
    """
    for which in range(_SUMS):
        column = _WINDOW_COLUMNS[which]
        total = np.int32(0)
        sums[which, : MARGIN + 1] = 0
        for line in range(count):
            total += np.int32(rows[line, column])
            sums[which, MARGIN + 1 + line] = total
        sums[which, MARGIN + 1 + count :] = total
    told[0] = 0
    for line in range(count):
        told[line + 1, 0] = told[line, 0] + points[line]
        told[line + 1, 1] = told[line, 1] + points[line] * np.int64(rows[line, WORDING])
        told[line + 1, 2] = told[line, 2] + points[line] * np.int64(rows[line, TALK])


@compiled
def _alike(rows: U8, points: I32, one: int, other: int) -> bool:
    """Tell whether two lines are of one form."""
    return bool(
        abs(points[one] - points[other]) <= 8
        and rows[one, FIRST] == rows[other, FIRST]
        and rows[one, LAST] == rows[other, LAST]
        and rows[one, NUMBERS] == rows[other, NUMBERS]
        and rows[one, DATED] == rows[other, DATED]
    )


@compiled
def _body(rows: U8, points: I32, count: int) -> tuple[int, int]:
    """Find the run of lines with the most prose, where every other line weighs against it: its first and last."""
    low = 0
    high = 0
    most = 0
    run = 0
    start = 0
    for line in range(count):
        run += min(400, points[line]) // 20 if rows[line, PROSE] else -3
        if run <= 0:
            run = 0
            start = line + 1
        elif run > most:
            most = run
            low = start
            high = line
    return low, high


@compiled
def place_lines(rows: U8, points: I32, places: I64, count: int, told: I64, placed: U8) -> None:
    """
    Tell where each line of a page stands.

    placed  (m, len(PLACE))  uint8  written
    The others: see `line_measures.measure_lines` and `sum_up`.
    """
    in_prose = 0
    gaps = 0
    marks = 0
    for line in range(count):
        gaps += places[line, 2] > 0
        marks += rows[line, MARK] > 0
        in_prose += points[line] if rows[line, PROSE] else 0
    characters = told[count, 0]
    body_low, body_high = _body(rows, points, count)
    prose = 0
    titles = 0
    marked = 0
    since_prose = FAR
    since_mark = FAR
    since_title = FAR
    prose_since = 0
    running = 0
    for line in range(count):
        row = placed[line]
        own = points[line] if rows[line, PROSE] else 0
        row[FROM_START] = log(line) >> 3
        row[FROM_END] = log(count - 1 - line) >> 3
        row[RELATIVE] = share(line, count) >> 4
        row[GAP_AFTER] = min(15, places[line + 1, 2]) if line + 1 < count else 15
        row[PROSE_BEFORE] = log(prose >> 4) >> 3
        row[PROSE_AFTER] = log((in_prose - prose - own) >> 4) >> 3
        row[SINCE_PROSE] = since_prose
        row[MARKS_BEFORE] = log(marked) >> 3
        row[MARKS_AFTER] = log(marks - marked - (rows[line, MARK] > 0)) >> 3
        row[SINCE_MARK] = since_mark
        row[TITLES_BEFORE] = log(titles) >> 3
        row[SINCE_TITLE] = since_title
        row[PROSE_SINCE_TITLE] = log(prose_since >> 4) >> 3
        row[BEFORE_BODY] = log(body_low - line) >> 3 if line < body_low else 0
        row[AFTER_BODY] = log(line - body_high) >> 3 if line > body_high else 0
        row[WORDING_BEFORE] = told[line, 1] // told[line, 0] if line else 128
        row[WORDING_AFTER] = (told[count, 1] - told[line, 1]) // (characters - told[line, 0])
        row[TALK_BEFORE] = told[line, 2] // told[line, 0] if line else 128
        row[TALK_AFTER] = (told[count, 2] - told[line, 2]) // (characters - told[line, 0])
        row[PAGE_LINES] = log(count) >> 4
        row[PAGE_PROSE] = share(in_prose, characters) >> 4
        row[PAGE_GAPS] = share(gaps, count) >> 5
        row[PAGE_MARKS] = share(marks, count) >> 4
        since_prose = min(FAR, since_prose + 1)
        since_mark = min(FAR, since_mark + 1)
        since_title = min(FAR, since_title + 1)
        if own:
            prose += own
            prose_since += own
            since_prose = 0
            running += 1
        else:
            running = 0
        row[RUN_OF_PROSE] = log(running) >> 3
        if rows[line, MARK]:
            marked += 1
            since_mark = 0
        if rows[line, TITLE]:
            titles += 1
            since_title = 0
            prose_since = 0
        back = 1
        while back <= ALIKE and back <= line and not _alike(rows, points, line, line - back):
            back += 1
        row[SINCE_ALIKE] = min(back, ALIKE)
    since_prose = FAR
    since_mark = FAR
    since_title = FAR
    for line in range(count - 1, -1, -1):
        row = placed[line]
        row[UNTIL_PROSE] = since_prose
        row[UNTIL_MARK] = since_mark
        row[UNTIL_TITLE] = since_title
        if rows[line, PROSE]:
            since_prose = 0
            if line + 1 < count and rows[line + 1, PROSE]:
                row[RUN_OF_PROSE] = placed[line + 1, RUN_OF_PROSE]
        else:
            since_prose = min(FAR, since_prose + 1)
        since_mark = 0 if rows[line, MARK] else min(FAR, since_mark + 1)
        since_title = 0 if rows[line, TITLE] else min(FAR, since_title + 1)
        ahead = 1
        while ahead <= ALIKE and line + ahead < count and not _alike(rows, points, line, line + ahead):
            ahead += 1
        row[UNTIL_ALIKE] = min(ahead, ALIKE)


@compiled
def gather(rows: U8, placed: U8, sums: I32, count: int, first: int, last: int, block: U8, into: int) -> None:
    """
    Put together all columns of lines `first` to `last`, not included.

    block  (WIDTH, into + last - first or more)  uint8  written from `into` on, column by column
    The others: see `line_measures.measure_lines`, `place_lines` and `sum_up`.
    """
    size = last - first
    for column in range(_LOCALS):
        for at in range(size):
            block[column, into + at] = rows[first + at, column]
    to = _LOCALS
    for offset in _OFFSETS:
        low = min(size, max(0, -offset - first))
        high = max(low, min(size, count - offset - first))
        for column in _NEAR_COLUMNS:
            block[to, into : into + low] = 0
            for at in range(low, high):
                block[to, into + at] = rows[first + at + offset, column]
            block[to, into + high : into + size] = 0
            to += 1
    parts = np.empty(size, np.int64)
    for window in range(len(_REACH)):
        low = _REACH[window, 0]
        high = _REACH[window, 1] + 1
        for at in range(size):
            line = first + at
            parts[at] = _PARTS[max(0, min(count, line + high) - max(0, line + low))]
        for which in range(_SUMS):
            before = sums[which, MARGIN + first + low :]
            until = sums[which, MARGIN + first + high :]
            for at in range(size):
                block[to, into + at] = (until[at] - before[at]) * parts[at] >> 20
            to += 1
    for column in range(_PLACES):
        for at in range(size):
            block[to + column, into + at] = placed[first + at, column]


@compiled
def page_columns(
    data: U8, low: int, high: int, count: int, kinds: U8, blank: U8, table: U32, parts: U32, keys: U64, values: U32,
    weights: U32,
) -> tuple[I32, U64, U8, U8, I32]:  # fmt: skip
    """
    Look at one text, `data[low:high]`, and give what `gather` needs; the others are those of `Wordings`.

    `count` is what `find_lines` gives.

    Returns points (m,) int32, keys (m,) uint64 (see `line_keys.line_key`), rows (m, len(LOCAL)) uint8, placed
    (m, len(PLACE)) uint8 and sums (9, m + 1 + 2 * MARGIN) int32 of the m lines that are not blank.
    """
    places = np.empty((count, 3), np.int64)
    find_lines(data, low, high, blank, places)
    rows = np.empty((count, _LOCALS), np.uint8)
    points = np.empty(count, np.int32)
    said = np.empty(count, np.uint64)
    measure_lines(data, places, count, kinds, table, parts, keys, values, weights, rows, points, said)
    sums = np.empty((_SUMS, count + 1 + 2 * MARGIN), np.int32)
    told = np.empty((count + 1, 3), np.int64)
    sum_up(rows, points, count, sums, told)
    placed = np.empty((count, _PLACES), np.uint8)
    place_lines(rows, points, places, count, told, placed)
    return points, said, rows, placed, sums


@compiled
def _columns(data: U8, kinds: U8, blank: U8, table: U32, parts: U32, keys: U64, values: U32, weights: U32) -> U8:
    count = find_lines(data, 0, len(data), blank, np.empty((0, 3), np.int64))
    _, _, rows, placed, sums = page_columns(
        data, 0, len(data), count, kinds, blank, table, parts, keys, values, weights
    )
    block = np.empty((WIDTH, count), np.uint8)
    gather(rows, placed, sums, count, 0, count, block, 0)
    return block


def columns(text: bytes, known: Wordings) -> U8:
    """Give all columns of the lines of one text that are not blank: (WIDTH, m) uint8."""
    return _columns(np.frombuffer(text, np.uint8), *known)
