"""`dedup rules`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import orjson
import typer
from rich.table import Table

from dedup.cli import options  # noqa: TC001 - typer reads the annotations
from dedup.cli.console import out
from dedup.errors import SettingsError


def rules(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="Tell all about one rule.", show_default="a table of all")
    ] = None,
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False,
    as_json: options.Json = False,
) -> None:
    """
    List the reasons for which text is removed, or tell all about one.

    Example: dedup rules BP101
    """
    from dedup.pipeline import catalogue  # noqa: PLC0415 - what --help does not need

    known = {reason.code: reason for reason in catalogue.reasons()}
    if code is not None:
        reason = known.get(code.upper())
        if reason is None:
            raise SettingsError(code, "no such rule", remedy="there are: " + ", ".join(known))
        if as_json:
            typer.echo(orjson.dumps(asdict(reason), option=orjson.OPT_INDENT_2))
            return
        out.print(f"{reason.code} {reason.name}", style="bold")
        for label, account in (
            ("Removes", reason.removes),
            ("Why", reason.why),
            ("Keeps", reason.keeps),
            ("Known misses", reason.misses),
        ):
            out.print(f"{label}: {account}", markup=False)
    elif as_json:
        typer.echo(orjson.dumps([asdict(reason) for reason in known.values()], option=orjson.OPT_INDENT_2))
    elif markdown:
        typer.echo(table())
    else:
        shown = Table("Code", "Name", "Removes", "Keeps")
        for reason in known.values():
            shown.add_row(reason.code, reason.name, reason.removes, reason.keeps)
        out.print(shown)


def table() -> str:
    """Give the rules as the README's table."""
    from dedup.pipeline import catalogue  # noqa: PLC0415 - what --help does not need

    lines = ["| code | name | removes | keeps |", "|---|---|---|---|"]
    for reason in catalogue.reasons():
        cells = (f"`{reason.code}`", reason.name, reason.removes, reason.keeps)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)
