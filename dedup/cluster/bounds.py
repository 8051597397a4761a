"""How much two texts must share before they are compared, and how many texts one is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.kernel.agreement import least_equal, unlikely
from dedup.kernel.candidates import Limits

if TYPE_CHECKING:
    from dedup.cluster.source import Criteria

LIMIT: Final = 64
"""
Kept texts that one bucket remembers, and that one text is compared with. Texts of one cluster share most of their
buckets and match its first leader; only unrelated texts with a common template fill a bucket, and past 64 of them its
key tells nothing any more.
"""
ANY: Final = 1 << 40
"""A number of values or texts that is never reached."""
PAIRS: Final = 1024
"""Texts that one bucket remembers where every pair is wanted: a thousand texts make half a million pairs."""
ALIGNED_PAIRS: Final = 256
"""The same where they are aligned, which costs ten times as much."""
CANDIDATES: Final = 16
"""
Texts that one text is aligned with; an alignment costs as much as ten comparisons of sets. So many texts that stay
are also all that a sampled shingle proposes: what more of them have is a phrase of everybody's.
"""


def limits(criteria: Criteria, values: int, most: int | None = None) -> Limits:
    """
    Say what texts are compared, of whose MinHash values so many low bytes are known: each with `most` others.

    Where nothing is said, with as many as suffice where one of two that match goes.
    """
    least = unlikely(values) if criteria.aligned else least_equal(criteria.threshold, values)
    return Limits(*criteria, least, most or (CANDIDATES if criteria.aligned else LIMIT), inside=False)


def sampled_limit(criteria: Criteria, limit: int) -> int:
    """Give how many texts the bucket of a sampled shingle remembers, where one of a band remembers so many."""
    return CANDIDATES if criteria.aligned else limit
