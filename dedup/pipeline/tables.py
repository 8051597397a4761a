"""
The tables of a shard: documents, their keys, their sampled shingles, their paragraphs with keys.

`keys` and `paragraphs` have a column a band, so that matching reads one band at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from dedup import sketch
from dedup.kernel.arrays import Texts
from dedup.kernel.minhash import band_keys
from dedup.kernel.paragraphs import paragraphs
from dedup.pipeline.rows import DOCUMENTS
from dedup.pipeline.shielded import free
from dedup.settings import MatchSettings, Settings, Step

if TYPE_CHECKING:
    from dedup.engines.shards import Tables
    from dedup.kernel.arrays import U64

KEYS: Final = "keys"
SAMPLES: Final = "samples"
PARAGRAPHS: Final = "paragraphs"

SIGNATURE: Final = 128
"""MinHash values of a document of which the low bytes are kept, to tell hopeless candidates."""
SHINGLE: Final = 3
"""Words in a paragraph's shingle: of a 15-word paragraph one edit leaves 10 of 13."""
PROPOSED: Final = 0.5
"""Similarity of paragraphs for which bands are cut; with one word in nine exchanged about that much is left."""
PERMUTATIONS: Final = 105
"""The fewest that give bands of three rows the recall of 0.99 there; with two rows common phrases would do."""


_BAND: Final = "band"


def bands(table: pa.RecordBatch) -> list[str]:
    """Name the columns of keys of a table, one a band."""
    return [name for name in table.schema.names if name.startswith(_BAND)]


def banded(table: pa.RecordBatch) -> list[U64]:
    """Give the keys of a table, one column a band."""
    return [table.column(name).to_numpy() for name in bands(table)]


def tables(documents: pa.RecordBatch, texts: pa.Array, settings: Settings) -> Tables:
    """Make a shard of a table of documents and what remains of their texts."""
    made = {DOCUMENTS: documents, **_keys(Texts.of(texts), settings.match)}
    if Step.PARAGRAPHS in settings.steps:
        made[PARAGRAPHS] = _paragraphs(texts, settings)
    return made


def _keys(texts: Texts, settings: MatchSettings) -> Tables:
    made = sketch.sketch(texts, settings)
    counts = np.diff(made.offsets)
    keys: dict[str, np.ndarray] = {
        "words": made.words,
        "samples": counts.astype(np.int32),
        "whole0": made.wholes[:, 0],
        "whole1": made.wholes[:, 1],
        **_bands(band_keys(made.signatures, *sketch.banding(settings))),
    }
    signature = made.signatures[:, :SIGNATURE].astype(np.uint8)
    width = pa.binary(signature.shape[1])
    column = pa.FixedSizeBinaryArray.from_buffers(width, len(signature), [None, pa.py_buffer(signature.tobytes())])
    holders = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return {
        KEYS: _batch(keys).append_column("signature", column),
        SAMPLES: _batch({"value": made.samples, "text": holders}),
    }


def _paragraphs(column: pa.LargeStringArray, settings: Settings) -> pa.RecordBatch:
    """
    Cut texts into paragraphs of enough words that may go: the text each is of, its bytes there, its keys.

    The last key is of all words: however many others fill the buckets of bands, the same paragraph is found.
    """
    texts = Texts.of(column)
    owners, lows, highs = paragraphs(*texts, least_bytes(settings))
    made = sketch.keys(texts.spans(lows, highs), paragraph_matching(settings), settings.paragraphs.paragraph_words)
    documents = owners[made.places].astype(np.int32)
    starts = lows[made.places] - texts.lows[documents]
    ends = highs[made.places] - texts.lows[documents]
    found = _batch(
        {
            "document": documents,
            "start": starts,
            "end": ends,
            "words": made.words,
            **{f"{_BAND}{number:03}": keys for number, keys in enumerate(made.keys)},
        }
    )
    stay = free(column, documents, starts, ends)
    return found if stay.all() else found.filter(pa.array(stay))


def paragraph_matching(settings: Settings) -> MatchSettings:
    """Give the settings by which paragraphs are compared."""
    return MatchSettings(
        threshold=min(PROPOSED, settings.paragraphs.paragraph_threshold),
        shingle=SHINGLE,
        permutations=PERMUTATIONS,
        recall=settings.match.recall,
        seed=settings.match.seed,
    )


def least_bytes(settings: Settings) -> int:
    """Give the bytes that a paragraph long enough to be compared has at least."""
    return 2 * settings.paragraphs.paragraph_words - 1


def _bands(keys: U64) -> dict[str, U64]:
    return {f"{_BAND}{number:03}": column for number, column in enumerate(np.ascontiguousarray(keys.T))}


def _batch(columns: dict[str, np.ndarray]) -> pa.RecordBatch:
    arrays = [pa.array(np.ascontiguousarray(column)) for column in columns.values()]
    return pa.RecordBatch.from_arrays(arrays, list(columns))
