"""
What goes because it recurs: menus, notices, labels of a site, which the line model by itself is not sure of.

Lines are counted before documents are matched, and once more in those that stay, as they are then: what goes changes
what stands beside what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from dedup import boilerplate, sketch
from dedup.engines.shards import Spool, coalesced
from dedup.kernel.arrays import Texts
from dedup.kernel.line_keys import Recurring
from dedup.pipeline import rows
from dedup.pipeline.document import modelled, strip_again
from dedup.pipeline.lines import LINES, Counting, among, counted, lines
from dedup.pipeline.rows import CHANGING, DOCUMENTS
from dedup.pipeline.tables import tables
from dedup.reasons import RECURRING_LINE, SECOND_STORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.engines.local import Engine
    from dedup.engines.shards import Shard, Tables
    from dedup.kernel.arrays import I64, Bools
    from dedup.records import Removal
    from dedup.settings import Settings

WORN: Final = "worn"
"""The table of documents (`place` in the task) that were stripped again, and lost something."""
RECURS: Final = "recurs"
"""The table of lines that recur; see `Recurring`."""
SHARE: Final = 128
"""Bytes of memory for each line that is looked at together."""


class Recurrence:
    """The lines of a corpus that are known to recur, and the documents that have lost some of them."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        """Begin with none."""
        self.known = Recurring.none()
        self._settings = settings
        self._engine = engine
        self._read: list[Shard] = []  # the lines of documents as they were read
        self._worn: list[tuple[I64, Shard]] = []

    def count(self, spool: Spool, rows: Sequence[I64], staying: Bools | None, stage: str) -> Spool | None:
        """
        Count lines, first in all documents as they were read, then in those that stay (`staying`) as they are now.

        Where any document loses something for it, gives all as they were read but for what recurs. `rows` are those of
        each shard that was read; names of stages of work begin with `stage`.
        """
        if not modelled(self._settings, RECURRING_LINE):
            return None
        first = staying is None
        parts = rows if staying is None else [numbers[staying[numbers]] for numbers in rows]
        shards = self._lines(spool, parts, stage, read=first)
        fresh = self._recurring(shards, stage).unknown(self.known)
        every = self.known.joined(fresh)
        if first:
            self._read = shards
        tried = self._wear(spool, parts, shards, Weighing(every, fresh, anew=False), f"{stage}tried")
        if not len(fresh.keys) or not (first or any(tried)):
            return None
        begun = Spool(DOCUMENTS, CHANGING)
        for shard in spool.shards[: len(rows)]:
            begun.append(shard)
        for numbers, shard in self._worn:
            begun.replace(numbers, shard)
        worn = list(self._wear(begun, rows, self._read, Weighing(every, fresh, anew=True), f"{stage}worn"))
        for numbers, shard in worn:
            begun.replace(numbers, shard)
        self.known = every
        self._worn += worn
        return begun

    def _lines(self, spool: Spool, rows: Sequence[I64], stage: str, *, read: bool) -> list[Shard]:
        tasks = [Counting(spool.some(numbers), self._settings.paragraphs.paragraph_words, read) for numbers in rows]
        return list(self._engine.run(f"{stage}lines", lines, tasks, interpreted=False))

    def _recurring(self, shards: Sequence[Shard], stage: str) -> Recurring:
        most = 1 + self._engine.resources.memory // SHARE

        def count(_: None) -> Tables:
            return {RECURS: pa.RecordBatch.from_pydict(counted(shards, most)._asdict())}

        [found] = self._engine.run(f"{stage}recurring", count, [None], interpreted=False)
        return Recurring(*(found.table(RECURS).column(name).to_numpy() for name in Recurring._fields))

    def _wear(
        self, spool: Spool, rows: Sequence[I64], held: Sequence[Shard], weighing: Weighing, stage: str
    ) -> Iterator[tuple[I64, Shard]]:
        """Give the documents (rows) of which something else remains, and the shard in which they stand then."""
        some = zip(rows, held, strict=True)
        tasks = [Wearing(spool.some(numbers), shard, self._settings, weighing) for numbers, shard in some]
        for numbers, shard in zip(rows, self._engine.run(stage, wear, tasks, interpreted=True), strict=True):
            if len(places := shard.table(WORN).column("place").to_numpy()):
                yield numbers[places], shard


class Weighing(NamedTuple):
    """What is known of lines, and in which documents it has a say."""

    recurring: Recurring
    fresh: Recurring
    """Those of them that a document must hold to be looked at: the others have had their say."""
    anew: bool
    """Whether documents are stripped from the beginning, where the lines still stand among all others."""


class Wearing(NamedTuple):
    """A task: documents that may lose lines because these recur."""

    documents: Spool
    lines: Shard
    """What they held when they were read, or hold now."""
    settings: Settings
    weighing: Weighing


def wear(task: Wearing) -> Tables:
    """Strip documents again; make a shard of those of which something else remains then (`WORN` tells which)."""
    places = np.array(_losing(task), np.int64)
    documents = list(task.documents.rows(places, rows.FIELDS))
    before = [_begun(fields) if task.weighing.anew else rows.findings(fields)[0] for fields in documents]
    stripped = strip_again(documents, before, task.settings, task.weighing.recurring)
    changed = [at for at, fields in enumerate(documents) if stripped[at].text != rows.text(fields)]
    columns = rows.changing(len(changed), {number: stripped[at] for number, at in enumerate(changed)})
    bases = task.documents.column("base", places[changed])
    made = tables(columns, coalesced(columns.column("text"), bases), task.settings)
    return made | {WORN: pa.RecordBatch.from_pydict({"place": places[changed]})}


def _begun(fields: dict[str, Any]) -> tuple[Removal, ...]:
    """Give what was taken out of a document for good: stories that are documents of their own."""
    removals, _ = rows.findings(fields)
    return tuple(removal for removal in removals if removal.reason == SECOND_STORY.code)


def _losing(task: Wearing) -> list[int]:
    """Choose the documents that may lose something because lines recur, those of reference sources left out."""
    fresh = task.weighing.fresh.keys
    held = task.lines.table(LINES)
    _, holds = among(held.column("key").to_numpy(), fresh)
    some = np.unique(held.column("document").to_numpy()[holds]).astype(np.int64)
    some = some[task.documents.column("rank", some).to_numpy() >= 0]
    left = sketch.line_keys(Texts.of(task.documents.texts(some)))
    _, holds = among(left.keys, fresh)
    some = some[np.unique(left.owners[holds])]

    def judged(batch: Texts, some: I64) -> Iterator[int]:
        runs = boilerplate.judge(batch, task.settings.strip.boilerplate, task.weighing.recurring)
        return (int(some[place]) for place, found in runs.items() if any(run.frequency for run in found))

    losing = set(judged(Texts.of(task.documents.column("base", some)), some)) if task.weighing.anew else set[int]()
    rest = np.setdiff1d(some, np.array([*losing], np.int64))
    return sorted({*losing, *judged(Texts.of(task.documents.texts(rest)), rest)})
