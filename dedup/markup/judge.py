"""
Which blocks of a page are its main text.

Boosted trees give each block a probability, blocks of one look lend one another theirs, and of all sets of the most
probable blocks the one is taken whose expected F1 over words is highest: few blocks of a page that is full of text, and
nearly all of one that has little else.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.markup.arrays import F32, F64, I64, U8, Bools
    from dedup.markup.wordings import Wordings

SHIPPED: Final = Path(__file__).parent / "blocks.npz"
DEPTH: Final = 6
"""Of every tree; a leaf nearer to the root is repeated below it."""
UNIT: Final = 2048
"""What trees say is in 2048ths of log-odds."""
BELIEVED: Final = 0.7
"""
Share of the log-odds that is believed: the blocks of a page of a new kind are misjudged together, so that trees are
surer of them than they are right. .65 to .8 do about equally well.
"""
LENT: Final = 0.3
"""Weight of the probability that blocks of one look have together: the middle of a flat range, .2 to .5."""
_STEP: Final = 4096
"""Blocks judged at once."""


class Model(NamedTuple):
    """
    Trees of equal depth over columns of small numbers; the two nodes below node n are 2n + 1 and 2n + 2.

    edges    (f, e)           float32  a number is the count of its column's edges below it; infinite ones fill up
    columns  (t, 2^d - 1)     uint8    which column a node asks for
    bounds   (t, 2^d - 1)     uint8    and beyond which number it goes to the second node below
    values   (t, 2^d)         int16    what the lowest ones say, in `UNIT`
    base                      float    log-odds to begin with
    wordings                           what stands in the last columns, see `wordings.spoken`
    """

    edges: F32
    columns: U8
    bounds: U8
    values: NDArray[np.int16]
    base: float
    wordings: Wordings


def loaded(path: Path) -> Model:
    """Read a model that `saved` wrote."""
    with np.load(path) as held:
        terms = held["terms"].tobytes().decode().split("\n")
        wordings = dict(zip(terms, held["weights"].tolist(), strict=True))
        return Model(held["edges"], held["columns"], held["bounds"], held["values"], float(held["base"]), wordings)


def saved(model: Model, path: Path) -> None:
    """Write a model down."""
    trees = {**model._asdict(), "base": np.float64(model.base)}
    del trees["wordings"]
    terms = np.frombuffer("\n".join(model.wordings).encode(), np.uint8)
    np.savez_compressed(path, **trees, terms=terms, weights=np.array([*model.wordings.values()], np.int8))


@cache
def shipped() -> Model:
    """Give the model that comes with the package."""
    return loaded(SHIPPED)


def binned(rows: F32, edges: F32) -> U8:
    """Turn numbers into counts of edges below them."""
    columns = [np.searchsorted(edge, column) for edge, column in zip(edges, rows.T, strict=True)]
    return np.stack(columns, axis=1).astype(np.uint8)


def probabilities(rows: F32, model: Model) -> F64:
    """Give each block's probability to be main text, (n,)."""
    odds = [_odds(binned(rows[low : low + _STEP], model.edges), model) for low in range(0, len(rows), _STEP)]
    found: F64 = 1 / (1 + np.exp(-BELIEVED * np.concatenate(odds)))
    return found


def _odds(rows: U8, model: Model) -> F64:
    """Walk all blocks down all trees, a level at a time."""
    trees, inner = model.columns.shape
    columns, bounds, values = model.columns.ravel().astype(np.int64), model.bounds.ravel(), model.values.ravel()
    numbers = rows.ravel()
    blocks = np.arange(len(rows))[:, None] * rows.shape[1]
    roots = np.arange(trees) * inner
    nodes = np.zeros((len(rows), trees), np.int64)
    for _ in range(DEPTH):
        asked = roots + nodes
        beyond = numbers.take(blocks + columns.take(asked)) > bounds.take(asked)
        nodes = 2 * nodes + 1 + beyond
    said = values.take(np.arange(trees) * (inner + 1) + nodes - inner)
    odds: F64 = model.base + said.sum(axis=1) / UNIT
    return odds


def chosen(probability: F64, words: I64, looks: I64) -> Bools:
    """
    Choose blocks by their probabilities, words and looks, (n,) each.

    With probabilities p and words w, the blocks S have an expected F1 of about 2 sum_S(p w) / (sum_S(w) + sum(p w))
    (Ye et al., ICML 2012); the best S are the most probable ones down to some probability.
    """
    weight = np.maximum(words, 0.5)  # signs alone count little, and as much as they are
    mass = probability * weight
    together = np.bincount(looks, mass) / np.bincount(looks, weight)
    shared = (1 - LENT) * probability + LENT * together[looks]
    mass = shared * weight
    order = np.argsort(-shared, kind="stable")
    expected = 2 * np.cumsum(mass[order]) / (np.cumsum(weight[order]) + mass.sum())
    bound = shared[order[np.argmax(expected)]]
    best: Bools = shared >= bound
    return best
