"""
What can be measured of a text's lines one by one: length, characters, words; numbers from 0 to 255.

All of them are whole and made of whole numbers, so that every machine comes to the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.eights import small
from dedup.kernel.jit import compiled
from dedup.kernel.line_keys import line_key
from dedup.kernel.lines import BLANK, line_end, skip, trim
from dedup.kernel.words import capacity, mix, scan

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64

(
    SPACE, LOWER, UPPER, DIGIT, LETTER, SOLO, STOP, COMMA, COLON, QUOTE, DASH, BAR, BRACKET, SIGN, AT, OTHER
) = range(16)  # fmt: skip
"""Kinds of characters: letters without case, letters that are words, full stops and their like, ..."""

LEXICON: Final = (
    "stop", "month", "weekday", "clock", "ago", "says", "reply", "comment", "share", "subscribe", "cookie", "menu",
    "byline", "legal", "shop", "related", "i", "you",
)  # fmt: skip
"""The kinds of words that are looked up, from the lowest bit on."""

LOCAL: Final = (
    "length", "words", "word_size", "upper", "capitalised", "digits", "marks",
    "sentences", "commas", "quotes", "bars", "brackets", "signs", "dashes", "colons", "ats", "first", "last",
    "solo", "numbers", "years", "clocks",
    *LEXICON,
    "stops", "wording", "worst", "best", "talk", "same", "shape", "gap", "prose", "mark", "dated", "title",
    "known", "evidence",
)  # fmt: skip
"""What is measured of a line by itself, in the order of the columns."""
(
    LENGTH, WORDS, WORD_SIZE, UPPERS, CAPITALISED, DIGITS, MARKS,
    SENTENCES, COMMAS, QUOTES, BARS, BRACKETS, SIGNS, DASHES, COLONS, ATS, FIRST, LAST,
    SOLOS, NUMBERS, YEARS, CLOCKS,
) = range(22)  # fmt: skip
WORD_KINDS: Final = 22
(STOPS, WORDING, WORST, BEST, TALK, SAME, SHAPE, GAP, PROSE, MARK, DATED, TITLE, KNOWN, EVIDENCE) = range(
    WORD_KINDS + len(LEXICON), WORD_KINDS + len(LEXICON) + 14
)
(_MONTH, _AGO, _SAYS, _REPLY, _COMMENT) = (LEXICON.index(kind) for kind in ("month", "ago", "says", "reply", "comment"))

PROSE_LENGTH: Final = 80
"""Characters from which a line that ends like a sentence counts as prose; of scripts without spaces, two in five."""
MARK_LENGTH: Final = 110
"""Characters of the longest header of a comment."""
_1: Final = np.uint64(1)
_2: Final = np.uint64(2)
_3: Final = np.uint64(3)
_4: Final = np.uint64(4)
_6: Final = np.uint64(6)
_8: Final = np.uint64(8)
_12: Final = np.uint64(12)
_16: Final = np.uint64(16)
_32: Final = np.uint64(32)
_48: Final = np.uint64(48)
_0F: Final = np.uint64(0x0F)
_1F: Final = np.uint64(0x1F)
_3F: Final = np.uint64(0x3F)
_BYTE: Final = np.uint64(0xFF)
_LOW: Final = np.uint64(0xFFFF)
_TURN: Final = np.uint64(0x9E3779B97F4A7C15)
_0: Final = np.uint64(0)


class Wordings(NamedTuple):
    """
    What is known of words and characters.

    kinds    (65536,)  uint8   kinds of characters, by code point
    blanks   (65536,)  uint8   see `lines.blanks`
    table, parts               see `normal.Folding`
    keys     (k,)      uint64  hashes of words and of pairs of words, 0 where none is; k a power of two
    values   (k,)      uint32  their kinds, a bit for each of `LEXICON`
    weights  (65536,)  uint32  by the highest 16 bits of a hash: its next 16 bits, if it is known; how much more often
                               it stands in what goes, and how much more often in comments than in texts, 128 for no
                               more often (8 bits each)
    """

    kinds: U8
    blanks: U8
    table: U32
    parts: U32
    keys: U64
    values: U32
    weights: U32


@compiled
def pair(one: np.uint64, two: np.uint64) -> np.uint64:
    """Hash two words in a row."""
    return mix(one * _TURN ^ two)


@compiled
def share(part: int, whole: int) -> int:
    """Give a share in 255ths, nothing of nothing."""
    return 255 * part // whole if whole else 0


def _sixteenths(number: int) -> int:
    bits = number.bit_length() - 1
    return 16 * bits + (number << 4 >> bits) - 16


_LOGS: Final = np.array([0, *map(_sixteenths, range(1, 1 << 12))], np.uint8)


@compiled
def log(value: int) -> int:
    """Give 16 log2(1 + value) to within its sixteenths, without floating point; at most 255."""
    number = max(0, value + 1)
    more = 0
    while number >= len(_LOGS):
        number >>= 1
        more += 16
    return min(255, int(_LOGS[number]) + more)


@compiled
def find_lines(data: U8, low: int, high: int, blank: U8, places: I64) -> int:
    """
    List the lines of one text that are not blank; give their number.

    places  (m, 3)  int64  written, as far as there is room: where a line begins and ends without the white space
                           around it, and the blank lines before it
    """
    count = 0
    gap = 0
    at = low
    while at < high:
        first = at
        last = at = line_end(data, at, high)
        at += 1 + (at + 1 < high and data[at] == 0x0D and data[at + 1] == 0x0A)
        first = skip(data, first, last, blank, BLANK)
        if first == last:
            gap += 1
            continue
        if count < len(places):
            places[count, 0] = first
            places[count, 1] = trim(data, first, last, blank, BLANK)
            places[count, 2] = gap
        count += 1
        gap = 0
    return count


_CHANGES, _STARTS, _CAPITAL, _ASKS = (1 << bit for bit in range(4))
"""Of two characters: their kinds differ; a word starts, a capital; numbers or sentences begin or end, or may do so."""


def _steps() -> U8:
    """Say what it means that a character of a kind follows one of another: by both kinds, 16 times the first one's."""
    made = np.zeros((16, 16), np.uint8)
    for last in range(16):
        for kind in range(16):
            made[last, kind] = _CHANGES if kind != last else 0
            if kind in (UPPER, LOWER, LETTER) and (last > LETTER or last == SPACE):
                made[last, kind] |= _CAPITAL | _STARTS if kind == UPPER else _STARTS
            if DIGIT in (kind, last) or (kind == SPACE and last in (STOP, QUOTE, BRACKET)):
                made[last, kind] |= _ASKS
    return made.ravel()


