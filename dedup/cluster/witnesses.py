"""Which texts stay, and which go because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.cluster.order import Visits
from dedup.cluster.proposing import candidates
from dedup.cluster.sharing import BLOCK, Sharing
from dedup.cluster.visiting import Visiting

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
    candidates  int         pairs that were proposed, if they were to be counted
    """

    texts: I64
    witnesses: I64
    shared: I32
    own: I32
    other: I32
    parts: F64
    forgotten: int
    candidates: int


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
    counted: bool = False,
    block: int = BLOCK,
) -> Matches:
    """
    Decide which of the active texts stay.

    `ranks` gives a number for each of some texts, the smallest for the one to visit first; texts to which `owners`
    gives one number are not compared; those that are `pinned` stay; where only some are `changed`, the others are known
    not to match one another; `block` shingles are held together; whether pairs are `counted` changes nothing else. A
    text goes if it reaches any of the `criteria` against a kept one. Unless the order holds strictly (`ordered`), a
    longer text that comes later than one it contains is visited before it, so that of two texts that match, one goes.
    """
    sharing = Sharing(source, active, criteria, changed=changed, block=block)
    count = len(sharing.rows)
    visited = np.argsort(ranks(sharing.rows), kind="stable")
    owned = np.arange(count) if owners is None else owners(sharing.rows).astype(np.int64)
    held = np.zeros(count, bool) if pinned is None else pinned(sharing.rows)
    visits = Visits(visited)
    inside = not ordered and min(criteria.containment, criteria.likeness) <= 1
    pairs = candidates(sharing, owned) if counted else 0
    while True:
        order = visits.order()
        visiting = Visiting(sharing, held, owned, inside=inside)
        visiting.visit(order)
        if not visits.put_before(visiting.contained()):
            return _numbered(sharing.rows, visiting.verdicts, visiting.forgotten, pairs)
        del visiting  # before its like takes as much memory


def _numbered(rows: I64, verdicts: Verdicts, forgotten: int, candidates: int) -> Matches:
    """Number the results as the source does."""
    gone = np.flatnonzero(verdicts.witnesses >= 0)
    witnesses = rows[verdicts.witnesses[gone]]
    counts = (verdicts.shared[gone], verdicts.own[gone], verdicts.other[gone])
    parts = verdicts.parts[gone] if len(verdicts.parts) else verdicts.parts
    return Matches(rows[gone], witnesses, *counts, parts, forgotten, candidates)
