"""
The ledger: JSON Lines, a header row, then a row for every removal and every suspicion, in the corpus's order.

Rows have a `kind`: `header`, `removal` (with the removed `text`), `suspicion` (removes nothing, so its `text` is
empty), `replaced` (bytes that were no text), and at the end `closing` (the digests of the rows before it and of the
cleaned files, so that damage is noticed).
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import asdict
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from dedup.errors import LedgerError
from dedup.records import Copy, Evidence, Finding, Likeness, Pattern, Removal, Span, Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION: Final = 1
_EVIDENCE: Final[dict[str, type[Pattern | Copy | Likeness]]] = {"pattern": Pattern, "copy": Copy, "likeness": Likeness}
_KINDS: Final = {kind: name for name, kind in _EVIDENCE.items()}


def header(**facts: object) -> dict[str, Any]:
    """Give the header row; the first two fields are what a ledger is recognised by."""
    return {"kind": "header", "ledger": VERSION, **facts}


def row(finding: Finding, text: str = "", **more: object) -> dict[str, Any]:
    """Give a finding's row; `text` is what it removes."""
    return {
        "kind": "removal" if isinstance(finding, Removal) else "suspicion",
        "document": finding.document,
        "start": finding.span.start,
        "end": finding.span.end,
        "reason": finding.reason,
        "rule": finding.rule,
        "confidence": finding.confidence,
        "evidence": {"kind": _KINDS[type(finding.evidence)], **asdict(finding.evidence)},
        "text": text,
        **more,
    }


def finding(fields: dict[str, Any]) -> Finding:
    """Give the finding of a row."""
    evidence = dict(fields["evidence"])
    made: Evidence = _EVIDENCE[evidence.pop("kind")](**evidence)
    kind = Removal if fields["kind"] == "removal" else Suspicion
    span = Span(fields["start"], fields["end"])
    return kind(fields["document"], span, fields["reason"], fields["rule"], fields["confidence"], made)


def closing(digest: str, outputs: dict[str, str]) -> dict[str, Any]:
    """Give the last row: the SHA-256 of all rows before it, and of each cleaned file."""
    return {"kind": "closing", "sha256": digest, "outputs": outputs}


def dump(fields: dict[str, Any]) -> bytes:
    """Write a row as a line."""
    return orjson.dumps(fields) + b"\n"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """
    Read a ledger row by row, from the header to the closing row.

    Raises `LedgerError` where there is none, where it is no ledger of this version, at a row that is no JSON, and at
    the end where anything was changed.
    """
    seen = hashlib.sha256()
    fields: dict[str, Any] = {}
    with _opened(path) as file:
        for number, line in enumerate(file, start=1):
            fields = _fields(path, line, number)
            yield fields
            if fields.get("kind") != "closing":
                seen.update(line)
    if fields.get("sha256") != seen.hexdigest():
        raise LedgerError(path, "changed or cut short after it was written", remedy=_AGAIN)


def closing_row(path: Path) -> dict[str, Any]:
    """Read the last row alone, and nothing but a glance at the first; raises `LedgerError` as `rows` does."""
    with _opened(path) as file:
        _fields(path, file.readline(), 1)
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            last = data[data.rfind(b"\n", 0, len(data) - 1) + 1 :]
    fields = _fields(path, last)
    if fields.get("kind") != "closing":
        raise LedgerError(path, "cut short", remedy=_AGAIN)
    return fields


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
