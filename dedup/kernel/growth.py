"""
Arrays that grow, copied element by element.

An array assigned to a slice of another brings more than two seconds of compilation for NumPy's error message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dedup.kernel.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


@compiled
def put(values: NDArray[Number], count: int, into: NDArray[Number], at: int) -> None:
    """Copy the first `count` values to `into[at:]`."""
    for place in range(count):
        into[at + place] = values[place]


@compiled
def grown(values: NDArray[Number], count: int, size: int) -> NDArray[Number]:
    """Give an array of `size` that begins with the first `count` values."""
    larger = np.empty(size, values.dtype)
    put(values, count, larger, 0)
    return larger


@compiled
def grown_rows(rows: NDArray[Number], count: int, size: int) -> NDArray[Number]:
    """Give `size` rows that begin with the first `count` of `rows` (k, columns)."""
    larger = np.empty((size, rows.shape[1]), rows.dtype)
    for row in range(count):
        for column in range(rows.shape[1]):
            larger[row, column] = rows[row, column]
    return larger
