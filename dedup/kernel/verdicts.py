"""
From lines to a verdict: which of a text's lines go, by trees and by the cheapest way through the whole text.

Two sets of trees are asked: whether a line goes, and whether it is a reader's comment rather than text. Furniture
stands anywhere, a line at a time; comments begin once, go on, and are hardly ever followed by the text again. So they
are a state of their own, dear to enter and to leave: what many lines say together outweighs what one of them may say.

That a line recurs in other documents speaks for furniture, too, and is added to what the trees say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from dedup.kernel.jit import compiled
from dedup.kernel.line_context import WIDTH, gather, page_columns
from dedup.kernel.line_keys import Recurring
from dedup.kernel.trees import I16, UNIT, Trees, add_trees, credit

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64, Texts
    from dedup.kernel.line_measures import Wordings

FEWEST: Final = 8
"""Lines of a page that is judged; fewer say too little of one another."""
BLOCK: Final = 256
"""Lines whose columns are put together at once; so many rows stay in the processor's cache."""
RECURS: Final = UNIT
"""
What is added to the log-odds of a line that recurs: on labelled pages such lines are e times as frequent among those
that go as among those that stay, of lines of which the trees are not sure (see `training/README.md`).
"""
STAYS, GOES, COMMENT = range(3)
"""What becomes of a line; a comment goes, too."""


class Judges(NamedTuple):
    """The trees that are asked."""

    goes: Trees
    """Whether a line goes."""
    talk: Trees
    """Whether a line is a reader's comment, if it is that or text."""


class Point(NamedTuple):
    """
    An operating point; log-odds in `trees.UNIT`.

    least   thousandths of a page's characters in lines that more likely go than stay; a page that looks cleaner than
            that is left alone, so that a text once cleaned is not worn away by looking again
    bias    by how much the log-odds of going must exceed even ones
    change  what it costs to go from text to furniture or back
    enter   what it costs to go from text to comments
    leave   what it costs to go from comments to text
    turn    what it costs to go from furniture to comments or back
    """

    least: int
    bias: int
    change: int
    enter: int
    leave: int
    turn: int


@compiled
def costs(change: int, enter: int, leave: int, turn: int) -> I64:
    """Give what it costs to go from one state (rows) to another (columns): (3, 3) int64; see `Point`."""
    table = np.zeros((3, 3), np.int64)
    table[STAYS, GOES] = table[GOES, STAYS] = change
    table[STAYS, COMMENT] = enter
    table[COMMENT, STAYS] = leave
    table[GOES, COMMENT] = table[COMMENT, GOES] = turn
    return table


@compiled
def cheapest(goes: I32, talk: I32, bias: int, turns: I64, states: U8) -> int:
    """
    Decide lines together, so that what they say and the changes between them cost least (Viterbi); count what goes.

    A comment is told by the trees that say it more clearly, as buttons and names among comments are furniture, too.

    goes    (n,)    int32  log-odds of going
    talk    (n,)    int32  log-odds of being a comment rather than text
    turns   (3, 3)  int64  see `costs`
    states  (n,)    uint8  written: `STAYS`, `GOES` or `COMMENT`
    """
    count = len(goes)
    before = np.empty((count, 3), np.uint8)
    best = np.zeros(3, np.int64)
    best[COMMENT] = -turns[STAYS, COMMENT]
    after = np.empty(3, np.int64)
    for line in range(count):
        for state in range(3):
            came = state
            most = best[state]
            for other in range(3):
                if best[other] - turns[other, state] > most and line:
                    came = other
                    most = best[other] - turns[other, state]
            before[line, state] = came
            after[state] = most
        best[STAYS] = after[STAYS]
        best[GOES] = after[GOES] + np.int64(goes[line]) - bias
        best[COMMENT] = after[COMMENT] + np.int64(max(goes[line], talk[line])) - bias
    state = STAYS
    for other in range(3):
        state = other if best[other] > best[state] else state
    total = 0
    for line in range(count - 1, -1, -1):
        states[line] = state
        total += state != STAYS
        state = before[line, state]
    return total


@compiled
def _odds(
    data: U8, low: int, high: int, kinds: U8, blank: U8, table: U32, parts: U32, keys: U64, values: U32, weights: U32,
    columns: U8, bounds: U8, said: I16, talk_columns: U8, talk_bounds: U8, talk_said: I16, block: U8,
) -> tuple[I32, I32, I32, U64, U8, U8, I32]:  # fmt: skip
    """Give what both judges say of each line of one text, (m,) int32 each, and what `page_columns` gave."""
    points, words, rows, placed, totals = page_columns(
        data, low, high, kinds, blank, table, parts, keys, values, weights
    )
    lines = len(points)
    goes = np.zeros(lines, np.int32)
    talk = np.zeros(lines, np.int32)
    if lines >= FEWEST:
        for first in range(0, lines, BLOCK):
            last = min(lines, first + BLOCK)
            gather(rows, placed, totals, lines, first, last, block)
            add_trees(block, last - first, columns, bounds, said, goes[first:])
            add_trees(block, last - first, talk_columns, talk_bounds, talk_said, talk[first:])
    return goes, talk, points, words, rows, placed, totals


