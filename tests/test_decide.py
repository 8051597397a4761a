"""Cutting: texts fall into lines and lose spans without losing anything else, and everything finds its way back."""

from __future__ import annotations

import sys
from itertools import pairwise

import pytest
import regex
from conftest import any_text
from hypothesis import given
from hypothesis import strategies as st

from dedup.decide import Kept, interleave, widen
from dedup.records import Page, Span
from dedup.segment import INVISIBLE, page, tiles

lines = st.sampled_from(["A", "B b", " x", "y \t", "漢字", "😀", "\u00a0z", "\u2028", "", "", " "])
ends = st.sampled_from(["\n", "\n", "\n\n", "\n \n\n", "\r\n", "\r\n\r\n", "\r", "\r\r"])
laid_out = st.lists(st.tuples(lines, ends), max_size=12).map(lambda pairs: "".join(line + end for line, end in pairs))
texts = laid_out | laid_out.map(str.rstrip) | any_text()


def spans_of(places: list[int]) -> list[Span]:
    """Make sorted, disjoint, non-empty spans of sorted places, taken in pairs."""
    return [Span(start, end) for start, end in zip(places[::2], places[1::2], strict=False) if start < end]


@st.composite
def cuts(draw: st.DrawFn, text: str) -> list[Span]:
    """Draw sorted, disjoint, non-empty spans of a text, some of them touching."""
    return spans_of(sorted(draw(st.lists(st.integers(0, len(text)), max_size=8))))


@st.composite
def line_cuts(draw: st.DrawFn, seen: Page) -> tuple[list[Span], dict[int, int]]:
    """Draw spans of whole lines of a page, and the number of the span for the place of each of these lines."""
    places = sorted(draw(st.lists(st.integers(0, len(seen.lines)), max_size=6)))
    runs = spans_of(places)
    spans = [Span(seen.lines[run.start].span.start, seen.lines[run.end - 1].span.end) for run in runs]
    return spans, {place: number for number, run in enumerate(runs) for place in range(run.start, run.end)}


def without(text: str, spans: list[Span]) -> str:
    """Cut spans out of a text by plain slicing."""
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


@given(texts)
def test_tiles_are_the_text(text: str) -> None:
    """Lines put end to end are the text; each but the last ends with LF, CR LF or CR, and has none inside."""
    cut = list(tiles(text))
    assert [span.start for span in cut] == [0, *(span.end for span in cut)][: len(cut)]
    assert "".join(text[span.start : span.end] for span in cut) == text
    for place, span in enumerate(cut):
        line = text[span.start : span.end]
        assert line
        assert line.endswith(("\n", "\r")) or place == len(cut) - 1
        assert not regex.search(r"[\r\n]", line.removesuffix("\n").removesuffix("\r"))


@given(texts)
def test_a_page_is_the_non_blank_lines(text: str) -> None:
    """A page's lines are what `splitlines` leaves after blank ones go, each with its number, place and gap."""
    rows = regex.split(r"\r\n|\r|\n", text)
    filled = [(number, row.strip(INVISIBLE)) for number, row in enumerate(rows) if row.strip(INVISIBLE)]
    seen = page(text)
    assert [(line.number, line.text) for line in seen.lines] == filled
    assert all(text[line.span.start : line.span.end] == line.text for line in seen.lines)
    assert all(one.span.end < other.span.start for one, other in pairwise(seen.lines))
    numbers = [-1, *(line.number for line in seen.lines)]
    assert [line.gap for line in seen.lines] == [other - one - 1 for one, other in pairwise(numbers)]


def test_invisible_is_white_space_and_the_byte_order_mark() -> None:
    """What makes a line blank is what Python strips, and U+FEFF."""
    white = {character for character in map(chr, range(sys.maxunicode + 1)) if character.isspace()}
    assert set(INVISIBLE) == white | {"\ufeff"}


@given(texts, st.data())
def test_kept_and_cut_are_the_text(text: str, data: st.DataObject) -> None:
    """What is kept and what was cut, put back in its places, are the text."""
    spans = data.draw(cuts(text))
    kept = Kept.without(len(text), spans)
    assert kept.text(text) == without(text, spans)
    assert all(len(span) for span in kept.spans)
    assert interleave(kept.text(text), [(span.start, text[span.start : span.end]) for span in spans]) == text


