"""`dedup restore`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from dedup.cli.console import out


def restore(
    cleaned: Annotated[Path, typer.Argument(metavar="FOLDER", help="The output of `dedup clean`.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the rebuilt inputs.", show_default=False)],
) -> None:
    """
    Rebuild what was cleaned from the clean files and the ledger.

    Example: dedup restore cleaned -o original
    """
    from dedup.pipeline.restore import restore as rebuild  # noqa: PLC0415 - what --help does not need

    count = rebuild(cleaned, output)
    out.print(f"Files rebuilt in {output}: {count:,}", markup=False)
