"""
JSON Lines: a line is a document; its other fields are carried along as they stand, character for character.

Only the text's own characters are exchanged in a record; numbers, escapes, spaces and the order of the fields stay.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ReadError
from dedup.formats.batch import batched, joined
from dedup.formats.decoding import decode
from dedup.formats.entry import ENTRIES, Entry, Format, Part, is_name
from dedup.formats.files import opened
from dedup.formats.lines import blocks, parts
from dedup.kernel.arrays import Texts
from dedup.kernel.jsonlines import records
from dedup.kernel.jsontext import exchanged, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from dedup.formats.lines import Block
    from dedup.kernel.arrays import I64, U8, Bools
    from dedup.settings import ReadSettings

_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_MEMBER: Final = re.compile(rf"\s*[{{,]\s*({_STRING})\s*:\s*")
_TOKEN: Final = re.compile(rf'{_STRING}|[][{{}}]|[^][{{}}",:\s]+')
_REMEDY: Final = "convert it to UTF-8, which JSON Lines are, or read on with --errors replace"


class _Record(NamedTuple):
    path: Path
    number: int
    """Of its line, from 1."""
    line: str
    fields: dict[str, Any]

    def fault(self, problem: str, remedy: str) -> ReadError:
        return ReadError(self.path, problem, line=self.number, remedy=remedy)


def read(path: Path, name: str, settings: ReadSettings) -> Iterator[Entry]:
    """Read record after record; blank lines are passed over."""
    with opened(path) as file:
        yield from _entries(file, Part(0, 0, 0, 0, 0), path, name, settings)


def _entries(lines: Iterable[bytes], place: Part, path: Path, name: str, settings: ReadSettings) -> Iterator[Entry]:
    """Read lines of the file that stand at a place."""
    count = place.records
    offset = place.start
    for number, raw in enumerate(lines, start=place.lines + 1):
        decoded = decode(raw, settings, path, encoding="utf-8", offset=offset, line=number, remedy=_REMEDY)
        offset += len(raw)
        line = decoded.text.strip("\ufeff\r\n\t ")
        if line:
            count += 1
            record = _Record(path, number, line, _fields(line, path, number))
            yield Entry(_name(record, f"{name}:{count}", settings), _text(record, settings), count, number, line)


def batches(path: Path, name: str, settings: ReadSettings, part: Part) -> Iterator[pa.RecordBatch]:
    """Give the records of a piece as columns; a block that is not plain throughout is read record by record."""
    with opened(path) as file:
        for block in blocks(file, part):
            plain = _plain(block, name, settings)
            if plain is None:
                yield from batched(_entries(block.lines(), block.part, path, name, settings))
            elif len(plain):
                yield plain


def _plain(block: Block, name: str, settings: ReadSettings) -> pa.RecordBatch | None:
    """Give a block's records as columns, if that can be done without making objects of them."""
    if settings.text_field == settings.id_field:
        return None
    fields = _bytes(settings.text_field), _bytes(settings.id_field)
    found = records(block.data, block.part.size, block.records, *fields)
    if found is None:
        return None
    carried = _strings(found.carried, found.carried_offsets)
    try:
        carried.validate(full=True)
    except pa.ArrowInvalid:  # bytes that are not UTF-8
        return None
    numbers = pa.array(np.arange(block.part.records + 1, block.part.records + 1 + len(carried)))
    names = _strings(found.ids, found.id_offsets).cast(pa.string())
    places = pc.binary_join_element_wise(name, numbers.cast(pa.string()), ":")
    columns = {
        "id": pc.if_else(pc.equal(names, ""), places, names),
        "record": numbers,
        "line": pa.array(found.lines + (block.part.lines + 1)),
        "carried": carried,
        "patches": pa.array([()] * len(carried), ENTRIES.field("patches").type),
        "text": _strings(found.texts, found.text_offsets),
    }
    return pa.record_batch([columns[column] for column in ENTRIES.names], schema=ENTRIES)


def _bytes(field: str) -> U8:
    return np.frombuffer(field.encode(errors="surrogatepass"), np.uint8)


def _strings(data: U8, offsets: I64) -> pa.LargeStringArray:
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data[: offsets[-1]]))


