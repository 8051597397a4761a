"""From texts to paragraphs, and from bytes to code points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.kernel.jit import compiled
from dedup.kernel.lines import line_end

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64, U8

_SENTENCE_ENDS = np.frombuffer(b".!?:;\"')", np.uint8)
_DASH = ord("-")
_STAR = ord("*")
_NARROW = 40
_WIDE = 100


@compiled
def _lines(data: U8, low: int, high: int, starts: I64, ends: I64) -> int:
    """Write where the lines of a text begin and end, white space around them left out; blank lines are empty."""
    count = 0
    at = low
    while at < high:
        stop = line_end(data, at, high)
        first = at
        last = stop
        while first < last and (data[first] == 32 or data[first] == 9):
            first += 1
        while last > first and (data[last - 1] == 32 or data[last - 1] == 9):
            last -= 1
        starts[count] = first
        ends[count] = last
        count += 1
        at = stop + 1
        if stop + 1 < high and data[stop] == 13 and data[stop + 1] == 10:
            at += 1
    return count


@compiled
def _wrapped(data: U8, starts: I64, ends: I64, count: int) -> bool:
    """
    Tell whether lines were broken at a margin, so that paragraphs are what stands between blank lines.

    So it is where at least half of the lines are 40 to 100 bytes long, do not end a sentence, and have another line
    right below that is no item of a list.
    """
    filled = 0
    broken = 0
    for at in range(count):
        length = ends[at] - starts[at]
        if length == 0:
            continue
        filled += 1
        if at + 1 < count and ends[at + 1] > starts[at + 1] and _NARROW <= length <= _WIDE:
            last = data[ends[at] - 1]
            closed = data[starts[at + 1]] == _DASH or data[starts[at + 1]] == _STAR
            for mark in _SENTENCE_ENDS:
                closed |= last == mark
            broken += not closed
    return filled >= 4 and 2 * broken >= filled


@compiled
def paragraphs(data: U8, lows: I64, highs: I64, least: int) -> tuple[I64, I64, I64]:
    """
    Cut a batch of texts into paragraphs.

    data         (n,)  uint8  UTF-8
    lows, highs  (t,)  int64  text i is `data[lows[i]:highs[i]]`
    least              int    paragraphs of fewer bytes are left out

    Returns `owners`, `starts`, `ends` (p,) int64: the text each paragraph is of, and its bytes in `data`, in order. A
    paragraph is a line, or, in a text whose lines were broken at a margin, the lines between blank lines.
    """
    total = 0
    longest = 0
    for at in range(len(lows)):
        total += (highs[at] - lows[at]) // max(1, least) + 1
        longest = max(longest, highs[at] - lows[at])
    owners = np.empty(total, np.int64)
    firsts = np.empty(total, np.int64)
    lasts = np.empty(total, np.int64)
    starts = np.empty(longest + 1, np.int64)
    ends = np.empty(longest + 1, np.int64)
    made = 0
    for text in range(len(lows)):
        count = _lines(data, lows[text], highs[text], starts, ends)
        joined = _wrapped(data, starts, ends, count)
        at = 0
        while at < count:
            last = at
            while joined and last + 1 < count and ends[last] > starts[last] and ends[last + 1] > starts[last + 1]:
                last += 1
            if ends[last] - starts[at] >= max(1, least):
                owners[made] = text
                firsts[made] = starts[at]
                lasts[made] = ends[last]
                made += 1
            at = last + 1
    return owners[:made].copy(), firsts[:made].copy(), lasts[:made].copy()


@compiled
def points(data: U8, lows: I64, places: I64) -> I64:
    """
    Turn bytes into code points.

    data    (n,)  uint8  UTF-8
    lows    (k,)  int64  where the text of each place begins; texts follow one another in order
    places  (k,)  int64  ascending byte places, each the first byte of a code point or its text's end

    Returns (k,) int64: code points between where the text begins and each place.
    """
    result = np.empty(len(places), np.int64)
    count = 0
    at = 0
    for place in range(len(places)):
        if place == 0 or lows[place] != lows[place - 1]:
            at = lows[place]
            count = 0
        while at < places[place]:
            count += (data[at] & 0xC0) != 0x80
            at += 1
        result[place] = count
    return result
