"""
Parquet: a row is a document; its other columns are carried along as they are typed.

Cleaned files have the schema of their source, metadata and all. Their columns are written plainly, and what the source
says of dictionaries and the like is said of them too, so that they are read as the source is.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ReadError
from dedup.formats.batch import BLOCK
from dedup.formats.entry import BREAKS, ENTRIES, Entry, Format, Part
from dedup.formats.files import opened
from dedup.formats.plain import overflows, plain, plain_field, plain_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow.parquet as pq

    from dedup.settings import ReadSettings

GROUP: Final = 64 << 20
"""Bytes of a row group that is written."""
ROWS: Final = 1 << 16
"""Rows of a block or a written row group at most: repeated values take few bytes in a file, but many in memory."""
_PAGE: Final = 1 << 20
"""Bytes read at once of each column."""
_STRINGS: Final = (pa.string(), pa.large_string())
_NAMING: Final = "make it text of one line or whole numbers, or name another column with --id-field"


@contextmanager
def _source(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a file; raises `ReadError` where it, or what is read of it, is damaged."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only Parquet needs it

    with opened(path):
        pass  # closed folders and the like have messages of their own
    try:
        with pq.ParquetFile(path, buffer_size=_PAGE, page_checksum_verification=True) as file:
            yield file
    except (pa.ArrowException, OSError) as fault:
        reason = " ".join(str(fault).split())
        raise ReadError(path, f"not to be read as Parquet ({reason})", remedy="make it anew or leave it out") from fault


def parts(path: Path, settings: ReadSettings, most: int) -> list[Part]:  # noqa: ARG001 - the same in all files
    """Cut a file between row groups, each time behind the first one that makes a piece `most` bytes big or bigger."""
    found = []
    start = before = rows = size = 0
    with _source(path) as file:
        groups = file.metadata.num_row_groups
        for number in range(groups):
            group = file.metadata.row_group(number)
            rows += group.num_rows
            size += group.total_byte_size
            if size >= most:
                found.append(Part(start, number + 1, 0, before, size))
                start, before, size = number + 1, rows, 0
    if start < groups or not found:
        found.append(Part(start, groups, 0, before, size))
    return found


def batches(path: Path, name: str, settings: ReadSettings, part: Part) -> Iterator[pa.RecordBatch]:
    """Give the rows of a piece as columns, and all columns but the text as another one, `row`."""
    with _source(path) as file:
        columns = Columns(path, name, file.schema_arrow, settings)
        count = part.records
        for number in range(part.start, part.end):  # Arrow cannot join nested dictionaries of several row groups
            group = file.metadata.row_group(number)
            blocks = 1 + max(group.total_byte_size // BLOCK, group.num_rows // ROWS)
            most = 1 + group.num_rows // blocks
            for batch in file.iter_batches(most, row_groups=[number], use_threads=False):
                yield columns.entries(batch, count)
                count += len(batch)


class Columns:
    """Where a file has text and names."""

    def __init__(self, path: Path, name: str, schema: pa.Schema, settings: ReadSettings) -> None:
        self._path = path
        self._name = name
        self._schema = schema
        self._text_field = settings.text_field
        self._id_field = settings.id_field
        here = ", ".join(schema.names)
        remedy = f"name the column that holds the text with {settings.naming_text}; here are: {here}"
        place = self._place(settings.text_field, remedy)
        if place is None:
            raise self._fault(f"no column `{settings.text_field}`", remedy)
        self._text = place
        kind = plain(schema.field(place).type)
        if kind not in _STRINGS:
            raise self._fault(f"no text in column `{settings.text_field}`, which is of type {kind}", remedy)
        self._id = self._place(settings.id_field, _NAMING)
        kind = None if self._id is None else plain(schema.field(self._id).type)
        if kind is not None and kind not in _STRINGS and not pa.types.is_integer(kind):
            raise self._fault(f"no names in column `{settings.id_field}`, which is of type {kind}", _NAMING)

    def _fault(self, problem: str, remedy: str) -> ReadError:
        return ReadError(self._path, problem, remedy=remedy)

    def _place(self, field: str, remedy: str) -> int | None:
        places = self._schema.get_all_field_indices(field)
        if len(places) > 1:
            raise self._fault(f"{len(places)} columns `{field}`", remedy)
        return places[0] if places else None

    def entries(self, batch: pa.RecordBatch, before: int) -> pa.RecordBatch:
        """Turn rows, of which so many stand before, into entries."""
        numbers = pa.array(np.arange(before + 1, before + 1 + len(batch)))
        text = self._strings(batch.column(self._text), self._text_field, before)
        if text.null_count:
            row = before + 1 + text.is_null().index(True).as_py()
            raise self._fault(f"row {row}: no text in column `{self._text_field}`", "fill it, or leave the row out")
        columns = {
            "id": self._names(batch, numbers, before),
            "record": numbers,
            "line": pa.array(np.zeros(len(batch), np.int64)),
            "carried": pa.array([""] * len(batch), pa.large_string()),
            "patches": pa.array([()] * len(batch), ENTRIES.field("patches").type),
            "text": text,
            "row": self._rows(batch),
        }
        schema = ENTRIES.append(pa.field("row", columns["row"].type, nullable=False))
        return pa.record_batch([columns[column] for column in schema.names], schema=schema)

    def _strings(self, column: pa.Array, field: str, before: int) -> pa.LargeStringArray:
        strings = column.cast(pa.large_string())
        try:
            strings.validate(full=True)
        except pa.ArrowInvalid as fault:
            last = before + len(column)
            raise self._fault(f"rows {before + 1} to {last}: column `{field}` is not UTF-8", "make it anew") from fault
        return strings

    def _names(self, batch: pa.RecordBatch, numbers: pa.Array, before: int) -> pa.StringArray:
        places = pc.binary_join_element_wise(self._name, numbers.cast(pa.string()), ":")
        if self._id is None:
            return places
        names = self._strings(batch.column(self._id), self._id_field, before).cast(pa.string())
        bad = pc.or_(pc.equal(names, ""), pc.match_substring_regex(names, BREAKS))
        row = pc.index(bad, True).as_py()
        if row >= 0:
            raise self._fault(f"row {before + 1 + row}: no name in column `{self._id_field}`", _NAMING)
        return pc.coalesce(names, places)

    def _rows(self, batch: pa.RecordBatch) -> pa.StructArray:
        others = [place for place in range(batch.num_columns) if place != self._text]
        fields = [plain_field(self._schema.field(place)) for place in others]
        if not fields:
            return pa.Array.from_buffers(pa.struct([]), len(batch), [None])
        columns = [batch.column(place).cast(field.type) for place, field in zip(others, fields, strict=True)]
        return pa.StructArray.from_arrays(columns, fields=fields)


def read(path: Path, name: str, settings: ReadSettings) -> Iterator[Entry]:
    """Read row after row; what is carried is the other columns, packed."""
    for part in parts(path, settings, GROUP):
        for batch in batches(path, name, settings, part):
            columns = (batch.column(column).to_pylist() for column in ("id", "text", "record"))
            for place, (own, text, record) in enumerate(zip(*columns, strict=True)):
                yield Entry(own, text, record, carried=packed(batch.column("row").slice(place, 1)))


def packed(row: pa.StructArray) -> str:
    """Give one row's other columns as text, nothing lost."""
    return b64encode(_stream(pa.record_batch([row], ["row"]))).decode()