def _fields(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        try:  # numbers beyond a float and halves of surrogate pairs are JSON all the same
            fields = json.loads(line, parse_int=float, parse_constant=orjson.loads)
        except (ValueError, RecursionError):
            raise ReadError(
                path, f"not JSON ({fault.msg}, column {fault.colno})", line=number, remedy="fix or delete the line"
            ) from fault
    if not isinstance(fields, dict):
        raise ReadError(path, "not a JSON object", line=number, remedy='write {"text": ...} on each line')
    return fields


def _text(record: _Record, settings: ReadSettings) -> str:
    field = settings.text_field
    text = record.fields.get(field)
    if text is None and field in record.fields:
        raise record.fault(f"no string in field `{field}` but null", "fill it, or leave the line out")
    if not isinstance(text, str):
        raise record.fault(
            f"{'no string in' if text is not None else 'no'} field `{field}`",
            f"name the field that holds the text with {settings.naming_text}; here are: "
            f"{', '.join(record.fields) or 'none'}",
        )
    try:
        text.encode()
    except UnicodeEncodeError as fault:
        raise record.fault(f"half a surrogate pair in field `{field}`", "mend or delete the line") from fault
    return text


def _name(record: _Record, fallback: str, settings: ReadSettings) -> str:
    field = settings.id_field
    name = record.fields.get(field)
    if name is None:
        return fallback
    if isinstance(name, float):  # as written: 1.0 and whole numbers too big for a float stay apart from others
        start, end = locate(record.line, field)
        return record.line[start:end]
    if isinstance(name, bool | dict | list) or name == "" or not is_name(str(name)):
        raise record.fault(
            f"field `{field}` is no name", "make it a number or a line of text, or name another field with --id-field"
        )
    return str(name)


def locate(line: str, field: str) -> tuple[int, int]:
    """Find where the value of a top-level field begins and ends in a record known to be JSON; the last one counts."""
    found = (0, 0)
    at = 0
    while member := _MEMBER.match(line, at):
        at = _end(line, member.end())
        if json.loads(member[1]) == field:
            found = (member.end(), at)
    return found


def _end(line: str, at: int) -> int:
    """Find where the value that begins at `at` ends."""
    depth = 0
    for token in _TOKEN.finditer(line, at):
        first = line[token.start()]
        depth += (first in "[{") - (first in "]}")
        at = token.end()
        if not depth:
            break
    return at


def render(carried: str, text: str, settings: ReadSettings) -> bytes:
    """Give the record with its text exchanged; an unchanged text leaves it as it stood."""
    start, end = locate(carried, settings.text_field)
    if orjson.loads(carried[start:end]) == text:
        return carried.encode() + b"\n"
    plain = carried[start:end].isascii() and "\\u" in carried[start:end]
    return f"{carried[:start]}{json.dumps(text, ensure_ascii=plain)}{carried[end:]}\n".encode()


def rows(batch: pa.RecordBatch, settings: ReadSettings) -> memoryview:
    """Give records line by line, those with a changed text rendered anew."""
    changed = batch.column("changed").to_numpy(zero_copy_only=False)
    return _lines(Texts.of(batch.column("carried")), Texts.of(batch.column("text")), changed, settings)


def _lines(records: Texts, texts: Texts, changed: Bools, settings: ReadSettings) -> memoryview:
    """Give records line by line, the changed ones with their texts exchanged."""
    begins, ends = places(records, changed, _bytes(settings.text_field))
    for row in np.flatnonzero(changed & (begins < 0)):
        record = records.data[records.lows[row] : records.highs[row]].tobytes().decode()
        start, end = locate(record, settings.text_field)
        begins[row], ends[row] = len(record[:start].encode()), len(record[:end].encode())
    return exchanged(records, texts, changed, begins, ends).data


def forget(carried: Sequence[str], settings: ReadSettings) -> list[str]:
    """Give records with empty texts."""
    records, nothing = Texts.of_strings(list(carried)), Texts.of_strings([""] * len(carried))
    return str(_lines(records, nothing, np.ones(len(carried), bool), settings), "utf-8").split("\n")[:-1]


def field(batch: pa.RecordBatch, name: str, path: Path, settings: ReadSettings) -> list[Any]:  # noqa: ARG001 - as others
    """Give a field's value in each record, None where it is missing."""
    records = zip(batch.column("carried").to_pylist(), batch.column("line").to_pylist(), strict=True)
    return [_fields(record, path, line).get(name) for record, line in records]


def encoding(path: Path, settings: ReadSettings) -> str:  # noqa: ARG001 - the same for every file
    """JSON is UTF-8."""
    return "utf-8"


FORMAT: Final = Format(
    name="jsonl",
    suffixes=(".jsonl", ".ndjson"),
    writes="",
    many=True,
    field=field,
    read=read,
    parts=parts,
    batches=batches,
    render=render,
    rows=rows,
    join=joined,
    forget=forget,
    encoding=encoding,
)
