"""From files, or a data frame, to cleaned documents and the ledger, on Spark."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from pyspark.sql import functions as f

from dedup import __version__, formats, report
from dedup.engines.spark.session import faults
from dedup.engines.spark.tables import Folder, Workspace, arrow_schema, mapped, streamed
from dedup.errors import ReadError, WriteError
from dedup.formats.parquet import FORMAT, Columns
from dedup.pipeline.distributed import telling
from dedup.pipeline.distributed.checking import check
from dedup.pipeline.distributed.documents import read_frame, read_tasks, schema
from dedup.pipeline.distributed.plan import Plan
from dedup.pipeline.distributed.recurrence import recurring
from dedup.pipeline.reading import readings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame, SparkSession

    from dedup.settings import Settings

PARTIAL: Final = ".dedup-partial"
OUTPUTS: Final = ("documents", "ledger", "report.json")
"""What an output folder holds; the last is written last."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a cleaning came to: two tables, good as long as the folder of work is there, and counts."""

    documents: DataFrame
    """The documents that stay: of a data frame its own columns, else `telling.KEPT`."""
    ledger: DataFrame
    """A row for each finding; see `telling.FINDINGS`."""
    tally: report.Tally
    forgotten: int
    """How often documents met too many others for all to be remembered."""

    def facts(self) -> dict[str, Any]:
        """Give the counts as the report holds them."""
        return self.tally.facts()


def clean_frame(space: Workspace, frame: DataFrame, settings: Settings) -> Cleaned:
    """
    Clean a data frame: a column of texts, one of ids perhaps, and others, which are carried along.

    Raises `ReadError` where there is no text, and `DuplicateId`, `SettingsError`, `WorkError`.
    """
    settings.read.refuse_pages("for data frames", "clean files of them on one machine")
    source = formats.Source(Path("dataframe"), "dataframe", FORMAT)
    with faults():
        parts = frame.rdd.getNumPartitions()
    carried = schema(_others(frame, settings))
    read = mapped(frame, partial(read_frame, source, carried, settings), carried)
    cleaned = _cleaned(space, read, [source], settings, parts)
    stays = cleaned.documents.select("text", "row.*")
    stays = stays.withColumnRenamed("text", settings.read.text_field).select(frame.columns)
    return replace(cleaned, documents=stays)


def _others(frame: DataFrame, settings: Settings) -> pa.DataType:
    """Give the type of a row's other columns. Raises `ReadError` where a column is missing."""
    arrow = arrow_schema(frame)
    columns = Columns(Path("dataframe"), "dataframe", arrow, settings.read)
    return columns.entries(pa.RecordBatch.from_pylist([], arrow), 0).column("row").type


def clean_paths(  # noqa: PLR0913 - what to do, how, and with what
    spark: SparkSession,
    paths: Sequence[str],
    output: str,
    settings: Settings,
    *,
    form: str = "jsonl",
    work: str | None = None,
) -> Cleaned:
    """
    Clean files into a folder: `documents` (JSON Lines or Parquet), `ledger` (Parquet) and, last, `report.json`.

    Parquet, and what lies on a file system of a cluster (`hdfs://`, `s3a://`), is read by Spark, all else as on one
    machine: then all machines must reach it by the same names. Raises `ReadError`, `DuplicateId`, `SettingsError`,
    `WriteError` and `WorkError`; the folder then holds what it held before.
    """
    folder = Folder(spark, output)
    if strangers := sorted(folder.names() - {*OUTPUTS, PARTIAL}):
        problem = f"the output folder holds {strangers[0]}, which is not from an earlier cleaning on Spark"
        raise WriteError(output, problem, remedy="move it away or choose another -o")
    drafts = f"{folder.name}/{PARTIAL}"
    space = Workspace(spark, f"{Folder(spark, work).name if work else drafts}/dedup-{uuid.uuid4().hex}")
    try:
        cleaned, own = _of_paths(space, paths, settings)
        with faults():
            _write(cleaned.documents, f"{drafts}/documents", form, own=own)
            rows = cleaned.ledger.sortWithinPartitions("file", "record", "document", "start")
            rows.write.mode("overwrite").parquet(f"{drafts}/ledger")
        for name in reversed(OUTPUTS):
            folder.remove(name)
        for name in OUTPUTS[:-1]:
            folder.move(f"{PARTIAL}/{name}", name)
        folder.write(OUTPUTS[-1], report.dump(_facts(cleaned, settings)))
    finally:
        Folder(spark, space.folder).remove()
        folder.remove(PARTIAL)
    return cleaned


