"""The command line: one file a command, each a thin face of the pipeline."""

from __future__ import annotations

import sys

import click
import typer

from dedup import __version__
from dedup.cli import check, clean, explain, pairs, restore, rules
from dedup.errors import DedupError

app = typer.Typer(
    name="dedup",
    help="Clean text corpora: near-duplicates, repeated text and boilerplate out, every character accounted for.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (clean, check, explain, pairs, restore, rules):
    app.command()(getattr(command, command.__name__.rpartition(".")[2]))


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer passes an option's value so
    if wanted:
        typer.echo(f"dedup {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *, version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version.")  # noqa: FBT003
) -> None:
    pass


FAILED = 2
"""Exit code for what could not run; 1 is for findings."""


def main() -> None:
    """Run the command line. Faults that a user can mend are one line on standard error and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except DedupError as fault:
        code = _failed(str(fault))
    except click.ClickException as fault:
        code = _failed(fault.format_message())
    except click.Abort:
        code = 130
    sys.exit(code)


def _failed(message: str) -> int:
    sys.stderr.write(f"dedup: {' '.join(message.split())}\n")
    return FAILED
