"""
Shards: what a task makes, a few Arrow tables in memory or in a folder of IPC files.

A folder appears under its name only when all its files are complete, so that one that is there can be relied upon.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.durable import synced
from dedup.kernel.arrays import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dedup.kernel.arrays import I32, I64, Bools

Tables: TypeAlias = dict[str, pa.RecordBatch]


@dataclass(frozen=True, slots=True)
class Shard:
    """Tables by name, in memory or in a folder."""

    tables: Tables | None = None
    folder: Path | None = None

    def table(self, name: str) -> pa.RecordBatch:
        """Open a table; one in a folder is mapped to memory for as long as it or a part of it is referred to."""
        if self.tables is not None:
            return self.tables[name]
        assert self.folder is not None
        return pa.ipc.open_file(_mapped(self.folder / f"{name}.arrow")).get_batch(0)

    def all(self) -> Tables:
        """Open all tables."""
        if self.tables is not None:
            return self.tables
        assert self.folder is not None
        return {path.stem: self.table(path.stem) for path in sorted(self.folder.iterdir())}


def _mapped(path: Path) -> pa.Buffer:
    """Map a file; Arrow's own map asks the system for all of it at once, which costs more than looking a row up."""
    with path.open("rb") as file:
        return pa.py_buffer(mmap(file.fileno(), 0, access=ACCESS_READ))


def stored(tables: Tables, folder: Path, *, durable: bool) -> Shard:
    """
    Write tables into a folder that appears when they are complete.

    A durable folder is on the disk itself before it appears, so that it outlives a power cut.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        for name, table in tables.items():
            path = partial / f"{name}.arrow"
            with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
                writer.write_batch(table)
            if durable:
                synced(path)
        partial.rename(folder)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)  # it may be in the way of making room
        raise
    if durable:
        synced(folder.parent)
    return Shard(folder=folder)


class Spool:
    """
    Rows numbered from 0 on, each in one of many shards.

    A row's number never changes. Some columns may: `replace` lets them be looked up in another shard.
    """

    def __init__(self, rows: str, changing: frozenset[str]) -> None:
        """Begin without rows; `rows` names the table whose rows are numbered, `changing` some of its columns."""
        self._rows = rows
        self._changing = changing
        self.shards: list[Shard] = []
        self._first = _Places.none()
        self._now = _Places.none()
        self._current: list[tuple[I64, I32]] | None = None

    def __len__(self) -> int:
        return len(self._now.shards)

    def append(self, shard: Shard) -> I64:
        """Add the rows of a shard at the end, and give their numbers."""
        count = shard.table(self._rows).num_rows
        first = len(self)
        places = _Places(np.full(count, len(self.shards), np.int32), np.arange(count, dtype=np.int32))
        self._first = self._first.joined(places)
        self._now = self._now.joined(places)
        self._current = None
        self.shards.append(shard)
        return np.arange(first, first + count)

    def replace(self, numbers: I64, shard: Shard) -> None:
        """Let the changing columns of rows be those of a shard, in its order."""
        self._now.shards[numbers] = len(self.shards)
        self._now.places[numbers] = np.arange(len(numbers), dtype=np.int32)
        self._current = None
        self.shards.append(shard)

    def some(self, numbers: I64) -> Spool:
        """Choose rows, numbered anew from 0 on."""
        chosen = Spool(self._rows, self._changing)
        first, now = self._first.some(numbers), self._now.some(numbers)
        used, inverse = np.unique(np.concatenate((first.shards, now.shards)), return_inverse=True)
        chosen.shards = [self.shards[number] for number in used] or self.shards[:1]  # the first for its schema
        renumbered = inverse.astype(np.int32)
        chosen._first = first._replace(shards=renumbered[: len(numbers)])
        chosen._now = now._replace(shards=renumbered[len(numbers) :])
        return chosen

    def current(self) -> list[tuple[I64, I32]]:
        """Give for each shard the rows (ascending) whose changing columns stand there, and their places."""
        if self._current is None:
            order = np.argsort(self._now.shards, kind="stable")
            ends = np.cumsum(np.bincount(self._now.shards, minlength=len(self.shards)))
            self._current = [(rows, self._now.places[rows]) for rows in np.split(order, ends[:-1])] if len(ends) else []
        return self._current

    def column(self, name: str, numbers: I64) -> pa.Array:
        """Look up one column of some rows, in the order given; rows that stand together are not copied."""
        return self.columns((name,), numbers)[0]

    def columns(self, names: Sequence[str], numbers: I64) -> list[pa.Array]:
        """Look up columns of some rows, in the order given; a table is opened once for all that stand in it."""
        stable = [name for name in names if name not in self._changing]
        changing = [name for name in names if name in self._changing]
        found = dict(zip(stable, self._looked_up(self._first, stable, numbers), strict=True))
        found |= zip(changing, self._looked_up(self._now, changing, numbers), strict=True)
        return [found[name] for name in names]

    def _looked_up(self, found: _Places, names: Sequence[str], numbers: I64) -> list[pa.Array]:
        """Look up columns of rows where they are to be found."""
        if not names:
            return []
        if not len(numbers):
            schema = self.shards[0].table(self._rows).schema if self.shards else pa.schema([])
            return [pa.array([], schema.field(name).type if name in schema.names else pa.null()) for name in names]
        every = list(_grouped(found.shards[numbers]))
        order = np.concatenate([chosen for _, chosen in every])
        pieces = []
        for shard, chosen in every:
            table = self.shards[shard].table(self._rows).select(names)
            places = found.places[numbers[chosen]]
            together = (np.diff(places) == 1).all()
            pieces.append(table.slice(places[0], len(places)) if together else table.take(pa.array(places)))
        if len(pieces) == 1:
            columns: list[pa.Array] = pieces[0].columns
        else:
            columns = [pa.concat_arrays([piece.column(name) for piece in pieces]) for name in names]
        if (order[1:] > order[:-1]).all():
            return columns
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return [column.take(pa.array(back)) for column in columns]

    def texts(self, numbers: I64) -> pa.Array:
        """Give the remaining texts of some rows: the column `text`, or `base` where that is null."""
        both = ("text", "base")
        together = (self._first.shards[numbers] == self._now.shards[numbers]).all()  # in one table then
        return coalesced(*(self._looked_up(self._first, both, numbers) if together else self.columns(both, numbers)))

    def views(self, numbers: I64) -> Iterator[tuple[I64, Texts]]:
        """
        Give the remaining texts of some rows as they stand in tables, uncopied, each table's together.

        With them come their places among the rows asked for.
        """
        others = [np.empty(0, np.int64)]
        for shard, chosen in _grouped(self._now.shards[numbers]):
            table = self.shards[shard].table(self._rows)
            places = self._now.places[numbers[chosen]]
            there = _there(table.column("text"), places)
            if there.any():
                yield chosen[there], Texts.of(table.column("text")).take(places[there])
            missing = chosen[~there]
            here = self._first.shards[numbers[missing]] == shard
            if here.any():
                yield missing[here], Texts.of(table.column("base")).take(self._first.places[numbers[missing[here]]])
            others.append(missing[~here])
        rest = np.concatenate(others)
        for shard, chosen in _grouped(self._first.shards[numbers[rest]]):
            base = Texts.of(self.shards[shard].table(self._rows).column("base"))
            yield rest[chosen], base.take(self._first.places[numbers[rest[chosen]]])

    def table(self, numbers: I64) -> pa.RecordBatch:
        """Look up all columns of some rows, which must have the same ones."""
        found = self.shards[self._first.shards[numbers[0]] if len(numbers) else 0].table(self._rows)
        names = found.schema.names
        return pa.RecordBatch.from_arrays(self.columns(names, numbers), names)

    def rows(self, numbers: I64, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Look up some columns of some rows."""
        columns = [column.to_pylist() for column in self.columns(names, numbers)]
        return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


