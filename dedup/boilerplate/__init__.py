"""Boilerplate on plain text: the rules, applied."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedup.boilerplate.rule import Hit, Rule
    from dedup.kernel.arrays import Bools, Texts
    from dedup.records import Page

__all__ = ["find", "suspects"]


def _rooms(name: str) -> Any:  # noqa: ANN401 - a module
    """Load what needs the rules when it is first needed; comparing documents should not cost it."""
    return import_module(f"dedup.boilerplate.{name}")


def suspects(texts: Texts) -> Bools:
    """
    Tell in which texts a rule may find something: (t,) bool.

    In all others no rule finds anything, neither for sure nor as a suspicion.
    """
    suspected: Bools = _rooms("taken").suspects(texts)
    return suspected


def find(page: Page) -> list[tuple[Rule, Hit]]:
    """
    Find every rule's hits, in line order, then in the order of the rules.

    Where the hits cover every line of the page, what looks like boilerplate is all there is to read: each hit's
    confidence is halved, so that no text is emptied.
    """
    found: list[tuple[Rule, Hit]] = list(_rooms("taken").hits(page))
    found.sort(key=lambda pair: (pair[1].first, pair[1].last))
    covered = {at for _, hit in found for at in range(hit.first, hit.last + 1)}
    if len(covered) == len(page.lines):
        return [(rule, replace(hit, confidence=hit.confidence / 2)) for rule, hit in found]
    return found
