"""
Delimited text, CSV and TSV: the first record names the columns, each other one is a document.

Only the text's own cell is exchanged in a record; all others stay as they stand, character for character.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ReadError
from dedup.formats.batch import BLOCK, joined
from dedup.formats.entry import BREAKS, ENTRIES, Entry, Format, Part
from dedup.formats.files import opened
from dedup.kernel.csvrecords import BEGIN, QUOTED, records, scan, unquoted
from dedup.settings import Errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import BufferedReader
    from pathlib import Path

    from dedup.kernel.arrays import I64, U8
    from dedup.settings import ReadSettings

_DELIMITERS: Final = ",\t;|"
"""The first that finds the column of texts among the names is the file's."""
_MARK: Final = "\ufeff"
_NAMING: Final = "write a line of text there, or name another column with --id-field"


@dataclass(frozen=True, slots=True)
class _Header:
    """What a file's first record tells."""

    delimiter: str
    names: list[str]
    columns: I64
    """Places of the text and, if there are names, of those."""
    size: int
    """Bytes up to its end, blank lines before it included."""
    lines: int


def _first(file: BufferedReader) -> bytes:
    """Read up to the end of the first record that holds something; quotes in it come in pairs."""
    raw = b""
    for line in file:
        raw += line
        if raw.strip() and raw.count(b'"') % 2 == 0:
            break
    return raw


def _header(file: BufferedReader, path: Path, settings: ReadSettings) -> _Header:
    """Read the first record. Raises `ReadError`."""
    raw = _first(file)
    lines = raw.count(b"\n")
    try:
        names = raw.decode().removeprefix(_MARK).strip("\r\n")
    except UnicodeDecodeError as fault:
        raise ReadError(path, "not UTF-8", line=lines, byte=fault.start, remedy="convert it to UTF-8") from fault
    found = [next(csv.reader([names], delimiter=delimiter), []) for delimiter in _DELIMITERS]
    fitting = [cells for cells in found if settings.text_field in cells]
    if not fitting:
        told = max((", ".join(cells) for cells in found), key=lambda names: names.count(", ")) or "none"
        remedy = f"name the column that holds the text with {settings.naming_text}; here are: {told}"
        raise ReadError(path, f"no column `{settings.text_field}`", line=lines or None, remedy=remedy)
    cells = fitting[0]
    wanted = [settings.text_field] + [settings.id_field] * (settings.id_field in cells)
    for name in wanted:
        if cells.count(name) > 1:
            raise ReadError(path, f"{cells.count(name)} columns `{name}`", line=lines, remedy="rename all but one")
    columns = np.array([cells.index(name) for name in wanted])
    return _Header(_DELIMITERS[found.index(cells)], cells, columns, len(raw), lines)


def parts(path: Path, settings: ReadSettings, most: int) -> list[Part]:
    """Cut a file at ends of records, each time at the first one that makes a piece `most` bytes long or longer."""
    found = []
    with opened(path) as file:
        header = _header(file, path, settings)
        start, before = header.size, (header.lines, 0)
        at, lines, count = start, header.lines, 0
        state, holds = BEGIN, False
        while data := file.read(BLOCK):
            low = 0
            while low < len(data):
                told = scan(_array(data), low, len(data), start + most - at, ord(header.delimiter), state, holds)
                low, state, holds = told.at, told.state, told.holds
                lines += told.lines
                count += told.records
                if state == BEGIN and at + low >= start + most:
                    found.append(Part(start, at + low, *before, at + low - start))
                    start, before = at + low, (lines, count)
            at += len(data)
    if at > start or not found:
        found.append(Part(start, at, *before, at - start))
    return found


def _array(data: bytes) -> U8:
    return np.frombuffer(data, np.uint8)


def batches(path: Path, name: str, settings: ReadSettings, part: Part) -> Iterator[pa.RecordBatch]:
    """Give the records of a piece as columns."""
    with opened(path) as file:
        header = _header(file, path, settings)
        yield from _batches(file, header, path, name, settings, [part])


def read(path: Path, name: str, settings: ReadSettings) -> Iterator[Entry]:
    """Read record after record; blank lines are passed over."""
    pieces = parts(path, settings, BLOCK)
    with opened(path) as file:
        header = _header(file, path, settings)
        for batch in _batches(file, header, path, name, settings, pieces):
            for fields in batch.drop_columns(["patches"]).to_pylist():
                yield Entry(**fields)


def _batches(  # noqa: PLR0913, PLR0917 - a file, what is known of it, and what is wanted
    file: BufferedReader, header: _Header, path: Path, name: str, settings: ReadSettings, pieces: Iterable[Part]
) -> Iterator[pa.RecordBatch]:
    """Read pieces of a file that stands behind its header."""
    at = header.size
    for part in pieces:
        if part.start != at:
            file.seek(part.start)
        data = file.read(part.end - part.start)
        at = part.end
        found = _Piece(data, header, part, path, settings)
        if found.count:
            yield found.entries(name)


