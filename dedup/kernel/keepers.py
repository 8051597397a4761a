"""Which of many like texts stay: a greedy pass over those that meet, each comparison exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.kernel.alignment import nothing_common
from dedup.kernel.candidates import enlist, gather
from dedup.kernel.growth import grown, put
from dedup.kernel.jit import borrowing, compiled
from dedup.kernel.likeness import LIKENESS, PARTS, Sets, in_common, measure, shingles_shared

if TYPE_CHECKING:
    from dedup.kernel.alignment import Common
    from dedup.kernel.arrays import F64, I32, I64
    from dedup.kernel.candidates import Limits, Marks, Meeting


class Verdicts(NamedTuple):
    """
    What has been decided, a value a text.

    witnesses (n,) int64, the kept text that speaks against it, or -1; shared (n,) int32, shingles both have; ranks (n,)
    int64, its place in the order of visits, n where not visited; own, other (n,) int32, the sizes of both sets; parts
    (n, PARTS) float64, see `likeness`, or without rows
    """

    witnesses: I64
    shared: I32
    ranks: I64
    own: I32
    other: I32
    parts: F64


class Known(NamedTuple):
    """
    What is known of each of `k` texts before it is visited.

    offsets  (k + 1,)  int64  where the others that it does not match begin in `texts`
    texts    (s,)      int32
    matches  (k,)      int64  another that it matches, which its verdict is about, or -1
    """

    offsets: I64
    texts: I32
    matches: I64


def undecided(texts: int, parts: int) -> Verdicts:
    """Begin: nothing decided of so many texts, with so many parts."""
    return Verdicts(
        np.full(texts, -1, np.int64),
        np.zeros(texts, np.int32),
        np.full(texts, texts, np.int64),
        np.zeros(texts, np.int32),
        np.zeros(texts, np.int32),
        np.ones((texts if parts else 0, parts)),
    )


def nothing_known(texts: int) -> Known:
    """Know nothing of so many texts."""
    return Known(np.zeros(texts + 1, np.int64), np.empty(0, np.int32), np.full(texts, -1, np.int64))


def together(parts: list[Known]) -> Known:
    """Put what is known of some texts and the next ones together."""
    counts = np.concatenate([np.diff(part.offsets) for part in parts])
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return Known(
        offsets, np.concatenate([part.texts for part in parts]), np.concatenate([part.matches for part in parts])
    )


@compiled
def visit(
    block: I64, first: int, meeting: Meeting, marks: Marks, sets: Sets, known: Known, verdicts: Verdicts, limits: Limits
) -> tuple[int, int]:
    """
    Visit texts in order and keep each unless it matches one already kept.

    block           (k,)  int64  the texts to visit, best first
    first                 int    how many were visited before
    meeting, marks               see `candidates`; changed
    sets                         of texts that will be compared
    known                        of the texts to visit
    verdicts                     written for the texts visited; holds what those known to match
    limits                       what two texts must share to match

    A witness is the first in order of the kept texts that a text matches. Returns how many texts were visited, fewer
    than all where a set was missing; and how often a comparison may have been left out, because a bucket was full
    and did not remember a kept text, or because a text had too many candidates.
    """
    full = 0
    parts = np.empty(PARTS)
    turned = np.empty(PARTS)
    common = nothing_common(sets.longest)
    pinned, slots, ranks, some, seen = meeting.pinned, sets.slots, verdicts.ranks, marks.found, marks.seen
    for nth in range(len(block)):
        text = block[nth]
        found = 0
        more = 0
        if not pinned[text]:
            found, more = gather(text, meeting, marks, limits)
        missing = found > 0 and slots[text] < 0
        for at in range(found):
            missing |= slots[some[at]] < 0
        if missing:
            return nth, full
        full += more
        ranks[text] = first + nth
        in_order(some, found, ranks)
        for at in range(known.offsets[nth], known.offsets[nth + 1]):
            seen[known.texts[at], 0] = text
        for at in range(found):
            other = some[at]
            if seen[other, 0] == text:
                continue
            if other == known.matches[nth] or _matches(
                text, other, marks.equal[other], sets, common, limits, verdicts, parts, turned
            ):
                verdicts.witnesses[text] = other
                break
        for at in range(known.offsets[nth], known.offsets[nth + 1]):
            seen[known.texts[at], 0] = -1
        if verdicts.witnesses[text] < 0:
            full += enlist(text, meeting)
    return len(block), full


@compiled
def compared(
    block: I64, meeting: Meeting, marks: Marks, sets: Sets, verdicts: Verdicts, limits: Limits
) -> tuple[I64, I32, I64]:
    """
    Compare texts with those kept so far, each up to the first that it matches.

    Arguments as for `visit`. Returns the fields of `Known`; verdicts of the texts say how they match, and no more.
    """
    offsets = np.zeros(len(block) + 1, np.int64)
    texts = np.empty(1024, np.int32)
    matches = np.full(len(block), -1, np.int64)
    made = 0
    parts = np.empty(PARTS)
    turned = np.empty(PARTS)
    common = nothing_common(sets.longest)
    pinned, slots, some = meeting.pinned, sets.slots, marks.found
    for nth in range(len(block)):
        text = block[nth]
        found = 0
        if not pinned[text] and slots[text] >= 0:
            found, _ = gather(text, meeting, marks, limits)
        if made + found > len(texts):
            texts = grown(texts, made, 2 * (made + found))
        in_order(some, found, verdicts.ranks)
        for at in range(found):
            other = some[at]
            if slots[other] < 0:
                break
            if _matches(text, other, marks.equal[other], sets, common, limits, verdicts, parts, turned):
                matches[nth] = other
                break
            texts[made] = other
            made += 1
        offsets[nth + 1] = made
    return offsets, texts[:made], matches


@borrowing
def in_order(found: I32, count: int, ranks: I64) -> None:
    """Put the first `count` texts found in the order of their ranks, all different: they are few."""
    for at in range(1, count):
        text = found[at]
        place = at
        while place > 0 and ranks[found[place - 1]] > ranks[text]:
            found[place] = found[place - 1]
            place -= 1
        found[place] = text


@borrowing
def _matches(
    text: int,
    other: int,
    equal: int,
    sets: Sets,
    common: Common,
    limits: Limits,
    verdicts: Verdicts,
    parts: F64,
    turned: F64,
) -> bool:
    """Compare a text with another, with so many equal bytes; where they match, its verdict says how."""
    own, size, both = _compared(sets.slots[text], sets.slots[other], equal, sets, common, limits, parts, turned)
    if both < 0:
        return False
    verdicts.shared[text] = both
    verdicts.own[text] = own
    verdicts.other[text] = size
    if limits.likeness <= 1:
        put(parts, PARTS, verdicts.parts[text], 0)
    return True


@borrowing
def _compared(
    one: int, two: int, equal: int, sets: Sets, common: Common, limits: Limits, parts: F64, turned: F64
) -> tuple[int, int, int]:
    """Compare two texts (slots): the sizes of both sets, and what they share, -1 for too little."""
    n, m = int(sets.sizes[one]), int(sets.sizes[two])
    if limits.likeness <= 1:
        both = in_common(one, two, equal, sets, limits.threshold)
        if both < 0:
            return n, m, -1
        near = both / (n + m - both) >= limits.threshold
        measure(one, two, both, sets, common, parts, turned)
        return n, m, both if near or parts[LIKENESS] >= limits.likeness else -1
    least = min(n, m)
    if least / max(n, m) < limits.threshold and least / n < limits.containment:
        return n, m, -1
    both = shingles_shared(one, two, sets, least)
    if both / (n + m - both) >= limits.threshold or both / n >= limits.containment:
        return n, m, both
    return n, m, -1
