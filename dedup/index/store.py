"""An index, opened to look things up in it or to change it."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from dedup.durable import synced
from dedup.errors import ReadError, WriteError
from dedup.index import segment
from dedup.index.manifest import NAME, Entry, Manifest
from dedup.index.segment import DAMAGED, NAMES, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dedup.kernel.arrays import I64, U64, Bools

LOCK: Final = "lock"
TOGETHER: Final = 256
"""Segments that are merged at once."""
GROWTH: Final = 2
"""A segment is merged with those behind it unless it has so many times their documents: few are left at any time."""
NAMESAKES: Final = 1 << 20
"""More documents than ever share the hash of an id."""


class Index:
    """
    The documents of an index, numbered from 0 on in the order in which they were added; removed ones keep their number.

    It stays as it was when it was opened.
    """

    def __init__(self, folder: Path) -> None:
        """Open an index. Raises `ReadError` where it is damaged, too new, or none."""
        self.folder = folder
        while True:
            self.manifest = Manifest.of(folder)
            try:
                self.segments = [_opened(folder, entry) for entry in self.manifest.segments]
                break
            except ReadError:
                if Manifest.of(folder) == self.manifest:  # else segments were merged meanwhile
                    raise
        counts = [entry.documents for entry in self.manifest.segments]
        self.starts = np.cumsum([0, *counts])
        """The number of each segment's first document."""

    def __len__(self) -> int:
        return self.manifest.documents

    @cached_property
    def _there(self) -> list[Bools]:
        """Tell of each segment's documents which count."""
        return [_there(entry) for entry in self.manifest.segments]

    def find(self, family: str, keys: U64, limit: int) -> tuple[I64, I64]:
        """Give for keys the documents that have them, the first `limit` or more: places in `keys`, and documents."""
        every = [(np.empty(0, np.int64), np.empty(0, np.int64))]
        for part, start, there in zip(self.segments, self.starts.tolist(), self._there, strict=False):
            which, rows = part.find(family, keys, limit)
            some = there[rows]
            every.append((which[some], rows[some] + start))
        which, rows = (np.concatenate(column) for column in zip(*every, strict=True))
        order = np.argsort(which, kind="stable")
        return which[order], rows[order]

    def take(self, documents: I64, names: Sequence[str]) -> list[pa.Array]:
        """Look up columns of some documents (ascending), see `segment.documents`. Raises `ReadError` for damage."""
        pieces = []
        bounds = np.searchsorted(documents, self.starts)
        for number in np.flatnonzero(np.diff(bounds)).tolist():
            some = documents[bounds[number] : bounds[number + 1]] - self.starts[number]
            pieces.append(self.segments[number].take(some, names))
        return (
            [pa.concat_arrays(column) for column in zip(*pieces, strict=True)]
            if pieces
            else [pa.array([])] * len(names)
        )

    def named(self, ids: Sequence[str]) -> dict[str, int]:
        """Give the documents that go by some of these names."""
        keys = np.array([name_key(name) for name in ids], np.uint64)
        which, rows = self.find(NAMES, keys, NAMESAKES)
        documents, back = np.unique(rows, return_inverse=True)
        names = self.take(documents, ["id"])[0].to_pylist()
        found = zip(which.tolist(), back.tolist(), strict=True)
        return {ids[one]: int(documents[other]) for one, other in found if names[other] == ids[one]}

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Give all documents that count, in order."""
        for part, there in zip(self.segments, self._there, strict=True):
            for start, batch in part.batches():
                yield batch.filter(pa.array(there[start : start + batch.num_rows]))

    def facts(self) -> dict[str, Any]:
        """Tell what is in it; bytes of documents that were removed count until their segment is merged."""
        manifest = self.manifest
        return {
            "documents": manifest.documents,
            "segments": len(manifest.segments),
            "bytes": manifest.size,
            "settings": manifest.keys,
            "sha256": manifest.digest(),
        }

    def verify(self) -> None:
        """Read everything. Raises `ReadError` for the first file that is not as it was written."""
        for entry in self.manifest.segments:
            _verify(self.folder, entry)


def name_key(name: str) -> int:
    """Hash an id, to 64 bits."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def _there(entry: Entry) -> Bools:
    there = np.ones(entry.documents, bool)
    there[list(entry.removed)] = False
    return there


def _opened(folder: Path, entry: Entry) -> Segment:
    """Open a segment all of whose files have their sizes."""
    for file in entry.files:
        path = folder / entry.name / file.name
        if not path.is_file():
            raise ReadError(path, "a file of an index is missing", remedy=DAMAGED)
        if path.stat().st_size != file.size:
            raise ReadError(path, "a damaged file of an index", remedy=DAMAGED)
    return Segment.opened(folder / entry.name)


def _verify(folder: Path, entry: Entry) -> None:
    for file in entry.files:
        path = folder / entry.name / file.name
        with path.open("rb") as data:
            if hashlib.file_digest(data, "sha256").hexdigest() != file.sha256:
                raise ReadError(path, "a damaged file of an index", remedy=DAMAGED)


