"""
Two texts side by side: which words they have in the same place of the same passage, and which facts take turns.

Runs of three words that both texts have are joined to passages where the next run follows within `REACH` words in both;
between two runs, the longest common subsequence of words is what both have. Passages may stand in any order, so texts
whose paragraphs were rearranged still align, while words that two texts share by chance do not. Where words are so few
that runs of three come back by chance (letters that stand apart, Thai characters, chords), runs are longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.jit import borrowing, compiled
from dedup.kernel.sequences import FIGURE, KINDS, MIXED, NAME, ORDINARY, TAIL

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U64, Bools

RUN: Final = 3
"""Words in a run; of texts of which every third word was changed, a third of the runs remain."""
LONGEST: Final = 16
"""Words in a run at most; where even these come back by chance, a text has two or three different words."""
EQUAL: Final = 1 / 40
"""
Share of equal ones among the pairs of a text's words up to which runs of `RUN` hardly come back by chance. It is .01 in
English, Chinese and Japanese, seldom more than .02; .03 among Thai characters and .06 among letters.
"""
FEWEST: Final = 256
"""Words below which a text says too little of how often its words come back; it counts as if others stood beside."""
REACH: Final = 35
"""Words from one common run to the next that belong to the same passage."""
TRIED: Final = 64
"""Places of a run in the other text that are looked at."""
SPELT: Final = 4
"""Words that may have been split or joined by misread spaces: so many against so many are compared by their letters."""
_FAR: Final = -(1 << 30)
_GROUPS: Final = 1 << 10  # of words: of one text's frequent ones hardly two fall to the same
_DOWN: Final = np.uint64(54)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_ODD: Final = np.uint64(0xD6E8FEB86659FD93)
_31: Final = np.uint64(31)


class Words(NamedTuple):
    """The words of some texts end to end, (w,) each; see `sequences.Sequences`."""

    words: U64
    kinds: U8
    letters: U64


class Common(NamedTuple):
    """
    What two texts have in common, as it is found, and scratch: made once for many pairs of texts.

    left, right   (longest,)  bool   words that the other text has in the same place of the same passage
    same          (KINDS,)    int32  of the left text's words those that are equal, by kind
    instead       (KINDS,)    int32  words of a kind where the other text has different ones of that kind
    mine, its     (KINDS,)    int32  scratch, as all that follow
    table         (REACH + 1, REACH + 1)  int32
    firsts        (f,)        int32  f a power of two, twice the longest or more
    nexts         (longest,)  int32
    """

    left: Bools
    right: Bools
    same: I32
    instead: I32
    mine: I32
    its: I32
    table: I32
    firsts: I32
    nexts: I32


@compiled
def nothing_common(longest: int) -> Common:
    """Make what is needed for texts of at most so many words."""
    slots = 16
    while slots < 2 * longest:
        slots *= 2
    return Common(
        np.empty(longest, np.bool_),
        np.empty(longest, np.bool_),
        np.empty(KINDS, np.int32),
        np.empty(KINDS, np.int32),
        np.empty(KINDS, np.int32),
        np.empty(KINDS, np.int32),
        np.empty((REACH + 1, REACH + 1), np.int32),
        np.empty(slots, np.int32),
        np.empty(longest, np.int32),
    )


@compiled
def _run(first: np.uint64, second: np.uint64, third: np.uint64) -> np.uint64:
    """Hash three words; the upper bits are the best."""
    state = first * _SPREAD
    state = (state ^ state >> _31) + second
    state *= _ODD
    state = (state ^ state >> _31) + third
    return np.uint64(state * _SPREAD)


@borrowing
def _longer(state: np.uint64, words: U64, at: int, run: int) -> np.uint64:
    """Hash a run of which the hash of the first three words is known."""
    for step in range(RUN, run):
        state = _run(state, words[at + step], _SPREAD)
    return state


@borrowing
def _go_on(words: U64, one: int, two: int, run: int) -> bool:
    """Tell whether two runs are equal of which the first three words are."""
    step = RUN
    while step < run and words[one + step] == words[two + step]:
        step += 1
    return step == run


@compiled
def run_lengths(words: U64, offsets: I64) -> I32:
    """
    Say how many words of each text make a run: so many that one comes back by chance as seldom as three usual words.

    words    (w,)      uint64  the texts' words, end to end
    offsets  (t + 1,)  int64   where those of each begin

    Returns (t,) int32, from `RUN` to `LONGEST`.
    """
    made = np.empty(len(offsets) - 1, np.int32)
    counts = np.empty(_GROUPS, np.int64)
    for text in range(len(made)):
        counts[:] = 0
        pairs = 0
        for at in range(offsets[text], offsets[text + 1]):
            group = words[at] >> _DOWN
            pairs += 2 * counts[group]
            counts[group] += 1
        equal = pairs / max(FEWEST, offsets[text + 1] - offsets[text]) ** 2
        run = RUN
        chance = equal**RUN
        while chance > EQUAL**RUN and run < LONGEST:
            chance *= equal
            run += 1
        made[text] = run
    return made


@compiled
def bits(value: np.uint64) -> int:
    """Count the bits that are set."""
    value -= value >> np.uint64(1) & np.uint64(0x5555555555555555)
    value = (value & np.uint64(0x3333333333333333)) + (value >> np.uint64(2) & np.uint64(0x3333333333333333))
    value = value + (value >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(np.int64(value * np.uint64(0x0101010101010101) >> np.uint64(56)))


@borrowing
def _spelt(texts: Words, low: int, high: int, counts: I32) -> tuple[np.uint64, np.uint64]:
    """Count the kinds of some words; give the pairs of letters that they have, and a hash of their figures in order."""
    kinds, spelling = texts.kinds, texts.letters
    letters = np.uint64(0)
    numerals = np.uint64(0)
    for kind in range(KINDS):
        counts[kind] = 0
    for at in range(low, high):
        kind = kinds[at]
        counts[kind] += 1
        if kind == FIGURE:
            numerals = (numerals ^ spelling[at]) * _ODD
        else:
            letters |= spelling[at]
    return letters, numerals


@borrowing
def _replaced(
    texts: Words, first: int, low: int, high: int, other_first: int, begin: int, end: int, common: Common
) -> None:
    """
    Count the facts that stand instead of one another where two texts, from these words on, differ.

    Figures with the same numerals are the same, however they are written. Few words against few that have a third of
    their pairs of letters in common are the same words, misread; but no figures, whose every digit counts. A name is no
    other one only if they have more than half of them in common: those of two people often share some.
    """
    if low == high or begin == end:
        return
    kinds, left, right, same, instead = texts.kinds, common.left, common.right, common.same, common.instead
    mine, its = common.mine, common.its
    letters, numerals = _spelt(texts, low, high, mine)
    others, its_numerals = _spelt(texts, begin, end, its)
    few = high - low <= SPELT and end - begin <= SPELT
    both, either = bits(letters & others), bits(letters | others)
    for kind in (ORDINARY, NAME, MIXED):
        if kind != NAME or not few or 2 * both <= either:
            instead[kind] += min(mine[kind], its[kind])
    if mine[FIGURE] and numerals == its_numerals:
        same[FIGURE] += mine[FIGURE]
        for at in range(low, high):
            left[at - first] |= kinds[at] == FIGURE or kinds[at] == TAIL
        for at in range(begin, end):
            right[at - other_first] |= kinds[at] == FIGURE or kinds[at] == TAIL
    else:
        instead[FIGURE] += max(min(mine[FIGURE], its[FIGURE]), min(mine[TAIL], its[TAIL]))
    if few and 3 * both >= either > 1:
        for at in range(low, high):
            left[at - first] |= kinds[at] == ORDINARY or kinds[at] == NAME
        for at in range(begin, end):
            right[at - other_first] |= kinds[at] == ORDINARY or kinds[at] == NAME


@borrowing
def _between(
    texts: Words, first: int, low: int, high: int, other_first: int, begin: int, end: int, common: Common
) -> None:
    """Mark the longest common subsequence of two short passages, and count what is replaced between its words."""
    table, left, right, same, words, kinds = (
        common.table,
        common.left,
        common.right,
        common.same,
        texts.words,
        texts.kinds,
    )
    n = high - low
    m = end - begin
    for j in range(m + 1):
        table[n, j] = 0
    for i in range(n - 1, -1, -1):
        table[i, m] = 0
        word = words[low + i]
        for j in range(m - 1, -1, -1):
            if word == words[begin + j]:
                table[i, j] = table[i + 1, j + 1] + 1
            else:
                table[i, j] = max(table[i + 1, j], table[i, j + 1])
    i = 0
    j = 0
    since = low
    since_other = begin
    while i < n and j < m:
        if words[low + i] == words[begin + j]:
            _replaced(texts, first, since, low + i, other_first, since_other, begin + j, common)
            if not left[low + i - first]:
                left[low + i - first] = True
                same[kinds[low + i]] += 1
            right[begin + j - other_first] = True
            i += 1
            j += 1
            since = low + i
            since_other = begin + j
        elif table[i + 1, j] >= table[i, j + 1]:
            i += 1
        else:
            j += 1
    _replaced(texts, first, since, high, other_first, since_other, end, common)


@borrowing
def align(texts: Words, low: int, high: int, begin: int, end: int, run: int, common: Common) -> None:
    """
    Find what the text `low:high` and the text `begin:end` have in common, and write it to the first of `common`.

    Runs have `run` words, see `run_lengths`. Both passes are linear but for the table of each gap. Where a run goes on
    nowhere near, it may be a phrase that stands elsewhere by chance: it becomes the passage only when the next run goes
    on from it and not from the last.
    """
    words, kinds = texts.words, texts.kinds
    left, right, same, instead, firsts, nexts = (
        common.left,
        common.right,
        common.same,
        common.instead,
        common.firsts,
        common.nexts,
    )
    n = high - low
    m = end - begin
    for at in range(n):
        left[at] = False
    for at in range(m):
        right[at] = False
    for kind in range(KINDS):
        same[kind] = 0
        instead[kind] = 0
    size = 4
    while 1 << size < 2 * m:
        size += 1
    for slot in range(1 << size):
        firsts[slot] = -1
    down = np.uint64(64 - size)
    for at in range(m - run, -1, -1):
        there = begin + at
        slot_of = _run(words[there], words[there + 1], words[there + 2])
        if run > RUN:
            slot_of = _longer(slot_of, words, there, run)
        slot_of >>= down
        nexts[at] = firsts[slot_of]
        firsts[slot_of] = at
    last = other_last = doubt = other_doubt = _FAR  # no helpers here: Numba would count references at every call
    for at in range(n - run + 1):
        here = low + at
        slot_of = _run(words[here], words[here + 1], words[here + 2])
        if run > RUN:
            slot_of = _longer(slot_of, words, here, run)
        place = firsts[slot_of >> down]
        near = near_doubt = first = -1
        for _ in range(TRIED):
            if place < 0:
                break
            there = begin + place
            one, two = words[here] == words[there], words[here + 1] == words[there + 1]
            equal = one and two and words[here + 2] == words[there + 2]
            if equal and (run == RUN or _go_on(words, here, there, run)):
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
            if at - last > run or place - other_last > run:
                _between(
                    texts,
                    low,
                    low + min(last + run, at),
                    low + at,
                    begin,
                    begin + min(other_last + run, place),
                    begin + place,
                    common,
                )
            last, other_last, doubt, other_doubt = at, place, _FAR, _FAR
        elif last < 0:
            place = first
            last, other_last = at, place
        else:
            place = first
            doubt, other_doubt = at, place
        for step in range(run):
            if not left[at + step]:
                left[at + step] = True
                same[kinds[here + step]] += 1
            right[place + step] = True
