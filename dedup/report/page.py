"""
The page, `report.html`: one file with its style, its script and its data, that loads nothing from anywhere.

Texts of a corpus stand in it as JSON only, in which every character that could end or begin markup is escaped; the
script puts them on the page as text, never as markup. A Content-Security-Policy allows that one script and that one
style, by their digests, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

STYLES: Final = ("page.css",)
SCRIPTS: Final = ("page.js", "summary.js", "decisions.js", "clusters.js", "diff.js", "document.js", "start.js")
"""In this order one script."""
_ESCAPED: Final = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
"""Occur in JSON only inside strings, where the escape means the same."""


def embedded(value: object) -> bytes:
    """Write JSON that can stand inside a `script` element, whatever its strings hold."""
    text = orjson.dumps(value)
    for character, escape in _ESCAPED.items():
        text = text.replace(character.encode(), escape.encode())
    return text


def write(out: BinaryIO, facts: dict[str, Any], documents: Iterable[tuple[int, bytes]]) -> None:
    """
    Write the page: `facts` is what is read when it is opened, `documents` what is read when one of them is.

    A document is its number in the facts' list of names and its `embedded` form.
    """
    style, script = (_joined(names) for names in (STYLES, SCRIPTS))
    page = Template(_part("page.html")).substitute(
        style=style, script=script, style_digest=_digest(style), script_digest=_digest(script)
    )
    head, _, tail = page.partition("<!-- data -->\n")
    out.write(head.encode())
    out.write(_block("facts", embedded(facts)))
    out.writelines(_block(f"document-{number}", data) for number, data in documents)
    out.write(tail.encode())


def _part(name: str) -> str:
    return files("dedup.report").joinpath(name).read_text(encoding="utf-8")


def _joined(names: Iterable[str]) -> str:
    return "\n" + "\n".join(map(_part, names))


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _block(name: str, data: bytes) -> bytes:
    return b'<script type="application/json" id="%s">%s</script>\n' % (name.encode(), data)
