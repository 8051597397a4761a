"""
What a character tells about a word beyond its letters: whether it counts, whether it begins a name or a sentence.

Figures and names are the facts of a text: texts from one template agree in all but these. The table is computed from
the standard Unicode data and shipped with the package (`make folding` writes it anew), as that of `normal` is.
"""

from __future__ import annotations

import sys
import unicodedata
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUMERAL, CAPITAL, OPENING = 1, 2, 4
"""
Bits of a code point: stands for a number, in any script; is an upper or title case letter; behind it a capital letter
says nothing, because a sentence or a quotation begins.
"""

SHIPPED: Final = Path(__file__).with_name("traits.bin")


def bits(character: str) -> int:
    """Give the bits of a character."""
    category = unicodedata.category(character)
    if unicodedata.numeric(character, None) is not None:
        return NUMERAL
    if category in {"Lu", "Lt"}:
        return CAPITAL
    breaks = category in {"Po", "Ps", "Pi", "Zl", "Zp"} and character not in ",;&@%'/\\*#·’‘،、，；"
    return OPENING if breaks or character in "\n\r\v\f\x1c\x1d\x1e\x85" else 0


def compute() -> NDArray[np.uint8]:
    """Compute the table (1114112,) from this Python's Unicode data."""
    return np.array([bits(chr(point)) for point in range(sys.maxunicode + 1)], np.uint8)


def write(path: Path = SHIPPED) -> None:
    """Write the shipped table, deflated."""
    path.write_bytes(zlib.compress(compute().tobytes(), 9))


@cache
def traits() -> NDArray[np.uint8]:
    """Load the shipped table (2 ms, once a process)."""
    return np.frombuffer(zlib.decompress(SHIPPED.read_bytes()), np.uint8)


if __name__ == "__main__":
    write()
