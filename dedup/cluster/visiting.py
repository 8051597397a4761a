"""One pass over texts in order: each stays unless it matches one that does."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.cluster.bounds import LIMIT
from dedup.cluster.order import Contained
from dedup.kernel.candidates import foreseen, remembered, unmarked
from dedup.kernel.keepers import Known, compared, nothing_known, together, undecided, visit
from dedup.kernel.likeness import PARTS

if TYPE_CHECKING:
    from dedup.cluster.sharing import Sharing
    from dedup.kernel.arrays import I64, Bools
    from dedup.kernel.candidates import Marks
    from dedup.kernel.likeness import Sets

TOGETHER: Final = 512
"""Texts that are visited together: few, so that each has mostly to be compared with texts kept before these."""
GROWTH: Final = 8
"""One in so many texts more is tried to be held with all that they are compared with, where the last ones could be."""


class Visiting:
    """One visit of all texts, block by block."""

    def __init__(self, sharing: Sharing, pinned: Bools, owners: I64, *, inside: bool) -> None:
        """Begin; see `settle` for pinned texts and owners; kept texts `inside` later ones may be wanted."""
        self._sharing = sharing
        self._limits = sharing.limits._replace(inside=inside)
        self._inside = [np.empty((0, 4), np.int64)]  # see `keepers.visit`
        self._meeting, self._marks = sharing.meeting(LIMIT, owners, pinned), unmarked(len(sharing.rows))
        self.verdicts = undecided(len(sharing.rows), PARTS if sharing.criteria.aligned else 0)
        self.forgotten = 0
        """How often a full bucket did not remember a kept text, or a text had too many candidates."""

    def contained(self) -> Contained:
        """Tell which of the kept texts visited lie inside later ones."""
        return Contained(*np.concatenate(self._inside).T)

    def visit(self, order: I64) -> None:
        """Decide which texts stay, visited in this order."""
        size = len(order)
        for first, block in self._sharing.blocks(order):
            done = 0
            while done < len(block):
                part = block[done : done + size]
                needed = self._foreseen(part)
                if len(part) > 1 and self._sharing.fills(int(self._sharing.words[needed].sum())):
                    size = len(part) // 2
                    continue
                visited = self._visit_part(part, first + done, needed)
                done += visited
                size = size + 1 + size // GROWTH if visited == len(part) else min(size, max(TOGETHER, 2 * visited))

    def _foreseen(self, part: I64) -> Bools:
        """
        Guess which texts will be compared.

        Where no signatures tell, those that seem most alike depend on which buckets are full by then: it may be any.
        """
        if self._sharing.tells:
            return foreseen(part, self._meeting, self._marks, self._limits)
        return remembered(part, self._meeting)

    def _visit_part(self, part: I64, first: int, needed: Bools) -> int:
        """
        Visit texts, `first` in the order of all, with the sets of the `needed` ones.

        Returns how many were visited: all before the first that has to be compared with another one.
        """
        sets = self._sharing.sets(needed)
        done = 0
        while done < len(part):
            some = part[done : done + TOGETHER]
            known = self._compared(some, sets)
            visited, full, inside = visit(
                some, first + done, self._meeting, self._marks, sets, known, self.verdicts, self._limits
            )
            done += visited
            self.forgotten += full
            self._inside.append(inside)
            if visited < len(some):
                break
        return done

    @cached_property
    def _scratch(self) -> list[Marks]:
        return [unmarked(len(self._sharing.rows)) for _ in range(self._sharing.at_once)]

    def _compared(self, some: I64, sets: Sets) -> Known:
        """Compare texts, in threads, with those kept so far; those that are kept among themselves are yet to come."""
        at_once = self._sharing.at_once
        if at_once == 1:
            return nothing_known(len(some))

        def compare(part: tuple[I64, Marks]) -> Known:
            own, marks = part
            return Known(*compared(own, self._meeting, marks, sets, self.verdicts, self._limits))

        parts = list(zip(np.array_split(some, at_once), self._scratch, strict=True))
        return together(list(self._sharing.map(compare, parts)))
