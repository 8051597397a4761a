"""A look through a whole ledger: what is counted of it, and which of its rows are listed."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dedup.report.decision import Decision, decision, thresholds
from dedup.report.least import Least

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dedup.kernel.arrays import U64
    from dedup.settings import Settings

BINS: Final = 50
"""Of a histogram over [0, 1]."""
LISTED: Final = 100_000
"""Decisions drawn evenly; all of them where there are no more."""
BORDERLINE: Final = 10_000
"""Decisions listed besides because they were the nearest to being decided otherwise."""
EACH: Final = 100
"""Decisions listed besides of each reason, so that no rare one is missing."""
CLUSTERS: Final = 200
"""Clusters shown, the largest."""
_NUMBERS: Final = 1 << 64
_ODD: Final = 0x9E3779B97F4A7C15
"""Spreads what is drawn by over all numbers."""


@dataclass(slots=True)
class Histogram:
    """How often what was measured lay in each of `BINS` parts of [0, 1], and what it was held against."""

    threshold: float | None
    removed: list[int] = field(default_factory=lambda: [0] * BINS)
    stays: list[int] = field(default_factory=lambda: [0] * BINS)

    def add(self, much: float, *, removed: bool) -> None:
        """Count one; 1 belongs to the last part."""
        (self.removed if removed else self.stays)[min(int(much * BINS), BINS - 1)] += 1


class Survey:
    """
    What is known after all rows were added, in memory that hardly grows with them.

    What grows is sixteen bytes for each row, and as many for each document that went.
    """

    def __init__(self, settings: Settings, wanted: Collection[str] = ()) -> None:
        """Look through with the settings of the cleaning; every decision on a wanted document is listed."""
        self._limits = thresholds(settings)
        self._wanted = frozenset(wanted)
        self._drawn: Least[Decision] = Least(LISTED)
        self._borderline: Least[Decision] = Least(BORDERLINE)
        self._each: defaultdict[str, Least[Decision]] = defaultdict(lambda: Least(EACH))
        self._asked: list[Decision] = []
        self._document, self._number = "", number("")  # of the last row: those of a document follow one another
        self._documents, self._places = array("Q"), array("Q")  # of each row
        self._keepers, self._gone = array("Q"), array("Q")  # of each document that went: why, and the row's place
        self.decisions = 0
        self.histograms = {name: Histogram(limit) for name, limit in self._limits.items()}

    def add(self, row: dict[str, Any], place: int) -> None:
        """Take a removal or a suspicion, and the byte of the ledger at which it begins."""
        found = decision(row, place, self._limits)
        if found.document != self._document:
            self._document, self._number = found.document, number(found.document)
        self._documents.append(self._number)
        self._places.append(place)
        self.decisions += 1
        self.histograms[found.scale].add(found.measure, removed=found.removed)
        if "stripped" in row and found.twin:
            self._keepers.append(number(found.twin))
            self._gone.append(place)
        draw = (self._number + found.start * _ODD) * _ODD % _NUMBERS
        self._drawn.offer(draw, found)
        self._borderline.offer(found.margin, found)
        self._each[found.reason].offer(draw, found)
        if found.document in self._wanted:
            self._asked.append(found)

    def listed(self) -> list[Decision]:
        """Give the decisions of the list, in the ledger's order."""
        choices = (self._drawn, self._borderline, *self._each.values())
        every = {each.place: each for choice in choices for each in choice.items()}
        every |= {each.place: each for each in self._asked}
        return [every[place] for place in sorted(every)]

    def clusters(self) -> tuple[dict[int, int], dict[int, int]]:
        """
        Count the documents that went because of the same one.

        Gives the sizes of the largest clusters by the `number` of the document that stays, largest first, and how
        many clusters there are of each size; the one that stays is counted too.
        """
        keepers, counts = np.unique(_seen(self._keepers), return_counts=True)
        largest = np.argsort(-counts, kind="stable")[:CLUSTERS]
        sizes = Counter((counts + 1).tolist())
        return {int(keepers[at]): int(counts[at]) + 1 for at in largest}, dict(sorted(sizes.items()))

    def places(self, documents: Iterable[str]) -> list[int]:
        """Tell where the rows of some documents stand, in order; by a rare chance those of others too."""
        wanted = np.isin(_seen(self._documents), np.fromiter(map(number, documents), np.uint64))
        found: list[int] = _seen(self._places)[wanted].tolist()
        return found

    def members(self, keepers: Iterable[int], most: int) -> list[int]:
        """Tell where the rows of documents that went because of some others (numbers) stand, the first of each."""
        every, places = _seen(self._keepers), _seen(self._gone)
        members = (places[np.flatnonzero(every == np.uint64(keeper))[:most]].tolist() for keeper in keepers)
        return sorted(chain.from_iterable(members))


def _seen(numbers: array[int]) -> U64:
    """See numbers as an array; nothing is copied."""
    return np.frombuffer(numbers, np.uint64)


def number(name: str) -> int:
    """Give the number of 64 bits that stands for a name, the same on every machine."""
    return int.from_bytes(blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest(), "big")
