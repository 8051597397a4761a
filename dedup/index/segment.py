"""
Segments: documents in their order, and the postings of their keys, as Arrow IPC files that never change.

What a task makes of a piece of a corpus is a segment of one batch; merging makes larger ones. Of a document there is
its text, so that it can be compared exactly, cut into paragraphs and shown; from that all else could be made anew.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pyarrow as pa

from dedup.durable import synced
from dedup.errors import ReadError
from dedup.index import postings
from dedup.index.postings import Postings
from dedup.kernel.arrays import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from dedup.kernel.arrays import I64, Bools

DOCUMENTS: Final = "documents"
"""The table of documents."""
NAMES, WHOLES, ADDRESSES, BANDS, SAMPLES, PARAGRAPHS = (
    *("names", "wholes", "addresses"),
    *("bands", "samples", "paragraphs"),
)
"""Postings: of ids, sequences of all words, addresses, bands, sampled shingles, and bands of paragraphs."""
FAMILIES: Final = (NAMES, WHOLES, ADDRESSES, BANDS, SAMPLES, PARAGRAPHS)
STRINGS: Final = ("id", "url", "canonical", "text")
_BATCH: Final = 8 << 20
"""Bytes of documents that are written together, about."""
DAMAGED: Final = "build the index anew, or put an undamaged copy there"


@dataclass(frozen=True, slots=True)
class File:
    """A file of an index as it should be."""

    name: str
    size: int
    sha256: str


def documents(columns: Mapping[str, pa.Array], signatures: pa.Array) -> pa.RecordBatch:
    """
    Make the table of documents of `STRINGS`, large strings all, and `samples`, the sampled shingles of each.

    `signatures` are low bytes of MinHash values; `check` is a CRC-32 of all strings.
    """
    made = dict(columns) | {"signature": signatures}
    checks = np.array([*_checks(made, np.arange(len(signatures)))], np.uint32)
    made["check"] = pa.array(checks)
    return pa.RecordBatch.from_arrays(list(made.values()), list(made))


def _whole(columns: Mapping[str, pa.Array], rows: I64) -> bool:
    """Tell whether the strings of some rows are as they were written."""
    try:
        checks = np.array([*_checks(columns, rows)], np.uint32)
    except ValueError:
        return False
    return bool((checks == columns["check"].to_numpy()[rows]).all())


def _checks(columns: Mapping[str, pa.Array], rows: I64) -> Iterator[int]:
    """Give the CRC-32 of the strings of some rows; raises `ValueError` where one is not there whole."""
    every = [Texts.of(columns[name]) for name in STRINGS]
    spans = [(texts.lows[rows], texts.highs[rows]) for texts in every]
    for texts, (lows, highs) in zip(every, spans, strict=True):
        if ((lows < 0) | (highs < lows) | (highs > len(texts.data))).any():
            raise ValueError("a string that ends outside of its column")
    views = [texts.data.data for texts in every]
    for ends in zip(*(zip(lows.tolist(), highs.tolist(), strict=True) for lows, highs in spans), strict=True):
        seen = 0
        for view, (low, high) in zip(views, ends, strict=True):
            seen = zlib.crc32(view[low:high], seen)
        yield seen


@dataclass(frozen=True)
class Segment:
    """Tables by name, each in batches, opened when it is needed."""

    load: Callable[[str], Sequence[pa.RecordBatch]]
    place: Path | str
    """Where it is, for messages."""

    @classmethod
    def of(cls, tables: Mapping[str, pa.RecordBatch]) -> Segment:
        """See tables in memory as a segment."""
        return cls(lambda name: [tables[name]], "memory")

    @classmethod
    def opened(cls, folder: Path) -> Segment:
        """See a folder as a segment, which may be removed from then on. Raises `ReadError` where a file is damaged."""
        files = {name: _opened(folder / f"{name}.arrow") for name in (DOCUMENTS, *FAMILIES)}

        def load(name: str) -> list[pa.RecordBatch]:
            with _damage(folder / f"{name}.arrow"):
                return [files[name].get_batch(number) for number in range(files[name].num_record_batches)]

        return cls(load, folder)

    @cached_property
    def _documents(self) -> Sequence[pa.RecordBatch]:
        return self.load(DOCUMENTS)

    @cached_property
    def _starts(self) -> I64:
        return np.cumsum([0, *(batch.num_rows for batch in self._documents)])

    @cached_property
    def _postings(self) -> dict[str, Postings]:
        return {}

    def __len__(self) -> int:
        return int(self._starts[-1])

    def postings(self, family: str) -> Postings:
        """Give the postings of one family."""
        if family not in self._postings:
            self._postings[family] = Postings(self.load(family))
        return self._postings[family]

    def find(self, family: str, keys: Any, limit: int) -> tuple[I64, I64]:  # noqa: ANN401 - see `Postings.find`
        """See `Postings.find`. Raises `ReadError` where the postings name documents that are not there."""
        which, rows = self.postings(family).find(keys, limit)
        if (rows >= len(self)).any():
            raise self.damaged(family)
        return which, rows

    def batches(self) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Give the tables of documents, each with the row it begins at."""
        yield from zip(self._starts.tolist(), self._documents, strict=False)

    def take(self, rows: I64, names: Sequence[str]) -> list[pa.Array]:
        """Look up columns of some documents (rows, ascending). Raises `ReadError` where their strings are damaged."""
        strings = bool({*STRINGS} & {*names})
        found: list[list[pa.Array]] = [[] for _ in names]
        bounds = np.searchsorted(rows, self._starts)
        for number in np.flatnonzero(np.diff(bounds)).tolist():
            batch = self._documents[number]
            some = rows[bounds[number] : bounds[number + 1]] - self._starts[number]
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            if strings and not _whole(columns, some):
                raise self.damaged(DOCUMENTS)
            for pieces, name in zip(found, names, strict=True):
                pieces.append(columns[name].take(pa.array(some)))
        return [pa.concat_arrays(pieces) if pieces else pa.array([]) for pieces in found]

    def damaged(self, name: str) -> ReadError:
        """Say that a table is damaged."""
        place = f"{self.place}/{name}.arrow"
        return ReadError(place, "a damaged file of an index", remedy=DAMAGED)


