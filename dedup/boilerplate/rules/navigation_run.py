"""
Menus and site footers.

Removes: runs of short lines among which stand several of the names that sites give to their own pages.
Why boilerplate: the menu and the footer are the same on every page of the site.
Keeps: lists, tables of contents, indexes and glossaries, whatever they list, unless they name the site's own pages.
Known misses: menus that name subjects only; menus run together in one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.boilerplate.rule import Hit, Rule
from dedup.boilerplate.view import ENDS_OF_SENTENCES
from dedup.boilerplate.vocabulary import SITE_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.view import View

ITEM: Final = 40
"""Characters; the longest menu item."""
REACH: Final = 8
"""Lines that may stand between two anchors of one menu."""
ANCHORS: Final = 4
"""Different names of the site's own pages that make a menu."""


def find(seen: View) -> Iterator[Hit]:
    """Find runs from anchor to anchor, with nothing but short labels between them."""
    anchors: list[int] = []
    last_break = -1
    for at, text in enumerate(seen.bare):
        if not is_item(text, seen.lines[at].text):
            last_break = at
        elif text.lower() in SITE_PAGES:
            if anchors and (last_break > anchors[-1] or at - anchors[-1] > REACH):
                yield from judge(seen, anchors)
                anchors = []
            anchors.append(at)
    yield from judge(seen, anchors)


def is_item(text: str, whole: str) -> bool:
    """Tell whether the line is short and no sentence."""
    return len(text) <= ITEM and len(whole) <= ITEM + len("      + ") and not whole.endswith(ENDS_OF_SENTENCES)


def judge(seen: View, anchors: list[int]) -> Iterator[Hit]:
    """Take a run for a menu if it holds enough different anchors and no text introduces it."""
    names = {seen.bare[at].lower() for at in anchors}
    if len(names) >= ANCHORS and not seen.introduced(anchors[0]):
        yield Hit(anchors[0], anchors[-1], 0.96)


RULE: Final = Rule(
    code="BP155",
    name="navigation-run",
    find=find,
    removes=("The story ends here.\n✂ * About us\n✂ * Careers\n✂ * Sports desk\n✂ * Privacy Policy\n✂ * Contact us",),
    keeps=(
        "The new site has pages for these:\nAbout us\nCareers\nPrivacy Policy\nContact us",
        "Contents\nHome\nSchool\nThe sea\nThe war\nHome again",
        "Home 2\nAway 1\nHome 0\nAway 0",
    ),
)
