"""
Repeats inside one document: doubled bodies, repeated paragraphs, headlines before a removed copy.

The kernel links every stretch of words to the place where the same words stood first, tolerating small edits. Here
links become spans. Where the copy fills lines, whole lines go; where line breaks are gone, the seam is sought at the
nearest end of a sentence. What has no counterpart in the first copy stays, and so does everything doubtful.

layout    a page as words in lines
runs      copies as far as they reach
pieces    what of a copy fills lines, and where it begins and ends inside a line
verdict   what goes, and why
likeness  the stated similarity
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dedup.kernel.words import Words
from dedup.reasons import REPEATED_PARAGRAPH
from dedup.records import Copy, Finding, Page, Span
from dedup.repeats.layout import Layout
from dedup.repeats.likeness import jaccard
from dedup.repeats.verdict import repeats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.kernel.arrays import Bools
    from dedup.records import Line
    from dedup.repeats.verdict import Repeat

__all__ = ["find"]


def _without(page: Page, words: Words, gone: Bools, spans: Sequence[Span]) -> tuple[Page, Words]:
    """Give the page as it is without some spans; what is left of a line that is cut in the middle is two lines."""
    lines: list[Line] = []
    waiting = iter([*spans, Span(len(page.text), len(page.text))])
    cut = next(waiting)
    for line in page.lines:
        start = line.span.start
        while cut.end <= start and cut.end < len(page.text):
            cut = next(waiting)
        while start < line.span.end:
            stop = min(line.span.end, max(cut.start, start))
            text = page.text[start:stop].strip()
            if text:
                begin = page.text.index(text, start)
                lines.append(replace(line, span=Span(begin, begin + len(text)), text=text))
            if cut.end >= line.span.end or cut.start >= line.span.end:
                break
            start, cut = cut.end, next(waiting)
    kept = ~gone
    return Page(page.text, tuple(lines)), Words(words.hashes[kept], words.starts[kept], words.ends[kept])


def find(document: str, page: Page, words: Words) -> list[Finding]:
    """
    Find what a document says a second time; removing it leaves nothing to be found.

    `page` holds the lines that stay so far and `words` the words inside them. Findings come in text order, and their
    spans are disjoint from one another and from every twin: of two that would be each other's witness, the larger is
    found. What a removal brings together is looked at again.
    """
    result: list[Finding] = []
    twins: list[Span] = []
    while True:
        layout = Layout.of(page, words)
        gone = np.zeros(len(words.hashes), bool)
        held = np.zeros(len(words.hashes), bool)
        for twin in twins:
            held[np.searchsorted(words.starts, twin.start) : np.searchsorted(words.starts, twin.end)] = True
        spans: list[Span] = []
        for repeat in sorted(_once(list(repeats(layout))), key=lambda found: (found.first - found.last, found.first)):
            span, twin = layout.span(repeat.first, repeat.last), layout.span(repeat.twin_first, repeat.twin_last)
            own, other = slice(repeat.first, repeat.last), slice(repeat.twin_first, repeat.twin_last)
            if twin.end > span.start or held[own].any() or gone[own].any() or gone[other].any():
                continue
            gone[own] = True
            held[other] = True
            spans.append(span)
            twins.append(twin)
            evidence = Copy(document, twin.start, twin.end, jaccard(words, span, twin))
            reason = repeat.reason
            result.append(Finding(document, span, reason.code, reason.name, round(repeat.confidence, 4), evidence))
        if not spans:
            return sorted(result, key=lambda finding: finding.span)
        page, words = _without(page, words, gone, sorted(spans))


def _once(found: Sequence[Repeat]) -> list[Repeat]:
    """Leave out single paragraphs that come back more than once: refrains and clauses."""
    often = Counter(repeat.twin_first for repeat in found if repeat.reason is REPEATED_PARAGRAPH)
    return [repeat for repeat in found if repeat.reason is not REPEATED_PARAGRAPH or often[repeat.twin_first] == 1]
