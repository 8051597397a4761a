"""Opening files, with the faults a user can mend told apart."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dedup.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file to read bytes; raises `ReadError` where the system will not."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as fault:
        raise ReadError(path, fault.strerror or str(fault), remedy="make it readable or leave it out") from fault


def contents(path: Path) -> bytes:
    """Read a whole file."""
    with opened(path) as file:
        return file.read()


def head(path: Path) -> bytes:
    """Read a file's first four bytes."""
    with opened(path) as file:
        return file.read(4)


def size(path: Path) -> int:
    """Count a file's bytes."""
    with opened(path) as file:
        return file.seek(0, os.SEEK_END)
