"""`dedup check`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from dedup.cli import options
from dedup.cli.console import account, progress

if TYPE_CHECKING:
    from dedup.pipeline.rows import Incoming
    from dedup.records import Finding


def check(  # noqa: PLR0913 - one parameter an option is how typer reads them
    inputs: options.Inputs,
    threshold: options.Threshold = None,
    containment: options.Containment = None,
    keep: options.KeepOption = None,
    steps: options.Steps = None,
    text_field: options.TextField = None,
    id_field: options.IdField = None,
    encoding: options.Encoding = None,
    errors: options.ErrorsOption = None,
    suspicions: Annotated[bool, typer.Option("--suspicions", help="Also list what is only suspected.")] = False,  # noqa: FBT002
    config: options.Config = None,
) -> None:
    """
    List what `clean` would remove, one line a finding; write nothing.

    Exit code 0: nothing to remove. 1: findings. 2: could not run. Example: dedup check corpus/
    """
    from dedup import formats  # noqa: PLC0415 - kernels and Arrow, which --help does not need
    from dedup.pipeline import files  # noqa: PLC0415

    settings = options.settings(
        config,
        threshold=threshold,
        containment=containment,
        keep=keep,
        steps=steps,
        text_field=text_field,
        id_field=id_field,
        encoding=encoding,
        errors=errors,
    )
    found = 0
    sources = formats.find(inputs)
    with progress() as told, files.gathered(sources, settings, told) as corpus:
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
    """Give line and column, from 1: of the finding, or of the record that holds the document."""
    if document.entry.line:
        return f"{document.entry.line}:1"
    before = document.text[: finding.span.start].replace("\r\n", "\n").replace("\r", "\n")
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
