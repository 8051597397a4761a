"""What is written of documents and of what went: cleaned records, rows of the ledger, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dedup.engines.shards import Shard, Spool, coalesced
from dedup.engines.spark.tables import fitted, sliced
from dedup.pipeline.distributed.documents import CHANGING, incoming_table
from dedup.pipeline.distributed.matching import VERDICT
from dedup.pipeline.outcome import VERDICTS, Judged
from dedup.pipeline.rows import CHANGING as REPLACED
from dedup.pipeline.rows import DOCUMENTS
from dedup.pipeline.tables import KEYS
from dedup.pipeline.writing import FILES, LEDGER, TALLY, Writing, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark import Broadcast

    from dedup.engines.shards import Tables
    from dedup.formats import Source
    from dedup.settings import Settings

DOCUMENT, FINDING, COUNTS = range(3)
"""Kinds of rows: a document that stays, rows of the ledger, a tally."""
KEPT: Final = pa.schema(
    [("id", pa.string()), ("file", pa.string()), ("record", pa.int64()), ("text", pa.string()), ("json", pa.string())]
)
"""A document that stays; `json` is its whole record where it was one of JSON."""
FINDINGS: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("document", pa.string()),
        ("file", pa.string()),
        ("record", pa.int64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("reason", pa.string()),
        ("rule", pa.string()),
        ("confidence", pa.float64()),
        ("evidence", pa.string()),
        ("text", pa.string()),
        ("more", pa.string()),
    ]
)
"""A row of the ledger; `evidence`, and all that has no column of its own (`more`), are JSON."""
_JSON: Final = frozenset({"jsonl", "warc"})
"""Formats whose cleaned records are lines of JSON."""
NOW: Final = "now_"
"""Before the names of columns that tell how a document is after matching."""
NOW_TOO: Final = (*CHANGING.names, "words")
"""What matching may have changed."""


def schema(row: pa.DataType | None) -> pa.Schema:
    """Give the columns of what is told, with one for what rows of a data frame hold besides."""
    others = [] if row is None else [pa.field("row", row)]
    return pa.schema([("is", pa.int8()), ("data", pa.binary()), *KEPT, *others])


def told(
    sources: Broadcast[list[Source]], settings: Settings, wanted: pa.Schema, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Tell what became of documents (the table of them, beside it `VERDICT` and what matching changed)."""
    for batch in batches:
        if not batch.num_rows:
            continue
        judged = _judged(batch, settings)
        task = Writing(judged, {file: sources.value[file] for file in sorted(judged.files())}, settings)
        made = write(task)
        yield from sliced(_kept(task, made, wanted))
        for kind, name in ((FINDING, LEDGER), (COUNTS, TALLY)):
            data = made[name].column("data")
            if len(data[0].as_py()):
                yield _filled({"is": pa.array([kind]), "data": data}, wanted)


def _judged(batch: pa.RecordBatch, settings: Settings) -> Judged:
    matched = batch.column("matched")
    now = {name: batch.column(NOW + name) for name in NOW_TOO}
    words = pc.coalesce(now["words"], batch.column("words"))
    documents = incoming_table(batch)
    for name in CHANGING.names:
        place = documents.schema.get_field_index(name)
        column = pc.if_else(matched, now[name].cast(documents.column(name).type), documents.column(name))
        documents = documents.set_column(place, name, column)
    spool = Spool(DOCUMENTS, REPLACED)
    spool.append(Shard({DOCUMENTS: documents, KEYS: pa.RecordBatch.from_arrays([words], ["words"])}))
    verdict = batch.column("verdict")
    table = pa.RecordBatch.from_arrays(verdict.flatten(), [field.name for field in VERDICT])
    table = table.select(["witness", *VERDICTS])
    return Judged(spool, table, settings.match.threshold)


def _kept(task: Writing, made: Tables, wanted: pa.Schema) -> pa.RecordBatch:
    """Give the documents that stay."""
    documents = task.judged.table()
    stays = task.judged.verdicts.column("witness").is_null()
    kept = documents.filter(stays)
    of_json = [source.format.name in _JSON for source in task.sources.values()]
    pieces = zip(*(made[FILES].column(name).to_pylist() for name in ("data", "file")), strict=True)
    lines = [data for data, file in pieces if task.sources[file].format.name in _JSON]
    place = np.searchsorted(np.array(list(task.sources)), kept.column("file").to_numpy())
    names = pa.array([source.name for source in task.sources.values()])
    columns = {
        "is": pa.array(np.full(len(place), DOCUMENT, np.int8)),
        "id": kept.column("id"),
        "file": names.take(pa.array(place)),
        "record": kept.column("record"),
        "text": coalesced(kept.column("text"), kept.column("base")),
        "json": _placed(b"".join(lines), np.array(of_json, bool)[place]),
    }
    if "row" in kept.schema.names:
        columns["row"] = kept.column("row")
    return _filled(columns, wanted)


def _placed(lines: bytes, some: np.ndarray) -> pa.Array:
    """Give each of some rows a line."""
    found = pc.split_pattern(pa.array([lines], pa.large_binary()).cast(pa.large_string()), "\n").flatten()[:-1]
    places = np.where(some, np.cumsum(some) - 1, 0)
    return found.take(pa.array(places, mask=~some)) if len(found) else pa.nulls(len(some), pa.string())


def _filled(columns: dict[str, pa.Array], wanted: pa.Schema) -> pa.RecordBatch:
    count = len(columns["is"])
    missing = {field.name: pa.nulls(count, field.type) for field in wanted if field.name not in columns}
    return fitted({**missing, **columns}, wanted)


def findings(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Make rows of the ledger, as `ledger` writes them, columns."""
    for batch in batches:
        for data in batch.column("data"):
            rows = [_columns(orjson.loads(line)) for line in data.as_py().splitlines()]
            yield from sliced(pa.RecordBatch.from_pylist(rows, FINDINGS))


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    own = {name: row.pop(name, None) for name in FINDINGS.names if name != "more"}
    if own["evidence"] is not None:
        own["evidence"] = orjson.dumps(own["evidence"]).decode()
    return {**own, "more": orjson.dumps(row).decode() if row else None}


def row_of(columns: dict[str, Any]) -> dict[str, Any]:
    """Give the row of the ledger that columns were made of."""
    told = {name: value for name, value in columns.items() if value is not None and name != "more"}
    if "evidence" in told:
        told["evidence"] = orjson.loads(told["evidence"])
    return {**told, **orjson.loads(columns["more"] or "{}")}
