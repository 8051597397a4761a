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
"""Of every tree."""
LEAVES: Final = 1 << DEPTH
UNIT: Final = 1 << 11
"""What trees say is in 2048ths of log-odds."""


class Trees(NamedTuple):
    """
    Symmetric trees: all nodes of a level ask the same, so that many lines walk down a tree at once.

    columns  (t, DEPTH)           uint8  which column a level asks for
    bounds   (t, DEPTH)           uint8  and beyond which number it goes to the second node below
    values   (t, 2 * LEAVES - 1)  int16  what a node says by itself, the nodes below node n being 2n + 1 and 2n + 2;
                                         of the lowest ones the sum is taken
    """

    columns: U8
    bounds: U8
    values: I16


@compiled
def add_trees(block: U8, count: int, columns: U8, bounds: U8, values: I16, sums: I32) -> None:
    """
    Add what all trees say of each of the first `count` lines to `sums`.

    block  (c, count or more)  uint8  the lines' columns
    sums   (count or more,)    int32  in `UNIT`
    The others: see `Trees`.
    """
    paths = np.empty(count, np.uint8)
    for tree in range(len(columns)):
        asked = columns[tree]
        a, b, c = block[asked[0]], block[asked[1]], block[asked[2]]
        d, e, f = block[asked[3]], block[asked[4]], block[asked[5]]
        beyond = bounds[tree]
        p, q, r, s, t, u = beyond[0], beyond[1], beyond[2], beyond[3], beyond[4], beyond[5]
        for line in range(count):  # one loop over all levels: what it does to 32 lines at once stays in registers
            paths[line] = np.uint8(
                (a[line] > p) << 5
                | (b[line] > q) << 4
                | (c[line] > r) << 3
                | (d[line] > s) << 2
                | (e[line] > t) << 1
                | (f[line] > u)
            )
        said = values[tree, LEAVES - 1 :]
        for line in range(count):
            sums[line] += said[paths[line]]


@compiled
def credit(block: U8, line: int, columns: U8, bounds: U8, values: I16, gains: I32) -> None:
    """
    Add to the columns what they changed, on a line's way down each tree, in what the nodes say (Saabas, 2014).

    block  (c, line + 1 or more)  uint8
    gains  (c,)                   int32  in `UNIT`
    """
    for tree in range(len(columns)):
        node = 0
        for level in range(DEPTH):
            column = columns[tree, level]
            below = 2 * node + 1 + (block[column, line] > bounds[tree, level])
            gains[column] += values[tree, below] - values[tree, node]
            node = below
