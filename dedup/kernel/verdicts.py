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

from dedup.kernel.growth import grown_rows, put
from dedup.kernel.jit import compiled
from dedup.kernel.line_context import WIDTH, gather, page_columns
from dedup.kernel.line_keys import Recurring
from dedup.kernel.line_measures import find_lines
from dedup.kernel.trees import I16, UNIT, Trees, add_trees, credit

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64, Texts
    from dedup.kernel.line_measures import Wordings

FEWEST: Final = 8
"""Lines of a page that is judged; fewer say too little of one another."""
BLOCK: Final = 256
"""Lines of several texts whose columns are put together: few lines by themselves take trees nearly as long."""
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
def _decided(
    goes: I32, talk: I32, points: I32, words: U64, least: int, bias: int, turns: I64, recurring: U64
) -> tuple[int, U8, I64]:
    """
    Decide the lines of one text.

    Gives how many go, none if all would, what becomes of each, and where those stand among the lines that recur which
    would not have gone without; see `verdicts`. The last two end with a line more, which stays.
    """
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
    return total if total < lines else 0, states, places


@compiled
def _listed(text: int, goes: I32, talk: I32, states: U8, places: I64, runs: I64, count: int) -> tuple[I64, int]:
    """Add the runs of one text to those found, and which line of each is the surest, and whether it is for its talk."""
    first = 0
    while first < len(goes):
        state = states[first]
        if state == STAYS:
            first += 1
            continue
        if count == len(runs):
            runs = grown_rows(runs, count, 2 * count)
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
        runs[count, 6] = surest
        runs[count, 7] = most > goes[surest]
        count += 1
        first = last
    return runs, count


@compiled
def _verdicts(
    data: U8, lows: I64, highs: I64, kinds: U8, blank: U8, table: U32, parts: U32, keys: U64, values: U32, weights: U32,
    columns: U8, bounds: U8, said: I16, talk_columns: U8, talk_bounds: U8, talk_said: I16,
    least: int, bias: int, change: int, enter: int, leave: int, turn: int, recurring: U64, reasons: bool,
) -> tuple[I64, I32]:  # fmt: skip
    runs = np.empty((64, 8), np.int64)
    gains = np.zeros((64 if reasons else 0, WIDTH), np.int32)
    count = 0
    nowhere = np.empty((0, 3), np.int64)
    turns = costs(change, enter, leave, turn)
    owners = np.empty(BLOCK // FEWEST, np.int64)  # texts of which the lines stand in the block
    begins = np.empty(BLOCK // FEWEST + 1, np.int64)
    room = 0
    text = 0
    while text < len(lows):
        members = 0
        filled = 0
        while text < len(lows):
            lines = find_lines(data, lows[text], highs[text], blank, nowhere)
            if filled + lines > BLOCK and members:
                break
            if room < max(BLOCK, lines):
                room = max(BLOCK, lines)
                block = np.empty((WIDTH, room), np.uint8)
                goes = np.empty(room, np.int32)
                talk = np.empty(room, np.int32)
                every_point = np.empty(room, np.int32)
                every_word = np.empty(room, np.uint64)
            if lines >= FEWEST:
                points, words, rows, placed, totals = page_columns(
                    data, lows[text], highs[text], lines, kinds, blank, table, parts, keys, values, weights
                )
                gather(rows, placed, totals, lines, 0, lines, block, filled)
                put(points, lines, every_point, filled)
                put(words, lines, every_word, filled)
                owners[members] = text
                begins[members] = filled
                members += 1
                filled += lines
            text += 1
        begins[members] = filled
        goes[:filled] = 0
        talk[:filled] = 0
        add_trees(block, filled, columns, bounds, said, goes)
        add_trees(block, filled, talk_columns, talk_bounds, talk_said, talk)
        for member in range(members):
            low = begins[member]
            high = begins[member + 1]
            own, other = goes[low:high], talk[low:high]
            total, states, places = _decided(
                own, other, every_point[low:high], every_word[low:high], least, bias, turns, recurring
            )
            if total:
                before = count
                runs, count = _listed(owners[member], own, other, states, places, runs, count)
                gains = _room(gains, before, len(runs) if reasons else 0)
                for run in range(before, count if reasons else before):
                    if runs[run, 7]:
                        credit(block, low + runs[run, 6], talk_columns, talk_bounds, talk_said, gains[run])
                    else:
                        credit(block, low + runs[run, 6], columns, bounds, said, gains[run])
    return runs[:count, :6].copy(), gains[: count if reasons else 0].copy()


@compiled
def _room(gains: I32, count: int, size: int) -> I32:
    """Give room for the gains of so many runs, of which `count` are known."""
    if size <= len(gains):
        return gains
    larger = grown_rows(gains, count, size)
    larger[count:] = 0
    return larger


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
