"""Which lines of texts the phrases take."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from dedup.boilerplate.automata import sieve
from dedup.boilerplate.rules import RULES
from dedup.boilerplate.view import View
from dedup.kernel.arrays import Texts
from dedup.kernel.lines import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.phrase import Phrase
    from dedup.boilerplate.rule import Hit, Rule, Trace
    from dedup.kernel.arrays import Bools
    from dedup.records import Page


@lru_cache(1 << 14)
def _takes(phrase: Phrase, bare: str) -> bool:
    """Tell whether a phrase takes a bare line; furniture comes back on every page."""
    return phrase.takes(bare)


def view(page: Page) -> View:
    """See a page as the rules do."""
    taken: dict[Phrase, list[int]] = {}
    bares: dict[int, str] = {}
    texts = Texts.of_strings([page.text])
    data = texts.data.tobytes()
    sets = sieve().sets
    for _, line, low, high, number in candidates(texts, sieve().automata).tolist():
        bare = bares[line] = data[low:high].decode()
        for phrase in sets[number]:
            if _takes(phrase, bare):
                taken.setdefault(phrase, []).append(line)
    return View(page.lines, taken, bares)


@cache
def _traces() -> dict[Phrase, tuple[tuple[int, Trace], ...]]:
    """Give the traces that a phrase belongs to, and the places of their rules."""
    found: dict[Phrase, list[tuple[int, Trace]]] = defaultdict(list)
    for place, rule in enumerate(RULES):
        for trace in rule.find.traces:
            for phrase in trace.phrases:
                found[phrase].append((place, trace))
    return {phrase: tuple(traces) for phrase, traces in found.items()}


def hits(page: Page) -> Iterator[tuple[Rule, Hit]]:
    """Give every rule's hits, in the order of the rules; those without a trace of theirs are not asked."""
    seen = view(page)
    traces = _traces()
    for place in sorted({place for phrase in seen.taken for place, _ in traces.get(phrase, ())}):
        for hit in RULES[place].find(seen):
            yield RULES[place], hit


@cache
def _clues() -> tuple[tuple[Phrase, ...], ...]:
    """Give the sets of the automata's phrases, without those that are no trace."""
    return tuple(tuple(phrase for phrase in chosen if phrase in _traces()) for chosen in sieve().sets)


def suspects(texts: Texts) -> Bools:
    """See `boilerplate.suspects`."""
    suspected = np.zeros(len(texts.lows), np.bool_)
    data = texts.data.data
    clues, traces = _clues(), _traces()
    counted: dict[Trace, set[int]] = {}
    last = decided = -1
    for text, line, low, high, number in candidates(texts, sieve().automata).tolist():
        if text == decided:
            continue
        if text != last:
            counted.clear()
            last = text
        bare = str(data[low:high], "utf-8")
        for phrase in clues[number]:
            if not _takes(phrase, bare):
                continue
            for _, trace in traces[phrase]:
                if len(bare) <= trace.limit:
                    lines = counted.setdefault(trace, set())
                    lines.add(line)
                    if len(lines) >= trace.least:
                        suspected[text] = True
                        decided = text
            if text == decided:
                break
    return suspected
