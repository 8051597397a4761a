"""
Measure what groups of columns are worth to the line model: each is left out in turn.

    python training/ablation.py DATA

Fits a fifth of the trees without the first part of the sites, and measures on this part, looking once at each page,
what goes where 1 % of the text is lost. Writes `ablation.md`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import fit
import numpy as np
from pages import STAYS, discussions, labelled, more
from train import say, words
from wording import Corpus

from dedup.boilerplate.model.wordings import wordings
from dedup.kernel.line_context import PLACE, columns, names
from dedup.kernel.line_measures import LEXICON
from dedup.kernel.trees import add_trees

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pages import Page

    from dedup.kernel.line_measures import Wordings
    from dedup.kernel.trees import Trees

PAGE: Final = Path(__file__).with_name("ablation.md")
PARTS: Final = (0,)
TREES: Final = fit.TREES // 5
LOST: Final = 0.01
WORDS: Final = ("wording", "worst", "best", "talk", "known", "evidence")
REPEATS: Final = ("same", "shape", "since_alike", "until_alike")


def _measured(name: str) -> str:
    """Name what a column tells, of the line itself or of those around it."""
    return name.partition("[")[0].rstrip("+-012").removesuffix("_before").removesuffix("_after")


GROUPS: Final[dict[str, Callable[[str], bool]]] = {
    "nothing": lambda _: False,
    "weights of words": lambda name: _measured(name) in WORDS,
    "lexicon": lambda name: name in LEXICON,
    "neighbours and windows": lambda name: "[" in name or name[-2:-1] in ("+", "-"),
    "repeats": lambda name: _measured(name) in REPEATS,
    "place on the page": lambda name: name in PLACE,
}
"""What is left out, and the columns that belong to it."""


def main(data: Path) -> None:
    """Do all of it."""
    real = [*labelled(data), *discussions(data)]
    every = [*real, *more(real)]
    seen = words(Corpus(real, wordings(np.zeros(1 << 16, np.uint32))))
    fit.SETTINGS["learning_rate"] *= 3
    found: dict[str, list[tuple[Page, NDArray[np.int32]]]] = {group: [] for group in GROUPS}
    for part in PARTS:
        rows, labels, weight = fit.examples(
            (page for page in every if page.fold != part),
            lambda page, part=part: seen[tuple(sorted({page.fold, part}))],
        )
        tested = [page for page in real if page.fold == part]
        for group, belongs in GROUPS.items():
            fit.SETTINGS["ignored_features"] = [at for at, name in enumerate(names()) if belongs(name)]
            say(f"part {part}, without {group}: {len(fit.SETTINGS['ignored_features'])} columns less")
            trees = fit.fit(rows, labels > STAYS, weight, TREES)
            found[group] += ((page, _odds(page, seen[part,], trees)) for page in tested)
    PAGE.write_text("\n".join(_table(found)) + "\n", encoding="utf-8")


def _odds(page: Page, known: Wordings, trees: Trees) -> NDArray[np.int32]:
    block = columns(page.text, known)
    odds = np.zeros(block.shape[1], np.int32)
    add_trees(block, len(odds), *trees, odds)
    return odds


def _table(found: dict[str, list[tuple[Page, NDArray[np.int32]]]]) -> list[str]:
    """Give what goes of whole pages, of half-clean ones and of those with comments."""
    kinds: dict[str, Callable[[Page], bool]] = {
        "whole pages": lambda page: page.version.startswith("flat") and "comments" not in page.set,
        "half-clean": lambda page: page.version.startswith("half") and "comments" not in page.set,
        "with comments": lambda page: "comments" in page.set,
    }
    lines = [
        "# What the line model is made of",
        "",
        f"Written by `python training/ablation.py`: {TREES} trees, pages of one part of the sites by models that have",
        f"not seen it, each page looked at once. Share of boilerplate that goes where {LOST:.0%} of the text of that",
        "kind of page is lost.",
        "",
        "| left out | " + " | ".join(kinds) + " |",
        "| --- |" + " ---: |" * len(kinds),
    ]
    for group, judged in found.items():
        shares = (_removed([one for one in judged if wanted(one[0])]) for wanted in kinds.values())
        lines.append(f"| {group} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return lines


def _removed(judged: list[tuple[Page, NDArray[np.int32]]]) -> float:
    """Give the share that goes at the bias at which so much of the text is lost."""
    odds = np.concatenate([odds for _, odds in judged])
    sizes = np.concatenate([page.characters for page, _ in judged])
    labels = np.concatenate([page.labels for page, _ in judged])
    titles = np.concatenate([page.titles for page, _ in judged])
    order = np.argsort(-odds, kind="stable")
    text = np.where((labels == STAYS) & ~titles, sizes, 0)[order]
    goes = np.where(labels > STAYS, sizes, 0)[order]
    last = int(np.searchsorted(text.cumsum(), LOST * text.sum(), side="right"))
    return float(goes[:last].sum() / goes.sum())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
