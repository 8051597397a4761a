"""Opening files, with the faults a user can mend told apart."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dedup.errors import ReadError
from dedup.formats.packing import packing_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_UNPACKED: Final = 4
"""Bytes that about come out of one compressed byte of text."""


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file to read its bytes, or what they unpack to; raises `ReadError` where that cannot be done."""
    packing = packing_of(path)
    try:
        with path.open("rb") as file:
            if packing is None:
                yield file
            else:
                with packing.reader(file) as stream:
                    yield stream
    except OSError as fault:
        if fault.errno in _FULL:  # of what is made of the file
            raise
        if fault.errno is None:
            problem = f"not to be unpacked ({' '.join(str(fault).split())})"
            raise ReadError(path, problem, remedy="fetch it again or leave it out") from fault
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
    """Count a file's bytes; of a compressed one, those that it about unpacks to."""
    with opened(path):
        pass  # closed folders and the like have messages of their own
    return expected(path)


def expected(path: Path) -> int:
    """Count them without a look at whether the file can be read; 0 where there is none."""
    try:
        length = os.stat(path).st_size  # noqa: PTH116 - one of many: `Path.stat` takes twice the time
    except OSError:
        return 0
    return length * _UNPACKED if packing_of(path) else length


def unpack(path: Path, copy: Path) -> None:
    """Write what a compressed file holds; `copy` appears when it is complete."""
    partial = copy.with_name(f".{copy.name}.partial")
    with opened(path) as file, partial.open("wb") as out:
        shutil.copyfileobj(file, out, 1 << 20)
    partial.replace(copy)
