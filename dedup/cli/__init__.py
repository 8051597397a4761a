"""The command line: one file a command, each a thin face of the pipeline."""

from __future__ import annotations

import io
import os
import platform
import sys
import tempfile
from typing import Final

import typer

from dedup import __version__
from dedup.cli import check, clean, config, diff, explain, index, pairs, report, restore, rules, stats, warm
from dedup.cli.console import plain
from dedup.engines import process
from dedup.errors import DedupError

app = typer.Typer(
    name="dedup",
    help="Clean text corpora: near-duplicates, repeated text and boilerplate out, every character accounted for.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (clean, check, stats, explain, pairs, diff, report, restore, rules, config, warm):
    app.command()(getattr(command, command.__name__.rpartition(".")[2]))
app.add_typer(index.index)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer passes an option's value so
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - nothing else needs it

        versions = ", ".join(f"{name} {version(name)}" for name in TOLD)
        typer.echo(f"dedup {__version__} (Python {platform.python_version()}, {versions})")
        raise typer.Exit


TOLD: Final = ("numpy", "pyarrow", "numba", "datasketch", "trafilatura")
"""Libraries whose version a report of a fault should tell."""


@app.callback()
def _options(
    *,
    versions: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the versions."),  # noqa: FBT003
) -> None:
    pass


FAILED: Final = 2
"""Exit code for what could not run; 1 is for findings."""
INTERRUPTED: Final = 130


def main() -> None:
    """Run the command line. Faults that a user can mend are one line on standard error and exit code 2."""
    process.prepare()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that lacks a letter is no reason to stop
    try:
        code = app(standalone_mode=False, prog_name="dedup")
        sys.stdout.flush()
    except DedupError as fault:
        code = _failed(str(fault))
    except typer.TyperException as fault:
        context = getattr(fault, "ctx", None)
        command = context.command_path if context else "dedup"
        message = fault.format_message().rstrip(".")  # empty where the help was shown instead
        code = _failed(f"{message}; see {command} --help") if message else FAILED
    except typer.Abort:
        code = INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as fault:
        place = fault.filename or tempfile.gettempdir()
        code = _failed(f"{place}: {fault.strerror or fault}; make room, or set TMPDIR to a folder with room")
    if code == INTERRUPTED:
        sys.stderr.write("dedup: interrupted; where there is an output, the same command goes on from what is done\n")
    sys.exit(code)


def _failed(message: str) -> int:
    sys.stderr.write(f"dedup: {plain(' '.join(message.split()))}\n")
    return FAILED
