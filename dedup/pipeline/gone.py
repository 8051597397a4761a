"""Which documents have gone, and because of which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from dedup.reasons import CONTAINED_DOCUMENT, EXACT_DUPLICATE, NEAR_DUPLICATE
from dedup.records import Likeness

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup.cluster import Matches
    from dedup.kernel.arrays import I32, I64, U64, Bools
    from dedup.reasons import Reason


@dataclass(slots=True)
class Gone:
    """One value a document, filled round after round."""

    witnesses: I64
    """The document that stays; -1 for documents that stay themselves."""
    shared: I32
    own: I32
    other: I32
    exact: Bools
    returned: Bools
    """Documents that went and came back, because what spoke against them changed or went itself."""
    pinned: Bools
    """Documents that keep a paragraph which another one lost: they stay."""
    forgotten: int = 0

    @classmethod
    def none(cls, count: int) -> Self:
        """Begin with all documents there."""
        shared, own, other = np.zeros((3, count), np.int32)
        exact, returned, pinned = np.zeros((3, count), bool)
        return cls(np.full(count, -1, np.int64), shared, own, other, exact, returned, pinned)

    def because_of(self, some: Bools) -> Bools:
        """Choose the documents that went because of some others."""
        return (self.witnesses >= 0) & some[self.witnesses]

    def recall(self, some: Bools) -> None:
        """Bring documents back, to be judged again."""
        self.witnesses[some] = -1
        for counts in (self.shared, self.own, self.other):
            counts[some] = 0
        self.exact[some] = False
        self.returned |= some

    def ranks(self) -> I64:
        """Rank documents: what must stay, what others went because of, the rest, what came back."""
        ranks = np.where(self.returned, 3, 2)
        ranks[self.witnesses[self.witnesses >= 0]] = 1
        ranks[self.pinned] = 0
        return ranks

    def add(self, found: Matches) -> None:
        """Let go what matching found."""
        rows = np.flatnonzero(found.witnesses >= 0)
        self.witnesses[rows] = found.witnesses[rows]
        self.shared[rows] = found.shared[rows]
        self.own[rows] = found.own[rows]
        self.other[rows] = found.other[rows]
        self.forgotten += found.forgotten

    def follow(self, members: I64, leaders: I64, sets: Callable[[I64], tuple[U64, I64]]) -> None:
        """Let exact copies go because of their leader, or of what the leader went because of."""
        stay = self.witnesses[leaders] < 0
        for fields in (self.witnesses, self.shared, self.own, self.other):
            fields[members[~stay]] = fields[leaders[~stay]]
        kept, place = np.unique(leaders[stay], return_inverse=True)
        sizes = np.diff(sets(kept)[1]).astype(np.int32)[place]
        copies = members[stay]
        self.witnesses[copies] = leaders[stay]
        for counts in (self.shared, self.own, self.other):
            counts[copies] = sizes
        self.exact[copies] = True

    def account(self, number: int, threshold: float, names: Callable[[int], str]) -> tuple[Reason, Likeness]:
        """Tell why a document that has gone did."""
        shared, own, other = int(self.shared[number]), int(self.own[number]), int(self.other[number])
        union = own + other - shared
        likeness = Likeness(names(int(self.witnesses[number])), shared / union, shared / own, shared, union)
        if self.exact[number]:
            return EXACT_DUPLICATE, likeness
        return (NEAR_DUPLICATE if likeness.jaccard >= threshold else CONTAINED_DOCUMENT), likeness
