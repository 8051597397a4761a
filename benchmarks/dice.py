"""Random draws that are the same on every machine and with every version of NumPy: made of PCG64's raw bits alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from numpy.typing import NDArray

    T = TypeVar("T")


class Dice:
    """Draws many small numbers at once, or single ones; the two do not disturb one another."""

    def __init__(self, seed: int) -> None:
        self._many = np.random.PCG64([seed, 0])
        self._single = np.random.PCG64([seed, 1])
        self._stock: list[float] = []

    def sixteen(self, count: int) -> NDArray[np.uint16]:
        """Draw numbers of 16 bits."""
        raw = np.asarray(self._many.random_raw(-(-count // 4)), dtype="<u8")
        return raw.view("<u2")[:count].astype(np.uint16, copy=False)

    def unit(self) -> float:
        """Draw from [0, 1)."""
        if not self._stock:
            self._stock = ((self._single.random_raw(4096) >> 11) * 2.0**-53).tolist()
        return self._stock.pop()

    def below(self, count: int) -> int:
        """Draw from 0 to count - 1."""
        return int(self.unit() * count)

    def choice(self, items: Sequence[T]) -> T:
        """Draw one of some items."""
        return items[self.below(len(items))]
