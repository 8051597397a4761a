"""
Texts as lines.

A line ends at LF, CR LF or a lone CR, nowhere else: other separators (form feed, U+2028, ...) are white space
inside a line, as editors and `grep` see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import regex

from dedup.records import Line, Page, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

INVISIBLE: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"
"""White space as `str.isspace` has it, and the byte order mark: a line of nothing else is blank."""
LINE: Final = regex.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")


def tiles(text: str) -> Iterator[Span]:
    """Cut `text` into lines, each with its line end; joined they are the text."""
    return (Span(*found.span()) for found in LINE.finditer(text))


def page(text: str) -> Page:
    """See `text` as its non-blank lines."""
    lines: list[Line] = []
    gap = 0
    for number, tile in enumerate(tiles(text)):
        raw = text[tile.start : tile.end]
        content = raw.strip(INVISIBLE)
        if not content:
            gap += 1
            continue
        start = tile.start + raw.index(content[0])
        lines.append(Line(number, Span(start, start + len(content)), content, gap))
        gap = 0
    return Page(text, tuple(lines))