class _Piece:
    """Records that stand one behind the other."""

    def __init__(self, data: bytes, header: _Header, part: Part, path: Path, settings: ReadSettings) -> None:
        self._part = part
        self._path = path
        self._settings = settings
        self._data = data = self._text(data)
        self._all = _array(data)
        delimiter = ord(header.delimiter)
        told = scan(self._all, 0, len(data), len(data) + 1, delimiter, BEGIN, holds=False)
        self.count = told.records + told.holds
        self._starts, self._ends, self._lines, self._lows, self._highs = records(
            self._all, delimiter, self.count, header.columns
        )
        if told.state == QUOTED:
            raise self._fault(self.count - 1, "a quote is not closed", "close it, or double it where it is meant")
        short = np.flatnonzero(self._lows[:, 0] < 0)
        if len(short):
            raise self._fault(int(short[0]), f"no cell in column `{settings.text_field}`", "fill or delete the line")

    def _fault(self, record: int, problem: str, remedy: str) -> ReadError:
        line = self._part.lines + int(self._lines[record]) + 1
        return ReadError(self._path, problem, line=line, remedy=remedy)

    def _text(self, data: bytes) -> bytes:
        """Check that bytes are UTF-8, or make them so."""
        try:
            data.decode()
        except UnicodeDecodeError as fault:
            if self._settings.errors is Errors.REPLACE:
                return data.decode(errors="replace").encode()
            line = self._part.lines + data[: fault.start].count(b"\n") + 1
            byte = self._part.start + fault.start
            remedy = "convert it to UTF-8, or read on with --errors replace"
            raise ReadError(self._path, "not UTF-8", line=line, byte=byte, remedy=remedy) from fault
        return data

    def entries(self, name: str) -> pa.RecordBatch:
        """Give the records as columns."""
        numbers = pa.array(np.arange(self._part.records + 1, self._part.records + 1 + self.count))
        values = {
            "id": self._names(name, numbers),
            "record": numbers,
            "line": pa.array(self._lines + (self._part.lines + 1)),
            "carried": pa.array(self._carried(), pa.large_string()),
            "patches": pa.array([()] * self.count, ENTRIES.field("patches").type),
            "text": self._cells(0),
        }
        return pa.record_batch([values[column] for column in ENTRIES.names], schema=ENTRIES)

    def _cells(self, column: int) -> pa.LargeStringArray:
        data, offsets = unquoted(self._all, self._lows[:, column].copy(), self._highs[:, column].copy())
        return pa.LargeStringArray.from_buffers(self.count, pa.py_buffer(offsets), pa.py_buffer(data))

    def _names(self, name: str, numbers: pa.Array) -> pa.StringArray:
        places = pc.binary_join_element_wise(name, numbers.cast(pa.string()), ":")
        if self._lows.shape[1] == 1:
            return places
        names = self._cells(1).cast(pa.string())
        bad = pc.index(pc.match_substring_regex(names, BREAKS), True).as_py()
        if bad >= 0:
            raise self._fault(bad, f"no name in column `{self._settings.id_field}`", _NAMING)
        return pc.if_else(pc.equal(names, ""), places, names)

    def _carried(self) -> Iterator[str]:
        """Give each record, and before it where in it the text's cell stands."""
        places = (self._starts, self._ends, self._lows[:, 0], self._highs[:, 0])
        for start, end, low, high in zip(*(place.tolist() for place in places), strict=True):
            before, cell, after = (self._data[a:b].decode() for a, b in ((start, low), (low, high), (high, end)))
            yield f"{len(before)}:{len(before) + len(cell)}:{before}{cell}{after}"


def _with_text(carried: str, text: str) -> tuple[str, str, str]:
    """Give what stands before the text's cell, that cell anew, and what stands behind it."""
    low, high, record = carried.split(":", 2)
    start, end = int(low), int(high)
    cell = record[start:end]
    if cell.startswith('"') or text.startswith('"'):
        exchanged = text.replace('"', '""')
        cell = f'"{exchanged}"'
    else:
        cell = text
    return record[:start], cell, record[end:]


def render(carried: str, text: str, settings: ReadSettings) -> bytes:  # noqa: ARG001 - it is known where the text stands
    """Give the record with its text exchanged; a cell in quotes stays in quotes."""
    return f"{''.join(_with_text(carried, text))}\n".encode()


def rows(batch: pa.RecordBatch, settings: ReadSettings) -> bytes:
    """Give records line by line, those with a changed text rendered anew."""
    carried, texts, changed = (batch.column(name).to_pylist() for name in ("carried", "text", "changed"))
    return b"".join(
        render(record, text, settings) if is_new else f"{record.split(':', 2)[2]}\n".encode()
        for record, text, is_new in zip(carried, texts, changed, strict=True)
    )


def forget(carried: Sequence[str], settings: ReadSettings) -> list[str]:  # noqa: ARG001 - it is known where texts stand
    """Give records with empty texts."""
    return [
        f"{len(before)}:{len(before) + len(cell)}:{before}{cell}{after}"
        for before, cell, after in (_with_text(record, "") for record in carried)
    ]


def field(batch: pa.RecordBatch, name: str, path: Path, settings: ReadSettings) -> list[str | None]:
    """Give a column's cell in each record, None where it is missing or empty. Raises `ReadError`."""
    with opened(path) as file:
        header = _header(file, path, settings)
    if header.names.count(name) > 1:
        raise ReadError(path, f"{header.names.count(name)} columns `{name}`", remedy="rename all but one")
    if name not in header.names:
        return [None] * len(batch)
    place = header.names.index(name)
    found = []
    for carried in batch.column("carried").to_pylist():
        record = "".join(_with_text(carried, ""))  # cells of more than 131,072 characters are too long for `csv`
        cells = next(csv.reader([record], delimiter=header.delimiter), [])
        found.append(cells[place] or None if place < len(cells) else None)
    return found


def join(segments: Iterable[BinaryIO], out: BinaryIO, path: Path) -> None:
    """Write the first record of the file `path`, then segment after segment."""
    with opened(path) as file:
        out.write(_first(file))
    joined(segments, out, path)


def encoding(path: Path, settings: ReadSettings) -> str:  # noqa: ARG001 - the same for every file
    """Name the encoding of cleaned files."""
    return "utf-8"


FORMAT: Final = Format(
    name="csv",
    suffixes=(".csv", ".tsv"),
    writes="",
    many=True,
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
