"""Counts of what a cleaning did; `report.json` is made of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedup.kernel.arrays import I32

NAMED: Final = 100
"""Pages with problems that are named in the report."""


@dataclass(slots=True)
class Tally:
    """Counts that grow document by document."""

    documents: int = 0
    documents_kept: int = 0
    characters: int = 0
    characters_kept: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    """By reason code."""
    removed: Counter[str] = field(default_factory=Counter)
    """Characters, by reason code."""
    touched: Counter[str] = field(default_factory=Counter)
    """Documents, by reason code."""
    suspicions: Counter[str] = field(default_factory=Counter)
    """By reason code."""
    empty: int = 0
    """Documents without any text."""
    problems: Counter[str] = field(default_factory=Counter)
    """Pages that were not read, or not whole, by what was wrong."""
    named: list[list[str]] = field(default_factory=list)
    """The first of them, each with what was wrong; the ledger has all."""

    def add(
        self,
        base: str,
        kept: str | None,
        removals: Iterable[tuple[str, int]],
        suspicions: Iterable[str],
        *,
        story: bool = False,
    ) -> None:
        """
        Count a document: the reasons and characters of its removals, and the reasons of its suspicions.

        The text of a second `story` was counted with the document it was found in.
        """
        self.documents += 1
        self.documents_kept += kept is not None
        self.characters += 0 if story else len(base)
        self.characters_kept += len(kept or "")
        self.empty += not base or base.isspace()
        codes = set()
        for reason, characters in removals:
            self.findings[reason] += 1
            self.removed[reason] += characters
            codes.add(reason)
        for reason in codes:
            self.touched[reason] += 1
        for reason in suspicions:
            self.suspicions[reason] += 1

    def add_plain(self, characters: I32) -> None:
        """Count documents of so many characters that hold words and stay as they are."""
        self.documents += len(characters)
        self.documents_kept += len(characters)
        total = int(characters.sum(dtype=np.int64))
        self.characters += total
        self.characters_kept += total

    def add_problem(self, document: str, problem: str) -> None:
        """Count a page that was not read, or not whole."""
        self.problems[problem] += 1
        self.named = [*self.named, [document, problem]][:NAMED]

    def dump(self) -> bytes:
        """Write the counts down, for `merge`."""
        return orjson.dumps({each.name: getattr(self, each.name) for each in fields(self)})

    def merge(self, counts: bytes) -> None:
        """Add counts that another tally wrote down."""
        for name, value in orjson.loads(counts).items():
            if isinstance(value, dict):
                getattr(self, name).update(value)
            elif isinstance(value, list):
                self.named = [*self.named, *value][:NAMED]
            else:
                setattr(self, name, getattr(self, name) + value)

    def facts(self) -> dict[str, Any]:
        """Give the counts as the report holds them."""
        return {
            "documents": {"in": self.documents, "out": self.documents_kept, "empty": self.empty},
            "characters": {"in": self.characters, "out": self.characters_kept},
            "removals": {
                code: {
                    "findings": self.findings[code],
                    "documents": self.touched[code],
                    "characters": self.removed[code],
                }
                for code in sorted(self.findings)
            },
            "suspicions": dict(sorted(self.suspicions.items())),
            "problems": {
                "pages": dict(sorted(self.problems.items())),
                "first": [{"document": document, "problem": problem} for document, problem in self.named],
            },
        }


def dump(facts: dict[str, Any]) -> bytes:
    """Write a report."""
    return orjson.dumps(facts, option=orjson.OPT_INDENT_2) + b"\n"
