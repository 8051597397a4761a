"""`dedup report`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from dedup.cli.console import out
from dedup.cli.written import written


def report(
    cleaned: Annotated[Path, typer.Argument(metavar="FOLDER", help="The output of `dedup clean`.", show_default=False)],
    *,
    documents: Annotated[
        list[str] | None,
        typer.Option("--document", help="Id of a document to show with its text; may be repeated.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The page to write.", show_default="report.html in FOLDER")
    ] = None,
) -> None:
    """
    Write a page that shows what was removed and why, one file to open in a browser.

    Example: dedup report cleaned
    """
    from dedup.output import PAGE  # noqa: PLC0415 - what --help does not need
    from dedup.pipeline import reporting  # noqa: PLC0415
    from dedup.pipeline.restore import checked  # noqa: PLC0415

    page = output or cleaned / PAGE
    checked(cleaned)
    with written(page) as file:
        reporting.write(cleaned, file.buffer, documents or ())
    out.print(f"Written: {page}", markup=False)
