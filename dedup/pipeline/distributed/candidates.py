"""Documents that share keys, or of which paragraphs do: which pairs are worth comparing, and which of these match."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import cluster, sketch
from dedup.engines.spark.tables import fitted, unpacked
from dedup.kernel.agreement import least_equal
from dedup.kernel.arrays import Texts
from dedup.kernel.leaders import met, promises
from dedup.pipeline.distributed.documents import VERSIONS, fresh
from dedup.pipeline.distributed.keys import BAND, binned
from dedup.pipeline.tables import PERMUTATIONS, SHINGLE, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedup.kernel.arrays import I32, I64, U8
    from dedup.settings import Settings

T = TypeVar("T")
R = TypeVar("R")

MEMBER: Final = pa.schema(
    [
        ("kind", pa.int8()),
        ("key", pa.int64()),
        ("text", pa.int64()),
        ("rank", pa.int32()),
        ("samples", pa.int32()),
        ("signature", pa.binary()),
        ("component", pa.int64()),
    ]
)
"""A document in a bucket, with what is known of it so far; those of a bucket come together in the order of visits."""
MARK: Final = np.dtype(
    [
        ("key", np.int64),
        ("text", np.int64),
        ("rank", np.int32),
        ("precedes", np.float64),
        ("signature", np.uint8, PERMUTATIONS),
    ]
)
"""A paragraph in a bucket: the text it is of, what tells the order of visits, the low bytes of its MinHash values."""
MARKED: Final = pa.schema([("bin", pa.int32()), ("known", pa.binary())])
"""Many of them, as bytes."""
PAIR: Final = pa.schema(
    [
        ("one", pa.int64()),
        ("other", pa.int64()),
        ("bands", pa.int32()),
        ("rare", pa.int32()),
        ("common", pa.int32()),
        ("equal", pa.int32()),
        ("samples", pa.int32()),
    ]
)
"""
Two documents that met, and how often: in buckets of bands, of sampled shingles, and of those in full ones. A row whose
`other` is -1 tells in `bands` how often a document met too many.
"""
PROMISE: Final = pa.schema([("one", pa.int64()), ("other", pa.int64()), ("promise", pa.int64())])
EDGE: Final = pa.schema([("one", pa.int64()), ("other", pa.int64())])
COMPARED: Final = 32
"""Documents that one is compared with, the most promising ones: twice as many as on one machine (`cluster`)."""
AT_ONCE: Final = 256
"""Pairs that are compared together."""
TOGETHER: Final = 1 << 13
"""Paragraphs that are paired together: of one bucket they make half a million pairs."""
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


def marked(bins: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """
    Pack the paragraphs that have shared keys, with what is known of them, into so many bins by these keys.

    batches  text, rank, precedes, `wanted` (a list of shared keys), and of `SKETCH` paragraphs and marks
    """
    for batch in batches:
        data, offsets = unpacked(batch.column("paragraphs"))
        marks, _ = unpacked(batch.column("marks"))
        keys, owners = data.view(np.uint64), np.repeat(np.arange(batch.num_rows), np.diff(offsets) // 8)
        wanted = batch.column("wanted")
        asked = pc.list_flatten(wanted).to_numpy().view(np.uint64)
        askers = pc.list_parent_indices(wanted).to_numpy().astype(np.uint64)
        chosen = np.flatnonzero(np.isin(keys ^ owners.astype(np.uint64) * _SPREAD, asked ^ askers * _SPREAD))
        signatures = marks.reshape(-1, PERMUTATIONS)
        bands = len(keys) // max(1, len(signatures))
        known = np.empty(len(chosen), MARK)
        known["key"] = keys[chosen].view(np.int64)
        for name in ("text", "rank", "precedes"):
            known[name] = batch.column(name).to_numpy()[owners[chosen]]
        known["signature"] = signatures[chosen // bands]
        packed = [(number, known[own].tobytes()) for number, own in binned(keys[chosen], bins)]
        columns = zip(*packed, strict=True) if packed else ((),) * len(MARKED)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, MARKED, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=MARKED)


def echoes(settings: Settings, since: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """
    Link documents of which paragraphs seem alike, in a partition that has all of its bins' rows.

    Of two texts at least one is of the version `since` or later; the others were linked before.
    """
    known = np.frombuffer(b"".join(chain.from_iterable(batch.column("known").to_pylist() for batch in batches)), MARK)
    known = known[np.lexsort([known[name] for name in ("text", "precedes", "rank", "key")])]
    least = least_equal(_least_alike(settings), PERMUTATIONS)
    leaders = known[:0]
    for at in range(0, len(known), TOGETHER):
        members = known[at : at + TOGETHER]
        leaders = leaders[leaders["key"] == members["key"][0]]
        members = np.concatenate((leaders, members))
        documents = members["text"] >> VERSIONS
        found, places, _ = met(
            np.ascontiguousarray(members["key"]),
            documents,
            members["rank"] < 0,
            fresh(members["text"], since),
            np.ascontiguousarray(members["signature"]),
            np.full(len(members), cluster.LIMIT),
            len(leaders),
            not settings.precedence.reference_only,
        )
        leaders = members[places]
        one, other = documents[_spanning(found[found[:, 2] >= least, :2])].T
        yield fitted({"one": pa.array(one), "other": pa.array(other)}, EDGE)


def _spanning(found: I64) -> I64:
    """
    Give few pairs that connect what many do: a text with the first of its leaders, and that one with the others.

    found  (p, 2)  int64  texts and leaders of theirs, those of a text together

    Returns (q, 2) int64.
    """
    texts, leaders = found.T
    new = np.ones(len(found), bool)
    new[1:] = texts[1:] != texts[:-1]
    firsts = leaders[np.flatnonzero(new)][np.cumsum(new) - 1] if len(found) else leaders
    both = np.sort((firsts << np.int64(32) | leaders)[~new])  # `np.unique` of rows takes many times as long
    both = both[np.diff(both, prepend=-1) != 0]
    return np.concatenate((found[new], np.stack((both >> np.int64(32), both & np.int64((1 << 32) - 1)), axis=1)))


def _least_alike(settings: Settings) -> float:
    """Give the Jaccard similarity that is left of a paragraph when as many words are exchanged as may be."""
    wanted = settings.paragraphs
    left = wanted.paragraph_likeness**SHINGLE
    return min(wanted.paragraph_threshold, left / (2 - left))


def pairs(settings: Settings, since: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """
    Pair members of buckets, of which one is of the version `since` or later; see `MEMBER`.

    Holds a batch, and of what came before the leaders of one bucket.
    """
    every = not settings.precedence.reference_only
    sampled = cluster.sampled_limit(cluster.Criteria.of(settings.match), cluster.LIMIT)
    held: pa.RecordBatch | None = None
    for batch in batches:
        known = 0
        members = batch
        if held is not None and held.num_rows and batch.num_rows and _buckets(held)[-1] == _buckets(batch)[0]:
            known = held.num_rows
            members = pa.Table.from_batches([held, batch]).combine_chunks().to_batches()[0]
        if not members.num_rows:
            continue
        found, leaders, late = met(
            _buckets(members),
            members.column("component").to_numpy(),
            members.column("rank").to_numpy() < 0,
            fresh(members.column("text").to_numpy(), since),
            _signatures(members.column("signature")),
            np.where(members.column("kind").to_numpy() == BAND, cluster.LIMIT, sampled),
            known,
            every,
        )
        held = members.take(pa.array(leaders))
        yield _pairs(members, found, late)


def _buckets(members: pa.RecordBatch) -> I64:
    """Number buckets so that those of a band and of a sampled shingle differ."""
    keys: I64 = members.column("key").to_numpy() ^ members.column("kind").to_numpy().astype(np.int64)
    return keys


def _signatures(column: pa.BinaryArray) -> U8:
    data, _ = unpacked(column)
    return data.reshape(len(column), -1)


def _pairs(members: pa.RecordBatch, found: I64, late: int) -> pa.RecordBatch:
    texts, samples, kinds = (members.column(name).to_numpy() for name in ("text", "samples", "kind"))
    one, other, equal, full = found.T
    sampled = kinds[one] != BAND
    columns = {
        "one": texts[one],
        "other": texts[other],
        "bands": (kinds[one] == BAND).astype(np.int32),
        "rare": (sampled & (full == 0)).astype(np.int32),
        "common": (sampled & (full == 1)).astype(np.int32),
        "equal": equal.astype(np.int32),
        "samples": np.minimum(samples[one], samples[other]),
    }
    last = {"one": -1, "other": -1, "bands": late}
    arrays = {name: pa.array(np.append(column, last.get(name, 0))) for name, column in columns.items()}
    return fitted(arrays, PAIR)


def promising(settings: Settings, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Choose the pairs that are worth comparing, of those that met, each once."""
    width = min(settings.match.permutations, SIGNATURE)
    limits = cluster.limits(cluster.Criteria.of(settings.match), width)
    for batch in batches:
        counts = [batch.column(name).to_numpy() for name in ("equal", "bands", "rare", "common", "samples")]
        promise = promises(np.stack(counts, axis=1).astype(np.int64), limits)
        columns = {"one": batch.column("one"), "other": batch.column("other"), "promise": pa.array(promise)}
        yield fitted(columns, PROMISE).filter(pa.array(promise > 0))


