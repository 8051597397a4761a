"""
The local engine: batches of documents, spooled to disk as Arrow IPC files and read back by memory map.

Only what is the same size for every document stays in memory; texts are looked up in the spool.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from dedup.kernel.arrays import I64

BATCH = 8 << 20
"""Characters of text in a batch: large enough for the kernels, small enough to hold several in memory."""


def batches(items: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Group things that have a `text` into lists of about `size` characters, at least one thing each."""
    batch: list[Any] = []
    room = size
    for item in items:
        batch.append(item)
        room -= len(item.text) + 64
        if room <= 0:
            yield batch
            batch, room = [], size
    if batch:
        yield batch


class Spool:
    """Rows of a fixed schema on disk; row numbers never change, though a row's content may be replaced."""

    def __init__(self, schema: pa.Schema, folder: Path | None = None) -> None:
        """Spool into a temporary folder, made inside `folder` if one is given, and gone on `close`."""
        self._schema = schema
        self._folder = tempfile.TemporaryDirectory(prefix="dedup-", dir=folder)
        self._batches: list[pa.RecordBatch] = []
        self._batch = np.empty(0, np.int32)
        self._place = np.empty(0, np.int32)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the memory and the disk space back."""
        self._batches.clear()
        self._folder.cleanup()

    def __len__(self) -> int:
        return len(self._batch)

    def append(self, rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
        """Add rows at the end; returns them as a batch in memory."""
        number = len(self._batches)
        batch = self._store(rows)
        self._batch = np.concatenate((self._batch, np.full(len(rows), number, np.int32)))
        self._place = np.concatenate((self._place, np.arange(len(rows), dtype=np.int32)))
        return batch

    def replace(self, numbers: I64, rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
        """Put other content into rows; returns it as a batch in memory."""
        number = len(self._batches)
        batch = self._store(rows)
        self._batch[numbers] = number
        self._place[numbers] = np.arange(len(rows), dtype=np.int32)
        return batch

    def _store(self, rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
        batch = pa.RecordBatch.from_pylist(list(rows), self._schema)
        path = Path(self._folder.name, f"{len(self._batches):06}.arrow")
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, self._schema) as writer:
            writer.write_batch(batch)
        mapped = pa.ipc.open_file(pa.memory_map(str(path)))
        self._batches.append(mapped.get_batch(0))
        return batch

    def row(self, number: int) -> dict[str, Any]:
        """Look up one row."""
        batch = self._batches[self._batch[number]]
        place = int(self._place[number])
        return {name: batch.column(name)[place].as_py() for name in self._schema.names}

    def column(self, name: str, numbers: I64) -> pa.Array:
        """Look up one column of some rows, in the order given."""
        pieces = []
        order = []
        owners = self._batch[numbers]
        for owner in np.unique(owners):
            chosen = np.flatnonzero(owners == owner)
            order.append(chosen)
            pieces.append(self._batches[owner].column(name).take(pa.array(self._place[numbers[chosen]])))
        if not pieces:
            return pa.array([], self._schema.field(name).type)
        joined = pa.concat_arrays(pieces)
        order_array = np.concatenate(order)
        if (order_array[1:] > order_array[:-1]).all():
            return joined
        return joined.take(pa.array(np.argsort(order_array, kind="stable")))


def coalesce(first: pa.Array, second: pa.Array) -> pa.Array:
    """Take each value from `first`, or from `second` where that is null."""
    return pc.coalesce(first, second) if first.null_count else first
