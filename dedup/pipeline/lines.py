"""
The lines of documents, and which of them recur: short ones in several documents, each time among other lines.

What recurs often stands together: a menu has the same line above and below everywhere. So the neighbours of a line are
the nearest ones that are long, or are found in fewer documents; an article that was copied has the same ones.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from dedup import sketch
from dedup.kernel.arrays import Texts
from dedup.kernel.line_keys import Recurring
from dedup.pipeline.neighbours import PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.engines.shards import Shard, Spool, Tables
    from dedup.kernel.arrays import I32, I64, U64, Bools

LINES: Final = "lines"
"""The table of all lines that hold words: `document` and `key`; see `kernel.line_keys`."""
SHORT: Final = "short"
"""The table of short lines, each `key` once for each document that has such a line."""
_KEYS: Final = 1 << 64
_NEIGHBOUR: Final = np.uint64(32)
"""Bits by which the hash of a neighbour is told; the others of a number say whose neighbour it is."""


class Counting(NamedTuple):
    """A task: documents whose lines are counted."""

    documents: Spool
    words: int
    """Lines of fewer are short."""
    read: bool
    """Whether documents are taken as they were read, not as they are now."""


def lines(task: Counting) -> Tables:
    """Make the tables of the lines of documents."""
    every = np.arange(len(task.documents))
    views = [(every, Texts.of(task.documents.column("base", every)))] if task.read else task.documents.views(every)
    owners, keys, short = [np.empty(0, np.int32)], [np.empty(0, np.uint64)], [np.empty(0, bool)]
    for numbers, texts in views:
        found = sketch.line_keys(texts)
        owners.append(numbers[found.owners].astype(np.int32))
        keys.append(found.keys)
        short.append((found.words >= 0) & (found.words < task.words))
    owner, key, brief = np.concatenate(owners), np.concatenate(keys), np.concatenate(short)
    each = {"key": _each(owner[brief], key[brief])}
    return {
        LINES: pa.RecordBatch.from_pydict({"document": owner, "key": key}),
        SHORT: pa.RecordBatch.from_pydict(each),
    }


def _each(owners: I32, keys: U64) -> U64:
    """Give the keys that each owner has, once for each."""
    order = np.lexsort((keys, owners))
    owners, keys = owners[order], keys[order]
    new = np.ones(len(order), bool)
    new[1:] = (owners[1:] != owners[:-1]) | (keys[1:] != keys[:-1])
    return keys[new]


def counted(shards: Sequence[Shard], most: int) -> Recurring:
    """Find the lines that recur, of which shards hold the tables; about so many are looked at together."""
    frequent, documents = _frequent(shards, most)
    neighbours = np.zeros(len(frequent), np.int32)
    for first, last in pairwise(_cuts(documents, most)):
        neighbours[first:last] = _neighbours(shards, frequent, first, last)
    found = Recurring(frequent, documents, neighbours)
    return found.some(neighbours >= PLACES)


def _frequent(shards: Sequence[Shard], most: int) -> tuple[U64, I32]:
    """Give the keys (ascending) of short lines that stand in enough documents, and in how many."""
    passes = 1 + sum(shard.table(SHORT).num_rows for shard in shards) // most
    ends = [number * _KEYS // passes for number in range(passes + 1)]
    every: list[tuple[U64, I64]] = []
    for low, high in pairwise(ends):
        some = [_between(shard.table(SHORT).column("key").to_numpy(), low, high - 1) for shard in shards]
        keys, counts = np.unique(np.concatenate([np.empty(0, np.uint64), *some]), return_counts=True)
        every.append((keys[counts >= PLACES], counts[counts >= PLACES]))
    keys, counts = (np.concatenate(column) for column in zip(*every, strict=True))
    return keys, counts.astype(np.int32)


def _between(keys: U64, low: int, high: int) -> U64:
    return keys[(keys >= np.uint64(low)) & (keys <= np.uint64(high))]


def _cuts(counts: I32, most: int) -> list[int]:
    """Cut rows so that the counts of each piece come to about so many."""
    full = np.cumsum(counts, dtype=np.int64) // most
    return sorted({0, *(np.flatnonzero(np.diff(full)) + 1).tolist(), len(counts)})


def _neighbours(shards: Sequence[Shard], frequent: U64, first: int, last: int) -> I64:
    """Count the neighbours of some of the frequent lines."""
    above: list[U64] = []
    below: list[U64] = []
    for shard in shards:
        table = shard.table(LINES)
        document, key = (table.column(name).to_numpy() for name in ("document", "key"))
        for pairs, found in zip((above, below), beside(document, key, frequent, first, last), strict=True):
            pairs.append(np.unique(found))
    counts = [_distinct(pairs, last - first) for pairs in (above, below)]
    return np.maximum(*counts)


def _distinct(pairs: list[U64], lines: int) -> I64:
    owners = np.unique(np.concatenate([np.empty(0, np.uint64), *pairs])) >> _NEIGHBOUR
    return np.bincount(owners.astype(np.int64), minlength=lines)


def beside(document: I32, key: U64, frequent: U64, first: int, last: int) -> tuple[U64, U64]:
    """
    Give what stands above some of the frequent lines, and what below, wherever these stand.

    document, key  (m,)  see `LINES`
    frequent       (f,)  uint64, ascending, one at least; those from `first` to before `last` are asked for

    Returns (k,) uint64 each: in the upper half which line it is, counted from `first` on, in the lower one half of the
    neighbour's key; where there is no neighbour, half of a key that stands for that.
    """
    place, recurs = among(key, frequent)
    number = np.arange(len(key))
    ends = np.flatnonzero(np.diff(document, append=-1)) + 1  # behind the last line of each document that has any
    begins = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    of = np.repeat(np.arange(len(ends)), ends - begins)
    before = np.maximum.accumulate(np.where(recurs, -1, number))
    behind = np.minimum.accumulate(np.where(recurs, len(key), number)[::-1])[::-1]
    asked = np.flatnonzero(recurs & (place >= first) & (place < last))
    own = (place[asked] - first).astype(np.uint64) << _NEIGHBOUR

    def told(neighbour: I64) -> U64:
        there = (neighbour >= begins[of[asked]]) & (neighbour < ends[of[asked]])
        return own | np.where(there, key[np.where(there, neighbour, 0)], np.uint64(0)) >> _NEIGHBOUR

    return told(before[asked]), told(behind[asked])


def among(keys: U64, some: U64) -> tuple[I64, Bools]:
    """Look keys up among some (ascending, one at least): give the place of each, and whether it is there."""
    place = np.minimum(np.searchsorted(some, keys), len(some) - 1)
    return place, some[place] == keys
