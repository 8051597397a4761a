"""
A page as blocks: the runs of text between the elements that begin a new line, each with the containers it stands in.

Nothing is recursive, so that the depth of a page is bounded by nothing but its size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

UNSEEN: Final = frozenset(
    "script style template svg title select button iframe object embed canvas audio video map input textarea math"
    " datalist meta link".split(" ")
)
"""Elements whose text is not the page's."""
READINGS: Final = frozenset({"rt", "rp", "rtc"})
"""Elements that say how the characters beside them are read."""
BREAKING: Final = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noscript ol p pre section summary"
    " table tbody td tfoot th thead tr ul".split(" ")
)
"""Elements that begin a line of their own."""
CELLS: Final = frozenset({"td", "th"})
ROW: Final = "tr*"
"""A row of a table whose cells hold nothing but text: a block."""
_STRONG: Final = frozenset({"b", "strong", "em", "i"})
_NAMED: Final = frozenset({"a", "span", "time", "label", "cite", "small", "font", "abbr"})
"""Elements inside lines whose names are looked at."""
_LONG: Final = 400
"""Characters of an element's names that are looked at."""
_PROSE: Final = 60
"""Characters of a block that may be prose."""
_INSIDE: Final = tuple(sorted(BREAKING - CELLS))
WORDS: Final[dict[str, str]] = {
    "content": r"content|article|body|story|entry|text|main|prose|markdown|editor|detail",
    "post": r"post|message|msg|thread|topic|forum|answer|question|bbcode|reply body",
    "comment": r"comments?|disqus|respond|reply|replies|kommentare?|commentaires?|comentarios?|livefyre|discussion",
    "navigation": r"nav|navigation|navbar|menu|breadcrumbs?|crumbs?|pagination|pager|paging|toc|tabs?|skip|sitemap",
    "foot": r"foot|footer|copyright|legal|imprint|colophon|bottom|disclaimer",
    "aside": r"side|sidebar|aside|widget|rail|secondary|column|complementary|infobox|box",
    "related": r"related|recommend|recommended|recommendations|more|also|teaser|promo|popular|trending|latest|read|"
    r"suggested|similar|next|prev|previous|recent|most|top|highlights?",
    "share": r"share|sharing|social|follow|facebook|twitter|addthis|likes?|sns",
    "about": r"author|byline|bio|meta|date|time|published|tags?|categor(?:y|ies)|info|credits?|source|kicker|timestamp",
    "advert": r"ads?|advert|advertisement|sponsor|sponsored|banner|commercial|werbung|anzeige|promotion|dfp",
    "consent": r"cookies?|consent|gdpr|modal|popup|overlay|newsletter|subscribe|subscription|signup|login|register|"
    r"paywall|cta|notice|alert|form|search|dialog",
    "goods": r"product|price|cart|shop|sku|specs?|specifications?|description|features?|reviews?|ratings?|availability",
    "item": r"item|card|tile|list|grid|listing|results?|row|cell|col|carousel|slider|slide|swiper|gallery",
    "head": r"head|header|masthead|topbar|top bar|logo|site title|brand",
    "title": r"title|headline|heading|hed|subtitle|dek|lead|intro|summary|abstract|standfirst|excerpt|caption",
    "user": r"user|users|username|profile|member|members|avatar|signature|joined|rank|poster|nick(?:name)?|reputation",
    "quote": r"quote|quotes|quoted|blockquote|citation|zitat|cite",
    "code": r"code|highlight|syntax|snippet|listing|prism|hljs|language|terminal|output",
    "hidden": r"hidden|hide|invisible|sr only|screen reader|visually|print|offscreen|collapsed?",
}
"""Words in an element's class, id, role or property, by what they tell of its text."""
_WORDS: Final = [re.compile(rf"(?<![a-z])(?:{words})(?![a-z])") for words in WORDS.values()]
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINTS: Final = re.compile(r"[^a-z]+")
_SPACE: Final = re.compile(r"[ \t\r\n\f\xa0\u2000-\u200a\u202f\u205f\u3000]+")
_LAID: Final[dict[int, str | None]] = {0xA0: " ", **dict.fromkeys(map(ord, "\xad\u200b\u2060\ufeff"))}
"""Characters that tell where lines may break, and what is left of them."""
_CONCEALED: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_COMMENTS: Final = re.compile(
    r"(?<![a-z])(?:comments|comment-?(?:list|area|section|thread|body|content|text|wrap(?:per)?|item)|comments-area"
    r"|disqus_thread|respond|kommentare|commentaires|comentarios|commenti|komentarze)(?![a-z])",
    re.IGNORECASE,
)
ATTRIBUTES: Final = ("class", "id", "role", "itemprop", "itemtype")


@lru_cache(1 << 15)
def told(names: str) -> int:
    """Give the kinds of `WORDS` that an element's names hold, a bit each."""
    plain = _JOINTS.sub(" ", _CAMEL.sub(" ", names).lower())
    if not plain.strip():
        return 0
    return sum(1 << bit for bit, pattern in enumerate(_WORDS) if pattern.search(plain))


@dataclass(slots=True)
class Container:
    """An element that begins a line."""

    tag: str
    parent: int
    """Number of the container around it; -1 for the root."""
    depth: int
    names: int
    """What `told` its names."""
    hidden: bool
    comments: bool
    """Whether it is, or stands in, what the page itself calls its comments."""
    look: str
    """Tag and first class."""
    siblings: int = 1
    """Containers of the same look beside it, itself included."""
    chars: int = 0
    linked: int = 0
    blocks: int = 0
    prose: int = 0
    """Characters in blocks that read like sentences."""


