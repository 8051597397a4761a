"""Every pair of like paragraphs, inside a document and across documents."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup import cluster
from dedup.kernel.likeness import DIGITS, LIKENESS
from dedup.pipeline import rows
from dedup.pipeline.neighbours import together
from dedup.pipeline.paragraphs import remains_of, spans_of
from dedup.pipeline.sources import Paragraphs, block
from dedup.records import Passage, PassageMatch, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.local import Engine
    from dedup.engines.shards import Spool
    from dedup.kernel.arrays import I64
    from dedup.settings import Settings


def passage_pairs(spool: Spool, settings: Settings, engine: Engine) -> Iterator[tuple[PassageMatch | None, int]]:
    """
    Give every pair of like paragraphs of a spool's documents, and how often a comparison was left out.

    To be listed they need the likeness of documents; to go, a paragraph needs more.
    """
    source = Paragraphs(spool, engine)
    wanted = cluster.Criteria(settings.paragraphs.paragraph_threshold, likeness=settings.match.likeness)
    every = cluster.matching_pairs(source, wanted, block=block(spool, engine))
    for found in every:
        yield None, found.forgotten
        beside = together(found.left, found.right, source.owners, chain.from_iterable(source.bands()))
        places, number = np.unique(np.concatenate((found.left, found.right)), return_inverse=True)
        passages = _passages(spool, source, places)
        ends = number.reshape(2, -1).T.tolist()
        likeness = np.maximum(found.left_parts, found.right_parts)[:, LIKENESS].round(DIGITS)
        counts = (column.tolist() for column in (found.shared, found.left_size, found.right_size, likeness, beside))
        for (one, other), shared, size, other_size, alike, both in zip(ends, *counts, strict=True):
            a, b = sorted((passages[one], passages[other]))
            yield (
                PassageMatch(a, b, shared / (size + other_size - shared), shared / min(size, other_size), alike, both),
                0,
            )


def _passages(spool: Spool, source: Paragraphs, wanted: I64) -> list[Passage]:
    """Say where in their documents' base texts paragraphs (ascending) stand."""
    documents, owner = np.unique(source.owners[wanted].astype(np.int64), return_inverse=True)
    some = spool.some(documents)
    starts, ends = source.places(wanted)
    placed = pa.RecordBatch.from_arrays(
        [pa.array(owner), pa.array(starts), pa.array(ends)], ["document", "start", "end"]
    )
    fields, texts = remains_of(some)
    kept = [rows.kept(own) for own in fields]
    made = []
    for own, span in zip(owner.tolist(), spans_of(texts, placed, "document", "start", "end"), strict=True):
        origin = kept[own].origin(span)
        made.append(Passage(fields[own]["id"], Span(origin[0].start, origin[-1].end)))
    return made
