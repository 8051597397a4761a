"""From shards to pieces of the output: cleaned records, rows of the ledger, counts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import ledger, report
from dedup.engines.shards import coalesced
from dedup.pipeline import rows
from dedup.pipeline.account import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    tally.add_plain(pc.utf8_length(documents.column("base")).to_numpy()[~told])
    forgotten = _forgotten(task, documents)
    lines: list[bytes] = []
    places = np.flatnonzero(told)
    carried = [] if all(source.format.many for source in task.sources.values()) else ["carried"]
    every = task.judged.told(places, [*rows.ACCOUNTED, *carried])
    for place, (fields, whole) in zip(places.tolist(), every, strict=True):
        account = Account(task.sources[fields["file"]], fields, whole, *rows.told(fields))
        account.count_in(tally)
        lines += map(ledger.dump, account.rows(forgotten.get(place)))
    pieces = list(_pieces(task, documents))
    names, files, stories = (pa.array([piece[at] for piece in pieces], _PIECES[at].type) for at in range(3))
    data = _values([piece.data for piece in pieces])
    return {
        FILES: pa.RecordBatch.from_arrays([names, files, stories, data], schema=_PIECES),
        LEDGER: pa.RecordBatch.from_arrays([_values([b"".join(lines)])], ["data"]),
        TALLY: pa.RecordBatch.from_arrays([_values([tally.dump()])], ["data"]),
    }


class _Piece(NamedTuple):
    """Part of a cleaned file."""

    name: str
    file: int
    story: bool
    data: bytes | memoryview


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
    about = _carrying(documents) & ~_many(task, documents)
    goes = judged.verdicts.column("witness").is_valid().to_numpy(zero_copy_only=False)
    plain: Bools = ~(patched | found | story | goes | problem | about) & (judged.words() > 0)
    return plain


def _many(task: Writing, documents: pa.RecordBatch) -> Bools:
    """Tell which documents are from files of many."""
    many = np.array([source.format.many for source in task.sources.values()], bool)
    found: Bools = many[np.searchsorted(np.array(list(task.sources)), documents.column("file").to_numpy())]
    return found


def _carrying(documents: pa.RecordBatch) -> Bools:
    """Tell which documents carry anything along."""
    carrying: Bools = pc.binary_length(documents.column("carried")).to_numpy() > 0
    return carrying


def _pieces(task: Writing, documents: pa.RecordBatch) -> Iterator[_Piece]:
    """Give the runs of documents that stay, with what stands of them in their file."""
    files = documents.column("file").to_numpy()
    stories = documents.column("story").to_numpy(zero_copy_only=False)
    stays = task.judged.verdicts.column("witness").is_null().to_numpy(zero_copy_only=False)
    own = stories & ~_many(task, documents)
    recorded = _carrying(documents) & _many(task, documents)
    kept = _kept(documents, stays, recorded, pages=bool(task.settings.read.html_field))
    before = np.concatenate(([0], np.cumsum(stays))).tolist()
    new = np.ones(len(files), bool)
    new[1:] = (files[1:] != files[:-1]) | own[1:]
    starts = np.flatnonzero(new)
    nth = 1
    for start, end in pairwise([*starts.tolist(), len(files)]):
        source = task.sources[int(files[start])]
        nth = nth + 1 if own[start] else 1
        if count := before[end] - before[start]:
            name = source.story(nth) if own[start] else source.output
            data = source.format.rows(kept.slice(before[start], count), task.settings.read)
            yield _Piece(name, int(files[start]), bool(own[start]), data)


def _kept(documents: pa.RecordBatch, stays: Bools, recorded: Bools, *, pages: bool) -> pa.RecordBatch:
    """
    Give of the documents that stay what `Format.rows` needs to know: no text that stands unchanged in its record.

    Where records hold `pages`, none does.
    """
    others = [name for name in documents.schema.names if name not in rows.FIELDS]
    told = documents.select(["carried", "text", "story", *others])
    places = np.flatnonzero(stays)
    kept = told if stays.all() else told.take(pa.array(places))
    final = {name: kept.column(name) for name in kept.schema.names}
    changed = pc.or_(kept.column("text").is_valid(), kept.column("story"))
    final["changed"] = changed = pa.repeat(True, kept.num_rows) if pages else changed  # noqa: FBT003 - a value
    known = kept.column("text").is_valid().to_numpy(zero_copy_only=False)
    known |= recorded[stays] & ~changed.to_numpy(zero_copy_only=False)
    if not known.all():
        base = documents.column("base").take(pa.array(places, mask=known))
        final["text"] = coalesced(kept.column("text"), base)
    return pa.RecordBatch.from_arrays(list(final.values()), list(final))


def _forgotten(task: Writing, documents: pa.RecordBatch) -> dict[int, str]:
    """Give by their places what of the records of documents that go is not their text."""
    goes = task.judged.verdicts.column("witness").is_valid().to_numpy(zero_copy_only=False)
    files = documents.column("file").to_numpy()
    found: dict[int, str] = {}
    for file, source in task.sources.items():
        if source.format.many:
            places = np.flatnonzero(goes & (files == file)).tolist()
            if pack := source.format.pack:
                carried = [pack(documents.column("row").slice(place, 1)) for place in places]
            else:
                carried = documents.column("carried").take(pa.array(places, pa.int64())).to_pylist()
            found |= zip(places, source.format.forget(carried, task.settings.read), strict=True)
    return found


def _values(data: Sequence[bytes | memoryview]) -> pa.LargeBinaryArray:
    """Give values as a column; one alone is not copied."""
    places = np.cumsum([0, *map(len, data)], dtype=np.int64)
    buffer = pa.py_buffer(data[0] if len(data) == 1 else b"".join(data))
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(data), [None, pa.py_buffer(places), buffer])


def count_in(tally: report.Tally, outcome: Outcome) -> None:
    """Count a document."""
    document = outcome.incoming
    removals = ((removal.reason, len(removal.span)) for removal in outcome.removals)
    suspicions = (suspicion.reason for suspicion in outcome.suspicions)
    tally.add(document.text, outcome.text, removals, suspicions, story=document.story)
    if document.problem:
        tally.add_problem(document.entry.id, document.problem)
