"""The arrays that kernels take and return, and texts as such arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

U8: TypeAlias = NDArray[np.uint8]
U32: TypeAlias = NDArray[np.uint32]
U64: TypeAlias = NDArray[np.uint64]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
F64: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]


class Texts(NamedTuple):
    """
    A batch of texts as one run of bytes.

    data         (n,)  uint8  UTF-8
    lows, highs  (t,)  int64  text i is `data[lows[i]:highs[i]]`
    """

    data: U8
    lows: I64
    highs: I64

    @classmethod
    def of(cls, column: pa.LargeStringArray) -> Texts:
        """See an Arrow column without nulls; nothing is copied."""
        _, places, data = column.buffers()
        offsets = np.frombuffer(places, np.int64)[column.offset : column.offset + len(column) + 1]
        return _read_only(cls(np.frombuffer(data or b"", np.uint8), offsets[:-1], offsets[1:]))

    @classmethod
    def of_strings(cls, texts: list[str]) -> Texts:
        """Encode a few texts."""
        return cls.of_bytes([text.encode() for text in texts])

    @classmethod
    def of_bytes(cls, encoded: list[bytes]) -> Texts:
        """Join a few texts in UTF-8."""
        offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return _read_only(cls(np.frombuffer(b"".join(encoded), np.uint8), offsets[:-1], offsets[1:]))

    def take(self, rows: I64 | I32) -> Texts:
        """Choose texts; nothing is copied."""
        return self.spans(self.lows[rows], self.highs[rows])

    def spans(self, lows: I64, highs: I64) -> Texts:
        """Take other stretches of the same bytes as texts; nothing is copied."""
        return _read_only(Texts(self.data, lows, highs))


def _read_only(texts: Texts) -> Texts:
    """
    See the same arrays as what may not be written to.

    Numba compiles a kernel anew for arrays that may, and texts come from both kinds.
    """
    batch = Texts(texts.data.view(), texts.lows.view(), texts.highs.view())
    for array in batch:
        array.flags.writeable = False
    return batch