@dataclass(slots=True)
class Block:
    """A run of text."""

    text: str
    container: int
    linked: int
    """Characters inside links."""
    strong: int
    """Characters in bold or emphasised type."""
    names: int
    """What the names of inline elements around all of it tell."""


@dataclass(slots=True)
class Layout:
    """The blocks of a page in order, and the containers by number."""

    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)


def layout(root: _Element) -> Layout:
    """Lay a page out."""
    page = Layout()
    walk = _Walk(page)
    walk.go(root)
    _count(page)
    return page


class _Open(NamedTuple):
    """An element whose end has not come yet."""

    element: _Element
    children: Iterator[_Element]
    before: int
    """The container around it."""
    kind: str
    """Its tag if it is a link, bold type or a block, else empty."""
    names: int
    """What its names told that those around it had not."""


class _Walk:
    def __init__(self, page: Layout) -> None:
        self._page = page
        self._open: list[_Open] = []
        self._pieces: list[str] = []
        self._length = self._linked = self._strong = 0
        self._links = self._bold = self._breaks = 0
        self._container = -1
        self._names = 0

    def go(self, root: _Element) -> None:
        self._enter(root)
        while self._open:
            child = next(self._open[-1].children, None)
            if child is None:
                self._leave()
            elif not isinstance(child.tag, str):
                self._add(child.tail)
            elif child.tag in UNSEEN:
                self._add(" ")
                self._add(child.tail)
            elif child.tag in READINGS:
                self._add(child.tail)
            elif child.tag == "br":
                self._break()
                self._add(child.tail)
            else:
                self._enter(child)

    def _enter(self, element: _Element) -> None:
        tag = element.tag
        before = self._container
        kind, names = "", 0
        if tag in CELLS and before >= 0 and self._page.containers[before].tag == ROW:
            self._add(" | " if self._length else "")
        elif tag in BREAKING or "-" in tag:
            self._flush()
            self._container = len(self._page.containers)
            self._page.containers.append(self._made(element, tag, before))
            kind = "block"
        else:
            if tag == "a":
                kind = "link"
                self._links += 1
            elif tag in _STRONG:
                kind = "bold"
                self._bold += 1
            if tag in _NAMED:
                names = told(_names(element)) & ~self._names
                self._names |= names
        self._open.append(_Open(element, iter(element), before, kind, names))
        self._add(element.text)

    def _leave(self) -> None:
        left = self._open.pop()
        if left.kind == "block":
            self._flush()
            self._container = left.before
        self._links -= left.kind == "link"
        self._bold -= left.kind == "bold"
        self._names &= ~left.names
        if self._open:
            self._add(left.element.tail)

    def _made(self, element: _Element, tag: str, before: int) -> Container:
        attributes = element.attrib
        first = attributes.get("class", "").split(None, 1)
        if tag == "tr" and next(element.iterdescendants(*_INSIDE), None) is None:
            tag = ROW
        above = self._page.containers[before] if before >= 0 else None
        hidden = (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or bool("style" in attributes and _CONCEALED.search(attributes["style"]))
        )
        return Container(
            tag=tag,
            parent=before,
            depth=above.depth + 1 if above else 0,
            names=told(_names(element)),
            hidden=hidden or (above.hidden if above else False),
            comments=bool(_COMMENTS.search(_names(element))) or (above.comments if above else False),
            look=f"{tag}.{first[0] if first else ''}",
        )

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._container >= 0 and self._page.containers[self._container].tag != "pre":
            text = _SPACE.sub(" ", text)
        if not text.isspace():
            self._breaks = 0
        size = len(text) - text.count(" ")
        self._pieces.append(text)
        self._length += size
        self._linked += size * (self._links > 0)
        self._strong += size * (self._bold > 0)

    def _break(self) -> None:
        self._breaks += 1
        if self._breaks > 1:
            self._flush()
        else:
            self._pieces.append("\n")

    def _flush(self) -> None:
        if self._length:
            text = "".join(self._pieces)
            if not text.isascii():
                text = normalize("NFC", text.translate(_LAID))
            if self._page.containers[self._container].tag == "pre":
                text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
            else:
                lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
                text = "\n".join(line for line in lines if line).strip(" |")
            if text:
                self._page.blocks.append(Block(text, self._container, self._linked, self._strong, self._names))
        self._pieces.clear()
        self._length = self._linked = self._strong = self._breaks = 0


def _names(element: _Element) -> str:
    return " ".join(filter(None, map(element.get, ATTRIBUTES)))[:_LONG]


_SENTENCE: Final = re.compile(r"[.!?。！？…;:,،，、]")


def _count(page: Layout) -> None:
    """Sum up what stands in each container, and count containers of one look side by side."""
    beside: dict[tuple[int, str], int] = {}
    for container in page.containers:
        key = (container.parent, container.look)
        beside[key] = beside.get(key, 0) + 1
    for container in page.containers:
        container.siblings = beside[container.parent, container.look]
    for block in page.blocks:
        size = len(block.text)
        own = page.containers[block.container]
        own.chars += size
        own.linked += min(block.linked, size)
        own.blocks += 1
        if size > _PROSE and block.linked < size / 3 and _SENTENCE.search(block.text):
            own.prose += size
    for container in reversed(page.containers):
        if container.parent >= 0:
            above = page.containers[container.parent]
            above.chars += container.chars
            above.linked += container.linked
            above.blocks += container.blocks
            above.prose += container.prose
