"""Paragraphs that documents repeat from one another: found, and cut out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import cluster
from dedup.engines.shards import coalesced
from dedup.kernel.arrays import Texts
from dedup.kernel.likeness import DIGITS, LIKENESS
from dedup.kernel.paragraphs import paragraphs, points
from dedup.pipeline import rows
from dedup.pipeline.document import root, strip_again
from dedup.pipeline.neighbours import recurring
from dedup.pipeline.sources import Paragraphs, block
from dedup.pipeline.tables import PARAGRAPHS, least_bytes, tables
from dedup.precedence import parties
from dedup.reasons import RECURRING, REPEATED_ACROSS
from dedup.records import Copy, Finding, Removal, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.local import Engine
    from dedup.engines.shards import Spool, Tables
    from dedup.kernel.arrays import I32, I64, Bools
    from dedup.kernel.line_keys import Recurring
    from dedup.settings import Settings

FRESH: Final = "fresh"
"""The table that tells of each paragraph of the documents that were cut whether it is fresh."""
AT_ONCE: Final = 1024
"""Documents that are cut in one task."""


@dataclass(slots=True)
class Fresh:
    """
    Which paragraphs are still to be compared with every other one; any two others are known not to match.

    All of some `documents` (n,), the `waiting` ones (numbers, see `sources.Paragraphs`), and some of those of shards
    `made` since, a value for each.
    """

    documents: Bools
    waiting: I64
    made: dict[int, Bools]

    @classmethod
    def all(cls, documents: int) -> Fresh:
        """Begin with all paragraphs of so many documents."""
        return cls(np.ones(documents, bool), np.empty(0, np.int64), {})

    def __bool__(self) -> bool:
        return bool(self.documents.any() or len(self.waiting) or any(flags.any() for flags in self.made.values()))

    def joined(self, documents: int) -> Fresh:
        """Take documents more, which have been compared already."""
        return replace(self, documents=np.concatenate((self.documents, np.zeros(documents, bool))))

    def of(self, source: Paragraphs) -> Bools | None:
        """Tell of each paragraph whether it is fresh; None where all are."""
        if self.documents.all():
            return None
        found: Bools = self.documents[source.owners]
        found[self.waiting] = True
        for shard, flags in self.made.items():
            found[source.rows(shard)] |= flags
        return found


def repeated(spool: Spool, order: I64, fresh: Fresh, settings: Settings, engine: Engine) -> pa.RecordBatch:
    """
    Find the paragraphs of documents (rows, best first) that stand in a document before, one of both being fresh.

    Gives a row for each, in the order of their documents and places: its `number` (see `sources.Paragraphs`),
    `document`, `start`, `end`, the same of its twin (`of`, `of_start`, `of_end`), `jaccard`, `likeness`, whether it is
    `recurring` by itself, and whether it `waits`. Places are bytes of the remaining texts.
    """
    source = Paragraphs(spool, engine)
    wanted = settings.paragraphs
    standing = spool.column("rank", np.arange(len(spool))).to_numpy()
    owners = parties(standing, settings.precedence)
    ranks = np.full(len(spool) + 1, -1, np.int64)  # the last one for what is no paragraph any more
    ranks[order] = np.arange(len(order))

    def ranked(some: I64) -> I64:
        return ranks[source.owners[some]] << np.int64(32) | source.places(some)[0]

    found = cluster.settle(
        source,
        (ranks >= 0)[source.owners],
        ranked,
        cluster.Criteria(wanted.paragraph_threshold, likeness=wanted.paragraph_likeness),
        owners=lambda some: owners[source.owners[some]],
        pinned=lambda some: standing[source.owners[some]] < 0,
        changed=fresh.of(source),
        ordered=True,
        block=block(spool, engine),
    )
    needed, place = np.unique(np.concatenate((found.texts, found.witnesses)), return_inverse=True)
    starts, ends = source.places(needed)
    own, twin = place[: len(found.texts)], place[len(found.texts) :]
    jaccard = found.shared / (found.own.astype(np.int64) + found.other - found.shared)
    table = pa.table(
        {
            "number": found.texts,
            "document": source.owners[found.texts],
            "start": starts[own],
            "end": ends[own],
            "of": source.owners[found.witnesses],
            "of_start": starts[twin],
            "of_end": ends[twin],
            "jaccard": jaccard,
            "likeness": found.parts[:, LIKENESS].round(DIGITS),
            "recurring": recurring(found.texts, found.witnesses, source.owners),
            "waits": waits(source.owners[found.texts], source.owners[found.witnesses], len(spool)),
        }
    )
    table = table.sort_by([("document", "ascending"), ("start", "ascending")]).combine_chunks()
    return table.to_batches()[0] if table.num_rows else pa.RecordBatch.from_pylist([], table.schema)


def waits(losers: I32, keepers: I32, count: int) -> Bools:
    """
    Tell which paragraphs may not be cut yet, because the document that keeps their twin loses others now.

    losers, keepers  (k,)  int32  documents, of `count`; there is no circle of them

    A document that has lost some may match another one, and go: then it would have kept the twin for nothing. So what
    keeps a paragraph is as it was when documents were compared, and stays so. Returns (k,) bool.
    """
    decided = np.ones(count, bool)
    decided[losers] = False
    cut = np.zeros(count, bool)
    while not decided.all():
        cut[losers[decided[keepers] & ~cut[keepers]]] = True
        open_still = np.zeros(count, bool)
        open_still[losers[~decided[keepers]]] = True
        decided |= cut | ~open_still
    return cut[keepers]


@dataclass(frozen=True, slots=True)
class Cutting:
    """A task: documents that lose paragraphs."""

    documents: Spool
    twins: Spool
    """The documents that keep them."""
    found: pa.RecordBatch
    """As `repeated` gives it; `document` and `of` are numbers in these two."""
    waiting: pa.RecordBatch
    """Paragraphs of the same documents that wait."""
    settings: Settings
    recurring: Recurring
    """Lines that are known to recur."""


def cuttings(
    spool: Spool, found: pa.RecordBatch, settings: Settings, recurring: Recurring
) -> Iterator[tuple[I64, Cutting]]:
    """Make tasks of what `repeated` found, and name the documents (rows) that each changes."""
    waits = found.column("waits")
    found, waiting = found.filter(pc.invert(waits)), found.filter(waits)
    documents = np.unique(found.column("document").to_numpy()).astype(np.int64)
    for at in range(0, len(documents), AT_ONCE):
        some = documents[at : at + AT_ONCE]
        part = _renumbered(found, "document", some)
        twins = np.unique(part.column("of").to_numpy()).astype(np.int64)
        part = _renumbered(part, "of", twins)
        together = _renumbered(waiting, "document", some)
        yield some, Cutting(spool.some(some), spool.some(twins), part, together, settings, recurring)


def _renumbered(found: pa.RecordBatch, name: str, documents: I64) -> pa.RecordBatch:
    """Choose the rows that have some of the documents (ascending) in a column, which are numbered from 0 on there."""
    numbers = found.column(name).to_numpy()
    chosen = np.isin(numbers, documents)
    at = found.schema.get_field_index(name)
    return found.filter(pa.array(chosen)).set_column(at, name, pa.array(np.searchsorted(documents, numbers[chosen])))


def cut(task: Cutting) -> Tables:
    """Make a shard of what documents are after paragraphs were cut out of them and they were stripped again."""
    findings: list[list[Finding]] = [[] for _ in range(len(task.documents))]
    documents, texts = remains_of(task.documents)
    spans = spans_of(texts, task.found, "document", "start", "end")
    told = (task.found.column(name).to_pylist() for name in ("document", "recurring"))
    for row, alone, span, evidence in zip(*told, spans, _evidence(task), strict=True):
        reason = RECURRING if alone else REPEATED_ACROSS
        findings[row].append(Finding(documents[row]["id"], span, reason.code, reason.name, 1.0, evidence))
    removals: list[tuple[Removal, ...]] = []
    for fields, found in zip(documents, findings, strict=True):
        before, _ = rows.findings(fields)
        removals.append((*before, *root(fields["id"], rows.kept(fields), rows.text(fields), found)))
    stripped = strip_again(documents, removals, task.settings, task.recurring)
    changed = rows.changing(len(documents), dict(enumerate(stripped)))
    made = tables(changed, changed.column("text"), task.settings)
    fresh = _fresh(task, texts, Texts.of(changed.column("text")), made[PARAGRAPHS])
    return made | {FRESH: pa.RecordBatch.from_arrays([pa.array(fresh, pa.bool_())], ["fresh"])}


def remains_of(spool: Spool) -> tuple[list[dict[str, Any]], Texts]:
    """Look up what is asked for to tell what remains of documents (`rows.REMAINS`), and the texts that do."""
    found = dict(zip(rows.REMAINS, spool.columns(rows.REMAINS, np.arange(len(spool))), strict=True))
    every = zip(*(column.to_pylist() for column in found.values()), strict=True)
    texts = Texts.of(coalesced(found["text"], found["base"]))
    return [dict(zip(rows.REMAINS, values, strict=True)) for values in every], texts


def _fresh(task: Cutting, before: Texts, now: Texts, found: pa.RecordBatch) -> list[bool]:
    """Tell of each paragraph of what documents are now whether it was not there before, or waits."""
    compared = set(_listed(before, *paragraphs(*before, least_bytes(task.settings))))
    compared.difference_update(_listed(before, *_places(task.waiting, before)))
    return [paragraph not in compared for paragraph in _listed(now, *_places(found, now))]


def _evidence(task: Cutting) -> Iterator[Copy]:
    """Say of each paragraph which span of which document's base text keeps it."""
    twins, texts = remains_of(task.twins)
    kept = [(fields["id"], rows.kept(fields)) for fields in twins]
    spans = spans_of(texts, task.found, "of", "of_start", "of_end")
    told = (task.found.column(name).to_pylist() for name in ("of", "jaccard", "likeness"))
    for span, number, jaccard, likeness in zip(spans, *told, strict=True):
        name, remaining = kept[number]
        origin = remaining.origin(span)
        yield Copy(name, origin[0].start, origin[-1].end, jaccard, likeness)


