"""
JSON Lines: a line is a document; its other fields are carried along as they stand, character for character.

Only the text's own characters are exchanged in a record; numbers, escapes, spaces and the order of the fields stay.
"""

from __future__ import annotations

import json
from json.decoder import scanstring
from typing import TYPE_CHECKING, Final

import orjson
import regex

from dedup.errors import ReadError
from dedup.formats.decoding import decode
from dedup.formats.entry import Entry, Format
from dedup.formats.files import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup.settings import ReadSettings

_SPACE: Final = regex.compile(r"[ \t\n\r]*")
_VALUE: Final = json.JSONDecoder(strict=False).raw_decode


def read(path: Path, name: str, settings: ReadSettings) -> Iterator[Entry]:
    """Read record after record; blank lines are passed over."""
    record = 0
    offset = 0
    with opened(path) as file:
        for number, raw in enumerate(file, start=1):
            decoded = decode(raw, settings, path, encoding="utf-8", offset=offset, line=number)
            offset += len(raw)
            line = decoded.text.strip("\ufeff\r\n\t ")
            if line:
                record += 1
                yield _entry(line, path, f"{name}:{record}", settings, record, number)


def _entry(line: str, path: Path, fallback: str, settings: ReadSettings, record: int, number: int) -> Entry:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise ReadError(
            path, f"not JSON ({fault.msg}, column {fault.colno})", line=number, remedy="fix or delete the line"
        ) from fault
    if not isinstance(fields, dict):
        raise ReadError(path, "not a JSON object", line=number, remedy='write {"text": ...} on each line')
    text = fields.get(settings.text_field)
    if not isinstance(text, str):
        fault = "no" if settings.text_field not in fields else "no string in"
        raise ReadError(
            path,
            f"{fault} field `{settings.text_field}`",
            line=number,
            remedy=f"name the field that holds the text with --text-field; here are: {', '.join(fields) or 'none'}",
        )
    name = fields.get(settings.id_field)
    if name is None:
        name = fallback
    elif isinstance(name, bool | dict | list) or name == "":
        raise ReadError(
            path,
            f"field `{settings.id_field}` is no name",
            line=number,
            remedy="make it a string or a number, or name another field with --id-field",
        )
    return Entry(str(name), text, record, number, line)


def locate(line: str, field: str) -> tuple[int, int]:
    """Find where the value of a top-level field begins and ends in a record known to be JSON; the last one counts."""
    found = (0, 0)
    at = _skip(line, line.index("{") + 1)
    while line[at] != "}":
        key, at = scanstring(line, at + 1, False)  # noqa: FBT003 - the standard library takes it by position only
        at = _skip(line, _skip(line, at) + 1)
        _, end = _VALUE(line, at)
        if key == field:
            found = (at, end)
        at = _skip(line, end)
        if line[at] == ",":
            at = _skip(line, at + 1)
    return found


def _skip(line: str, at: int) -> int:
    space = _SPACE.match(line, at)
    assert space is not None
    return space.end()


def _with_text(carried: str, text: str, settings: ReadSettings) -> str:
    start, end = locate(carried, settings.text_field)
    if orjson.loads(carried[start:end]) == text:
        return carried
    plain = carried[start:end].isascii() and "\\u" in carried[start:end]
    return carried[:start] + json.dumps(text, ensure_ascii=plain) + carried[end:]


def render(carried: str, text: str, settings: ReadSettings) -> bytes:
    """Give the record with its text exchanged; an unchanged text leaves it as it stood."""
    return _with_text(carried, text, settings).encode() + b"\n"


def forget(carried: str, settings: ReadSettings) -> str:
    """Give the record with an empty text."""
    return _with_text(carried, "", settings)


def encoding(path: Path, settings: ReadSettings) -> str:  # noqa: ARG001 - the same for every file
    """JSON is UTF-8."""
    return "utf-8"


FORMAT: Final = Format(
    name="jsonl",
    suffixes=(".jsonl", ".ndjson"),
    writes="",
    many=True,
    read=read,
    render=render,
    forget=forget,
    encoding=encoding,
)
