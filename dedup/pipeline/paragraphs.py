"""Paragraphs that documents repeat from one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup import cluster, sketch
from dedup.kernel.arrays import Texts
from dedup.kernel.minhash import Keys
from dedup.kernel.paragraphs import paragraphs, points
from dedup.pipeline.rows import chunks, joined, kept, texts
from dedup.reasons import REPEATED_ACROSS
from dedup.records import Copy, Finding, Span
from dedup.settings import MatchSettings

if TYPE_CHECKING:
    from dedup.engines.local import Spool
    from dedup.kernel.arrays import I64, U64
    from dedup.settings import Settings

SHINGLE = 3
"""Words in a paragraph's shingle: of a 15-word paragraph one edit leaves 10 of 13."""
PERMUTATIONS = 64
"""Enough for the recall target at the high thresholds that paragraphs have."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """What paragraph matching found."""

    findings: dict[int, list[Finding]]
    """By document (row); spans are of the remaining texts, sorted and disjoint, twins' places of the base texts."""
    witnesses: I64
    """The documents (rows) that keep a paragraph which another one loses."""


class _Table(NamedTuple):
    """Paragraphs of `n` documents, each (p,): the document, its bytes in the document's text, and their keys."""

    owners: I64
    starts: I64
    ends: I64
    keys: Keys


def repeated(spool: Spool, documents: I64, settings: Settings) -> Repeated:
    """
    Find the paragraphs of `documents` (rows, best first) that stand in a document before.

    Paragraphs of fewer words than the settings ask for are left alone.
    """
    table = _table(spool, documents, settings)
    found = cluster.settle(
        table.keys,
        np.arange(len(table.owners)),
        lambda some: _sets(spool, table, some),
        threshold=settings.paragraphs.paragraph_threshold,
        owners=table.owners,
    )
    gone = np.flatnonzero(found.witnesses >= 0)
    twins = found.witnesses[gone]
    needed = np.unique(np.concatenate((gone, twins)))
    names: dict[int, str] = {}
    now: dict[int, Span] = {}
    base: dict[int, Span] = {}
    for own in np.split(needed, np.flatnonzero(np.diff(table.owners[needed])) + 1) if len(needed) else ():
        owner = int(table.owners[own[0]])
        fields = spool.row(owner)
        remaining = kept(fields)
        names[owner] = fields["id"]
        for number, span in zip(own.tolist(), _spans(spool, table, owner, own), strict=True):
            now[number] = span
            origin = remaining.origin(span)
            base[number] = Span(origin[0].start, origin[-1].end)
    findings: dict[int, list[Finding]] = {}
    for number, twin in zip(gone.tolist(), twins.tolist(), strict=True):
        owner = int(table.owners[number])
        jaccard = float(found.shared[number] / (found.own[number] + found.other[number] - found.shared[number]))
        evidence = Copy(names[int(table.owners[twin])], base[twin].start, base[twin].end, jaccard)
        findings.setdefault(owner, []).append(
            Finding(names[owner], now[number], REPEATED_ACROSS.code, REPEATED_ACROSS.name, 1.0, evidence)
        )
    return Repeated(findings, np.unique(table.owners[twins]))


def has_new(before: str, after: str, settings: Settings) -> bool:
    """Tell whether a text has paragraphs long enough to be compared that it did not have before."""
    batch = Texts.of_strings([before, after])
    found: tuple[set[bytes], set[bytes]] = (set(), set())
    for owner, start, end in zip(*paragraphs(*batch, _least(settings)), strict=True):
        found[owner].add(batch.data[start:end].tobytes())
    return not found[1] <= found[0]


def _least(settings: Settings) -> int:
    """Give the bytes that a paragraph long enough to be compared has at least."""
    return 2 * settings.paragraphs.paragraph_words - 1


def _table(spool: Spool, documents: I64, settings: Settings) -> _Table:
    least = settings.paragraphs.paragraph_words
    wanted = MatchSettings(
        threshold=settings.paragraphs.paragraph_threshold,
        shingle=SHINGLE,
        permutations=PERMUTATIONS,
        recall=settings.match.recall,
        seed=settings.match.seed,
    )
    owners, starts, ends, keys = [], [], [], []
    for some in chunks(documents):
        batch = Texts.of(texts(spool, some))
        place, low, high = paragraphs(*batch, _least(settings))
        made = sketch.keys(Texts(batch.data, low, high), wanted)
        enough = np.flatnonzero(made.words >= least)
        owners.append(some[place[enough]])
        starts.append(low[enough] - batch.lows[place[enough]])
        ends.append(high[enough] - batch.lows[place[enough]])
        keys.append(made.without_samples(enough))
    return _Table(np.concatenate(owners), np.concatenate(starts), np.concatenate(ends), Keys.joined(keys))


def _sets(spool: Spool, table: _Table, numbers: I64) -> tuple[U64, I64]:
    """Give the shingle sets of some paragraphs."""
    pieces = []
    for some in chunks(numbers):
        documents, place = np.unique(table.owners[some], return_inverse=True)
        batch = Texts.of(texts(spool, documents))
        lows = batch.lows[place] + table.starts[some]
        highs = batch.lows[place] + table.ends[some]
        pieces.append(sketch.shingle_sets(Texts(batch.data, lows, highs), SHINGLE))
    return joined(pieces)


def _spans(spool: Spool, table: _Table, owner: int, numbers: I64) -> list[Span]:
    """Turn the bytes of one document's paragraphs, ascending, into code points of its remaining text."""
    batch = Texts.of(texts(spool, np.array([owner])))
    places = np.stack((table.starts[numbers], table.ends[numbers]), axis=1).ravel() + batch.lows[0]
    found = points(batch.data, batch.lows[0], places).tolist()
    return [Span(start, end) for start, end in zip(found[::2], found[1::2], strict=True)]