def spans_of(texts: Texts, found: pa.RecordBatch, document: str, start: str, end: str) -> list[Span]:
    """Turn bytes of remaining texts, which follow one another, into code points, row by row."""
    owners, starts, ends = (found.column(name).to_numpy() for name in (document, start, end))
    lows = np.repeat(texts.lows[owners], 2)
    places = np.stack((starts, ends), axis=1).ravel() + lows
    order = np.lexsort((places, lows))
    made = np.empty(len(places), np.int64)
    made[order] = points(texts.data, lows[order], places[order])
    return [Span(first, last) for first, last in made.reshape(-1, 2).tolist()]


def _places(found: pa.RecordBatch, texts: Texts) -> tuple[I64, I64, I64]:
    """Give of paragraphs the number of their document, and where they begin and end in the bytes of all texts."""
    owners = found.column("document").to_numpy()
    return owners, *(texts.lows[owners] + found.column(name).to_numpy() for name in ("start", "end"))


def _listed(texts: Texts, owners: I64, starts: I64, ends: I64) -> Iterator[tuple[int, bytes]]:
    """Give paragraphs with the number of their document."""
    data = texts.data.data
    for owner, start, end in zip(owners.tolist(), starts.tolist(), ends.tolist(), strict=True):
        yield owner, data[start:end].tobytes()
