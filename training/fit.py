"""Trees fitted to the lines of pages, and put into the form of the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import lightgbm
import numpy as np
from pages import STAYS, UNKNOWN

from dedup.kernel.line_context import WIDTH, columns
from dedup.kernel.trees import DEPTH, INNER, UNIT, Trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray
    from pages import Page

    from dedup.kernel.line_measures import Wordings

TREES: Final = 240
SETTINGS: Final[dict[str, Any]] = {
    "objective": "binary",
    "learning_rate": 0.12,
    "num_leaves": 40,
    "max_depth": DEPTH,
    "max_bin": 63,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "extra_trees": True,
    "lambda_l2": 5.0,
    "verbosity": -1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
}
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
    return weight / max(1, total / 20) ** 0.3 * (0.5 if page.made else 1)


def examples(
    pages: Iterable[Page], known: Callable[[Page], Wordings]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.float64]]:
    """Give columns, what is to be said, and weights of a sample of the pages' lines."""
    draw = np.random.default_rng(5)
    found: list[tuple[Any, Any, Any]] = []
    for page in pages:
        weight = weights(page)
        chance = np.minimum(1, weight / SAMPLE)
        drawn = draw.random(len(weight)) < chance
        if drawn.any():
            found.append(
                (columns(page.text, known(page))[drawn], page.labels[drawn] > STAYS, (weight[drawn] / chance[drawn]))
            )
    return tuple(map(np.concatenate, zip(*found, strict=True)))  # type: ignore[return-value]


def fit(rows: NDArray[np.uint8], goal: NDArray[np.bool_], weight: NDArray[np.float64], threads: int) -> Trees:
    """Fit trees."""
    data = lightgbm.Dataset(rows, label=goal, weight=weight, feature_name=[f"c{at}" for at in range(WIDTH)])
    made = lightgbm.train({**SETTINGS, "num_threads": threads}, data, TREES)
    return packed([tree["tree_structure"] for tree in made.dump_model()["tree_info"]])


def packed(roots: Sequence[dict[str, Any]]) -> Trees:
    """Put LightGBM's trees into arrays: of equal depth, in whole numbers."""
    asked = np.zeros((len(roots), INNER), np.uint8)
    bounds = np.full((len(roots), INNER), 255, np.uint8)
    values = np.zeros((len(roots), 2 * INNER + 1), np.int16)

    def value(node: dict[str, Any]) -> int:
        said = node["leaf_value"] if "leaf_value" in node else node["internal_value"]
        return round(UNIT * float(said))

    def place(tree: int, at: int, node: dict[str, Any]) -> None:
        values[tree, at] = value(node)
        if at >= INNER:
            assert "leaf_value" in node
            return
        if "split_feature" in node:
            asked[tree, at] = node["split_feature"]
            bounds[tree, at] = int(np.floor(node["threshold"]))
            assert node["decision_type"] == "<="
        below = (node.get("left_child", node), node.get("right_child", node))
        for step, child in enumerate(below, start=1):
            place(tree, 2 * at + step, child)

    for tree, root in enumerate(roots):
        place(tree, 0, root)
    return Trees(asked, bounds, values)
