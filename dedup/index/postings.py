"""Postings: sorted keys with the documents that have them, looked up without loading them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.kernel.arrays import I64, U64

ENTRIES: Final = "entries"
"""The only column of a table of postings."""
BITS: Final = b"bits"
"""Metadata of its schema: how many low bits of an entry are the document's row."""
PIECE: Final = 1 << 20
"""Entries that are merged together, about."""
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_ALL: Final = np.uint64(2**64 - 1)


def width(documents: int) -> int:
    """Give the bits that the rows of so many documents take."""
    return max(1, (documents - 1).bit_length())


def packed(keys: U64, rows: I64, bits: int) -> U64:
    """
    Make entries of keys and rows, (n,) each, sorted, each once.

    An entry is a key, spread over all 64 bits, with its lowest bits replaced by the row: of a million documents 44 bits
    of the key are left, which keys that differ hardly ever share; what they lead to is compared anyway.
    """
    return _distinct(_top(keys, bits) | rows.astype(np.uint64))


def _distinct(entries: U64) -> U64:
    """Sort entries, each once; `np.unique` takes fifty times as long."""
    entries.sort()
    new = np.ones(len(entries), bool)
    new[1:] = entries[1:] != entries[:-1]
    return entries[new]


def _top(keys: U64, bits: int) -> U64:
    some = np.uint64(bits)
    top: U64 = (keys * _SPREAD) >> some << some
    return top


def table(entries: U64, bits: int) -> pa.RecordBatch:
    """Put entries into a table."""
    return pa.RecordBatch.from_arrays([pa.array(entries)], schema=schema(bits))


def schema(bits: int) -> pa.Schema:
    """Give the schema of a table of postings."""
    return pa.schema([(ENTRIES, pa.uint64())], {BITS: str(bits).encode()})


class Postings:
    """Entries in pieces, each sorted and none before the end of the one before it; mapped to memory, not loaded."""

    def __init__(self, batches: Sequence[pa.RecordBatch]) -> None:
        """See tables of postings as one."""
        self.bits = int(batches[0].schema.metadata[BITS]) if batches else 1
        self._pieces: list[U64] = [batch.column(0).to_numpy() for batch in batches if batch.num_rows]
        self._starts = np.cumsum([0, *map(len, self._pieces)])
        self._firsts = np.array([piece[0] for piece in self._pieces], np.uint64)

    def __len__(self) -> int:
        return int(self._starts[-1])

    def find(self, keys: U64, limit: int) -> tuple[I64, I64]:
        """Give for keys the rows that have them, the first `limit` of each: places in `keys`, ascending, and rows."""
        top = _top(keys, self.bits)
        order = np.argsort(top)
        mask = np.uint64((1 << self.bits) - 1)
        top = top[order]
        begins = self._places(top, "left")
        some = np.flatnonzero(begins < len(self))
        some = some[self._entries(begins[some]) & ~mask == top[some]]  # few have any
        counts = np.zeros(len(keys), np.int64)
        counts[some] = np.minimum(self._places(top[some] | mask, "right") - begins[some], limit)
        which = np.repeat(np.arange(len(keys)), counts)
        at = begins[which] + np.arange(len(which)) - (np.cumsum(counts) - counts)[which]
        rows = (self._entries(at) & mask).astype(np.int64)
        found = order[which]
        back = np.argsort(found, kind="stable")
        return found[back], rows[back]

    def _places(self, values: U64, side: str) -> I64:
        """Give the places of sorted values among all entries, as `np.searchsorted` does."""
        found = np.zeros(len(values), np.int64)
        pieces = np.maximum(np.searchsorted(self._firsts, values, side) - 1, 0)  # type: ignore[call-overload]
        for number, some in _runs(pieces) if self._pieces else ():
            found[some] = self._starts[number] + np.searchsorted(self._pieces[number], values[some], side)  # type: ignore[call-overload]
        return found

    def _entries(self, places: I64) -> U64:
        """Look entries up; places that are not sorted are looked up one run after the other."""
        found = np.empty(len(places), np.uint64)
        for number, some in _runs(np.searchsorted(self._starts, places, "right") - 1):
            found[some] = self._pieces[number][places[some] - self._starts[number]]
        return found

    def between(self, low: U64, high: U64) -> U64:
        """Give the entries from one value to another, both included."""
        begin, end = int(self._places(low, "left")[0]), int(self._places(high, "right")[0])
        first, last = np.searchsorted(self._starts, (begin, end), "right") - 1
        pieces = [np.empty(0, np.uint64)]
        for start, piece in zip(self._starts[first : last + 1].tolist(), self._pieces[first : last + 1], strict=False):
            pieces.append(piece[max(0, begin - start) : end - start])
        return np.concatenate(pieces)


def _runs(numbers: I64) -> Iterator[tuple[int, slice]]:
    """Give each run of equal numbers with its place."""
    cuts = np.flatnonzero(np.diff(numbers, prepend=-1, append=-1)) if len(numbers) else np.zeros(1, np.int64)
    for begin, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        yield int(numbers[begin]), slice(begin, end)


def merged(parts: Sequence[Postings], rows: Sequence[I64], bits: int) -> Iterator[pa.RecordBatch]:
    """
    Merge postings of several parts, piece by piece.

    rows  one array a part, the new row of each of its documents, -1 for those that are left out
    bits  of the new rows, no fewer than of any part
    """
    total = sum(map(len, parts))
    bounds = np.linspace(0, 1 << (64 - bits), 2 + total // PIECE)[1:-1].astype(np.uint64) << np.uint64(bits)
    lows = np.concatenate((np.zeros(1, np.uint64), bounds))
    highs = np.concatenate((bounds - np.uint64(1), np.full(1, _ALL)))
    for low, high in zip(lows[:, None], highs[:, None], strict=True):
        pieces = [np.empty(0, np.uint64)]
        for part, numbers in zip(parts, rows, strict=True):
            entries = part.between(low, high)
            own = numbers[(entries & np.uint64((1 << part.bits) - 1)).astype(np.int64)]
            stays = own >= 0
            top = entries[stays] >> np.uint64(bits) << np.uint64(bits)
            pieces.append(top | own[stays].astype(np.uint64))
        yield table(_distinct(np.concatenate(pieces)), bits)
