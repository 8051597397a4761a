"""Which lines of texts the phrases take."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from dedup.boilerplate.automata import sieve
from dedup.boilerplate.rules import RULES
from dedup.boilerplate.view import View
from dedup.kernel.arrays import Texts
from dedup.kernel.lines import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.phrase import Phrase
    from dedup.boilerplate.rule import Hit, Rule, Trace
    from dedup.records import Page


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What the phrases take of a text."""

    taken: dict[Phrase, list[int]] = field(default_factory=dict)
    """The lines that each takes, in order; for the phrases of all rules."""
    bares: dict[int, str] = field(default_factory=dict)
    """Those lines, and some others, without what stands around them."""


@lru_cache(1 << 14)
def _taking(phrases: tuple[Phrase, ...], raw: bytes) -> tuple[str, tuple[Phrase, ...]]:
    """Give a bare line, and those of some phrases that take it; furniture comes back on every page."""
    bare = raw.decode()
    return bare, tuple(phrase for phrase in phrases if phrase.takes(bare))


def _marked(texts: Texts) -> Iterator[tuple[int, Marks]]:
    """Give the texts of which a phrase takes a line, in order."""
    data = texts.data.data
    sets = sieve().sets
    for text, rows in groupby(candidates(texts, sieve().automata).tolist(), itemgetter(0)):
        taken: dict[Phrase, list[int]] = {}
        bares: dict[int, str] = {}
        for _, line, low, high, number in rows:
            bares[line], phrases = _taking(sets[number], bytes(data[low:high]))
            for phrase in phrases:
                taken.setdefault(phrase, []).append(line)
        if taken:
            yield text, Marks(taken, bares)


@cache
def _traces() -> dict[Phrase, tuple[tuple[int, Trace], ...]]:
    """Give the traces that a phrase belongs to, and the places of their rules."""
    found: dict[Phrase, list[tuple[int, Trace]]] = defaultdict(list)
    for place, rule in enumerate(RULES):
        for trace in rule.find.traces:
            for phrase in trace.phrases:
                found[phrase].append((place, trace))
    return {phrase: tuple(traces) for phrase, traces in found.items()}


def _traced(marks: Marks) -> bool:
    """Tell whether there is any rule's trace."""
    counted: dict[Trace, set[int]] = defaultdict(set)
    for phrase, lines in marks.taken.items():
        for _, trace in _traces().get(phrase, ()):
            counted[trace].update(lines)
            if len(counted[trace]) >= trace.least:
                return True
    return False


def suspects(texts: Texts) -> dict[int, Marks]:
    """See `boilerplate.suspects`."""
    return {text: marks for text, marks in _marked(texts) if _traced(marks)}


def view(page: Page, marks: Marks | None = None) -> View:
    """See a page as the rules do; what the phrases take of it is looked for if it is not known."""
    seen = marks or dict(_marked(Texts.of_strings([page.text]))).get(0) or Marks()
    return View(page.lines.texts, seen.taken, seen.bares)


def hits(seen: View) -> Iterator[tuple[Rule, Hit]]:
    """Give every rule's hits, in the order of the rules; those without a trace of theirs are not asked."""
    traces = _traces()
    for place in sorted({place for phrase in seen.taken for place, _ in traces.get(phrase, ())}):
        for hit in RULES[place].find(seen):
            yield RULES[place], hit
