"""Which texts are to be compared, because they share enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.cluster.bounds import LIMIT, limits, sampled_limit
from dedup.kernel.candidates import Meeting, partners, unenlisted, unmarked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.cluster.sharing import Sharing
    from dedup.cluster.source import Criteria
    from dedup.kernel.arrays import I32, I64, U8
    from dedup.kernel.candidates import Buckets, Limits

TOGETHER: Final = 1 << 12
"""Texts whose pairs are proposed together: of a template, one may have thousands of partners."""


class Proposed(NamedTuple):
    """
    Texts that share enough to be compared.

    rows       (p, 2)  int32  the earlier text of a pair and the later one
    equal      (p,)    uint8  low bytes of their signatures that are equal
    forgotten  int            how often a pair may have been left out
    """

    rows: I32
    equal: U8
    forgotten: int


def proposed(sharing: Sharing, order: I64, owners: I64, wanted: Limits, limit: int) -> Iterator[Proposed]:
    """Give every two texts that share enough to be compared."""
    count = len(sharing.rows)
    meeting, marks = sharing.meeting(limit, owners, np.zeros(count, bool)), unmarked(count)
    for some in np.split(order, range(TOGETHER, len(order), TOGETHER)):
        yield Proposed(*partners(some, meeting, marks, wanted))


def candidates(sharing: Sharing, owners: I64) -> int:
    """Count the pairs of texts that `settle` compares at most: as if each stayed, and none matched."""
    order = np.arange(len(sharing.rows))
    return sum(len(found.rows) for found in proposed(sharing, order, owners, sharing.limits, LIMIT))


def proposals(buckets: Buckets, order: I64, owners: I64, criteria: Criteria) -> I32:
    """Give the pairs, (p, 2), of texts of different owners that `settle` would compare at most; see `partners`."""
    count = len(buckets.samples)
    lists = unenlisted(buckets, LIMIT, sampled_limit(criteria, LIMIT))
    meeting = Meeting(np.zeros(count, bool), owners, buckets, lists)
    rows, _, _ = partners(order, meeting, unmarked(count), limits(criteria, buckets.signatures.shape[1]))
    return rows
