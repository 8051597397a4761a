"""
Phrases: patterns of whole lines that know how their lines may begin.

A page has thousands of lines and the rules hundreds of wordings; matching each line with each pattern would cost more
than all else. Nearly every wording begins with fixed letters, so the few first letters that a pattern admits are read
off its parse tree once, and only lines that begin so are matched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, reduce
from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# The tree of a pattern is not public in `re`; if its shape changes, the tests of the rules' examples fail.
_PARSER: Final = import_module("re._parser")
_DIGIT: Final = "CATEGORY_DIGIT"

LETTERS: Final = 3
"""Letters of an opening; two made half as many lines again match in vain."""
ALTERNATIVES: Final = 24
"""Characters of a class that are worth telling apart; a larger one can begin with anything."""


_DIGITS: Final = str.maketrans("123456789", "0" * 9)


def opening_of(text: str) -> str:
    """Give the first letters of a line as openings have them: in lower case, each digit a 0."""
    return text[:LETTERS].lower().translate(_DIGITS)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern that takes whole bare lines, in any case."""

    source: str
    openings: frozenset[str]
    """See `opening_of`; every line taken begins with one of them, "" meaning anything."""

    def match(self, text: str) -> bool:
        """Tell whether the bare line is of this wording from end to end."""
        return _compiled(self.source).match(text) is not None


@cache
def _compiled(source: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed: most texts need few of them, and all together cost half a second."""
    return re.compile(source, re.IGNORECASE)


def any_of(*alternatives: str) -> Phrase:
    """Make a phrase of alternative patterns."""
    source = "(?:" + "|".join(alternatives) + r")\Z"
    # Spelling `ignore case` out of the openings: what `re` folds beyond lower case (Kelvin's K, dotted I) is missed.
    openings = {opening_of(opening.partition("\0")[0]) for opening in _begin(_PARSER.parse(source))}
    # An opening that a shorter one covers says nothing new.
    covered = {opening for opening in openings if any(opening[:n] in openings for n in range(len(opening)))}
    return Phrase(source, frozenset(openings - covered))


def _begin(nodes: Iterable[tuple[Any, Any]]) -> set[str]:
    """Give the first letters of what a sequence of nodes matches; a NUL stands where any character may follow."""
    return reduce(_join, (_openings(str(kind), content) for kind, content in nodes), {""})


def _join(heads: set[str], tails: set[str]) -> set[str]:
    """Append each tail to each head that is still open."""
    closed = {head for head in heads if len(head) >= LETTERS or head.endswith("\0")}
    return closed | {(head + tail)[:LETTERS] for head, tail in product(heads - closed, tails)}


def _openings(kind: str, content: Any) -> set[str]:  # noqa: ANN401 - a node of the parse tree
    """Give the first letters of what one node matches."""
    match kind:
        case "LITERAL":
            letters = {opening_of(chr(content))}
        case "IN":
            letters = _class(content)
        case "BRANCH":
            letters = {opening for branch in content[1] for opening in _begin(branch)}
        case "SUBPATTERN":
            letters = _begin(content[-1])
        case "MAX_REPEAT" | "MIN_REPEAT":
            letters = _repeat(*content)
        case "AT" | "ASSERT" | "ASSERT_NOT":
            letters = {""}
        case _:
            letters = {"\0"}
    return letters


def _repeat(least: int, most: int, inner: Iterable[tuple[Any, Any]]) -> set[str]:
    """Give the first letters of `least` to `most` repetitions; three have as many letters as an opening."""
    once = _begin(inner)
    found: set[str] = set()
    times = {""}
    for count in range(min(most, LETTERS) + 1):
        if count >= min(least, LETTERS):
            found |= times
        times = _join(times, once)
    return found


def _class(members: Iterable[tuple[Any, Any]]) -> set[str]:
    """Give the characters of a class, or a NUL if there are too many of them."""
    letters: set[str] = set()
    for kind, content in members:
        match str(kind):
            case "LITERAL":
                letters.add(opening_of(chr(content)))
            case "RANGE" if content[1] - content[0] < ALTERNATIVES:
                letters |= {opening_of(chr(code)) for code in range(content[0], content[1] + 1)}
            case "CATEGORY" if str(content) == _DIGIT:
                letters.add("0")
            case _:
                return {"\0"}
    return letters
