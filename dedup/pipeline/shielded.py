"""Passages that are to stay: the lines from one that says `dedup: keep start` to one that says `dedup: keep end`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc
import regex

from dedup.kernel.arrays import Texts
from dedup.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from dedup.kernel.arrays import I32, I64, Bools
    from dedup.records import Finding

START: Final = "dedup: keep start"
_LINE: Final = r"^[^\pL\pN\r\n]*dedup: keep {}[^\pL\pN\r\n]*\r?$"
_PASSAGE: Final = regex.compile(
    rf"{_LINE.format('start')}(?s:.*?)(?:{_LINE.format('end')}|\Z)", regex.MULTILINE | regex.VERSION1
)
"""Markers stand in lines of their own, in whatever notation comments have; one that is not closed goes to the end."""


def passages(text: str) -> list[Span]:
    """Give the passages of a text, its markers included."""
    return [Span(*found.span()) for found in _PASSAGE.finditer(text)] if START in text else []


def outside(text: str, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Choose the findings that touch no passage."""
    stay = passages(text)
    return [each for each in findings if not any(each.span.overlaps(span) for span in stay)] if stay else findings


def free(texts: pa.Array, owners: I32, starts: I64, ends: I64) -> Bools:
    """Tell which pieces, from one byte of their text up to another, touch no passage, (n,)."""
    chosen = np.ones(len(owners), bool)
    data, lows, highs = Texts.of(texts)
    if not len(lows) or START.encode() not in data[lows[0] : highs[-1]].tobytes():  # in one go: nearly always so
        return chosen
    for row in np.flatnonzero(pc.match_substring(texts, START).to_numpy(zero_copy_only=False)).tolist():
        text = texts[row].as_py()
        own = owners == row
        for span in passages(text):
            start, end = (len(text[:at].encode()) for at in (span.start, span.end))
            chosen &= ~(own & (starts < end) & (ends > start))
    return chosen
