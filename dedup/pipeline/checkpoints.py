"""What a run leaves behind so that the next one with the same inputs and settings can go on from there."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import orjson

from dedup import __version__
from dedup.durable import put
from dedup.errors import ReadError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dedup.pipeline.reading import Reading
    from dedup.settings import Settings

PLAN: Final = "plan.json"


@contextmanager
def checkpoints(
    folder: Path, tasks: Sequence[Reading], settings: Settings, beside: Mapping[str, Any], *, keep: bool
) -> Iterator[Path]:
    """
    Prepare a folder to work in, and remove it when the work is done, unless it is to be kept.

    The work depends on tasks, settings, and what stands `beside` them.

    What an earlier run with the same plan left there stays, to be gone on from; that of another is removed. After a
    fault, what is done stays. Raises `WriteError` where the folder holds something else.
    """
    plan = _plan(tasks, settings, beside)
    path = folder / PLAN
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.is_file() and any(folder.iterdir()):
            raise WriteError(folder, "the work folder is not empty", remedy="choose another --work")
        if not path.is_file() or path.read_bytes() != plan:
            _clear(folder)
            folder.mkdir(exist_ok=True)
            put(path, plan)
    except OSError as fault:
        raise WriteError(folder, fault.strerror or str(fault), remedy="choose another --work") from fault
    yield folder
    if not keep and folder.is_dir():  # one inside the output goes with what else was only needed to make that
        _clear(folder)


def check_unchanged(folder: Path, tasks: Sequence[Reading], settings: Settings, beside: Mapping[str, Any]) -> None:
    """Raise `ReadError` where an input is not any more what it was when the work began."""
    if (folder / PLAN).read_bytes() != _plan(tasks, settings, beside):
        raise ReadError("input", "a file changed while it was read", remedy="run again")


def _clear(folder: Path) -> None:
    """Remove a folder, the plan last: what is left of a removal cut short is recognised by it."""
    for path in sorted(folder.iterdir(), key=lambda path: path.name == PLAN):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    folder.rmdir()


def _plan(tasks: Sequence[Reading], settings: Settings, beside: Mapping[str, Any]) -> bytes:
    """Write down all that the work depends on."""
    states = {piece.source.path: _state(piece.source.path) for task in tasks for piece in task.pieces}
    pieces = [
        [(str(piece.source.path), piece.source.name, *states[piece.source.path], *piece.part) for piece in task.pieces]
        for task in tasks
    ]
    digest = hashlib.sha256(orjson.dumps(pieces)).hexdigest()
    return orjson.dumps({"dedup": __version__, "settings": settings.digest(), "tasks": digest, **beside})


def _state(path: Path) -> tuple[int, int]:
    """Give a file's size and time of change."""
    try:
        found = path.stat()
    except OSError as fault:
        raise ReadError(path, fault.strerror or str(fault), remedy="put it back and run again") from fault
    return found.st_size, found.st_mtime_ns
