"""
An index as the reference of a corpus: those of its documents that share anything with the corpus come to stand in it.

They are then what documents of a reference source are: they stay, they lose nothing, and what they hold goes from the
others. Which texts are compared, and what comes of it, is decided where it always is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from dedup import cluster
from dedup.formats.entry import Entry
from dedup.index.segment import ADDRESSES, BANDS, WHOLES
from dedup.index.segment import PARAGRAPHS as PARAGRAPH_BANDS
from dedup.index.segment import SAMPLES as SHINGLES
from dedup.index.store import Index
from dedup.kernel.candidates import Buckets
from dedup.pipeline import rows, segments
from dedup.pipeline.addresses import hashes
from dedup.pipeline.tables import KEYS, PARAGRAPHS, SAMPLES, banded, tables
from dedup.settings import Keep, Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup.engines.shards import Shard, Spool, Tables
    from dedup.kernel.arrays import I64, U64

FIRST: Final = -(1 << 31)
"""The rank of an index's documents, before those of all reference sources."""
TOGETHER: Final = 1 << 12
"""Documents of an index that are brought in one shard."""


class _Hits(NamedTuple):
    """Keys that documents have (places), and documents of the index that have them too (rows); number by number."""

    numbers: I64
    places: I64
    rows: I64


class Against:
    """Looks up which documents of an index are needed."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Open an index. Raises `ReadError` where it is damaged, `SettingsError` where settings do not fit."""
        self.index = Index(folder)
        segments.check(self.index, settings)
        self._settings = settings

    def facts(self) -> dict[str, Any]:
        """Say which index it is, as the ledger's header does."""
        manifest = self.index.manifest
        return {
            "against": {"name": self.index.folder.name, "documents": manifest.documents, "sha256": manifest.digest()}
        }

    def namesake(self, ids: pa.Array) -> str | None:
        """Give an id that a document of the index has as well."""
        return min(self.index.named(ids.to_pylist()), default=None)

    def related(self, spool: Spool, wanted: I64) -> I64:
        """Find the documents of the index, ascending, that share enough with some rows of a spool as they are now."""
        chosen = np.zeros(len(spool), bool)
        chosen[wanted] = True
        found = [np.empty(0, np.int64)]
        for shard, (numbers, places) in zip(spool.shards, spool.current(), strict=True):
            some = chosen[numbers]
            if some.any():
                found += self._shared(shard, np.sort(places[some]).astype(np.int64))
                known = hashes(*(spool.column(name, numbers[some]) for name in ("url", "canonical")))
                found.append(self._first(ADDRESSES, known[known != 0]))
        return np.unique(np.concatenate(found))

    def _first(self, family: str, keys: U64) -> I64:
        return self.index.find(family, keys, cluster.LIMIT)[1]

    def _shared(self, shard: Shard, places: I64) -> Iterator[I64]:
        """Give the documents of the index that share words, keys or keys of paragraphs with those at some places."""
        steps = self._settings.steps
        keys = shard.table(KEYS)
        places = places[keys.column("words").to_numpy()[places] > 0]
        if Step.DOCUMENTS in steps:
            yield self._first(WHOLES, keys.column("whole0").to_numpy()[places])
            yield self._proposed(shard, places)
        if Step.PARAGRAPHS in steps:
            paragraphs = shard.table(PARAGRAPHS)
            own = np.isin(paragraphs.column("document").to_numpy(), places)
            yield self._beside([band[own] for band in banded(paragraphs)])

    def _beside(self, bands: list[U64]) -> I64:
        """
        Give the documents of the index with whose paragraphs some, of which these are the bands, may be compared.

        Those are the ones that share most bands with a paragraph, among the first so many of each band.
        """
        which, found = self.index.find(PARAGRAPH_BANDS, np.concatenate(bands), cluster.LIMIT)
        pairs = which % max(1, len(bands[0])) << np.int64(32) | found
        told, firsts, shared = np.unique(pairs, return_index=True, return_counts=True)
        order = np.lexsort((firsts, -shared, told >> 32))
        paragraphs = told[order] >> 32
        nth = np.arange(len(order)) - np.searchsorted(paragraphs, paragraphs)
        chosen: I64 = found[firsts[order[nth < cluster.LIMIT]]]
        return chosen

    def _proposed(self, shard: Shard, places: I64) -> I64:
        """Give the documents of the index that those at some places would be compared with."""
        keys, samples = shard.table(KEYS), shard.table(SAMPLES)
        numbers = np.full(keys.num_rows, -1, np.int64)
        numbers[places] = np.arange(len(places))
        every = banded(keys)
        by_bands = self._hits(
            BANDS, np.concatenate([band[places] for band in every]), np.tile(numbers[places], len(every))
        )
        holders = numbers[samples.column("text").to_numpy()]
        sampled = self._hits(SHINGLES, samples.column("value").to_numpy()[holders >= 0], holders[holders >= 0])
        documents, others = np.unique(np.concatenate((by_bands.rows, sampled.rows)), return_inverse=True)
        count, total = len(places), len(places) + len(documents)
        keyed = len(by_bands.places)
        both = np.concatenate((by_bands.numbers, sampled.numbers + keyed))
        texts = np.concatenate((by_bands.places, sampled.places, others + count))
        buckets = np.concatenate((np.arange(keyed + len(sampled.places)), both))
        order = np.argsort(texts, kind="stable")
        if not len(documents):
            return documents
        signatures, counts = self.index.take(documents, ["signature", "samples"])
        pairs = cluster.proposals(
            Buckets(
                np.searchsorted(texts[order], np.arange(total + 1)),
                buckets[order].astype(np.int32),
                np.bincount(buckets, minlength=keyed + len(sampled.places)).astype(np.int32),
                np.concatenate((keys.column("samples").to_numpy()[places], counts.to_numpy())),
                np.concatenate((_bytes(keys.column("signature"))[places], _bytes(signatures))),
                np.arange(total) < count,
                keyed,
            ),
            np.concatenate((np.arange(count, total), np.arange(count))),
            (np.arange(total) < count).astype(np.int64),
            cluster.Criteria.of(self._settings.match),
        )
        return documents[np.unique(pairs[:, 0]) - count]

    def _hits(self, family: str, keys: U64, places: I64) -> _Hits:
        """Look up keys of documents at some places; those that none of the index has are left out."""
        which, found = self.index.find(family, keys, cluster.LIMIT)
        there, numbers = np.unique(which, return_inverse=True)
        return _Hits(numbers, places[there], found)

    def _order(self, documents: I64) -> I64:
        """Give what puts documents in the order of their places, where the keep policy wants that."""
        match self._settings.precedence.keep:
            case Keep.FIRST:
                return documents
            case Keep.LAST:
                return int(self.index.starts[-1]) - 1 - documents
        return np.zeros_like(documents)

    def shard(self, documents: I64) -> Tables:
        """Make a shard of documents of the index (ascending)."""
        count = len(documents)
        ids, urls, said, texts = self.index.take(documents, ["id", "url", "canonical", "text"])
        known = {
            "id": ids.cast(pa.string()),
            "url": urls.cast(pa.string()),
            "canonical": said.cast(pa.string()),
            "text": texts,
            "rank": pa.array((FIRST + self._order(documents)).astype(np.int32)),
            "file": pa.array(np.full(count, -1, np.int32)),
        }
        nothing = rows.batch([rows.Incoming(0, Entry("", ""))]).take(pa.array(np.zeros(count, np.int64)))
        columns = [known.get(name, column) for name, column in zip(rows.INCOMING.names, nothing.columns, strict=True)]
        incoming = pa.RecordBatch.from_arrays(columns, schema=rows.INCOMING)
        return tables(rows.documents(incoming, {}), texts, self._settings)


def _bytes(column: pa.Array) -> np.ndarray:
    """Give a column of signatures as (n, w) uint8."""
    width = column.type.byte_width
    return np.frombuffer(column.buffers()[1], np.uint8)[column.offset * width :].reshape(-1, width)[: len(column)]
