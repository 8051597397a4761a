"""From lines to a verdict: which of a text's lines go, by trees and by the cheapest way through the whole text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from dedup.kernel.jit import compiled
from dedup.kernel.line_context import WIDTH, gather, page_columns
from dedup.kernel.trees import I16, add_trees, credit

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64, Bools, Texts
    from dedup.kernel.line_measures import Wordings
    from dedup.kernel.trees import Trees

FEWEST: Final = 8
"""Lines of a page that is judged; fewer say too little of one another."""
BLOCK: Final = 256
"""Lines whose columns are put together at once; so many rows stay in the processor's cache."""


class Point(NamedTuple):
    """
    An operating point; log-odds in `trees.UNIT`.

    least   thousandths of a page's characters in lines that more likely go than stay; a page that looks cleaner than
            that is left alone, so that a text once cleaned is not worn away by looking again
    bias    by how much the log-odds of going must exceed even ones
    change  what it costs to go from text to boilerplate or back
    """

    least: int
    bias: int
    change: int


@compiled
def cheapest(sums: I32, bias: int, change: int, gone: Bools) -> int:
    """
    Decide lines together, so that what they say and the changes between them cost least (Viterbi); count what goes.

    sums  (n,)  int32  log-odds of going
    gone  (n,)  bool   written
    """
    count = len(sums)
    turned = np.empty((count, 2), np.bool_)
    stays = np.int64(0)
    goes = np.int64(0)
    for line in range(count):
        turned[line, 0] = line > 0 and goes - change > stays
        turned[line, 1] = line > 0 and stays - change > goes
        before = stays
        if turned[line, 0]:
            stays = goes - change
        if turned[line, 1]:
            goes = before - change
        goes += np.int64(sums[line]) - bias
    state = 1 if goes > stays else 0
    total = 0
    for line in range(count - 1, -1, -1):
        gone[line] = state == 1
        total += state
        if turned[line, state]:
            state = 1 - state
    return total


@compiled
def _odds(
    data: U8, low: int, high: int, kinds: U8, blank: U8, table: U32, parts: U32, keys: U64, values: U32, weights: U32,
    columns: U8, bounds: U8, said: I16, block: U8,
) -> tuple[I32, I32, U8, U8, I32]:  # fmt: skip
    """Give the log-odds (m,) int32 of each line of one text, and what `page_columns` gave."""
    points, rows, placed, totals = page_columns(data, low, high, kinds, blank, table, parts, keys, values, weights)
    lines = len(points)
    sums = np.zeros(lines, np.int32)
    if lines >= FEWEST:
        for first in range(0, lines, BLOCK):
            last = min(lines, first + BLOCK)
            gather(rows, placed, totals, lines, first, last, block)
            add_trees(block, last - first, columns, bounds, said, sums[first:])
    return sums, points, rows, placed, totals


@compiled
def _furnished(sums: I32, points: I32, least: int) -> bool:
    """Tell whether a page is not left alone; see `Point.least`."""
    characters = 0
    furniture = 0
    for line in range(len(sums)):
        characters += points[line]
        furniture += points[line] if sums[line] > 0 else 0
    return len(sums) >= FEWEST and 1000 * furniture >= least * characters


@compiled
def _verdicts(
    data: U8, lows: I64, highs: I64, kinds: U8, blank: U8, table: U32, parts: U32, keys: U64, values: U32, weights: U32,
    columns: U8, bounds: U8, said: I16, least: int, bias: int, change: int, reasons: bool,
) -> tuple[I64, I32]:  # fmt: skip
    runs = np.empty((64, 4), np.int64)
    gains = np.zeros((64 if reasons else 0, WIDTH), np.int32)
    count = 0
    block = np.empty((WIDTH, BLOCK), np.uint8)
    for text in range(len(lows)):
        sums, points, rows, placed, totals = _odds(
            data, lows[text], highs[text], kinds, blank, table, parts, keys, values, weights,
            columns, bounds, said, block,
        )  # fmt: skip
        if not _furnished(sums, points, least):
            continue
        lines = len(sums)
        gone = np.zeros(lines + 1, np.bool_)
        total = cheapest(sums, bias, change, gone)
        if total == 0 or total == lines:
            continue
        first = 0
        while first < lines:
            if not gone[first]:
                first += 1
                continue
            if count == len(runs):
                runs = np.concatenate((runs, np.empty_like(runs)))
                gains = np.concatenate((gains, np.zeros_like(gains)))
            last = first
            surest = first
            odds = np.int64(sums[first])
            while gone[last + 1]:
                last += 1
                odds += sums[last]
                surest = last if sums[last] > sums[surest] else surest
            runs[count, 0] = text
            runs[count, 1] = first
            runs[count, 2] = last
            runs[count, 3] = odds // (last - first + 1)
            if reasons:
                gather(rows, placed, totals, lines, surest, surest + 1, block)
                credit(block, 0, columns, bounds, said, gains[count])
            count += 1
            first = last + 1
    return runs[:count].copy(), gains[: count if reasons else 0].copy()


def verdicts(texts: Texts, known: Wordings, trees: Trees, point: Point, *, reasons: bool = False) -> tuple[I64, I32]:
    """
    Find the runs of lines that go; of a text with less than `FEWEST` lines, or of which all would go, none.

    Returns (k, 4) int64 in the order of the text: text, first and last line among those that are not blank, mean
    log-odds in `trees.UNIT`; and with `reasons` (k, WIDTH) int32, what each column adds to those of the run's surest
    line, otherwise nothing.
    """
    packed: Any = (*texts, *known, *trees, *point, reasons)
    runs, gains = _verdicts(*packed)
    return runs, gains
