"""What the yardstick says of the line model, as numbers and as a page to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from together import together
from tune import COUNTED, TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from tune import Curve

HERE: Final = Path(__file__).parent
NUMBERS: Final = HERE / "scores.json"
PAGE: Final = HERE / "scores.md"
COMMENTS: Final = "comments"
"""How the names of sets of pages with comment sections end."""
OWN: Final = "each kind at its own loss of 1 %"
RULES: Final = "rules and model together, at default"
INTRO: Final = """\
# The line model alone, cross-validated by site

Written by `make model`. Each page is judged by a model that has not seen its site, again and again until nothing more
goes; the bias of an operating point is chosen on the other parts' pages, too, so no page had a say in it. Shares of
characters. Rules, which the last table adds, were written while looking at half of the labelled sites.
"""


def measured(curve: Curve) -> dict[str, Any]:
    """Measure all operating points, and each kind of page at its own loss of one per cent."""
    sets = np.array([one.page.set for one in curve.judged])
    versions = np.array([one.page.version for one in curve.judged])
    labelled = ~np.char.endswith(sets, COMMENTS)
    kinds = {kind: np.char.startswith(versions, kind) & labelled for kind in ("flat", "half")}
    own = {kind: _row(curve.held_out(chosen, TARGETS["default"])[chosen]) for kind, chosen in kinds.items()}
    groups: dict[str, NDArray[np.bool_]] = {"all": labelled, f"all {COMMENTS}": ~labelled}
    groups |= {f"all {kind}": chosen for kind, chosen in kinds.items()}
    groups |= {f"all {kind} {COMMENTS}": np.char.startswith(versions, kind) & ~labelled for kind in kinds}
    for group in sorted(set(zip(sets.tolist(), versions.tolist(), strict=True))):
        groups[" ".join(group)] = (sets == group[0]) & (versions == group[1])

    def rows(found: NDArray[np.int64]) -> dict[str, dict[str, float]]:
        return {name: _row(found[chosen]) for name, chosen in groups.items()}

    return {
        "points": {name: rows(curve.held_out(labelled, target)) for name, target in TARGETS.items()},
        OWN: own,
        RULES: rows(together(curve, labelled, "default")),
    }


def _row(found: NDArray[np.int64]) -> dict[str, float]:
    """Give the yardstick's shares."""
    total = dict(zip(COUNTED, found.sum(axis=0).tolist(), strict=True))
    kept, bad = total["keep"] - total["keep gone"], total["drop"] - total["drop gone"]
    row = {
        "text lost": total["keep gone"] / max(1, total["keep"]),
        "boilerplate removed": total["drop gone"] / max(1, total["drop"]),
        "keep F1": 2 * kept / max(1, kept + bad + total["keep"]),
        "keep everything": 2 * total["keep"] / max(1, 2 * total["keep"] + total["drop"]),
    }
    if total["comment"]:
        row["comments removed"] = total["comment gone"] / total["comment"]
    return {name: round(share, 4) for name, share in row.items()}


def write(numbers: dict[str, Any]) -> None:
    """Write the numbers and the page."""
    NUMBERS.write_text(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(numbers), encoding="utf-8")


def page(numbers: dict[str, Any]) -> str:
    """Put the numbers into tables."""
    parts = [INTRO]
    for name, rows in numbers["points"].items():
        parts.append(f"## {name}\n\n" + _table(rows))
    parts += (f"## {name[0].upper() + name[1:]}\n\n" + _table(numbers[name]) for name in (OWN, RULES))
    return "\n".join(parts)


def _table(rows: dict[str, dict[str, float]]) -> str:
    names: Sequence[str] = ("text lost", "boilerplate removed", "comments removed", "keep F1", "keep everything")
    lines = ["| pages | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]
    for title, row in rows.items():
        cells = [
            f"{row[name]:.3f}"
            if name in row and name != "text lost"
            else f"{row.get(name, ''):.4f}"
            if name in row
            else ""
            for name in names
        ]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
