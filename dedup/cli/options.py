"""Options that several commands share, and how they, a configuration file and the defaults become settings."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from dedup.errors import ReadError, SettingsError
from dedup.settings import Errors, Keep, Settings, Step

Inputs = Annotated[list[Path], typer.Argument(help="Files and folders to read.", show_default=False)]
Threshold = Annotated[
    float | None,
    typer.Option(help="Jaccard similarity of 5-word shingles from which two documents match.", show_default="0.5"),
]
Containment = Annotated[
    float | None,
    typer.Option(help="Share of a document's shingles inside another from which it goes.", show_default="0.9"),
]
KeepOption = Annotated[
    Keep | None, typer.Option("--keep", help="Which of several like documents stays.", show_default="longest")
]
Steps = Annotated[
    str | None,
    typer.Option(help=f"What to do, separated by commas: {', '.join(Step)}.", show_default="all"),
]
TextField = Annotated[str | None, typer.Option(help="JSON field with the text.", show_default="text")]
IdField = Annotated[str | None, typer.Option(help="JSON field with the document's id.", show_default="id")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of text files.", show_default="utf-8")]
ErrorsOption = Annotated[
    Errors | None,
    typer.Option("--errors", help="At bytes that are no text: stop, or replace them.", show_default="strict"),
]
Config = Annotated[
    Path | None,
    typer.Option(help="TOML file with a [tool.dedup] table.", show_default="the nearest pyproject.toml that has one"),
]


def settings(config: Path | None, **given: object) -> Settings:
    """Settle on settings: options given beat the configuration file, which beats the defaults."""
    values: dict[str, Any] = dict(_configured(config))
    values.update({name: value for name, value in given.items() if value is not None})
    return Settings.of(values)


def _configured(config: Path | None) -> dict[str, Any]:
    if config is not None:
        return _table(config) or {}
    for folder in (Path.cwd(), *Path.cwd().parents):
        path = folder / "pyproject.toml"
        if path.is_file() and (table := _table(path)) is not None:
            return table
    return {}


def _table(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            table = tomllib.load(file).get("tool", {}).get("dedup")
    except OSError as fault:
        raise ReadError(path, fault.strerror or str(fault), remedy="name a readable file with --config") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ReadError(path, f"not TOML ({fault})", remedy="mend the file or name another with --config") from fault
    if table is not None and not isinstance(table, dict):
        raise SettingsError("tool.dedup", table, "a table of settings")
    return table
