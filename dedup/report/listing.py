"""The list of decisions as columns, in which documents and files are numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dedup.report.decision import measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.report.decision import Decision

NONE: Final = -1
"""Stands for no document."""
DIGITS: Final = 4
"""Behind the point of what was measured."""


class Listing:
    """Decisions, and the names of all documents that the page speaks of."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self._decisions = decisions
        self._names: dict[str, int] = {}
        self._files: dict[str, int] = {}

    def name(self, document: str) -> int:
        """Give the number of a document."""
        return self._names.setdefault(document, len(self._names))

    def cluster(self, size: int, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Give a cluster: the document that stays, how many it is of, and some rows of those that went."""
        members = [[self.name(row["document"]), round(measured(row)[1], DIGITS), row["reason"]] for row in rows]
        return {"keeper": self.name(rows[0]["evidence"]["document"]), "size": size, "members": members}

    def columns(self) -> dict[str, Any]:
        """Give the decisions, and the names that the numbers stand for."""
        every = self._decisions
        columns = {
            "document": [self.name(each.document) for each in every],
            "file": [self._files.setdefault(each.file, len(self._files)) for each in every],
            "start": [each.start for each in every],
            "end": [each.end for each in every],
            "reason": [each.reason for each in every],
            "removed": [int(each.removed) for each in every],
            "measure": [round(each.measure, DIGITS) for each in every],
            "margin": [round(each.margin, DIGITS) for each in every],
            "twin": [self.name(each.twin) if each.twin else NONE for each in every],
            "excerpt": [each.excerpt for each in every],
        }
        return {"decisions": columns, "names": list(self._names), "files": list(self._files)}
