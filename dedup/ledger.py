"""
The ledger: JSON Lines, a header row, then a row for every removal and every suspicion, in the corpus's order.

Rows have a `kind`: `header`, `removal` (with the removed `text`), `suspicion` (removes nothing, so its `text` is
empty), `replaced` (bytes that were no text), `page` (what a page tells of itself), `problem` (what kept one from being
read, or read whole). The header also has the digests of the cleaned files and of the ledger itself, so that damage is
noticed.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from dedup.errors import LedgerError
from dedup.records import (
    Address,
    Copy,
    Evidence,
    Finding,
    Frequency,
    Likeness,
    Overlap,
    Pattern,
    Removal,
    Score,
    Span,
    Suspicion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

VERSION: Final = 1
_EVIDENCE: Final[dict[str, type[Evidence]]] = {
    "pattern": Pattern,
    "score": Score,
    "frequency": Frequency,
    "copy": Copy,
    "likeness": Likeness,
    "address": Address,
    "overlap": Overlap,
}
_COLUMNS: Final = {kind: (name, [field.name for field in fields_of(kind)]) for name, kind in _EVIDENCE.items()}


def header(**facts: object) -> dict[str, Any]:
    """Give the header row; the first two fields are what a ledger is recognised by."""
    return {"kind": "header", "ledger": VERSION, **facts}


def sealed(facts: dict[str, Any], outputs: dict[str, str], rows: Iterable[bytes]) -> bytes:
    """
    Give the header's line for a ledger whose other lines are `rows`.

    Adds `outputs`, the SHA-256 of every cleaned file, and `sha256`, that of the header without it and all other lines.
    """
    whole = {**facts, "outputs": outputs}
    seen = hashlib.sha256(dump(whole))
    for line in rows:
        seen.update(line)
    return dump({**whole, "sha256": seen.hexdigest()})


def row(finding: Finding, text: str = "", **more: object) -> dict[str, Any]:
    """Give a finding's row; `text` is what it removes."""
    evidence = finding.evidence
    kind, names = _COLUMNS[type(evidence)]
    return {
        "kind": "removal" if isinstance(finding, Removal) else "suspicion",
        "document": finding.document,
        "start": finding.span.start,
        "end": finding.span.end,
        "reason": finding.reason,
        "rule": finding.rule,
        "confidence": finding.confidence,
        "evidence": {"kind": kind, **{name: getattr(evidence, name) for name in names}},
        "text": text,
        **more,
    }


def finding(fields: dict[str, Any]) -> Finding:
    """Give the finding of a row."""
    evidence = dict(fields["evidence"])
    if "because" in evidence:
        evidence["because"] = tuple(evidence["because"])
    made: Evidence = _EVIDENCE[evidence.pop("kind")](**evidence)
    kind = Removal if fields["kind"] == "removal" else Suspicion
    span = Span(fields["start"], fields["end"])
    return kind(fields["document"], span, fields["reason"], fields["rule"], fields["confidence"], made)


def dump(fields: dict[str, Any]) -> bytes:
    """Write a row as a line."""
    return orjson.dumps(fields) + b"\n"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """
    Read a ledger row by row, the header first.

    Raises `LedgerError` where there is none, where it is no ledger of this version, at a row that is no JSON, and at
    the end where anything was changed.
    """
    return (fields for _, fields in placed(path))


def placed(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read a ledger as `rows` does, and tell of each row at which byte it begins."""
    with _opened(path) as file:
        line = file.readline()
        first = _fields(path, line, 1)
        yield 0, first
        place = len(line)
        seen = hashlib.sha256(dump({name: value for name, value in first.items() if name != "sha256"}))
        for number, line in enumerate(file, start=2):
            seen.update(line)
            yield place, _fields(path, line, number)
            place += len(line)
    if first.get("sha256") != seen.hexdigest():
        raise LedgerError(path, "changed or cut short after it was written", remedy=_AGAIN)


def rows_at(path: Path, places: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Read the rows that begin at some bytes of a ledger that was read before; raises `LedgerError` as `rows` does."""
    with _opened(path) as file:
        for place in places:
            file.seek(place)
            yield _fields(path, file.readline())


def header_row(path: Path) -> dict[str, Any]:
    """Read the first row alone; raises `LedgerError` as `rows` does."""
    with _opened(path) as file:
        return _fields(path, file.readline(), 1)


_AGAIN: Final = "clean again, or put an undamaged copy there"
_OURS: Final = "name the output folder of `dedup clean`"


def _fields(path: Path, line: bytes, number: int | None = None) -> dict[str, Any]:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise LedgerError(path, f"not JSON ({fault.msg})", line=number, remedy=_AGAIN) from fault
    if not isinstance(fields, dict):
        raise LedgerError(path, "not a JSON object", line=number, remedy=_AGAIN)
    if number == 1 and fields.get("ledger") != VERSION:
        raise LedgerError(path, f"no ledger of version {VERSION}", line=number, remedy=_OURS)
    return fields


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as fault:
        raise LedgerError(path, fault.strerror or str(fault), remedy=_OURS) from fault
