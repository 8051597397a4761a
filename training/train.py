"""
Fit the line model: five times without the sites of one part, to measure it, and once with all, to ship it.

    python training/train.py DATA

DATA is the folder with `boilerplate/` and `html/`. Writes the weights into the package and `training/scores.md`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import lightgbm
import numpy as np
from fit import TREES, examples, fit
from pages import FOLDS, HTML, LINES, discussions, labelled, more
from tune import Judged, settled, table, tuned
from wording import Corpus

from dedup.boilerplate.model.weights import write
from dedup.boilerplate.model.wordings import wordings
from dedup.kernel.verdicts import Point

if TYPE_CHECKING:
    from dedup.kernel.line_measures import Wordings

SCORES: Final = Path(__file__).with_name("scores.md")
say: Final = partial(print, flush=True)


def main(data: Path) -> None:
    """Do all of it."""
    real = [*labelled(data), *discussions(data)]
    every = [*real, *more(real)]
    blank = wordings(np.zeros(1 << 16, np.uint32))
    corpus = Corpus(real, blank)
    parts = range(FOLDS)
    # A page must never be described with words learnt from its own labels, nor from the labels it is tested on.
    seen: dict[tuple[int, ...], Wordings] = {}
    for without in ((), *((part,) for part in parts), *combinations(parts, 2)):
        seen[without] = blank._replace(weights=corpus.weights(without))
        say(f"words known without parts {without}: {np.count_nonzero(seen[without].weights)}")
    threads = os.cpu_count() or 1
    judged: list[Judged] = []
    for part in parts:
        rows = examples(
            (page for page in every if page.fold != part),
            lambda page, part=part: seen[tuple(sorted((page.fold, part)))],
        )
        trees = fit(*rows, threads)
        judged += [Judged.of(page, seen[part,], trees) for page in real if page.fold == part]
        say(f"part {part}: {len(rows[0])} lines")
    numbers = tuned(judged, say)
    rows = examples(every, lambda page: seen[page.fold,])
    write(seen[()].weights, fit(*rows, threads), numbers, facts(data))
    SCORES.write_text("\n".join(scores(judged, numbers)) + "\n", encoding="utf-8")


def facts(data: Path) -> dict[str, Any]:
    """Say what the weights are made of."""
    files = (LINES, *(f"html/{name}.jsonl.gz" for name in HTML))
    digests = {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in files}
    return {"made_by": f"training/train.py, LightGBM {lightgbm.__version__}, {TREES} trees", "data": digests}


def scores(judged: list[Judged], numbers: dict[str, Any]) -> list[str]:
    """Give the tables of all operating points: each page judged by a model that has not seen its site."""
    lines = ["# The line model alone, cross-validated by site", "", "Written by `make model`.", ""]
    for name, bias in numbers["points"].items():
        point = Point(numbers["least"], bias, numbers["change"])
        lines += [f"## {name}", "", *table(judged, settled(judged, point)), ""]
    return lines[:-1]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
