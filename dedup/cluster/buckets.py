"""Which texts share keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.kernel.candidates import Buckets, fill
from dedup.kernel.collisions import among, radix_order, repeated, tally

if TYPE_CHECKING:
    from dedup.cluster.source import Source
    from dedup.kernel.arrays import I32, I64, U64, Bools

TABLE: Final = 28
"""Slots of the table that finds keys that occur again, as a power of two: 64 MB at most, enough for 30 million."""


def buckets(
    source: Source, active: Bools, changed: Bools | None = None, *, sampled: bool = True
) -> tuple[I64, Buckets]:
    """
    Find the keys that two or more of the active texts, one of them changed, share; some bands at a time.

    Returns the texts that share any, ascending, and their buckets, in which they are numbered from 0 on. Buckets of
    `sampled` shingles are needed for containment only.
    """
    n = len(active)
    counts = np.zeros(n, np.int32)
    found: list[tuple[I32, I32]] = []
    sizes: list[I32] = []
    total = 0

    def sought(keys: U64, live: Bools, new: Bools) -> I64:
        return repeated(keys, live, TABLE) if changed is None else among(keys, live, keys[new])

    def shared(keys: U64) -> tuple[I32, I32, I32]:
        some = sought(keys, active, fresh)
        return _shared(keys[some], some, changed)

    def add(sharing: I32, numbers: I32, lengths: I32) -> None:
        nonlocal total
        tally(sharing, counts)
        found.append((sharing, numbers + np.int32(total)))
        sizes.append(lengths)
        total += len(lengths)

    fresh = active if changed is None else active & changed
    for bands in source.bands():
        for told in source.map(shared, bands):
            add(*told)
        del bands  # before the next ones are read
    banded = total
    for keys, holders in source.sampled() if sampled else ():
        some = sought(keys, active[holders], fresh[holders])
        add(*_shared(keys[some], holders[some], changed))
    chosen = np.flatnonzero(counts)
    offsets = np.zeros(len(chosen) + 1, np.int64)
    np.cumsum(counts[chosen], out=offsets[1:])
    places = counts  # in the same memory
    places[chosen] = np.arange(len(chosen), dtype=np.int32)
    members = np.empty(offsets[-1], np.int32)
    cursors = offsets[:-1].copy()
    found.reverse()
    while found:  # each gives its memory back when it has been filled in
        texts, numbers = found.pop()
        fill(members, cursors, places[texts], numbers)
    signatures = source.signatures(chosen)
    return chosen, Buckets(offsets, members, _joined(sizes), source.samples[chosen], signatures, fresh[chosen], banded)


def _joined(pieces: list[I32]) -> I32:
    return np.concatenate(pieces) if pieces else np.empty(0, np.int32)


def _shared(keys: U64, texts: I64 | I32, changed: Bools | None) -> tuple[I32, I32, I32]:
    """
    Find the keys that occur more than once, in a changed text where only some are.

    Returns the texts that have one, the number of its key for each, from 0 on, and how many texts have each such key.
    """
    order = radix_order(keys)
    ordered, texts = keys[order], texts[order]
    new = np.ones(len(ordered), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    group = np.cumsum(new) - 1
    sizes = np.bincount(group)
    many = sizes > 1
    if changed is not None:
        many &= np.bincount(group, changed[texts]) > 0
    chosen = many[group]
    numbers = (np.cumsum(many) - 1)[group[chosen]]
    return texts[chosen].astype(np.int32), numbers.astype(np.int32), sizes[many].astype(np.int32)
