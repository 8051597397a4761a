"""`dedup check`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dedup.cli import options
from dedup.cli.console import account, progress
from dedup.segment import INVISIBLE
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.pipeline.rows import Incoming
    from dedup.records import Finding


@options.choosing()
def check(
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    suspicions: Annotated[bool, typer.Option("--suspicions", help="Also list what is only suspected.")] = False,
    jobs: options.Jobs = None,
    memory: options.Memory = None,
) -> None:
    """
    List what `clean` would remove, one line a finding; write nothing.

    Exit code 0: nothing to remove. 1: findings. 2: could not run. Example: dedup check corpus/
    """
    from dedup import formats  # noqa: PLC0415 - kernels and Arrow, which --help does not need
    from dedup.pipeline import files  # noqa: PLC0415

    found = 0
    sources = formats.find(inputs)
    used = options.resources(jobs, memory)
    with progress() as told, files.gathered(sources, Settings.of(chosen), told, used) as corpus:
        corpus.match()
        for outcome in corpus.outcomes():
            document = outcome.incoming
            path = os.path.relpath(sources.sources[document.file].path)
            found += len(outcome.removals)
            shown = (*outcome.removals, *(outcome.suspicions if suspicions else ()))
            for finding in sorted(shown, key=lambda finding: finding.span):
                typer.echo(f"{path}:{_place(document, finding)}: {finding.reason} {account(finding)}")
    raise typer.Exit(1 if found else 0)


def _place(document: Incoming, finding: Finding) -> str:
    """Give line and column, from 1: of the first thing to see of a finding, or of the record that holds it."""
    if document.entry.line:
        return f"{document.entry.line}:1"
    removed = document.text[finding.span.start : finding.span.end]
    start = finding.span.end - len(removed.lstrip(INVISIBLE)) if removed.strip(INVISIBLE) else finding.span.start
    before = document.text[:start].replace("\r\n", "\n").replace("\r", "\n")
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
