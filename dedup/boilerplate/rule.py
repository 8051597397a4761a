"""What a boilerplate rule is: one file, one finder, its own account and its own examples."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dedup.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from dedup.boilerplate.phrase import Phrase
    from dedup.boilerplate.view import View


@dataclass(frozen=True, slots=True)
class Hit:
    """Lines `first` to `last` of a page, both included, that a rule takes for boilerplate."""

    first: int
    last: int
    """Indices into `Page.lines`."""
    confidence: float
    """
    In (0, 1): the share of the characters found that should go.

    Measured on the labelled lines of WCXB and magic-html, on the sites whose domain has an odd SHA-256, and reasoned
    where there were too few. The rules were written on the other sites; but the false finds on these were read once,
    and the marks of forums, the limit on bylines and some confidences were set after that, so the figures flatter.
    """


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What every page has in which a finder finds something: so many lines that one of some phrases takes."""

    phrases: tuple[Phrase, ...]
    least: int = 1


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds boilerplate lines, and tells in which pages it need not look."""

    find: Callable[[View], Iterator[Hit]]
    traces: tuple[Trace, ...]
    """Without any of them there are no hits."""
    asides: tuple[Phrase, ...] = ()
    """Phrases that it asks for besides."""

    def __call__(self, seen: View) -> Iterator[Hit]:
        """Give the hits in order, none sharing a line with another."""
        return self.find(seen)


MARK: Final = "✂ "
"""Stands before every line of a `removes` example that is to be found, and in no text of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A finder of boilerplate lines and the examples that prove it."""

    code: str
    """`BP` and three digits, never reused."""
    name: str
    find: Finder
    removes: tuple[str, ...]
    """Texts in which this rule finds every line that begins with `MARK`, and no other line."""
    keeps: tuple[str, ...]
    """Texts in which no rule finds anything."""


HEADINGS = ("Removes", "Why boilerplate", "Keeps", "Known misses")


def reason(module: ModuleType) -> Reason:
    """Read a rule module's docstring, whose four headings are the rule's account."""
    rule: Rule = module.RULE
    account: dict[str, str] = {}
    heading = ""
    for line in (inspect.getdoc(module) or "").splitlines():
        start, colon, rest = line.partition(":")
        if colon and start in HEADINGS:
            heading = start
            account[heading] = rest.strip()
        elif heading and line.strip():
            account[heading] += " " + line.strip()
    assert tuple(account) == HEADINGS, f"{module.__name__}: the docstring's headings are not {HEADINGS}"
    return Reason(rule.code, rule.name, *(account[name][0].upper() + account[name][1:] for name in HEADINGS))
