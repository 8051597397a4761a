"""
Menus and site footers.

Removes: runs of short lines among which stand several of the names that sites give to their own pages.
Why boilerplate: the menu and the footer are the same on every page of the site.
Keeps: lists, tables of contents, indexes and glossaries, whatever they list, unless they name the site's own pages.
Known misses: menus that name subjects only; menus run together in one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.boilerplate.phrase import names
from dedup.boilerplate.rule import Finder, Hit, Rule, Trace
from dedup.boilerplate.view import ENDS_OF_SENTENCES, introduces
from dedup.boilerplate.vocabulary import SITE_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.view import View

ANCHOR: Final = names(SITE_PAGES)
ITEM: Final = 40
"""Characters; the longest menu item."""
MARGIN: Final = 8
"""Characters of list marks around an item."""
DENSE_ITEM: Final = 14
"""Characters; the longest menu item in Chinese, Japanese or Korean, whose headlines run to 40."""
DENSE: Final = "\u2e80"
"""The first character of those scripts; few others sort behind it."""
REACH: Final = 30
"""Lines that may stand between two anchors of one menu; 60 gains a tenth more; kept lower for other texts."""
ANCHORS: Final = 3
"""Different names of the site's own pages that make a menu."""
HEADINGS: Final = 2
"""Items right above running text that are left: the menu may touch the headline."""


def find(seen: View) -> Iterator[Hit]:
    """Find runs of items that hold enough anchors."""
    if len(seen.matching(ANCHOR)) < ANCHORS:  # most pages; their lines need no look
        return
    anchors: list[int] = []
    first = 0
    named = set(seen.matching(ANCHOR))
    for at, text in enumerate(seen.texts):
        if len(text) <= ITEM + MARGIN and is_item(seen.bare(at), text):
            if at in named:
                anchors.append(at)
            continue
        if anchors:
            yield from menu(seen, first, at, anchors)
            anchors = []
        first = at + 1
    if anchors:
        yield from menu(seen, first, len(seen.texts), anchors)


def is_item(text: str, whole: str) -> bool:
    """Tell whether a line of at most `ITEM` and `MARGIN` characters is no sentence, and `text` a menu item."""
    if whole.endswith(ENDS_OF_SENTENCES) or introduces(whole):
        return False
    return len(text) <= DENSE_ITEM or (len(text) <= ITEM and max(text) < DENSE)


def menu(seen: View, first: int, end: int, anchors: list[int]) -> Iterator[Hit]:
    """
    Take the run of items from `first` up to, not including, `end` for a menu if it holds enough anchors.

    Past its outer anchors the menu takes in the items around, but for one below a text and two above one.
    """
    groups = [[anchors[0]]]
    for at in anchors[1:]:
        if at - groups[-1][-1] > REACH:
            groups.append([])
        groups[-1].append(at)
    groups = [group for group in groups if len({seen.bare(at).lower() for at in group}) >= ANCHORS]
    if not groups or seen.introduced(first):
        return
    start = min(groups[0][0], first + bool(first))
    stop = end if end == len(seen.texts) else max(groups[-1][-1] + 1, end - HEADINGS)
    yield Hit(start, stop - 1, 0.99)


RULE: Final = Rule(
    code="BP155",
    name="navigation-run",
    find=Finder(find, traces=(Trace((ANCHOR,), least=ANCHORS),)),
    removes=("The story ends here.\n✂ * About us\n✂ * Careers\n✂ * Sports desk\n✂ * Privacy Policy\n✂ * Contact us",),
    keeps=(
        "home, n. where one lives\nhelp, v. to aid\nsearch, n. the act of seeking\nshop, n. where things are sold",
        "search(query)\nabout()\ncontact(us)\nlogin(user)\nhelp()",
        "| Home | 3 |\n| Search | 4 |\n| Careers | 9 |",
        "The new site has pages for these:\nAbout us\nCareers\nPrivacy Policy\nContact us",
        "Contents\nHome\nSchool\nThe sea\nThe war\nHome again",
        "Home 2\nAway 1\nHome 0\nAway 0",
    ),
)
