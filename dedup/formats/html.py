"""HTML: the main text, as trafilatura extracts it; the markup itself is not carried into the cleaned corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.formats.batch import batched, joined, texts, whole
from dedup.formats.entry import Entry, Format
from dedup.formats.files import contents
from dedup.formats.text import forget, render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from dedup.formats.entry import Part
    from dedup.settings import ReadSettings


def read(path: Path, name: str, settings: ReadSettings) -> Iterator[Entry]:  # noqa: ARG001 - pages name their encoding
    """
    Extract a page's main text, without reader comments; empty where there is none.

    trafilatura's own deduplication stays off: it remembers paragraphs from page to page, so that what it returns
    would depend on what was read before.
    """
    from trafilatura import extract  # noqa: PLC0415 - half a second that only HTML should cost

    yield Entry(name, extract(contents(path), include_comments=False, deduplicate=False) or "")


def batches(path: Path, name: str, settings: ReadSettings, part: Part) -> Iterator[pa.RecordBatch]:  # noqa: ARG001 - all
    """Give the one document as columns."""
    return batched(read(path, name, settings))


def encoding(path: Path, settings: ReadSettings) -> str:  # noqa: ARG001 - the same for every file
    """Name the encoding of the extracted text."""
    return "utf-8"


FORMAT: Final = Format(
    name="html",
    suffixes=(".html", ".htm"),
    writes=".txt",
    many=False,
    read=read,
    parts=whole,
    batches=batches,
    render=render,
    rows=texts,
    join=joined,
    forget=forget,
    encoding=encoding,
)
