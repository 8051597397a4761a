"""
Which texts share a key: keys travel packed, a few rows of many keys each, and meet in bins by their hashes.

A row is a kind, a bin, and as bytes of int64 the keys and the texts that have them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from dedup.engines.spark.tables import fitted, sliced, unpacked
from dedup.kernel.collisions import radix_order, repeated
from dedup.pipeline.distributed.documents import fresh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.kernel.arrays import I64, U64

    Packed = tuple[int, int, I64 | U64, I64]

BAND, SAMPLE, PARAGRAPH = range(3)
"""Kinds of keys: of a document's band, its sampled shingle, a paragraph's band."""
PACKED: Final = pa.schema([("kind", pa.int8()), ("bin", pa.int32()), ("keys", pa.binary()), ("texts", pa.binary())])
SHARED: Final = pa.schema([("kind", pa.int8()), ("key", pa.int64()), ("text", pa.int64())])
"""Keys that texts share."""
_COLUMNS: Final = {BAND: "bands", SAMPLE: "sampled", PARAGRAPH: "paragraphs"}
_TABLE: Final = 28
"""As in `cluster`: the table in which keys are looked up takes 64 MB at most."""


def packed(bins: int, kinds: tuple[int, ...], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Pack keys of some kinds of texts (`text` and the columns of keys of `SKETCH`) into so many bins."""
    for batch in batches:
        texts = batch.column("text").to_numpy()
        rows: list[Packed] = []
        for kind in kinds:
            keys, holders = _keys(batch.column(_COLUMNS[kind]), texts)
            rows += ((kind, number, keys[own], holders[own]) for number, own in binned(keys, bins))
        yield _table(rows)


def _keys(column: pa.BinaryArray, texts: I64) -> tuple[U64, I64]:
    """Give the keys of a column, and the text of each."""
    data, offsets = unpacked(column)
    return data.view(np.uint64), np.repeat(texts, np.diff(offsets) // 8)


def binned(keys: U64, bins: int) -> Iterator[tuple[int, I64]]:
    """Give for each of so many bins that has any the places of its keys."""
    place = (keys >> np.uint64(32)) % np.uint64(bins)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place.astype(np.int64), minlength=bins))
    for number, own in enumerate(np.split(order, ends[:-1])):
        if len(own):
            yield number, own


def only(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Leave of packed keys those that are among others of the same bin (`wanted`, several runs of bytes)."""
    for batch in batches:
        rows: list[Packed] = []
        for row in batch.to_pylist():
            keys, texts = (np.frombuffer(row[name], np.int64) for name in ("keys", "texts"))
            chosen = np.isin(keys, np.frombuffer(b"".join(row["wanted"]), np.int64))
            if chosen.any():
                rows.append((row["kind"], row["bin"], keys[chosen], texts[chosen]))
        yield _table(rows)


def _table(rows: list[Packed]) -> pa.RecordBatch:
    values = [(kind, place, keys.tobytes(), texts.tobytes()) for kind, place, keys, texts in rows]
    columns = zip(*values, strict=True) if values else ((),) * len(PACKED)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, PACKED, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=PACKED)


def shared(since: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """
    Find the keys that occur more than once in a partition, which has all of its bins' rows.

    At least once in a text whose version is `since` or later; see `documents.fresh`.
    """
    parts: defaultdict[int, list[tuple[bytes, bytes]]] = defaultdict(list)
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in ("kind", "keys", "texts"))
        for kind, own, holders in zip(*columns, strict=True):
            parts[kind].append((own, holders))
    for kind, found in parts.items():
        keys, texts = (np.frombuffer(b"".join(column), np.int64) for column in zip(*found, strict=True))
        some = _repeated(keys.view(np.uint64))
        group = np.cumsum(np.diff(keys[some], prepend=keys[some[:1]]) != 0)
        some = some[(np.bincount(group, fresh(texts[some], since)) > 0)[group]]
        kinds = np.full(len(some), kind, np.int8)
        told = {"kind": pa.array(kinds), "key": pa.array(keys[some]), "text": pa.array(texts[some])}
        yield from sliced(fitted(told, SHARED), 1 << 14)


def _repeated(keys: U64) -> I64:
    """Give the places of keys that occur again, equal ones together and in order."""
    maybe = repeated(keys, np.ones(len(keys), bool), _TABLE)
    order = maybe[radix_order(keys[maybe])]
    new = np.ones(len(order) + 1, bool)
    new[1:-1] = keys[order[1:]] != keys[order[:-1]]
    return order[~(new[:-1] & new[1:])]
