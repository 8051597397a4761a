"""Documents as rows of the spool, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa

from dedup import ledger
from dedup.decide import Kept
from dedup.engines.local import coalesce
from dedup.formats.decoding import Patch
from dedup.formats.entry import Entry
from dedup.records import Removal, Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.local import Spool
    from dedup.kernel.arrays import I64
    from dedup.pipeline.document import Stripped

SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("file", pa.int32()),
        ("record", pa.int32()),
        ("line", pa.int32()),
        ("story", pa.bool_()),
        ("carried", pa.large_string()),
        ("patches", pa.list_(pa.struct([("start", pa.int64()), ("raw", pa.binary())]))),
        ("base", pa.large_string()),
        ("text", pa.large_string()),  # null where nothing was taken out
        ("findings", pa.large_binary()),  # rows of the ledger, without texts; null for none
    ]
)
AT_ONCE: Final = 4096
"""Rows whose texts are loaded together."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document and the number of the file it is from."""

    file: int
    entry: Entry
    story: bool = False
    """Whether it was a second story inside the document before it."""

    @property
    def text(self) -> str:
        """The base text."""
        return self.entry.text


def row(incoming: Incoming, stripped: Stripped) -> dict[str, Any]:
    """Make a row."""
    entry = incoming.entry
    return {
        "id": entry.id,
        "file": incoming.file,
        "record": entry.record,
        "line": entry.line,
        "story": incoming.story,
        "carried": entry.carried,
        "patches": [patch._asdict() for patch in entry.patches],
        "base": entry.text,
        **stripped_fields(stripped),
    }


def stripped_fields(stripped: Stripped) -> dict[str, Any]:
    """Make the fields of a row that stripping decides."""
    findings = [ledger.row(finding) for finding in (*stripped.removals, *stripped.suspicions)]
    return {
        "text": stripped.text if stripped.removals else None,
        "findings": orjson.dumps(findings) if findings else None,
    }


def incoming(fields: dict[str, Any]) -> Incoming:
    """Give the document of a row."""
    patches = tuple(Patch(**patch) for patch in fields["patches"])
    entry = Entry(fields["id"], fields["base"], fields["record"], fields["line"], fields["carried"], patches)
    return Incoming(fields["file"], entry, fields["story"])


def findings(fields: dict[str, Any]) -> tuple[tuple[Removal, ...], tuple[Suspicion, ...]]:
    """Give the removals and suspicions of a row."""
    every = [ledger.finding(found) for found in orjson.loads(fields["findings"] or b"[]")]
    return (
        tuple(finding for finding in every if isinstance(finding, Removal)),
        tuple(finding for finding in every if isinstance(finding, Suspicion)),
    )


def text(fields: dict[str, Any]) -> str:
    """Give the remaining text of a row."""
    remaining: str = fields["base"] if fields["text"] is None else fields["text"]
    return remaining


def kept(fields: dict[str, Any]) -> Kept:
    """Give what of a row's base text remains."""
    removals, _ = findings(fields)
    return Kept.without(len(fields["base"]), (removal.span for removal in removals))


def texts(spool: Spool, numbers: I64) -> pa.Array:
    """Give the remaining texts of some rows."""
    return coalesce(spool.column("text", numbers), spool.column("base", numbers))


def chunks(numbers: I64) -> Iterator[I64]:
    """Cut a list of rows into pieces whose texts can be loaded together."""
    return (numbers[at : at + AT_ONCE] for at in range(0, max(1, len(numbers)), AT_ONCE))


def joined(pieces: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Put shingle sets of several chunks end to end."""
    values = np.concatenate([values for values, _ in pieces])
    sizes = np.concatenate([np.diff(offsets) for _, offsets in pieces])
    return values, np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
