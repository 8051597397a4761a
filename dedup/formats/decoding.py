"""Bytes as text, with nothing lost: what is no text is either an error that says where, or replaced and remembered."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, NamedTuple

from dedup.errors import ReadError
from dedup.settings import Errors

if TYPE_CHECKING:
    from pathlib import Path

    from dedup.settings import ReadSettings

MARKED = {"utf16": "utf-16", "utf32": "utf-32"}
"""Encodings whose byte order a mark at the start tells."""


class Patch(NamedTuple):
    """Bytes that stood where the text now has one U+FFFD."""

    start: int
    """Code point of the U+FFFD."""
    raw: bytes


class Decoded(NamedTuple):
    """A text and the patches that lead back to its bytes."""

    text: str
    patches: tuple[Patch, ...]


def resolved(encoding: str, head: bytes) -> str:
    """Name the byte order of UTF-16 and UTF-32 from the first bytes, so that the mark stays in the text."""
    name = codecs.lookup(encoding).name
    if name == "utf-8-sig":
        return "utf-8"
    if name not in {"utf-16", "utf-32"}:
        return name
    big = codecs.BOM_UTF16_BE if name == "utf-16" else codecs.BOM_UTF32_BE
    return f"{name}-be" if head.startswith(big) else f"{name}-le"


def decode(
    data: bytes, settings: ReadSettings, path: Path, *, encoding: str, offset: int = 0, line: int | None = None
) -> Decoded:
    """
    Decode `data`, found `offset` bytes into the file `path`.

    Raises `ReadError` that names the first bad byte, unless the settings say to replace.
    """
    try:
        return Decoded(data.decode(encoding), ())
    except UnicodeDecodeError as fault:
        if settings.errors is Errors.STRICT:
            raise ReadError(
                path,
                f"not valid {encoding} ({fault.reason})",
                line=line,
                byte=offset + fault.start,
                remedy="name the right encoding with --encoding, or read on with --errors replace",
            ) from fault
    pieces: list[str] = []
    patches: list[Patch] = []
    length = 0
    rest = memoryview(data)
    while rest:
        try:
            pieces.append(str(rest, encoding))
            break
        except UnicodeDecodeError as fault:
            good = str(rest[: fault.start], encoding)
            length += len(good)
            patches.append(Patch(length, bytes(rest[fault.start : fault.end])))
            pieces += (good, "\ufffd")
            length += 1
            rest = rest[fault.end :]
    return Decoded("".join(pieces), tuple(patches))


def encode(text: str, patches: tuple[Patch, ...], encoding: str) -> bytes:
    """Undo `decode`."""
    pieces: list[bytes] = []
    at = 0
    for patch in patches:
        pieces += (text[at : patch.start].encode(encoding), patch.raw)
        at = patch.start + 1
    pieces.append(text[at:].encode(encoding))
    return b"".join(pieces)
