"""
What stands beside paragraphs: the same neighbours, because a passage was copied, or others each time.

A notice, a blurb or a signature comes back in many documents, each time after another text; a paragraph that was
copied with its article comes back with the paragraphs around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedup.kernel.arrays import I32, I64, U64, Bools

PLACES: Final = 3
"""Places in which a paragraph that recurs by itself stands at least: a quotation stands in two."""


def beside(some: I64, owners: I32) -> I64:
    """
    Give the paragraph before each of some and the one behind it, (2, k); -1 where there is none.

    some    (k,)
    owners  (n,)  int32  the document of each paragraph, -1 for none; those of a document come together, in order
    """
    own, last = owners[some], len(owners) - 1
    before, behind = np.maximum(some - 1, 0), np.minimum(some + 1, last)
    there = (own >= 0) & np.stack(((some > 0) & (owners[before] == own), (some < last) & (owners[behind] == own)))
    return np.where(there, np.stack((before, behind)), -1)


def recurring(texts: I64, witnesses: I64, owners: I32) -> Bools:
    """
    Tell which paragraphs recur by themselves.

    texts, witnesses  (k,)  paragraphs that go, and those that stay and say the same
    owners            (n,)  see `beside`

    Of paragraphs that say the same, at least `PLACES`, and more than half, must stand behind different paragraphs, and
    before different ones, where there are any at all. Returns (k,) bool.
    """
    kept, of = np.unique(witnesses, return_inverse=True)
    members, groups = np.concatenate((texts, kept)), np.concatenate((of, np.arange(len(kept))))
    order = np.argsort(texts, kind="stable")

    def said(some: I64) -> I64:
        """Give what stays of paragraphs that say the same, one number for all of them."""
        at = np.minimum(np.searchsorted(texts, some, sorter=order), len(texts) - 1)
        return np.where(texts[order[at]] == some, witnesses[order[at]], some)

    documents = _distinct(groups, owners[members], len(kept))
    places = np.zeros_like(documents)
    for neighbours in beside(members, owners):
        there = neighbours >= 0
        found = _distinct(groups[there], said(neighbours[there]), len(kept))
        places = np.where((places == 0) | (found == 0), np.maximum(places, found), np.minimum(places, found))
    alone: Bools = (places >= PLACES) & (2 * places > documents)
    return alone[of]


def _distinct(groups: I64, values: I64 | I32, count: int) -> I64:
    """Count the different values, none below -1, in each of `count` groups."""
    width = int(values.max(initial=-1)) + 2
    pairs = np.unique(groups * width + values + 1)
    return np.bincount(pairs // width, minlength=count)


def together(left: I64, right: I64, owners: I32, bands: Iterable[U64]) -> Bools:
    """
    Tell of pairs of like paragraphs whether a neighbour of one is like that of the other.

    left, right  (p,)      paragraphs
    bands        (n,) each  keys of paragraphs; those that share one count as alike here
    """
    ones, others = beside(left, owners), beside(right, owners)
    alike = np.zeros(ones.shape, bool)
    for keys in bands:
        alike |= keys[ones] == keys[others]
    before, behind = alike & (ones >= 0) & (others >= 0)
    found: Bools = before | behind
    return found
