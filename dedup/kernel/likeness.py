"""
How alike two texts are, in named parts.

likeness = max(jaccard, min(agreement, held), HELD * held) * min(1, figures, names) ** 2, where with n and m words, l
and r of them in common (`alignment`), and c pairs of facts of a kind in common, d that stand instead of one another:

    jaccard    of the sets of shingles
    agreement  (l + r) / (n + m + 2 * SURE)
    held       l / (n + SURE): the share of the text that may go which the other one holds
    figures, names   (c + FEW) / (c + d + FEW), divided by (c + 1) / (c + d + 1) of ordinary words

An edited, misread or cut copy keeps its facts at least as well as its other words, so the facts take nothing away.
Texts made from one template keep the frame and change the facts. A text that goes because of a short one inside it
would take along what it has besides: so by words it is like that only as far as that holds it. Likeness grows with each
of the parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.agreement import equal_bytes
from dedup.kernel.alignment import Words, align, bits
from dedup.kernel.jit import compiled
from dedup.kernel.sequences import FIGURE, MIXED, NAME, ORDINARY
from dedup.kernel.shingles import more_shared, shared

if TYPE_CHECKING:
    from dedup.kernel.arrays import F64, I32, I64, U8, U64
    from dedup.kernel.sequences import Sequences

HELD: Final = 0.8
"""What a text that lies in a longer one from end to end is worth, against one that has all its words."""
SURE: Final = 5
"""Words that are taken to differ beside those that do: what a few words have in common says little."""
LOST: Final = 0.6
"""Share of the figures expected in common below which texts are not aligned; a match needs more than .77 of them."""
MARKS: Final = 16
"""Words of 64 bits in which a text's figures are marked."""
_LOW: Final = np.uint64(MARKS - 1)
_1: Final = np.uint64(1)
_58: Final = np.uint64(58)
FEW: Final = 2
"""Facts that are taken to agree beside those that do: one that differs, of one or two, says little."""

WORDS, COVERS, FIGURES, NAMES, LIKENESS = range(5)
"""Parts: share of the text's words that the other has; of the other's words that the text has; facts; all together."""
PARTS: Final = 5
DIGITS: Final = 6
"""Decimals of parts that are told."""


class Sets(NamedTuple):
    """
    Shingle sets of some of `n` texts, and their words in order where these are wanted.

    slots    (n,)     int32   which of the sets is a text's; -1 where it is not there
    marks    (s, MARKS + 1)  uint64  see `marked`
    minima   (s, m)   uint8   low bytes of MinHash values; m may be 0
    surely   (m + 1,) float64 Jaccard similarity below which hardly any two texts have so many of these in common
    values, places, sizes, words, kinds, letters, offsets, figures, begins   of s texts, see `sequences.Sequences`
    """

    slots: I32
    marks: U64
    minima: U8
    surely: F64
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
    def of(cls, texts: Sequences) -> Sets:
        """Take texts that go by their places, without minima."""
        every = np.arange(len(texts.places), dtype=np.int32)
        marks = marked(texts.figures, texts.begins)
        return cls(every, marks, np.empty((len(every), 0), np.uint8), np.zeros(1), *texts)


@compiled
def shingles(slot: int, sets: Sets) -> U64:
    """Give the shingle set of a text."""
    begin = sets.places[slot]
    return sets.values[begin : begin + sets.sizes[slot]]


@compiled
def _words(slot: int, sets: Sets) -> Words:
    begin, end = sets.offsets[slot], sets.offsets[slot + 1]
    return Words(sets.words[begin:end], sets.kinds[begin:end], sets.letters[begin:end])


@compiled
def _facts(same: int, instead: int, ordinary: float) -> float:
    """Tell how well facts of a kind agree, against ordinary words."""
    return min(1.0, (same + FEW) / (same + instead + FEW) / ordinary)


@compiled
def _comes_first(one: U64, two: U64) -> bool:
    """Put two texts in an order that depends on nothing but them: the shorter first."""
    return len(one) < len(two) or (len(one) == len(two) and one.sum() <= two.sum())


@compiled
def _weigh(jaccard: float, n: int, m: int, parts: F64) -> float:
    """Put the parts together, of a text of n words against one of m."""
    left, right = parts[WORDS] * n, parts[COVERS] * m
    agreement = (left + right) / (n + m + 2 * SURE)
    held = left / (n + SURE)
    facts = min(parts[FIGURES], parts[NAMES])
    return float(max(jaccard, min(agreement, held), HELD * held) * facts * facts)


@compiled
def marked(figures: U64, begins: I64) -> U64:
    """
    Mark the places, of 64 * `MARKS`, to which the figures of each of `t` texts fall by their hashes; see `Sequences`.

    Returns (t, MARKS + 1) uint64: a bit for each place, and last how many figures have no place of their own.
    """
    made = np.zeros((len(begins) - 1, MARKS + 1), np.uint64)
    for text in range(len(made)):
        for at in range(begins[text], begins[text + 1]):
            place = figures[at] >> _58
            word = int(np.int64(figures[at] & _LOW))
            made[text, MARKS] += made[text, word] >> place & _1
            made[text, word] |= _1 << place
    return made


