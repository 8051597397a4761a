"""What became of documents, told one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from dedup.pipeline import rows
from dedup.reasons import CONTAINED_DOCUMENT, EXACT_DUPLICATE, NEAR_DUPLICATE
from dedup.records import Likeness, Removal, Span, Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.shards import Spool
    from dedup.kernel.arrays import I64
    from dedup.pipeline.rows import Incoming


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

    `verdicts` has a row a document: `witness` (the id of what speaks against it, null where it stays), `shared`,
    `own`, `other` (shingles), `exact`.
    """

    spool: Spool
    verdicts: pa.RecordBatch
    threshold: float

    def table(self) -> pa.RecordBatch:
        """Give the documents with all their columns."""
        return self.spool.table(np.arange(len(self.spool)))

    def files(self) -> list[int]:
        """Give the numbers of the files that the documents are from."""
        files: list[int] = self.spool.column("file", np.arange(len(self.spool))).unique().to_pylist()
        return files

    def outcomes(self, some: I64 | None = None) -> Iterator[Outcome]:
        """Tell what became of each of some, or all, in order."""
        wanted = np.arange(len(self.spool)) if some is None else some
        every = self.spool.rows(wanted, rows.FIELDS)
        columns = (column.take(pa.array(wanted)).to_pylist() for column in self.verdicts.columns)
        verdicts = zip(*columns, strict=True)
        for fields, (witness, *counts) in zip(every, verdicts, strict=True):
            removals, suspicions = rows.findings(fields)
            if witness is None:
                yield Outcome(rows.incoming(fields), rows.text(fields), removals, suspicions, ())
            else:
                whole = self._removal(fields, witness, *counts)
                yield Outcome(rows.incoming(fields), None, (whole,), (), removals)

    def _removal(  # noqa: PLR0913, PLR0917 - a row of verdicts
        self,
        fields: dict[str, Any],
        witness: str,
        shared: int,
        own: int,
        other: int,
        exact: bool,  # noqa: FBT001
    ) -> Removal:
        union = own + other - shared
        likeness = Likeness(witness, shared / union, shared / own, shared, union)
        if exact:
            reason = EXACT_DUPLICATE
        else:
            reason = NEAR_DUPLICATE if likeness.jaccard >= self.threshold else CONTAINED_DOCUMENT
        return Removal(fields["id"], Span(0, len(fields["base"])), reason.code, reason.name, 1.0, likeness)
