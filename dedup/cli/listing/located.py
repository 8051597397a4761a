"""Where in its file a finding stands, and what it is recognised by when the file has changed."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import orjson

from dedup import ledger, segment
from dedup.segment import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup import formats
    from dedup.pipeline.outcome import Outcome
    from dedup.records import Finding, Span


class Region(NamedTuple):
    """Part of a file. Lines and columns count from 1, columns in code points; the end column is the first behind it."""

    line: int
    column: int = 1
    end_line: int | None = None
    """None, as the end column then is: all of the first line."""
    end_column: int | None = None


WHOLE: Final = Region(1)
"""What is pointed at where a finding has no lines of its own."""


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and its place."""

    finding: Finding
    path: str
    """Of the file, from the folder in which the program runs, with slashes."""
    region: Region | None
    """None in files that have no lines: a page's text is extracted, and tables and archives are binary."""
    record: int | None
    """The number of the record in a file of many, from 1."""
    text: str
    """What the finding is about."""

    @property
    def fingerprint(self) -> str:
        """
        Tell findings apart across versions of a file: 128 bits of SHA-256, hexadecimal.

        Findings of one reason in the words of one file have the same, wherever they stand and however they are broken
        into lines.
        """
        words = " ".join(self.text.split())
        return hashlib.sha256(f"{self.path}\0{self.finding.reason}\0{words}".encode()).hexdigest()[:32]

    def dump(self) -> bytes:
        """Write everything down as a line of JSON; see `load`."""
        row = ledger.row(self.finding, self.text)
        return orjson.dumps([self.path, self.region and tuple(self.region), self.record, row]) + b"\n"

    @classmethod
    def load(cls, line: bytes) -> Self:
        """Read what `dump` wrote."""
        path, region, record, row = orjson.loads(line)
        return cls(ledger.finding(row), path, region and Region(*region), record, row["text"])


def located(outcomes: Iterable[Outcome], inputs: formats.Inputs) -> Iterator[Located]:
    """Give what goes from documents and what is suspected, in the order of the corpus."""
    for outcome in outcomes:
        found = sorted((*outcome.removals, *outcome.suspicions), key=lambda finding: finding.span)
        if not found:
            continue
        document = outcome.incoming
        source = inputs.sources[document.file]
        path = Path(os.path.relpath(source.path)).as_posix()
        record = document.entry.record if source.format.many else None
        as_it_stands = not (source.format.many or source.format.writes)
        lines = _Lines(document.text) if as_it_stands else None
        line = document.entry.line
        for finding in found:
            region = lines.region(finding.span) if lines else Region(line) if line else None
            yield Located(finding, path, region, record, document.text[finding.span.start : finding.span.end])


class _Lines:
    """The lines of a text, in which places are looked up."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [tile.start for tile in segment.tiles(text)] or [0]

    def region(self, span: Span) -> Region:
        """Give the region of a span without the white space around it, unless there is nothing else."""
        start, end = span.start, span.end
        shown = self._text[start:end]
        if shown.strip(INVISIBLE):
            start = end - len(shown.lstrip(INVISIBLE))
            end = span.start + len(shown.rstrip(INVISIBLE))
        return Region(*self._place(start), *self._place(max(start, end - 1), behind=end > start))

    def _place(self, at: int, *, behind: bool = False) -> tuple[int, int]:
        """Give line and column of a character, or the column behind it."""
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1 + behind
