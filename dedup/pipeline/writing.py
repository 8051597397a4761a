"""From shards to pieces of the output: cleaned records, rows of the ledger, counts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from dedup import ledger, report
from dedup.output import story_name
from dedup.reasons import SECOND_STORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.shards import Tables
    from dedup.formats import Source
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
    tally = report.Tally()
    pieces: list[tuple[str, int, bool, list[bytes]]] = []
    rows: list[bytes] = []
    stories = 0
    for outcome in task.judged.outcomes():
        count_in(tally, outcome)
        document = outcome.incoming
        source = task.sources[document.file]
        stories = stories + 1 if document.story else 0
        own = document.story and not source.format.many
        name = story_name(source.output, stories + 1) if own else source.output
        if outcome.text is not None:
            if not pieces or pieces[-1][0] != name:
                pieces.append((name, document.file, own, []))
            pieces[-1][-1].append(source.format.render(document.entry.carried, outcome.text, task.settings.read))
        rows += map(ledger.dump, _ledger_rows(source, outcome, task.settings))
    return {
        FILES: pa.RecordBatch.from_arrays(
            [
                pa.array([name for name, *_ in pieces], pa.string()),
                pa.array([file for _, file, *_ in pieces], pa.int32()),
                pa.array([own for _, _, own, _ in pieces], pa.bool_()),
                pa.array([b"".join(data) for *_, data in pieces], pa.large_binary()),
            ],
            ["name", "file", "story", "data"],
        ),
        LEDGER: _value(b"".join(rows)),
        TALLY: _value(tally.dump()),
    }


def _value(data: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([data], pa.large_binary())], ["data"])


def count_in(tally: report.Tally, outcome: Outcome) -> None:
    """Count a document."""
    tally.add(outcome.incoming.text, outcome.text, outcome.removals, outcome.suspicions)
    if outcome.incoming.story:  # its text was counted with the document it was found in
        tally.characters -= len(outcome.incoming.text)


def _ledger_rows(source: Source, outcome: Outcome, settings: Settings) -> Iterator[dict[str, Any]]:
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
                more["carried"] = source.format.forget(document.entry.carried, settings.read)
        yield ledger.row(removal, document.text[removal.span.start : removal.span.end], **more)
    for suspicion in outcome.suspicions:
        yield ledger.row(suspicion, **origin)
