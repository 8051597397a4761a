"""What a format is, and what it gives for each document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from dedup.formats.decoding import Patch
    from dedup.settings import ReadSettings


_BREAKS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

BREAKS: Final = r"[\x00-\x1f\x7f-\x{9f}\x{2028}\x{2029}]"
"""The same in the way Arrow spells it; its strings hold no halves of surrogate pairs."""


def is_name(text: str) -> bool:
    """Tell whether a file's path or a document's id can stand in one line of text: no line ends, no control codes."""
    return not _BREAKS.search(text)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as its file holds it."""

    id: str
    text: str
    """The base text: as read, or as extracted from markup."""
    record: int = 0
    """Place among the file's records, from 1; 0 where the file is one document."""
    line: int = 0
    """The record's line in the file, from 1; 0 where the file is one document."""
    carried: str = ""
    """The record as it stands in the file, where other fields are carried along."""
    patches: tuple[Patch, ...] = ()
    """Bytes that were replaced in reading."""


ENTRIES: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("record", pa.int64(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("carried", pa.large_string(), nullable=False),
        pa.field("patches", pa.list_(pa.struct([("start", pa.int64()), ("raw", pa.binary())])), nullable=False),
        pa.field("text", pa.large_string(), nullable=False),
    ]
)
"""Entries as columns; what each holds, `Entry` tells."""


@dataclass(frozen=True, slots=True)
class Page:
    """A document as it was fetched from the web, before its text is taken out of its markup."""

    id: str
    markup: bytes | None
    """The page; None where there is only text."""
    charset: str = ""
    """The encoding as the server told it."""
    url: str = ""
    text: str = ""
    record: int = 0
    line: int = 0
    problem: str = ""
    """What keeps it from being read, or read whole."""


PAGES: Final = pa.schema(
    [
        *ENTRIES,
        pa.field("url", pa.string(), nullable=False),
        pa.field("problem", pa.string(), nullable=False),
        pa.field("charset", pa.string(), nullable=False),
        pa.field("markup", pa.large_binary()),
    ]
)
"""Pages as columns; formats whose documents are pages give these instead of `ENTRIES`."""


class Part(NamedTuple):
    """A piece of a file that can be read by itself."""

    start: int
    """Where it begins: a byte, or a row group of Parquet."""
    end: int
    """Where it ends: the first byte, or row group, behind it."""
    lines: int
    """How many lines of the file stand before it."""
    records: int
    """How many records of the file stand before it."""
    size: int
    """How many bytes it takes, unpacked."""
    others: int = 0
    """How many records it has that are no documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How one kind of file is read and written. Cleaned and restored files are UTF-8 unless said otherwise."""

    name: str
    suffixes: tuple[str, ...]
    """Lower case, with the dot."""
    writes: str
    """The suffix of cleaned files; empty for the file's own."""
    many: bool
    """Whether a file holds many documents, or is one."""
    packed: bool = True
    """Whether it may come compressed, under its suffix and that of the compression."""
    weight: int = 1
    """How many times the work of plain text a byte is."""
    stories: bool = True
    """Whether a second story found in a document can have a record or file of its own."""
    pack: Callable[[pa.StructArray], str] | None = None
    """Turn one value of the column `row` of batches into a carried record; None for formats without such a column."""
    field: Callable[[pa.RecordBatch, str, Path, ReadSettings], list[Any]] | None = None
    """Give a field's value in entries of a file, None where it is missing; None for formats without other fields."""
    read: Callable[[Path, str, ReadSettings], Iterator[Entry]]
    """Give the documents of a cleaned file that goes by a name. Raises `ReadError`."""
    parts: Callable[[Path, ReadSettings, int], list[Part]]
    """Cut a file into pieces of about so many bytes; the same file is always cut the same way. Raises `ReadError`."""
    batches: Callable[[Path, str, ReadSettings, Part], Iterator[pa.RecordBatch]]
    """
    Give the documents of a piece as `ENTRIES` or `PAGES`, block by block. Raises `ReadError`.

    Other columns are carried along for `rows`.
    """
    together: Callable[[Iterable[tuple[Path, str]], ReadSettings], Iterator[pa.RecordBatch]] | None = None
    """Give the documents of many files that are one each, as `batches` does; None where that gains nothing."""
    render: Callable[[str, str, ReadSettings], bytes]
    """Give what stands in a cleaned file for a carried record and a text."""
    rows: Callable[[pa.RecordBatch, ReadSettings], bytes | memoryview]
    """
    Give entries whose texts may have been exchanged, and with a column `changed` that tells which, as a segment.

    A text that stands unchanged in the record that is carried along may be null.
    """
    join: Callable[[Iterable[BinaryIO], BinaryIO, Path], None]
    """Put segments, one behind the other in one or several streams, together into the cleaned file of a file."""
    forget: Callable[[Sequence[str], ReadSettings], list[str]]
    """Give what of carried records is not their text: all that dropped documents' ledger rows must hold besides."""
    encoding: Callable[[Path, ReadSettings], str]
    """Name the encoding in which restored files are written, byte order included."""
