"""
A page as the rules look at it: its short lines, without list marks, and one string to ask what is there at all.

Most boilerplate lines are short and say one thing from end to end. So the usual finder takes short lines only,
each stripped of list marks and arrows, and matches one anchored pattern. Long prose costs a comparison a line, and
a rule none of whose words stands in any short line costs a few substring searches a page.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from dedup.boilerplate.rule import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedup.records import Line, Page

SHORT: Final = 160
"""Characters; most rules look at no longer line."""
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
class Index:
    """Where words stand in some of a page's lines."""

    lower: str
    """The bare lines in lower case, each after a line feed."""
    starts: list[int]
    """Where in `lower` each of the lines begins."""
    numbers: list[int]
    """Which lines of the page these are."""

    def holding(self, words: tuple[str, ...]) -> list[int]:
        """List the lines that hold one of the lower-case words; a word that begins with a line feed begins its line."""
        found: set[int] = set()
        for word in words:
            place = self.lower.find(word)
            while place >= 0:
                nth = bisect_right(self.starts, place)
                found.add(self.numbers[nth - 1])
                place = self.lower.find(word, self.starts[nth]) if nth < len(self.starts) else -1
        return sorted(found)


def index(bares: list[str], numbers: list[int]) -> Index:
    """Index the lines of these numbers."""
    lowers = ["\n" + bares[at].lower() for at in numbers]
    return Index("".join(lowers), [0, *accumulate(len(text) for text in lowers[:-1])], numbers)


@dataclass(frozen=True, slots=True)
class View:
    """What rules see of a page."""

    lines: tuple[Line, ...]
    bare: list[str]
    """Each line without its marks; empty for lines longer than `LONG`."""
    short: Index
    """Lines of at most `SHORT` characters."""
    long: Index
    """Lines longer than that, up to `LONG`."""

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
    short = [at for at, text in enumerate(bares) if 0 < len(text) <= SHORT]
    long = [at for at, text in enumerate(bares) if len(text) > SHORT]
    return View(page.lines, bares, index(bares, short), index(bares, long))


def any_of(*alternatives: str) -> re.Pattern[str]:
    """Compile a pattern that takes a bare line if one of the alternatives is the whole of it, in any case."""
    return re.compile("(?:" + "|".join(alternatives) + r")\Z", re.IGNORECASE)


def whole_lines(
    pattern: re.Pattern[str], *, gate: tuple[str, ...], confidence: float, limit: int = LONG, most: int = sys.maxsize
) -> Callable[[View], Iterator[Hit]]:
    """
    Make a finder of the lines of at most `limit` characters that the pattern takes whole.

    Only lines that hold one of the gate's words (see `View.holding`) are matched, so these must leave out nothing
    that the pattern takes. A page on which more than `most` lines match is a list of such things: nothing is found.
    """

    def find(seen: View) -> Iterator[Hit]:
        at_all = seen.short.holding(gate)
        if limit > SHORT:
            at_all += seen.long.holding(gate)
        found = [at for at in sorted(at_all) if len(seen.bare[at]) <= limit and pattern.match(seen.bare[at])]
        if len(found) <= most:
            yield from (Hit(at, at, confidence) for at in found)

    return find
