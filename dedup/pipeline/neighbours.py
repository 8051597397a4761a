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


def beside(owners: I32) -> I64:
    """
    Give the paragraph before each and the one behind it, (2, n); -1 where there is none.

    owners  (n,)  int32  the document of each paragraph, -1 for none; those of a document come together, in order
    """
    own = np.arange(len(owners))
    follows = np.zeros(len(owners), bool)
    follows[1:] = (owners[1:] == owners[:-1]) & (owners[1:] >= 0)
    before = np.where(follows, own - 1, -1)
    behind = np.full(len(owners), -1)
    behind[:-1] = np.where(follows[1:], own[1:], -1)
    return np.stack((before, behind))


def recurring(texts: I64, witnesses: I64, owners: I32) -> Bools:
    """
    Tell which paragraphs recur by themselves.

    texts, witnesses  (k,)  paragraphs that go, and those that stay and say the same
    owners            (n,)  see `beside`

    Of paragraphs that say the same, at least `PLACES`, and more than half, must stand behind different paragraphs, and
    before different ones, where there are any at all. Returns (k,) bool.
    """
    said = np.arange(len(owners))  # paragraphs that say the same have one number
    said[texts] = witnesses
    kept = np.unique(witnesses)
    members, groups = np.concatenate((texts, kept)), np.concatenate((witnesses, kept))
    documents = _distinct(groups, owners[members], len(owners))
    places = np.zeros_like(documents)
    for neighbours in beside(owners)[:, members]:
        there = neighbours >= 0
        found = _distinct(groups[there], said[neighbours[there]], len(owners))
        places = np.where((places == 0) | (found == 0), np.maximum(places, found), np.minimum(places, found))
    alone: Bools = (places >= PLACES) & (2 * places > documents)
    return alone[witnesses]


def _distinct(groups: I64, values: I64 | I32, count: int) -> I64:
    """Count the different values in each of `count` groups."""
    pairs = np.unique(np.stack((groups, values.astype(np.int64))), axis=1)
    return np.bincount(pairs[0], minlength=count)


def together(left: I64, right: I64, owners: I32, bands: Iterable[U64]) -> Bools:
    """
    Tell of pairs of like paragraphs whether a neighbour of one is like that of the other.

    left, right  (p,)      paragraphs
    bands        (n,) each  keys of paragraphs; those that share one count as alike here
    """
    ones, others = beside(owners)[:, left], beside(owners)[:, right]
    alike = np.zeros(ones.shape, bool)
    for keys in bands:
        alike |= keys[ones] == keys[others]
    before, behind = alike & (ones >= 0) & (others >= 0)
    found: Bools = before | behind
    return found
