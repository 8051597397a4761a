"""
From UTF-8 to lines: which of them may say something known, and which texts have a gap wider than all others.

Nearly all lines are let go after a few bytes, so what costs is to find where they end.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.kernel.eights import NOT_ASCII, load, trailing
from dedup.kernel.growth import grown_rows
from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64, U8, U32, U64, Bools, Texts

U16: TypeAlias = NDArray[np.uint16]

INVISIBLE: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"
"""What lines are stripped of; see `segment.INVISIBLE`."""

BLANK: Final = 1
MARK: Final = 2
END: Final = 4
"""Kinds of characters that are stripped; see `Automata.kinds`."""

ROOT: Final = 12
"""Bytes of a root: five bits of each fit into a number."""

ANCHORED, ANYWHERE, BRIEF = range(3)
"""The automata: of lines that are soon lost, of lines that hold a mark, and of brief lines."""

_EACH: Final = 0x0101010101010101
_ONES: Final = np.uint64(_EACH)
_TOPS: Final = np.uint64(0x80 * _EACH)
_FEEDS: Final = np.uint64(ord("\n") * _EACH)
_RETURNS: Final = np.uint64(ord("\r") * _EACH)
_FIVES: Final = np.uint64(0x1F * _EACH)
_FIRSTS: Final = np.uint64(0x00FF00FF00FF00FF)
_PAIRS: Final = np.uint64(0x0000FFFF0000FFFF)
_FOURS: Final = np.uint64(0x00000000FFFFFFFF)
_THREE: Final = np.uint64(0x7FFF)
_3: Final = np.uint64(3)
_6: Final = np.uint64(6)
_12: Final = np.uint64(12)


class Automata(NamedTuple):
    """
    Three automata over the bytes of a line, and what is stripped from it before.

    kinds    (65536,)  uint8   what a code point is: `BLANK`, and at the ends of lines without meaning as `MARK` in
                               front and as `END` behind
    letters  (256,)    uint8   bytes as five bits, the lowest of ASCII
    marks    (32768,)  uint8   three bytes in a row, five bits of each and the first lowest: the root whose mark they
                               are, 0 for none. A line that holds one is for `ANYWHERE`
    roots    (r, 4)    uint64  the bytes of a root, five bits of each and the first lowest; how many these are, `ROOT`
                               at most; how many stand before the mark; another root of the same mark, 0 for none
    classes  (3, 256)  uint16  bytes as columns, from 1 on
    table    (m,)      uint32  a state is the place of its row: the set of patterns that take a line which ends there,
                               0 for none, then for each column the next state; 0 is the state that takes nothing
    starts   (3,)      uint32  the states in which a line begins
    sinks    int               states from there on are left no more; they have no columns
    long     int               characters; longer lines are passed over
    brief    int               characters; longer lines are passed over by `BRIEF`
    """

    kinds: U8
    letters: U8
    marks: U8
    roots: U64
    classes: U16
    table: U32
    starts: U32
    sinks: int
    long: int
    brief: int


@cache
def blanks() -> U8:
    """Give (65536,) uint8, `BLANK` for each code point of white space and for the byte order mark."""
    kinds = np.zeros(1 << 16, np.uint8)
    kinds[list(map(ord, INVISIBLE))] = BLANK
    return kinds


@compiled
def line_end(data: U8, at: int, end: int) -> int:
    """Find the first line feed or carriage return from `at` on, or `end`."""
    while at + 8 <= end:
        eight = load(data, np.uint64(at))
        feeds = eight ^ _FEEDS
        returns = eight ^ _RETURNS
        ends = ((feeds - _ONES) & ~feeds | (returns - _ONES) & ~returns) & _TOPS
        if ends:
            return at + int(np.int64(trailing(ends))) // 8
        at += 8
    while at < end and data[at] != 0x0A and data[at] != 0x0D:
        at += 1
    return at


@compiled
def skip(data: U8, low: int, high: int, kinds: U8, kind: int) -> int:
    """Find the first character that is not of a kind."""
    while low < high:
        byte = int(data[low])
        if byte < 0x80:
            code = byte
            size = 1
        elif byte < 0xE0:
            code = (byte & 0x1F) << 6 | int(data[low + 1]) & 0x3F
            size = 2
        elif byte < 0xF0:
            code = (byte & 0x0F) << 12 | (int(data[low + 1]) & 0x3F) << 6 | int(data[low + 2]) & 0x3F
            size = 3
        else:
            break
        if kinds[code] & kind == 0:
            break
        low += size
    return low


@compiled
def trim(data: U8, low: int, high: int, kinds: U8, kind: int) -> int:
    """Find the place behind the last character that is not of a kind."""
    while low < high:
        at = high - 1
        while data[at] & 0xC0 == 0x80:
            at -= 1
        byte = int(data[at])
        if byte < 0x80:
            code = byte
        elif byte < 0xE0:
            code = (byte & 0x1F) << 6 | int(data[at + 1]) & 0x3F
        elif byte < 0xF0:
            code = (byte & 0x0F) << 12 | (int(data[at + 1]) & 0x3F) << 6 | int(data[at + 2]) & 0x3F
        else:
            break
        if kinds[code] & kind == 0:
            break
        high = at
    return high


@compiled
def _within(data: U8, low: int, high: int, limit: int) -> bool:
    """Tell whether some bytes are at most so many characters."""
    if high - low <= limit:
        return True
    if high - low > 4 * limit:
        return False
    points = 0
    for at in range(low, high):
        points += data[at] & 0xC0 != 0x80
    return points <= limit


@compiled
def _bare(data: U8, low: int, high: int, kinds: U8) -> tuple[int, int]:
    """Strip what stands around a line; see `boilerplate.view.bare`."""
    low = skip(data, low, high, kinds, MARK)
    if low + 2 <= high and data[low] == ord("o") and data[low + 1] == ord(" "):
        low = skip(data, low + 2, high, kinds, MARK)
    elif low + 4 <= high and (data[low], data[low + 1], data[low + 2], data[low + 3]) == (0xE2, 0x96, 0xA1, 0x20):
        low = skip(data, low + 4, high, kinds, MARK)
    high = trim(data, low, high, kinds, END)
    if low + 2 <= high and data[high - 1] == ord("*") and data[high - 2] == ord("*"):
        high -= 2
    return low, high


@compiled
def _rooted(data: U8, low: int, high: int, at: int, letters: U8, root: U64) -> bool:
    """Tell whether a root whose mark is at `at` stands in a line."""
    first = at - int(np.int64(root[2]))
    count = int(np.int64(root[1]))
    if first < low or first + count > high:
        return False
    fives = np.uint64(0)
    for place in range(count):
        fives |= np.uint64(letters[data[first + place]]) << np.uint64(5 * place)
    return bool(fives == root[0])


@compiled
def _marked(data: U8, low: int, high: int, letters: U8, marks: U8, roots: U64) -> bool:
    """Tell whether a line holds a root: its mark is looked for in steps of six bytes."""
    place = np.uint64(low)
    left = high - low
    while left >= 2:
        if left >= 8 and load(data, place) & NOT_ASCII == 0:
            # five bits of each byte, moved together: two, four, eight of them
            fives = load(data, place) & _FIVES
            fives = fives & _FIRSTS | (fives & ~_FIRSTS) >> _3
            fives = fives & _PAIRS | (fives & ~_PAIRS) >> _6
            fives = fives & _FOURS | (fives & ~_FOURS) >> _12
        else:
            fives = np.uint64(0)
            for ahead in range(min(left, 8)):
                five = np.uint64(letters[data[place + np.uint64(ahead)]])
                fives |= five << np.uint64(5 * ahead)
        every = np.uint8(0)
        for step in range(6):  # behind the end of a line are zeros, and marks too many do no harm
            every |= marks[fives >> np.uint64(5 * step) & _THREE]
        if every:
            for step in range(6):
                number = marks[fives >> np.uint64(5 * step) & _THREE]
                while number:
                    if _rooted(data, low, high, int(np.int64(place)) + step, letters, roots[number]):
                        return True
                    number = np.uint8(roots[number, 3])
        place += _6
        left -= 6
    return False


@compiled
def _candidates(
    data: U8,
    lows: I64,
    highs: I64,
    kinds: U8,
    letters: U8,
    marks: U8,
    roots: U64,
    classes: U16,
    table: U32,
    starts: U32,
    sinks: int,
    long: int,
    brief: int,
) -> I64:
    found = np.empty((64, 5), np.int64)
    count = 0
    last = np.uint32(sinks - 1)
    for text in range(len(lows)):
        at = lows[text]
        end = highs[text]
        number = -1
        while at < end:
            low = at
            at = line_end(data, at, end)
            high = at
            at += 1
            if high == low:
                continue
            if data[low] >= 0x80 or kinds[data[low]]:
                low = skip(data, low, high, kinds, BLANK)
            if low == high:
                continue
            number += 1
            if data[high - 1] >= 0x80 or kinds[data[high - 1]]:
                high = trim(data, low, high, kinds, BLANK)
            if high - low > long and not _within(data, low, high, long):
                continue
            head, tail = data[low], data[high - 1]
            if head >= 0x80 or kinds[head] or head == ord("o") or tail >= 0x80 or kinds[tail] or tail == ord("*"):
                low, high = _bare(data, low, high, kinds)
            if low == high:
                continue
            for which in range(3):
                if which == ANYWHERE:
                    if not _marked(data, low, high, letters, marks, roots):
                        continue
                elif which == BRIEF and not _within(data, low, high, brief):
                    continue
                state = starts[which]
                for byte in range(np.uint64(low), np.uint64(high)):
                    state = table[state + np.uint32(classes[which, data[byte]])]
                    if state - np.uint32(1) >= last:
                        break
                taken = table[state]
                if taken == 0:
                    continue
                if count == len(found):
                    found = grown_rows(found, count, 2 * count)
                found[count, 0] = text
                found[count, 1] = number
                found[count, 2] = low
                found[count, 3] = high
                found[count, 4] = taken
                count += 1
    return found[:count].copy()


def candidates(texts: Texts, automata: Automata) -> I64:
    """
    Find the lines that an automaton takes.

    Returns (c, 5) int64, in order: the text, the line's number among those that are not blank, the bytes from where
    to where it says something, and the set of patterns that may take it.
    """
    return _candidates(
        *texts,
        automata.kinds,
        automata.letters,
        automata.marks,
        automata.roots,
        automata.classes,
        automata.table,
        automata.starts,
        automata.sinks,
        automata.long,
        automata.brief,
    )


@compiled
def _prose(data: U8, low: int, high: int) -> int:
    """Count the words of a line that may be prose: at most so many, and none if it ends as no sentence does."""
    last = data[high - 1]
    if last < 0x80:
        ends = last == ord(".") or last == ord("!") or last == ord("?") or last == ord("*") or last == ord(")")
        if not (ends or last == ord('"') or last == ord("'") or last == ord("]") or last == ord("}")):
            return 0
    words = 1
    for at in range(low, high):
        byte = data[at]
        words += (byte <= 0x20) | (byte == 0xC2) | (byte == 0xE1) | (byte == 0xE2) | (byte == 0xE3)
    return words


@compiled
def _parted(
    data: U8, lows: I64, highs: I64, blank: U8, gap: int, paragraphs: int, words: int, prose: int, pure: float
) -> Bools:
    found = np.zeros(len(lows), np.bool_)
    room = 64
    first = np.empty(room, np.int64)
    last = np.empty(room, np.int64)
    for text in range(len(lows)):
        at = lows[text]
        end = highs[text]
        count = 0
        blanks = 0
        widest = 0
        unique = False
        behind = 0
        while at < end:
            low = at
            high = at = line_end(data, at, end)
            at += 1 + (at + 1 < end and data[at] == 0x0D and data[at + 1] == 0x0A)
            low = skip(data, low, high, blank, BLANK)
            if low == high:
                blanks += 1
                continue
            if count and blanks >= widest:
                unique = blanks > widest
                widest = blanks
                behind = count
            blanks = 0
            if count == room:
                room *= 2
                first = np.concatenate((first, np.empty_like(first)))
                last = np.concatenate((last, np.empty_like(last)))
            first[count] = low
            last[count] = trim(data, low, high, blank, BLANK)
            count += 1
        if widest < gap or not unique or count <= 2 * paragraphs:
            continue
        found[text] = True
        for low, high in ((0, behind), (behind, count)):
            lines = 0
            total = 0
            for line in range(low, high):
                said = _prose(data, first[line], last[line])
                if said >= prose:
                    lines += 1
                    total += said
            if lines < paragraphs or total < words or lines < pure * (high - low):
                found[text] = False
    return found


def parted(texts: Texts, *, gap: int, paragraphs: int, words: int, prose: int, pure: float) -> Bools:
    """
    Tell which texts have one gap wider than all others, with what may be prose on both sides: (t,) bool.

    gap         blank lines of that gap, at least
    paragraphs  lines on either side that may be prose, at least; in all, twice as many gaps
    words       words of these lines, at least
    prose       words of a line that may be prose, at least
    pure        share of the lines on either side that may be prose, at least
    """
    return _parted(*texts, blanks(), gap, paragraphs, words, prose, pure)
