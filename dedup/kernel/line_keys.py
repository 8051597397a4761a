"""From texts to keys of their lines: which lines say the same, whatever texts they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from dedup.kernel.eights import load
from dedup.kernel.growth import grown
from dedup.kernel.jit import compiled
from dedup.kernel.lines import line_end
from dedup.kernel.words import capacity, mix, scan

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64, U8, U32, U64, Bools, Texts

_TURN: Final = np.uint64(0x9E3779B97F4A7C15)


SHORT: Final = 160
"""Bytes of the longest line of which the words are looked at."""


class LineKeys(NamedTuple):
    """
    Lines that are not empty, those of at most `SHORT` bytes without words left out, in order.

    owners  (m,)  int32   the text that each is of
    keys    (m,)  uint64  a hash of its words in the comparison form (see `line_key`), of longer lines of some bytes
    words   (m,)  int32   how many these are; -1 in longer lines, and in such as hold no letter
    """

    owners: I32
    keys: U64
    words: I32


class Recurring(NamedTuple):
    """
    Lines that recur.

    keys        (r,)  uint64  ascending; see `line_key`
    documents   (r,)  int32   documents that hold such a line
    neighbours  (r,)  int32   different lines that stand above it, or below it if these are more
    """

    keys: U64
    documents: I32
    neighbours: I32

    @classmethod
    def none(cls) -> Self:
        """Begin with no lines."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.int32))

    def some(self, chosen: Bools | I64) -> Recurring:
        """Choose some."""
        return Recurring(self.keys[chosen], self.documents[chosen], self.neighbours[chosen])

    def unknown(self, known: Recurring) -> Recurring:
        """Leave out those that are known."""
        return self.some(~np.isin(self.keys, known.keys))

    def joined(self, others: Recurring) -> Recurring:
        """Add others, none of which is here."""
        keys = np.concatenate((self.keys, others.keys))
        documents = np.concatenate((self.documents, others.documents))
        neighbours = np.concatenate((self.neighbours, others.neighbours))
        return Recurring(keys, documents, neighbours).some(np.argsort(keys))


@compiled
def line_key(hashes: U64, count: int) -> np.uint64:
    """Hash the words of a line, of which there are `count`; lines of the same words in the same order share a key."""
    key = _TURN
    for place in range(count):
        key = mix(key ^ hashes[place])
    return key


@compiled
def _long_key(data: U8, low: int, high: int) -> np.uint64:
    """Hash a long line's length, beginning and end."""
    key = mix(_TURN ^ np.uint64(high - low))
    key = mix(key ^ load(data, np.uint64(low)))
    return mix(key ^ load(data, np.uint64(high - 8)))


@compiled
def _lettered(data: U8, low: int, high: int) -> bool:
    """Tell whether some bytes hold a letter, or anything beyond ASCII."""
    for at in range(low, high):
        byte = data[at]
        if byte >= 0x80 or ord("a") <= byte | 0x20 <= ord("z"):
            return True
    return False


@compiled
def _keyed_lines(data: U8, lows: I64, highs: I64, table: U32, parts: U32) -> tuple[I32, U64, I32]:
    nowhere = np.empty(0, np.int32)
    hashes = np.empty(capacity(SHORT), np.uint64)
    owners = np.empty(1024, np.int32)
    keys = np.empty(1024, np.uint64)
    words = np.empty(1024, np.int32)
    made = 0
    for text in range(len(lows)):
        at = lows[text]
        high = highs[text]
        while at < high:
            first = at
            at = line_end(data, at, high)
            last = at
            at += 1
            if last == first:
                continue
            count = -1
            if last - first <= SHORT:
                count = scan(data, first, last, table, parts, hashes, nowhere, nowhere)
                if count == 0:
                    continue
            if made == len(keys):
                owners = grown(owners, made, 2 * made)
                keys = grown(keys, made, 2 * made)
                words = grown(words, made, 2 * made)
            owners[made] = text
            keys[made] = line_key(hashes, count) if count >= 0 else _long_key(data, first, last)
            words[made] = count if count >= 0 and _lettered(data, first, last) else -1
            made += 1
    return owners[:made].copy(), keys[:made].copy(), words[:made].copy()


def keyed_lines(texts: Texts, table: U32, parts: U32) -> LineKeys:
    """Give the keys of a batch of texts; table, parts: see `normal.Folding`."""
    return LineKeys(*_keyed_lines(*texts, table, parts))
