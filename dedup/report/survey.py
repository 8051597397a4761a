"""A look through a whole ledger: what is counted of it, and which of its rows are listed."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dedup.report.decision import Decision, decision, measured, thresholds
from dedup.report.least import Least

if TYPE_CHECKING:
    from collections.abc import Collection

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
    What is known after all rows were added, in memory that does not grow with them.

    The one thing that grows is a number of eight bytes for each document that went.
    """

    def __init__(self, settings: Settings, wanted: Collection[str] = ()) -> None:
        """Look through with the settings of the cleaning; every decision on a wanted document is listed."""
        self._settings = settings
        self._wanted = frozenset(wanted)
        self._drawn: Least[Decision] = Least(LISTED)
        self._borderline: Least[Decision] = Least(BORDERLINE)
        self._each: defaultdict[str, Least[Decision]] = defaultdict(lambda: Least(EACH))
        self._asked: list[Decision] = []
        self._keepers = array("Q")
        self.decisions = 0
        self.histograms = {name: Histogram(limit) for name, limit in thresholds(settings).items()}

    def add(self, row: dict[str, Any]) -> None:
        """Take a removal or a suspicion."""
        found = decision(row, self.decisions, self._settings)
        self.decisions += 1
        name, much = measured(row)
        self.histograms[name].add(much, removed=found.removed)
        if "stripped" in row and found.twin:
            self._keepers.append(number(found.twin))
        draw = number(f"{found.document}\0{found.start}\0{found.reason}")
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
        keepers, counts = np.unique(np.frombuffer(self._keepers, np.uint64), return_counts=True)
        largest = np.argsort(-counts, kind="stable")[:CLUSTERS]
        sizes = Counter((counts + 1).tolist())
        return {int(keepers[at]): int(counts[at]) + 1 for at in largest}, dict(sorted(sizes.items()))


def number(name: str) -> int:
    """Give the number of 64 bits that stands for a name, the same on every machine."""
    return int.from_bytes(blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest(), "big")
