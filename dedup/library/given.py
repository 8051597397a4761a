"""
Documents as other programs hold them: texts, records, and columns that speak Arrow's PyCapsule interface.

Nothing of these programs is imported; what an object can do tells what it is.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sized
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, Protocol, TypeAlias, runtime_checkable

import numpy as np
import pyarrow as pa

from dedup.errors import ReadError
from dedup.formats.entry import Entry, is_name
from dedup.formats.plain import plain_schema
from dedup.pipeline.rows import Incoming
from dedup.precedence import Standing, measured, rank
from dedup.records import Document

if TYPE_CHECKING:
    from dedup.engines.local import Engine
    from dedup.engines.shards import Shard
    from dedup.kernel.arrays import I64
    from dedup.settings import Settings


@runtime_checkable
class ArrowStream(Protocol):
    """A table: pyarrow's tables and readers, data frames of pandas and polars, relations of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give a capsule with a stream of Arrow columns."""


@runtime_checkable
class ArrowArray(Protocol):
    """A single piece of a table, such as pyarrow's record batches."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> object:
        """Give capsules with Arrow columns and their schema."""


@runtime_checkable
class Dataset(Protocol):
    """A `Dataset` of Hugging Face's library `datasets`; an `IterableDataset` gives records by itself."""

    def __len__(self) -> int:
        """Count the rows."""

    def with_format(self, type: str) -> Dataset:  # noqa: A002 - its own name
        """Give the same, read in another way."""

    def iter(self, batch_size: int) -> Iterator[Any]:
        """Give pieces of so many rows."""


Record: TypeAlias = "str | Document | Mapping[Any, Any]"
Documents: TypeAlias = "Iterable[Record] | ArrowStream | ArrowArray | Dataset"
"""
What can be cleaned: texts, documents, or records with the fields that the settings `text_field` and `id_field` name;
tables with such columns, and columns of texts alone.
"""

ROWS: Final = "rows"
AT_ONCE: Final = 1024
"""Rows that are taken or given together."""
UNKNOWN: Final = 12
"""Digits of a document's number where nobody knows how many there will be."""


class _Piece(NamedTuple):
    """A few documents: their fields, and what is to be given back of them; None where that is the text alone."""

    fields: dict[str, list[Any]]
    rows: pa.RecordBatch | None


