"""Operating points: how sure the model must be, so that so much of the text is lost and no more; and the yardstick."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pages import COMMENT, GOES, STAYS

from dedup.kernel.arrays import Texts
from dedup.kernel.line_context import columns
from dedup.kernel.trees import UNIT, add_trees
from dedup.kernel.verdicts import Point, cheapest, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray
    from pages import Page

    from dedup.kernel.line_measures import Wordings
    from dedup.kernel.trees import Trees

LEAST: Final = 15
"""See `Point.least`."""
TARGETS: Final = {"gentle": 0.003, "default": 0.01, "strict": 0.03}
"""Share of the characters to keep that may be lost."""
CHANGES: Final = (0.0, 0.5, 1.0, 2.0)
"""Costs that are tried, in log-odds."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A page, the model that has not seen its site, and what this says of the lines."""

    page: Page
    known: Wordings
    trees: Trees
    odds: NDArray[np.int32]

    @classmethod
    def of(cls, page: Page, known: Wordings, trees: Trees) -> Judged:
        """Ask the trees."""
        rows = columns(page.text, known)
        odds = np.zeros(len(rows), np.int32)
        add_trees(rows, len(rows), *trees, odds)
        return cls(page, known, trees, odds)

    @property
    def furnished(self) -> bool:
        """Tell whether the page is not left alone."""
        sizes = self.page.characters
        return bool(1000 * sizes[self.odds > 0].sum() >= LEAST * sizes.sum())


def counts(page: Page, gone: NDArray[np.bool_]) -> Counter[str]:
    """Count characters: to keep, to drop, comments, and of each what is gone."""
    sizes = page.characters
    kinds = {
        "keep": (page.labels == STAYS) & ~page.titles,
        "drop": page.labels >= GOES,
        "comment": page.labels == COMMENT,
        "title": page.titles,
    }
    found = Counter({kind: int(sizes[lines].sum()) for kind, lines in kinds.items()})
    found.update({f"{kind} gone": int(sizes[lines & gone].sum()) for kind, lines in kinds.items()})
    return found


def once(judged: Iterable[Judged], bias: float, change: float) -> Counter[str]:
    """Count what goes in one round."""
    total: Counter[str] = Counter()
    for one in judged:
        gone = np.zeros(len(one.odds), np.bool_)
        if one.furnished:
            cheapest(one.odds, round(bias * UNIT), round(change * UNIT), gone)
        total += counts(one.page, gone)
    return total


def lost(total: Counter[str]) -> float:
    """Give the share of the text that is lost."""
    return total["keep gone"] / max(1, total["keep"])


def bias_for(judged: Sequence[Judged], target: float, change: float) -> float:
    """Find the least bias at which one round loses at most the target."""
    low, high = -4.0, 12.0
    for _ in range(12):
        middle = (low + high) / 2
        if lost(once(judged, middle, change)) > target:
            low = middle
        else:
            high = middle
    return high


def settled(judged: Sequence[Judged], where: Point) -> list[NDArray[np.bool_]]:
    """Remove lines again and again until nothing more goes, as cleaning does; give what is gone of each page."""
    left = [np.arange(len(one.page.lines)) for one in judged]
    todo = list(range(len(judged)))
    while todo:
        changed = []
        by_model: dict[int, list[int]] = defaultdict(list)
        for place in todo:
            by_model[id(judged[place].trees)].append(place)
        for places in by_model.values():
            texts = Texts.of_bytes([_rest(judged[place].page, left[place]) for place in places])
            model = judged[places[0]]
            found, _ = verdicts(texts, model.known, model.trees, where)
            for text in np.unique(found[:, 0]):
                lines = found[found[:, 0] == text, 1]
                left[places[text]] = np.delete(left[places[text]], lines)
                changed.append(places[text])
        todo = sorted(changed)
    gone = [np.ones(len(one.page.lines), np.bool_) for one in judged]
    for one, rest in zip(gone, left, strict=True):
        one[rest] = False
    return gone


def _rest(page: Page, left: NDArray[np.int64]) -> bytes:
    """Give the text of what is left; of the blank lines that come together the widest gap stays."""
    lines = []
    before = -1
    for at in left.tolist():
        gap = max(page.lines[between][0] for between in range(before + 1, at + 1))
        lines.append("\n" * gap + page.lines[at][1] + "\n")
        before = at
    return "".join(lines).encode()


def tuned(judged: Sequence[Judged], say: Callable[[str], None]) -> dict[str, Any]:
    """Choose the cost of a change and the bias of each operating point."""
    real = [one for one in judged if not one.page.set.endswith("comments")]
    goal = TARGETS["default"]
    recalls = {change: once(real, bias_for(real, goal, change), change)["drop gone"] for change in CHANGES}
    change = max(recalls, key=lambda cost: recalls[cost])
    say(f"characters removed in one round, by the cost of a change: {recalls}")
    points: dict[str, int] = {}
    for name, target in TARGETS.items():
        aim = target
        for _ in range(4):
            where = Point(LEAST, round(bias_for(real, aim, change) * UNIT), round(change * UNIT))
            loss = lost(total_of(real, settled(real, where)))
            say(f"{name}: bias {where.bias / UNIT:.2f} loses {loss:.4f}")
            if 0.96 < loss / target <= 1:
                break
            aim *= 0.98 * target / max(loss, target / 10)
        points[name] = where.bias
    return {"least": LEAST, "change": round(change * UNIT), "points": points} | _curve(real)


def _curve(judged: Sequence[Judged]) -> dict[str, float]:
    """Fit the logistic curve from log-odds to the share of characters that should go (Newton's method)."""
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


def total_of(judged: Sequence[Judged], gone: Sequence[NDArray[np.bool_]]) -> Counter[str]:
    """Count what is gone of pages."""
    total: Counter[str] = Counter()
    for one, lines in zip(judged, gone, strict=True):
        total += counts(one.page, lines)
    return total


def table(judged: Sequence[Judged], gone: Sequence[NDArray[np.bool_]]) -> list[str]:
    """Give what the yardstick says, for each set and version, as rows of Markdown."""
    groups: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one, lines in zip(judged, gone, strict=True):
        kind = one.page.version.split("_")[0]
        for group in ((one.page.set, one.page.version), ("all" + " comments" * ("comm" in one.page.set), kind)):
            groups[group] += counts(one.page, lines)
    rows = ["| pages | version | text lost | boilerplate removed | comments removed | keep F1 | keep everything |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    for (name, version), total in sorted(groups.items()):
        kept, bad = total["keep"] - total["keep gone"], total["drop"] - total["drop gone"]
        comments = f"{total['comment gone'] / total['comment']:.3f}" if total["comment"] else ""
        everything = 2 * total["keep"] / (2 * total["keep"] + total["drop"])
        rows.append(
            f"| {name} | {version} | {lost(total):.4f} | {total['drop gone'] / max(1, total['drop']):.3f} | {comments} "
            f"| {2 * kept / (kept + bad + total['keep']):.3f} | {everything:.3f} |"
        )
    return rows
