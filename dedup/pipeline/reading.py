"""From pieces of files to shards: read, strip, sketch."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from dedup.engines.shards import coalesced
from dedup.errors import ReadError
from dedup.formats.files import expected, unpack
from dedup.pipeline import rows
from dedup.pipeline.document import second_stories, strip, strip_suspects
from dedup.pipeline.extraction import extracted
from dedup.pipeline.rows import INCOMING, Incoming
from dedup.pipeline.standing import standings
from dedup.pipeline.tables import tables
from dedup.records import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from dedup.engines.local import Engine
    from dedup.engines.shards import Tables
    from dedup.formats import Source
    from dedup.formats.entry import Part
    from dedup.pipeline.document import Stripped
    from dedup.settings import Settings

PIECE: Final = 15 << 20
"""Bytes of input in a shard: somewhat less than formats read at once, and little enough to hold several in memory."""
LEAST: Final = 4 << 20
"""The same of a small corpus, which is cut finer, so that all who work on it end at about the same time."""
RATE: Final = 25e6
"""Bytes that one process reads and strips in a second, where little is found."""
PIECES: Final = 16
"""Shards that a corpus is cut into at least, where they are not smaller than that."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file."""

    file: int
    source: Source
    part: Part


@dataclass(frozen=True, slots=True)
class Reading:
    """A task: pieces to be read into one shard."""

    pieces: tuple[Piece, ...]
    settings: Settings
    writes: bool
    """Whether records are to be written again, so that what they carry along must be kept."""

    @property
    def size(self) -> int:
        """How many bytes are read, those that take longer counted for more."""
        return sum(piece.part.size * piece.source.format.weight for piece in self.pieces)

    @property
    def unsplit(self) -> frozenset[int]:
        """The files of which no document can be split."""
        return frozenset(piece.file for piece in self.pieces if not piece.source.format.stories)


def readings(  # noqa: PLR0913 - what to read, and how it is cut
    sources: Sequence[Source],
    settings: Settings,
    *,
    writes: bool,
    size: int | None = None,
    only: Iterable[int] | None = None,
    whole: bool = False,
) -> list[Reading]:
    """
    Cut files, all or some, into tasks of about so many bytes each; the same files are always cut the same way.

    Compressed files are cut for `unpacked`, or stay `whole`.
    """
    made: list[Reading] = []
    pieces: list[Piece] = []
    room = size = size or _piece(sources)
    for file in range(len(sources)) if only is None else only:
        source = sources[file]
        if pieces and (source.format.pack or pieces[-1].source.format.pack):  # columns of files do not go together
            made.append(Reading(tuple(pieces), settings, writes))
            pieces, room = [], size
        most = sys.maxsize if whole and source.packing else size // source.format.weight
        for part in source.format.parts(source.path, settings.read, most):
            pieces.append(Piece(file, source, part))
            room -= part.size * source.format.weight + 256
            if room <= 0:
                made.append(Reading(tuple(pieces), settings, writes))
                pieces, room = [], size
    if pieces:
        made.append(Reading(tuple(pieces), settings, writes))
    return made