@compiled
def seen(one: U64, two: U64) -> int:
    """Count the figures that two texts have in common at most, by their marks."""
    common = int(np.int64(min(one[MARKS], two[MARKS])))
    for word in range(MARKS):
        common += bits(one[word] & two[word])
    return common


@compiled
def _most(least: int, common: int, figures: int) -> int:
    """
    Count the shingles that two texts may share: with more, their figures differ too much for a match.

    least    shingles of the text that has fewer
    common   figures of both
    figures  those of the text that has fewer

    A copy that keeps a share of the smaller set's shingles keeps of its words the root of the share, as high as a
    shingle is long, and so of its figures. Texts that have less than `LOST` of that are of one template.
    """
    kept = (common + FEW) / (LOST * (figures + FEW))
    return int(least * min(1.0, kept) ** 5)


@compiled
def in_common(text: int, other: int, sets: Sets, threshold: float) -> int:
    """
    Count the shingles that two texts (slots) share; -1 for strangers, which are not worth aligning.

    Texts of that Jaccard similarity or more are none; a threshold above 1 is never reached. Equal minima and the marks
    of figures tell most strangers without counting.
    """
    one, two = shingles(text, sets), shingles(other, sets)
    figures = sets.figures[sets.begins[text] : sets.begins[text + 1]]
    others = sets.figures[sets.begins[other] : sets.begins[other + 1]]
    least, fewest = min(len(one), len(two)), min(len(figures), len(others))
    if threshold <= 1:
        both = shared(one, two)
        most = _most(least, shared(figures, others), fewest)
        return both if both <= most or both / (len(one) + len(two) - both) >= threshold else -1
    jaccard = sets.surely[equal_bytes(sets.minima[text], sets.minima[other])]
    surely = min(least, (len(one) + len(two)) * jaccard / (1 + jaccard))  # by chance minima tell of more than there are
    if surely > _most(least, min(fewest, seen(sets.marks[text], sets.marks[other])), fewest):
        return -1
    most = _most(least, shared(figures, others), fewest)
    if surely > most:
        return -1
    both = more_shared(one, two, most)
    return both if both <= most else -1


@compiled
def measure(text: int, other: int, both: int, sets: Sets, parts: F64, turned: F64) -> None:
    """
    Measure how much speaks for letting a text go because of another.

    text, other             slots
    both                    shingles they share
    parts, turned  (PARTS,) float64  written: what speaks against the text, and against the other
    """
    own, size = sets.sizes[text], sets.sizes[other]
    jaccard = both / (own + size - both)
    one, two = _words(text, sets), _words(other, sets)
    n, m = len(one.words), len(two.words)
    straight = _comes_first(one.words, two.words)
    common = align(one, two) if straight else align(two, one)
    same, instead = common.same, common.instead
    ordinary = (same[ORDINARY] + 1) / (same[ORDINARY] + instead[ORDINARY] + 1)
    parts[WORDS] = (common.left.sum() if straight else common.right.sum()) / n
    parts[COVERS] = (common.right.sum() if straight else common.left.sum()) / m
    parts[FIGURES] = _facts(same[FIGURE] + same[MIXED], instead[FIGURE] + instead[MIXED], ordinary)
    parts[NAMES] = _facts(same[NAME], instead[NAME], ordinary)
    parts[LIKENESS] = _weigh(jaccard, n, m, parts)
    turned[:] = parts
    turned[WORDS], turned[COVERS] = parts[COVERS], parts[WORDS]
    turned[LIKENESS] = _weigh(jaccard, m, n, turned)


@compiled
def measured(left: I64, right: I64, sets: Sets, aligned: bool, threshold: float) -> tuple[I32, F64, F64]:
    """
    Measure pairs of texts.

    left, right  (p,)  int64  slots
    aligned            bool   whether more is wanted than what they share
    threshold          float  Jaccard similarity from which no texts are strangers

    Returns the shingles they share (p,) int32, -1 for strangers where they are aligned, and the parts for letting go
    the left text, and the right one, both (p, PARTS) float64 or without rows.
    """
    count = len(left)
    both = np.empty(count, np.int32)
    straight = np.zeros((count if aligned else 0, PARTS))
    turned = np.zeros((count if aligned else 0, PARTS))
    for at in range(count):
        a, b = left[at], right[at]
        if aligned:
            both[at] = in_common(a, b, sets, threshold)
            if both[at] >= 0:
                measure(a, b, both[at], sets, straight[at], turned[at])
        else:
            both[at] = shared(shingles(a, sets), shingles(b, sets))
    return both, straight, turned
