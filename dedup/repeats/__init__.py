"""
Repeats inside one document: doubled bodies, repeated paragraphs, headlines before a removed copy.

The kernel links every stretch of words to the place where the same words stood first, tolerating small edits. Here
links become spans. Where the copy fills lines, whole lines go; where line breaks are gone, the seam is sought at the
nearest end of a sentence. What has no counterpart in the first copy stays, and so does everything doubtful.

layout    a page as words in lines
runs      copies as far as they reach
pieces    what of a copy fills lines, and where it begins and ends inside a line
verdict   what goes, and why
rest      what a document is without what was found
likeness  what stays as evidence, and the stated similarity
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.kernel.repeats import repeating
from dedup.normal import folding
from dedup.reasons import REPEATED_PARAGRAPH
from dedup.records import Copy, Finding, Span
from dedup.repeats.layout import Layout
from dedup.repeats.likeness import jaccard, witness
from dedup.repeats.rest import Rest
from dedup.repeats.verdict import repeats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.kernel.arrays import Bools, Texts
    from dedup.kernel.words import Words
    from dedup.reasons import Reason
    from dedup.records import Page
    from dedup.repeats.verdict import Repeat

__all__ = ["find", "suspects"]


@dataclass(frozen=True, slots=True)
class Found:
    """A repeat by its places in the text."""

    span: Span
    twin: Span
    reason: Reason
    confidence: float


def suspects(texts: Texts) -> Bools:
    """Tell in which texts something may be said again: (t,) bool; in all others nothing is found."""
    form = folding()
    return repeating(texts, form.table, form.parts)


def find(document: str, page: Page, words: Words) -> list[Finding]:
    """
    Find what a document says a second time; removing it leaves nothing to be found.

    `page` is the document seen as lines and `words` are its words. Findings come in text order, and their
    spans are disjoint. What says again something that goes itself waits until that is gone, and what a removal brings
    together is looked at again. Every finding's evidence stays; where parts of the first copy are gone, it is the
    longest part that is left.
    """
    found: list[Found] = []
    rest = Rest.of(page, words, [])
    while new := list(_pass(rest)):
        found = sorted(found + new, key=lambda one: one.span)
        rest = Rest.of(page, words, [one.span for one in found])
    return list(_findings(document, words, found))


def _pass(rest: Rest) -> Iterator[Found]:
    """Find what the rest of a document repeats, in places of the whole document."""
    layout = Layout.of(rest.page, rest.words)
    gone = np.zeros(len(rest.words.hashes), bool)
    for repeat in _once(list(repeats(layout))):
        span, twin = layout.span(repeat.first, repeat.last), layout.span(repeat.twin_first, repeat.twin_last)
        own, other = slice(repeat.first, repeat.last), slice(repeat.twin_first, repeat.twin_last)
        if twin.end > span.start or gone[own].any() or gone[other].any():
            continue
        gone[own] = True
        origin = rest.origin(twin)
        source = Span(origin[0].start, origin[-1].end)
        yield from (Found(piece, source, repeat.reason, round(repeat.confidence, 4)) for piece in rest.origin(span))


def _once(found: Sequence[Repeat]) -> list[Repeat]:
    """Leave out single paragraphs that come back more than once: refrains and clauses."""
    often = Counter(repeat.twin_first for repeat in found if repeat.reason is REPEATED_PARAGRAPH)
    return [repeat for repeat in found if repeat.reason is not REPEATED_PARAGRAPH or often[repeat.twin_first] == 1]


def _findings(document: str, words: Words, found: Sequence[Found]) -> Iterator[Finding]:
    """State the evidence of repeats, which come in text order."""
    spans = [one.span for one in found]
    twins = [one.twin for one in found]
    for one in found:
        twin = witness(words, one.twin, spans, twins)
        evidence = Copy(document, twin.start, twin.end, jaccard(words, one.span, twin))
        yield Finding(document, one.span, one.reason.code, one.reason.name, one.confidence, evidence)
