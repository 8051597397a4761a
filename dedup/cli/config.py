"""`dedup config`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Any

import orjson
import typer

from dedup.cli import options
from dedup.cli.console import plain
from dedup.settings import Settings


@options.choosing()
def config(chosen: dict[str, Any], origin: Path | None, *, as_json: options.Json = False) -> None:
    """
    Show every setting as it would be used here: given on the command line, in the configuration, or by default.

    What it prints may stand in a pyproject.toml. Example: dedup config --threshold 0.7
    """
    settings = Settings.of(chosen).flat()
    if as_json:
        typer.echo(orjson.dumps(settings, option=orjson.OPT_INDENT_2))
        return
    typer.echo(f"# {plain(str(origin))}" if origin else "# no configuration file found")
    typer.echo("[tool.dedup]")
    for name, value in settings.items():
        told = f"# {name} is not set" if value is None else f"{name} = {_toml(value)}"  # TOML has no null
        typer.echo(told + ("" if name in chosen or value is None else "  # default"))


def _toml(value: object) -> str:
    """Write a setting's value in TOML; numbers, truths, texts and lists of texts are written as in JSON."""
    return orjson.dumps(value).decode().replace("\x7f", "\\u007f")
