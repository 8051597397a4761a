"""
Texts as lines.

A line ends at LF, CR LF or a lone CR, nowhere else: other separators (form feed, U+2028, ...) are white space
inside a line, as editors and `grep` see it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dedup.records import Lines, Page, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INVISIBLE: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"
"""White space as `str.isspace` has it, and the byte order mark: a line of nothing else is blank."""
LINE: Final = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")


def tiles(text: str) -> Iterator[Span]:
    """Cut `text` into lines, each with its line end; joined they are the text."""
    return (Span(*found.span()) for found in LINE.finditer(text))


def page(text: str) -> Page:
    """See `text` as its non-blank lines."""
    numbers: list[int] = []
    starts: list[int] = []
    texts: list[str] = []
    marked = "\ufeff" in text
    start = 0
    for number, raw in enumerate(_pieces(text)):
        content = raw.strip()
        if marked and content:
            content = content.strip(INVISIBLE)  # slower, for a rare character
        if content:
            numbers.append(number)
            starts.append(start if len(content) == len(raw) else start + raw.index(content[0]))
            texts.append(content)
        start += len(raw) + 1
    return Page(text, Lines(numbers, starts, texts))


def _pieces(text: str) -> Iterable[str]:
    """Cut `text` into lines, each without the last character of its line end; at the end there may be one too many."""
    if "\r" not in text:
        return text.split("\n")
    tiled = (text[tile.start : tile.end] for tile in tiles(text))
    return (tile[:-1] if tile.endswith(("\n", "\r")) else tile for tile in tiled)
