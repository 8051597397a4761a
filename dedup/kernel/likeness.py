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

from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.alignment import Common, Words, align, bits, nothing_common, run_lengths
from dedup.kernel.jit import borrowing, compiled
from dedup.kernel.sequences import FIGURE, MIXED, NAME, ORDINARY
from dedup.kernel.shingles import shared

if TYPE_CHECKING:
    from dedup.kernel.arrays import F64, I32, I64, U8, U64, Bools
    from dedup.kernel.sequences import Sequences

HELD: Final = 0.8
"""What a text that lies in a longer one from end to end is worth, against one that has all its words."""
SURE: Final = 5
"""Words that are taken to differ beside those that do: what a few words have in common says little."""
ASKED: Final = 0.6
LOST: Final = 0.6
"""
Share of the figures expected in common below which texts are not aligned where a likeness of `ASKED` or more is wanted:
as facts count squared, a match needs the root of that, more than .77 of them. For less see `least_kept`.
"""
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
    runs     (s,)     int32   words of a run, see `alignment.run_lengths`
    lost              float   see `least_kept`
    surely   (m + 1,) float64 Jaccard similarity below which hardly any two texts have so many of m low bytes in common
    longest           int     words of the longest of them at most
    values, sizes, words, kinds, letters, offsets, figures, begins   of s texts, see `sequences.Sequences`
    """

    slots: I32
    marks: U64
    runs: I32
    lost: float
    surely: F64
    longest: int
    values: U64
    sizes: I32
    words: U64
    kinds: U8
    letters: U64
    offsets: I64
    figures: U64
    begins: I64

    @classmethod
    def of(cls, texts: Sequences) -> Sets:
        """Take texts that go by their places, of which no low bytes are known."""
        every = np.arange(len(texts.sizes), dtype=np.int32)
        longest = int(np.diff(texts.offsets).max(initial=0))
        runs = run_lengths(texts.words, texts.offsets)
        return cls(every, marked(texts.figures, texts.begins), runs, LOST, np.zeros(1), longest, *texts)


@borrowing
def shingles_shared(one: int, two: int, sets: Sets, most: int) -> int:
    """Count the shingles that two texts (slots) have in common; no further than `most` + 1."""
    low, begin = sets.offsets[one], sets.offsets[two]
    return shared(sets.values, low, low + sets.sizes[one], begin, begin + sets.sizes[two], most)


@compiled
def _facts(same: int, instead: int, ordinary: float) -> float:
    """Tell how well facts of a kind agree, against ordinary words."""
    return min(1.0, (same + FEW) / (same + instead + FEW) / ordinary)


@borrowing
def _comes_first(words: U64, low: int, high: int, begin: int, end: int) -> bool:
    """Put two texts in an order that depends on nothing but them: the shorter first."""
    if high - low != end - begin:
        return high - low < end - begin
    one = np.uint64(0)
    other = np.uint64(0)
    for at in range(high - low):
        one += words[low + at]
        other += words[begin + at]
    return bool(one <= other)


@borrowing
def _marked(flags: Bools, count: int) -> int:
    """Count the flags that are set among the first."""
    made = 0
    for at in range(count):
        made += flags[at]
    return made


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


@borrowing
def seen(marks: U64, one: int, two: int) -> int:
    """Count the figures that two texts have in common at most, by their marks."""
    common = int(np.int64(min(marks[one, MARKS], marks[two, MARKS])))
    for word in range(MARKS):
        common += bits(marks[one, word] & marks[two, word])
    return common


def least_kept(likeness: float) -> float:
    """Give the share of the figures expected in common below which no two texts are that alike; see `LOST`."""
    return LOST * sqrt(min(1.0, likeness / ASKED))


@compiled
def _most(least: int, common: int, figures: int, lost: float) -> int:
    """
    Count the shingles that two texts may share: with more, their figures differ too much for a match.

    least    shingles of the text that has fewer
    common   figures of both
    figures  those of the text that has fewer
    lost     see `least_kept`

    A copy that keeps a share of the smaller set's shingles keeps of its words the root of the share, as high as a
    shingle is long, and so of its figures. Texts that have less than `lost` of that are of one template; but a few
    figures that the other text lacks may be lost, or written otherwise.
    """
    if figures - common <= FEW:
        return least
    kept = (common + FEW) / (lost * (figures + FEW))
    return int(least * min(1.0, kept) ** 5)


@compiled
def _surely(n: int, m: int, jaccard: float) -> float:
    """Give how many shingles two sets of that similarity share; minima may, by chance, tell of more than there are."""
    return float(min(n, m, (n + m) * jaccard / (1 + jaccard)))


@compiled
def strangers(left: I64, right: I64, equal: U8, sets: Sets) -> Bools:
    """
    Tell which pairs of texts are strangers, not worth aligning, by what is known of them without their words.

    left, right  (p,)  int64  slots
    equal        (p,)  uint8  low bytes of their MinHash values that are equal

    Returns (p,) bool. For all others see `in_common`.
    """
    found = np.empty(len(left), np.bool_)
    sizes, begins, marks, surely, lost = sets.sizes, sets.begins, sets.marks, sets.surely, sets.lost
    for at in range(len(left)):
        one, two = left[at], right[at]
        n, m = int(sizes[one]), int(sizes[two])
        fewest = min(begins[one + 1] - begins[one], begins[two + 1] - begins[two])
        found[at] = _surely(n, m, surely[equal[at]]) > _most(
            min(n, m), min(fewest, seen(marks, one, two)), fewest, lost
        )
    return found


@borrowing
def in_common(one: int, two: int, equal: int, sets: Sets, threshold: float) -> int:
    """
    Count the shingles that two texts (slots) share; -1 for strangers, which are not worth aligning.

    equal      low bytes of their MinHash values that are equal: these and the figures tell most strangers
    threshold  Jaccard similarity from which texts are none; above 1 for never
    """
    begins, figures = sets.begins, sets.figures
    n, m = int(sets.sizes[one]), int(sets.sizes[two])
    least, fewest = min(n, m), min(begins[one + 1] - begins[one], begins[two + 1] - begins[two])
    if threshold > 1:
        surely = _surely(n, m, sets.surely[equal])
        if surely > _most(least, min(fewest, seen(sets.marks, one, two)), fewest, sets.lost):
            return -1
    known = shared(figures, begins[one], begins[one + 1], begins[two], begins[two + 1], fewest)
    most = _most(least, known, fewest, sets.lost)
    if threshold > 1:
        both = shingles_shared(one, two, sets, most) if surely <= most else most + 1
        return both if both <= most else -1
    both = shingles_shared(one, two, sets, least)
    return both if both <= most or both / (n + m - both) >= threshold else -1


@borrowing
def measure(text: int, other: int, both: int, sets: Sets, common: Common, parts: F64, turned: F64) -> None:
    """
    Measure how much speaks for letting a text go because of another.

    text, other             slots
    both                    shingles they share
    common                  overwritten
    parts, turned  (PARTS,) float64  written: what speaks against the text, and against the other
    """
    own, size = sets.sizes[text], sets.sizes[other]
    jaccard = both / (own + size - both)
    words = Words(sets.words, sets.kinds, sets.letters)
    low, high = sets.offsets[text], sets.offsets[text + 1]
    begin, end = sets.offsets[other], sets.offsets[other + 1]
    n, m = high - low, end - begin
    run = max(sets.runs[text], sets.runs[other])
    if _comes_first(words.words, low, high, begin, end):
        align(words, low, high, begin, end, run, common)
        left, right = _marked(common.left, n), _marked(common.right, m)
    else:
        align(words, begin, end, low, high, run, common)
        left, right = _marked(common.right, n), _marked(common.left, m)
    same, instead = common.same, common.instead
    ordinary = (same[ORDINARY] + 1) / (same[ORDINARY] + instead[ORDINARY] + 1)
    parts[WORDS] = left / n
    parts[COVERS] = right / m
    parts[FIGURES] = _facts(same[FIGURE] + same[MIXED], instead[FIGURE] + instead[MIXED], ordinary)
    parts[NAMES] = _facts(same[NAME], instead[NAME], ordinary)
    parts[LIKENESS] = _weigh(jaccard, n, m, parts)
    for part in range(PARTS):
        turned[part] = parts[part]
    turned[WORDS], turned[COVERS] = parts[COVERS], parts[WORDS]
    turned[LIKENESS] = _weigh(jaccard, m, n, turned)


@compiled
def measured(left: I64, right: I64, equal: U8, sets: Sets, aligned: bool, threshold: float) -> tuple[I32, F64, F64]:
    """
    Measure pairs of texts.

    left, right  (p,)  int64  slots
    equal        (p,)  uint8  low bytes of their MinHash values that are equal
    aligned            bool   whether more is wanted than what they share
    threshold          float  Jaccard similarity from which no texts are strangers

    Returns the shingles they share (p,) int32, -1 for strangers where they are aligned, and the parts for letting go
    the left text, and the right one, both (p, PARTS) float64 or without rows.
    """
    count = len(left)
    both = np.empty(count, np.int32)
    straight = np.zeros((count if aligned else 0, PARTS))
    turned = np.zeros((count if aligned else 0, PARTS))
    common = nothing_common(sets.longest)
    for at in range(count):
        a, b = left[at], right[at]
        if aligned:
            both[at] = in_common(a, b, equal[at], sets, threshold)
            if both[at] >= 0:
                measure(a, b, both[at], sets, common, straight[at], turned[at])
        else:
            both[at] = shingles_shared(a, b, sets, min(sets.sizes[a], sets.sizes[b]))
    return both, straight, turned
