"""The table of documents: read, stripped and sketched; a row each, numbered in the order of the corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from pyspark import TaskContext

from dedup import sketch
from dedup.engines.shards import coalesced
from dedup.engines.spark.tables import binary, fitted, sliced
from dedup.errors import WorkError
from dedup.formats.parquet import Columns
from dedup.kernel.arrays import Texts
from dedup.pipeline import rows
from dedup.pipeline.addresses import hashes
from dedup.pipeline.reading import read_in_turn, shard
from dedup.pipeline.rows import DOCUMENTS, INCOMING
from dedup.pipeline.standing import standings
from dedup.pipeline.tables import KEYS, PARAGRAPHS, PERMUTATIONS, SAMPLES, banded, paragraph_matching
from dedup.precedence import precedes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark import Broadcast

    from dedup.engines.shards import Tables
    from dedup.formats import Source
    from dedup.kernel.arrays import I64, U8, Bools
    from dedup.pipeline.reading import Reading
    from dedup.settings import Settings

ROOM: Final = 24
"""Bits of a document's number that count the documents of one task; the others are the task's number."""
TASKS: Final = 23
"""Bits of a document's number that count tasks; `VERSIONS` more are needed, and one for the sign."""
VERSIONS: Final = 16
"""Bits of a text's number that count the versions of a document; the others are the document's number."""

SKETCH: Final = pa.schema(
    [
        ("words", pa.int32()),
        ("samples", pa.int32()),
        ("signature", pa.binary()),
        ("bands", pa.binary()),
        ("sampled", pa.binary()),
        ("paragraphs", pa.binary()),
        ("marks", pa.binary()),
    ]
)
"""
What is remembered of a text, as `tables` makes it: words, number of sampled shingles, low bytes of its signature, as
bytes of uint64 the keys of its bands, its sampled shingles, and the keys of all bands of its paragraphs; and of each
paragraph the low bytes of its signature, `PERMUTATIONS` of them.
"""
CHANGING: Final = pa.schema([("text", pa.string()), ("findings", pa.binary())])
"""See `rows.changing`."""
_CARRIED: Final = pa.schema(
    [
        pa.field(field.name, pa.string() if field.type == pa.large_string() else field.type)
        for field in INCOMING
        if field.name != "text"
    ]
)


def schema(row: pa.DataType | None = None) -> pa.Schema:
    """Give the columns of the table, with one for what rows of a data frame hold besides."""
    others = [] if row is None else [pa.field("row", row)]
    fields = [
        ("number", pa.int64()),
        ("precedes", pa.float64()),
        ("address", pa.int64()),
        *_CARRIED,
        ("base", pa.string()),
        *CHANGING,
        *SKETCH,
    ]
    return pa.schema([*fields, *others])


def fresh(texts: I64, since: int) -> Bools:
    """Tell which texts are of the versions `since` or later."""
    versions: I64 = texts & ((1 << VERSIONS) - 1)
    return versions >= since