def _opened(path: Path) -> Any:  # noqa: ANN401 - Arrow's reader
    with _damage(path):
        return pa.ipc.open_file(pa.memory_map(str(path)))


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read that it is damaged."""
    try:
        yield
    except (OSError, pa.ArrowException) as fault:
        raise ReadError(path, "a damaged file of an index", remedy=DAMAGED) from fault


def write(folder: Path, parts: Sequence[Segment], stays: Sequence[Bools]) -> tuple[int, list[File]]:
    """
    Write documents of several segments, one after the other, as one; give their number and the files.

    stays  one array a part: which of its documents are to be in the new one
    """
    total = sum(int(some.sum()) for some in stays)
    bits = max(postings.width(total), *(Postings(part.load(NAMES)).bits for part in parts))
    rows: list[I64] = []
    start = 0
    for some in stays:
        rows.append(np.where(some, start + np.cumsum(some) - 1, -1))
        start += int(some.sum())
    files = [_written(folder / f"{DOCUMENTS}.arrow", _joined(_chosen(parts, stays)))]
    for family in FAMILIES:
        tables = postings.merged([Postings(part.load(family)) for part in parts], rows, bits)
        files.append(_written(folder / f"{family}.arrow", tables))
    return total, files


def _chosen(parts: Sequence[Segment], stays: Sequence[Bools]) -> Iterator[pa.RecordBatch]:
    for part, some in zip(parts, stays, strict=True):
        for start, batch in part.batches():
            own = some[start : start + batch.num_rows]
            yield batch if own.all() else batch.filter(pa.array(own))


def _joined(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put small tables together."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        waiting.append(batch)
        size += batch.nbytes
        if size >= _BATCH:
            yield pa.concat_batches(waiting) if len(waiting) > 1 else batch
            waiting, size = [], 0
    if waiting:
        yield pa.concat_batches(waiting)


def _written(path: Path, batches: Iterable[pa.RecordBatch]) -> File:
    """Write tables into a file that is on the disk itself when this returns."""
    with path.open("wb") as file:
        seen = _Seen(file)
        writer: Any = None
        for batch in batches:
            if writer is None:
                writer = pa.ipc.new_file(pa.PythonFile(seen, "w"), batch.schema)
            writer.write_batch(batch)
        writer.close()
    synced(path)
    return File(path.name, seen.size, seen.sha256.hexdigest())


class _Seen(io.RawIOBase):
    """A file that knows the size and digest of what was written to it."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - whatever can be written to
        self._file = file
        self.size = 0
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever has bytes
        view = cast("memoryview", memoryview(data))
        self._file.write(view)
        self.sha256.update(view)
        self.size += view.nbytes
        return view.nbytes
