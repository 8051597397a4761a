"""
The line model, for boilerplate that no rule has words for.

Boosted trees look at what can be measured of a line and its surroundings; then the whole text is decided together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.boilerplate.model.account import strongest
from dedup.boilerplate.model.weights import shipped
from dedup.kernel.line_keys import Recurring
from dedup.kernel.verdicts import COMMENT, verdicts
from dedup.records import Frequency

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
    frequency: Frequency | None
    """Where they are lines that recur: how often."""


def find(
    texts: Texts, point: str, recurring: Recurring | None = None, model: Model | None = None
) -> dict[int, list[Run]]:
    """
    Find what goes at an operating point, by the texts' places; texts in which nothing goes are left out.

    That lines are `recurring` in other documents speaks against them, too.
    """
    model = model or shipped()
    recurring = recurring or Recurring.none()
    found, gains = verdicts(texts, model.known, model.judges, model.points[point], recurring, reasons=True)
    runs: dict[int, list[Run]] = {}
    for (text, first, last, state, odds, place), credit in zip(found.tolist(), gains, strict=True):
        probability = round(model.probability(odds), 3)
        run = Run(first, last, probability, strongest(credit), state == COMMENT, _frequency(recurring, place))
        runs.setdefault(text, []).append(run)
    return runs


def _frequency(recurring: Recurring, place: int) -> Frequency | None:
    """Say how often a line recurs, if it does (-1: it does not)."""
    return Frequency(int(recurring.documents[place])) if place >= 0 else None
