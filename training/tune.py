"""Operating points: how sure the model must be, so that so much of the text is lost and no more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from pages import COMMENT, FOLDS, GOES, STAYS

from dedup.kernel.arrays import Texts
from dedup.kernel.line_context import columns
from dedup.kernel.trees import UNIT, add_trees
from dedup.kernel.verdicts import FEWEST, Point, cheapest, costs, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from pages import Page

    from dedup.kernel.line_measures import Wordings
    from dedup.kernel.verdicts import Judges

LEAST: Final = 15
"""See `Point.least`."""
COSTS: Final = {"change": UNIT // 2, "enter": 8 * UNIT, "leave": 12 * UNIT, "turn": 4 * UNIT}
"""See `Point`; comments begin once on a page of some hundred lines, and text hardly ever follows them."""
STEP: Final = UNIT // 8
"""Biases that are tried are multiples of it,"""
STEPS: Final = range(-16, 80)
"""these ones."""
TARGETS: Final = {"gentle": 0.003, "default": 0.01, "strict": 0.03}
"""Share of the characters to keep that may be lost."""
COUNTED: Final = ("keep", "drop", "comment", "keep gone", "drop gone", "comment gone")
"""Characters that are counted of each page."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A page, the model that has not seen its site, and what this says of the lines."""

    page: Page
    known: Wordings
    judges: Judges

    @cached_property
    def said(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """What both judges say, in `UNIT`."""
        block = columns(self.page.text, self.known)
        said = np.zeros((2, block.shape[1]), np.int32)
        for trees, odds in zip(self.judges, said, strict=True):
            add_trees(block, len(odds), *trees, odds)
        return said[0], said[1]

    @property
    def odds(self) -> NDArray[np.int32]:
        """Log-odds of going."""
        return self.said[0]

    def first(self, point: Point) -> NDArray[np.bool_]:
        """Tell which lines go when the page is looked at once; see `verdicts`."""
        sizes = self.page.characters
        states = np.zeros(len(sizes), np.uint8)
        furnished = 1000 * sizes[np.maximum(*self.said) > 0].sum() >= point.least * sizes.sum()
        if len(sizes) >= FEWEST and furnished:
            going = cheapest(*self.said, point.bias, costs(*point[2:]), states)
            states[:] *= going < len(sizes)
        return states > 0


def at_bias(step: int) -> Point:
    """Give the operating point at a bias of so many steps."""
    return Point(LEAST, step * STEP, **COSTS)


def counts(page: Page, gone: NDArray[np.bool_]) -> list[int]:
    """Count the characters named in `COUNTED`; titles count for nothing."""
    sizes = page.characters
    kinds = ((page.labels == STAYS) & ~page.titles, page.labels >= GOES, page.labels == COMMENT)
    return [*(int(sizes[lines].sum()) for lines in kinds), *(int(sizes[lines & gone].sum()) for lines in kinds)]


def settled(judged: Sequence[Judged], point: Point) -> list[NDArray[np.bool_]]:
    """Tell which lines of each page are gone when it is looked at until nothing more goes, as cleaning does."""
    gone = [one.first(point) for one in judged]
    todo = [place for place, lines in enumerate(gone) if lines.any()]
    while todo:
        by_model: dict[int, list[int]] = defaultdict(list)
        for place in todo:
            by_model[id(judged[place].judges)].append(place)
        changed = []
        for places in by_model.values():
            texts = Texts.of_bytes([_rest(judged[place].page, gone[place]) for place in places])
            model = judged[places[0]]
            for text, first, last, *_ in verdicts(texts, model.known, model.judges, point)[0].tolist():
                lines = gone[places[text]]
                if not changed or changed[-1][0] != places[text]:
                    changed.append((places[text], np.flatnonzero(~lines)))
                lines[changed[-1][1][first : last + 1]] = True
        todo = sorted(place for place, _ in changed)
    return gone


def _rest(page: Page, gone: NDArray[np.bool_]) -> bytes:
    """Give the text of what is left; of the blank lines that come together the widest gap stays."""
    lines = []
    widest = 0
    for (gap, line), missing in zip(page.lines, gone.tolist(), strict=True):
        widest = max(widest, gap)
        if not missing:
            lines.append("\n" * widest + line + "\n")
            widest = 0
    return "".join(lines).encode()


class Curve:
    """What goes of pages by bias; each bias is measured once."""

    def __init__(self, judged: Sequence[Judged], say: Callable[[str], None]) -> None:
        self.judged = judged
        self.parts = np.array([one.page.fold for one in judged])
        self._say = say
        self._once: dict[int, NDArray[np.int64]] = {}
        self._settled: dict[int, NDArray[np.int64]] = {}

    def once(self, step: int) -> NDArray[np.int64]:
        """Give what is `COUNTED` when pages are looked at once, at a bias of so many steps: (pages, 6)."""
        if step not in self._once:
            self._once[step] = np.array([counts(one.page, one.first(at_bias(step))) for one in self.judged])
        return self._once[step]

    def at(self, step: int) -> NDArray[np.int64]:
        """Give what is `COUNTED` when nothing more goes, at a bias of so many steps: (pages, 6)."""
        if step not in self._settled:
            gone = settled(self.judged, at_bias(step))
            found = np.array([counts(one.page, lines) for one, lines in zip(self.judged, gone, strict=True)])
            self._say(f"bias {step * STEP / UNIT:.3f} loses {lost(found.sum(axis=0)):.4f}")
            self._settled[step] = found
        return self._settled[step]

    def step_for(self, chosen: NDArray[np.bool_], target: float) -> int:
        """
        Find the least bias at which the chosen pages lose at most the target.

        Looking once loses less and is quickly tried, so that the search begins where that loses the target.
        """
        low, high = STEPS[0], STEPS[-1]
        while low < high:
            middle = (low + high) // 2
            if lost(self.once(middle)[chosen].sum(axis=0)) > target:
                low = middle + 1
            else:
                high = middle
        while lost(self.at(low)[chosen].sum(axis=0)) > target:
            low += 1
        return low

    def held_out(self, chosen: NDArray[np.bool_], target: float) -> NDArray[np.int64]:
        """
        Give what is counted of all pages where the bias is chosen for a target on the chosen pages of the other parts.

        So no page has a say in the bias that it is measured with.
        """
        found = np.zeros_like(self.at(self.step_for(chosen, target)))
        for part in range(FOLDS):
            own = self.parts == part
            found[own] = self.at(self.step_for(chosen & ~own, target))[own]
        return found


def lost(total: NDArray[np.int64]) -> float:
    """Give the share of the text that is lost."""
    return float(total[COUNTED.index("keep gone")] / max(1, total[COUNTED.index("keep")]))


def logistic(judged: Sequence[Judged]) -> dict[str, float]:
    """Fit the curve from log-odds to the share of characters that should go (Newton's method)."""
    odds = np.concatenate([one.odds for one in judged]) / UNIT
    labels = np.concatenate([one.page.labels for one in judged])
    sizes = np.concatenate([one.page.characters for one in judged]).astype(float)
    used = labels >= 0
    line, goal, weight = np.column_stack((odds, np.ones(len(odds))))[used], labels[used] > 0, sizes[used]
    found = np.array([1.0, 0.0])
    for _ in range(25):
        share = 1 / (1 + np.exp(-line @ found))
        slope = line.T @ (weight * (goal - share))
        bend = (line * (weight * share * (1 - share))[:, None]).T @ line
        found += np.linalg.solve(bend, slope)
    return {"slope": round(float(found[0]), 4), "offset": round(float(found[1]), 4)}
