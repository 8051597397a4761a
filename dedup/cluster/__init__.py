"""
Matching: from sketches to what goes because of what stays.

Texts that share a key (of an LSH band, or of enough sampled shingles) are compared exactly. They are visited in the
order of the keep policy, and one stays unless it matches one that stays: so every removal has a kept witness, and no
two kept texts that share a key match. No transitive chain ever counts as evidence.

Memory: an entry for each key that a text shares with another, and the shingle sets of one block of texts at a time.

source     what is asked of texts, and where they are looked up
same       texts with the same words, which need no comparison
bounds     how many texts are compared with one, and which
buckets    which texts share keys
held       sets of some texts, in memory that is used again
sharing    these texts, with the sets of a block of them
proposing  which of them are to be compared
pairs      pairs, compared
order      in which texts are visited
visiting   one visit of all
witnesses  which texts stay, and which go because of them
"""

from __future__ import annotations

from dedup.cluster.bounds import CANDIDATES, LIMIT, limits, sampled_limit
from dedup.cluster.held import looked_up
from dedup.cluster.pairs import Pairs, compared, matching_pairs
from dedup.cluster.proposing import proposals
from dedup.cluster.same import exact_groups
from dedup.cluster.sharing import BLOCK
from dedup.cluster.source import NEVER, Contents, Criteria, Source
from dedup.cluster.witnesses import Matches, settle

__all__ = [
    "BLOCK",
    "CANDIDATES",
    "LIMIT",
    "NEVER",
    "Contents",
    "Criteria",
    "Matches",
    "Pairs",
    "Source",
    "compared",
    "exact_groups",
    "limits",
    "looked_up",
    "matching_pairs",
    "proposals",
    "sampled_limit",
    "settle",
]
