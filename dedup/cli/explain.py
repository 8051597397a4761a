"""`dedup explain`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dedup.cli import options
from dedup.cli.console import account, out, styled
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.pipeline.outcome import Outcome


@options.choosing()
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to explain.", show_default=False)],
    chosen: dict[str, Any],
    *,
    others: Annotated[
        list[Path] | None, typer.Option("--with", help="Files and folders to compare it with; may be repeated.")
    ] = None,
) -> None:
    """
    Show a document as it is, what would be removed marked, each with its reason and evidence.

    Example: dedup explain seeds/a.txt --with seeds
    """
    from dedup import formats  # noqa: PLC0415 - kernels and Arrow, which --help does not need
    from dedup.errors import ReadError  # noqa: PLC0415
    from dedup.pipeline import files  # noqa: PLC0415

    if file.is_dir():
        raise ReadError(file, "a folder", remedy="name one file, and folders to compare it with by --with")
    [wanted] = formats.find([file]).sources
    sources = formats.find([file, *(others or [])])
    with files.gathered(sources, Settings.of(chosen)) as corpus:
        corpus.match()
        for outcome in corpus.outcomes():
            if sources.sources[outcome.incoming.file].path == wanted.path:
                _show(outcome)


def _show(outcome: Outcome) -> None:
    text = outcome.incoming.text
    out.rule(styled(outcome.incoming.entry.id, "bold"))
    at = 0
    for part in outcome.stripped:
        out.print(styled(f"── {part.reason} {account(part)} ── went before the rest", "yellow"))
    for finding in sorted((*outcome.removals, *outcome.suspicions), key=lambda finding: (finding.span, finding.reason)):
        removed = finding in outcome.removals
        _lines("  ", text[at : finding.span.start], "")
        label = "removed" if removed else "suspected, stays"
        out.print(styled(f"── {finding.reason} {account(finding)} ── {label}", "yellow"))
        if removed:
            _lines("- ", text[finding.span.start : finding.span.end], "red strike")
            at = finding.span.end
        else:
            at = finding.span.start
    _lines("  ", text[at:], "")


def _lines(mark: str, text: str, style: str) -> None:
    for line in text.splitlines():
        out.print(styled((mark + line).rstrip(), style))
