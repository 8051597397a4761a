"""What became of documents, told one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from dedup.kernel.likeness import DIGITS
from dedup.pipeline import rows
from dedup.pipeline.addresses import address
from dedup.pipeline.sources import gathered
from dedup.reasons import CONTAINED_DOCUMENT, CONTAMINATED_DOCUMENT, EXACT_DUPLICATE, NEAR_DUPLICATE, SAME_ADDRESS
from dedup.records import Address, Likeness, Match, Overlap, Removal, Span, Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.cluster import Pairs
    from dedup.engines.shards import Spool
    from dedup.kernel.arrays import I32, I64
    from dedup.pipeline.rows import Incoming
    from dedup.reasons import Reason


PARTS: Final = ("likeness", "words", "covers", "figures", "names")
"""Columns of parts, in the order of the evidence."""
VERDICTS: Final = ("shared", "own", "other", "exact", "address", *PARTS)
"""What is known of a document that goes: shingles, whether it has the same words or address, parts of the likeness."""
CONTAINED: Final = 2 / 3
"""Share of the words that two texts have in common, of the longer against the shorter, below which one is contained."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document."""

    incoming: Incoming
    text: str | None
    """What stays; None where the whole document goes."""
    removals: tuple[Removal, ...]
    """In text order, disjoint; with the remaining text they tile the base text."""
    suspicions: tuple[Suspicion, ...]
    stripped: tuple[Removal, ...]
    """Of a document that goes whole: what had been taken out of it before it was compared."""


@dataclass(frozen=True, slots=True)
class Judged:
    """
    Documents and what went.

    `verdicts` has a row a document: `witness` (the id of what speaks against it, null where it stays) and `VERDICTS`.
    """

    spool: Spool
    verdicts: pa.RecordBatch
    threshold: float | None
    overlaps: dict[int, Overlap] = field(default_factory=dict)
    """By place, the evaluation items because of which documents go."""

    def table(self) -> pa.RecordBatch:
        """Give the documents with all their columns."""
        return self.spool.table(np.arange(len(self.spool)))

    def words(self) -> I32:
        """Count the words of what remains of each."""
        return gathered(self.spool, ("words",), np.int32)[0]

    def files(self) -> list[int]:
        """Give the numbers of the files that the documents are from."""
        files: list[int] = self.spool.column("file", np.arange(len(self.spool))).unique().to_pylist()
        return files

    def touched(self) -> I64:
        """Choose the documents that go or in which anything was found."""
        goes = self.verdicts.column("witness").is_valid().to_numpy(zero_copy_only=False)
        found = self.spool.column("findings", np.arange(len(self.spool))).is_valid().to_numpy(zero_copy_only=False)
        return np.flatnonzero(goes | found)

    def told(self, some: I64, names: Sequence[str] = rows.FIELDS) -> Iterator[tuple[dict[str, Any], Removal | None]]:
        """Look up columns of some documents, in order, and the removal of each that goes whole."""
        every = self.spool.rows(some, names)
        columns = (column.take(pa.array(some)).to_pylist() for column in self.verdicts.columns)
        for place, fields, verdict in zip(some.tolist(), every, zip(*columns, strict=True), strict=True):
            if verdict[0] is None:
                yield fields, None
            else:
                overlap = self.overlaps.get(place)
                yield fields, _contaminated(fields, overlap) if overlap else self._removal(fields, *verdict)

    def outcomes(self, some: I64 | None = None) -> Iterator[Outcome]:
        """Tell what became of each of some, or all, in order."""
        for fields, whole in self.told(np.arange(len(self.spool)) if some is None else some):
            removals, suspicions = rows.findings(fields)
            if whole is None:
                yield Outcome(rows.incoming(fields), rows.text(fields), removals, suspicions, ())
            else:
                yield Outcome(rows.incoming(fields), None, (whole,), (), removals)

    def _removal(self, fields: dict[str, Any], witness: str, *verdict: Any) -> Removal:  # noqa: ANN401 - of several types
        told = dict(zip(VERDICTS, verdict, strict=True))
        whole = Span(0, len(fields["base"]))
        if told["address"]:
            found = Address(witness, address(fields["url"], fields["canonical"]))
            return Removal(fields["id"], whole, SAME_ADDRESS.code, SAME_ADDRESS.name, 1.0, found)
        shared, own = told["shared"], told["own"]
        union = own + told["other"] - shared
        likeness = Likeness(witness, shared / union, shared / own, shared, union, *_parts(told))
        reason = EXACT_DUPLICATE if told["exact"] else self._reason(likeness)
        return Removal(fields["id"], whole, reason.code, reason.name, 1.0, likeness)

    def _reason(self, likeness: Likeness) -> Reason:
        if likeness.words is None or likeness.covers is None:
            near = self.threshold is not None and likeness.jaccard >= self.threshold
        else:
            near = likeness.covers >= CONTAINED * likeness.words
        return NEAR_DUPLICATE if near else CONTAINED_DOCUMENT


def _contaminated(fields: dict[str, Any], overlap: Overlap) -> Removal:
    reason = CONTAMINATED_DOCUMENT
    return Removal(fields["id"], Span(0, len(fields["base"])), reason.code, reason.name, 1.0, overlap)


def _parts(told: dict[str, float]) -> list[float | None]:
    return [None if isnan(told[name]) else round(told[name], DIGITS) for name in PARTS]


def matches(left: list[str], right: list[str], found: Pairs) -> Iterator[Match]:
    """Give pairs, of the documents of these names, as records."""
    counts = (column.tolist() for column in (found.shared, found.left_size, found.right_size))
    nothing = np.full((len(left), len(PARTS)), np.nan)
    parts = (
        (column if len(column) else nothing).round(DIGITS).tolist() for column in (found.left_parts, found.right_parts)
    )
    for one, other, shared, size, other_size, straight, turned in zip(left, right, *counts, *parts, strict=True):
        union = size + other_size - shared
        (a, (words, _, figures, names, likeness)), (b, (others, *_, other_likeness)) = sorted(
            ((one, straight), (other, turned))
        )
        aligned = () if isnan(likeness) else (max(likeness, other_likeness), words, others, figures, names)
        yield Match(a, b, shared / union, shared / min(size, other_size), shared, union, *aligned)
