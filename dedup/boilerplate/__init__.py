"""Boilerplate on plain text: the rules and the line model, applied."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.boilerplate.model import Run
    from dedup.boilerplate.rule import Hit, Rule
    from dedup.boilerplate.taken import Marks
    from dedup.kernel.arrays import Texts
    from dedup.kernel.line_keys import Recurring
    from dedup.records import Finding, Page
    from dedup.settings import StripSettings

__all__ = ["find", "judge", "suspects", "weigh"]


def _rooms(name: str) -> Any:  # noqa: ANN401 - a module
    """Load what needs the rules when it is first needed; comparing documents should not cost it."""
    return import_module(f"dedup.boilerplate.{name}")


def suspects(texts: Texts) -> dict[int, Marks]:
    """
    Give the texts in which a rule may find something, by their places and in order, with what gave them away.

    In all others no rule finds anything, neither for sure nor as a suspicion.
    """
    found: dict[int, Marks] = _rooms("taken").suspects(texts)
    return found


def find(page: Page, marks: Marks | None = None) -> list[tuple[Rule, Hit]]:
    """
    Find every rule's hits, in line order, then in the order of the rules.

    `marks` are what `suspects` gave for the page's text; they are looked for if they are not known. Where the hits
    cover every line of the page, what looks like boilerplate is all there is to read: each hit's confidence is halved,
    so that no text is emptied.
    """
    rooms = _rooms("taken")
    found: list[tuple[Rule, Hit]] = list(rooms.hits(rooms.view(page, marks)))
    found.sort(key=lambda pair: (pair[1].first, pair[1].last))
    covered = {at for _, hit in found for at in range(hit.first, hit.last + 1)}
    if len(covered) == len(page.lines):
        return [(rule, replace(hit, confidence=hit.confidence / 2)) for rule, hit in found]
    return found


def judge(texts: Texts, point: str, recurring: Recurring | None = None) -> dict[int, list[Run]]:
    """
    Give the texts, by their places and in order, in which the line model finds boilerplate, and what it finds.

    `point` is one of the settings that ask for the model; lines are known to be `recurring` in other documents.
    """
    found: dict[int, list[Run]] = _rooms("model").find(texts, point, recurring)
    return found


def weigh(
    name: str, page: Page, marks: Marks | None, runs: Sequence[Run], chosen: StripSettings
) -> tuple[list[Finding], list[Finding]]:
    """Decide what goes of a document's page, and what is only suspected; see `boilerplate.decision`."""
    goes: list[Finding]
    doubts: list[Finding]
    goes, doubts = _rooms("decision").weigh(name, page, marks, runs, chosen)
    return goes, doubts
