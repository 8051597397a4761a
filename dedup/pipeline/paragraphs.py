"""Paragraphs that documents repeat from one another: found, and cut out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from dedup import cluster
from dedup.kernel.arrays import Texts
from dedup.kernel.likeness import DIGITS, LIKENESS
from dedup.kernel.paragraphs import paragraphs, points
from dedup.pipeline import rows
from dedup.pipeline.document import root, strip_all
from dedup.pipeline.neighbours import recurring
from dedup.pipeline.sources import Paragraphs
from dedup.pipeline.tables import least_bytes, tables
from dedup.precedence import parties
from dedup.reasons import RECURRING, REPEATED_ACROSS
from dedup.records import Copy, Document, Finding, Removal, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.local import Engine
    from dedup.engines.shards import Spool, Tables
    from dedup.kernel.arrays import I32, I64, Bools
    from dedup.settings import Settings

CHANGED: Final = "changed"
"""The table that tells of each cut document whether it has paragraphs that it did not have before."""
AT_ONCE: Final = 1024
"""Documents that are cut in one task."""


def repeated(spool: Spool, order: I64, fresh: Bools, settings: Settings, engine: Engine) -> pa.RecordBatch:
    """
    Find the paragraphs of documents (rows, best first) that stand in a document before, one of both being fresh.

    Gives a row for each, in the order of their documents and places: `document`, `start`, `end`, the same of its twin
    (`of`, `of_start`, `of_end`), `jaccard`, `likeness`, whether it is `recurring` by itself, and whether it `waits`.
    Places are bytes of the remaining texts.
    """
    source = Paragraphs(spool, settings, engine)
    wanted = settings.paragraphs
    standing = spool.column("rank", np.arange(len(spool))).to_numpy()
    ranks = np.full(len(spool) + 1, -1, np.int64)  # the last one for what is no paragraph any more
    ranks[order] = np.arange(len(order))

    def ranked(some: I64) -> I64:
        return ranks[source.owners[some]] << np.int64(32) | source.places(some)[0]

    found = cluster.settle(
        source,
        ranks[source.owners] >= 0,
        ranked,
        cluster.Criteria(wanted.paragraph_threshold, likeness=wanted.paragraph_likeness),
        owners=parties(standing, settings.precedence)[source.owners],
        pinned=standing[source.owners] < 0,
        changed=None if fresh.all() else fresh[source.owners],
        ordered=True,
        block=engine.resources.memory // 64,
    )
    needed, place = np.unique(np.concatenate((found.texts, found.witnesses)), return_inverse=True)
    starts, ends = source.places(needed)
    own, twin = place[: len(found.texts)], place[len(found.texts) :]
    jaccard = found.shared / (found.own.astype(np.int64) + found.other - found.shared)
    table = pa.table(
        {
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
    settings: Settings


def cuttings(spool: Spool, found: pa.RecordBatch, settings: Settings) -> Iterator[tuple[I64, Cutting]]:
    """Make tasks of what `repeated` found, and name the documents (rows) that each changes."""
    owners = found.column("document").to_numpy()
    documents = np.unique(owners)
    for at in range(0, len(documents), AT_ONCE):
        some = documents[at : at + AT_ONCE].astype(np.int64)
        low, high = np.searchsorted(owners, (some[0], some[-1] + 1))
        part = found.slice(low, high - low)
        twins, twin = np.unique(part.column("of").to_numpy(), return_inverse=True)
        columns = dict(zip(part.schema.names, part.columns, strict=True))
        columns["document"] = pa.array(np.searchsorted(some, owners[low:high]))
        columns["of"] = pa.array(twin)
        renumbered = pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
        yield some, Cutting(spool.some(some), spool.some(twins.astype(np.int64)), renumbered, settings)


def cut(task: Cutting) -> Tables:
    """Make a shard of what documents are after paragraphs were cut out of them and they were stripped again."""
    findings: list[list[Finding]] = [[] for _ in range(len(task.documents))]
    documents = list(task.documents.rows(np.arange(len(task.documents)), rows.FIELDS))
    spans = spans_of(task.documents, task.found, "document", "start", "end")
    told = (task.found.column(name).to_pylist() for name in ("document", "recurring"))
    for row, alone, span, evidence in zip(*told, spans, _evidence(task), strict=True):
        reason = RECURRING if alone else REPEATED_ACROSS
        findings[row].append(Finding(documents[row]["id"], span, reason.code, reason.name, 1.0, evidence))
    removals: list[tuple[Removal, ...]] = []
    for fields, found in zip(documents, findings, strict=True):
        before, _ = rows.findings(fields)
        removals.append((*before, *root(fields["id"], rows.kept(fields), rows.text(fields), found)))
    every = [Document(fields["id"], fields["base"]) for fields in documents]
    # a gap that a cut has left parts no stories: their text would go to documents that nobody makes any more
    together = replace(task.settings, strip=replace(task.settings.strip, split_stories=False))
    stripped = strip_all(every, together, removals)
    anew = [
        has_new(rows.text(fields), now.text, task.settings) for fields, now in zip(documents, stripped, strict=True)
    ]
    changed = rows.changing(len(documents), dict(enumerate(stripped)))
    made = tables(changed, changed.column("text"), task.settings)
    return made | {CHANGED: pa.RecordBatch.from_arrays([pa.array(anew, pa.bool_())], ["anew"])}


def _evidence(task: Cutting) -> Iterator[Copy]:
    """Say of each paragraph which span of which document's base text keeps it."""
    kept = [(fields["id"], rows.kept(fields)) for fields in task.twins.rows(np.arange(len(task.twins)), rows.FIELDS)]
    spans = spans_of(task.twins, task.found, "of", "of_start", "of_end")
    told = (task.found.column(name).to_pylist() for name in ("of", "jaccard", "likeness"))
    for span, number, jaccard, likeness in zip(spans, *told, strict=True):
        name, remaining = kept[number]
        origin = remaining.origin(span)
        yield Copy(name, origin[0].start, origin[-1].end, jaccard, likeness)


def spans_of(spool: Spool, found: pa.RecordBatch, document: str, start: str, end: str) -> list[Span]:
    """Turn bytes of remaining texts into code points, row by row."""
    texts = Texts.of(spool.texts(np.arange(len(spool))))
    owners, starts, ends = (found.column(name).to_numpy() for name in (document, start, end))
    made = np.empty((len(owners), 2), np.int64)
    order = np.lexsort((starts, owners))
    for own in np.split(order, np.flatnonzero(np.diff(owners[order])) + 1) if len(order) else ():
        low = texts.lows[owners[own[0]]]
        places = np.stack((starts[own], ends[own]), axis=1).ravel() + low
        back = np.argsort(places, kind="stable")
        made[own] = points(texts.data, low, places[back])[np.argsort(back)].reshape(-1, 2)
    return [Span(first, last) for first, last in made.tolist()]


def has_new(before: str, after: str, settings: Settings) -> bool:
    """Tell whether a text has paragraphs long enough to be compared that it did not have before."""
    batch = Texts.of_strings([before, after])
    found: tuple[set[bytes], set[bytes]] = (set(), set())
    for owner, start, end in zip(*paragraphs(*batch, least_bytes(settings)), strict=True):
        found[owner].add(batch.data[start:end].tobytes())
    return not found[1] <= found[0]
