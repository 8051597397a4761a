"""Which texts stay, and which go because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.cluster.bounds import ANY, LIMIT
from dedup.cluster.order import Contained, Visits
from dedup.cluster.pairs import neighbours
from dedup.cluster.sharing import BLOCK, Sharing
from dedup.cluster.source import NEVER
from dedup.cluster.visiting import Visiting
from dedup.kernel.likeness import LIKENESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup.cluster.source import Criteria, Source
    from dedup.kernel.arrays import F64, I32, I64, Bools
    from dedup.kernel.keepers import Verdicts


class Matches(NamedTuple):
    """
    What goes: `k` texts.

    texts      (k,)  int64  ascending
    witnesses  (k,)  int64  the text that stays and speaks against each
    shared     (k,)  int32  shingles both have
    own        (k,)  int32  distinct shingles of the text
    other      (k,)  int32  distinct shingles of the witness
    parts      (k, PARTS)  float64  see `kernel.likeness`; without rows where texts were not aligned
    forgotten  int          how often a full bucket did not remember a kept text, or a text had too many candidates
    """

    texts: I64
    witnesses: I64
    shared: I32
    own: I32
    other: I32
    parts: F64
    forgotten: int


def settle(  # noqa: PLR0913 - what is compared, what with, and three ways in which texts may be tied
    source: Source,
    active: Bools,
    ranks: Callable[[I64], I64],
    criteria: Criteria,
    *,
    owners: Callable[[I64], I32] | None = None,
    pinned: Callable[[I64], Bools] | None = None,
    changed: Bools | None = None,
    ordered: bool = False,
    block: int = BLOCK,
) -> Matches:
    """
    Decide which of the active texts stay.

    `ranks` gives a number for each of some texts, the smallest for the one to visit first; texts to which `owners`
    gives one number are not compared; those that are `pinned` stay; where only some are `changed`, the others are known
    not to match one another; `block` shingles are held together. A text goes if it reaches any of the `criteria`
    against a kept one. Unless the order holds strictly (`ordered`), a longer text that comes later than one it contains
    is visited before it, so that of two texts that match, one goes.
    """
    sharing = Sharing(source, active, criteria, changed=changed, block=block)
    count = len(sharing.rows)
    visited = np.argsort(ranks(sharing.rows), kind="stable")
    owned = np.arange(count) if owners is None else owners(sharing.rows).astype(np.int64)
    held = np.zeros(count, bool) if pinned is None else pinned(sharing.rows)
    visits = Visits(visited)
    while True:
        order = visits.order()
        visiting = Visiting(sharing, held, owned)
        visiting.visit(order)
        verdicts, forgotten = visiting.verdicts, visiting.forgotten
        del visiting  # what its buckets remember gives its memory back
        kept = order[verdicts.witnesses[order] < 0]
        strict = ordered or min(criteria.containment, criteria.likeness) > 1
        if strict or not visits.put_before(_contained(sharing, kept, held, owned)):
            return _numbered(sharing.rows, verdicts, forgotten)


def _contained(sharing: Sharing, kept: I64, pinned: Bools, owners: I64) -> Contained:
    """Find kept texts that lie inside other kept ones."""
    limits = sharing.limits if sharing.criteria.aligned else sharing.limits._replace(threshold=NEVER, agreement=ANY)
    parts = [np.empty((4, 0), np.int64)]
    for found in neighbours(sharing, kept, owners, limits, LIMIT):
        inside = found.left_size <= found.right_size
        shorter, longer = np.where(inside, found.left, found.right), np.where(inside, found.right, found.left)
        size, longer_size = np.minimum(found.left_size, found.right_size), np.maximum(found.left_size, found.right_size)
        if sharing.criteria.aligned:
            likeness = np.where(inside, found.left_parts[:, LIKENESS], found.right_parts[:, LIKENESS])
            goes = likeness >= limits.likeness
        else:
            goes = found.shared >= limits.containment * size
        chosen = goes & ~pinned[shorter]
        parts.append(np.stack((shorter, longer, size, longer_size))[:, chosen])
    return Contained(*np.concatenate(parts, axis=1))


def _numbered(rows: I64, verdicts: Verdicts, forgotten: int) -> Matches:
    """Number the results as the source does."""
    gone = np.flatnonzero(verdicts.witnesses >= 0)
    witnesses = rows[verdicts.witnesses[gone]]
    counts = (verdicts.shared[gone], verdicts.own[gone], verdicts.other[gone])
    parts = verdicts.parts[gone] if len(verdicts.parts) else verdicts.parts
    return Matches(rows[gone], witnesses, *counts, parts, forgotten)
