"""Boilerplate on plain text: the rules, applied."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from dedup.boilerplate.view import view

if TYPE_CHECKING:
    from dedup.boilerplate.rule import Hit, Rule
    from dedup.records import Page

__all__ = ["find"]


@cache
def _rules() -> tuple[Rule, ...]:
    """Load the rules when they are first needed: half a second that comparing documents should not cost."""
    rules: tuple[Rule, ...] = import_module("dedup.boilerplate.rules").RULES
    return rules


def find(page: Page) -> list[tuple[Rule, Hit]]:
    """
    Find every rule's hits, in line order, then in the order of the rules.

    Where the hits cover every line of the page, what looks like boilerplate is all there is to read: each hit's
    confidence is halved, so that no text is emptied.
    """
    seen = view(page)
    found = [(rule, hit) for rule in _rules() for hit in rule.find(seen)]
    found.sort(key=lambda pair: (pair[1].first, pair[1].last))
    covered = {at for _, hit in found for at in range(hit.first, hit.last + 1)}
    if len(covered) == len(page.lines):
        return [(rule, replace(hit, confidence=hit.confidence / 2)) for rule, hit in found]
    return found
