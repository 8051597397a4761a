"""A choice of bounded size from a stream of any length."""

from __future__ import annotations

import heapq
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Least(Generic[Item]):
    """The `size` (at least 1) items with the least keys of all that were offered; of equal keys the first ones."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._offered = 0
        self._heap: list[tuple[float, int, Item]] = []  # negated, so that the greatest is at hand

    def offer(self, key: float, item: Item) -> None:
        """Take an item, and let go the one with the greatest key where there are too many."""
        self._offered += 1
        entry = (-key, -self._offered, item)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, entry)
        elif entry > self._heap[0]:
            heapq.heapreplace(self._heap, entry)

    def items(self) -> list[Item]:
        """Give what was chosen, least key first."""
        return [item for _, _, item in sorted(self._heap, reverse=True)]
