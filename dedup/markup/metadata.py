"""What a page tells of itself: title, author, date, language and address, from its head."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urldefrag, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_LONG: Final = 300
"""Characters of a field at most."""
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NAMES: Final = {
    "title": ("og:title", "twitter:title", "dc.title"),
    "author": ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "citation_author"),
    "date": (
        "article:published_time",
        "datepublished",
        "dc.date.issued",
        "dc.date",
        "date",
        "pubdate",
        "parsely-pub-date",
        "sailthru.date",
        "citation_publication_date",
    ),
    "language": ("og:locale", "content-language", "dc.language"),
}
"""Names of `meta` elements by what they tell, the best first."""
_DESCRIPTIONS: Final = frozenset({"description", "og:description", "twitter:description"})
_TAGS: Final = re.compile(r"<[^<>]*>")


def metadata(root: _Element, url: str) -> dict[str, str]:
    """
    Give `title`, `author`, `date` (ISO 8601), `language` and `canonical`, as far as the page tells them.

    `canonical` is the address, made absolute and without a fragment, that the page says is its own.
    """
    told: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = " ".join((element.get("content") or "").split())
        if name and content:
            told.setdefault(name.lower(), content)
    linked = _linked(root)
    found = {
        "title": next((told[name] for name in _NAMES["title"] if name in told), _title(root)),
        "author": next(_authors(told, linked), ""),
        "date": next(_dates(root, told, linked), ""),
        "language": root.get("lang") or next((told[name] for name in _NAMES["language"] if name in told), ""),
        "canonical": _canonical(root, url),
    }
    return {name: value[:_LONG] for name, value in found.items() if value}


def quoted(root: _Element) -> tuple[str, str]:
    """Give what a page's head quotes of its text: its descriptions, one a line, and the body of its article."""
    descriptions = (
        element.get("content") or ""
        for element in root.iter("meta")
        if (element.get("property") or element.get("name") or "").lower() in _DESCRIPTIONS
    )
    bodies = (record.get("articleBody") for record in _every_linked(root, "articleBody"))
    body = max((body for body in bodies if isinstance(body, str)), key=len, default="")
    return "\n".join(dict.fromkeys(descriptions)), _TAGS.sub(" ", body)


def _title(root: _Element) -> str:
    return next((" ".join("".join(each.itertext()).split()) for each in root.iter("title")), "")


def _authors(told: dict[str, str], linked: dict[str, Any]) -> Iterator[str]:
    authors = linked.get("author")
    every = authors if isinstance(authors, list) else [authors]
    names = [each.get("name") if isinstance(each, dict) else each for each in every]
    known = [name.strip() for name in names if isinstance(name, str) and name.strip()]
    if known:
        yield ", ".join(known)
    yield from (told[name] for name in _NAMES["author"] if name in told and "://" not in told[name])


def _dates(root: _Element, told: dict[str, str], linked: dict[str, Any]) -> Iterator[str]:
    given = [linked.get("datePublished"), *map(told.get, _NAMES["date"])]
    given += [element.get("datetime") for element in root.iter("time")][:1]
    for date in given:
        if isinstance(date, str) and (found := _DATE.match(date.strip())):
            yield found[0]


def _linked(root: _Element) -> dict[str, Any]:
    """Give the first linked-data record that tells a date or an author."""
    return next(_every_linked(root, "datePublished", "author"), {})


def _every_linked(root: _Element, *names: str) -> Iterator[dict[str, Any]]:
    """Give the linked-data records that have a field of one of the names."""
    for script in root.iter("script"):
        if script.get("type") == "application/ld+json" and script.text and any(name in script.text for name in names):
            with suppress(ValueError, RecursionError):
                for record in _records(json.loads(script.text, strict=False)):
                    if not record.keys().isdisjoint(names):
                        yield record


def _records(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each
            graph = each.get("@graph")
            if isinstance(graph, list):
                yield from (part for part in graph if isinstance(part, dict))


def _canonical(root: _Element, url: str) -> str:
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            with suppress(ValueError):
                address = str(urldefrag(urljoin(url, link.get("href").strip())).url)
                if urlsplit(address).scheme in {"http", "https"}:
                    return address
    return ""
