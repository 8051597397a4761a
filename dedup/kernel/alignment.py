"""
Two texts side by side: which words they have in the same place of the same passage, and which facts take turns.

Runs of three words that both texts have are joined to passages where the next run follows within `REACH` words in both;
between two runs, the longest common subsequence of words is what both have. Passages may stand in any order, so texts
whose paragraphs were rearranged still align, while words that two texts share by chance do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.jit import compiled
from dedup.kernel.sequences import FIGURE, KINDS, MIXED, NAME, ORDINARY, TAIL

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, U8, U64, Bools

RUN: Final = 3
"""Words in a run; of texts of which every third word was changed, a third of the runs remain."""
REACH: Final = 35
"""Words from one common run to the next that belong to the same passage."""
TRIED: Final = 64
"""Places of a run in the other text that are looked at."""
SPELT: Final = 4
"""Words that may have been split or joined by misread spaces: so many against so many are compared by their letters."""
_FAR: Final = -(1 << 30)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_ODD: Final = np.uint64(0xD6E8FEB86659FD93)
_31: Final = np.uint64(31)


class Words(NamedTuple):
    """The words of one text, (n,) each; see `sequences.Sequences`."""

    words: U64
    kinds: U8
    letters: U64


class Common(NamedTuple):
    """
    What two texts have in common, as it is found.

    left, right  (n,), (m,)  bool   words that the other text has in the same place of the same passage
    same         (KINDS,)    int32  of the left text's words those that are equal, by kind
    instead      (KINDS,)    int32  words of a kind where the other text has different ones of that kind
    table        (REACH + 1, REACH + 1)  int32  scratch
    """

    left: Bools
    right: Bools
    same: I32
    instead: I32
    table: I32


@compiled
def _run(first: np.uint64, second: np.uint64, third: np.uint64) -> np.uint64:
    """Hash three words; the upper bits are the best."""
    state = first * _SPREAD
    state = (state ^ state >> _31) + second
    state *= _ODD
    state = (state ^ state >> _31) + third
    return np.uint64(state * _SPREAD)


@compiled
def bits(value: np.uint64) -> int:
    """Count the bits that are set."""
    value -= value >> np.uint64(1) & np.uint64(0x5555555555555555)
    value = (value & np.uint64(0x3333333333333333)) + (value >> np.uint64(2) & np.uint64(0x3333333333333333))
    value = value + (value >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(np.int64(value * np.uint64(0x0101010101010101) >> np.uint64(56)))


@compiled
def _spelt(text: Words, low: int, high: int, counts: I32) -> tuple[np.uint64, np.uint64]:
    """Count the kinds of some words; give the pairs of letters that they have, and a hash of their figures in order."""
    letters = np.uint64(0)
    numerals = np.uint64(0)
    for at in range(low, high):
        kind = text.kinds[at]
        counts[kind] += 1
        if kind == FIGURE:
            numerals = (numerals ^ text.letters[at]) * _ODD
        else:
            letters |= text.letters[at]
    return letters, numerals


@compiled
def _replaced(one: Words, low: int, high: int, two: Words, begin: int, end: int, common: Common) -> None:
    """
    Count the facts that stand instead of one another where two texts differ.

    Figures with the same numerals are the same, however they are written. Few words against few that have a third of
    their pairs of letters in common are the same words, misread; but no figures, whose every digit counts.
    """
    if low == high or begin == end:
        return
    mine = np.zeros(KINDS, np.int32)
    its = np.zeros(KINDS, np.int32)
    letters, numerals = _spelt(one, low, high, mine)
    others, its_numerals = _spelt(two, begin, end, its)
    for kind in (ORDINARY, NAME, MIXED):
        common.instead[kind] += min(mine[kind], its[kind])
    if mine[FIGURE] and numerals == its_numerals:
        common.same[FIGURE] += mine[FIGURE]
        for at in range(low, high):
            common.left[at] |= one.kinds[at] == FIGURE or one.kinds[at] == TAIL
        for at in range(begin, end):
            common.right[at] |= two.kinds[at] == FIGURE or two.kinds[at] == TAIL
    else:
        common.instead[FIGURE] += max(min(mine[FIGURE], its[FIGURE]), min(mine[TAIL], its[TAIL]))
    if high - low <= SPELT and end - begin <= SPELT and 3 * bits(letters & others) >= bits(letters | others) > 1:
        for at in range(low, high):
            common.left[at] |= one.kinds[at] == ORDINARY or one.kinds[at] == NAME
        for at in range(begin, end):
            common.right[at] |= two.kinds[at] == ORDINARY or two.kinds[at] == NAME


@compiled
def _between(one: Words, low: int, high: int, two: Words, begin: int, end: int, common: Common) -> None:
    """Mark the longest common subsequence of two short passages, and count what is replaced between its words."""
    table = common.table
    n = high - low
    m = end - begin
    table[n, : m + 1] = 0
    for i in range(n - 1, -1, -1):
        table[i, m] = 0
        word = one.words[low + i]
        for j in range(m - 1, -1, -1):
            if word == two.words[begin + j]:
                table[i, j] = table[i + 1, j + 1] + 1
            else:
                table[i, j] = max(table[i + 1, j], table[i, j + 1])
    i = 0
    j = 0
    since = 0
    since_other = 0
    while i < n and j < m:
        if one.words[low + i] == two.words[begin + j]:
            _replaced(one, low + since, low + i, two, begin + since_other, begin + j, common)
            if not common.left[low + i]:
                common.left[low + i] = True
                common.same[one.kinds[low + i]] += 1
            common.right[begin + j] = True
            i += 1
            j += 1
            since = i
            since_other = j
        elif table[i + 1, j] >= table[i, j + 1]:
            i += 1
        else:
            j += 1
    _replaced(one, low + since, high, two, begin + since_other, end, common)


@compiled
def align(one: Words, two: Words) -> Common:
    """
    Find what two texts have in common.

    Both passes are linear but for the table of each gap. Where a run goes on nowhere near, it may be a phrase that
    stands elsewhere by chance: it becomes the passage only when the next run goes on from it and not from the last.
    """
    n = len(one.words)
    m = len(two.words)
    common = Common(
        np.zeros(n, np.bool_),
        np.zeros(m, np.bool_),
        np.zeros(KINDS, np.int32),
        np.zeros(KINDS, np.int32),
        np.empty((REACH + 1, REACH + 1), np.int32),
    )
    bits = 4
    while 1 << bits < 2 * m:
        bits += 1
    down = np.uint64(64 - bits)
    firsts = np.full(1 << bits, -1, np.int32)
    nexts = np.empty(m, np.int32)
    for at in range(m - RUN, -1, -1):
        slot = _run(two.words[at], two.words[at + 1], two.words[at + 2]) >> down
        nexts[at] = firsts[slot]
        firsts[slot] = at
    left, right, same, kinds = common.left, common.right, common.same, one.kinds
    words, others = one.words, two.words  # no helpers in this loop: Numba would count references at every call
    last = other_last = doubt = other_doubt = _FAR
    for at in range(n - RUN + 1):
        place = firsts[_run(words[at], words[at + 1], words[at + 2]) >> down]
        near = near_doubt = first = -1
        for _ in range(TRIED):
            if place < 0:
                break
            if words[at] == others[place] and words[at + 1] == others[place + 1] and words[at + 2] == others[place + 2]:
                if first < 0:
                    first = place
                if near < 0 and at - last <= REACH and 0 < place - other_last <= REACH:
                    near = place
                    break
                if near_doubt < 0 and at - doubt <= REACH and 0 < place - other_doubt <= REACH:
                    near_doubt = place
            place = nexts[place]
        if first < 0:
            continue
        if near < 0 and near_doubt >= 0:
            last, other_last, near = doubt, other_doubt, near_doubt
        if near >= 0:
            place = near
            if at - last > RUN or place - other_last > RUN:
                _between(one, min(last + RUN, at), at, two, min(other_last + RUN, place), place, common)
            last, other_last, doubt, other_doubt = at, place, _FAR, _FAR
        elif last < 0:
            place = first
            last, other_last = at, place
        else:
            place = first
            doubt, other_doubt = at, place
        for step in range(RUN):
            if not left[at + step]:
                left[at + step] = True
                same[kinds[at + step]] += 1
            right[place + step] = True
    return common
