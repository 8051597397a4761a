"""What people see: colours and progress on a terminal, plain text in a pipe."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from dedup.records import Address, Copy, Frequency, Likeness, Overlap, Pattern, Score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup import pipeline
    from dedup.pipeline.audit import Audit
    from dedup.records import Finding

out = Console(soft_wrap=True, highlight=False)
COMPILING: Final = "Compiling for this machine: half a minute, once per installation."
UNKEPT: Final = (
    "Compiling for this machine: half a minute, every time, because the result can be kept nowhere; "
    "set NUMBA_CACHE_DIR to a folder that can be written."
)
err = Console(stderr=True, soft_wrap=True, highlight=False)


@contextmanager
def progress() -> Iterator[pipeline.corpus.Progress]:
    """Show progress on standard error while the work goes on, if that is a terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    from dedup.kernel.jit import lasting, watched  # noqa: PLC0415 - what --help does not need

    def compiling() -> None:
        if not lasting():
            err.print(UNKEPT)
        elif err.is_terminal:
            err.print(COMPILING)

    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks = {}

        def told(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        with watched(compiling):
            yield told


def account(finding: Finding) -> str:  # noqa: PLR0911 - one for each kind of evidence
    """Say in one line what was found and on what evidence."""
    match finding.evidence:
        case Pattern(excerpt):
            return f"{finding.rule} (confidence {finding.confidence:.2f}): {_short(excerpt)}"
        case Score(probability, because):
            return f"{finding.rule} (probability {probability:.2f}): {', '.join(because)}"
        case Frequency(documents):
            return f"{finding.rule} (in {documents:,} documents)"
        case Copy(document, start, end, jaccard, float(likeness)):
            return f"{finding.rule} of {document}[{start}:{end}] (Jaccard {jaccard:.3f}, likeness {likeness:.3f})"
        case Copy(document, start, end, jaccard):
            return f"{finding.rule} of {document}[{start}:{end}] (Jaccard {jaccard:.3f})"
        case Likeness(document, jaccard, containment, likeness=float(likeness)):
            return f"{finding.rule} of {document} (likeness {likeness:.3f}, Jaccard {jaccard:.3f})"
        case Overlap(item, start, end, covered):
            return f"{finding.rule} with {covered:.0%} of {item}, most of it at [{start}:{end}]"
        case Address(document, url):
            return f"{finding.rule} as {document}: {_short(url)}"
        case Likeness(document, jaccard, containment):
            return f"{finding.rule} of {document} (Jaccard {jaccard:.3f}, contained {containment:.3f})"


def audited(audit: Audit) -> str:
    """Say how much of what there is was found."""
    low, high = audit.interval()
    share = f"{audit.found / audit.pairs:.1%} (95 % interval: {low:.1%} to {high:.1%})" if audit.pairs else "not known"
    return (
        f"Audit: {audit.documents:,} documents match others in {audit.pairs:,} pairs, of which {audit.found:,} were "
        f"found; recall {share}."
    )


def _short(text: str, width: int = 60) -> str:
    line = plain(" ".join(text.split()))
    return line if len(line) <= width else line[: width - 1] + "…"


def plain(text: str) -> str:
    """Put U+FFFD for control codes, so that no text steers a terminal."""
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in text)


def styled(text: str, style: str) -> Text:
    """Make a text that is never taken for markup."""
    return Text(text, style=style)
