"""The main text of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dedup.markup.decoding import decoded
from dedup.markup.metadata import metadata
from dedup.settings import Extractor

if TYPE_CHECKING:
    from lxml.etree import _Element


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
    """
    Take the main text, without reader comments, and what the page tells of itself.

    trafilatura's own deduplication stays off: it remembers paragraphs from page to page, so that what it returns
    would depend on what was read before.
    """
    from trafilatura import load_html  # noqa: PLC0415 - half a second that only markup should cost

    markup = decoded(page.markup, page.charset)
    root = load_html(markup)
    if root is None:
        return Extracted("")
    about = metadata(root, page.url)
    text = _resiliparse(markup) if page.extractor is Extractor.RESILIPARSE else _trafilatura(root)
    return Extracted(_valid(text), about)


def _trafilatura(root: _Element) -> str:
    from trafilatura import extract as main_text  # noqa: PLC0415 - as above

    return main_text(root, include_comments=False, deduplicate=False) or ""


def _resiliparse(markup: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - an optional extra

    found: str = extract_plain_text(markup, main_content=True, alt_texts=False, comments=False)
    return found


def _valid(text: str) -> str:
    """Replace halves of surrogate pairs, which character references can make and no file can hold."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text
