"""
A page as the rules look at it: its short lines, without list marks, and one string to ask what is there at all.

Most boilerplate lines are short and say one thing from end to end. So the usual finder takes short lines only,
each stripped of list marks and arrows, and matches one anchored pattern. Long prose costs a comparison a line, and
a rule none of whose words stands in any short line costs a few substring searches a page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from dedup.boilerplate.rule import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedup.records import Line, Page

SHORT: Final = 600
"""Characters; no whole-line rule looks at a longer line. The longest cookie banners that could be told run to 560."""
PROSE: Final = 80
"""Characters; a line at least so long that ends like a sentence is taken for prose."""
INTRODUCTION: Final = 24
"""Characters; a line longer than this that ends in a colon introduces a list of the text's own."""

MARKS: Final = " \t*+•·●▪◦–—-|¦»›>→«‹<←►▶▸▼▾▲↑↓✓✔#_=~…:：,;\u200b\ufeff"
FULL_STOPS: Final = MARKS + ".!。！"
NESTED: Final = ("o ", "□ ")
"""List marks of the third level in common flattenings of HTML."""
ENDS_OF_SENTENCES: Final = tuple(".!?…\"”’')»。！？」』）")


def bare(text: str) -> str:
    """Strip list marks, arrows and full stops from both ends."""
    text = text.strip(MARKS)
    if text.startswith(NESTED):
        text = text[2:].lstrip(MARKS)
    return text.rstrip(FULL_STOPS)


@dataclass(frozen=True, slots=True)
class View:
    """What rules see of a page."""

    lines: tuple[Line, ...]
    bare: tuple[str, ...]
    """Each line without its marks; empty for lines longer than `SHORT`."""
    lower: str
    """The bare lines in lower case, each after a line feed."""
    starts: tuple[int, ...]
    """Where in `lower` each line's line feed stands."""

    def holding(self, words: tuple[str, ...]) -> list[int]:
        """List the lines that hold one of the lower-case words; a word that begins with a line feed begins its line."""
        found: set[int] = set()
        for word in words:
            place = self.lower.find(word)
            while place >= 0:
                at = bisect_right(self.starts, place) - 1
                found.add(at)
                if at + 1 == len(self.starts):
                    break
                place = self.lower.find(word, self.starts[at + 1])
        return sorted(found)

    def prose(self, at: int) -> bool:
        """Tell whether the line is long and ends like a sentence."""
        text = self.lines[at].text
        return len(text) >= PROSE and text.endswith(ENDS_OF_SENTENCES)

    def introduced(self, at: int) -> bool:
        """Tell whether the line before ends in a colon, so that this one may begin a list of the text's own."""
        if not at:
            return False
        text = self.lines[at - 1].text
        return len(text) > INTRODUCTION and text.endswith((":", "："))


def view(page: Page) -> View:
    """See a page as the rules do."""
    bares = tuple(bare(line.text) if len(line.text) <= SHORT else "" for line in page.lines)
    lowers = ["\n" + text.lower().replace("\n", " ") for text in bares]
    starts = tuple(accumulate((len(text) for text in lowers[:-1]), initial=0)) if lowers else ()
    return View(page.lines, bares, "".join(lowers), starts)


def any_of(*alternatives: str) -> re.Pattern[str]:
    """Compile a pattern that takes a bare line if one of the alternatives is the whole of it, in any case."""
    return re.compile("(?:" + "|".join(alternatives) + r")\Z", re.IGNORECASE)


def whole_lines(
    pattern: re.Pattern[str], *, gate: tuple[str, ...], confidence: float, limit: int = SHORT
) -> Callable[[View], Iterator[Hit]]:
    """
    Make a finder of the lines of at most `limit` characters that the pattern takes whole.

    Only lines that hold one of the gate's words (see `View.holding`) are matched, so these must leave out nothing
    that the pattern takes.
    """

    def find(seen: View) -> Iterator[Hit]:
        for at in seen.holding(gate):
            text = seen.bare[at]
            if len(text) <= limit and pattern.match(text):
                yield Hit(at, at, confidence)

    return find
