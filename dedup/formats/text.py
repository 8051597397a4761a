"""Plain text: a file is a document, its name the document's id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.formats.batch import batched, joined, texts, whole
from dedup.formats.decoding import decode, resolved
from dedup.formats.entry import Entry, Format
from dedup.formats.files import contents, head
from dedup.settings import AUTO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from dedup.formats.entry import Part
    from dedup.settings import ReadSettings


def read(path: Path, name: str, settings: ReadSettings) -> Iterator[Entry]:
    """Read the whole file; line ends, byte order mark and a missing last line end are part of the text."""
    data = contents(path)
    decoded = decode(data, settings, path, encoding=resolved(settings.encoding, data))
    yield Entry(name, decoded.text, patches=decoded.patches)


def together(files: Iterable[tuple[Path, str]], settings: ReadSettings) -> Iterator[pa.RecordBatch]:
    """Give the documents of files as columns."""
    return batched(entry for path, name in files for entry in read(path, name, settings))


def batches(path: Path, name: str, settings: ReadSettings, part: Part) -> Iterator[pa.RecordBatch]:  # noqa: ARG001 - all
    """Give the one document as columns."""
    return together([(path, name)], settings)


def render(carried: str, text: str, settings: ReadSettings) -> bytes:  # noqa: ARG001 - nothing is carried along
    """Give the text itself."""
    return text.encode()


def forget(carried: Sequence[str], settings: ReadSettings) -> list[str]:  # noqa: ARG001 - nothing is carried along
    """Hold nothing: the text is all there is."""
    return [""] * len(carried)


def encoding(path: Path, settings: ReadSettings) -> str:
    """Name the file's encoding as its bytes tell it."""
    return resolved(settings.encoding, contents(path) if settings.encoding == AUTO else head(path))


FORMAT: Final = Format(
    name="text",
    suffixes=(".txt",),
    writes="",
    many=False,
    read=read,
    parts=whole,
    batches=batches,
    together=together,
    render=render,
    rows=texts,
    join=joined,
    forget=forget,
    encoding=encoding,
)
