"""
Editorial sidebars.

Removes: runs of teasers — heading, date, the same heading again, a line of text — with the section labels above.
Why boilerplate: the sidebar shows the site's latest pieces, whatever the page is about and however old it is.
Keeps: single headings that come back, refrains, lists of dates, chronicles, tables of contents.
Known misses: teasers that give their heading once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Finder, Hit, Rule, Trace
from dedup.boilerplate.vocabulary import AGO, WHEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.view import View

HEADING: Final = 140
"""Characters; the longest heading of a teaser."""
DATED: Final = any_of(
    (
        r"(?:updated|published|posted|aktualisiert|mis à jour|actualizado)?(?: on| am| at|:)* ?(?:"
        rf"{WHEN}|{AGO})"
    ),
    limit=HEADING,
)
LABEL: Final = 25
"""Characters; the longest section label."""
LABELS: Final = 3
"""Section labels that may stand above a run."""
HEADLINE: Final = 1
"""Lines at the head of a page that are no label."""
RUN: Final = 2
"""Teasers; one alone may be a headline repeated by the page's template, with the story below it."""


def find(seen: View) -> Iterator[Hit]:
    """Find runs of at least two teasers that follow one another without a gap."""
    free = 0
    for dated in seen.matching(DATED):
        start = end = dated - 1
        if start < free:
            continue
        teasers = 0
        while (next_end := teaser(seen, end)) > end:
            end, teasers = next_end, teasers + 1
        if teasers >= RUN:
            yield Hit(labelled(seen, start), end - 1, 0.97)
        free = max(end, start + 1)


def teaser(seen: View, at: int) -> int:
    """Give the line after the teaser that begins at this line, or the line itself if none does."""
    lines = seen.texts
    if at + 2 >= len(lines) or lines[at] != lines[at + 2] or len(lines[at]) > HEADING:
        return at
    if not DATED.takes(seen.bare(at + 1)):
        return at
    summary = at + 3
    if summary >= len(lines) or (summary + 2 < len(lines) and lines[summary] == lines[summary + 2]):
        return summary  # the next heading already
    return summary + 1


def labelled(seen: View, first: int) -> int:
    """Go up over the section labels above a run: short lines without digits or a sentence's end."""
    for _ in range(LABELS):
        if first <= HEADLINE:
            break
        text = seen.texts[first - 1]
        if len(text) > LABEL or text[-1] in '.!?…:"”' or any(letter.isdigit() for letter in text):
            break
        first -= 1
    return first


RULE: Final = Rule(
    code="BP110",
    name="editorial-teasers",
    find=Finder(find, traces=(Trace((DATED,), least=RUN),)),
    removes=(
        (
            "The story of the ten-year war ends here.—AFP\n\n"
            "✂ Opinion\n\n"
            "✂ Editorial\n\n"
            "✂ Wheat investigation\n"
            "✂ 07 May, 2024\n\n"
            "✂ Wheat investigation\n\n"
            "✂ The government is in a sort of Catch-22 situation...\n"
            "✂ Plugging the gap\n"
            "✂ Updated 06 May, 2024\n\n"
            "✂ Plugging the gap\n\n"
            "✂ Bias begins at birth."
        ),
    ),
    keeps=(
        "The headline\n07 May, 2024\nThe headline\nThe story starts here.",
        "Row, row\nGently down the stream\nRow, row\nLife is but a dream",
        "1 May 1945\nRain all day.\n2 May 1945\nRain all day.\n3 May 1945\nSun at last.",
    ),
)