@compiled
def _furnished(goes: I32, talk: I32, points: I32, least: int) -> bool:
    """Tell whether a page is not left alone; see `Point.least`."""
    characters = 0
    furniture = 0
    for line in range(len(goes)):
        characters += points[line]
        furniture += points[line] if goes[line] > 0 or talk[line] > 0 else 0
    return len(goes) >= FEWEST and 1000 * furniture >= least * characters


@compiled
def _places(words: U64, recurring: U64) -> I64:
    """Look up where lines' keys stand among those that recur (ascending); -1 for nowhere."""
    places = np.full(len(words) + 1, -1, np.int64)  # one more, so that the last line's run ends
    for line in range(len(words) if len(recurring) else 0):
        low = 0
        high = len(recurring) - 1
        while low < high:
            middle = (low + high) // 2
            if recurring[middle] < words[line]:
                low = middle + 1
            else:
                high = middle
        if recurring[low] == words[line]:
            places[line] = low
    return places


@compiled
def _weigh(goes: I32, places: I64) -> bool:
    """Add to the log-odds of lines that recur; tell whether there are any."""
    found = False
    for line in range(len(goes)):
        if places[line] >= 0:
            goes[line] += RECURS
            found = True
    return found


@compiled
def _verdicts(
    data: U8, lows: I64, highs: I64, kinds: U8, blank: U8, table: U32, parts: U32, keys: U64, values: U32, weights: U32,
    columns: U8, bounds: U8, said: I16, talk_columns: U8, talk_bounds: U8, talk_said: I16,
    least: int, bias: int, change: int, enter: int, leave: int, turn: int, recurring: U64, reasons: bool,
) -> tuple[I64, I32]:  # fmt: skip
    runs = np.empty((64, 6), np.int64)
    gains = np.zeros((64 if reasons else 0, WIDTH), np.int32)
    count = 0
    block = np.empty((WIDTH, BLOCK), np.uint8)
    turns = costs(change, enter, leave, turn)
    for text in range(len(lows)):
        goes, talk, points, words, rows, placed, totals = _odds(
            data, lows[text], highs[text], kinds, blank, table, parts, keys, values, weights,
            columns, bounds, said, talk_columns, talk_bounds, talk_said, block,
        )  # fmt: skip
        lines = len(goes)
        alone = np.zeros(lines + 1, np.uint8)
        total = cheapest(goes, talk, bias, turns, alone) if _furnished(goes, talk, points, least) else 0
        states = alone
        places = _places(words, recurring)
        if total < lines and _weigh(goes, places) and _furnished(goes, talk, points, least):
            weighed = np.zeros(lines + 1, np.uint8)
            more = cheapest(goes, talk, bias, turns, weighed)
            if more < lines:  # else what recurs has no say
                states = weighed
                total = more
        for line in range(lines):
            if alone[line] != STAYS:  # it goes anyway
                places[line] = -1
        if total == 0 or total == lines:
            continue
        first = 0
        while first < lines:
            state = states[first]
            if state == STAYS:
                first += 1
                continue
            if count == len(runs):
                runs = np.concatenate((runs, np.empty_like(runs)))
                gains = np.concatenate((gains, np.zeros_like(gains)))
            last = first
            surest = first
            odds = np.int64(0)
            most = np.int64(goes[first])
            while states[last] == state and places[last] == places[first]:
                own = np.int64(max(goes[last], talk[last]) if state == COMMENT else goes[last])
                odds += own
                if own > most:
                    most = own
                    surest = last
                last += 1
            runs[count, 0] = text
            runs[count, 1] = first
            runs[count, 2] = last - 1
            runs[count, 3] = state
            runs[count, 4] = odds // (last - first)
            runs[count, 5] = places[first]
            if reasons:
                gather(rows, placed, totals, lines, surest, surest + 1, block)
                if most > goes[surest]:
                    credit(block, 0, talk_columns, talk_bounds, talk_said, gains[count])
                else:
                    credit(block, 0, columns, bounds, said, gains[count])
            count += 1
            first = last
    return runs[:count].copy(), gains[: count if reasons else 0].copy()


def verdicts(
    texts: Texts,
    known: Wordings,
    judges: Judges,
    point: Point,
    recurring: Recurring | None = None,
    *,
    reasons: bool = False,
) -> tuple[I64, I32]:
    """
    Find the runs of lines that go; of a text with less than `FEWEST` lines, or of which all would go, none.

    Where nothing goes with lines that are known to recur, nothing goes without.

    Returns (k, 6) int64 in the order of the text: text, first and last line among those that are not blank, `GOES` or
    `COMMENT`, mean log-odds in `trees.UNIT`, and where they stand among those that recur, -1 where they do not or would
    have gone without; and with `reasons` (k, WIDTH) int32, what each column adds to the log-odds of the run's surest
    line, otherwise nothing.
    """
    keys = (recurring or Recurring.none()).keys
    packed: Any = (*texts, *known, *judges.goes, *judges.talk, *point, keys, reasons)
    runs, gains = _verdicts(*packed)
    return runs, gains
