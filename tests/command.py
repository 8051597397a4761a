"""The command line, run inside the test's own process, and folders as values."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final, NamedTuple
from unittest.mock import patch

from dedup import ledger
from dedup.cli import main
from dedup.output import REPORT, Output

ROOT: Final = Path(__file__).parents[1]
SEEDS: Final = ROOT / "seeds"


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


def dedup(*arguments: str | Path) -> Ran:
    """Run `dedup` with these arguments."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code: object = None
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["dedup", *map(str, arguments)]):
        try:
            main()
        except SystemExit as done:
            code = done.code
    assert isinstance(code, int | None)
    return Ran(code or 0, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def fill(folder: Path, files: dict[str, bytes]) -> None:
    """Write an output as a cleaning does, only faster."""
    with Output(folder, [], replaces=True) as output:
        for name, data in files.items():
            output.write(name, data)
        output.seal(ledger.header())
        output.write(REPORT, b"{}")
        output.finish()


def tree(folder: Path) -> dict[str, bytes | None]:
    """Give all files and folders below a folder, hidden ones too; folders are None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def plant(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
