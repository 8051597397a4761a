"""From pieces of files to segments of an index, and the settings on which its keys depend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from dedup import sketch
from dedup.engines.shards import coalesced
from dedup.errors import SettingsError
from dedup.index import postings
from dedup.index.segment import ADDRESSES, BANDS, NAMES, STRINGS, WHOLES, documents
from dedup.index.segment import DOCUMENTS as TEXTS
from dedup.index.segment import PARAGRAPHS as PARAGRAPH_BANDS
from dedup.index.segment import SAMPLES as SHINGLES
from dedup.index.store import name_key
from dedup.normal import UNICODE
from dedup.pipeline.addresses import hashes
from dedup.pipeline.reading import read
from dedup.pipeline.rows import DOCUMENTS
from dedup.pipeline.tables import KEYS, PARAGRAPHS, SAMPLES, banded, paragraph_matching
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.engines.shards import Tables
    from dedup.index.store import Index
    from dedup.kernel.arrays import I64, U64
    from dedup.pipeline.reading import Reading

_KEPT: Final = ("steps", "threshold", "shingle", "permutations", "recall", "sample", "effort", "seed")
_OF_PARAGRAPHS: Final = ("paragraph_words", "paragraph_threshold")


def segment(task: Reading) -> Tables:
    """Make a segment of an index of pieces of files."""
    made = read(task)
    entries, keys, samples = made[DOCUMENTS], made[KEYS], made[SAMPLES]
    count = entries.num_rows
    bits = postings.width(count)
    rows = np.arange(count)
    there = keys.column("words").to_numpy() > 0

    def family(values: Sequence[U64], owners: I64) -> pa.RecordBatch:
        own = np.tile(owners, len(values))
        some = there[own]
        return postings.table(postings.packed(np.concatenate(values)[some], own[some], bits), bits)

    ids = entries.column("id").to_pylist()
    known = hashes(entries.column("url"), entries.column("canonical"))
    named = np.array([name_key(name) for name in ids], np.uint64)
    found = {
        TEXTS: _documents(entries, keys),
        NAMES: postings.table(postings.packed(named, rows, bits), bits),
        WHOLES: family([keys.column("whole0").to_numpy()], rows),
        ADDRESSES: family([known[known != 0]], rows[known != 0]),
        BANDS: family(banded(keys), rows),
        SHINGLES: family([samples.column("value").to_numpy()], samples.column("text").to_numpy().astype(np.int64)),
    }
    paragraphs = made.get(PARAGRAPHS)
    if paragraphs is None:
        return found | {PARAGRAPH_BANDS: postings.table(np.empty(0, np.uint64), bits)}
    owners = paragraphs.column("document").to_numpy().astype(np.int64)
    return found | {PARAGRAPH_BANDS: family(banded(paragraphs), owners)}


def _documents(entries: pa.RecordBatch, keys: pa.RecordBatch) -> pa.RecordBatch:
    told = dict(zip(entries.schema.names, entries.columns, strict=True))
    told["text"] = coalesced(told["text"], told["base"])
    columns = {name: told[name].cast(pa.large_string()) for name in STRINGS}
    return documents(columns | {"samples": keys.column("samples")}, keys.column("signature"))


def keys(settings: Settings) -> dict[str, Any]:
    """Give the settings on which keys depend, as an index keeps them."""
    flat = settings.flat()
    return {name: flat[name] for name in (*_KEPT, *_OF_PARAGRAPHS)} | {"unicode": UNICODE}


def of_keys(keys: dict[str, Any]) -> Settings:
    """Give the settings by which an index's keys were made."""
    return Settings.of({name: value for name, value in keys.items() if name != "unicode"})


def check(index: Index, settings: Settings) -> None:
    """Raise `SettingsError` where documents cleaned by some settings cannot be looked up in an index."""
    keys = index.manifest.keys
    here, there = _told(settings), _told(of_keys(keys)) | {"unicode": keys["unicode"]}
    for name, wanted in here.items():
        if (other := there.get(name)) != wanted:
            told = (
                f"{index.folder} was made with {other}, not {wanted}" if name in there else f"{index.folder} has none"
            )
            raise SettingsError(name, told, remedy="use the same settings, or build an index with these")


def _told(settings: Settings) -> dict[str, Any]:
    """Say what keys depend on, so that equal ones are comparable."""
    wanted = settings.match
    told = {"unicode": UNICODE, "shingle": wanted.shingle, "permutations": wanted.permutations, "seed": wanted.seed}
    told |= {"sample": wanted.rate, "bands": "{} of {} rows".format(*sketch.banding(wanted))}
    if Step.PARAGRAPHS in settings.steps:
        cut = sketch.banding(paragraph_matching(settings))
        told |= {
            "paragraphs": "{} bands of {} rows".format(*cut),
            "paragraph_words": settings.paragraphs.paragraph_words,
        }
    return told
