"""
Phrases: wordings of whole lines.

A page has thousands of lines and the rules hundreds of wordings; matching each line with each pattern would cost more
than all else. So a phrase is matched only with lines that an automaton lets through, made of the phrase's own pattern
or of an outline of it; see `automata`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

LONG: Final = 600
"""Characters; no rule matches a longer line. The longest cookie banners that could be told run to 560."""


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A pattern that takes whole bare lines, in any case."""

    source: str
    outline: str
    """A pattern that takes at least the same lines, and is soon lost on others; often the pattern itself."""
    words: tuple[str, ...]
    """In lower case; if there are any, a line must also hold one of them. For lines that begin with anything."""
    limit: int
    """Characters; longer bare lines are not taken."""

    def takes(self, text: str) -> bool:
        """Tell whether the bare line is of this wording from end to end."""
        if len(text) > self.limit:
            return False
        if self.words:
            lower = text.lower()
            if not any(word in lower for word in self.words):
                return False
        return _compiled(self.source).match(text) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Names(Phrase):
    """A list of lines, in lower case."""

    names: frozenset[str]

    def takes(self, text: str) -> bool:
        """Tell whether the bare line is on the list."""
        return text.lower() in self.names


@cache
def _compiled(source: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed: most texts need few of them, and all together cost half a second."""
    return re.compile(source, re.IGNORECASE)


def any_of(*alternatives: str, words: tuple[str, ...] = (), outline: str = "", limit: int = LONG) -> Phrase:
    """Make a phrase of alternative patterns."""
    source = "(?:" + "|".join(alternatives) + r")\Z"
    return Phrase(source, outline or source, words, limit)


def names(lines: frozenset[str]) -> Names:
    """Make a phrase of lines in lower case."""
    source = "(?:" + "|".join(map(re.escape, sorted(lines))) + r")\Z"
    return Names(source, source, (), LONG, lines)
