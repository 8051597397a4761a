"""Which of many like texts stay: a greedy pass over those that meet, each comparison exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.alignment import nothing_common
from dedup.kernel.candidates import enlist, gather
from dedup.kernel.growth import grown, grown_rows, put
from dedup.kernel.jit import borrowing, compiled
from dedup.kernel.likeness import LIKENESS, PARTS, Sets, in_common, measure, shingles_shared

if TYPE_CHECKING:
    from dedup.kernel.alignment import Common
    from dedup.kernel.arrays import F64, I32, I64, Bools
    from dedup.kernel.candidates import Limits, Marks, Meeting


_MATCHES: Final = 1
_INSIDE: Final = 2
"""What may be said of a text and a kept one, bits of a number: it matches that; that lies inside it."""


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
    inside   (s,)      bool   whether each of them lies inside the text
    matches  (k,)      int64  another that it matches, which its verdict is about, or -1
    more     (k,)      int64  others with which it may not be compared, being too many; -1 if it was not compared at all
    """

    offsets: I64
    texts: I32
    inside: Bools
    matches: I64
    more: I64


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
    none = np.full(texts, -1, np.int64)
    return Known(np.zeros(texts + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.bool_), none, none)


def together(parts: list[Known]) -> Known:
    """Put what is known of some texts and the next ones together."""
    counts = np.concatenate([np.diff(part.offsets) for part in parts])
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    _, *others = zip(*parts, strict=True)
    return Known(offsets, *map(np.concatenate, others))


@compiled
def visit(
    block: I64, first: int, meeting: Meeting, marks: Marks, sets: Sets, known: Known, verdicts: Verdicts, limits: Limits
) -> tuple[int, int, I64]:
    """
    Visit texts in order and keep each unless it matches one already kept.

    block           (k,)  int64  the texts to visit, best first
    first                 int    how many were visited before
    meeting, marks               see `candidates`; changed
    sets                         of texts that will be compared
    known                        of the texts to visit, compared with those kept before
    verdicts                     written for the texts visited; holds what those known to match
    limits                       what two texts must share to match

    A witness is the first in order of the kept texts that a text matches. Returns how many texts were visited, fewer
    than all where a set was missing; how often a comparison may have been left out, because a bucket was full and did
    not remember a kept text, or because a text had too many candidates; and, if limits ask for it, the kept texts that
    are not pinned and lie inside later ones, (p, 4) int64: the shorter text, the longer one, and the sizes of both.
    """
    full = 0
    parts = np.empty(PARTS)
    turned = np.empty(PARTS)
    common = nothing_common(sets.longest)
    inner = np.empty((16, 4), np.int64)
    inward = 0
    pinned, slots, ranks, some, seen = meeting.pinned, sets.slots, verdicts.ranks, marks.found, marks.seen
    for nth in range(len(block)):
        text = block[nth]
        low, high = known.offsets[nth], known.offsets[nth + 1]
        found = 0
        more = 0
        settled = known.more[nth] >= 0 and not _met(text, meeting, ranks, first)
        if settled:
            more = known.more[nth]
            verdicts.witnesses[text] = known.matches[nth]
        elif limits.inside or not pinned[text]:
            found, more = gather(text, meeting, marks, limits)
            missing = found > 0 and slots[text] < 0
            for at in range(found):
                missing |= slots[some[at]] < 0
            if missing:
                return nth, full, inner[:inward]
        full += more
        ranks[text] = first + nth
        in_order(some, found, ranks)
        if inward + high - low + found > len(inner):
            inner = grown_rows(inner, inward, 2 * (inward + high - low + found))
        before = inward
        for at in range(low, high):
            other = known.texts[at]
            if not settled:
                seen[other, 0], seen[other, 1] = text, known.inside[at]
            elif known.inside[at]:
                _put_inside(other, text, sets, inner, inward)
                inward += 1
        for at in range(found):
            other = some[at]
            if seen[other, 0] == text:
                relation = _INSIDE if seen[other, 1] else 0
            elif other == known.matches[nth]:
                relation = _MATCHES
            else:
                relation = _relation(
                    text, other, marks.equal[other], meeting, sets, common, limits, verdicts, parts, turned
                )
            if relation & _MATCHES:
                verdicts.witnesses[text] = other
                break
            if relation & _INSIDE:
                _put_inside(other, text, sets, inner, inward)
                inward += 1
        for at in range(low, high if not settled else low):
            seen[known.texts[at], 0] = -1
        if verdicts.witnesses[text] < 0:
            full += enlist(text, meeting)
        else:
            inward = before
    return len(block), full, inner[:inward]


