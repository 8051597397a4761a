"""What the ledger and the counts say of one document."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import orjson

from dedup import ledger
from dedup.pipeline import rows
from dedup.reasons import SECOND_STORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup import report
    from dedup.formats import Source
    from dedup.records import Removal

_PART: Final = ("start", "end", "reason", "rule", "confidence", "evidence")
"""What is told of what had been taken out of a document that then went whole: its text is in that of the document."""


@dataclass(frozen=True, slots=True)
class Account:
    """A document of which something is to be said."""

    source: Source
    fields: dict[str, Any]
    """Its row."""
    whole: Removal | None
    """Where it goes altogether."""
    removals: list[dict[str, Any]]
    """What was taken out of it, as rows of the ledger without texts."""
    suspicions: list[dict[str, Any]]

    def count_in(self, tally: report.Tally) -> None:
        """Count the document."""
        fields, whole = self.fields, self.whole
        if whole is None:
            removed = [(row["reason"], row["end"] - row["start"]) for row in self.removals]
            doubts = [row["reason"] for row in self.suspicions]
            tally.add(fields["base"], rows.text(fields), removed, doubts, story=fields["story"])
        else:
            tally.add(fields["base"], None, [(whole.reason, len(whole.span))], (), story=fields["story"])
        if fields["problem"]:
            tally.add_problem(fields["id"], fields["problem"])

    def rows(self, forgotten: str | None) -> Iterator[dict[str, Any]]:
        """Give the ledger's rows; `forgotten` is what of the record of a document that goes is not its text."""
        base = self.fields["base"]
        origin: dict[str, Any] = {"file": self.source.name}
        if self.source.format.many:
            origin["record"] = self.fields["record"]
        yield from self._of_reading(origin)
        moved = self._moved()
        if self.whole is not None:
            more: dict[str, Any] = {"moved_to": [to for each in moved for to in each]} if any(moved) else {}
            more["stripped"] = [{name: row[name] for name in _PART} for row in self.removals]
            if forgotten is not None:
                more["carried"] = forgotten
            yield ledger.row(self.whole, base, **origin, **more)
            return
        for row, to in zip(self.removals, moved, strict=True):
            yield {**row, "text": base[row["start"] : row["end"]], **origin, **({"moved_to": to} if to else {})}
        for row in self.suspicions:
            yield {**row, **origin}

    def _moved(self) -> list[list[str]]:
        """Name for each removal the documents that were made of it."""
        names = (f"{self.fields['id']}#{number}" for number in count(2))
        return [[next(names)] if row["reason"] == SECOND_STORY.code else [] for row in self.removals]

    def _of_reading(self, origin: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Tell what became of the document before anything was looked for in it."""
        fields = self.fields
        about = {"document": fields["id"]}
        for patch in fields["patches"]:
            yield {"kind": "replaced", **about, "start": patch["start"], "bytes": patch["raw"].hex(), **origin}
        if not self.source.format.many and not fields["story"] and fields["carried"]:
            yield {"kind": "page", **about, **origin, "about": orjson.loads(fields["carried"])}
        if fields["problem"]:
            yield {"kind": "problem", **about, "problem": fields["problem"], **origin}
