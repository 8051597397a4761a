"""`dedup diff`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from dedup.cli import options  # noqa: TC001 - typer reads the annotations
from dedup.cli.console import account, out, plain, styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.pipeline.difference import Difference


def diff(
    cleaned: Annotated[Path, typer.Argument(metavar="FOLDER", help="The output of `dedup clean`.", show_default=False)],
    other: Annotated[
        Path | None,
        typer.Argument(metavar="[OTHER]", help="Another output, to compare with.", show_default="the inputs"),
    ] = None,
    *,
    as_json: options.Json = False,
) -> None:
    """
    Show what a cleaning took out of its inputs, or what another one took out and it did not, and the reverse.

    Lines that begin with - are gone; against another output, - stands before what only FOLDER took out, + before what
    only OTHER did. With --json, rows of the ledger, of which `second` tells the side. Exit code 0: no difference.
    1: differences. 2: could not run. Example: dedup diff cleaned
    """
    from dedup.pipeline import difference  # noqa: PLC0415 - what --help does not need

    found: Iterator[Difference]
    if other is None:
        found = (difference.Difference(second=False, row=row) for row in difference.removed(cleaned))
    else:
        found = difference.differences(cleaned, other)
    before = None
    for second, row in found:
        if as_json:
            typer.echo(orjson.dumps({"second": second, **row}))
        else:
            if row["document"] != before:
                out.print(styled(f"=== {plain(row['document'])}", "bold"))
            _show(row, "+" if second else "-")
        before = row["document"]
    raise typer.Exit(0 if before is None else 1)


def _show(row: dict[str, Any], mark: str) -> None:
    from dedup import ledger  # noqa: PLC0415 - as above

    told = account(ledger.finding(row))
    out.print(styled(f"@@ {row['start']}:{row['end']} @@ {row['reason']} {told}", "cyan"))
    for line in row["text"].splitlines():
        out.print(styled(f"{mark} {plain(line)}".rstrip(), "red" if mark == "-" else "green"))
