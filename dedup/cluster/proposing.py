"""Which texts are to be compared, because they share enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.cluster.bounds import LIMIT, limits, sampled_limit
from dedup.cluster.sharing import BLOCK, Sharing
from dedup.kernel.candidates import partners, unenlisted, unmarked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.cluster.source import Criteria, Source
    from dedup.kernel.arrays import I32, I64, Bools
    from dedup.kernel.candidates import Buckets, Limits


def proposed(sharing: Sharing, order: I64, owners: I64, wanted: Limits, limit: int) -> Iterator[tuple[I64, int]]:
    """Give every two texts that share enough to be compared, (p, 2), and how often one was forgotten."""
    lists, marks = sharing.nobody(limit)
    for _, some in sharing.blocks(order):
        found, forgotten = partners(some, owners, sharing.buckets, lists, marks, wanted)
        yield found.astype(np.int64), forgotten


def candidates(  # noqa: PLR0913 - as `settle`
    source: Source,
    active: Bools,
    criteria: Criteria,
    owners: I32,
    *,
    changed: Bools | None = None,
    block: int = BLOCK,
) -> int:
    """Count the pairs of active texts that `settle` would compare at most: as if each stayed, and none matched."""
    sharing = Sharing(source, active, criteria, changed=changed, block=block)
    order = np.arange(len(sharing.rows))
    owned = owners[sharing.rows].astype(np.int64)
    return sum(len(rows) for rows, _ in proposed(sharing, order, owned, sharing.limits, LIMIT))


def proposals(buckets: Buckets, order: I64, owners: I64, criteria: Criteria) -> I32:
    """Give the pairs, (p, 2), of texts of different owners that `settle` would compare at most; see `partners`."""
    lists, marks = unenlisted(buckets, LIMIT, sampled_limit(criteria, LIMIT)), unmarked(len(buckets.samples))
    rows, _ = partners(order, owners, buckets, lists, marks, limits(criteria, buckets.signatures.shape[1]))
    return rows
