"""The bytes of a page as text: what the page, its server and the bytes themselves tell of the encoding, weighed."""

from __future__ import annotations

import codecs
import re
from typing import Final

_HEAD: Final = 2048
"""Bytes among which a page tells its encoding; browsers look at 1024."""
_TOLD: Final = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([-\w]{2,40})", re.IGNORECASE
)
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks and the encodings that begin with them."""
_WIDER: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254"}
"""What pages that name an encoding are in fact written in (WHATWG Encoding, section 4.2)."""
_BAD: Final = 0.01
"""Share of characters that do not decode from which an encoding cannot be the right one."""
_SAMPLE: Final = 1 << 18


def decoded(markup: bytes, charset: str) -> str:
    """
    Decode a page, of which a server may have told the charset.

    A byte order mark is believed first, then whatever of server and page decodes nearly all, then UTF-8, then what
    charset-normalizer takes it for; bytes that do not decode become U+FFFD.
    """
    for mark, encoding in MARKS:
        if markup.startswith(mark):
            return markup[len(mark) :].decode(encoding, "replace")
    told = _TOLD.search(markup[:_HEAD])
    named = [charset, told[1].decode("ascii", "replace") if told else ""]
    for encoding in dict.fromkeys(filter(None, ("utf-8", *map(_known, named)))):
        try:
            return markup.decode(encoding)
        except UnicodeDecodeError:
            pass
    for encoding in dict.fromkeys(filter(None, map(_known, named))):
        text = markup.decode(encoding, "replace")
        if text.count("\ufffd") <= _BAD * len(text):
            return text
    return markup.decode(detected(markup), "replace")


def _known(name: str) -> str:
    """Give Python's name of an encoding; empty for none that a page can have."""
    try:
        found = codecs.lookup(name.strip("\"' ")).name
        "".encode(found)
        b"".decode(found)
    except (LookupError, TypeError, ValueError):
        return ""
    if found.startswith(("utf-16", "utf-32")):  # a page that can tell it is not written so
        return "utf-8"
    return _WIDER.get(found, found)


def detected(data: bytes) -> str:
    """Name the encoding that charset-normalizer takes bytes for, by the first of them."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only what tells nothing needs it

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else "utf-8"
