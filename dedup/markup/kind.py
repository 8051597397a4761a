"""What a page says of its own kind: in its address, its head and its linked data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lxml.etree import _Element

_ADDRESS: Final = [
    re.compile(rf"(?<![a-z])(?:{words})(?![a-z])")
    for words in (
        r"forums?|threads?|topics?|viewtopic|showthread|community|discuss(?:ions?)?|questions?|board|t|answers",
        r"products?|shop|store|p|dp|items?|buy",
        r"docs?|documentation|reference|api|manual|guides?|help|wiki|tutorials?|learn|support|kb",
        r"category|categories|tags?|archives?|search|list|collections?|index|browse|topics|directory|authors?",
        r"news|blog|articles?|stor(?:y|ies)|posts?|19\d\d|20\d\d|html?",
        r"about|services?|pricing|solutions|features|contact|jobs|careers|platform|company",
    )
]
_LINKED: Final = [
    re.compile(rf'"@type"\s*:\s*(?:\[[^]]*)?"(?:{types})"')
    for types in (
        "(?:News|Blog|Tech|Scholarly|Opinion|Reportage)?Article|BlogPosting|Report",
        "Product|ProductGroup|Offer|AggregateOffer",
        "QAPage|DiscussionForumPosting|Question|Comment|FAQPage",
        "ItemList|CollectionPage|SearchResultsPage|OfferCatalog",
        "Organization|LocalBusiness|Service|SoftwareApplication",
    )
]
_DISCUSSIONS: Final = _LINKED[2]
_TYPES: Final = ("article", "product", "website")
_MAKERS: Final = re.compile(
    r"discourse|phpbb|vbulletin|xenforo|flarum|nodebb|vanilla|invision|mybb|smf|simple machines"
)
_DOCUMENTED: Final = re.compile(r"sphinx|docusaurus|mkdocs|gitbook|jsdoc|javadoc|doxygen|hugo|mediawiki|vitepress")


_FORUM: Final = re.compile(
    r"(?<![a-z])(?:forums?|threads?|viewtopic|showthread|boards?|questions?|community|discuss(?:ions?)?|topics?)(?![a-z])"
)


def is_discussion(root: _Element, url: str) -> bool:
    """Tell whether a page is a discussion by its address, its linked data or what it was made with."""
    told, linked = _head(root)
    return bool(_FORUM.search(url.lower()) or _DISCUSSIONS.search(linked) or _MAKERS.search(told.get("generator", "")))


def _head(root: _Element) -> tuple[dict[str, str], str]:
    """Give what a page's head tells by name, and its linked data."""
    told = {
        (meta.get("property") or meta.get("name") or "").lower(): (meta.get("content") or "").lower()
        for meta in root.iter("meta")
    }
    scripts = (script for script in root.iter("script") if script.get("type") == "application/ld+json")
    return told, " ".join(script.text or "" for script in scripts)


def kinds(root: _Element, url: str) -> list[float]:
    """Give numbers of a page's kind: words of its address, its own types, and what it was made with."""
    parts = urlsplit(url)
    path = f"{parts.hostname or ''}{parts.path}?{parts.query}".lower()
    segments = [segment for segment in parts.path.split("/") if segment]
    last = segments[-1] if segments else ""
    told, linked = _head(root)
    maker = told.get("generator", "")
    return [
        *(bool(words.search(path)) for words in _ADDRESS),
        len(segments),
        last.count("-"),
        any(map(str.isdigit, last)),
        bool(parts.query),
        *(told.get("og:type", "").startswith(name) for name in _TYPES),
        "article:published_time" in told,
        *(bool(types.search(linked)) for types in _LINKED),
        bool(_MAKERS.search(maker)),
        bool(_DOCUMENTED.search(maker)),
    ]
