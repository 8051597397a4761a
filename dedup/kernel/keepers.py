"""Which of many like texts stay: a greedy pass over those that meet, each comparison exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.kernel.candidates import enlist, gather
from dedup.kernel.growth import grown, put
from dedup.kernel.jit import compiled
from dedup.kernel.likeness import LIKENESS, PARTS, Sets, in_common, measure, shingles
from dedup.kernel.shingles import shared

if TYPE_CHECKING:
    from dedup.kernel.arrays import F64, I32, I64, Bools
    from dedup.kernel.candidates import Buckets, Enlisted, Limits, Marks


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
    block: I64,
    first: int,
    pinned: Bools,
    owners: I64,
    buckets: Buckets,
    lists: Enlisted,
    marks: Marks,
    sets: Sets,
    known: Known,
    verdicts: Verdicts,
    limits: Limits,
) -> tuple[int, int]:
    """
    Visit texts in order and keep each unless it matches one already kept.

    block         (k,)  int64  the texts to visit, best first
    first               int    how many were visited before
    pinned        (n,)  bool   texts that stay whatever they match
    owners        (n,)  int64  texts of one owner are not compared
    buckets                    of n texts: only texts that share one are compared
    lists, marks               see `candidates`; changed
    sets                       of texts that will be compared
    known                      of the texts to visit
    verdicts                   written for the texts visited; holds what those known to match
    limits                     what two texts must share to match

    A witness is the first in order of the kept texts that a text matches. Returns how many texts were visited, fewer
    than all where a set was missing; and how often a comparison may have been left out, because a bucket was full
    and did not remember a kept text, or because a text had too many candidates.
    """
    full = 0
    parts = np.empty(PARTS)
    turned = np.empty(PARTS)
    for nth in range(len(block)):
        text = block[nth]
        found = 0
        more = 0
        if not pinned[text]:
            found, more = gather(text, owners, buckets, lists, marks, limits)
        some = marks.found[:found]
        missing = found > 0 and sets.slots[text] < 0
        for at in range(found):
            missing |= sets.slots[some[at]] < 0
        if missing:
            return nth, full
        full += more
        verdicts.ranks[text] = first + nth
        strangers = known.texts[known.offsets[nth] : known.offsets[nth + 1]]
        for other in strangers:
            marks.seen[other] = text
        for at in np.argsort(verdicts.ranks[some]):
            other = some[at]
            if marks.seen[other] == text:
                continue
            if other == known.matches[nth] or _matches(text, other, sets, limits, verdicts, parts, turned):
                verdicts.witnesses[text] = other
                break
        for other in strangers:
            marks.seen[other] = -1
        if verdicts.witnesses[text] < 0:
            full += enlist(text, buckets, lists)
    return len(block), full


@compiled
def compared(
    block: I64,
    pinned: Bools,
    owners: I64,
    buckets: Buckets,
    lists: Enlisted,
    marks: Marks,
    sets: Sets,
    verdicts: Verdicts,
    limits: Limits,
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
    for nth in range(len(block)):
        text = block[nth]
        found = 0
        if not pinned[text] and sets.slots[text] >= 0:
            found, _ = gather(text, owners, buckets, lists, marks, limits)
        if made + found > len(texts):
            texts = grown(texts, made, 2 * (made + found))
        some = marks.found[:found]
        for at in np.argsort(verdicts.ranks[some]):
            other = some[at]
            if sets.slots[other] < 0:
                break
            if _matches(text, other, sets, limits, verdicts, parts, turned):
                matches[nth] = other
                break
            texts[made] = other
            made += 1
        offsets[nth + 1] = made
    return offsets, texts[:made], matches


@compiled
def _matches(text: int, other: int, sets: Sets, limits: Limits, verdicts: Verdicts, parts: F64, turned: F64) -> bool:
    """Compare a text with another; where they match, its verdict says how."""
    own, size, both = _compared(sets.slots[text], sets.slots[other], sets, limits, parts, turned)
    if both < 0:
        return False
    verdicts.shared[text] = both
    verdicts.own[text] = own
    verdicts.other[text] = size
    if limits.likeness <= 1:
        put(parts, PARTS, verdicts.parts[text], 0)
    return True


@compiled
def _compared(slot: int, slot_other: int, sets: Sets, limits: Limits, parts: F64, turned: F64) -> tuple[int, int, int]:
    """Compare two texts: the sizes of both sets, and what they share, -1 for too little."""
    one, two = shingles(slot, sets), shingles(slot_other, sets)
    if limits.likeness <= 1:
        both = in_common(slot, slot_other, sets, limits.threshold)
        if both < 0:
            return len(one), len(two), -1
        near = both / (len(one) + len(two) - both) >= limits.threshold
        measure(slot, slot_other, both, sets, parts, turned)
        return len(one), len(two), both if near or parts[LIKENESS] >= limits.likeness else -1
    least = min(len(one), len(two))
    if least / max(len(one), len(two)) < limits.threshold and least / len(one) < limits.containment:
        return len(one), len(two), -1
    both = shared(one, two)
    if both / (len(one) + len(two) - both) >= limits.threshold or both / len(one) >= limits.containment:
        return len(one), len(two), both
    return len(one), len(two), -1
