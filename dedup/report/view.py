"""A document as the page shows it: its text in segments, each with the decision that took it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.records import Span

LONG: Final = 12_000
"""Characters of a segment that are shown; of a longer one, the beginning and the end."""
STAYS: Final = -1
STRIPPED: Final = -2
"""Stood in a document that went whole, and was left out when it was compared."""
OMITTED: Final = -3
"""Not text: the number of characters that are not shown."""

Row = dict[str, Any]
Segment = tuple[str, int]


def segments(base: str, rows: Sequence[Row]) -> list[Segment]:
    """
    Cut a base text where decisions begin and end; each segment names its row's place in `rows`, or `STAYS`.

    Where a suspicion overlaps a removal or an earlier suspicion, the earlier one in that order has the characters.
    """
    spans = [(row["start"], row["end"], at) for at, row in enumerate(rows)]
    stripped = [(part["start"], part["end"], STRIPPED) for row in rows for part in row.get("stripped", ())]
    removed = [span for span in spans if rows[span[2]]["kind"] == "removal"]
    suspected = [span for span in spans if rows[span[2]]["kind"] != "removal"]
    places = {0, len(base), *(place for start, end, _ in (*spans, *stripped) for place in (start, end))}
    cuts = sorted(place for place in places if 0 <= place <= len(base))
    owner: dict[int, int] = {}
    index = {place: at for at, place in enumerate(cuts)}
    for start, end, at in (*stripped, *removed, *suspected):
        for piece in range(index.get(start, 0), index.get(end, 0)):
            owner.setdefault(piece, at)
    found: list[Segment] = []
    for piece, (start, end) in enumerate(pairwise(cuts)):
        found += shortened(base[start:end], owner.get(piece, STAYS))
    return found


def shortened(text: str, mark: int) -> Iterator[Segment]:
    """Give a segment, or the beginning and the end of a long one with the number of characters between them."""
    if len(text) <= LONG:
        yield text, mark
        return
    half = LONG // 2
    yield text[:half], mark
    yield str(len(text) - 2 * half), OMITTED
    yield text[-half:], mark


def twin(base: str, clean: str, span: Span | None) -> list[Segment]:
    """Give what stays of a span of a text, or of all that is left of it, because of which something went."""
    text = clean if span is None else base[span.start : span.end]
    return list(shortened(text, STAYS))
