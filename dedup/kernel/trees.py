"""Boosted trees over columns of small numbers, in whole numbers from end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, U8

I16: TypeAlias = NDArray[np.int16]

DEPTH: Final = 6
"""Of every tree; a leaf nearer to the root is repeated below it."""
INNER: Final = (1 << DEPTH) - 1
"""Nodes of a tree that ask."""
UNIT: Final = 1 << 11
"""What trees say is in 2048ths of log-odds."""


class Trees(NamedTuple):
    """
    Trees of equal depth; the two nodes below node n are 2n + 1 and 2n + 2.

    columns  (t, INNER)          uint8  which column a node asks for
    bounds   (t, INNER)          uint8  and beyond which number it goes to the second node below
    values   (t, 2 * INNER + 1)  int16  what a node says by itself; of the lowest ones the sum is taken
    """

    columns: U8
    bounds: U8
    values: I16


@compiled
def add_trees(rows: U8, count: int, columns: U8, bounds: U8, values: I16, sums: I32) -> None:
    """
    Add what all trees say of each of the first `count` rows to `sums`.

    rows  (count or more, c)  uint8
    sums  (count or more,)    int32  in `UNIT`
    The others: see `Trees`.
    """
    for tree in range(len(columns)):
        asked = columns[tree]
        beyond = bounds[tree]
        said = values[tree]
        for row in range(count):
            node = np.uint64(0)
            for _ in range(DEPTH):
                node = np.uint64(2) * node + np.uint64(1 + (rows[row, asked[node]] > beyond[node]))
            sums[row] += said[node]


@compiled
def credit(row: U8, columns: U8, bounds: U8, values: I16, gains: I32) -> None:
    """
    Add to the columns what they changed, on the way down each tree, in what the nodes say (Saabas, 2014).

    row      (c,)  uint8
    gains  (c,)  int32  in `UNIT`
    """
    for tree in range(len(columns)):
        node = 0
        for _ in range(DEPTH):
            column = columns[tree, node]
            below = 2 * node + 1 + (row[column] > bounds[tree, node])
            gains[column] += values[tree, below] - values[tree, node]
            node = below