def _of_paths(space: Workspace, paths: Sequence[str], settings: Settings) -> tuple[Cleaned, bool]:
    """Clean files; tells too whether they were read in our own formats."""
    if not any("://" in path for path in paths):
        inputs = formats.find([Path(path) for path in paths])
        if not any(source.format.pack for source in inputs.sources):
            return _of_files(space, inputs, settings), True
        paths = [str(source.path) for source in inputs.sources]
    reader = space.spark.read
    if all(path.endswith(".parquet") for path in paths):
        read = partial(reader.parquet, *paths)
    elif all(path.endswith(".jsonl") for path in paths):
        read = partial(reader.json, [*paths])
    else:
        remedy = "give files of one kind, all .parquet or all .jsonl, or dedup.spark.clean a data frame of them"
        raise ReadError(", ".join(paths), "Spark cannot read these files together", remedy=remedy)
    with faults():
        frame = read()
    return clean_frame(space, frame, settings), False


def _of_files(space: Workspace, inputs: formats.Inputs, settings: Settings) -> Cleaned:
    tasks = readings(inputs.sources, settings, writes=True, whole=True)
    spark = space.spark
    task = partial(read_tasks, spark.sparkContext.broadcast(tasks))
    read = mapped(spark.range(0, len(tasks), 1, len(tasks)), task, schema())
    return _cleaned(space, read, list(inputs.sources), settings, len(tasks))


def _cleaned(
    space: Workspace, read: DataFrame, sources: list[formats.Source], settings: Settings, parts: int
) -> Cleaned:
    documents = space.kept("documents", read)

    def place(found: dict[str, Any]) -> str:
        path = str(sources[found["file"]].path)
        return f"{path}:{found['line']}" if found["line"] else path

    check(documents, settings.precedence, place)
    context = space.spark.sparkContext
    known, documents = recurring(space, documents, settings)
    plan = Plan(space, settings, max(parts, context.defaultParallelism), context.broadcast(known))
    told = plan.told(documents, context.broadcast(sources))
    tally = report.Tally()
    for row in streamed(told.where(f.col("is") == telling.COUNTS).select("data")):
        tally.merge(bytes(row["data"]))
    rows = mapped(told.where(f.col("is") == telling.FINDING).select("data"), telling.findings, telling.FINDINGS)
    stays = told.where(f.col("is") == telling.DOCUMENT).drop("is", "data")
    return Cleaned(stays, rows, tally, plan.not_compared())


def _write(documents: DataFrame, folder: str, form: str, *, own: bool) -> None:
    """Write documents, which are `telling.KEPT` where they were read in our own formats."""
    if form == "parquet":
        documents.write.mode("overwrite").parquet(folder)
    elif own:
        line = f.coalesce("json", f.to_json(f.struct("id", "text")))
        documents.select(line.alias("value")).write.mode("overwrite").text(folder)
    else:
        documents.write.mode("overwrite").json(folder)


def _facts(cleaned: Cleaned, settings: Settings) -> dict[str, Any]:
    return {
        "version": __version__,
        "engine": "spark",
        "settings": settings.flat(),
        "settings_sha256": settings.digest(),
        **cleaned.facts(),
        "not_compared": {"full_buckets": cleaned.forgotten},
    }
