"""
What a run should have found: the neighbours of some documents, by comparing them with every document.

Nothing of what proposes candidates in a run (bands, sampled shingles, signatures, limits of buckets) is used here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from dedup import cluster
from dedup.kernel.alignment import REACH, RUN
from dedup.kernel.likeness import SURE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.kernel.arrays import I64, U64
    from dedup.kernel.likeness import Sets
    from dedup.settings import MatchSettings

DEVIATIONS: Final = 1.959964
"""Of a normal distribution, on both sides of its mean: they hold 95 % of it."""
LEAST: Final = 1 << 16
"""Words of documents that are looked at together at least."""


@dataclass(frozen=True, slots=True)
class Audit:
    """How many of the pairs that some documents form with others a run found."""

    documents: int
    """Those whose neighbours were looked for."""
    pairs: int
    """Those that match, exactly measured."""
    found: int

    def interval(self) -> tuple[float, float]:
        """
        Give bounds of the recall that hold in 95 % of audits, after Wilson (1927).

        For pairs that are found or missed independently; pairs of one large cluster are not.

        >>> Audit(10, 20, 19).interval()
        (0.763869, 0.991119)
        >>> Audit(10, 0, 0).interval()
        (0.0, 1.0)
        """
        square = DEVIATIONS**2
        middle = self.found + square / 2
        apart = DEVIATIONS * sqrt(self.found * (self.pairs - self.found) / max(1, self.pairs) + square / 4)
        low, high = ((middle + side) / (self.pairs + square) for side in (-apart, apart))
        return round(max(0.0, low), 6), round(min(1.0, high), 6)

    def facts(self) -> dict[str, Any]:
        """Give the counts as the report holds them."""
        recall = round(self.found / self.pairs, 6) if self.pairs else None
        return {
            "documents": self.documents,
            "pairs": self.pairs,
            "found": self.found,
            "recall": recall,
            "interval": list(self.interval()),
        }


def sample(among: I64, count: int, seed: int) -> I64:
    """Draw some documents, ascending; the same ones go for the same order of the same documents."""
    drawn = np.random.RandomState(seed).permutation(len(among))[:count]
    return np.sort(among[drawn])


def neighbours(
    source: cluster.Contents, sampled: I64, among: I64, settings: MatchSettings, block: int
) -> Iterator[tuple[I64, I64]]:
    """
    Give all pairs of a sampled document and one of those `among` which it matches, each once.

    Both (p,) int64, and as many at a time as `block` shingles take memory. Of pairs that share too few runs of words
    to match (see `_Filter`) nothing is measured.
    """
    criteria = cluster.Criteria.of(settings)
    likely = _Filter(cluster.looked_up(source, sampled, ordered=True), criteria, settings.shingle)
    size = max(LEAST, block // (8 * max(1, len(sampled))))
    cuts = np.flatnonzero(np.diff(np.cumsum(source.lengths(among), dtype=np.int64) // size)) + 1
    for part in np.split(among, cuts):
        ones, others = likely.pairs(cluster.looked_up(source, part, ordered=True))
        one, other = sampled[ones], part[others]
        new = ~np.isin(other, sampled) | (other > one)
        matching = cluster.compared(source, one[new], other[new], criteria).matching(criteria)
        yield matching.left, matching.right


class _Runs(NamedTuple):
    """
    Every `size` consecutive words of some texts; all words of shorter ones.

    hashes (r,) uint64, texts (r,) int64; words and different runs of each text, both (t,) int64
    """

    hashes: U64
    texts: I64
    words: I64
    distinct: I64

    @classmethod
    def of(cls, sets: Sets, size: int) -> _Runs:
        """Hash the runs of texts."""
        offsets = sets.offsets
        words = np.diff(offsets)
        counts = np.where(words < size, np.minimum(words, 1), words - size + 1)
        texts = np.repeat(np.arange(len(words)), counts)
        starts = np.arange(len(texts)) - (np.cumsum(counts) - counts)[texts] + offsets[texts]
        hashes = np.zeros(len(texts), np.uint64)
        for step in range(size):
            there = starts + step < offsets[texts + 1]
            hashes[there] = (hashes[there] ^ hashes[there] >> np.uint64(31)) * _ODD
            hashes[there] += sets.words[starts[there] + step]
        order = np.lexsort((hashes, texts))
        new = np.ones(len(order), bool)
        new[1:] = (hashes[order][1:] != hashes[order][:-1]) | (texts[order][1:] != texts[order][:-1])
        return cls(hashes, texts, words, np.bincount(texts[order][new], minlength=len(words)))


_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


class _Filter:
    """
    What some texts must share with others to match them: so many runs of words.

    A word is common only beside a common run: each has `RUN` words and leads over at most `REACH` to the next. And k
    common shingles are at least k common runs, of which each text has little more than shingles. Both bounds count a
    run for every pair of places where the two texts have it, so that they hold for texts that repeat themselves.
    """

    def __init__(self, sets: Sets, criteria: cluster.Criteria, shingle: int) -> None:
        self._size = min(RUN, shingle)
        self._more = shingle - self._size
        self._level = min(criteria)
        self._runs = _Runs.of(sets, self._size)
        order = np.argsort(self._runs.hashes, kind="stable")
        self._hashes = self._runs.hashes[order]
        self._texts = self._runs.texts[order]

    def pairs(self, sets: Sets) -> tuple[I64, I64]:
        """Give the pairs that may match: the numbers of the texts that were there first, and of these others."""
        own, runs = self._runs, _Runs.of(sets, self._size)
        lows = np.searchsorted(self._hashes, runs.hashes)
        counts = np.searchsorted(self._hashes, runs.hashes, side="right") - lows
        ends = np.cumsum(counts)
        entries = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts - lows, counts)
        width = len(own.words)
        pairs, common = np.unique(np.repeat(runs.texts, counts) * width + self._texts[entries], return_counts=True)
        others, ones = np.divmod(pairs, max(1, width))
        shingles = np.minimum(own.distinct[ones], runs.distinct[others]) - self._more
        words = np.minimum(own.words[ones], runs.words[others]) + SURE
        chosen = common >= self._level * np.minimum(shingles, words / (RUN + REACH))
        return ones[chosen], others[chosen]
