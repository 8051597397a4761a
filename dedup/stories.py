"""
Second stories: an unrelated article glued on behind the one asked for. Reported, never removed on this evidence.

Three things must come together. The layout: one gap is wider than every other gap of the page. The text: on both
sides of it stand several paragraphs of prose and hardly anything else, so that it is no list of comments, links or
notes. The words: behind the gap few of the longer words have been used before. The halves of one and the same news
story look unrelated by this measure in three cases out of five, two different stories in 98 of 100 (Reuters-21578 and
BBC news, stories of 300 words and more), so the words alone mean little, and the confidence stays low.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import regex

from dedup.kernel.lines import parted
from dedup.reasons import SECOND_STORY
from dedup.records import Finding, Pattern, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.kernel.arrays import Bools, Texts
    from dedup.records import Line, Page

GAP: Final = 2  # blank lines; one is a paragraph's
PARAGRAPHS: Final = 3  # of prose, on either side
WORDS: Final = 80  # of prose, on either side: the shortest agency stories
PROSE: Final = 10  # words of a paragraph of prose
PURE: Final = 0.8  # share of lines that are prose, on either side; a headline and a byline are let pass
SHARED: Final = 0.2  # of the second part's longer words may stand in the first
CONFIDENCE: Final = 0.5
EXCERPT: Final = 80

LONG: Final = regex.compile(r"\p{L}{6,}|\p{Han}{2}")
SENTENCE: Final = regex.compile(r"\S[.!?…。！？।۔][\p{Pe}\p{Pf}\p{Pi}\"'*]*\Z")


def suspects(texts: Texts) -> Bools:
    """Tell in which texts a second story may be found: (t,) bool; in all others there is none."""
    return parted(texts, gap=GAP, paragraphs=PARAGRAPHS, words=WORDS, prose=PROSE, pure=PURE)


def _prose(lines: Sequence[Line]) -> list[str]:
    """Choose the lines that are paragraphs of prose."""
    return [line.text for line in lines if len(line.text.split()) >= PROSE and SENTENCE.search(line.text)]


def _is_article(lines: Sequence[Line]) -> bool:
    """Tell whether some lines are paragraphs of prose and hardly anything else."""
    prose = _prose(lines)
    words = sum(len(text.split()) for text in prose)
    return len(prose) >= PARAGRAPHS and words >= WORDS and len(prose) >= PURE * len(lines)


def _long_words(lines: Sequence[Line]) -> set[str]:
    return {word.casefold() for line in lines for word in LONG.findall(line.text)}


def find(document: str, page: Page) -> Iterator[Finding]:
    """Find the story behind the page's one widest gap, if there is one; the evidence is how it begins."""
    numbers = page.lines.numbers
    gaps = sorted((below - above - 1, place) for place, (above, below) in enumerate(pairwise(numbers), start=1))
    if len(gaps) < 2 * PARAGRAPHS or gaps[-1][0] < GAP or gaps[-1][0] == gaps[-2][0]:
        return
    first, second = page.lines[: gaps[-1][1]], page.lines[gaps[-1][1] :]
    if not (_is_article(first) and _is_article(second)):
        return
    told = _long_words(second)
    if len(told & _long_words(first)) > SHARED * len(told):
        return
    yield Finding(
        document,
        Span(second[0].span.start, second[-1].span.end),
        SECOND_STORY.code,
        SECOND_STORY.name,
        CONFIDENCE,
        Pattern(second[0].text[:EXCERPT]),
    )
