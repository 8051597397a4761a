"""HTML: a page, of which the main text is taken; the markup itself is not carried into the cleaned corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.formats.batch import joined, pages, texts, whole
from dedup.formats.entry import Entry, Format, Page
from dedup.formats.files import contents
from dedup.formats.text import forget, render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from dedup.formats.entry import Part
    from dedup.settings import ReadSettings


def read(path: Path, name: str, settings: ReadSettings) -> Iterator[Entry]:  # noqa: ARG001 - the text is UTF-8
    """Read the extracted text."""
    yield Entry(name, contents(path).decode())


def batches(path: Path, name: str, settings: ReadSettings, part: Part) -> Iterator[pa.RecordBatch]:  # noqa: ARG001 - all
    """Give the one page as columns."""
    return pages([Page(name, contents(path))])


def encoding(path: Path, settings: ReadSettings) -> str:  # noqa: ARG001 - the same for every file
    """Name the encoding of the extracted text."""
    return "utf-8"


FORMAT: Final = Format(
    name="html",
    suffixes=(".html", ".htm", ".xhtml"),
    writes=".txt",
    many=False,
    weight=4,
    read=read,
    parts=whole,
    batches=batches,
    render=render,
    rows=texts,
    join=joined,
    forget=forget,
    encoding=encoding,
)
