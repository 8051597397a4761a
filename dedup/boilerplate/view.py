"""
A page as the rules look at it: its short lines, without list marks, and the phrases that take them.

Most boilerplate lines are short and say one thing from end to end. So the usual finder takes short lines only,
each stripped of list marks and arrows, and matches one phrase; long prose costs a comparison a line.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dedup.boilerplate.phrase import LONG
from dedup.boilerplate.rule import Finder, Hit, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dedup.boilerplate.phrase import Phrase

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

    texts: list[str]
    """Its lines."""
    taken: Mapping[Phrase, list[int]]
    """Which lines a phrase takes, in order; for the phrases of all rules."""
    bares: dict[int, str]
    """Lines without their marks, as far as they have been asked for."""

    def bare(self, at: int) -> str:
        """Give a line without its marks; nothing for lines longer than `LONG`."""
        text = self.bares.get(at)
        if text is None:
            text = self.texts[at]
            text = self.bares[at] = bare(text) if len(text) <= LONG else ""
        return text

    def matching(self, *phrases: Phrase) -> list[int]:
        """List the lines that one of the phrases takes."""
        if len(phrases) == 1:
            return self.taken.get(phrases[0], [])
        return sorted({at for phrase in phrases for at in self.taken.get(phrase, ())})

    def prose(self, at: int) -> bool:
        """Tell whether the line is long and ends like a sentence."""
        text = self.texts[at]
        return len(text) >= PROSE and text.endswith(ENDS_OF_SENTENCES)

    def introduced(self, at: int) -> bool:
        """Tell whether the line before ends in a colon, so that this one may begin a list of the text's own."""
        return at > 0 and introduces(self.texts[at - 1])


def whole_lines(*phrases: Phrase, confidence: float, most: int = sys.maxsize) -> Finder:
    """
    Make a finder of the lines that a phrase takes.

    A page on which more than `most` lines match is a list of such things: nothing is found.
    """

    def find(seen: View) -> Iterator[Hit]:
        found = seen.matching(*phrases)
        if len(found) <= most:
            yield from (Hit(at, at, confidence) for at in found)

    return Finder(find, (Trace(phrases),))