_STEPS: Final = _steps()


@compiled
def _characters(data: U8, low: int, high: int, kinds: U8, counts: I64, row: U8) -> tuple[int, np.uint64]:
    """
    Count the characters of a line, and what they make up; give their number and a hash of the line's shape.

    counts  (16,)  int64  written: how many there are of each kind
    """
    counts[:] = 0
    points = 0
    last = np.uint64(SPACE)
    second = np.uint64(SPACE)  # the kind before
    shape = _TURN
    starts = 0
    capitals = 0
    sentences = 0
    digits = 0  # of the number being read
    numbers = 0
    years = 0
    clocks = 0
    lead = 0  # the first two digits of the number being read
    at = np.uint64(low)
    end = np.uint64(high)
    while at < end:
        byte = np.uint64(data[at])
        if byte < 0x80:
            kind = np.uint64(kinds[byte])
            at += _1
        elif byte < 0xE0:
            kind = np.uint64(kinds[(byte & _1F) << _6 | np.uint64(data[at + _1]) & _3F])
            at += _2
        elif byte < 0xF0:
            middle = (np.uint64(data[at + _1]) & _3F) << _6
            kind = np.uint64(kinds[(byte & _0F) << _12 | middle | np.uint64(data[at + _2]) & _3F])
            at += _3
        else:
            kind = np.uint64(SOLO if byte == 0xF0 and data[at + _1] >= 0xA0 else SIGN)
            at += _4
        points += 1
        counts[kind] += 1
        step = _STEPS[last << _4 | kind]
        if step & _ASKS:
            if kind == DIGIT:
                if digits == 0:
                    numbers += 1
                    lead = 0
                if digits < 2:
                    lead = lead * 10 + (int(np.int64(byte)) - 48 if byte < 0x80 else 0)
                digits += 1
            else:
                if digits == 4 and (lead == 19 or lead == 20):
                    years += 1
                if (
                    kind == COLON
                    and digits
                    and digits <= 2
                    and at + _1 < end
                    and data[at] - 48 < 10
                    and data[at + _1] - 48 < 10
                ):
                    clocks += 1
                digits = 0
                if kind == SPACE and (last == STOP or (second == STOP and (last == QUOTE or last == BRACKET))):
                    sentences += 1
        starts += step >> 1 & 1
        capitals += step >> 2 & 1
        turned = (shape ^ kind) * _TURN
        shape = turned if step & _CHANGES else shape
        second = last
        last = kind
        if kind == LOWER and at + _8 <= end:  # most letters follow one of their kind
            more = small(data, at)
            at += more
            points += int(np.int64(more))
            counts[LOWER] += np.int64(more)
    if digits == 4 and (lead == 19 or lead == 20):
        years += 1
    if last == STOP or (second == STOP and (last == QUOTE or last == BRACKET)):
        sentences += 1
    letters = counts[UPPER] + counts[LOWER]
    marks = points - letters - counts[SPACE] - counts[DIGIT] - counts[LETTER] - counts[SOLO]
    row[LENGTH] = log(points)
    row[UPPERS] = share(counts[UPPER], letters)
    row[CAPITALISED] = share(capitals, starts)
    row[DIGITS] = share(counts[DIGIT], points)
    row[MARKS] = share(marks, points)
    # in Chinese no space follows a full stop
    row[SENTENCES] = min(255, max(sentences, counts[STOP] if counts[SOLO] > letters else 0))
    row[COMMAS] = min(255, counts[COMMA])
    row[QUOTES] = min(255, counts[QUOTE])
    row[BARS] = min(255, counts[BAR])
    row[BRACKETS] = min(255, counts[BRACKET])
    row[SIGNS] = min(255, counts[SIGN])
    row[DASHES] = min(255, counts[DASH])
    row[COLONS] = min(255, counts[COLON])
    row[ATS] = min(255, counts[AT])
    row[LAST] = last if (last != QUOTE and last != BRACKET) or second != STOP else STOP
    row[SOLOS] = share(counts[SOLO], points)
    row[NUMBERS] = min(255, numbers)
    row[YEARS] = min(255, years)
    row[CLOCKS] = min(255, clocks)
    first = int(data[low])
    if first < 0x80:
        row[FIRST] = kinds[first]
    elif first < 0xE0:
        row[FIRST] = kinds[(first & 0x1F) << 6 | int(data[low + 1]) & 0x3F]
    elif first < 0xF0:
        row[FIRST] = kinds[(first & 0x0F) << 12 | (int(data[low + 1]) & 0x3F) << 6 | int(data[low + 2]) & 0x3F]
    else:
        row[FIRST] = SIGN
    return points, mix(shape)


