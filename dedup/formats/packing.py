"""Compression of whole files: read and written on the way, and told by a second suffix."""

from __future__ import annotations

import gzip
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROOM: Final = 1 << 20
"""Bytes unpacked at once."""


class Packing(NamedTuple):
    """A kind of compression."""

    name: str
    """As Arrow calls it."""
    suffix: str

    def reader(self, file: BinaryIO) -> io.BufferedReader:
        """Give what a file holds; several compressed streams one behind the other are one."""
        return io.BufferedReader(pa.CompressedInputStream(file, self.name), _ROOM)

    @contextmanager
    def writer(self, out: BinaryIO) -> Iterator[BinaryIO]:
        """Compress what is written into `out`; the same data always give the same bytes."""
        if self.name == "gzip":
            with gzip.GzipFile("", "wb", 6, out, mtime=0) as stream:  # Arrow's would hold the time
                yield cast("BinaryIO", stream)
        else:
            with pa.PythonFile(out, "w") as file, pa.CompressedOutputStream(file, self.name) as stream:
                yield cast("BinaryIO", stream)


PACKINGS: Final = (Packing("gzip", ".gz"), Packing("zstd", ".zst"))


def packing_of(path: Path) -> Packing | None:
    """Tell how a file is compressed by its name."""
    name = str(path).lower()  # whole: to take the path of each of many files apart costs more than all else here
    return next((packing for packing in PACKINGS if name.endswith(packing.suffix)), None)
