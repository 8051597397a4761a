"""
A page as the rules look at it: its short lines, without list marks, and how they begin.

Most boilerplate lines are short and say one thing from end to end. So the usual finder takes short lines only,
each stripped of list marks and arrows, and matches one phrase; long prose costs a comparison a line.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from dedup.boilerplate.phrase import Phrase, opening_of
from dedup.boilerplate.rule import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedup.records import Line, Page

LONG: Final = 600
"""Characters; no whole-line rule looks at a longer line. The longest cookie banners that could be told run to 560."""
PROSE: Final = 80
"""Characters; a line at least so long that ends like a sentence is taken for prose."""
INTRODUCTION: Final = 24
"""Characters; a line longer than this that ends in a colon introduces a list of the text's own."""

MARKS: Final = " \t*+•·●▪◦–—-|¦»›>→«‹<←►▶▸▼▾▲↑↓✓✔#_=~…:：,;\u200b\ufeff"
ENDS: Final = MARKS.replace("*", "") + ".!。！"
"""What may stand behind a line; an asterisk there marks a required field."""
NESTED: Final = ("o ", "□ ")
"""List marks of the third level in common flattenings of HTML."""
ENDS_OF_SENTENCES: Final = tuple(".!?…\"”’')»。！？」』）")


def bare(text: str) -> str:
    """Strip list marks, arrows and full stops from both ends."""
    text = text.lstrip(MARKS)
    if text.startswith(NESTED):
        text = text[2:].lstrip(MARKS)
    return text.rstrip(ENDS).removesuffix("**")


def introduces(text: str) -> bool:
    """Tell whether the line introduces a list of the text's own: it is no mere label and ends in a colon."""
    return len(text) > INTRODUCTION and text.endswith((":", "："))


@dataclass(frozen=True, slots=True)
class View:
    """What rules see of a page."""

    lines: tuple[Line, ...]
    bare: list[str]
    """Each line without its marks; empty for lines longer than `LONG`."""
    openings: dict[str, list[int]]
    """Which lines begin with these letters, one, two or three of them; see `phrase.opening_of`."""
    lower: str
    """The bare lines in lower case, each after a line feed."""
    starts: list[int]
    """Where in `lower` each line begins."""

    def matching(self, phrase: Phrase) -> list[int]:
        """List the lines that the phrase takes."""
        begun = self.openings.keys() & phrase.openings
        return sorted({at for key in begun for at in self.openings[key] if phrase.match(self.bare[at])})

    def holding(self, words: tuple[str, ...]) -> list[int]:
        """List the lines that hold one of the lower-case words."""
        found: set[int] = set()
        for word in words:
            place = self.lower.find(word)
            while place >= 0:
                nth = bisect_right(self.starts, place)
                found.add(nth - 1)
                place = self.lower.find(word, self.starts[nth]) if nth < len(self.starts) else -1
        return sorted(found)

    def prose(self, at: int) -> bool:
        """Tell whether the line is long and ends like a sentence."""
        text = self.lines[at].text
        return len(text) >= PROSE and text.endswith(ENDS_OF_SENTENCES)

    def introduced(self, at: int) -> bool:
        """Tell whether the line before ends in a colon, so that this one may begin a list of the text's own."""
        return at > 0 and introduces(self.lines[at - 1].text)


def view(page: Page) -> View:
    """See a page as the rules do."""
    bares = [bare(line.text) if len(line.text) <= LONG else "" for line in page.lines]
    openings: dict[str, list[int]] = {}
    for at, text in enumerate(bares):
        if text:
            opening = opening_of(text)
            for letters in range(1, len(opening) + 1):
                openings.setdefault(opening[:letters], []).append(at)
    lowers = ["\n" + text.lower() for text in bares]
    return View(page.lines, bares, openings, "".join(lowers), [0, *accumulate(map(len, lowers[:-1]))])


def whole_lines(  # noqa: PLR0913 - each says what a wording is like, most rules need two
    phrase: Phrase,
    *,
    confidence: float,
    anywhere: Phrase | None = None,
    gate: tuple[str, ...] = (),
    limit: int = LONG,
    most: int = sys.maxsize,
) -> Callable[[View], Iterator[Hit]]:
    """
    Make a finder of the lines of at most `limit` characters that the phrase takes.

    A wording that may begin with anything goes into `anywhere`, and its lines must hold a word of the `gate`. A page
    on which more than `most` lines match is a list of such things: nothing is found.
    """

    def find(seen: View) -> Iterator[Hit]:
        found = seen.matching(phrase)
        if anywhere is not None:
            found = sorted({*found, *(at for at in seen.holding(gate) if anywhere.match(seen.bare[at]))})
        found = [at for at in found if len(seen.bare[at]) <= limit]
        if len(found) <= most:
            yield from (Hit(at, at, confidence) for at in found)

    return find
