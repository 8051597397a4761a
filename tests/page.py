"""A report's page as values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK: Final = re.compile(rb'<script type="application/json" id="([a-z0-9-]+)">([^<]*)</script>\n')


def blocks(page: Path) -> dict[str, Any]:
    """Give all that stands in a page as data."""
    return {name.decode(): orjson.loads(data) for name, data in _BLOCK.findall(page.read_bytes())}


def documents(page: Path) -> dict[str, dict[str, Any]]:
    """Give the documents that are shown with their texts, by their ids."""
    found = blocks(page)
    return {found["facts"]["names"][number]: found[f"document-{number}"] for number in found["facts"]["shown"]}


def base(document: dict[str, Any]) -> str:
    """Put the segments of a document together."""
    return "".join(text for text, _ in document["segments"])