def _piece(sources: Sequence[Source]) -> int:
    """Choose how many bytes of some files make a shard."""
    total = sum(expected(source.path) * source.format.weight for source in sources)
    return min(PIECE, max(LEAST, total // PIECES))


UNPACKED: Final = "unpacked"


def unpacked(tasks: Sequence[Reading], engine: Engine) -> list[Reading]:
    """Unpack compressed files that are read in several pieces, so that none is unpacked for each of its pieces."""
    counts = Counter(piece.file for task in tasks for piece in task.pieces if piece.source.packing)
    copies: dict[int, Path] = {}

    def plain(piece: Piece) -> Piece:
        if counts[piece.file] < 2:  # noqa: PLR2004
            return piece
        if piece.file not in copies:
            folder = engine.folder() / UNPACKED
            folder.mkdir(exist_ok=True)
            copies[piece.file] = copy = folder / f"{piece.file:06}"
            if not copy.exists():
                unpack(piece.source.path, copy)
        return replace(piece, source=replace(piece.source, unpacked=copies[piece.file]))

    return [replace(task, pieces=tuple(map(plain, task.pieces))) for task in tasks]


def read(task: Reading) -> Tables:
    """Make a shard of pieces of files. Raises `ReadError`."""
    return shard(list(_batches(task)), task.settings, task.unsplit)


def read_in_turn(task: Reading) -> Iterator[Tables]:
    """Make shards, none of them large, of pieces of files, however large these are. Raises `ReadError`."""
    batches: list[pa.RecordBatch] = []
    for batch in _batches(task):
        batches.append(batch)
        if sum(each.nbytes for each in batches) >= PIECE:
            yield shard(batches, task.settings, task.unsplit)
            batches = []
    if batches:
        yield shard(batches, task.settings, task.unsplit)


def _batches(task: Reading) -> Iterator[pa.RecordBatch]:
    for together, some in groupby(task.pieces, lambda piece: piece.source.format.together):
        pieces = list(some)
        if together is None:
            for piece in pieces:
                for batch in piece.source.batches(task.settings.read, piece.part):
                    yield _incoming(extracted(batch, piece.source, task.settings.read), [piece], task)
            continue
        at = 0
        for entries in together(((piece.source.path, piece.source.name) for piece in pieces), task.settings.read):
            yield _incoming(entries, pieces[at : at + len(entries)], task)
            at += len(entries)


def _incoming(entries: pa.RecordBatch, pieces: Sequence[Piece], task: Reading) -> pa.RecordBatch:
    """Say of entries of one piece, or of one each, where they are from and how they stand."""
    standing = standings(entries, [piece.source for piece in pieces], task.settings)
    return rows.of_files(entries if task.writes else _alone(entries), [piece.file for piece in pieces], standing)


def _alone(entries: pa.RecordBatch) -> pa.RecordBatch:
    """Forget what records carry along."""
    nothing = pa.LargeStringArray.from_buffers(
        entries.num_rows, pa.py_buffer(np.zeros(entries.num_rows + 1, np.int64)), pa.py_buffer(b"")
    )
    return entries.set_column(entries.schema.get_field_index("carried"), "carried", nothing)


def shard(batches: list[pa.RecordBatch], settings: Settings, whole: frozenset[int] = frozenset()) -> Tables:
    """Make a shard of documents; those of the files `whole` cannot be split. Raises `ReadError`."""
    incoming = _joined(batches)
    stripped = _stripped(incoming, settings)
    if settings.strip.split_stories:
        incoming, stripped = _with_stories(incoming, stripped, settings, whole)
    documents = rows.documents(incoming, stripped)
    return tables(documents, coalesced(documents.column("text"), documents.column("base")), settings)


def _stripped(incoming: pa.RecordBatch, settings: Settings) -> dict[int, Stripped]:
    """Strip documents, those of reference sources left out, by their places."""
    names, texts = incoming.column("id"), incoming.column("text")
    losing = np.flatnonzero(incoming.column("rank").to_numpy() >= 0)
    if len(losing) == len(incoming):
        return strip_suspects(names, texts, settings)
    found = strip_suspects(names.take(pa.array(losing)), texts.take(pa.array(losing)), settings)
    return {int(losing[place]): stripped for place, stripped in found.items()}


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    if not batches:
        return pa.RecordBatch.from_pylist([], INCOMING)
    table = pa.Table.from_batches(batches).combine_chunks()
    return table.to_batches()[0] if table.num_rows else batches[0]


def _with_stories(
    incoming: pa.RecordBatch, stripped: dict[int, Stripped], settings: Settings, whole: frozenset[int]
) -> tuple[pa.RecordBatch, dict[int, Stripped]]:
    """Put each second story behind the document it was found in."""
    pieces: list[pa.RecordBatch] = []
    placed: dict[int, Stripped] = {}
    start = made = 0
    for place, found in stripped.items():
        document = _row(incoming, place)
        stories = list(_stories(document, found, settings))
        placed[place + made] = found
        if stories and document.file in whole:
            raise ReadError(
                found.document.id,
                "holds a second story, which no record can be made for",
                remedy="leave stories unsplit",
            )
        if stories:
            pieces += (incoming.slice(start, place + 1 - start), rows.batch([story for story, _ in stories]))
            start = place + 1
            for _, own in stories:
                made += 1
                placed[place + made] = own
    pieces.append(incoming.slice(start))
    columns = [pa.concat_arrays([piece.column(name) for piece in pieces]) for name in incoming.schema.names]
    return pa.RecordBatch.from_arrays(columns, incoming.schema.names), placed


def _row(incoming: pa.RecordBatch, place: int) -> Incoming:
    fields = incoming.slice(place, 1).to_pylist()[0]
    fields["base"] = fields.pop("text")
    return rows.incoming(fields)


def _stories(parent: Incoming, stripped: Stripped, settings: Settings) -> Iterator[tuple[Incoming, Stripped]]:
    for story in second_stories(stripped):
        own = _of_story(parent, story, settings)
        found = strip(Document(story.id, story.text), settings)
        yield own, found
        yield from _stories(own, found, settings)


def _of_story(parent: Incoming, story: Document, settings: Settings) -> Incoming:
    names = settings.read
    record = {names.id_field: story.id, names.text_field: ""}
    carried = orjson.dumps(record).decode() if parent.entry.carried else ""
    entry = replace(parent.entry, id=story.id, text=story.text, carried=carried, patches=())
    return replace(parent, entry=entry, story=True)


def shards_of(documents: Iterable[Incoming], settings: Settings, size: int = PIECE) -> Iterator[Tables]:
    """Make shards of documents in memory, each of about so many characters; one at least."""
    at = 0
    empty = True

    def shard_of(document: Incoming) -> int:
        nonlocal at
        at += len(document.text) + 256
        return at // size

    for _, some in groupby(documents, shard_of):
        yield shard([rows.batch(list(some))], settings)
        empty = False
    if empty:
        yield shard([], settings)
