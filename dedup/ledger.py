"""
The ledger: JSON Lines, a header row, then a row for every removal and every suspicion, in the corpus's order.

Rows have a `kind`: `header`, `removal` (with the removed `text`), `suspicion` (removes nothing, so its `text` is
empty), `moved` (a second story that became a document of its own), `replaced` (bytes that were no text).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

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


def dump(fields: dict[str, Any]) -> bytes:
    """Write a row as a line."""
    return orjson.dumps(fields) + b"\n"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """
    Read a ledger row by row, the header first.

    Raises `LedgerError` where there is none, where it is no ledger of this version, and at a damaged row.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    fields = orjson.loads(line)
                except orjson.JSONDecodeError as fault:
                    raise LedgerError(path, f"not JSON ({fault.msg})", line=number, remedy="clean again") from fault
                if number == 1 and (not isinstance(fields, dict) or fields.get("ledger") != VERSION):
                    raise LedgerError(path, f"no ledger of version {VERSION}", remedy="name the output of `dedup clean`")
                yield fields
    except OSError as fault:
        raise LedgerError(path, fault.strerror or str(fault), remedy="name the output of `dedup clean`") from fault