@compiled
def _kinds_of(key: np.uint64, keys: U64, values: U32) -> np.uint32:
    slot = np.uint64(key & np.uint64(len(keys) - 1))
    while keys[slot] != _0:
        if keys[slot] == key:
            return np.uint32(values[slot])
        slot = np.uint64((slot + np.uint64(1)) & np.uint64(len(keys) - 1))
    return np.uint32(0)


@compiled
def _wording(hashes: U64, count: int, keys: U64, values: U32, weights: U32, row: U8) -> None:
    """Look up a line's words and pairs of words."""
    known = 0
    total = 0
    talk = 0
    pairs = 0
    worst = 128
    best = 128
    before = _0
    for place in range(count):
        word = hashes[place]
        for again in range(2):
            if again:
                if place == 0:
                    break
                word = pair(before, word)
            entry = np.uint64(weights[word >> _48])
            if entry >> _16 == (word >> _32) & _LOW:
                weight = int(np.int64(entry >> _8 & _BYTE))
                pairs += 1
                total += weight - 128
                worst = max(worst, weight)
                best = min(best, weight)
                talk += int(np.int64(entry & _BYTE)) - 128
            found = _kinds_of(word, keys, values)
            if found:
                if again == 0 and found & np.uint32(1):
                    known += 1
                kind = WORD_KINDS
                while found:
                    if found & np.uint32(1) and row[kind] < 255:
                        row[kind] += 1
                    found >>= np.uint32(1)
                    kind += 1
        before = hashes[place]
    row[KNOWN] = share(pairs, 2 * count - 1)
    row[EVIDENCE] = min(255, max(0, 128 + (total >> 3)))
    pairs = max(1, pairs)
    row[WORDS] = log(count)
    row[STOPS] = share(known, count)
    row[WORDING] = min(255, max(0, 128 + 2 * total // pairs))
    row[TALK] = min(255, max(0, 128 + 2 * talk // pairs))
    row[WORST] = worst
    row[BEST] = best


@compiled
def _counted(keys: U64, count: int, slots: U64, seen: I32, rows: U8, column: int) -> None:
    """
    Write how many lines of a page have the same hash.

    slots, seen  (s,)  uint64, int32  room; s a power of two, at least twice `count`
    """
    size = 2
    while size < 2 * count:
        size *= 2
    slots[:size] = _0
    seen[:size] = 0
    last = np.uint64(size - 1)
    for again in range(2):
        for line in range(count):
            slot = np.uint64(keys[line] & last)
            while slots[slot] != _0 and slots[slot] != keys[line]:
                slot = np.uint64((slot + np.uint64(1)) & last)
            if again:
                rows[line, column] = min(255, seen[slot])
            else:
                slots[slot] = keys[line]
                seen[slot] += 1


@compiled
def measure_lines(
    data: U8,
    places: I64,
    count: int,
    kinds: U8,
    table: U32,
    parts: U32,
    keys: U64,
    values: U32,
    weights: U32,
    rows: U8,
    points: I32,
    words: U64,
) -> None:
    """
    Measure each line of a page by itself.

    places  (m, 3)              int64  see `find_lines`; the first `count` are looked at
    rows    (m, len(LOCAL))     uint8  written
    points  (m,)                int32  written: characters
    words   (m,)                uint64  written; see `line_keys.line_key`
    The others: see `Wordings`.
    """
    counts = np.empty(16, np.int64)
    hashes = np.empty(256, np.uint64)
    nothing = np.empty(0, np.int32)
    shapes = np.empty(count, np.uint64)
    for line in range(count):
        low = places[line, 0]
        high = places[line, 1]
        row = rows[line]
        row[:] = 0
        if capacity(high - low) > len(hashes):
            hashes = np.empty(2 * capacity(high - low), np.uint64)
        number = scan(data, low, high, table, parts, hashes, nothing, nothing)
        size, shapes[line] = _characters(data, low, high, kinds, counts, row)
        _wording(hashes, number, keys, values, weights, row)
        words[line] = line_key(hashes, number)
        points[line] = size
        row[WORD_SIZE] = min(255, 8 * size // max(1, number))
        row[GAP] = min(15, places[line, 2])
        closed = row[LAST] == STOP or row[LAST] == QUOTE
        if closed and (size >= PROSE_LENGTH or (row[SOLOS] >= 128 and 5 * size >= 2 * PROSE_LENGTH)):
            row[PROSE] = 255
        dated = row[WORD_KINDS + _AGO] or row[CLOCKS] or row[YEARS] or (row[WORD_KINDS + _MONTH] and row[NUMBERS])
        if size <= MARK_LENGTH:
            row[DATED] = 255 if dated else 0
            replies = row[WORD_KINDS + _REPLY] + row[WORD_KINDS + _SAYS]
            if dated and (replies or row[WORD_KINDS + _AGO] or row[CLOCKS]):
                row[MARK] = 255
            elif replies and number <= 6:
                row[MARK] = 160
            row[TITLE] = 255 if row[WORD_KINDS + _COMMENT] and number <= 8 else 0
    size = 2
    while size < 2 * count:
        size *= 2
    slots = np.empty(size, np.uint64)
    seen = np.empty(size, np.int32)
    _counted(words, count, slots, seen, rows, SAME)
    _counted(shapes, count, slots, seen, rows, SHAPE)