def read_tasks(tasks: Broadcast[list[Reading]], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Read the tasks whose numbers come in."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            task = tasks.value[number]
            before = 0
            for tables in read_in_turn(task):
                yield from _table(tables, number, before, task.settings, schema())
                before += tables[DOCUMENTS].num_rows


def read_frame(
    source: Source, carried: pa.Schema, settings: Settings, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Read the rows of a data frame."""
    context = TaskContext.get()
    number = context.partitionId() if context else 0
    columns: Columns | None = None
    before = 0
    for batch in batches:
        if columns is None:
            columns = Columns(source.path, source.name, batch.schema, settings.read)
        entries = columns.entries(batch, (number << ROOM) + before)
        incoming = rows.of_files(entries, [0], standings(entries, [source], settings))
        yield from _table(shard([incoming], settings, frozenset({0})), number, before, settings, carried)
        before += batch.num_rows


def _table(tables: Tables, task: int, before: int, settings: Settings, wanted: pa.Schema) -> Iterator[pa.RecordBatch]:
    documents = tables[DOCUMENTS]
    count = documents.num_rows
    if before + count > 1 << ROOM or task >= 1 << TASKS:
        raise WorkError("too many documents in one partition, or too many partitions", remedy="repartition the input")
    numbers = np.arange(count) + ((task << ROOM) + before)
    columns = dict(zip(documents.schema.names, documents.columns, strict=True))
    columns |= sketches(tables, coalesced(columns["text"], columns["base"]), settings)
    columns["number"] = pa.array(numbers)
    columns["precedes"] = _precedes(columns, settings)
    columns["address"] = pa.array(hashes(columns["url"], columns["canonical"]).view(np.int64))
    yield from sliced(fitted(columns, wanted))


def changed(batch: pa.RecordBatch, tables: Tables, settings: Settings) -> pa.RecordBatch:
    """Let rows of the table be as a shard's documents are, which are the same ones after something more went."""
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    columns |= {name: tables[DOCUMENTS].column(name) for name in CHANGING.names}
    columns |= sketches(tables, coalesced(columns["text"], columns["base"].cast(pa.large_string())), settings)
    columns["precedes"] = _precedes(columns, settings)
    return fitted(columns, batch.schema)


def _precedes(columns: dict[str, pa.Array], settings: Settings) -> pa.Array:
    words, values, numbers = (columns[name].to_numpy() for name in ("words", "value", "number"))
    return pa.array(precedes(settings.precedence.keep, words, values, numbers))


def sketches(tables: Tables, texts: pa.Array, settings: Settings) -> dict[str, pa.Array]:
    """Give what is remembered of a shard's texts, as `SKETCH`."""
    keys, samples = tables[KEYS], tables[SAMPLES]
    count = keys.num_rows
    bands = np.stack(banded(keys), axis=1)
    columns = {name: keys.column(name) for name in ("words", "samples", "signature")}
    columns["bands"] = binary(bands, np.arange(count + 1) * (8 * bands.shape[1]))
    columns["sampled"] = binary(
        samples.column("value").to_numpy(), 8 * _offsets(samples.column("text").to_numpy(), count)
    )
    if PARAGRAPHS not in tables:
        return columns | dict.fromkeys(("paragraphs", "marks"), pa.array([b""] * count, pa.large_binary()))
    paragraphs = tables[PARAGRAPHS]
    bands = np.stack(banded(paragraphs), axis=1)
    places = _offsets(paragraphs.column("document").to_numpy(), count)
    columns["paragraphs"] = binary(bands, places * (8 * bands.shape[1]))
    columns["marks"] = binary(_marks(paragraphs, Texts.of(texts), settings), places * PERMUTATIONS)
    return columns


def _marks(paragraphs: pa.RecordBatch, texts: Texts, settings: Settings) -> U8:
    """Give the low bytes of the MinHash values of paragraphs, (n, PERMUTATIONS)."""
    owners, starts, ends = (paragraphs.column(name).to_numpy() for name in ("document", "start", "end"))
    lows = texts.lows[owners]
    made = sketch.sketch(texts.spans(lows + starts, lows + ends), paragraph_matching(settings))
    return made.signatures.astype(np.uint8)


def _offsets(owners: I64, count: int) -> I64:
    """Tell where what belongs to each of so many owners begins, where it stands in their order."""
    return np.searchsorted(owners, np.arange(count + 1)).astype(np.int64)


def incoming_table(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Make of rows of the table the documents of a shard, as `reading.read` has them."""
    names = [field.name for field in INCOMING if field.name != "text"]
    wanted: dict[str, pa.DataType] = {field.name: field.type for field in INCOMING}
    wanted |= {"base": pa.large_string(), "text": pa.large_string(), "findings": pa.large_binary()}
    names += ["base", "text", "findings"]
    arrays = [batch.column(name).cast(wanted[name]) for name in names]
    if "row" in batch.schema.names:
        names.append("row")
        arrays.append(batch.column("row"))
    return pa.RecordBatch.from_arrays(arrays, names)
