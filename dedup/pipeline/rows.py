"""Documents as rows of a shard's table, and back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa

from dedup import ledger
from dedup.decide import Kept
from dedup.formats.decoding import Patch
from dedup.formats.entry import ENTRIES, Entry
from dedup.precedence import UNKNOWN, Standing
from dedup.records import Removal, Suspicion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.pipeline.document import Stripped

DOCUMENTS: Final = "documents"
"""The table of rows."""
CHANGING: Final = frozenset({"text", "findings"})
"""Its columns that change when something is cut out of a document later."""
STANDING: Final = pa.schema([("rank", pa.int32()), ("measure", pa.int8()), ("value", pa.float64())])
"""See `precedence.Standing`."""
FETCHED: Final = ("url", "canonical", "problem")
"""What is known of pages: their address, the one they say they have, and what kept them from being read whole."""
INCOMING: Final = pa.schema(
    [*ENTRIES, ("file", pa.int32()), ("story", pa.bool_()), *STANDING, *((name, pa.string()) for name in FETCHED)]
)
"""
Entries of several files, whether each was a second story inside the document before it, their standing, and what is
known of pages, empty for other documents.
"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document and the number of the file it is from."""

    file: int
    entry: Entry
    story: bool = False
    """Whether it was a second story inside the document before it."""
    standing: Standing = UNKNOWN
    problem: str = ""
    """What kept the page from being read, or read whole."""

    @property
    def text(self) -> str:
        """The base text."""
        return self.entry.text


def batch(documents: Sequence[Incoming]) -> pa.RecordBatch:
    """Put documents into columns."""
    return pa.RecordBatch.from_pylist([_fields(document) for document in documents], INCOMING)


FIELDS: Final = (*(name for name in INCOMING.names if name != "text"), "base", "text", "findings")
"""What is looked up of a row to make objects of it."""
REMAINS: Final = ("id", "base", "text", "findings")
"""What is looked up of a row to tell what remains of it, and to strip it again."""
ACCOUNTED: Final = ("id", "record", "patches", "file", "story", *FETCHED, "base", "text", "findings")
"""What is looked up of a row to account for it; where a file is one document, also what it carries along."""


def _fields(document: Incoming) -> dict[str, Any]:
    entry = document.entry
    return {
        "id": entry.id,
        "record": entry.record,
        "line": entry.line,
        "carried": entry.carried,
        "patches": [patch._asdict() for patch in entry.patches],
        "text": entry.text,
        "file": document.file,
        "story": document.story,
        **document.standing._asdict(),
        **dict.fromkeys(FETCHED, ""),
    }


def of_files(entries: pa.RecordBatch, files: Sequence[int], standings: pa.RecordBatch) -> pa.RecordBatch:
    """Say of entries which file they are from, all the same one or each its own, and what their standing is."""
    count = entries.num_rows
    columns = dict(zip(entries.schema.names, entries.columns, strict=True))
    columns["file"] = pa.array(np.broadcast_to(np.array(files, np.int32), count))
    columns["story"] = pa.array(np.zeros(count, bool))
    columns |= zip(STANDING.names, standings.columns, strict=True)
    for name in FETCHED:
        columns.setdefault(name, pa.repeat("", count))
    names = [*INCOMING.names, *(name for name in entries.schema.names if name not in INCOMING.names)]
    return pa.RecordBatch.from_arrays([columns[name] for name in names], names)


def documents(incoming: pa.RecordBatch, stripped: dict[int, Stripped]) -> pa.RecordBatch:
    """Make the table of documents, of which those at some places have been stripped."""
    columns = dict(zip(incoming.schema.names, incoming.columns, strict=True))
    columns["base"] = columns.pop("text")
    found = changing(incoming.num_rows, stripped)
    columns |= zip(found.schema.names, found.columns, strict=True)
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def changing(count: int, stripped: dict[int, Stripped]) -> pa.RecordBatch:
    """
    Make the columns that stripping decides, of which some places have been stripped.

    `text` is what remains, null where nothing was taken out; `findings` are rows of the ledger without texts, null
    for none.
    """
    texts: list[str | None] = [None] * count
    findings: list[bytes | None] = [None] * count
    for place, found in stripped.items():
        texts[place] = found.text if found.removals else None
        every = [ledger.row(finding) for finding in (*found.removals, *found.suspicions)]
        findings[place] = orjson.dumps(every) if every else None
    columns = [pa.array(texts, pa.large_string()), pa.array(findings, pa.large_binary())]
    return pa.RecordBatch.from_arrays(columns, ["text", "findings"])


def incoming(fields: dict[str, Any]) -> Incoming:
    """Give the document of a row."""
    patches = tuple(Patch(**patch) for patch in fields["patches"])
    entry = Entry(fields["id"], fields["base"], fields["record"], fields["line"], fields["carried"], patches)
    standing = Standing(*(fields[name] for name in STANDING.names))
    return Incoming(fields["file"], entry, fields["story"], standing, fields["problem"])


def told(fields: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the removals and suspicions of a row as rows of the ledger without texts."""
    found: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for row in orjson.loads(fields["findings"] or b"[]"):
        found[row["kind"] == "suspicion"].append(row)
    return found


def findings(fields: dict[str, Any]) -> tuple[tuple[Removal, ...], tuple[Suspicion, ...]]:
    """Give the removals and suspicions of a row."""
    every = [ledger.finding(found) for found in chain.from_iterable(told(fields))]
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