class Given:
    """Documents on their way in, and their rows on their way out again."""

    def __init__(self, documents: Documents, settings: Settings, engine: Engine) -> None:
        """Take documents as they come; an engine keeps their rows."""
        settings.read.refuse_pages("for documents in memory", "clean files of them")
        self._settings = settings
        self._engine = engine
        self._width = len(str(len(documents) - 1)) if isinstance(documents, Sized) else UNKNOWN
        self._pieces = self._cut(documents)
        self._shards: list[Shard] = []
        self._starts = [0]
        self.schema: pa.Schema | None = None
        """Of the rows of a table."""
        self.kind: type = Document
        """`dict` for records, `pyarrow.Table` for tables."""

    def incoming(self) -> Iterator[Incoming]:
        """Give the documents. Raises `ReadError` for one without a text or with an impossible name or field."""
        number = 0
        for piece in self._pieces:
            if piece.rows is not None:
                self._shards.append(self._engine.keep({ROWS: piece.rows}, ROWS, len(self._shards)))
                self._starts.append(self._starts[-1] + piece.rows.num_rows)
            names = list(piece.fields)
            for values in zip(*piece.fields.values(), strict=True):
                yield self._document(number, dict(zip(names, values, strict=True)))
                number += 1

    def _document(self, number: int, fields: dict[str, Any]) -> Incoming:
        read, wanted = self._settings.read, self._settings.precedence
        text, name = fields[read.text_field], fields.get(read.id_field)
        where = f"document {number + 1}"
        if not isinstance(text, str):
            raise ReadError(where, f"no text in field `{read.text_field}`", remedy="name the field with `text_field`")
        if name is None:
            name = f"{number:0{self._width}}"
        elif isinstance(name, bool) or not isinstance(name, str | int) or not is_name(str(name)) or name == "":
            remedy = "make it a number or a line of text, or name another field with `id_field`"
            raise ReadError(where, f"field `{read.id_field}` is no name", remedy=remedy)
        source = fields.get(wanted.source_field)
        try:
            measure = measured(fields.get(wanted.field) if wanted.field else None)
        except (ValueError, OverflowError) as fault:
            problem = f"neither a number nor a date in field `{wanted.field}`"
            raise ReadError(where, problem, remedy="give numbers, dates or None") from fault
        standing = Standing(rank(str(name if source is None else source), wanted), *measure)
        return Incoming(0, Entry(str(name), text, record=number + 1), standing=standing)

    def _cut(self, documents: Documents) -> Iterator[_Piece]:
        if isinstance(documents, str | Mapping):
            raise ReadError("documents", "a single one was given", remedy="put it into a list")
        if isinstance(documents, ArrowStream):
            return self._of_stream(documents)
        if isinstance(documents, ArrowArray):
            return self._of_stream(pa.table(pa.record_batch(documents)))
        if isinstance(documents, Dataset):
            return (piece for table in documents.with_format("arrow").iter(AT_ONCE) for piece in self._of_stream(table))
        return self._of_records(documents)

    def _of_stream(self, stream: ArrowStream) -> Iterator[_Piece]:
        try:
            reader = pa.RecordBatchReader.from_stream(stream)
        except pa.ArrowInvalid:  # a column by itself
            field = self._settings.read.text_field
            reader = pa.table({field: pa.chunked_array(stream)}).to_reader(AT_ONCE)
        schema = plain_schema(reader.schema)
        if (field := self._settings.read.text_field) not in schema.names:
            here = ", ".join(schema.names) or "none"
            raise ReadError("documents", f"no column `{field}`", remedy=f"name it with `text_field`; here are: {here}")
        self.schema, self.kind = schema, pa.Table
        for batch in reader:
            for rows in pa.Table.from_batches([batch]).cast(schema).combine_chunks().to_batches():
                yield _Piece({name: rows.column(name).to_pylist() for name in self._needed(rows.schema.names)}, rows)

    def _needed(self, there: Iterable[str]) -> list[str]:
        read, wanted = self._settings.read, self._settings.precedence
        names = dict.fromkeys((read.text_field, read.id_field, wanted.field, wanted.source_field))
        return [name for name in names if name in there]

    def _of_records(self, documents: Iterable[Record]) -> Iterator[_Piece]:
        read = self._settings.read
        every: Iterator[object] = iter(documents)
        number = 0
        while some := list(islice(every, AT_ONCE)):
            records = [record for record in some if isinstance(record, Mapping)]
            texts = [record for record in some if isinstance(record, str | Document)]
            if not number and isinstance(some[0], Mapping):
                self.kind = dict
            if len(records if self.kind is dict else texts) < len(some):
                self._refuse(some, number)
            number += len(some)
            if records:
                names = self._needed({name for record in records for name in record} | {read.text_field})
                rows = pa.record_batch({ROWS: pa.array(map(pickle.dumps, records), pa.large_binary())})
                yield _Piece({name: [record.get(name) for record in records] for name in names}, rows)
            else:
                bare = [text if isinstance(text, str) else text.text for text in texts]
                ids = [None if isinstance(text, str) else text.id for text in texts]
                yield _Piece({read.text_field: bare, read.id_field: ids}, None)

    def _refuse(self, some: list[object], before: int) -> NoReturn:
        wanted, kinds = ("record", Mapping) if self.kind is dict else ("text", str | Document)
        at = next(at for at, record in enumerate(some, start=before + 1) if not isinstance(record, kinds))
        told = f"{type(some[at - before - 1]).__name__} is no {wanted}"
        raise ReadError(f"document {at}", told, remedy="give only strings and `dedup.Document`, or only records")

    def rows(self, numbers: I64) -> pa.RecordBatch:
        """Look up the rows of some documents, numbered from 0 on in ascending order."""
        shards = np.searchsorted(self._starts, numbers, side="right") - 1
        pieces = [
            self._shards[shard].table(ROWS).take(pa.array(numbers[shards == shard] - self._starts[shard]))
            for shard in np.unique(shards).tolist()
        ]
        return pa.concat_batches(pieces) if pieces else pa.RecordBatch.from_pylist([], self.schema)
