"""
Evaluation items inside documents: a document that holds one would give away the answer to who is trained on it.

An item is sought by its n-grams, runs of `ngram` words in the comparison form; one of fewer words is sought whole, as
long as it has `SHORTEST`. A document is contaminated by an item of which its n-grams cover the `coverage` asked for, or
more. n = 13 and the least of 8 words are those of Brown et al. (2020, appendix C); that an item's share decides, rather
than any n-gram, spares documents that have a saying or a legal phrase in common with a long item.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from dedup import sketch
from dedup.errors import SettingsError
from dedup.kernel.arrays import Texts
from dedup.kernel.shingles import roll
from dedup.pipeline import rows
from dedup.records import Overlap, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from dedup.engines.shards import Spool, Tables
    from dedup.kernel.arrays import I64, U64, Bools
    from dedup.kernel.words import Words

FOUND: Final = "found"
"""The table of contaminated documents: `document` and the fields of `Overlap`."""
SHORTEST: Final = 8
"""Words of the shortest item that is sought: shorter ones are phrases that anybody may say."""
_TABLE: Final = 1 << 20
"""Slots of the table that tells most n-grams that are of no item."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What documents must not hold."""

    paths: tuple[Path, ...]
    """Files and folders of evaluation sets."""
    ngram: int = 13
    """Words in a run."""
    coverage: float = 0.5
    """Share of an item's words from which a document holds it, in (0, 1]."""

    def __post_init__(self) -> None:
        if not SHORTEST <= self.ngram <= 1000:  # noqa: PLR2004 - as for shingles
            raise SettingsError(
                "ngram", f"{self.ngram} will not do", remedy=f"give a whole number from {SHORTEST} to 1000"
            )
        if not 0 < self.coverage <= 1:
            raise SettingsError(
                "coverage", f"{self.coverage} will not do", remedy="give a number above 0 and at most 1"
            )


class _Grams(NamedTuple):
    """
    The n-grams of items, of one length.

    hashes (g,) uint64, ascending; items and places (g,) int64, the item and the word at which the n-gram begins
    """

    hashes: U64
    items: I64
    places: I64

    @classmethod
    def of(cls, items: Sequence[tuple[int, U64]], size: int) -> _Grams:
        """Cut items, each with its number."""
        grams = [_rolled(words, size) for _, words in items]
        hashes = np.concatenate([np.empty(0, np.uint64), *grams])
        counts = [len(own) for own in grams]
        numbers = np.repeat(np.array([number for number, _ in items], np.int64), counts)
        places = np.concatenate([np.empty(0, np.int64), *map(np.arange, counts)])
        order = np.argsort(hashes, kind="stable")
        return cls(hashes[order], numbers[order], places[order])


def _rolled(words: U64, size: int) -> U64:
    made = np.empty(max(1, len(words)), np.uint64)
    return made[: roll(words, len(words), size, made)] if len(words) >= size else made[:0]


class Evaluation:
    """Evaluation items, by their n-grams."""

    def __init__(self, items: Iterable[tuple[str, str]], wanted: Wanted) -> None:
        """Take items, each by its name and text."""
        self._wanted = wanted
        self.names: list[str] = []
        self.short = 0
        """Items of too few words to be sought."""
        lengths: list[int] = []
        sizes: dict[int, list[tuple[int, U64]]] = {}
        for name, text in items:
            words = sketch.text_words(text).hashes
            if len(words) < SHORTEST:
                self.short += 1
                continue
            sizes.setdefault(min(len(words), wanted.ngram), []).append((len(self.names), words))
            self.names.append(name)
            lengths.append(len(words))
        self._lengths = np.array(lengths, np.int64)
        self._grams = {size: _Grams.of(some, size) for size, some in sorted(sizes.items())}
        self._slots = {size: _slots(grams.hashes) for size, grams in self._grams.items()}

    def facts(self) -> dict[str, Any]:
        """Say what was sought, as the ledger's header does."""
        seen = hashlib.sha256(orjson.dumps(self.names))
        for grams in self._grams.values():
            for column in grams:
                seen.update(column.tobytes())
        told: dict[str, Any] = {"items": len(self.names), "too_short": self.short}
        told |= {"ngram": self._wanted.ngram, "coverage": self._wanted.coverage, "sha256": seen.hexdigest()}
        return {"decontaminate": told}

    def suspects(self, texts: Texts) -> list[int]:
        """Tell which texts have any n-gram of an item, or perhaps have: in all others nothing is found."""
        found: Bools = np.zeros(len(texts.lows), bool)
        for size, grams in self._grams.items():
            values, places = sketch.shingle_sets(texts, size)
            some = np.flatnonzero(self._slots[size][(values % np.uint64(_TABLE)).astype(np.int64)])
            there = np.searchsorted(grams.hashes, values[some])
            hit = grams.hashes[np.minimum(there, len(grams.hashes) - 1)] == values[some]
            found[np.searchsorted(places, some[hit], "right") - 1] = True
        suspected: list[int] = np.flatnonzero(found).tolist()
        return suspected

    def worst(self, text: str) -> Overlap | None:
        """Give the item of which a text holds most, if that is enough; of several the first."""
        words = sketch.text_words(text)
        hits = [(np.empty(0, np.int64),) * 4]
        hits += (_hits(_rolled(words.hashes, size), grams, size) for size, grams in self._grams.items())
        items, places, own, sizes = (np.concatenate(column) for column in zip(*hits, strict=True))
        best: tuple[float, int] | None = None
        for item in np.unique(items).tolist():
            chosen = items == item
            share = _covered(places[chosen], sizes[chosen]) / int(self._lengths[item])
            if share >= self._wanted.coverage and (best is None or share > best[0]):
                best = share, item
        if best is None:
            return None
        share, item = best
        span = _span(words, own[items == item], sizes[items == item])
        return Overlap(self.names[item], span.start, span.end, round(share, 6), int(self._lengths[item]))


