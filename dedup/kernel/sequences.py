"""From texts to sequences of words of which each is known as a figure, a name or an ordinary word; and to shingles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

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
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_OTHER: Final = np.uint64(0xD6E8FEB86659FD93)


class Sequences(NamedTuple):
    """
    The words of `t` texts, and their shingle sets, end to end.

    values   (v,)     uint64  their shingles; the set of text i is `values[places[i]:places[i] + sizes[i]]`, sorted
    places   (t,)     int64   where each text's set begins
    sizes    (t,)     int32   shingles in each set
    words    (w,)     uint64  their hashes; see `words.scan`
    kinds    (w,)     uint8   ORDINARY, FIGURE, TAIL, MIXED or NAME
    letters  (w,)     uint64  a bit for each pair of neighbouring characters, folded, chosen by its hash; of a FIGURE a
                              hash of its numerals and its tails', so that 1,200 is 1200; of a TAIL 0
    offsets  (t + 1,) int64   where each text's words begin
    figures  (f,)     uint64  hashes of each text's figures with their tails, and of mixed ones, sorted, without repeats
    begins   (t + 1,) int64   where each text's figures begin
    """

    values: U64
    places: I64
    sizes: I32
    words: U64
    kinds: U8
    letters: U64
    offsets: I64
    figures: U64
    begins: I64

    @classmethod
    def none(cls, values: U64, bounds: I64) -> Sequences:
        """Take shingle sets of texts, as `shingles.sets` gives them, without their words."""
        no_hashes, nowhere = np.empty(0, np.uint64), np.zeros(1, np.int64)
        places, sizes = bounds[:-1], np.diff(bounds).astype(np.int32)
        return cls(values, places, sizes, no_hashes, np.empty(0, np.uint8), no_hashes, nowhere, no_hashes, nowhere)


@compiled
def _describe(
    data: U8, low: int, starts: I32, ends: I32, count: int, table: U32, traits: U8, kinds: U8, letters: U64
) -> None:
    """
    Tell the kinds of a text's words, and which letters they have; see `Sequences`.

    data            (n,)  uint8   UTF-8; the text begins at `low`
    starts, ends    (k,)  int32   code points of `count` words
    table                         see `normal.Folding`
    traits                        see `dedup.traits`
    kinds, letters  (k,)  written
    """
    at = low
    point = 0
    opening = True  # whether a capital letter would say nothing here
    figure = -2  # code point behind the last figure
    number = 0  # the word with which that began
    digits = _1  # its hash
    for word in range(count):
        kind = ORDINARY
        pairs = np.uint64(0)
        before = _0
        while point < ends[word]:
            place = np.uint64(at)
            code = np.uint64(data[place])
            size = 1
            if code >= 0x80:
                size = 4 if code >= 0xF0 else 3 if code >= 0xE0 else 2
                code &= np.uint64(0x7F >> size)
                for more in range(1, size):
                    code = code << _6 | np.uint64(data[place + np.uint64(more)]) & _3F
            trait = traits[code]
            folded = table[code]
            if point < starts[word]:
                opening |= (trait & _OPENING) != 0
            else:
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
    data: U8, lows: I64, highs: I64, size: int, table: U32, parts: U32, traits: U8
) -> tuple[U64, I64, I32, U64, U8, U64, I64, U64, I64]:
    """
    Cut a batch of texts into the fields of `Sequences`.

    data           (n,)  uint8  UTF-8
    lows, highs    (t,)  int64  text i is `data[lows[i]:highs[i]]`
    size                 int    words in a shingle
    table, parts                see `normal.Folding`
    traits                      see `dedup.traits`
    """
    texts = len(lows)
    longest = room(lows, highs)
    hashes = np.empty(longest, np.uint64)
    shingles = np.empty(longest, np.uint64)
    starts = np.empty(longest, np.int32)
    ends = np.empty(longest, np.int32)
    pairs = np.empty(longest, np.uint64)
    some = np.empty(longest, np.uint8)
    slots = np.empty(2 * longest, np.int32)
    expected = longest
    for at in range(texts):
        expected += (highs[at] - lows[at]) // 4
    words = np.empty(expected, np.uint64)
    kinds = np.empty(expected, np.uint8)
    letters = np.empty(expected, np.uint64)
    values = np.empty(expected, np.uint64)
    offsets = np.zeros(texts + 1, np.int64)
    places = np.empty(texts, np.int64)
    sizes = np.empty(texts, np.int32)
    kept = 0
    figures = np.empty(1024, np.uint64)
    begins = np.zeros(texts + 1, np.int64)
    for at in range(texts):
        count = scan(data, lows[at], highs[at], table, parts, hashes, starts, ends)
        _describe(data, lows[at], starts, ends, count, table, traits, some, pairs)
        begin = offsets[at]
        if begin + count > len(words):
            wider = 2 * (begin + count)
            words = grown(words, begin, wider)
            kinds = grown(kinds, begin, wider)
            letters = grown(letters, begin, wider)
            values = grown(values, begin, wider)
        put(hashes, count, words, begin)
        put(some, count, kinds, begin)
        put(pairs, count, letters, begin)
        offsets[at + 1] = begin + count
        found = _figures(hashes, some, pairs, count)
        first = begins[at]
        if first + len(found) > len(figures):
            figures = grown(figures, first, 2 * (first + len(found)))
        put(found, len(found), figures, first)
        begins[at + 1] = first + len(found)
        made = distinct(shingles, roll(hashes, count, size, shingles), pairs, slots)
        put(shingles, made, values, kept)
        places[at] = kept
        sizes[at] = made
        kept += made
    total = offsets[texts]
    return (
        values[:kept],
        places,
        sizes,
        words[:total],
        kinds[:total],
        letters[:total],
        offsets,
        figures[: begins[texts]],
        begins,
    )
