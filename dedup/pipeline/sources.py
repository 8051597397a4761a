"""Documents and paragraphs of a spool, as matching looks them up."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from dedup.kernel.collisions import take_between
from dedup.pipeline.tables import KEYS, PARAGRAPHS, SAMPLES, SHINGLE, SIGNATURE, bands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedup.engines.local import Engine
    from dedup.engines.shards import Spool
    from dedup.kernel.arrays import I32, I64, U8, U64, Bools, Texts
    from dedup.settings import MatchSettings

T = TypeVar("T")
R = TypeVar("R")

SAMPLED: Final = 1 << 64
"""Hashes of shingles; those below this by the rate are sampled."""
KEY: Final = 64
"""Bytes of the memory that may be used for each key or sampled shingle that is looked up at once."""
HELD: Final = 256
"""Bytes of the memory that are taken for a document by what is held of all."""
SHINGLE_SHARE: Final = 64
"""Bytes of what is left of the memory for each shingle that is held: an eighth is used for them."""


def block(spool: Spool, engine: Engine) -> int:
    """Give how many shingles of a spool may be held together, by what is left of the memory, a quarter at least."""
    memory = engine.resources.memory
    return max(1, memory // 4 // SHINGLE_SHARE, (memory - HELD * len(spool)) // SHINGLE_SHARE)


class _Spooled:
    """Something in a spool, and an engine that looks at it."""

    def __init__(self, spool: Spool, engine: Engine) -> None:
        """Look it up as it stands in the spool now."""
        self._spool = spool
        self._engine = engine
        self.at_once = engine.resources.jobs

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[R]:
        """Call a compiled function with each argument, in threads."""
        return self._engine.map(function, arguments)


class Documents(_Spooled):
    """A spool's documents, as a `cluster.Source`."""

    def __init__(self, spool: Spool, settings: MatchSettings, engine: Engine) -> None:
        """Look documents up as they stand in the spool now."""
        super().__init__(spool, engine)
        self._settings = settings
        self.shingle = settings.shingle
        self.words: I32 = gathered(spool, ("words",), np.int32)[0]
        self.there: Bools = self.words > 0
        self.samples: I32 = gathered(spool, ("samples",), np.int32)[0]

    def lengths(self, rows: I64) -> I32:
        """Count the words of some documents."""
        return self.words[rows]

    def wholes(self) -> U64:
        """Give the hashes of the word sequences, (n, 2)."""
        return np.stack(gathered(self._spool, ("whole0", "whole1"), np.uint64), axis=1)

    def bands(self) -> Iterator[list[U64]]:
        """Give the keys, some bands together; see `cluster.Source`."""
        for some in _grouped(self._spool, KEYS, _keys_at_once(self._engine) // max(1, len(self.words))):
            yield gathered(self._spool, some, np.uint64)

    def sampled(self) -> Iterator[tuple[U64, I32]]:
        """Give the sampled shingles by ranges of their values; see `cluster.Source`."""
        passes = 1 + int(self.samples.sum(dtype=np.int64)) // _keys_at_once(self._engine)
        ends = [(number * SAMPLED) // (passes * self._settings.rate) for number in range(1, passes)]
        for low, high in pairwise([0, *ends, SAMPLED]):
            yield self._samples(np.uint64(low), np.uint64(high - 1))

    def signatures(self, rows: I64) -> U8:
        """Give the low bytes of MinHash values; see `cluster.Source`."""
        width = min(self._settings.permutations, SIGNATURE)
        made = np.empty((len(rows), width), np.uint8)
        wanted = np.full(len(self._spool), -1, np.int64)
        wanted[rows] = np.arange(len(rows))
        for shard, (numbers, places) in zip(self._spool.shards, self._spool.current(), strict=True):
            targets = wanted[numbers]
            column = np.frombuffer(shard.table(KEYS).column("signature").buffers()[1], np.uint8)
            made[targets[targets >= 0]] = column.reshape(-1, width)[places[targets >= 0]]
        return made

    def _samples(self, low: np.uint64, high: np.uint64) -> tuple[U64, I32]:
        """Give the sampled shingles from one value up to another."""
        room = int(self.samples.sum(dtype=np.int64))
        values, holders = np.empty(room, np.uint64), np.empty(room, np.int32)  # what is never written takes no memory
        count = 0
        for shard, (rows, places) in zip(self._spool.shards, self._spool.current(), strict=True):
            if not len(rows):
                continue
            table = shard.table(SAMPLES)
            value, text = table.column("value").to_numpy(), table.column("text").to_numpy()
            numbers = np.full(1 + max(int(places.max()), int(text.max(initial=0))), -1, np.int32)
            numbers[places] = rows
            count = take_between(value, text, numbers, low, high, values, holders, count)
        return values[:count], holders[:count]

    def texts(self, rows: I64) -> Iterator[tuple[I64, Texts]]:
        """Give the texts of documents, as many together as stand in a table."""
        return self._spool.views(rows)


class Paragraphs(_Spooled):
    """The paragraphs of a spool's documents that stay, as a `cluster.Source`."""

    shingle = SHINGLE

    def __init__(self, spool: Spool, engine: Engine) -> None:
        """Look paragraphs up as they stand in the spool now."""
        super().__init__(spool, engine)
        counts = [shard.table(PARAGRAPHS).num_rows for shard in spool.shards]
        self._starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))
        self.owners = self._owners()
        count = len(self.owners)
        self.there: Bools = np.broadcast_to(np.True_, count)  # of neither is there more than one value in memory
        self.samples: I32 = np.broadcast_to(np.int32(0), count)

    def _fill(self, columns: Sequence[np.ndarray], names: Sequence[str]) -> None:
        """Write columns of all paragraphs, (n,) each."""
        for shard, (start, end) in zip(self._spool.shards, pairwise(self._starts), strict=True):
            table = shard.table(PARAGRAPHS)
            for column, name in zip(columns, names, strict=True):
                column[start:end] = table.column(name).to_numpy()

    def _owners(self) -> I32:
        """Give the document of each paragraph, -1 where that has been replaced."""
        made = np.empty(self._starts[-1], np.int32)
        self._fill((made,), ("document",))
        for number, (rows, places) in enumerate(self._spool.current()):
            numbers = np.full(self._spool.shards[number].table(KEYS).num_rows, -1, np.int32)
            numbers[places] = rows
            own = slice(self._starts[number], self._starts[number + 1])
            made[own] = numbers[made[own]]
        return made

    def bands(self) -> Iterator[list[U64]]:
        """Give the keys, some bands together, in memory that is used again; see `cluster.Source`."""
        room: list[U64] = []
        for some in _grouped(self._spool, PARAGRAPHS, _keys_at_once(self._engine) // max(1, len(self.owners))):
            room += (np.empty(len(self.owners), np.uint64) for _ in some[len(room) :])
            self._fill(room[: len(some)], some)
            yield room[: len(some)]

    def lengths(self, rows: I64) -> I32:
        """Count the words of some paragraphs (ascending)."""
        return self._values(rows, "words")[0]

    def sampled(self) -> Iterator[tuple[U64, I32]]:
        """Give nothing: paragraphs are not looked for inside one another."""
        return iter(())

    def signatures(self, rows: I64) -> U8:
        """Give nothing: hardly any two paragraphs share a band and do not match."""
        return np.empty((len(rows), 0), np.uint8)

    def rows(self, shard: int) -> slice:
        """Give the numbers of the paragraphs that stand in a shard; they stay when others come after them."""
        return slice(self._starts[shard], self._starts[shard + 1])

    def places(self, rows: I64) -> tuple[I64, I64]:
        """Give where some paragraphs (ascending) begin and end, in bytes of their documents' remaining texts."""
        starts, ends = self._values(rows, "start", "end")
        return starts, ends

    def _values(self, rows: I64, *names: str) -> list[np.ndarray]:
        """Look up columns of some paragraphs (ascending)."""
        schema = self._spool.shards[0].table(PARAGRAPHS).schema
        found = [np.empty(len(rows), schema.field(name).type.to_pandas_dtype()) for name in names]
        bounds = np.searchsorted(rows, self._starts)
        for number in np.flatnonzero(np.diff(bounds)):
            table = self._spool.shards[number].table(PARAGRAPHS)
            some = slice(bounds[number], bounds[number + 1])
            for line, name in zip(found, names, strict=True):
                line[some] = table.column(name).to_numpy()[rows[some] - self._starts[number]]
        return found

    def texts(self, rows: I64) -> Iterator[tuple[I64, Texts]]:
        """Give the texts of paragraphs, as many together as stand in a table."""
        starts, ends = self.places(rows)
        for some, texts in self._spool.views(self.owners[rows].astype(np.int64)):
            yield some, texts.spans(texts.lows + starts[some], texts.lows + ends[some])


def gathered(spool: Spool, names: Sequence[str], dtype: Any) -> list[np.ndarray]:  # noqa: ANN401 - as NumPy takes it
    """Give columns of the keys of all documents, (n,) each."""
    made = [np.empty(len(spool), dtype) for _ in names]
    for shard, (rows, places) in zip(spool.shards, spool.current(), strict=True):
        table = shard.table(KEYS)
        for column, name in zip(made, names, strict=True):
            column[rows] = table.column(name).to_numpy()[places]
    return made


def _keys_at_once(engine: Engine) -> int:
    return max(1, engine.resources.memory // KEY)


def _grouped(spool: Spool, table: str, size: int) -> Iterator[list[str]]:
    """Group the names of bands that are looked up together: opening tables costs more than reading a few keys."""
    size = max(1, min(16, size))
    names = bands(spool.shards[0].table(table)) if spool.shards else []
    return (names[at : at + size] for at in range(0, len(names), size))
