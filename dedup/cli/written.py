"""Files that appear only when they are complete."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from dedup.errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def written(path: Path, remedy: str = "choose another place") -> Iterator[TextIO]:
    """Write a text file under another name, and put it into place when that is done. Raises `WriteError`."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        os.replace(partial, path)  # noqa: PTH105 - the same call on every system
    except OSError as fault:
        raise WriteError(path, fault.strerror or str(fault), remedy=remedy) from fault
    finally:
        partial.unlink(missing_ok=True)
