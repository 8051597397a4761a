"""Which documents have gone, and because of which."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from dedup.cluster import Matches
    from dedup.kernel.arrays import F64, I32, I64, Bools


@dataclass(slots=True)
class Gone:
    """One value a document, filled round after round."""

    witnesses: I64
    """The document that stays; -1 for documents that stay themselves."""
    shared: I32
    own: I32
    other: I32
    words: F64
    covers: F64
    figures: F64
    names: F64
    likeness: F64
    """The parts of the likeness, see `kernel.likeness`; NaN where shingle sets alone decided."""
    exact: Bools
    address: Bools
    """Documents that went for their address alone; their witness may have gone later, because of one that stays."""
    contaminated: Bools
    """Documents that went for an evaluation item inside them; their own witnesses."""
    returned: Bools
    """Documents that went and came back, because what spoke against them changed or went itself."""
    pinned: Bools
    """Documents of reference sources, and those that keep a paragraph which another one lost: they stay."""

    @classmethod
    def none(cls, pinned: Bools) -> Self:
        """Begin with all documents there, of which some must stay."""
        count = len(pinned)
        shared, own, other = np.zeros((3, count), np.int32)
        words, covers, figures, names, likeness = np.full((5, count), np.nan)
        exact, address, contaminated, returned = np.zeros((4, count), bool)
        return cls(
            np.full(count, -1, np.int64),
            shared,
            own,
            other,
            words,
            covers,
            figures,
            names,
            likeness,
            exact,
            address,
            contaminated,
            returned,
            pinned.copy(),
        )

    @classmethod
    def of(cls, table: pa.RecordBatch) -> Self:
        """Read what `table` wrote."""
        columns = (table.column(field.name).to_numpy(zero_copy_only=False).copy() for field in fields(cls))
        return cls(*columns)

    def joined(self, others: Gone) -> Gone:
        """Put more documents behind these."""
        pairs = ((getattr(self, field.name), getattr(others, field.name)) for field in fields(self))
        return Gone(*(np.concatenate(both) for both in pairs))

    def table(self) -> pa.RecordBatch:
        """Write everything down."""
        columns = {field.name: pa.array(getattr(self, field.name)) for field in fields(self)}
        return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))

    def because_of(self, some: Bools) -> Bools:
        """Choose the documents that went because of what some others say, not for an address or an evaluation item."""
        return (self.witnesses >= 0) & some[self.witnesses] & ~self.alone

    @property
    def alone(self) -> Bools:
        """Tell which documents went whatever others say."""
        return self.address | self.contaminated

    def contaminate(self, some: I64) -> None:
        """Let documents go in which evaluation items are, unless they must stay."""
        gone = some[~self.pinned[some]]
        self.witnesses[gone] = gone
        self.contaminated[gone] = True

    def readdress(self, leaders: I64) -> None:
        """Let documents go that have the address of another, their leader, (n,); a leader is its own."""
        some = (leaders != np.arange(len(leaders))) & ~self.pinned
        self.witnesses[some] = leaders[some]
        self.address[some] = True

    def last_witnesses(self) -> I64:
        """Give for each document that went one that stays, (n,); -1 for those that stay."""
        through = self.address & (self.witnesses[self.witnesses] >= 0)
        return np.where(through, self.witnesses[self.witnesses], self.witnesses)

    def recall(self, some: Bools) -> None:
        """Bring documents back, to be judged again."""
        self.witnesses[some] = -1
        for counts in (self.shared, self.own, self.other):
            counts[some] = 0
        for part in self.parts:
            part[some] = np.nan
        self.exact[some] = False
        self.returned |= some

    @property
    def parts(self) -> tuple[F64, ...]:
        """Give the parts of the likeness, in their order."""
        return self.words, self.covers, self.figures, self.names, self.likeness

    def ranks(self) -> I64:
        """Rank documents: what must stay, what others went because of, the rest, what came back."""
        ranks = np.where(self.returned, 3, 2)
        ranks[self.witnesses[(self.witnesses >= 0) & ~self.alone]] = 1
        ranks[self.pinned] = 0
        return ranks

    def add(self, found: Matches) -> None:
        """Let go what matching found."""
        self.witnesses[found.texts] = found.witnesses
        self.shared[found.texts] = found.shared
        self.own[found.texts] = found.own
        self.other[found.texts] = found.other
        if len(found.parts):
            for column, part in zip(self.parts, found.parts.T, strict=True):
                column[found.texts] = part

    def follow(self, copies: I64, leaders: I64, sizes: I32) -> None:
        """
        Let exact copies go because of their leader, or of what the leader went because of.

        sizes  (n,)  int32  distinct shingles of the leaders that stay
        """
        stay = self.witnesses[leaders] < 0
        for counts in (self.witnesses, self.shared, self.own, self.other):
            counts[copies[~stay]] = counts[leaders[~stay]]
        for part in self.parts:
            part[copies[~stay]] = part[leaders[~stay]]
        copies, leaders = copies[stay], leaders[stay]
        self.witnesses[copies] = leaders
        for counts in (self.shared, self.own, self.other):
            counts[copies] = sizes[leaders]
        for part in self.parts:
            part[copies] = 1
        self.exact[copies] = True
