"""Components of documents, many in a task, go through the matching of one machine."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from dedup.engines.local import Engine, Resources
from dedup.engines.shards import coalesced
from dedup.engines.spark.tables import fitted, sliced
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.distributed.documents import CHANGING, SKETCH, incoming_table, sketches
from dedup.pipeline.outcome import PARTS
from dedup.pipeline.rows import DOCUMENTS
from dedup.pipeline.tables import KEYS, PARAGRAPHS, SAMPLES, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark import Broadcast

    from dedup.engines.shards import Tables
    from dedup.kernel.arrays import I64
    from dedup.kernel.line_keys import Recurring
    from dedup.settings import Settings

VERDICT: Final = pa.struct(
    [
        ("witness", pa.string()),
        *((name, pa.int32()) for name in ("shared", "own", "other")),
        *((name, pa.bool_()) for name in ("exact", "address")),
        *((name, pa.float64()) for name in PARTS),
    ]
)
"""See `outcome.Judged`."""
MATCHED: Final = pa.schema([("number", pa.int64()), ("version", pa.int32()), ("verdict", VERDICT), *CHANGING, *SKETCH])
"""
What became of a document (`version` 0; of what is remembered of its text only its words), and from 1 on how it was
after each time that paragraphs were cut out of it.
"""


def matched(
    settings: Settings, known: Broadcast[Recurring], memory: int, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Match the documents of a partition, which come in the order of their numbers, with one another."""
    numbers: list[I64] = []
    given = (batch for batch in batches if batch.num_rows)
    first = next(given, None)
    if first is None:
        return

    def shards() -> Iterator[Tables]:
        for batch in chain((first,), given):
            numbers.append(batch.column("number").to_numpy().copy())  # a view would hold the whole batch
            documents = incoming_table(batch)
            yield tables(documents, coalesced(documents.column("text"), documents.column("base")), settings)

    with Engine(Resources(memory=memory)) as engine:
        corpus = Corpus(settings, engine)
        corpus.adopt(shards())
        corpus.recurring = known.value
        corpus.settle()
        for own, judged in zip(numbers, corpus.judged(), strict=True):
            changing = {name: judged.spool.column(name, np.arange(len(own))) for name in CHANGING.names}
            told = {"verdict": _verdict(judged.verdicts), "words": pa.array(judged.words())}
            yield from _rows(own, 0, {**told, **changing})
        every = np.concatenate(numbers)
        for number, (cut, shard) in enumerate(corpus.versions, start=1):
            documents = shard.table(DOCUMENTS)
            changing = {name: documents.column(name) for name in CHANGING.names}
            kept = {name: shard.table(name) for name in (KEYS, SAMPLES, PARAGRAPHS)}
            yield from _rows(every[cut], number, {**changing, **sketches(kept, documents.column("text"), settings)})


def _rows(numbers: I64, version: int, columns: dict[str, pa.Array]) -> Iterator[pa.RecordBatch]:
    count = len(numbers)
    given = {"number": pa.array(numbers), "version": pa.repeat(pa.scalar(version, pa.int32()), count), **columns}
    missing = {field.name: pa.nulls(count, field.type) for field in MATCHED if field.name not in given}
    yield from sliced(fitted({**missing, **given}, MATCHED))


def _verdict(verdicts: pa.RecordBatch) -> pa.StructArray:
    columns = [verdicts.column(field.name).cast(field.type) for field in VERDICT]
    return pa.StructArray.from_arrays(columns, fields=list(VERDICT))