@given(texts, st.data())
def test_origins_are_the_same_characters(text: str, data: st.DataObject) -> None:
    """A span of the remaining text leads back to base spans, sorted and disjoint, that hold the same characters."""
    kept = Kept.without(len(text), data.draw(cuts(text)))
    remaining = kept.text(text)
    places = [place for span in kept.spans for place in range(span.start, span.end)]
    for span in data.draw(cuts(remaining)):
        origin = kept.origin(span)
        assert [place for found in origin for place in range(found.start, found.end)] == places[span.start : span.end]
        assert all(one.end <= other.start for one, other in pairwise(origin))
        assert all(len(found) for found in origin)


@given(texts, st.data())
def test_cutting_twice_is_cutting_once(text: str, data: st.DataObject) -> None:
    """To cut what is left is to cut what it leads back to."""
    kept = Kept.without(len(text), data.draw(cuts(text)))
    remaining = kept.text(text)
    more = data.draw(cuts(remaining))
    twice = kept.cut(more)
    assert twice.text(text) == without(remaining, more)
    assert twice.text(text) == "".join(text[span.start : span.end] for span in twice.spans)
    assert kept.cut([]) == kept


@given(texts, st.data())
def test_widening_adds_white_space_alone(text: str, data: st.DataObject) -> None:
    """Widened spans are sorted and disjoint, hold their own span, and nothing but white space besides."""
    spans = data.draw(cuts(text))
    wide = widen(text, spans)
    assert len(wide) == len(spans)
    assert all(one.end <= other.start for one, other in pairwise(wide))
    assert all(large.start <= small.start and small.end <= large.end for large, small in zip(wide, spans, strict=True))
    visible = [character for character in without(text, spans) if character not in INVISIBLE]
    assert [character for character in without(text, wide) if character not in INVISIBLE] == visible
    assert visible or not spans or not without(text, wide)


@given(texts, st.data())
def test_other_lines_stay_as_they_were(text: str, data: st.DataObject) -> None:
    """When whole lines go, the other lines stay, and those with a blank line between them still have one."""
    seen = page(text)
    spans, gone = data.draw(line_cuts(seen))
    left = page(without(text, widen(text, spans)))
    stay = [place for place in range(len(seen.lines)) if place not in gone]
    assert [line.text for line in left.lines] == [seen.lines[place].text for place in stay]
    for line, (one, other) in zip(left.lines[1:], pairwise(stay), strict=True):
        around = [
            seen.lines[at].gap for at in range(one + 1, other + 1) if at not in gone or gone[at] != gone.get(at - 1)
        ]
        assert line.gap == max(around)


@given(texts, st.data())
def test_a_text_begins_and_ends_as_it_did(text: str, data: st.DataObject) -> None:
    """White space at the beginning and the end of a text stays, a last line end and its lack among it."""
    spans, _ = data.draw(line_cuts(page(text)))
    left = without(text, widen(text, spans))
    if left:
        assert left[: len(left) - len(left.lstrip(INVISIBLE))] == text[: len(text) - len(text.lstrip(INVISIBLE))]
        assert left[len(left.rstrip(INVISIBLE)) :] == text[len(text.rstrip(INVISIBLE)) :]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nX\nb\n", "a\nb\n"),
        ("a\r\nX\r\nb\r\n", "a\r\nb\r\n"),
        ("a\rX\rb", "a\rb"),
        ("a\n\nX\n\nb", "a\n\nb"),
        ("a\nX\n\nb", "a\n\nb"),
        ("a\n\nX\nb", "a\n\nb"),
        ("a\n\n\nX\n\nb", "a\n\n\nb"),
        ("a\nX\n\nX\nb", "a\n\nb"),
        ("a\n\nX\nX\n\n\nb", "a\n\n\nb"),
        ("a\r\n\r\nX\r\nb", "a\r\n\r\nb"),
        ("X\n\na\n", "a\n"),
        ("\n\nX\na", "\n\na"),
        ("a\n\nX\n", "a\n"),
        ("a\n\nX", "a"),
        ("X\n\nX\n", ""),
        ("\n X \n", ""),
        ("a X b", "a b"),
        ("a X\nb", "a\nb"),
        ("a\nX b", "a\nb"),
        ("aXb", "ab"),
        ("a\n  X\n\n  b", "a\n\n  b"),
        ("  a\n  X\n  b", "  a\n  b"),
        ("a", "a"),
        ("", ""),
    ],
)
def test_cases(text: str, expected: str) -> None:
    """Every X goes with the white space that would pile up."""
    spans = [Span(*found.span()) for found in regex.finditer("X", text)]
    assert without(text, widen(text, spans)) == expected