class _Compared:
    """Texts of pairs, as `cluster.Contents`."""

    def __init__(self, texts: pa.Array, shingle: int) -> None:
        self._texts = Texts.of(texts.cast(pa.large_string()))
        self.shingle = shingle

    def lengths(self, rows: I64) -> I32:
        """Count the words of some texts."""
        return sketch.word_counts(self._texts.take(rows)).astype(np.int32)

    def texts(self, rows: I64) -> Iterator[tuple[I64, Texts]]:
        """Give some texts."""
        yield np.arange(len(rows)), self._texts.take(rows)

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[R]:
        """Call a function with each argument."""
        return map(function, arguments)


def matching(settings: Settings, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Compare pairs (`one`, `other`, `one_text`, `other_text`); give those of which one may go because of the other."""
    criteria = cluster.Criteria.of(settings.match)
    for whole in batches:
        for start in range(0, whole.num_rows, AT_ONCE):
            batch = whole.slice(start, AT_ONCE)
            count = batch.num_rows
            names = np.concatenate([batch.column(name).to_numpy() for name in ("one", "other")])
            _, first, number = np.unique(names, return_index=True, return_inverse=True)
            both = pa.concat_arrays([batch.column("one_text"), batch.column("other_text")]).take(pa.array(first))
            source = _Compared(both, settings.match.shingle)
            found = cluster.compared(source, number[:count], number[count:], criteria).matching(criteria)
            names = names[first]
            columns = {"one": pa.array(names[found.left]), "other": pa.array(names[found.right])}
            yield fitted(columns, EDGE)