def _slots(hashes: U64) -> Bools:
    slots = np.zeros(_TABLE, bool)
    slots[(hashes % np.uint64(_TABLE)).astype(np.int64)] = True
    return slots


def _hits(own: U64, grams: _Grams, size: int) -> tuple[I64, I64, I64, I64]:
    """Give each n-gram that a text has of an item: the item, its place there, and in the text, and its length."""
    low, high = (np.searchsorted(grams.hashes, own, side) for side in ("left", "right"))
    counts = high - low
    which = np.repeat(np.arange(len(own)), counts)
    at = low[which] + np.arange(len(which)) - (np.cumsum(counts) - counts)[which]
    return grams.items[at], grams.places[at], which, np.full(len(at), size)


def _covered(places: I64, sizes: I64) -> int:
    """Count the words that runs cover."""
    words = np.zeros(int((places + sizes).max()) + 1, np.int64)
    np.add.at(words, np.unique(places), 1)
    np.add.at(words, np.unique(places) + sizes[0], -1)
    return int((np.cumsum(words) > 0).sum())


def _span(words: Words, places: I64, sizes: I64) -> Span:
    """Give the longest stretch of a text, the first of several, in which each run touches the next one."""
    starts = np.unique(places)
    cuts = np.flatnonzero(np.diff(starts) > sizes[0]) + 1
    stretches = [(int(some[0]), int(some[-1] + sizes[0])) for some in np.split(starts, cuts)]
    first, last = max(stretches, key=lambda stretch: (stretch[1] - stretch[0], -stretch[0]))
    return Span(int(words.starts[first]), int(words.ends[last - 1]))


@dataclass(frozen=True, slots=True)
class Seeking:
    """A task: documents in which items are sought."""

    documents: Spool
    evaluation: Evaluation


def sought(task: Seeking) -> Tables:
    """Find contaminated documents, as they would be written; spans are of the base text."""
    every = np.arange(len(task.documents))
    places = task.evaluation.suspects(Texts.of(task.documents.texts(every)))
    found: list[dict[str, Any]] = []
    for place, fields in zip(places, task.documents.rows(np.array(places, np.int64), rows.REMAINS), strict=True):
        overlap = task.evaluation.worst(rows.text(fields))
        if overlap is not None:
            origin = rows.kept(fields).origin(Span(overlap.start, overlap.end))
            found.append(
                {
                    "document": place,
                    "item": overlap.item,
                    "start": origin[0].start,
                    "end": origin[-1].end,
                    "covered": overlap.covered,
                    "words": overlap.words,
                }
            )
    return {FOUND: pa.RecordBatch.from_pylist(found, _SCHEMA)}


_SCHEMA: Final = pa.schema(
    [
        ("document", pa.int64()),
        ("item", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("covered", pa.float64()),
        ("words", pa.int64()),
    ]
)


def overlaps(table: pa.RecordBatch) -> Iterator[tuple[int, Overlap]]:
    """Read what `sought` found."""
    for found in table.to_pylist():
        yield found.pop("document"), Overlap(**found)
