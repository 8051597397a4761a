"""Trees fitted to the lines of pages, and put into the form of the kernel."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import catboost
import numpy as np
from pages import COMMENT, STAYS, UNKNOWN

from dedup.kernel.line_context import columns
from dedup.kernel.trees import DEPTH, LEAVES, UNIT, Trees
from dedup.kernel.verdicts import Judges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray
    from pages import Page

    from dedup.kernel.line_measures import Wordings

TREES: Final = 500
TALK_TREES: Final = 250
"""Of those that tell comments from text, from a third of the lines."""
SETTINGS: Final[dict[str, Any]] = {
    "loss_function": "Logloss",
    "learning_rate": 0.09,
    "depth": DEPTH,
    "border_count": 64,
    "l2_leaf_reg": 5,
    "boosting_type": "Plain",
    "bootstrap_type": "Bernoulli",
    "subsample": 0.7,
    "rsm": 0.3,
    "random_seed": 1,
    "thread_count": 2,  # other numbers may round sums otherwise
    "logging_level": "Silent",
    "allow_writing_files": False,
}
MADE: Final = 0.7
"""What pages that were put together weigh."""
LONGEST: Final = 400
"""Characters beyond which a line weighs no more."""
SAMPLE: Final = 3.0
"""Lines that weigh less than this are drawn, and stand for others."""


def weights(page: Page) -> NDArray[np.float64]:
    """Weigh a page's lines: by length, and those of long pages somewhat less."""
    weight = 3.3 * (np.minimum(page.characters, LONGEST) / LONGEST) ** 0.7
    weight = np.where(page.titles, np.maximum(weight, 0.5), weight)
    weight[page.labels == UNKNOWN] = 0
    total = weight.sum()
    return weight / max(1, total / 20) ** 0.3 * (MADE if page.made else 1)


def examples(
    pages: Iterable[Page], known: Callable[[Page], Wordings]
) -> tuple[NDArray[np.uint8], NDArray[np.int8], NDArray[np.float64]]:
    """Give columns, labels and weights of a sample of the pages' lines."""
    draw = np.random.default_rng(5)
    found: list[tuple[Any, Any, Any]] = []
    for page in pages:
        weight = weights(page)
        chance = np.minimum(1, weight / SAMPLE)
        drawn = draw.random(len(weight)) < chance
        if drawn.any():
            found.append((columns(page.text, known(page)).T[drawn], page.labels[drawn], weight[drawn] / chance[drawn]))
    return tuple(map(np.concatenate, zip(*found, strict=True)))  # type: ignore[return-value]


def judges(rows: NDArray[np.uint8], labels: NDArray[np.int8], weight: NDArray[np.float64]) -> Judges:
    """Fit both sets of trees; `rows` are (lines, columns)."""
    either = (labels == STAYS) | (labels == COMMENT)
    return Judges(
        fit(rows, labels > STAYS, weight, TREES),
        fit(rows[either], labels[either] == COMMENT, weight[either], TALK_TREES),
    )


def fit(rows: NDArray[np.uint8], goal: NDArray[np.bool_], weight: NDArray[np.float64], trees: int) -> Trees:
    """Fit so many trees."""
    made = catboost.CatBoost({**SETTINGS, "iterations": trees}).fit(
        catboost.Pool(rows.astype(np.float32), label=goal.astype(int), weight=weight)
    )
    with TemporaryDirectory() as folder:
        written = Path(folder, "model.json")
        made.save_model(str(written), format="json")
        return packed(json.loads(written.read_text(encoding="utf-8")))


def packed(model: dict[str, Any]) -> Trees:
    """Put CatBoost's trees into arrays, in whole numbers; what an inner node says is the mean of what is below it."""
    trees = model["oblivious_trees"]
    asked = np.zeros((len(trees), DEPTH), np.uint8)
    bounds = np.full((len(trees), DEPTH), 255, np.uint8)  # a level that a tree does not have goes to the first node
    values = np.zeros((len(trees), 2 * LEAVES - 1), np.int16)
    scale, (base,) = model["scale_and_bias"]
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"], start=1):  # its first level is the lowest bit of a leaf's number
            asked[number, DEPTH - level] = split["float_feature_index"]
            bounds[number, DEPTH - level] = int(np.floor(split["border"]))
        leaves = np.zeros(LEAVES)
        weight = np.full(LEAVES, 1e-9)
        leaves[: len(tree["leaf_values"])] = scale * np.array(tree["leaf_values"]) + (0 if number else base)
        weight[: len(tree["leaf_weights"])] += tree["leaf_weights"]
        for level in reversed(range(DEPTH + 1)):
            first = (1 << level) - 1
            values[number, first : 2 * first + 1] = np.round(UNIT * leaves)
            total = weight.reshape(-1, 2).sum(axis=1) if level else weight
            leaves = (weight * leaves).reshape(-1, 2).sum(axis=1) / total if level else leaves
            weight = total
    return Trees(asked, bounds, values)
