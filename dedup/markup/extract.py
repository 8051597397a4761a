"""The main text of a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.markup.blocks import layout
from dedup.markup.decoding import decoded
from dedup.markup.features import Said, facts
from dedup.markup.judge import chosen, probabilities, shipped
from dedup.markup.kind import is_discussion, kinds
from dedup.markup.metadata import metadata, quoted
from dedup.markup.places import TAKEN, looks_of
from dedup.markup.wordings import spoken
from dedup.markup.words import words_of
from dedup.settings import Extractor

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dedup.markup.arrays import F32, I64, Bools
    from dedup.markup.blocks import Layout
    from dedup.markup.judge import Model
    from dedup.markup.wordings import Wordings
    from dedup.markup.words import Words

MOST: Final = 20_000
"""Blocks of a page that are judged; pages that people read have some hundreds."""
TEXT: Final = 20
"""Words outside of comments that trafilatura takes of a page that has a text of its own."""
COVERED: Final = 0.5
"""Share of trafilatura's words from which they are taken to come from the page's blocks."""


class Request(NamedTuple):
    """A page to be extracted."""

    markup: bytes
    charset: str
    """The encoding as the server told it; may be empty."""
    url: str
    """Where the page is from; may be empty."""
    extractor: Extractor


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was taken out of a page."""

    text: str
    """Empty where there is none."""
    about: dict[str, str] = field(default_factory=dict)
    """See `metadata.metadata`."""


def extract(page: Request) -> Extracted:
    """Take the main text, without reader comments, and what the page tells of itself."""
    from trafilatura import load_html  # noqa: PLC0415 - half a second that only markup should cost

    markup = decoded(page.markup, page.charset)
    root = load_html(markup)
    if root is None:
        return Extracted("")
    about = metadata(root, page.url)
    if page.extractor is Extractor.RESILIPARSE:
        return Extracted(_valid(_resiliparse(markup)), about)
    seen = look(root, page.url, about.get("title", ""))
    return Extracted(_valid(judged(seen, shipped())), about)


class Seen(NamedTuple):
    """A page as it is judged."""

    page: Layout
    rows: F32
    """See `features.facts`, but for what a model's wordings say; empty where there is nothing to be judged."""
    tokens: list[Words]
    """The words of each block."""
    words: I64
    """How many each has."""
    apart: Bools
    """Which blocks are reader comments below a text of its own."""
    other: str
    """What trafilatura takes."""
    covered: float = 0.0
    """Share of its words that stand in blocks."""

    def judged_by(self, wordings: Wordings) -> F32:
        """Give all that a block is judged by, (n, f)."""
        return np.concatenate([self.rows, spoken(self.tokens, wordings)], axis=1)


def look(root: _Element, url: str, title: str) -> Seen:
    """Look at a page; `root` is used up."""
    page = layout(root)
    kind = kinds(root, url)
    discussion = is_discussion(root, url)
    description, body = quoted(root)
    other = _trafilatura(root)
    if not 0 < len(page.blocks) <= MOST:
        return Seen(page, np.empty((0, 0), np.float32), [], np.empty(0, np.int64), np.empty(0, bool), other)
    rows, tokens, voted = facts(page, Said(title, description, body, kind, other))
    words = np.array(list(map(len, tokens)))
    comments = np.array([page.containers[block.container].comments for block in page.blocks])
    if discussion or words[(voted >= TAKEN) & ~comments].sum() < TEXT:
        comments[:] = False
    return Seen(page, rows, tokens, words, comments, other, _covered(other, tokens))


def judged(seen: Seen, model: Model) -> str:
    """
    Give the main text of a page: the blocks that a model chooses.

    trafilatura's text is taken where there are no blocks, too many, or where most of it stands in none of them: it
    is then from data for scripts.
    """
    if not len(seen.rows) or seen.covered < COVERED:
        return seen.other
    probability = np.where(seen.apart, 0.0, probabilities(seen.judged_by(model.wordings), model))
    best = chosen(probability, seen.words, looks_of(seen.page)) & ~seen.apart
    blocks = seen.page.blocks
    return "\n".join(blocks[place].text for place in np.flatnonzero(best))


def _covered(other: str, tokens: list[Words]) -> float:
    """Give the share of trafilatura's words that stand in blocks."""
    words = Counter(words_of(other))
    there = Counter(word for block in tokens for word in block)
    return (words & there).total() / max(1, words.total())


def _trafilatura(root: _Element) -> str:
    """
    Ask trafilatura, for its voice and as a last resort.

    Its own deduplication stays off: it remembers paragraphs from page to page, so that what it returns would depend
    on what was read before.
    """
    from trafilatura import extract as main_text  # noqa: PLC0415 - as above

    return main_text(root, include_comments=False, deduplicate=False) or ""


def _resiliparse(markup: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - an optional extra

    found: str = extract_plain_text(markup, main_content=True, alt_texts=False, comments=False)
    return found


def _valid(text: str) -> str:
    """Replace halves of surrogate pairs, which character references can make and no file can hold."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text
