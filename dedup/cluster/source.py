"""What matching asks of texts, and where it looks them up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedup.kernel.arrays import I32, I64, U8, U64, Bools, Texts
    from dedup.settings import MatchSettings

T = TypeVar("T")
R = TypeVar("R")

NEVER: Final = 2.0
"""A threshold that no pair reaches."""


class Criteria(NamedTuple):
    """What a text must reach, against one that stays, to go; `NEVER` for what does not count."""

    threshold: float = NEVER
    """Jaccard similarity."""
    containment: float = NEVER
    """Share of its shingles that lie inside the other."""
    likeness: float = NEVER
    """See `kernel.likeness`; where it is given, containment does not count by itself."""

    @property
    def aligned(self) -> bool:
        """Whether texts are aligned, and not only their shingle sets compared."""
        return self.likeness <= 1

    @classmethod
    def of(cls, wanted: MatchSettings) -> Self:
        """Read settings."""
        if not wanted.plain:
            return cls(likeness=wanted.likeness)
        return cls(wanted.threshold or NEVER, wanted.containment or NEVER)


class Contents(Protocol):
    """Where what stands in texts is looked up, by their numbers from 0 to n - 1."""

    shingle: int
    """Words in a shingle."""

    def lengths(self, rows: I64) -> I32:
        """Count the words of some texts, (k,); `rows` ascend."""

    def texts(self, rows: I64) -> Iterator[tuple[I64, Texts]]:
        """Give some texts, all of them once, as many together as stand together: their places among those asked for."""

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[R]:
        """Call a compiled function with each argument, several at once if that can be done; results come in order."""


class Source(Contents, Protocol):
    """Where matching looks texts up."""

    there: Bools
    """(n,) whether a text has words; others are never compared."""
    samples: I32
    """(n,) sampled shingles in each."""
    at_once: int
    """Calls that `map` makes at once."""

    def bands(self) -> Iterator[Sequence[U64]]:
        """Give the keys of some bands, (n,) each, then of the next ones, which may stand where those before did."""

    def sampled(self) -> Iterator[tuple[U64, I32]]:
        """Give sampled shingles (s,) and the text of each (s,); equal ones come together."""

    def signatures(self, rows: I64) -> U8:
        """Give the low bytes of some MinHash values of some texts, (k, w); see `kernel.candidates.Buckets`."""
