"""What spoke for a line's going, in words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.kernel.line_context import names
from dedup.kernel.line_measures import LEXICON

if TYPE_CHECKING:
    from dedup.kernel.arrays import I32, I64

MOST: Final = 3
"""Reasons that are told."""
_ABOUT: Final = {
    "its words": "wording worst best known evidence",
    "it talks like a comment": "talk",
    "its length": "length words word_size",
    "its capitals": "upper capitalised",
    "its digits": "digits numbers years clocks",
    "its punctuation": "marks sentences commas quotes bars brackets signs dashes colons ats first last solo",
    "few common words": "stops",
    "lines like it": "same shape since_alike until_alike",
    "blank lines": "gap gap_after page_gaps",
    "a date or an age": "dated",
    "marks of comments": "mark title marks_before marks_after since_mark until_mark titles_before since_title "
    "until_title prose_since_title page_marks",
    "where prose is": "prose prose_before prose_after since_prose until_prose before_body after_body run_of_prose "
    "page_prose",
    "its place": "from_start from_end place page_lines",
    "the words above and below": "wording_before wording_after",
    "comments above and below": "talk_before talk_after",
}
"""Reasons, and the columns that give them."""


def _reason(column: str) -> str:
    """Name what a column tells."""
    own = column.partition("[")[0]
    if own != column:
        return "the words around it" if own == "wording" else "the lines around it"
    if "+" in column or "-" in column:
        return "the lines beside it"
    if column in LEXICON:
        return f"words of the kind “{column}”"
    return next(reason for reason, columns in _ABOUT.items() if column in columns.split())


@cache
def _reasons() -> tuple[tuple[str, ...], I64]:
    named = [_reason(column) for column in names()]
    reasons = tuple(dict.fromkeys(named))
    return reasons, np.array([reasons.index(reason) for reason in named])


def strongest(gains: I32) -> tuple[str, ...]:
    """Name what spoke most for a line's going, the strongest first; `gains` are a row of those of `verdicts`."""
    reasons, places = _reasons()
    weight = np.bincount(places, gains, len(reasons))
    order = np.argsort(-weight, kind="stable")[:MOST]
    return tuple(reasons[place] for place in order if weight[place] > 0)
