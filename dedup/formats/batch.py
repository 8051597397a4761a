"""Entries as columns: for formats that make them one by one, and for files that are one document."""

from __future__ import annotations

import shutil
from dataclasses import fields
from typing import TYPE_CHECKING, BinaryIO, Final

import pyarrow as pa

from dedup.formats.entry import ENTRIES, PAGES, Page, Part
from dedup.formats.files import size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dedup.formats.entry import Entry
    from dedup.settings import ReadSettings

BLOCK: Final = 16 << 20
"""Bytes of input, or characters of text, in a block: what is held in memory at once."""
STEP: Final = 1 << 18
"""Bytes that are passed on at once where they are only looked through: they stay in the processor's cache meanwhile."""


def whole(path: Path, settings: ReadSettings, most: int) -> list[Part]:  # noqa: ARG001 - the same for any size
    """Leave a file that is one document in one piece."""
    length = size(path)
    return [Part(0, length, 0, 0, length)]


def batched(entries: Iterable[Entry]) -> Iterator[pa.RecordBatch]:
    """Turn entries into blocks, at least one entry each."""
    block: list[Entry] = []
    room = BLOCK
    for entry in entries:
        block.append(entry)
        room -= max(len(entry.carried), len(entry.text)) + 1
        if room <= 0:
            yield batch(block)
            block, room = [], BLOCK
    if block:
        yield batch(block)


def batch(entries: list[Entry]) -> pa.RecordBatch:
    """Turn a few entries into columns."""
    values: dict[str, list[object]] = {
        "id": [entry.id for entry in entries],
        "record": [entry.record for entry in entries],
        "line": [entry.line for entry in entries],
        "carried": [entry.carried for entry in entries],
        "patches": [[patch._asdict() for patch in entry.patches] for entry in entries],
        "text": [entry.text for entry in entries],
    }
    return pa.record_batch([pa.array(values[field.name], field.type) for field in ENTRIES], schema=ENTRIES)


def pages(found: Iterable[Page]) -> Iterator[pa.RecordBatch]:
    """Turn pages into blocks, at least one page each."""
    block: list[Page] = []
    room = BLOCK
    for page in found:
        block.append(page)
        room -= len(page.markup or "") + len(page.text) + 1
        if room <= 0:
            yield _pages(block)
            block, room = [], BLOCK
    if block:
        yield _pages(block)


def _pages(block: list[Page]) -> pa.RecordBatch:
    values: dict[str, list[object]] = {
        field.name: [getattr(page, field.name) for page in block] for field in PAGES if field.name in _OF_PAGES
    }
    values |= {"carried": [""] * len(block), "patches": [()] * len(block)}
    return pa.record_batch([pa.array(values[field.name], field.type) for field in PAGES], schema=PAGES)


_OF_PAGES: Final = frozenset(field.name for field in fields(Page))


def texts(batch: pa.RecordBatch, settings: ReadSettings) -> bytes:  # noqa: ARG001 - the same whatever they are
    """Give nothing but the texts."""
    return "".join(batch.column("text").to_pylist()).encode()


def joined(segments: Iterable[BinaryIO], out: BinaryIO, path: Path) -> None:  # noqa: ARG001 - nothing is left to say
    """Copy segment after segment."""
    for segment in segments:
        shutil.copyfileobj(segment, out, STEP)