class Writer:
    """Changes an index; made by `changing` or `creating`."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest

    @property
    def documents(self) -> int:
        """Count the documents."""
        return self._manifest.documents

    def append(self, parts: Sequence[Segment]) -> None:
        """Add the documents of segments at the end, and merge segments where there are too many."""
        made = [self._write(parts[at : at + TOGETHER]) for at in range(0, len(parts), TOGETHER)]
        while len(made) > 1:
            joined = self._write([part for _, part in made[:TOGETHER]])
            for entry, _ in made[:TOGETHER]:
                shutil.rmtree(self._folder / entry.name)
            made = [joined, *made[TOGETHER:]]
        own = [entry for entry, _ in made if entry.documents]
        self._store((*self._manifest.segments, *own))
        self._merge()

    def remove(self, documents: I64) -> None:
        """Let documents (ascending) not count any more."""
        kept, start = [], 0
        for entry in self._manifest.segments:
            own = documents[(documents >= start) & (documents < start + entry.documents)] - start
            removed = sorted({*entry.removed, *own.tolist()})
            kept.append(replace(entry, removed=tuple(removed)))
            start += entry.documents
        self._store(tuple(kept))
        self._merge()

    def _merge(self) -> None:
        """Merge the last segments, or one of which most has been removed, until the others are much larger."""
        entries = self._manifest.segments
        first = len(entries)
        behind = 0
        for number in range(len(entries) - 1, -1, -1):
            entry = entries[number]
            live = entry.documents - len(entry.removed)
            if 2 * live < entry.documents or (behind and live < GROWTH * behind):
                first = number
            behind += live
        some = entries[first:]
        if not some:
            return
        for entry in some:
            _verify(self._folder, entry)
        merged, _ = self._write([_opened(self._folder, entry) for entry in some], [_there(entry) for entry in some])
        self._store((*entries[:first], merged) if merged.documents else entries[:first])

    def _write(self, parts: Sequence[Segment], stays: Sequence[Bools] | None = None) -> tuple[Entry, Segment]:
        """Write a segment of those documents of others that are to stay, or all."""
        name = f"segment-{self._manifest.next:06}"
        self._manifest = replace(self._manifest, next=self._manifest.next + 1)
        folder = self._folder / name
        partial = self._folder / f".{name}.partial"
        partial.mkdir()
        total, files = segment.write(partial, parts, stays or [np.ones(len(part), bool) for part in parts])
        synced(partial)
        partial.rename(folder)
        synced(self._folder)
        return Entry(name, total, (), tuple(files)), Segment.opened(folder)

    def _store(self, entries: tuple[Entry, ...]) -> None:
        self._manifest = replace(self._manifest, segments=entries)
        self._manifest.store(self._folder)
        tidy(self._folder, self._manifest)


def tidy(folder: Path, manifest: Manifest) -> None:
    """Remove segments that do not count: merged ones, and what a killed writer has left."""
    known = {entry.name for entry in manifest.segments}
    for path in folder.iterdir():
        if path.name in known or not _ours(path.name):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _ours(name: str) -> bool:
    return name.removeprefix(".").startswith("segment-") or name == f".{NAME}.partial"


@contextmanager
def creating(folder: Path, keys: dict[str, Any]) -> Iterator[Writer]:
    """Make an index; there is none before its first segment is complete. Raises `WriteError` where anything is."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_free(folder)
        with _locked(folder):
            _check_free(folder)
            tidy(folder, Manifest(keys))
            try:
                yield Writer(folder, Manifest(keys))
            finally:
                if not (folder / NAME).exists():
                    tidy(folder, Manifest(keys))
                    (folder / LOCK).unlink()
                    folder.rmdir()
    except OSError as fault:
        raise _unwritten(folder, fault) from fault


def _check_free(folder: Path) -> None:
    """Raise `WriteError` where a folder holds anything but what a killed writer of a new index has left."""
    names = {path.name for path in folder.iterdir()}
    if NAME in names:
        raise WriteError(folder, "an index already", remedy="use `dedup index add`, or choose another folder")
    if any(not _ours(name) and name != LOCK for name in names):
        raise WriteError(folder, "the folder of the index is not empty", remedy="choose another one")


@contextmanager
def changing(folder: Path) -> Iterator[Writer]:
    """Change an index. Raises `ReadError` where it is none or damaged, `WriteError` where another writer is at work."""
    Manifest.of(folder)
    try:
        with _locked(folder):
            manifest = Manifest.of(folder)
            tidy(folder, manifest)
            yield Writer(folder, manifest)
    except OSError as fault:
        raise _unwritten(folder, fault) from fault


def _unwritten(folder: Path, fault: OSError) -> WriteError:
    return WriteError(folder, fault.strerror or str(fault), remedy="make room or choose another folder, and run again")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold an index's lock, which ends with the process. Raises `WriteError` where another one has it."""
    with (folder / LOCK).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise WriteError(
                folder, "another process is changing this index", remedy="wait until it is done"
            ) from fault
        yield
