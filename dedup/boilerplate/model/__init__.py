"""
The line model, for boilerplate that no rule has words for.

Boosted trees look at what can be measured of a line and its surroundings; then the whole text is decided together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from dedup.boilerplate.model.account import strongest
from dedup.boilerplate.model.weights import shipped
from dedup.kernel.verdicts import verdicts

if TYPE_CHECKING:
    from dedup.boilerplate.model.weights import Model
    from dedup.kernel.arrays import I32, I64, Texts


@dataclass(frozen=True, slots=True)
class Run:
    """Lines `first` to `last`, both included, that go together."""

    first: int
    last: int
    probability: float
    """That a line of the run should go, on the average of its lines."""
    because: tuple[str, ...]
    """What spoke most for it."""


def find(texts: Texts, point: str, model: Model | None = None) -> dict[int, list[Run]]:
    """Find what goes at an operating point, by the texts' places; texts in which nothing goes are left out."""
    model = model or shipped()
    found, gains = verdicts(texts, model.known, model.trees, model.points[point], reasons=True)
    runs: dict[int, list[Run]] = {}
    rows = enumerate(found.tolist())
    for (text, _), group in groupby(rows, key=lambda row: (row[1][0], row[1][1] - row[0])):
        places = [row for row, _ in group]
        runs.setdefault(text, []).append(_run(found, gains, places, model))
    return runs


def _run(found: I64, gains: I32, places: list[int], model: Model) -> Run:
    odds = sum(int(found[place, 2]) for place in places) // len(places)
    first, last = int(found[places[0], 1]), int(found[places[-1], 1])
    return Run(first, last, round(model.probability(odds), 3), strongest(gains[place] for place in places))
