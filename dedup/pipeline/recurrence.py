"""
What goes because it recurs: menus, notices, labels of a site, which the line model by itself is not sure of.

Short lines are counted in documents as they were read. Cleaning leaves fewer lines in fewer documents, so that nothing
recurs after it that has not before: a second cleaning finds nothing. Copies would make any line recur; those that have
all lines in common count as one document.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from dedup import boilerplate, sketch
from dedup.engines.shards import coalesced
from dedup.kernel.arrays import Texts
from dedup.kernel.line_keys import Recurring
from dedup.pipeline import rows
from dedup.pipeline.document import modelled, strip_again
from dedup.pipeline.tables import tables
from dedup.reasons import RECURRING_LINE, SECOND_STORY
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.engines.local import Engine
    from dedup.engines.shards import Shard, Spool, Tables
    from dedup.kernel.arrays import I64, U64, Bools
    from dedup.records import Removal

Worn: TypeAlias = "tuple[I64, Shard]"
"""Documents (rows) of which something else remains, and the shard in which they stand then."""

MANY: Final = 3
"""Documents, at least, in which a line recurs."""
LINES: Final = "lines"
"""The table of short lines: the `document` of each, and its `key`, once for each (see `kernel.line_keys`)."""
WHOLES: Final = "wholes"
"""The table that has the hash of all lines of each document (`whole`)."""
RECURS: Final = "recurs"
"""The table of lines that recur; see `Recurring`."""
WORN: Final = "worn"
"""The table of documents (`place` in the task) that were stripped again, and lost something."""
SHARE: Final = 128
"""Bytes of memory for each line that is looked at together."""
_KEYS: Final = 1 << 64


def sought(settings: Settings) -> bool:
    """Tell whether lines that recur are looked for."""
    return modelled(settings, RECURRING_LINE)


def recurring(spool: Spool, shards: Sequence[I64], settings: Settings, engine: Engine) -> tuple[Recurring, list[Worn]]:
    """
    Find the lines that recur, and the documents that lose something for it.

    shards  the rows of each shard that was read
    """
    if not sought(settings):
        return Recurring.none(), []
    parts = [spool.some(numbers) for numbers in shards]
    tasks = [Counting(part, settings.paragraphs.paragraph_words) for part in parts]
    held = list(engine.run(LINES, lines, tasks, interpreted=False))
    most = 1 + engine.resources.memory // SHARE
    # where copies stay, what is cut out of some makes them other documents
    copies = Step.DOCUMENTS not in settings.steps

    def count(_: None) -> Tables:
        return {RECURS: pa.RecordBatch.from_pydict(counted(held, most, copies=copies)._asdict())}

    [found] = engine.run(RECURS, count, [None], interpreted=False)
    known = Recurring(*(found.table(RECURS).column(name).to_numpy() for name in Recurring._fields))
    if not len(known.keys):
        return known, []
    wearing = [Wearing(part, short, settings, known) for part, short in zip(parts, held, strict=True)]
    made = zip(shards, engine.run(WORN, wear, wearing, interpreted=True), strict=True)
    worn = [(numbers[shard.table(WORN).column("place").to_numpy()], shard) for numbers, shard in made]
    return known, [(numbers, shard) for numbers, shard in worn if len(numbers)]


class Counting(NamedTuple):
    """A task: documents whose lines are counted."""

    documents: Spool
    words: int
    """Lines of fewer are short."""


def lines(task: Counting) -> Tables:
    """Make the tables of the lines of documents as they were read; those of reference sources lose nothing."""
    every = np.arange(len(task.documents))
    found = sketch.line_keys(Texts.of(task.documents.column("base", every)), task.words - 1)
    loses = task.documents.column("rank", every).to_numpy() >= 0
    some = loses[found.owners]
    owners, keys = found.owners[some], found.keys[some]
    order = np.lexsort((keys, owners))
    owners, keys = owners[order], keys[order]
    new = np.ones(len(order), bool)
    new[1:] = (owners[1:] != owners[:-1]) | (keys[1:] != keys[:-1])
    return {
        LINES: pa.RecordBatch.from_pydict({"document": owners[new], "key": keys[new]}),
        WHOLES: pa.RecordBatch.from_pydict({"whole": np.where(loses, found.wholes, 0)}),  # and stand for no others
    }


def counted(shards: Sequence[Shard], most: int, *, copies: bool) -> Recurring:
    """Find the lines that recur, about so many at a time; `copies`: whether each copy of a document counts."""
    wholes = [shard.table(WHOLES).column("whole").to_numpy() for shard in shards]
    counts = np.ones(sum(map(len, wholes)), bool)
    if not copies and wholes:
        counts[:] = False
        counts[np.unique(np.concatenate(wholes), return_index=True)[1]] = True
    each = np.split(counts, np.cumsum([len(some) for some in wholes])[:-1])
    passes = 1 + sum(shard.table(LINES).num_rows for shard in shards) // most
    ends = [number * _KEYS // passes for number in range(passes + 1)]
    found = [_between(shards, each, low, high - 1) for low, high in pairwise(ends)]
    keys, documents = (np.concatenate(column) for column in zip(*found, strict=True))
    return Recurring(keys, documents.astype(np.int32))


def _between(shards: Sequence[Shard], counts: Sequence[Bools], low: int, high: int) -> tuple[U64, I64]:
    """Find those whose keys lie between two, these included."""
    some = [np.empty(0, np.uint64)]
    for shard, own in zip(shards, counts, strict=True):
        document, key = (shard.table(LINES).column(name).to_numpy() for name in ("document", "key"))
        some.append(key[(key >= np.uint64(low)) & (key <= np.uint64(high)) & own[document]])
    keys, documents = np.unique(np.concatenate(some), return_counts=True)
    recur = documents >= MANY
    return keys[recur], documents[recur]


class Wearing(NamedTuple):
    """A task: documents that may lose lines because these recur."""

    documents: Spool
    lines: Shard
    """Theirs."""
    settings: Settings
    recurring: Recurring


def wear(task: Wearing) -> Tables:
    """
    Strip documents again; make a shard of those of which something else remains then (`WORN` tells which).

    They are stripped from the beginning: lines are judged among all others.
    """
    places = np.array(_losing(task), np.int64)
    documents = list(task.documents.rows(places, rows.REMAINS))
    before = [_parted(fields) for fields in documents]
    stripped = strip_again(documents, before, task.settings, task.recurring)
    changed = [at for at, fields in enumerate(documents) if stripped[at].text != rows.text(fields)]
    columns = rows.changing(len(changed), {number: stripped[at] for number, at in enumerate(changed)})
    bases = task.documents.column("base", places[changed])
    made = tables(columns, coalesced(columns.column("text"), bases), task.settings)
    return made | {WORN: pa.RecordBatch.from_pydict({"place": places[changed]})}


def _parted(fields: dict[str, Any]) -> tuple[Removal, ...]:
    """Give the stories that were taken out of a document, and are documents of their own."""
    removals, _ = rows.findings(fields)
    return tuple(removal for removal in removals if removal.reason == SECOND_STORY.code)


def _losing(task: Wearing) -> list[int]:
    """Choose the documents that may lose something because lines recur."""
    held = task.lines.table(LINES)
    some = np.unique(held.column("document").to_numpy()[_among(held.column("key").to_numpy(), task.recurring)])
    left = Texts.of(task.documents.texts(some))
    found = sketch.line_keys(left, task.settings.paragraphs.paragraph_words - 1)
    some = some[np.unique(found.owners[_among(found.keys, task.recurring)])].astype(np.int64)

    def judged(column: pa.LargeStringArray, some: I64) -> Iterator[int]:
        runs = boilerplate.judge(Texts.of(column), task.settings.strip.boilerplate, task.recurring)
        return (int(some[place]) for place, found in runs.items() if any(run.frequency for run in found))

    losing = set(judged(task.documents.column("base", some), some))
    rest = np.setdiff1d(some, np.array([*losing], np.int64))
    return sorted({*losing, *judged(task.documents.texts(rest), rest)})


def _among(keys: U64, recurring: Recurring) -> Bools:
    """Tell which keys are those of lines that recur; of these there must be one at least."""
    place = np.minimum(np.searchsorted(recurring.keys, keys), len(recurring.keys) - 1)
    found: Bools = recurring.keys[place] == keys
    return found
