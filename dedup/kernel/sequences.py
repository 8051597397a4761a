"""From texts to sequences of words of which each is known as a figure, a name or an ordinary word; and to shingles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.eights import NOT_ASCII, load
from dedup.kernel.growth import grown, put
from dedup.kernel.jit import compiled
from dedup.kernel.shingles import distinct, roll, room
from dedup.kernel.words import scan

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64

ORDINARY, FIGURE, TAIL, MIXED, NAME = range(5)
"""
What a word is: a FIGURE is all numerals, a TAIL is what goes on a figure behind one character (.5 in 12.5), MIXED
begins with a numeral and has letters (4m, 15th, and 2O04 where a zero was misread), a NAME begins with a capital letter
inside a sentence.
"""
KINDS: Final = 5
_NUMERAL: Final = 1
_CAPITAL: Final = 2
_OPENING: Final = 4
_HIDDEN: Final = 4  # the class of a table entry, see `dedup.normal`; those above are bits of traits
_0: Final = np.uint32(0)
_1: Final = np.uint64(1)
_6: Final = np.uint64(6)
_3F: Final = np.uint64(0x3F)
_24: Final = np.uint32(24)
_31: Final = np.uint64(31)
_58: Final = np.uint64(58)
_SPELT: Final = 12  # of its logarithm: words whose letters are remembered; most words of a text are a few hundred ones
_DOWN: Final = np.uint64(64 - _SPELT)
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_OTHER: Final = np.uint64(0xD6E8FEB86659FD93)


class Sequences(NamedTuple):
    """
    The words of `t` texts, and their shingle sets, end to end.

    values   (v,)     uint64  their shingles; the set of text i is `values[offsets[i]:offsets[i] + sizes[i]]`, sorted
    sizes    (t,)     int32   shingles in each set: as many as there are words, or fewer
    words    (w,)     uint64  their hashes; see `words.scan`
    kinds    (w,)     uint8   ORDINARY, FIGURE, TAIL, MIXED or NAME
    letters  (w,)     uint64  a bit for each pair of neighbouring characters, folded, chosen by its hash; of a FIGURE a
                              hash of its numerals and its tails', so that 1,200 is 1200; of a TAIL 0; of a NAME that
                              ends in a numeral some bits by its hash, as A320 is no misread A380
    offsets  (t + 1,) int64   where each text's words begin, and its set
    figures  (f,)     uint64  hashes of each text's figures with their tails, and of mixed ones, sorted, without repeats
    begins   (t + 1,) int64   where each text's figures begin
    """

    values: U64
    sizes: I32
    words: U64
    kinds: U8
    letters: U64
    offsets: I64
    figures: U64
    begins: I64

    @classmethod
    def empty(cls, offsets: I64, *, ordered: bool) -> Sequences:
        """Make room for texts that begin at some places; what is never written to takes no memory."""
        room = int(offsets[-1])
        own = room if ordered else 0
        return cls(
            values=np.empty(room, np.uint64),
            sizes=np.empty(len(offsets) - 1, np.int32),
            words=np.empty(own, np.uint64),
            kinds=np.empty(own, np.uint8),
            letters=np.empty(own, np.uint64),
            offsets=offsets,
            figures=np.empty(0, np.uint64),
            begins=np.zeros(1, np.int64),
        )


def nothing_spelt() -> U64:
    """
    Make room for words in ASCII that were met before, each where its hash puts it, and their letters.

    (2**_SPELT, 2) uint64; good for any texts under the same `normal.Folding`, one batch after another.
    """
    return np.zeros((1 << _SPELT, 2), np.uint64)


@compiled
def _character(data: U8, at: int) -> tuple[np.uint64, int]:
    """Give the code point of the character that begins at a byte, and its bytes."""
    place = np.uint64(at)
    code = np.uint64(data[place])
    if code < 0x80:
        return code, 1
    size = 4 if code >= 0xF0 else 3 if code >= 0xE0 else 2
    code &= np.uint64(0x7F >> size)
    for more in range(1, size):
        code = code << _6 | np.uint64(data[place + np.uint64(more)]) & _3F
    return code, size


@compiled
def _describe(
    data: U8,
    low: int,
    high: int,
    words: U64,
    starts: I32,
    ends: I32,
    count: int,
    table: U32,
    traits: U8,
    spelt: U64,
    kinds: U8,
    letters: U64,
) -> None:
    """
    Tell the kinds of a text's words, and which letters they have; see `Sequences`.

    data            (n,)  uint8   UTF-8; the text is `data[low:high]`
    words           (k,)  uint64  hashes of `count` words
    starts, ends    (k,)  int32   their code points
    table                         see `normal.Folding`
    traits                        see `dedup.traits`
    spelt                         see `nothing_spelt`; changed
    kinds, letters  (k,)  written
    """
    at = low
    clear = low  # up to here all is ASCII, if it is not behind `at`
    point = 0
    opening = True  # whether a capital letter would say nothing here
    figure = -2  # code point behind the last figure
    number = 0  # the word with which that began
    digits = _1  # its hash
    for word in range(count):
        while point < starts[word]:
            code, size = _character(data, at)
            opening |= (traits[code] & _OPENING) != 0
            at += size
            point += 1
        first = data[np.uint64(at)]
        length = ends[word] - point
        slot = words[word] >> _DOWN
        plain = first < 0x80 and traits[first] & _NUMERAL == 0  # what goes on behind a numeral depends on all of it
        if plain and at + length > clear:
            clear = max(clear, at)
            while clear + 8 <= high and load(data, np.uint64(clear)) & NOT_ASCII == 0:
                clear += 8
            while clear < high and data[np.uint64(clear)] < 0x80:
                clear += 1
        plain = plain and at + length <= clear
        if plain and spelt[slot, 0] == words[word]:
            kinds[word] = NAME if traits[first] & _CAPITAL and not opening else ORDINARY
            letters[word] = spelt[slot, 1]
            opening = False
            at += length
            point += length
            continue
        kind = ORDINARY
        pairs = np.uint64(0)
        before = _0
        while point < ends[word]:
            code, size = _character(data, at)
            trait = traits[code]
            folded = table[code]
            if point == starts[word]:
                if trait & _NUMERAL and point == figure + 1:
                    kind = TAIL
                elif trait & _NUMERAL:
                    kind = FIGURE
                    number = word
                    digits = _1
                elif trait & _CAPITAL and not opening:
                    kind = NAME
            elif kind == FIGURE and not trait & _NUMERAL and folded >> _24 != _HIDDEN:
                kind = MIXED
            if folded:
                if before:
                    pairs |= _1 << ((np.uint64(before) * _OTHER ^ np.uint64(folded)) * _ODD >> _58)
                before = folded
                if trait & _NUMERAL:
                    digits = (digits ^ digits >> _31 ^ np.uint64(folded)) * _ODD
            at += size
            point += 1
        kinds[word] = kind
        opening = False
        if trait & _NUMERAL:
            pairs = pairs if kind != NAME else words[word] & words[word] * _ODD
        elif plain:
            spelt[slot, 0], spelt[slot, 1] = words[word], pairs
        letters[word] = pairs
        if kind in (FIGURE, TAIL):
            figure = point
            letters[word] = 0
            letters[number] = digits


@compiled
def _figures(words: U64, kinds: U8, letters: U64, count: int) -> U64:
    """Give the distinct figures among some words; see `Sequences`."""
    found = np.empty(count, np.uint64)
    made = 0
    for at in range(count):
        if kinds[at] in (FIGURE, MIXED):
            found[made] = letters[at] if kinds[at] == FIGURE else words[at]
            made += 1
    found = np.sort(found[:made])
    kept = 0
    for at in range(made):
        if kept == 0 or found[at] != found[kept - 1]:
            found[kept] = found[at]
            kept += 1
    return found[:kept]


@compiled
def sequences(
    data: U8,
    lows: I64,
    highs: I64,
    size: int,
    table: U32,
    parts: U32,
    traits: U8,
    spelt: U64,
    into: Sequences,
    slots: I64,
) -> tuple[U64, I64]:
    """
    Cut a batch of texts into words and shingles.

    data           (n,)  uint8  UTF-8
    lows, highs    (t,)  int64  text i is `data[lows[i]:highs[i]]`
    size                 int    words in a shingle
    table, parts                see `normal.Folding`
    traits                      see `dedup.traits`
    spelt                       see `nothing_spelt`; changed
    into                        written, but for figures and offsets, which are there already; its words if it has any
    slots          (t,)  int64  which of its texts each becomes

    Returns the figures of the texts, (f,) uint64, and how many each has, (t,) int64.
    """
    values, sizes, words, kinds, letters, offsets = (
        into.values,
        into.sizes,
        into.words,
        into.kinds,
        into.letters,
        into.offsets,
    )
    ordered = len(words) > 0
    longest = room(lows, highs)
    hashes = np.empty(longest, np.uint64)
    shingles = np.empty(longest, np.uint64)
    starts = np.empty(longest if ordered else 0, np.int32)
    ends = np.empty(len(starts), np.int32)
    buckets = np.empty(2 * longest, np.int32)
    figures = np.empty(1024, np.uint64)
    counts = np.zeros(len(lows), np.int64)
    kept = 0
    for at in range(len(lows)):
        low, high = lows[at], highs[at]
        begin = offsets[slots[at]]
        count = scan(data, low, high, table, parts, hashes, starts, ends)
        if ordered:
            put(hashes, count, words, begin)
            some, spelling = kinds[begin : begin + count], letters[begin : begin + count]
            _describe(data, low, high, hashes, starts, ends, count, table, traits, spelt, some, spelling)
            found = _figures(hashes, some, spelling, count)
            counts[at] = len(found)
            if kept + len(found) > len(figures):
                figures = grown(figures, kept, 2 * (kept + len(found)))
            put(found, len(found), figures, kept)
            kept += len(found)
        made = distinct(shingles, roll(hashes, count, size, shingles), hashes, buckets)
        put(shingles, made, values, begin)
        sizes[slots[at]] = made
    return figures[:kept].copy(), counts


@compiled
def packed(kept: I64, texts: Sequences) -> None:
    """
    Move some texts to the front, in place; words only where there are any.

    kept  (k,)  int64  their numbers, ascending
    """
    values, sizes, words, kinds, letters, offsets, figures, begins = texts
    ordered = len(words) > 0
    for to in range(len(kept)):
        text = kept[to]
        low, begin = offsets[text], offsets[to]
        count = offsets[text + 1] - low
        first, last = begins[text], begins[text + 1]
        if text > to:
            for at in range(sizes[text]):
                values[begin + at] = values[low + at]
            for at in range(count if ordered else 0):
                words[begin + at] = words[low + at]
                kinds[begin + at] = kinds[low + at]
                letters[begin + at] = letters[low + at]
            for at in range(last - first):
                figures[begins[to] + at] = figures[first + at]
        sizes[to] = sizes[text]
        offsets[to + 1] = begin + count
        begins[to + 1] = begins[to] + last - first
