"""What is written so that it outlives a power cut, and appears whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def synced(path: Path) -> None:
    """Wait until a file or folder is on the disk itself."""
    number = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot sync folders
            os.fsync(number)
    finally:
        os.close(number)


def put(path: Path, data: bytes) -> None:
    """Let a file hold some bytes: it holds what it held before, or these, whatever happens."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    synced(partial)
    partial.replace(path)
    synced(path.parent)
