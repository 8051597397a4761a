"""The shingle sets of some texts, and their words, in memory that is used again and again."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from dedup.kernel.agreement import surely
from dedup.kernel.alignment import run_lengths
from dedup.kernel.likeness import ASKED, MARKS, Sets, least_kept, marked
from dedup.kernel.sequences import Sequences, nothing_spelt, packed, sequences
from dedup.normal import folding
from dedup.traits import traits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.cluster.source import Contents
    from dedup.kernel.arrays import I64, U64, Bools

Number = TypeVar("Number", bound=np.generic)

AT_ONCE: Final = 1 << 18
"""Words of the texts that are looked up together."""
ALL: Final = 1 << 62
"""Room for any number of words."""


class Held:
    """
    Sets of texts as they are needed, beside those that were needed before, as long as there is room.

    Memory that is new takes longer to touch than to write to, and a text of a template is needed again and again.
    """

    def __init__(  # noqa: PLR0913 - what is held, how much of it, and what for
        self, source: Contents, rows: I64, width: int, room: int, *, ordered: bool, likeness: float = ASKED
    ) -> None:
        """
        Hold texts of so many words, of some rows with signatures so wide, with their words if they are `ordered`.

        Texts that may be of that `likeness` are no strangers.
        """
        self._source = source
        self._rows = rows
        self._ordered = ordered
        self._words = source.lengths(rows).astype(np.int64)
        self._texts = np.empty(0, np.int64)  # which are there, by their slots
        self._slots = np.full(len(rows), -1, np.int32)
        self._marks = np.empty((0, MARKS + 1), np.uint64)
        self._runs = np.empty(0, np.int32)
        self._lost = least_kept(likeness)
        self._surely = surely(width)
        self._longest = int(self._words.max(initial=0)) if ordered else 0
        self._held = _room(min(room, int(self._words.sum())), ordered=ordered)

    def sets(self, needed: Bools) -> Sets:
        """Give the sets of at least some texts; those given before are good no more."""
        missing = np.flatnonzero(needed & (self._slots < 0))
        if len(missing):
            wanted = int(self._words[missing].sum())
            if self._held.offsets[len(self._texts)] + wanted > len(self._held.values):
                self._keep(np.flatnonzero(needed[self._texts]))
                wanted += int(self._held.offsets[len(self._texts)])
                if wanted > len(self._held.values):
                    self._begin_anew(wanted)
                    missing = np.flatnonzero(needed)
            self._look_up(missing)
        return Sets(self._slots, self._marks, self._runs, self._lost, self._surely, self._longest, *self._held)

    def _keep(self, kept: I64) -> None:
        """Forget all texts but some."""
        packed(kept, self._held)
        if self._ordered:
            self._marks[: len(kept)] = self._marks[kept]
            self._runs[: len(kept)] = self._runs[kept]
        self._slots[self._texts] = -1
        self._texts = self._texts[kept]
        self._slots[self._texts] = np.arange(len(kept), dtype=np.int32)

    def _begin_anew(self, words: int) -> None:
        """Forget all texts, and make room for so many words; room for both would be more than there may be."""
        self._slots[self._texts] = -1
        self._texts = self._texts[:0]
        self._marks, self._runs = self._marks[:0], self._runs[:0]
        self._held = _room(0, ordered=self._ordered)
        self._held = _room(words, ordered=self._ordered)

    def _look_up(self, missing: I64) -> None:
        """Look up texts that are not there, some at a time: each thread knows where to write."""
        count = len(self._texts)
        total = count + len(missing)
        self._texts = np.concatenate((self._texts, missing))
        self._slots[missing] = np.arange(count, total, dtype=np.int32)
        held = self._held = self._held._replace(
            sizes=_grown(self._held.sizes, count, total),
            offsets=_grown(self._held.offsets, count + 1, total + 1),
            begins=_grown(self._held.begins, count + 1, total + 1),
        )
        ends = np.cumsum(self._words[missing])
        held.offsets[count + 1 : total + 1] = held.offsets[count] + ends
        cuts = [0, *(np.flatnonzero(np.diff(ends // AT_ONCE)) + 1).tolist(), len(missing)]
        parts = [slice(count + low, count + high) for low, high in pairwise(cuts)]
        told = [piece for part in self._source.map(self._put, parts) for piece in part]
        for slots, _, own in told:
            held.begins[slots + 1] = own
        held.begins[count + 1 : total + 1] = held.begins[count] + np.cumsum(held.begins[count + 1 : total + 1])
        self._put_figures(told, int(held.begins[count]), int(held.begins[total]))
        self._marks = _grown(self._marks, count, total if self._ordered else 0)
        self._runs = _grown(self._runs, count, total if self._ordered else 0)
        if self._ordered:
            self._marks[count:total] = marked(self._held.figures, held.begins[count : total + 1])
            self._runs[count:total] = run_lengths(held.words, held.offsets[count : total + 1])

    def _put(self, slots: slice) -> list[tuple[I64, U64, I64]]:
        """Write the words and sets of some texts to their place; give the figures of some of them, and of others."""
        form, spelt, found = folding(), nothing_spelt(), []
        for places, texts in self._source.texts(self._rows[self._texts[slots]]):
            own = slots.start + places
            cut = sequences(*texts, self._source.shingle, form.table, form.parts, traits(), spelt, self._held, own)
            found.append((own, *cut))
        return found

    def _put_figures(self, told: list[tuple[I64, U64, I64]], used: int, total: int) -> None:
        """Put the figures of new texts behind those of the others."""
        figures = _grown(self._held.figures, used, total)
        for slots, own, counts in told:
            moved = self._held.begins[slots] - (np.cumsum(counts) - counts)
            figures[np.arange(len(own)) + np.repeat(moved, counts)] = own
        self._held = self._held._replace(figures=figures)


def looked_up(source: Contents, rows: I64, *, ordered: bool, likeness: float = ASKED) -> Sets:
    """Give the sets of some texts (ascending), which go by their places there; for the others see `Held`."""
    held = Held(source, rows, 0, ALL, ordered=ordered, likeness=likeness)
    sets = held.sets(np.ones(len(rows), bool))
    count = len(rows)
    return sets._replace(sizes=sets.sizes[:count], offsets=sets.offsets[: count + 1], begins=sets.begins[: count + 1])


def _room(words: int, *, ordered: bool) -> Sequences:
    """Make room for texts of so many words."""
    room = Sequences.empty(np.array([0, words]), ordered=ordered)
    return room._replace(sizes=np.empty(0, np.int32), offsets=np.zeros(1, np.int64))


def _grown(values: NDArray[Number], used: int, size: int) -> NDArray[Number]:
    """Give an array of at least some size that begins with what is used of another."""
    if size <= len(values):
        return values
    wider = np.empty((2 * size, *values.shape[1:]), values.dtype)
    wider[:used] = values[:used]
    return wider
