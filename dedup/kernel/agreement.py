"""
How many low bytes of MinHash values two texts have in common, and what that tells of them.

Values are equal with the texts' Jaccard similarity J as probability, and different ones have one low byte in 256 cases:
of `n` bytes, a binomial number is equal, with probability J + (1 - J) / 256 each.
"""

from __future__ import annotations

from math import lgamma
from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.kernel.jit import borrowing

if TYPE_CHECKING:
    from dedup.kernel.arrays import F64, U8

MISSED: Final = 1e-4
"""Probability with which a pair right at a threshold may be taken to lie on its other side; bands miss far more."""
CHANCE: Final = 0.01
"""Probability with which unrelated texts that share something are aligned."""
_GRID: Final = 1 << 8
"""Similarities that are told apart."""


@borrowing
def equal_bytes(signatures: U8, one: int, two: int) -> int:
    """Count the places where two of some signatures, (n, w) uint8 with w of at most 255, are equal."""
    equal = np.uint8(0)  # no wider, so that the compiler compares 32 at once
    for at in range(signatures.shape[1]):
        equal = np.uint8(equal + np.uint8(signatures[one, at] == signatures[two, at]))
    return int(equal)


def _probabilities(jaccard: F64, values: int) -> F64:
    """Give the probability of 0 to `values` equal bytes, (j, values + 1) for similarities (j,) from 0 to below 1."""
    equal = np.arange(values + 1)
    logs = np.array([lgamma(number + 1) for number in equal])
    each = (jaccard + (1 - jaccard) / 256)[:, None]
    chances: F64 = np.exp(logs[-1] - logs - logs[::-1] + equal * np.log(each) + (values - equal) * np.log1p(-each))
    return chances


def least_equal(threshold: float, values: int) -> int:
    """Give how many of some bytes are equal, but for `MISSED`, of texts of at least that Jaccard similarity."""
    if threshold >= 1:
        return values
    below = np.cumsum(_probabilities(np.array([threshold]), values)[0])
    return int((below <= MISSED).sum())


def unlikely(values: int) -> int:
    """Give how many of some bytes hardly any two texts share by chance; 0 where there are too few to tell."""
    below = np.cumsum(_probabilities(np.zeros(1), values)[0])
    least = 1 + int((below <= 1 - CHANCE).sum())
    return least if least <= values else 0


def surely(values: int) -> F64:
    """Give the Jaccard similarity that texts with 0 to `values` equal bytes have, but for `MISSED`, or more."""
    jaccard = np.arange(_GRID) / _GRID
    above = np.cumsum(_probabilities(jaccard, values)[:, ::-1], axis=1)[:, ::-1]
    least: F64 = jaccard[np.maximum((above <= MISSED).sum(axis=0) - 1, 0)]
    return least
