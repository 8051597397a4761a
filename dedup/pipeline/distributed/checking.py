"""What must be so of all documents together, whoever has read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as f

from dedup.engines.shards import Shard, Spool
from dedup.engines.spark.tables import first, streamed
from dedup.errors import DuplicateId
from dedup.pipeline import standing
from dedup.pipeline.rows import CHANGING, DOCUMENTS, STANDING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import DataFrame

    from dedup.settings import PrecedenceSettings


def check(documents: DataFrame, settings: PrecedenceSettings, place: Callable[[dict[str, Any]], str]) -> None:
    """Raise `DuplicateId` where two documents go by one name, and what `standing.check` raises; `place` says where."""
    where = f.struct("number", "file", "line")
    named = documents.groupBy("id").agg(
        f.count("*").alias("count"), f.min(where).alias("one"), f.max(where).alias("other")
    )
    if twice := first(named.where("count > 1").orderBy("id")):
        raise DuplicateId(twice["id"], place(twice["one"]), place(twice["other"]))
    firsts = documents.groupBy("measure", "rank").agg(f.min(where).alias("where")).orderBy("where")
    found = list(streamed(firsts))  # as many as there are kinds and listed sources
    columns = [pa.array([row.get(name, 0.0) for row in found], STANDING.field(name).type) for name in STANDING.names]
    spool = Spool(DOCUMENTS, CHANGING)
    spool.append(Shard({DOCUMENTS: pa.RecordBatch.from_arrays(columns, schema=STANDING)}))
    standing.check(spool, settings, lambda row: place(found[row]["where"]))
