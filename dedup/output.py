"""
The place where a cleaned corpus is put: nothing half-written there ever looks whole.

Files are written to a hidden folder inside the output folder and moved into place when all are complete, the ledger
last: an output folder without a ledger is unfinished. A move that was cut short is completed by the next run.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self

import orjson
import regex

from dedup import ledger
from dedup.errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEDGER: Final = "ledger.jsonl"
REPORT: Final = "report.json"
_STORY: Final = regex.compile(r"\.\d+(\.\w+)$")


def story_name(name: str, number: int) -> str:
    """Name the file of a second story after the file it was found in: `a.txt` has `a.2.txt`."""
    path = Path(name)
    return path.with_suffix(f".{number}{path.suffix}").as_posix()


class Output:
    """A folder to be filled; left without `finish`, it stays as it was."""

    def __init__(self, folder: Path, inputs: Iterable[Path]) -> None:
        """
        Check that the folder can be used.

        Raises `WriteError` if it lies inside an input or an input inside it, or holds files of somebody else.
        """
        self._folder = Path(os.path.abspath(folder))
        partial = self._folder / ".partial"
        self._partial, self._files, self._complete = partial, partial / "files", partial / "complete.json"
        self.scratch = partial / "work"
        """A folder for what is needed only while the output is made."""
        self._streams: dict[str, BinaryIO] = {}
        for path in map(Path, map(os.path.abspath, inputs)):
            if self._folder.is_relative_to(path) or path.is_relative_to(self._folder):
                raise WriteError(folder, f"output and input {path} lie inside one another", remedy="choose another -o")
        if self._folder.exists() and not self._folder.is_dir():
            raise WriteError(folder, "not a folder", remedy="choose another -o")
        if self._complete.exists():
            self._install()
        earlier = self._earlier()
        for name in self._present(self._folder):
            if name not in earlier and _STORY.sub(r"\1", name) not in earlier:
                raise WriteError(
                    self._folder / name,
                    "the output folder holds a file that is not from an earlier cleaning",
                    remedy="move it away or choose another -o",
                )

    def _earlier(self) -> set[str]:
        """Name the files that an earlier run put here."""
        path = self._folder / LEDGER
        if not path.exists():
            return set()
        header = next(ledger.rows(path))
        return {source["output"] for source in header["inputs"]} | {LEDGER, REPORT}

    def _present(self, folder: Path) -> Iterator[str]:
        for place, folders, files in os.walk(folder):
            if Path(place) == self._folder and self._partial.name in folders:
                folders.remove(self._partial.name)
            for name in files:
                yield Path(place, name).relative_to(folder).as_posix()

    def __enter__(self) -> Self:
        with self._faults():
            shutil.rmtree(self._partial, ignore_errors=True)
            self._files.mkdir(parents=True)
            self.scratch.mkdir()
        return self

    def __exit__(self, *fault: object) -> None:
        self._close()
        shutil.rmtree(self._partial, ignore_errors=True)
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise WriteError(
                self._folder, fault.strerror or str(fault), remedy="make room or choose another -o, and run again"
            ) from fault

    def _close(self) -> None:
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()

    def write(self, name: str, data: bytes = b"") -> None:
        """Add to a file; it is complete when another one, the ledger aside, is begun."""
        with self._faults():
            if name not in self._streams:
                for other in set(self._streams) - {LEDGER}:
                    self._streams.pop(other).close()
                path = self._files / name
                path.parent.mkdir(parents=True, exist_ok=True)
                self._streams[name] = path.open("ab")
            self._streams[name].write(data)

    def finish(self) -> None:
        """Put everything into place."""
        with self._faults():
            for stream in self._streams.values():
                stream.flush()
                os.fsync(stream.fileno())
            self._close()
            gone = sorted(set(self._present(self._folder)) - set(self._present(self._files)))
            self._complete.write_bytes(orjson.dumps(gone))
            self._install()

    def _install(self) -> None:
        """Move complete files into place, the ledger last; may be repeated after being cut short at any point."""
        with self._faults():
            (self._folder / LEDGER).unlink(missing_ok=True)
            for name in orjson.loads(self._complete.read_bytes()):
                (self._folder / name).unlink(missing_ok=True)
            for name in sorted(self._present(self._files), key=lambda name: (name == LEDGER, name)):
                target = self._folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                (self._files / name).replace(target)
            shutil.rmtree(self._partial)
        self._prune()

    def _prune(self) -> None:
        """Remove folders that an earlier run left empty."""
        for place, _, _ in os.walk(self._folder, topdown=False):
            if Path(place) != self._folder and not any(Path(place).iterdir()):
                Path(place).rmdir()
