"""Lines that recur: counted where the documents are, and put together by their keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as f

from dedup.engines.shards import Shard, Spool
from dedup.engines.spark.session import faults
from dedup.engines.spark.tables import arrow_schema, fitted, mapped
from dedup.kernel.line_keys import Recurring
from dedup.pipeline.distributed.documents import changed, incoming_table, schema
from dedup.pipeline.recurrence import LINES, MANY, WHOLES, WORN, Counting, Wearing, lines, sought, wear
from dedup.pipeline.rows import CHANGING, DOCUMENTS
from dedup.settings import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark import Broadcast
    from pyspark.sql import DataFrame

    from dedup.engines.spark.tables import Workspace
    from dedup.settings import Settings

HELD: Final = pa.schema([("key", pa.int64()), ("document", pa.int64())])
"""A short line, by its key, and what stands for the document that has it."""


def recurring(space: Workspace, documents: DataFrame, settings: Settings) -> tuple[Recurring, DataFrame]:
    """Find the lines that recur; give documents without what goes for it."""
    if not sought(settings):
        return Recurring.none(), documents
    known = _counted(space, documents, settings)
    if not len(known.keys):
        return known, documents
    row = arrow_schema(documents.select("row")).field(0).type if "row" in documents.columns else None
    task = partial(worn, settings, space.spark.sparkContext.broadcast(known))
    return known, space.kept("worn", mapped(documents, task, schema(row)))


def _counted(space: Workspace, documents: DataFrame, settings: Settings) -> Recurring:
    read = documents.select("number", "rank", "base")
    each = mapped(read, partial(held, settings), HELD).distinct()
    counted = each.groupBy("key").agg(f.count("*").alias("documents")).where(f.col("documents") >= MANY)
    with faults():
        found = space.kept("recurring", counted).toArrow()
    keys = found.column("key").to_numpy().view(np.uint64)
    order = np.argsort(keys)
    return Recurring(keys[order], found.column("documents").to_numpy()[order].astype(np.int32))


def held(settings: Settings, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """
    Give the short lines of documents, each with the document's number.

    Where copies go, all that have the same lines are one: a hash of these stands for them.
    """
    for batch in batches:
        found = lines(Counting(_spool(batch), settings.paragraphs.paragraph_words))
        names = batch.column("number").to_numpy()
        if Step.DOCUMENTS in settings.steps:
            names = found[WHOLES].column("whole").to_numpy().view(np.int64)
        owners, keys = (found[LINES].column(name).to_numpy() for name in ("document", "key"))
        yield fitted({"key": pa.array(keys.view(np.int64)), "document": pa.array(names[owners])}, HELD)


def _spool(documents: pa.RecordBatch) -> Spool:
    spool = Spool(DOCUMENTS, CHANGING)
    place = documents.schema.get_field_index("base")
    base = documents.column(place).cast(pa.large_string())
    spool.append(Shard({DOCUMENTS: documents.set_column(place, "base", base)}))
    return spool


def worn(
    settings: Settings, known: Broadcast[Recurring], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Strip documents that hold lines which recur again; give all, those that lose nothing as they were."""
    for batch in batches:
        spool = _spool(incoming_table(batch))
        short = Shard(lines(Counting(spool, settings.paragraphs.paragraph_words)))
        made = wear(Wearing(spool, short, settings, known.value))
        places = made[WORN].column("place").to_numpy()
        stays = np.ones(batch.num_rows, bool)
        stays[places] = False
        yield batch.filter(pa.array(stays))
        if len(places):
            yield changed(batch.take(pa.array(places)), made, settings)
