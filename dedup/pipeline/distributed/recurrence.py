"""Lines that recur: counted where the documents are, and put together by their keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as f

from dedup.engines.shards import Shard, Spool
from dedup.engines.spark.session import faults
from dedup.engines.spark.tables import Workspace, arrow_schema, first, mapped
from dedup.kernel.line_keys import Recurring
from dedup.pipeline.distributed.documents import CHANGING, changed, incoming_table, schema
from dedup.pipeline.distributed.telling import NOW
from dedup.pipeline.document import modelled
from dedup.pipeline.lines import LINES, SHORT, Counting, beside, lines
from dedup.pipeline.neighbours import PLACES
from dedup.pipeline.recurrence import WORN, Wearing, Weighing, wear
from dedup.pipeline.rows import CHANGING as REPLACED
from dedup.pipeline.rows import DOCUMENTS
from dedup.reasons import RECURRING_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark import Broadcast
    from pyspark.sql import DataFrame

    from dedup.engines.shards import Tables
    from dedup.kernel.arrays import U64
    from dedup.pipeline.distributed.plan import Plan
    from dedup.settings import Settings

KEY: Final = pa.schema([("key", pa.int64())])
PAIR: Final = pa.schema([("below", pa.bool_()), ("line", pa.int64()), ("neighbour", pa.int64())])
"""A line that is frequent, by its number, and half of the key of what stands above it, or `below`."""


def settled(plan: Plan, documents: DataFrame) -> tuple[Plan, DataFrame, DataFrame]:
    """
    Match documents, and let them lose lines that recur, until nothing more goes; as `Corpus.match`.

    Gives the plan of the last round, the documents it began with, and what became of those that have to do with others.
    """
    if not modelled(plan.settings, RECURRING_LINE):
        return plan, documents, plan.final(documents)
    row = arrow_schema(documents.select("row")).field(0).type if "row" in documents.columns else None
    wanted = schema(row)
    folder = plan.space.folder
    known = Recurring.none()
    fresh = _counted(plan, documents.select(f.col("base").alias("content")), "read")
    for number in count():
        if len(fresh.keys):
            known = known.joined(fresh)
            task = partial(worn, plan.settings, plan.sent(Weighing(known, fresh, anew=True)), True)  # noqa: FBT003 - others too
            documents = plan.space.kept(f"begun-{number}", mapped(documents, task, wanted))
        space = Workspace(plan.space.spark, f"{folder}/round-{number}")
        plan = replace(plan, space=space, known=known)
        final = plan.final(documents)
        now = _now(documents, final)
        content = now.select(f.coalesce("text", "base").alias("content"))
        fresh = _counted(plan, content, f"settled-{number}").unknown(known)
        weighing = plan.sent(Weighing(known.joined(fresh), fresh, anew=False))
        task = partial(worn, plan.settings, weighing, False)  # noqa: FBT003 - these alone
        if not len(fresh.keys) or first(mapped(now, task, wanted)) is None:
            break
    return plan, documents, final


def _now(documents: DataFrame, final: DataFrame) -> DataFrame:
    """Give the documents that stay, as they are now."""
    stay = documents.join(final, "number", "left").where("verdict is null or verdict.witness is null")
    now = {name: f.when(f.col("matched"), f.col(NOW + name)).otherwise(f.col(name)) for name in CHANGING.names}
    return stay.withColumns(now).select(documents.columns)


def _counted(plan: Plan, contents: DataFrame, stage: str) -> Recurring:
    """Find the lines that recur in texts."""
    words = plan.settings.paragraphs.paragraph_words
    held = mapped(contents, partial(short, words), KEY).groupBy("key").agg(f.count("*").alias("documents"))
    frequent = plan.space.kept(f"{stage}-frequent", held.where(f.col("documents") >= PLACES))
    with faults():
        told = frequent.toArrow().combine_chunks()
    keys = told.column("key").to_numpy().view(np.uint64)
    order = np.argsort(keys)
    documents = told.column("documents").to_numpy()[order].astype(np.int32)
    if not len(keys):
        return Recurring.none()
    met = mapped(contents, partial(pairs, words, plan.sent(keys[order])), PAIR).distinct()
    counted = met.groupBy("below", "line").agg(f.count("*").alias("neighbours"))
    most = counted.groupBy("line").agg(f.max("neighbours").alias("neighbours")).where(f.col("neighbours") >= PLACES)
    with faults():
        told = most.orderBy("line").toArrow()
    places, neighbours = (told.column(name).to_numpy() for name in ("line", "neighbours"))
    return Recurring(keys[order][places], documents[places], neighbours.astype(np.int32))


def short(words: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Give the keys of the short lines of texts (`content`), each once for each text."""
    for batch in batches:
        yield _keys(_lines(batch.column("content"), words)[SHORT].column("key"))


def _keys(column: pa.UInt64Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(column.to_numpy().view(np.int64))], schema=KEY)


def pairs(words: int, frequent: Broadcast[U64], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Give what stands above and below frequent lines (by their keys) in texts (`content`); see `PAIR`."""
    for batch in batches:
        table = _lines(batch.column("content"), words)[LINES]
        document, key = (table.column(name).to_numpy() for name in ("document", "key"))
        every = len(frequent.value)
        for below, found in enumerate(beside(document, key, frequent.value, 0, every)):
            each = np.unique(found)
            columns = [np.full(len(each), bool(below)), each >> np.uint64(32), each & np.uint64((1 << 32) - 1)]
            arrays = [pa.array(column).cast(field.type) for column, field in zip(columns, PAIR, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=PAIR)


def _lines(contents: pa.Array, words: int) -> Tables:
    """Make the tables of the lines of texts; see `lines.lines`."""
    texts = contents.cast(pa.large_string())
    return lines(Counting(_spool(pa.RecordBatch.from_arrays([texts], ["base"])), words, read=True))


def _spool(documents: pa.RecordBatch) -> Spool:
    spool = Spool(DOCUMENTS, REPLACED)
    spool.append(Shard({DOCUMENTS: documents}))
    return spool


def worn(
    settings: Settings,
    weighing: Broadcast[Weighing],
    others: bool,  # noqa: FBT001 - partial's order
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """Strip documents that hold lines which recur again; give those that change by it, and if asked for the others."""
    for batch in batches:
        spool = _spool(incoming_table(batch))
        content = spool.texts(np.arange(batch.num_rows)) if not weighing.value.anew else batch.column("base")
        held = Shard(_lines(content, settings.paragraphs.paragraph_words))
        made = wear(Wearing(spool, held, settings, weighing.value))
        places = made[WORN].column("place").to_numpy()
        if others:
            stays = np.ones(batch.num_rows, bool)
            stays[places] = False
            yield batch.filter(pa.array(stays))
        if len(places):
            yield changed(batch.take(pa.array(places)), made, settings)
