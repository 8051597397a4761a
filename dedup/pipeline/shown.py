"""The documents that a report shows with their texts, put together from rows of the ledger and cleaned texts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from dedup.decide import interleave
from dedup.records import Span
from dedup.report import view

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dedup.report.view import Row, Segment


class Shown:
    """Documents that are shown, and those because of which text of them went; filled piece by piece."""

    def __init__(self, documents: Iterable[str], keepers: Iterable[str]) -> None:
        self._documents = frozenset(documents)
        self._rows: dict[str, list[Row]] = {name: [] for name in (*self._documents, *keepers)}
        self._segments: dict[str, list[Segment]] = {}
        self._twins: dict[tuple[str, Span | None], list[Segment]] = {}

    @property
    def documents(self) -> Collection[str]:
        """Name the documents of which rows are wanted."""
        return self._rows.keys()

    def add(self, row: Row) -> None:
        """Take a removal or a suspicion if it is of one of the documents."""
        if row["document"] in self._rows:
            self._rows[row["document"]].append(row)

    def missing(self) -> set[str]:
        """Name the documents whose cleaned texts are needed; those that went stand in the ledger."""
        return {name for name, rows in self._rows.items() if _whole(rows) is None}

    def read(self, cleaned: Iterable[tuple[str, str]]) -> None:
        """Take the cleaned texts of the missing documents, once all rows are there."""
        wanted: defaultdict[str, set[Span | None]] = defaultdict(set)
        for name in self._documents:
            rows = self._rows[name]
            for row in rows:
                if "document" in row["evidence"]:
                    wanted[row["evidence"]["document"]].add(_copied(row))
            if (whole := _whole(rows)) is not None:
                self._segments[name] = view.segments(whole["text"], [whole])
        for name, text in cleaned:
            rows = self._rows[name]
            base = interleave(text, ((row["start"], row["text"]) for row in rows if row["kind"] == "removal"))
            if name in self._documents:
                self._segments[name] = view.segments(base, rows)
            for span in wanted[name]:
                self._twins[name, span] = view.twin(base, text, span)

    def __contains__(self, name: str) -> bool:
        return name in self._segments

    def document(self, name: str) -> dict[str, Any]:
        """Give a document as the page's script reads it."""
        return {
            "segments": self._segments[name],
            "findings": [
                {
                    **{field: row[field] for field in ("kind", "start", "end", "reason", "confidence", "evidence")},
                    "twin": self._twins.get((row["evidence"].get("document", ""), _copied(row))),
                }
                for row in self._rows[name]
            ],
        }


def _whole(rows: Iterable[Row]) -> Row | None:
    return next((row for row in rows if "stripped" in row), None)


def _copied(row: Row) -> Span | None:
    """Give the span that says the same; None where it is the whole document."""
    evidence = row["evidence"]
    return Span(evidence["start"], evidence["end"]) if evidence["kind"] == "copy" else None
