"""
The line model, for boilerplate that no rule has words for.

Boosted trees look at what can be measured of a line and its surroundings; then the whole text is decided together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.boilerplate.model.account import strongest
from dedup.boilerplate.model.weights import shipped
from dedup.kernel.verdicts import COMMENT, verdicts

if TYPE_CHECKING:
    from dedup.boilerplate.model.weights import Model
    from dedup.kernel.arrays import Texts


@dataclass(frozen=True, slots=True)
class Run:
    """Lines `first` to `last`, both included, that go together."""

    first: int
    last: int
    probability: float
    """That a line of the run should go, on the average of its lines."""
    because: tuple[str, ...]
    """What spoke most for the surest of them."""
    comments: bool
    """Whether they are comments of readers."""


def find(texts: Texts, point: str, model: Model | None = None) -> dict[int, list[Run]]:
    """Find what goes at an operating point, by the texts' places; texts in which nothing goes are left out."""
    model = model or shipped()
    found, gains = verdicts(texts, model.known, model.judges, model.points[point], reasons=True)
    runs: dict[int, list[Run]] = {}
    for (text, first, last, state, odds), credit in zip(found.tolist(), gains, strict=True):
        run = Run(first, last, round(model.probability(odds), 3), strongest(credit), state == COMMENT)
        runs.setdefault(text, []).append(run)
    return runs
