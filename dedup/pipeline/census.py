"""What is in a corpus, counted while it goes by."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import regex

from dedup import report, sketch
from dedup.pipeline.writing import count_in
from dedup.records import Likeness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedup.kernel.arrays import I64
    from dedup.pipeline.outcome import Outcome

ROOM: Final = 1 << 20
"""Characters that are counted together."""
LARGEST: Final = 10
"""Clusters that are told."""
SCRIPTS: Final = (
    *("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Telugu", "Thai", "Lao"),
    *("Khmer", "Myanmar", "Han", "Hiragana", "Katakana", "Hangul", "Armenian", "Georgian", "Ethiopic"),
)
"""Scripts that go by their names; letters of all others are counted together."""


@dataclass(slots=True)
class Census:
    """Counts of a corpus."""

    tally: report.Tally = field(default_factory=report.Tally)
    words: int = 0
    clusters: Counter[str] = field(default_factory=Counter)
    """By the document that stays: how many go because of it."""
    _letters: I64 = field(default_factory=lambda: np.zeros(0x110000, np.int64))
    _waiting: list[str] = field(default_factory=list)
    _room: int = ROOM

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count documents."""
        for outcome in outcomes:
            count_in(self.tally, outcome)
            for removal in outcome.removals:
                if isinstance(removal.evidence, Likeness):
                    self.clusters[removal.evidence.document] += 1
            if not outcome.incoming.story:  # its text was counted with the document it was found in
                self._waiting.append(outcome.incoming.text)
                self._room -= len(outcome.incoming.text) + 1
                if self._room <= 0:
                    self._count()
        self._count()

    def _count(self) -> None:
        text = "\n".join(self._waiting)
        self._waiting, self._room = [], ROOM
        self.words += len(sketch.text_words(text).hashes)
        characters, counts = np.unique(np.frombuffer(text.encode("utf-32-le"), np.uint32), return_counts=True)
        self._letters[characters] += counts

    def scripts(self) -> dict[str, int]:
        """Count the letters of each script, the most frequent first."""
        found: Counter[str] = Counter()
        for number in np.flatnonzero(self._letters).tolist():
            if unicodedata.category(chr(number)).startswith("L"):
                found[_script(chr(number))] += int(self._letters[number])
        return dict(found.most_common())

    def facts(self) -> dict[str, Any]:
        """Give the counts, those of a report among them, as a program reads them."""
        told = self.tally.facts()
        boilerplate = sum(count for code, count in self.tally.removed.items() if code.startswith("BP"))
        return {
            "documents": self.tally.documents,
            "empty": self.tally.empty,
            "words": self.words,
            "characters": self.tally.characters,
            "letters": self.scripts(),
            "boilerplate": _share(boilerplate, self.tally.characters),
            "repeated": _share(sum(self.tally.removed.values()) - boilerplate, self.tally.characters),
            "duplicates": _share(self.tally.documents - self.tally.documents_kept, self.tally.documents),
            "removals": told["removals"],
            "largest_clusters": [
                {"document": name, "documents": count + 1}
                for name, count in sorted(self.clusters.items(), key=lambda found: (-found[1], found[0]))[:LARGEST]
            ],
        }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


_SCRIPT: Final = regex.compile("|".join(rf"(?P<{name}>\p{{Script={name}}})" for name in SCRIPTS))


def _script(letter: str) -> str:
    found = _SCRIPT.match(letter)
    return (found.lastgroup if found else None) or "other"
