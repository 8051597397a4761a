"""In which order texts are visited: as the keep policy has it, but a longer text before one that it contains."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from dedup.kernel.arrays import I64


class Contained(NamedTuple):
    """Texts that lie inside longer ones, with the sizes of both; all (k,)."""

    shorter: I64
    longer: I64
    size: I64
    longer_size: I64


class Visits:
    """An order of texts in which some longer ones come before some shorter ones, and otherwise as it was."""

    def __init__(self, visited: I64) -> None:
        self._visited = visited
        self._ranks = np.zeros(len(visited), np.int64)
        self._ranks[visited] = np.arange(len(visited))
        self._sizes = np.zeros(len(visited), np.int64)
        self._longer = self._shorter = np.empty(0, np.int64)

    def order(self) -> I64:
        """Give the texts, best first; a longer text takes the place of the first one that it must precede."""
        return self._visited[np.lexsort((-self._sizes[self._visited], self._ranks[self._visited]))]

    def put_before(self, found: Contained) -> bool:
        """Let each longer text precede the shorter one from now on; tell whether any of them did not yet."""
        before = self._ranks.copy()
        self._sizes[found.shorter] = found.size
        self._sizes[found.longer] = found.longer_size
        self._longer = np.concatenate((self._longer, found.longer))
        self._shorter = np.concatenate((self._shorter, found.shorter))
        while (self._ranks[self._longer] > self._ranks[self._shorter]).any():
            np.minimum.at(self._ranks, self._longer, self._ranks[self._shorter])
        return bool((before != self._ranks).any())
