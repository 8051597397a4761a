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
    from dedup.boilerplate.phrase import Phrase
    from dedup.boilerplate.rule import Trace
    from dedup.kernel.arrays import Bools
    from dedup.records import Page


@lru_cache(1 << 14)
def _takes(phrase: Phrase, bare: str) -> bool:
    """Tell whether a phrase takes a bare line; furniture comes back on every page."""
    return phrase.takes(bare)


def view(page: Page) -> View:
    """See a page as the rules do."""
    taken: dict[Phrase, list[int]] = {}
    texts = Texts.of_strings([page.text])
    data = texts.data.tobytes()
    sets = sieve().sets
    for _, line, low, high, number in candidates(texts, sieve().automata).tolist():
        bare = data[low:high].decode()
        for phrase in sets[number]:
            if _takes(phrase, bare):
                taken.setdefault(phrase, []).append(line)
    return View(page.lines, taken)


@cache
def _traces() -> dict[Phrase, tuple[Trace, ...]]:
    """Give the traces that a phrase belongs to."""
    found: dict[Phrase, list[Trace]] = defaultdict(list)
    for rule in RULES:
        for trace in rule.find.traces:
            for phrase in trace.phrases:
                found[phrase].append(trace)
    return {phrase: tuple(traces) for phrase, traces in found.items()}


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
            for trace in traces[phrase]:
                if len(bare) <= trace.limit:
                    lines = counted.setdefault(trace, set())
                    lines.add(line)
                    if len(lines) >= trace.least:
                        suspected[text] = True
                        decided = text
            if text == decided:
                break
    return suspected
