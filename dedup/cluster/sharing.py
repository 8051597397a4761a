"""The texts that share a bucket, and the sets of a block of them at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from dedup.cluster.bounds import limits, sampled_limit
from dedup.cluster.buckets import buckets
from dedup.cluster.held import Held
from dedup.kernel.candidates import Meeting, unenlisted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedup.cluster.source import Criteria, Source
    from dedup.kernel.arrays import I64, Bools
    from dedup.kernel.likeness import Sets

T = TypeVar("T")
R = TypeVar("R")

BLOCK: Final = 1 << 24
"""Shingles whose sets are held together, if nothing else is said: 128 MB."""
WORD: Final = 4
"""Times the memory of a shingle that a text to align takes for each of its words, which are held besides."""

SHARE: Final = 16
"""One word in so many is held in a block where memory allows for more: touching new memory costs more than it saves."""
LEAST: Final = 1 << 20
"""Words that are held in a block, where memory allows."""
AHEAD: Final = 4
"""Times the words of a block that are visited together at most where signatures tell: then few of them are compared."""
OTHERS: Final = 2
"""Times the memory of a block that is taken with the texts that those of the block are compared with."""


class Sharing:
    """The texts that share a bucket, numbered from 0 on, and shingle sets of a block of them at a time."""

    def __init__(  # noqa: PLR0913 - as `settle`
        self,
        source: Source,
        active: Bools,
        criteria: Criteria,
        *,
        changed: Bools | None = None,
        most: int | None = None,
        block: int = BLOCK,
    ) -> None:
        """Look up which of the active texts share buckets; see `settle`, and for `most` `bounds.limits`."""
        self._source = source
        self.criteria = criteria
        self._block = max(1, block // WORD) if criteria.aligned else block
        sampled = criteria.aligned or criteria.containment <= 1
        self.rows, self.buckets = buckets(source, active & source.there, changed, sampled=sampled)
        self.words = source.lengths(self.rows).astype(np.int64)
        width = self.buckets.signatures.shape[1]
        self.tells = width > 0
        """Whether signatures tell which texts that share a bucket are not compared; else nearly all of them are."""
        if self.tells:
            self._block = min(self._block, max(LEAST, int(self.words.sum()) // SHARE))
        self.limits = limits(criteria, width, most)
        room = OTHERS * self._block + self._block // 2  # what was not foreseen comes on top
        self._held = Held(source, self.rows, width, room, ordered=criteria.aligned, likeness=criteria.likeness)

    def meeting(self, limit: int, owners: I64, pinned: Bools) -> Meeting:
        """Let the texts meet, of which none is enlisted yet; the bucket of a band has room for `limit` texts."""
        lists = unenlisted(self.buckets, limit, sampled_limit(self.criteria, limit))
        return Meeting(pinned, owners, self.buckets, lists)

    @property
    def at_once(self) -> int:
        """Calls that `map` makes at once."""
        return self._source.at_once

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[R]:
        """Call a compiled function with each argument; see `Source.map`."""
        return self._source.map(function, arguments)

    def blocks(self, order: I64) -> Iterator[tuple[int, I64]]:
        """Cut an order of visits so that what each piece needs may be held together; give the place of each too."""
        full = np.cumsum(self.words[order]) // (self._block * (AHEAD if self.tells else 1))
        starts = np.flatnonzero(np.diff(full, prepend=-1))
        yield from zip(starts.tolist(), np.split(order, starts[1:]) if len(starts) else (), strict=True)

    def fills(self, words: int) -> bool:
        """Tell whether so many words are as many as a block of texts and others for them may have."""
        return words >= OTHERS * self._block

    def sets(self, needed: Bools) -> Sets:
        """Give the shingle sets of at least some texts; see `Held.sets`."""
        return self._held.sets(needed)
