"""
Copyright and rights lines.

Removes: lines that only claim rights or name the owner and year.
Why boilerplate: the same line closes every page of a site.
Keeps: prose about copyright, licences and lawsuits.
Known misses: notices longer than 200 characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import regex

from dedup.boilerplate.rule import Hit, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.records import Page

NOTICE: Final = regex.compile(r"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:\d{4}|by\b).{0,160}|all rights reserved\.?", regex.I)


def find(page: Page) -> Iterator[Hit]:
    """Find lines that are a notice from end to end."""
    for at, line in enumerate(page.lines):
        if len(line.text) <= 200 and NOTICE.fullmatch(line.text):
            yield Hit(at, at, 0.99)


RULE: Final = Rule(
    code="BP110",
    name="copyright-line",
    find=find,
    removes=("The story ends here.\n- Copyright 2014 The Daily Example. All rights reserved.",),
    keeps=("Copyright law, he said, protects the author for seventy years.",),
)
