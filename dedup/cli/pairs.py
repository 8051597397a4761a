"""`dedup pairs`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from dedup.cli import options
from dedup.cli.console import audited, err, progress
from dedup.cli.written import written
from dedup.errors import SettingsError, WriteError
from dedup.records import PassageMatch
from dedup.settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


@options.choosing(*options.PRECEDENCE, "steps")
def pairs(  # noqa: PLR0913 - each is an option
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the pairs.", show_default="standard output")
    ] = None,
    paragraphs: Annotated[
        bool, typer.Option("--paragraphs", help="Compare paragraphs, inside documents too, instead of documents.")
    ] = False,
    steps: Annotated[
        str,
        typer.Option(help="What is taken out before comparing, separated by commas: boilerplate, repeats."),
    ] = "",
    audit: options.Audit = None,
    jobs: options.Jobs = None,
    memory: options.Memory = None,
) -> None:
    """
    Write every pair of documents that match: two ids, Jaccard similarity, containment, likeness, separated by tabs.

    With --threshold, exactly the pairs of at least that Jaccard similarity; with --containment, those of which the
    smaller one lies in the larger by at least that share; with both, all these; and no likeness. Texts are compared as
    they are. Example: dedup pairs corpus.jsonl -o pairs.tsv

    With --paragraphs, a paragraph goes by its document's id and its code points, id[start:end], and a sixth column
    says `together` where a neighbour recurs too, else `alone`.
    """
    from dedup import formats  # noqa: PLC0415 - kernels and Arrow, which --help does not need
    from dedup.pipeline import files  # noqa: PLC0415
    from dedup.pipeline.audit import Audit  # noqa: PLC0415

    settings = Settings.of(chosen | {"steps": f"{'paragraphs' if paragraphs else 'documents'},{steps}"})
    if paragraphs and audit:
        raise SettingsError("audit", "paragraphs are not audited", remedy="leave out --paragraphs or --audit")
    sources = formats.find(inputs)
    if output is not None and any(source.path == output.absolute() for source in sources.sources):
        raise WriteError(output, "an input", remedy="choose another -o")
    count = found = 0
    used = options.resources(jobs, memory)
    with progress() as told, files.gathered(sources, settings, told, used) as corpus, _opened(output) as file:
        documents, there = corpus.neighbours(audit) if audit else (0, set())
        for match in corpus.passage_pairs() if paragraphs else corpus.pairs():
            row = f"{match.a}\t{match.b}\t{match.jaccard:.6f}\t{match.containment:.6f}"
            if match.likeness is not None:
                row += f"\t{match.likeness:.6f}"
            if isinstance(match, PassageMatch):
                row += "\ttogether" if match.together else "\talone"
            else:
                found += (match.a, match.b) in there
            file.write(row + "\n")
            count += 1
    if corpus.forgotten:
        err.print(f"Note: of very large groups not every pair was compared; left out {corpus.forgotten:,} times.")
    if audit:
        err.print(audited(Audit(documents, len(there), found)))
    if output is not None:
        err.print(f"Pairs in {output}: {count:,}", markup=False)


def _opened(path: Path | None) -> AbstractContextManager[TextIO]:
    """Open a file for the pairs, or standard output."""
    return nullcontext(sys.stdout) if path is None else written(path, "choose another -o")
