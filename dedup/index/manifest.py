"""The manifest: which segments an index consists of, how its keys were made, and what its files should be."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from dedup.durable import put
from dedup.errors import ReadError
from dedup.index.segment import DAMAGED, File

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "index.json"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment: the folder it stands in, its documents, and its files."""

    name: str
    documents: int
    removed: tuple[int, ...]
    """Rows, ascending, of documents that do not count any more."""
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is."""

    keys: dict[str, Any]
    """The settings on which its keys depend."""
    segments: tuple[Entry, ...] = ()
    next: int = 0
    """The number of the next segment."""

    @property
    def documents(self) -> int:
        """Count the documents."""
        return sum(entry.documents - len(entry.removed) for entry in self.segments)

    @property
    def size(self) -> int:
        """Count the bytes of all files."""
        return sum(file.size for entry in self.segments for file in entry.files)

    def digest(self) -> str:
        """Give the SHA-256 of all of this, hexadecimal."""
        return hashlib.sha256(orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)).hexdigest()

    def store(self, folder: Path) -> None:
        """Put it into an index, from when on it counts."""
        facts = {"index": VERSION, **asdict(self), "sha256": self.digest()}
        put(folder / NAME, orjson.dumps(facts, option=orjson.OPT_INDENT_2) + b"\n")

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """Read an index's manifest. Raises `ReadError` where there is none, or it is damaged, or too new."""
        path = folder / NAME
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise ReadError(folder, "no index", remedy="name a folder that `dedup index build` has made") from fault
        try:
            facts = orjson.loads(data)
            version = facts["index"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as fault:
            raise ReadError(path, "a damaged file of an index", remedy=DAMAGED) from fault
        if version != VERSION:
            problem = f"an index of version {version}, and this program knows version {VERSION}"
            raise ReadError(folder, problem, remedy="use a dedup of its time, or build the index anew")
        try:
            made = cls(facts["keys"], tuple(_entry(**entry) for entry in facts["segments"]), facts["next"])
            whole = made.digest() == facts["sha256"]
        except (KeyError, TypeError) as fault:
            raise ReadError(path, "a damaged file of an index", remedy=DAMAGED) from fault
        if not whole:
            raise ReadError(path, "a damaged file of an index", remedy=DAMAGED)
        return made


def _entry(name: str, documents: int, removed: list[int], files: list[dict[str, Any]]) -> Entry:
    return Entry(name, documents, tuple(removed), tuple(File(**file) for file in files))
