"""
Fit the line model: five times without the sites of one part, to measure it, and once with all, to ship it.

    python training/train.py DATA

DATA is the folder with `boilerplate/` and `html/`. Writes the weights into the package, those of the first part beside
this file (a test measures with them), and `scores.json` and `scores.md`.
"""

from __future__ import annotations

import hashlib
import sys
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import catboost
import numpy as np
import scores
from fit import TALK_TREES, TREES, examples, judges
from pages import FOLDS, HTML, LINES, discussions, labelled, more
from tune import COSTS, LEAST, STEP, TARGETS, Curve, Judged, logistic
from wording import Corpus

from dedup.boilerplate.model.weights import SHIPPED, write
from dedup.boilerplate.model.wordings import wordings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.kernel.line_measures import Wordings

FIRST_PART: Final = Path(__file__).with_name("without_part_0.bin")
say: Final = partial(print, flush=True)


def main(data: Path) -> None:
    """Do all of it."""
    real = [*labelled(data), *discussions(data)]
    every = [*real, *more(real)]
    seen = words(Corpus(real, wordings(np.zeros(1 << 16, np.uint32))))
    models = {}
    for part in (None, *range(FOLDS)):
        rows = examples(
            (page for page in every if page.fold != part),
            lambda page, part=part: seen[tuple(sorted({page.fold, part} - {None}))],
        )
        say(f"{len(rows[0])} lines without part {part}")
        models[part] = judges(*rows)
    curve = Curve([Judged(page, seen[page.fold,], models[page.fold]) for page in real], say)
    labels = np.array([not page.set.endswith(scores.COMMENTS) for page in real])
    shape = logistic([one for one, counts in zip(curve.judged, labels, strict=True) if counts])
    made = facts(data)
    write(seen[()].weights, models[None], shape | numbers(curve, labels), made)
    rest = numbers(curve, labels & (curve.parts != 0))
    write(seen[0,].weights, models[0], shape | rest, made | {"without": "part 0"}, FIRST_PART)
    digest = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    scores.write(made | {"weights": digest} | scores.measured(curve))


def numbers(curve: Curve, chosen: NDArray[np.bool_]) -> dict[str, Any]:
    """Choose the operating points on some pages."""
    points = {name: STEP * curve.step_for(chosen, target) for name, target in TARGETS.items()}
    return {"least": LEAST, **COSTS, "points": points}


def words(corpus: Corpus) -> dict[tuple[int, ...], Wordings]:
    """
    Weigh words without each part, and without each two.

    A page must never be described with words learnt from its own labels, nor from the labels it is tested on.
    """
    seen = {}
    for without in ((), *((part,) for part in range(FOLDS)), *combinations(range(FOLDS), 2)):
        seen[without] = corpus.known._replace(weights=corpus.weights(without))
        say(f"words known without parts {without}: {np.count_nonzero(seen[without].weights)}")
    return seen


def facts(data: Path) -> dict[str, Any]:
    """Say what the weights are made of."""
    files = (LINES, *(f"html/{name}.jsonl.gz" for name in HTML))
    digests = {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in files}
    return {
        "made_by": f"training/train.py, CatBoost {catboost.__version__}, {TREES} and {TALK_TREES} trees",
        "data": digests,
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
