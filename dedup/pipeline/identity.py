"""How files, and the code that reads them, are known to be the same as before."""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson
import pyarrow as pa

import dedup

if TYPE_CHECKING:
    from typing import Self

TICK: Final = 2 * 10**9
"""Nanoseconds in which a file may change twice without its times telling, on the coarsest file systems."""


class Stat(NamedTuple):
    """What the system tells of a file; times are nanoseconds since 1970."""

    size: int
    modified: int
    changed: int
    number: int

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Ask the system; None where there is no file any more."""
        try:
            found = os.stat(path)  # noqa: PTH116 - the same, for ten thousand files
        except OSError:
            return None
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def certain(self, now: int) -> bool:
        """Tell whether every change after `now` shows."""
        return max(self.modified, self.changed) + TICK < now


def sha256_of(path: Path) -> str:
    """Give the digest of a file's bytes, hexadecimal; empty where they cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@cache
def stamp() -> str:
    """Give a digest of the code: this package's files, and the versions of all that is installed beside pyarrow."""
    package = Path(dedup.__file__).parent
    own = sorted(
        (path.relative_to(package).as_posix(), tuple(Stat.of(path) or ())[:2])
        for path in package.rglob("*")
        if path.suffix in {".py", ".bin", ".npz"}
    )
    installed = sorted(path.name for path in Path(pa.__file__).parents[1].glob("*.dist-info"))
    return hashlib.sha256(orjson.dumps([platform.python_version(), own, installed])).hexdigest()