def _unpacked(carried: str) -> pa.StructArray:
    with pa.ipc.open_stream(b64decode(carried)) as stream:
        return stream.read_next_batch().column("row")


def story(row: pa.StructArray, name: str, path: Path, settings: ReadSettings) -> pa.StructArray:
    """
    Give the other columns of a second story that was found in a row: its name, and nothing else.

    What may not be null is as in that row. Raises `ReadError` where the column of names cannot hold that of a story.
    """
    columns = []
    for field, column in zip(row.type, row.flatten(), strict=True):
        is_name = field.name == settings.id_field
        if is_name and field.type in _STRINGS:
            columns.append(pa.array([name], field.type))
        elif is_name and not field.nullable:
            raise ReadError(path, f"{name!r} does not go into column `{field.name}`", remedy=_NAMING)
        else:
            columns.append(pa.nulls(1, field.type) if field.nullable else column)
    return pa.StructArray.from_arrays(columns, fields=list(row.type)) if columns else row


def _stream(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def rows(batch: pa.RecordBatch, settings: ReadSettings) -> bytes:
    """Give entries as an Arrow stream of the file's columns, the text last."""
    row = batch.column("row")
    fields = [*row.type, pa.field(settings.text_field, pa.large_string(), nullable=False)]
    return _stream(pa.record_batch([*row.flatten(), batch.column("text")], schema=pa.schema(fields)))


def render(carried: str, text: str, settings: ReadSettings) -> bytes:
    """Give one row as `rows` does."""
    columns = [_unpacked(carried), pa.array([text], pa.large_string())]
    return rows(pa.record_batch(columns, ["row", "text"]), settings)


def forget(carried: Sequence[str], settings: ReadSettings) -> list[str]:  # noqa: ARG001 - texts are not carried
    """Give the packed rows."""
    return list(carried)


def join(segments: Iterable[BinaryIO], out: BinaryIO, path: Path) -> None:
    """
    Write streams of rows, one or several in each segment, as one file with the schema of the file `path`.

    Where row groups end depends on `path` and the rows only, not on how the rows come.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - only Parquet needs it

    with _source(path) as file:
        schema, about = file.schema_arrow, file.metadata
        groups = [about.row_group(number) for number in range(about.num_row_groups)]
    size = sum(group.total_byte_size for group in groups)
    most = max(1, min(ROWS, about.num_rows * GROUP // size)) if size else ROWS
    kinds = plain_schema(schema)
    with pq.ParquetWriter(
        out, kinds, compression="zstd", store_schema=False, use_compliant_nested_type=False
    ) as writer:
        writer.add_key_value_metadata(about.metadata or {})
        for table in _tables(_batches(segments), most):
            ordered = _ordered(table, kinds)
            for group in _fitting(ordered, schema):
                writer.write_table(group, row_group_size=len(group))


def _batches(segments: Iterable[BinaryIO]) -> Iterator[pa.RecordBatch]:
    for segment in segments:
        end = segment.seek(0, os.SEEK_END)
        segment.seek(0)
        while segment.tell() < end:
            yield from pa.ipc.open_stream(segment)


def _tables(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Put so many rows each together."""
    held: list[pa.RecordBatch] = []
    room = rows
    for batch in batches:
        rest = batch
        while len(rest) >= room:
            yield pa.Table.from_batches([*held, rest.slice(0, room)]).combine_chunks()
            rest = rest.slice(room)
            held, room = [], rows
        if len(rest):
            held.append(rest)
            room -= len(rest)
    if held:
        yield pa.Table.from_batches(held).combine_chunks()


def _ordered(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Put the text back in its place."""
    *others, text = table.columns
    place = schema.get_field_index(table.schema.names[-1])
    columns = [*others[:place], text.cast(schema.field(place).type), *others[place:]]
    return pa.Table.from_arrays(columns, schema=schema)


def _fitting(table: pa.Table, schema: pa.Schema) -> Iterator[pa.Table]:
    """Halve a table until each half can be read with the dictionaries of `schema`."""
    columns = (column.combine_chunks() for column in table.columns)
    if len(table) > 1 and any(map(overflows, schema.types, columns)):
        half = len(table) // 2
        yield from _fitting(table.slice(0, half), schema)
        yield from _fitting(table.slice(half), schema)
    else:
        yield table


def field(batch: pa.RecordBatch, name: str, path: Path, settings: ReadSettings) -> list[Any]:  # noqa: ARG001 - as others
    """Give a column's value in each row, None where it is missing. Raises `ReadError` where several go by the name."""
    row = batch.column("row")
    places = row.type.get_all_field_indices(name)
    if len(places) > 1:
        raise ReadError(path, f"{len(places)} columns `{name}`", remedy="rename all but one")
    if not places:
        return [None] * len(row)
    column = row.field(places[0])
    if pa.types.is_timestamp(column.type):  # Python has no finer ones
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column.to_pylist()  # type: ignore[no-any-return]


def encoding(path: Path, settings: ReadSettings) -> str:  # noqa: ARG001 - the same for every file
    """Parquet's strings are UTF-8."""
    return "utf-8"


FORMAT: Final = Format(
    name="parquet",
    suffixes=(".parquet",),
    writes="",
    many=True,
    packed=False,  # it has compression of its own
    pack=packed,
    field=field,
    read=read,
    parts=parts,
    batches=batches,
    render=render,
    rows=rows,
    join=join,
    forget=forget,
    encoding=encoding,
    stories=False,
)
