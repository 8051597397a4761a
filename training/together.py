"""What rules and the line model take together, as cleaning does it, by models that have not seen the page's site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
from pages import FOLDS
from tune import COUNTED, TARGETS, at_bias, counts

from dedup.boilerplate import model
from dedup.boilerplate.model.weights import Model
from dedup.pipeline.document import strip_all
from dedup.records import Document
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from pages import Page
    from tune import Curve

    from dedup.pipeline.document import Stripped


def together(curve: Curve, chosen: NDArray[np.bool_], name: str) -> NDArray[np.int64]:
    """
    Give what is counted of all pages at an operating point, chosen on the chosen pages of the other parts.

    Rules have no operating point: they were written while looking at half of the labelled sites.
    """
    settings = Settings.of({"boilerplate": name, "steps": ["boilerplate"]})
    found = np.zeros((len(curve.judged), len(COUNTED)), np.int64)
    for part in range(FOLDS):
        places = np.flatnonzero(curve.parts == part).tolist()
        step = curve.step_for(chosen & (curve.parts != part), TARGETS[name])
        one = curve.judged[places[0]]
        unseen = Model(one.known, one.judges, {name: at_bias(step)}, slope=1.0, offset=0.0, facts={})
        with patch.object(model, "shipped", lambda unseen=unseen: unseen):
            pages = [curve.judged[place].page for place in places]
            documents = [Document(str(place), page.text.decode()) for place, page in zip(places, pages, strict=True)]
            for place, page, stripped in zip(places, pages, strip_all(documents, settings), strict=True):
                found[place] = counts(page, np.fromiter(gone(page, stripped), np.bool_))
    return found


def gone(page: Page, stripped: Stripped) -> Iterator[bool]:
    """Tell of each line whether most of it went."""
    text = stripped.document.text
    removed = np.zeros(len(text) + 1, np.int64)
    for removal in stripped.removals:
        removed[removal.span.start] += 1
        removed[removal.span.end] -= 1
    before = np.concatenate(([0], np.cumsum(np.cumsum(removed) > 0)))
    at = 0
    for gap, line in page.lines:
        at += gap
        yield bool(2 * (before[at + len(line)] - before[at]) > len(line))
        at += len(line) + 1
