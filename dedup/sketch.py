"""Sketching: what is remembered of a text so that like ones can be found without comparing all with all."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.kernel.keyed import Keyed, keyed
from dedup.kernel.line_keys import LineKeys, keyed_lines
from dedup.kernel.minhash import Sketches, sketches
from dedup.kernel.sequences import Sequences, nothing_spelt, sequences
from dedup.kernel.shingles import sets
from dedup.kernel.words import Words, counts, words
from dedup.normal import folding
from dedup.traits import traits

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64, U32, U64, Texts
    from dedup.settings import MatchSettings


class Bands(NamedTuple):
    """How a signature is cut for LSH."""

    bands: int
    rows: int

    def probability(self, jaccard: float) -> float:
        """Give the probability with which two texts of that similarity share a band: 1 - (1 - J^rows)^bands."""
        return float(1 - (1 - jaccard**self.rows) ** self.bands)


def bands(threshold: float, permutations: int, recall: float) -> Bands:
    """
    Cut signatures for recall: as many rows as possible with the wanted probability right at the threshold.

    More rows mean fewer candidates. Where even one row a band does not suffice, one row it is.
    """
    for rows in range(permutations, 1, -1):
        cut = Bands(permutations // rows, rows)
        if cut.probability(threshold) >= recall:
            return cut
    return Bands(permutations, 1)


PROPOSED: Final = 0.5
"""Similarity for which bands are cut where no threshold is given; what is less alike is left to sampled shingles."""


def banding(settings: MatchSettings) -> Bands:
    """Cut signatures as settings ask for it."""
    return bands(settings.threshold or PROPOSED, settings.permutations, settings.recall)


@cache
def permutations(count: int, seed: int) -> tuple[U32, U32]:
    """
    Draw the coefficients a (odd) and b of the permutations h -> a * h + b mod 2**32, as datasketch draws them.

    A row of `Sketches.signatures` is therefore `datasketch.MinHash(hashvalues=row, seed=seed, scheme="affine32")`.
    """
    drawn = np.random.RandomState(seed)
    a = drawn.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    b = drawn.randint(0, 1 << 32, count, dtype=np.uint32)
    return a, b


def sketch(texts: Texts, settings: MatchSettings) -> Sketches:
    """Sketch a batch of texts; see `kernel.minhash.sketches`."""
    a, b = permutations(settings.permutations, settings.seed)
    form = folding()
    return sketches(*texts, size=settings.shingle, rate=settings.rate, a=a, b=b, table=form.table, parts=form.parts)


def keys(texts: Texts, settings: MatchSettings, least: int) -> Keyed:
    """Give nothing but the keys of a batch of texts, those of fewer words left out; see `kernel.keyed`."""
    a, b = permutations(settings.permutations, settings.seed)
    form = folding()
    cut = banding(settings)
    return keyed(
        *texts,
        least=least,
        size=settings.shingle,
        bands=cut.bands,
        rows=cut.rows,
        a=a,
        b=b,
        table=form.table,
        parts=form.parts,
    )


def shingle_sets(texts: Texts, shingle: int) -> tuple[U64, I64]:
    """Give the shingle sets of a batch; see `kernel.shingles.sets`."""
    form = folding()
    return sets(*texts, shingle, form.table, form.parts)


def word_counts(texts: Texts) -> I64:
    """Count the words of each text of a batch."""
    form = folding()
    made: I64 = counts(*texts, form.table, form.parts)
    return made


def line_keys(texts: Texts, most: int) -> LineKeys:
    """Give the keys of the lines of a batch that have at most so many words; see `kernel.line_keys`."""
    form = folding()
    return keyed_lines(texts, most, form.table, form.parts)


def word_sequences(texts: Texts, shingle: int) -> Sequences:
    """Give the shingle sets of a batch, and its words in order; see `kernel.sequences`."""
    form = folding()
    made = Sequences.empty(np.concatenate(([0], np.cumsum(word_counts(texts)))), ordered=True)
    figures, own = sequences(
        *texts, shingle, form.table, form.parts, traits(), nothing_spelt(), made, np.arange(len(texts.lows))
    )
    return made._replace(figures=figures, begins=np.concatenate(([0], np.cumsum(own))))


def text_words(text: str) -> Words:
    """Cut one text into words with their places."""
    form = folding()
    return words(np.frombuffer(text.encode(), np.uint8), form.table, form.parts)
