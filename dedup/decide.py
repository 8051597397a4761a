"""
Cutting: the one place where text is taken out.

Findings say what should go; here each span is widened by the white space that would otherwise pile up, and the text
is cut. What remains is remembered as `Kept`, which leads from places in the remaining text back to the base text.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

import regex

from dedup.records import Span
from dedup.segment import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LINE_END: Final = regex.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Kept:
    """
    What is left of a base text: sorted, disjoint, non-empty spans of it.

    `places` are where each begins in the remaining text.
    """

    spans: tuple[Span, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Kept:
        """Keep these spans (sorted and disjoint) of the base text."""
        kept = tuple(span for span in spans if len(span))
        places = []
        place = 0
        for span in kept:
            places.append(place)
            place += len(span)
        return cls(kept, tuple(places))

    @classmethod
    def without(cls, length: int, cuts: Iterable[Span]) -> Kept:
        """Keep all of a base text of `length` but the cuts (sorted and disjoint)."""
        return cls.of(_complement(Span(0, length), cuts))

    def text(self, base: str) -> str:
        """Give the remaining text."""
        return "".join(base[span.start : span.end] for span in self.spans)

    def origin(self, span: Span) -> list[Span]:
        """Give the base spans, sorted and disjoint, of a non-empty span of the remaining text."""
        at = bisect_right(self.places, span.start) - 1
        found: list[Span] = []
        while at < len(self.spans) and self.places[at] < span.end:
            kept, place = self.spans[at], self.places[at]
            start = kept.start + max(0, span.start - place)
            end = kept.start + min(len(kept), span.end - place)
            found.append(Span(start, end))
            at += 1
        return found

    def cut(self, spans: Iterable[Span]) -> Kept:
        """Keep what is left after these spans (sorted and disjoint) of the remaining text are cut too."""
        length = self.places[-1] + len(self.spans[-1]) if self.spans else 0
        return Kept.of(base for span in _complement(Span(0, length), spans) if len(span) for base in self.origin(span))


def _complement(whole: Span, cuts: Iterable[Span]) -> Iterator[Span]:
    at = whole.start
    for cut in cuts:
        yield Span(at, cut.start)
        at = cut.end
    yield Span(at, whole.end)


def interleave(remaining: str, removed: Iterable[tuple[int, str]]) -> str:
    """Rebuild a base text from what remains and the removed texts with their places in it, ascending."""
    pieces: list[str] = []
    at = place = 0
    for start, text in removed:
        pieces += (remaining[at : at + start - place], text)
        at += start - place
        place = start + len(text)
    pieces.append(remaining[at:])
    return "".join(pieces)


def widen(text: str, spans: Sequence[Span]) -> list[Span]:
    """
    Widen sorted, disjoint, non-empty spans by the white space that their going would leave over.

    Of the white space before, inside and after a run of neighbouring spans the widest (most line ends) stays, so that
    paragraphs remain apart; a text keeps the white space at its beginning and end; a text of which nothing but
    white space would stay goes whole. The results are sorted and disjoint, and each holds its own span.
    """
    widened: list[Span] = []
    for run in chain.from_iterable(_parted(text, run) for run in _runs(text, spans)):
        low, high = _edges(text, run[0].start, run[-1].end)
        for place, span in enumerate(run):
            start = low if place == 0 else span.start
            end = high if place == len(run) - 1 else run[place + 1].start
            widened.append(Span(start, end))
    return widened


def _runs(text: str, spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Group spans with nothing but white space between them."""
    run: list[Span] = []
    for span in spans:
        if run and text[run[-1].end : span.start].strip(INVISIBLE):
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _parted(text: str, run: list[Span]) -> list[list[Span]]:
    """Part a run where the white space inside it is wider than before and after it."""
    low, high = _around(text, run[0].start, run[-1].end)
    inside = [_line_ends(text, one.end, other.start) for one, other in pairwise(run)]
    outside = max(_line_ends(text, low, run[0].start), _line_ends(text, run[-1].end, high))
    if low == 0 or high == len(text) or max(inside, default=0) <= outside:
        return [run]
    at = inside.index(max(inside)) + 1
    return [run[:at], run[at:]]


def _line_ends(text: str, start: int, end: int) -> int:
    return sum(1 for _ in LINE_END.finditer(text, start, end))


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """Give the places up to which there is white space around a span."""
    while start > 0 and text[start - 1] in INVISIBLE:
        start -= 1
    while end < len(text) and text[end] in INVISIBLE:
        end += 1
    return start, end


def _edges(text: str, start: int, end: int) -> tuple[int, int]:
    low, high = _around(text, start, end)
    if low == 0 or high == len(text):
        return low if high == len(text) else start, high if low == 0 else end
    before = list(LINE_END.finditer(text, low, start))
    after = list(LINE_END.finditer(text, end, high))
    if before and after:
        if len(before) >= len(after):
            return before[-1].end(), after[-1].end()
        return before[0].start(), after[0].start()
    if after:
        return low, end
    return start, high if low < start else end
