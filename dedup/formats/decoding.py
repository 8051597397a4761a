"""Bytes as text, with nothing lost: what is no text is either an error that says where, or replaced and remembered."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final, NamedTuple

from dedup.errors import ReadError
from dedup.markup.decoding import MARKS, detected
from dedup.settings import AUTO, Errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dedup.settings import ReadSettings


class Patch(NamedTuple):
    """Bytes that stood where the text now has one U+FFFD."""

    start: int
    """Code point of the U+FFFD."""
    raw: bytes


class Decoded(NamedTuple):
    """A text and the patches that lead back to its bytes."""

    text: str
    patches: tuple[Patch, ...]


def resolved(encoding: str, data: bytes) -> str:
    """
    Name a file's encoding, and its byte order so that the mark stays in the text, from its bytes.

    `auto` needs all of them, UTF-16 and UTF-32 the first four.
    """
    name = codecs.lookup(_likely(data) if encoding == AUTO else encoding).name
    if name == "utf-8-sig":
        return "utf-8"
    if name not in {"utf-16", "utf-32"}:
        return name
    big = codecs.BOM_UTF16_BE if name == "utf-16" else codecs.BOM_UTF32_BE
    return f"{name}-be" if data.startswith(big) else f"{name}-le"


def _likely(data: bytes) -> str:
    """
    Name the encoding that bytes are most likely in.

    That is what a byte order mark says, UTF-8 where more of what is not ASCII is valid than is not, else what
    charset-normalizer takes it for.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    text = data.decode(errors="replace")
    bad = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return "utf-8" if beyond >= 2 * bad else detected(data)


def decode(  # noqa: PLR0913 - five of them say where the bytes are, for the message
    data: bytes,
    settings: ReadSettings,
    path: Path,
    *,
    encoding: str,
    offset: int = 0,
    line: int | None = None,
    remedy: str = "name the right encoding with --encoding, or read on with --errors replace",
) -> Decoded:
    """
    Decode `data`, found `offset` bytes into the file `path`.

    Raises `ReadError` that names the first bad byte, unless the settings say to replace, and for the few encodings
    that have several bytes for one character, where the text would not lead back to these bytes.
    """
    faults: list[tuple[int, int]] = []

    def note(fault: UnicodeError) -> tuple[str, int]:
        assert isinstance(fault, UnicodeDecodeError)
        if settings.errors is Errors.STRICT:
            raise ReadError(
                path, f"not valid {encoding} ({fault.reason})", line=line, byte=offset + fault.start, remedy=remedy
            ) from fault
        faults.append((fault.start, fault.end))
        return "\ufffd", fault.end

    codecs.register_error("dedup-note", note)
    try:
        text = data.decode(encoding, "dedup-note")
        patches = tuple(_patches(data, encoding, faults))
        same = encoding.startswith(_EXACT) or encode(text, patches, encoding) == data
    except UnicodeError:  # of encodings with rules beyond single bytes
        same = False
    if not same:
        raise ReadError(path, f"not to be led back from text to {encoding}", line=line, remedy="convert it to UTF-8")
    return Decoded(text, patches)


_EXACT: Final = ("utf-8", "utf-16", "utf-32")
"""Encodings with one way only to write a character."""


def _patches(data: bytes, encoding: str, faults: Iterable[tuple[int, int]]) -> Iterator[Patch]:
    place = at = 0
    for start, end in faults:
        place += len(data[at:start].decode(encoding))
        yield Patch(place, data[start:end])
        place += 1
        at = end


def encode(text: str, patches: tuple[Patch, ...], encoding: str) -> bytes:
    """Undo `decode`."""
    pieces: list[bytes] = []
    at = 0
    for patch in patches:
        pieces += (text[at : patch.start].encode(encoding), patch.raw)
        at = patch.start + 1
    pieces.append(text[at:].encode(encoding))
    return b"".join(pieces)
