"""
The place where a cleaned corpus is put: nothing half-written there ever looks whole.

Files are written to a hidden folder inside the output folder and moved into place when all are complete, the ledger
last: an output folder without a ledger is unfinished. A move that was cut short is completed by the next run.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self, cast

import orjson

from dedup import ledger
from dedup.errors import DedupError, LedgerError, WorkError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEDGER: Final = "ledger.jsonl"
REPORT: Final = "report.json"
PAGE: Final = "report.html"
_PARTIAL: Final = ".dedup-partial"


class Output:
    """A folder to be filled; left without `finish`, it stays as it was."""

    def __init__(self, folder: Path, inputs: Iterable[Path], *, replaces: bool) -> None:
        """
        Check that the folder can be used; `replaces` tells whether an earlier cleaning there may be replaced.

        Raises `WriteError` if it lies inside an input or an input inside it, or holds files of somebody else.
        """
        self._folder = folder.absolute()
        partial = self._folder / _PARTIAL
        self._partial, self._files, self._complete = partial, partial / "files", partial / "complete.json"
        self.scratch = partial / "work"
        """A folder for what is needed while the output is made; after a fault that is not the input's it stays."""
        self._streams: dict[str, BinaryIO] = {}
        self._hashes: dict[str, hashlib._Hash] = {}
        self._digests: dict[str, str] = {}
        self._there: set[Path] = set()  # folders for files that were made, or looked for
        self._made = [path for path in (self._folder, *self._folder.parents) if not os.path.lexists(path)]
        self._check_apart(inputs)
        if self._folder not in self._made and not self._folder.is_dir():
            raise WriteError(folder, "not a folder", remedy="choose another -o")
        earlier = self._completed()
        if replaces:
            earlier |= self._cleaned()
        for name in self._present(self._folder):
            if name not in earlier:
                raise WriteError(
                    self._folder / name,
                    "the output folder holds a file that is not from an earlier cleaning"
                    if replaces
                    else "the output folder is not empty",
                    remedy="move it away or choose another -o",
                )

    def _check_apart(self, inputs: Iterable[Path]) -> None:
        own = Path(os.path.realpath(self._folder))
        for path in inputs:
            other = Path(os.path.realpath(path))
            if own.is_relative_to(other) or other.is_relative_to(own):
                raise WriteError(
                    self._folder, f"output and input {path} lie inside one another", remedy="choose another -o"
                )

    def _completed(self) -> set[str]:
        """Complete a move that was cut short, and name the files it put here."""
        with self._faults():
            return self._install() if self._complete.exists() else set()

    def _cleaned(self) -> set[str]:
        """Name the files that an earlier cleaning put here."""
        try:
            return {LEDGER, REPORT, PAGE, *ledger.header_row(self._folder / LEDGER)["outputs"]}
        except LedgerError:
            return set()

    def _present(self, folder: Path) -> Iterator[str]:
        for place, folders, files in os.walk(folder):
            folders[:] = sorted(name for name in folders if Path(place, name) != self._partial)
            links = (name for name in folders if Path(place, name).is_symlink())
            below = Path(place).relative_to(folder).as_posix()
            for name in sorted((*files, *links)):
                yield name if below == "." else f"{below}/{name}"

    def __enter__(self) -> Self:
        with self._faults():
            self._partial.mkdir(parents=True, exist_ok=True)
            self._clear()
            self._files.mkdir()
        return self

    def _clear(self) -> None:
        """Remove what is half-written, but not the work done for it."""
        for path in self._partial.iterdir():
            if path.is_dir() and path != self.scratch:
                shutil.rmtree(path)
            elif path != self.scratch:
                path.unlink()

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        for stream in self._streams.values():
            with suppress(OSError):  # what cannot be written any more is thrown away
                stream.close()
        if not self._complete.exists():  # else the move was cut short; the next run completes it
            with suppress(OSError):
                self._clear()
                if not self._worth_keeping(fault):
                    shutil.rmtree(self.scratch, ignore_errors=True)
                for folder in (self._partial, *self._made):
                    folder.rmdir()
        if isinstance(fault, OSError):
            raise self._error(fault) from fault

    def _worth_keeping(self, fault: BaseException | None) -> bool:
        """Tell whether what is done may be gone on from: any of it is complete, and the inputs are not at fault."""
        at_fault = isinstance(fault, DedupError) and not isinstance(fault, WriteError | WorkError)
        return not at_fault and any(not path.name.startswith(".") for path in self.scratch.glob("*/*"))

    def _error(self, fault: OSError) -> WriteError:
        return WriteError(
            self._folder, fault.strerror or str(fault), remedy="make room or choose another -o, and run again"
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise self._error(fault) from fault

    def _close(self, names: Iterable[str]) -> None:
        for name in names:
            self._streams.pop(name).close()
            self._digests[name] = self._hashes.pop(name).hexdigest()

    def write(self, name: str, data: bytes | memoryview = b"") -> None:
        """Add to a file; it is complete when another one, the ledger aside, is begun."""
        with self._faults():
            if name not in self._streams:
                if name != LEDGER:
                    self._close(set(self._streams) - {LEDGER})
                self._streams[name] = self._placed(name, self._files).open("xb")
                self._hashes[name] = hashlib.sha256()
            self._streams[name].write(data)
            self._hashes[name].update(data)

    def _placed(self, name: str, root: Path) -> Path:
        """Give the place of a file below a folder, in a folder that is there."""
        path = root / name
        if path.parent not in self._there:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._there.add(path.parent)
        return path

    def stream(self, name: str) -> BinaryIO:
        """Begin a file, and give it as a stream to write to; see `write`."""
        self.write(name)
        return cast("BinaryIO", _Stream(self, name))

    def seal(self, header: dict[str, Any]) -> None:
        """Put the header before the ledger's rows, with the digests of all files written up to now."""
        rows = self._partial / "rows.jsonl"
        self.write(LEDGER)
        with self._faults():
            self._close(list(self._streams))
            del self._digests[LEDGER]
            (self._files / LEDGER).replace(rows)
            with rows.open("rb") as file:
                first = ledger.sealed(header, dict(sorted(self._digests.items())), file)
                file.seek(0)
                self.write(LEDGER, first)
                shutil.copyfileobj(file, self._streams[LEDGER])

    def drafted(self) -> Path:
        """Give the folder in which all files written up to now stand, complete; meanwhile they go to the disk."""
        with self._faults():
            self._close(list(self._streams))
        if hasattr(os, "sync"):
            Thread(target=os.sync, daemon=True).start()  # less is left for the end, which waits for what is not there
        return self._files

    def finish(self) -> None:
        """Put everything into place."""
        with self._faults():
            self._close(list(self._streams))
            if hasattr(os, "sync"):
                os.sync()  # once for all files: a power cut after this leaves them whole
            new = set(self._present(self._files))
            gone = set(self._present(self._folder)) - new
            plan = self._partial / "plan.json"
            with plan.open("wb") as file:
                file.write(orjson.dumps({"gone": sorted(gone), "new": sorted(new)}))
                file.flush()
                os.fsync(file.fileno())
            plan.replace(self._complete)
            self._install()

    def _install(self) -> set[str]:
        """
        Move complete files into place, the ledger last, and name them.

        May be repeated after being cut short at any point.
        """
        plan = orjson.loads(self._complete.read_bytes())
        waiting = set(self._present(self._files))
        if waiting:
            (self._folder / LEDGER).unlink(missing_ok=True)
            for name in plan["gone"]:
                self._remove(name)
            for name in sorted(waiting, key=lambda name: (name == LEDGER, name)):
                (self._files / name).replace(self._placed(name, self._folder))
        self._complete.unlink()
        shutil.rmtree(self._partial, ignore_errors=True)
        return set(plan["new"])

    def _remove(self, name: str) -> None:
        """Remove a file of an earlier run, and the folders that this leaves empty."""
        path = self._folder / name
        path.unlink(missing_ok=True)
        with suppress(OSError):
            for parent in path.parents:
                if parent == self._folder:
                    break
                parent.rmdir()
                self._there.discard(parent)


class _Stream(io.RawIOBase):
    """A file of an output, to be written to."""

    def __init__(self, output: Output, name: str) -> None:
        self._output = output
        self._name = name
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever has bytes
        view = memoryview(data)
        self._output.write(self._name, view)
        self._size += view.nbytes
        return view.nbytes
