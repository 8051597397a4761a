"""Shards made of rows of other shards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from dedup.pipeline.reading import PIECE
from dedup.pipeline.rows import DOCUMENTS, INCOMING
from dedup.pipeline.tables import KEYS, PARAGRAPHS, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedup.engines.shards import Shard, Tables

_COLUMNS: Final = (*(name for name in INCOMING.names if name != "text"), "base", "text", "findings")
"""What all formats have in common."""
_OWNERS: Final = {SAMPLES: "text", PARAGRAPHS: "document"}
"""The column, ascending, that tells of which document each row of a table is."""


def assembled(rows: Iterable[tuple[Shard, int, int, int]], size: int = PIECE) -> Iterator[Tables]:
    """
    Make shards of about so many bytes of rows of others.

    Of rows are told: their shard, the first, the first behind them, and the number that their file is to have. Those
    that follow one another in a shard stay together.
    """
    runs: list[_Run] = []
    for shard, start, end, file in rows:
        if not runs or runs[-1].shard is not shard or runs[-1].end != start:
            runs.append(_Run(shard, start, start, []))
        runs[-1].end = end
        runs[-1].files.append((file, end - start))
    yield from map(_joined, _grouped(runs, size))


@dataclass(slots=True)
class _Run:
    """Rows that follow one another in a shard."""

    shard: Shard
    start: int
    end: int
    files: list[tuple[int, int]]
    """The numbers of the files that they are from, in order, and how many are from each."""

    @property
    def size(self) -> int:
        """About how many bytes they are."""
        documents = self.shard.table(DOCUMENTS)
        size: int = documents.nbytes * (self.end - self.start) // max(1, documents.num_rows)
        return size


def _grouped(runs: Iterable[_Run], size: int) -> Iterator[list[_Run]]:
    """Group short runs."""
    group: list[_Run] = []
    room = size
    for run in runs:
        if group and run.size > room:
            yield group
            group, room = [], size
        group.append(run)
        room -= run.size
    if group:
        yield group


def _joined(runs: Sequence[_Run]) -> Tables:
    """Make a shard of runs, one behind the other."""
    shards = [run.shard.all() for run in runs]
    bounds = [(run.start, run.end) for run in runs]
    files = np.array([told for run in runs for told in run.files]).reshape(-1, 2)
    numbers = pa.array(np.repeat(files[:, 0], files[:, 1]).astype(np.int32))
    documents = _spliced([shard[DOCUMENTS].select(_COLUMNS) for shard in shards], bounds)
    made = {DOCUMENTS: documents.set_column(documents.schema.get_field_index("file"), "file", numbers)}
    made[KEYS] = _spliced([shard[KEYS] for shard in shards], bounds)
    places = np.cumsum([0, *(end - start for start, end in bounds)])
    for name, owner in _OWNERS.items():
        if name in shards[0]:
            made[name] = _owned([shard[name] for shard in shards], owner, bounds, places)
    return made


def _spliced(tables: list[pa.RecordBatch], bounds: list[tuple[int, int]]) -> pa.RecordBatch:
    """Put rows of several tables, from the first up to the second bound of each, into columns of their own."""
    [(start, end), *more] = bounds
    if not more:
        whole = (start, end) == (0, tables[0].num_rows)
        return tables[0] if whole else tables[0].take(pa.array(np.arange(start, end)))
    slices = [table.slice(start, end - start) for table, (start, end) in zip(tables, bounds, strict=True)]
    columns = [pa.concat_arrays([some.column(name) for some in slices]) for name in tables[0].schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=tables[0].schema)


def _owned(
    tables: list[pa.RecordBatch], owner: str, bounds: list[tuple[int, int]], places: np.ndarray
) -> pa.RecordBatch:
    """Do the same with tables whose rows belong to documents, of which each run now begins at another place."""
    owners = [table.column(owner).to_numpy() for table in tables]
    own = [np.searchsorted(column, bound).tolist() for column, bound in zip(owners, bounds, strict=True)]
    moved = [
        column[low:high] + np.int32(place - start)
        for column, (low, high), (start, _), place in zip(owners, own, bounds, places.tolist(), strict=False)
    ]
    made = _spliced(tables, own)
    return made.set_column(made.schema.get_field_index(owner), owner, pa.array(np.concatenate(moved)))