class _Places(NamedTuple):
    """Where rows stand: the shard and the place in it, both (n,)."""

    shards: I32
    places: I32

    @classmethod
    def none(cls) -> _Places:
        return cls(np.empty(0, np.int32), np.empty(0, np.int32))

    def joined(self, others: _Places) -> _Places:
        return _Places(*(np.concatenate(both) for both in zip(self, others, strict=True)))

    def some(self, numbers: I64) -> _Places:
        return _Places(self.shards[numbers], self.places[numbers])


def _grouped(shards: I32) -> Iterator[tuple[int, I64]]:
    """Give each of some shards and the places (ascending) where it is named."""
    order = np.argsort(shards, kind="stable")
    for chosen in np.split(order, np.flatnonzero(np.diff(shards[order])) + 1) if len(order) else ():
        yield int(shards[chosen[0]]), chosen


def _there(column: pa.Array, places: I32) -> Bools:
    """Tell of some places whether there is a value, without asking for all of them."""
    bitmap = column.buffers()[0]
    if bitmap is None:
        return np.ones(len(places), bool)
    at = places + column.offset
    found: Bools = np.frombuffer(bitmap, np.uint8)[at >> 3] >> (at & 7) & 1 == 1
    return found


def coalesced(first: pa.Array, second: pa.Array) -> pa.Array:
    """Take each value from `first`, or from `second` where that is null."""
    if not first.null_count:
        return first
    return second if first.null_count == len(first) else pc.coalesce(first, second)