@borrowing
def _met(text: int, meeting: Meeting, ranks: I64, first: int) -> bool:
    """Tell whether a bucket of a text has come to remember any that was visited as the `first` one or later."""
    offsets, members = meeting.buckets.offsets, meeting.buckets.members
    starts, counts, texts = meeting.lists.starts, meeting.lists.counts, meeting.lists.texts
    for entry in range(offsets[text], offsets[text + 1]):
        bucket = members[entry]
        count = counts[bucket]
        if count > 0 and ranks[texts[starts[bucket] + count - 1]] >= first:
            return True
    return False


@borrowing
def _put_inside(shorter: int, longer: int, sets: Sets, inner: I64, at: int) -> None:
    """Note that a text lies inside another."""
    inner[at, 0], inner[at, 1] = shorter, longer
    inner[at, 2], inner[at, 3] = sets.sizes[sets.slots[shorter]], sets.sizes[sets.slots[longer]]


@compiled
def compared(
    block: I64, meeting: Meeting, marks: Marks, sets: Sets, verdicts: Verdicts, limits: Limits
) -> tuple[I64, I32, Bools, I64, I64]:
    """
    Compare texts with those kept so far, each up to the first that it matches.

    Arguments as for `visit`. Returns the fields of `Known`; verdicts of the texts say how they match, and no more.
    """
    offsets = np.zeros(len(block) + 1, np.int64)
    texts = np.empty(1024, np.int32)
    inside = np.empty(1024, np.bool_)
    matches = np.full(len(block), -1, np.int64)
    beyond = np.full(len(block), -1, np.int64)
    made = 0
    parts = np.empty(PARTS)
    turned = np.empty(PARTS)
    common = nothing_common(sets.longest)
    pinned, slots, some = meeting.pinned, sets.slots, marks.found
    for nth in range(len(block)):
        text = block[nth]
        found = 0
        more = 0
        if limits.inside or not pinned[text]:
            found, more = gather(text, meeting, marks, limits)
        if found == 0 or slots[text] >= 0:
            beyond[nth] = more
        else:
            found = 0
        if made + found > len(texts):
            texts = grown(texts, made, 2 * (made + found))
            inside = grown(inside, made, len(texts))
        in_order(some, found, verdicts.ranks)
        for at in range(found):
            other = some[at]
            if slots[other] < 0:
                beyond[nth] = -1
                break
            relation = _relation(
                text, other, marks.equal[other], meeting, sets, common, limits, verdicts, parts, turned
            )
            if relation & _MATCHES:
                matches[nth] = other
                break
            texts[made], inside[made] = other, relation & _INSIDE > 0
            made += 1
        offsets[nth + 1] = made
    return offsets, texts[:made], inside[:made], matches, beyond


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
def _relation(
    text: int,
    other: int,
    equal: int,
    meeting: Meeting,
    sets: Sets,
    common: Common,
    limits: Limits,
    verdicts: Verdicts,
    parts: F64,
    turned: F64,
) -> int:
    """
    Compare a text with a kept one, with so many equal bytes: it may match, or the other lie inside it.

    Where the text matches, its verdict says how.
    """
    one, two = sets.slots[text], sets.slots[other]
    n, m = int(sets.sizes[one]), int(sets.sizes[two])
    least = min(n, m)
    goes = not meeting.pinned[text]
    enters = limits.inside and m <= n and not meeting.pinned[other]
    both = 0
    if limits.likeness <= 1:
        if not (goes or enters):
            return 0
        both = in_common(one, two, equal, sets, limits.threshold)
        if both < 0:
            return 0
        measure(one, two, both, sets, common, parts, turned)
        goes &= both / (n + m - both) >= limits.threshold or parts[LIKENESS] >= limits.likeness
        enters &= turned[LIKENESS] >= limits.likeness
    else:
        goes &= least / max(n, m) >= limits.threshold or least / n >= limits.containment
        if not (goes or enters):
            return 0
        both = shingles_shared(one, two, sets, least)
        goes &= both / (n + m - both) >= limits.threshold or both / n >= limits.containment
        enters &= both / m >= limits.containment
    if goes:
        verdicts.shared[text] = both
        verdicts.own[text] = n
        verdicts.other[text] = m
        if limits.likeness <= 1:
            put(parts, PARTS, verdicts.parts[text], 0)
    return (_MATCHES if goes else 0) | (_INSIDE if enters else 0)
