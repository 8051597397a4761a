"""From shards to pieces of the output: cleaned records, rows of the ledger, counts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dedup import ledger, report
from dedup.engines.shards import coalesced
from dedup.reasons import SECOND_STORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.shards import Tables
    from dedup.formats import Source
    from dedup.kernel.arrays import Bools
    from dedup.pipeline.outcome import Judged, Outcome
    from dedup.settings import Settings

FILES: Final = "files"
LEDGER: Final = "ledger"
TALLY: Final = "tally"


@dataclass(frozen=True, slots=True)
class Writing:
    """A task: what became of a shard, to be written."""

    judged: Judged
    sources: dict[int, Source]
    """By number, those that the documents are from."""
    settings: Settings


def write(task: Writing) -> Tables:
    """
    Make what a shard adds to the output.

    `files` has a row for each run of documents of one cleaned file: its `name`, `data`, number of the source (`file`),
    and whether it is a second story's own; `ledger` and `tally` are one value each.
    """
    documents = task.judged.table()
    told = ~_plain(task, documents)
    tally = report.Tally()
    tally.add_plain(documents.column("base").filter(pa.array(~told)))
    rows: list[bytes] = []
    places = np.flatnonzero(told)
    for place, outcome in zip(places.tolist(), task.judged.outcomes(places), strict=True):
        count_in(tally, outcome)
        source = task.sources[outcome.incoming.file]
        carried = outcome.incoming.entry.carried
        if outcome.text is None and source.format.pack:
            carried = source.format.pack(documents.column("row").slice(place, 1))
        rows += map(ledger.dump, _ledger_rows(source, outcome, carried, task.settings))
    pieces = list(_pieces(task, documents))
    return {
        FILES: pa.RecordBatch.from_pylist(pieces, _PIECES),
        LEDGER: _value(b"".join(rows)),
        TALLY: _value(tally.dump()),
    }


_PIECES: Final = pa.schema(
    [("name", pa.string()), ("file", pa.int32()), ("story", pa.bool_()), ("data", pa.large_binary())]
)


def _plain(task: Writing, documents: pa.RecordBatch) -> Bools:
    """Tell which documents stay as they are, with nothing to be told of them."""
    judged = task.judged
    patched = pc.list_value_length(documents.column("patches")).to_numpy() > 0
    found = documents.column("findings").is_valid().to_numpy(zero_copy_only=False)
    story = documents.column("story").to_numpy(zero_copy_only=False)
    problem = pc.not_equal(documents.column("problem"), "").to_numpy(zero_copy_only=False)
    about = ~_many(task, documents) & pc.not_equal(documents.column("carried"), "").to_numpy(zero_copy_only=False)
    goes = judged.verdicts.column("witness").is_valid().to_numpy(zero_copy_only=False)
    plain: Bools = ~(patched | found | story | goes | problem | about) & (judged.words() > 0)
    return plain


def _many(task: Writing, documents: pa.RecordBatch) -> Bools:
    """Tell which documents are from files of many."""
    many = np.array([source.format.many for source in task.sources.values()], bool)
    found: Bools = many[np.searchsorted(np.array(list(task.sources)), documents.column("file").to_numpy())]
    return found


def _pieces(task: Writing, documents: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Give the runs of documents that stay, with what stands of them in their file."""
    files = documents.column("file").to_numpy()
    stories = documents.column("story").to_numpy(zero_copy_only=False)
    stays = task.judged.verdicts.column("witness").is_null().to_numpy(zero_copy_only=False)
    own = stories & ~_many(task, documents)
    text = coalesced(documents.column("text"), documents.column("base"))
    changed = pc.or_(documents.column("text").is_valid(), documents.column("story"))
    final = documents.set_column(documents.schema.get_field_index("text"), "text", text).append_column(
        "changed", changed
    )
    new = np.ones(len(files), bool)
    new[1:] = (files[1:] != files[:-1]) | own[1:]
    starts = np.flatnonzero(new)
    nth = 1
    for start, end in pairwise([*starts.tolist(), len(files)]):
        source = task.sources[int(files[start])]
        nth = nth + 1 if own[start] else 1
        kept = final.slice(start, end - start).filter(pa.array(stays[start:end]))
        if kept.num_rows:
            yield {
                "name": source.story(nth) if own[start] else source.output,
                "file": int(files[start]),
                "story": bool(own[start]),
                "data": source.format.rows(kept, task.settings.read),
            }


def _value(data: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([data], pa.large_binary())], ["data"])


def count_in(tally: report.Tally, outcome: Outcome) -> None:
    """Count a document."""
    tally.add(outcome.incoming.text, outcome.text, outcome.removals, outcome.suspicions)
    if outcome.incoming.problem:
        tally.add_problem(outcome.incoming.entry.id, outcome.incoming.problem)
    if outcome.incoming.story:  # its text was counted with the document it was found in
        tally.characters -= len(outcome.incoming.text)


def _ledger_rows(source: Source, outcome: Outcome, carried: str, settings: Settings) -> Iterator[dict[str, Any]]:
    document = outcome.incoming
    origin: dict[str, Any] = {"file": source.name}
    if source.format.many:
        origin["record"] = document.entry.record
    for patch in document.entry.patches:
        yield {
            "kind": "replaced",
            "document": document.entry.id,
            "start": patch.start,
            "bytes": patch.raw.hex(),
            **origin,
        }
    if document.entry.carried and not source.format.many and not document.story:
        yield {"kind": "page", "document": document.entry.id, **origin, "about": orjson.loads(document.entry.carried)}
    if document.problem:
        yield {"kind": "problem", "document": document.entry.id, "problem": document.problem, **origin}
    stories = count(2)
    for removal in outcome.removals:
        more = dict(origin)
        inside = (removal,) if outcome.text is not None else outcome.stripped
        moved = [f"{document.entry.id}#{next(stories)}" for part in inside if part.reason == SECOND_STORY.code]
        if moved:
            more["moved_to"] = moved
        if outcome.text is None:
            more["stripped"] = [[part.span.start, part.span.end] for part in outcome.stripped]
            if source.format.many:
                more["carried"] = source.format.forget(carried, settings.read)
        yield ledger.row(removal, document.text[removal.span.start : removal.span.end], **more)
    for suspicion in outcome.suspicions:
        yield ledger.row(suspicion, **origin)
