"""Options that several commands share, and how they, a configuration file and the defaults become settings."""

from __future__ import annotations

import inspect
import os
import re
import sys
import tomllib
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from dedup.errors import ReadError, SettingsError
from dedup.settings import Boilerplate, Effort, Errors, Extractor, Settings, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup.engines.local import Resources

Inputs = Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders to read.", show_default=False)]
Steps = Annotated[
    str | None,
    typer.Option(help=f"What to do, separated by commas: {', '.join(Step)}.", show_default="all"),
]
Config = Annotated[
    Path | None,
    typer.Option(help="TOML file with a table `tool.dedup`.", show_default="the nearest pyproject.toml that has one"),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Processes that work at once.", show_default="one a core")
]
Memory = Annotated[
    str | None, typer.Option(help="Memory to aim at, over all processes, such as 1G.", show_default="2G")
]
Work = Annotated[
    Path | None,
    typer.Option(help="Folder for what is done so far; the same command goes on from there.", show_default="none"),
]
Cache = Annotated[
    Path | None,
    typer.Option(
        envvar="DEDUP_CACHE",
        metavar="FOLDER",
        help="Where files are remembered between checks; may be deleted.",
        show_default="the user's cache",
    ),
]
Audit = Annotated[
    int | None,
    typer.Option(
        min=1, help="Compare so many documents, drawn by the seed, with all others, and tell how much was found."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
_OPTIONS: Final = {
    "effort": Annotated[
        Effort | None,
        typer.Option(
            help="How hard to look: `high` proposes more pairs that hardly share a run of words.",
            show_default="default",
        ),
    ],
    "likeness": Annotated[
        float | None,
        typer.Option(
            help="From which two documents match: words in common in order, and the same figures and names.",
            show_default="0.6",
        ),
    ],
    "threshold": Annotated[
        float | None,
        typer.Option(
            help="Instead: Jaccard similarity of 5-word shingles from which they match; contained documents stay.",
            show_default="none",
        ),
    ],
    "containment": Annotated[
        float | None,
        typer.Option(
            help="Instead, or beside --threshold: share of a document's shingles inside another.", show_default="none"
        ),
    ],
    "paragraph_threshold": Annotated[
        float | None,
        typer.Option(help="Jaccard similarity of 3-word shingles from which two paragraphs match.", show_default="0.8"),
    ],
    "paragraph_likeness": Annotated[
        float | None, typer.Option(help="Likeness from which a less similar paragraph goes.", show_default="0.75")
    ],
    "paragraph_words": Annotated[
        int | None, typer.Option(help="Words of the shortest paragraph compared with others.", show_default="15")
    ],
    "boilerplate": Annotated[
        Boilerplate | None,
        typer.Option(
            help="Text to keep that may be lost with boilerplate, over all: .3 %, 1 %, 3 %.", show_default="default"
        ),
    ],
    "keep": Annotated[
        str | None,
        typer.Option(
            metavar="POLICY",
            help="Which of several like documents stays: longest, first, last, max:FIELD or min:FIELD.",
            show_default="longest",
        ),
    ],
    "prefer": Annotated[
        list[str] | None,
        typer.Option(
            metavar="SOURCE", help="Source whose documents stay rather than others'; may be repeated, best first."
        ),
    ],
    "reference": Annotated[
        list[str] | None,
        typer.Option(metavar="SOURCE", help="Source that loses nothing: what it holds goes from others; repeatable."),
    ],
    "reference_only": Annotated[
        bool | None,
        typer.Option("--reference-only", help="Compare others with reference sources only, not with one another."),
    ],
    "source_field": Annotated[
        str | None, typer.Option(help="JSON field with a document's source.", show_default="the file is the source")
    ],
    "ignore": Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Boilerplate rule that is not applied, such as BP131; may be repeated."),
    ],
    "steps": Steps,
    "text_field": Annotated[str | None, typer.Option(help="JSON field with the text.", show_default="text")],
    "html_field": Annotated[
        str | None, typer.Option(help="Field or column with web pages, of which the main text is taken.")
    ],
    "id_field": Annotated[str | None, typer.Option(help="JSON field with the document's id.", show_default="id")],
    "encoding": Annotated[
        str | None, typer.Option(help="Encoding of text files; auto finds each one's.", show_default="utf-8")
    ],
    "errors": Annotated[
        Errors | None, typer.Option(help="At bytes that are no text: stop, or replace them.", show_default="strict")
    ],
    "extractor": Annotated[
        Extractor | None,
        typer.Option(help="What takes the text out of pages; resiliparse is faster.", show_default="trafilatura"),
    ],
}

PRECEDENCE: Final = ("keep", "prefer", "reference", "reference_only", "source_field")
"""Options that say which of several like documents stays."""


def resources(jobs: int | None, memory: str | None, work: Path | None = None, *, keep: bool = False) -> Resources:
    """Say what may be used. Raises `SettingsError` for an impossible amount of memory."""
    from dedup.engines.local import MEMORY, Resources  # noqa: PLC0415 - what --help does not need

    return Resources(jobs or _cores(), MEMORY if memory is None else _bytes(memory), work, keep)


def cache_home() -> Path:
    """Give the folder in which this system keeps what may be deleted."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "dedup", "cache")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "dedup"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "dedup")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_UNITS: Final = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}
_LEAST: Final = 256 << 20


def _bytes(memory: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGT]?)(?:I?B)?", memory.strip().upper())
    size = int(float(found[1]) * (1 << _UNITS[found[2]])) if found else 0
    if size < _LEAST:
        raise SettingsError("memory", f"{memory!r} will not do", remedy="give an amount of at least 256M, such as 2G")
    return size


def choosing(*without: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Give a command the options for settings, and `--config`.

    The command gets as `chosen` the values of those that were given on the command line or in the file, by name, and
    as `origin`, if it takes that, the file.
    """
    shared = {name: option for name, option in _OPTIONS.items() if name not in without} | {"config": Config}

    def extended(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(**values: Any) -> None:  # noqa: ANN401 - whatever the options are
            given = {name: values.pop(name) for name in shared}
            origin, chosen = _configured(given.pop("config"))
            chosen.update((name, value) for name, value in given.items() if value not in (None, []))
            if "origin" in taken:
                values["origin"] = origin
            command(**values, chosen=chosen)

        taken = inspect.signature(command, eval_str=True).parameters
        own = [parameter for name, parameter in taken.items() if name not in {"chosen", "origin"}]
        more = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
            for name, option in shared.items()
        ]
        vars(run)["__signature__"] = inspect.Signature([*own, *more])  # where PEP 362 puts it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *more)}
        return run

    return extended


def _configured(config: Path | None) -> tuple[Path | None, dict[str, Any]]:
    if config is not None:
        table = _table(config)
        if table is None:
            raise ReadError(config, "no table `tool.dedup`", remedy="add [tool.dedup], or name another --config")
        return config, table
    for folder in (Path.cwd(), *Path.cwd().parents):
        path = folder / "pyproject.toml"
        if path.is_file() and (table := _table(path)) is not None:
            return path, table
    return None, {}


def _table(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            tools = tomllib.load(file).get("tool")
    except OSError as fault:
        raise ReadError(path, fault.strerror or str(fault), remedy="name a readable file with --config") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ReadError(path, f"not TOML ({fault})", remedy="mend the file or name another with --config") from fault
    table = tools.get("dedup") if isinstance(tools, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ReadError(path, "`tool.dedup` is no table", remedy="write [tool.dedup], and settings below it")
    try:
        Settings.of(table)
    except SettingsError as fault:
        raise SettingsError(f"{path}: {fault.setting}", fault.problem, remedy=fault.remedy) from fault
    return {name.replace("-", "_"): value for name, value in table.items()}
