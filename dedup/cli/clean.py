"""`dedup clean`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.table import Table

from dedup.cli import on_spark, options, remote
from dedup.cli.console import audited, err, out, progress
from dedup.cli.on_spark import Form, Machine
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.pipeline import files
    from dedup.pipeline.distributed import cleaning


@options.choosing()
def clean(  # noqa: PLR0913 - each is an option
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the clean corpus.")] = Path("cleaned"),
    split_stories: Annotated[
        bool, typer.Option("--split-stories", help="Make suspected second stories documents of their own.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, only tell what would go.")] = False,
    report: Annotated[
        bool, typer.Option("--report/--no-report", help="Write report.html, a page to look at what went.")
    ] = True,
    audit: options.Audit = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="INDEX", help="Index of an earlier corpus: what that holds goes.", show_default="none"),
    ] = None,
    decontaminate: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Evaluation set of which no document may hold an item; may be repeated."),
    ] = None,
    ngram: Annotated[int, typer.Option(help="Words in the runs by which items are found.")] = 13,
    coverage: Annotated[float, typer.Option(help="Share of an item from which a document goes.")] = 0.5,
    jobs: options.Jobs = None,
    memory: options.Memory = None,
    work: options.Work = None,
    keep_work: Annotated[bool, typer.Option("--keep-work", help="Leave the folder of --work at the end.")] = False,
    as_json: options.Json = False,
    engine: Annotated[Machine, typer.Option("--engine", help="What the work runs on.")] = Machine.LOCAL,
    master: Annotated[
        str, typer.Option(metavar="URL", help="Spark's master: local[*], spark://HOST:PORT, yarn, k8s://...")
    ] = "local[*]",
    form: Annotated[
        Form, typer.Option("--form", help="What Spark writes documents as.", show_default="jsonl")
    ] = Form.JSONL,
) -> None:
    """
    Write a clean copy of a corpus, and a ledger of all that was removed.

    A run that was killed is continued by the same command. Inputs and output may be addresses: s3://, gs://, hf://.
    Example: dedup clean seeds -o cleaned
    """
    from dedup.pipeline import files  # noqa: PLC0415 - kernels and Arrow, which --help does not need
    from dedup.pipeline.decontamination import Wanted  # noqa: PLC0415

    if split_stories:
        chosen["split_stories"] = True
    settings = Settings.of(chosen)
    if engine == Machine.SPARK:
        local: dict[str, Any] = {"dry_run": dry_run, "audit": audit, "keep_work": keep_work}
        local |= {"against": against, "decontaminate": decontaminate}
        on_cluster = on_spark.clean(inputs, output, settings, work, on_spark.Wanted(master, form, local))
        if not _tell(on_cluster, as_json=as_json):
            out.print(f"Clean corpus, ledger and report.json are in {output}", markup=False)
        return
    resources = options.resources(jobs, memory, work, keep=keep_work)
    home = options.cache_home() if work is None else work.parent
    staged = remote.staged(home / "remote", inputs, None if dry_run else output, keep=keep_work)
    with staged as (paths, folder), progress() as told:
        cleaned = files.clean(
            paths,
            folder,
            settings,
            told,
            resources,
            page=report,
            audit=audit or 0,
            against=against,
            without=Wanted(tuple(decontaminate), ngram, coverage) if decontaminate else None,
        )
    if _tell(cleaned, as_json=as_json):
        return
    if cleaned.audit:
        out.print(audited(cleaned.audit))
    if dry_run:
        recall = files.expected_recall(cleaned, settings)
        out.print(
            f"Nothing written. Signatures are cut into {recall['bands']} bands of {recall['rows']} rows, which propose "
            f"{recall['at_threshold']:.1%} of the pairs at a Jaccard similarity of {recall['threshold']:g}; with "
            f"sampled shingles they propose {recall['candidates']:,} pairs of these documents."
        )
    else:
        beside = "ledger.jsonl, report.json and report.html" if report else "ledger.jsonl and report.json"
        out.print(f"Clean corpus, {beside} are in {remote.address(output) or output}", markup=False)
    if cleaned.tally.empty:
        err.print(f"Note: documents without text: {cleaned.tally.empty:,}.")
    if cleaned.tally.named:
        [document, problem] = cleaned.tally.named[0]
        count = cleaned.tally.problems.total()
        err.print(f"Note: pages not read, or not whole: {count:,}, the first {document}: {problem}.", markup=False)
    if cleaned.inputs.others:
        err.print(f"Note: files of other kinds, left alone: {cleaned.inputs.others:,}.")


def _tell(cleaned: files.Cleaned | cleaning.Cleaned, *, as_json: bool) -> bool:
    """Print what went; tell whether all is said with that."""
    if as_json:
        typer.echo(orjson.dumps(cleaned.facts(), option=orjson.OPT_INDENT_2))
        return True
    if cleaned.tally.findings:
        out.print(_table(cleaned))
    out.print(_summary(cleaned))
    return False


def _table(cleaned: files.Cleaned | cleaning.Cleaned) -> Table:
    from dedup.pipeline import catalogue  # noqa: PLC0415 - as above

    tally = cleaned.tally
    known = {reason.code: reason for reason in catalogue.reasons()}
    table = Table("Code", "Reason", "Findings", "Documents", "Characters", title="Removed")
    for column in table.columns[2:]:
        column.justify = "right"
    for code in sorted(tally.findings):
        counts = (tally.findings[code], tally.touched[code], tally.removed[code])
        table.add_row(code, known[code].name, *(f"{count:,}" for count in counts))
    return table


def _summary(cleaned: files.Cleaned | cleaning.Cleaned) -> str:
    tally = cleaned.tally
    gone = tally.characters - tally.characters_kept
    share = gone / tally.characters if tally.characters else 0.0
    suspected = sum(tally.suspicions.values())
    return (
        f"{tally.documents_kept:,} of {tally.documents:,} documents stay; {gone:,} of {tally.characters:,} characters "
        f"({share:.1%}) went" + (f"; suspicions in the ledger: {suspected:,}" if suspected else "")
    )
