"""The body of an HTTP message: transfer and content encodings undone, within bounds."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 16 << 20
"""Bytes of a page, packed or not; the largest pages that people read have about 5 MB."""
LARGE: Final = f"holds, or unpacks to, more than {MOST >> 20} MB"
BROKEN: Final = "its content encoding is broken"
SHORT: Final = "cut short"
_STEP: Final = 1 << 16


def body(reader: Any, headers: Any, length: int) -> tuple[bytes, str]:  # noqa: ANN401 - fastwarc tells no types
    """
    Read what a message of so many bytes means, and tell the problem if there is one.

    There is no data with `LARGE` and `BROKEN`. Never holds more than a few times `MOST` bytes. Encodings that a
    crawler has undone without saying so are passed over: what begins like markup is markup.
    """
    data = reader.read(MOST + 1)
    if len(data) > MOST:
        return b"", LARGE
    problem = SHORT if len(data) < length else ""
    for name in _encodings(headers) if headers is not None else ():
        undo = _UNDOING.get(name)
        if undo is None or data.lstrip()[:1] == b"<":
            continue
        try:
            data, whole = undo(data)
        except (OSError, zlib.error, ValueError):
            return b"", BROKEN
        if len(data) > MOST:
            return b"", LARGE
        problem = problem if whole else SHORT
    return data, problem


def _encodings(headers: Any) -> list[str]:  # noqa: ANN401
    """Name the encodings in the order in which they are to be undone."""
    told = ",".join((headers.get("Content-Encoding") or "", headers.get("Transfer-Encoding") or ""))
    return [name.strip().lower() for name in reversed(told.split(",")) if name.strip()]


def _inflated(wbits: int) -> Callable[[bytes], tuple[bytes, bool]]:
    def undo(data: bytes) -> tuple[bytes, bool]:
        made = bytearray()
        while data and len(made) <= MOST:
            stream = zlib.decompressobj(wbits)
            made += stream.decompress(data, MOST + 1 - len(made))
            if not stream.eof:
                return bytes(made), False
            data = stream.unused_data.lstrip(b"\0")
        return bytes(made), True

    return undo


def _deflated(data: bytes) -> tuple[bytes, bool]:
    """Undo `deflate`, which some servers send with and some without zlib's frame."""
    try:
        return _inflated(zlib.MAX_WBITS)(data)
    except zlib.error:
        return _inflated(-zlib.MAX_WBITS)(data)


def _streamed(kind: str) -> Callable[[bytes], tuple[bytes, bool]]:
    def undo(data: bytes) -> tuple[bytes, bool]:
        from fastwarc import stream_io  # noqa: PLC0415 - only archives should need it

        stream = getattr(stream_io, kind)(io.BytesIO(data))
        made = bytearray()
        try:
            while len(made) <= MOST and (more := stream.read(_STEP)):
                made += more
        except OSError:
            if not made:
                raise
            return bytes(made), False
        return bytes(made), True

    return undo


_UNDOING: Final = {
    "gzip": _inflated(zlib.MAX_WBITS | 16),
    "x-gzip": _inflated(zlib.MAX_WBITS | 16),
    "deflate": _deflated,
    "br": _streamed("BrotliReader"),
    "zstd": _streamed("ZstdReader"),
    "chunked": _streamed("ChunkedReader"),
}
