"""The labelled pages that the line model learns from, and what is made of them."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import regex
import trafilatura
from inscriptis import get_text
from lxml import html
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from dedup.segment import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

STAYS, GOES, COMMENT, UNKNOWN = 0, 1, 2, -1
_LABELS: Final = {"keep": STAYS, "title": STAYS, "drop": GOES}
FOLDS: Final = 5

LINES: Final = "boilerplate/lines-train.jsonl.gz"
HTML: Final = ("wcxb-dev", "magic-article", "trafilatura-half")


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A text and what is known of its lines that are not blank."""

    set: str
    version: str
    id: str
    domain: str
    lines: tuple[tuple[int, str], ...]
    """Blank lines before, and the line."""
    labels: NDArray[np.int8]
    titles: NDArray[np.bool_]
    """Lines that are a title; they stay, and no yardstick counts them."""
    made: bool = False
    """Whether it was put together here; such pages are learnt from and not counted."""

    @property
    def text(self) -> bytes:
        """The text in UTF-8."""
        return "".join("\n" * gap + line + "\n" for gap, line in self.lines).encode()

    @property
    def characters(self) -> NDArray[np.int64]:
        """Of each line."""
        return np.array([len(line) for _, line in self.lines], np.int64)

    @property
    def fold(self) -> int:
        """The part that its domain belongs to."""
        return int.from_bytes(hashlib.sha256(b"fold" + self.domain.encode()).digest()[:4], "big") % FOLDS

    def only(self, chosen: Sequence[int]) -> Page:
        """Make a page of some lines."""
        lines = tuple(self.lines[at] for at in chosen)
        at = np.array(chosen, np.int64)
        return replace(self, lines=lines, labels=self.labels[at], titles=self.titles[at], made=True)


def _page(row: dict[str, Any], version: str, lines: list[tuple[str, int]], titles: list[bool]) -> Page:
    placed: list[tuple[int, str]] = []
    labels: list[int] = []
    marked: list[bool] = []
    gap = 0
    for (text, label), title in zip(lines, titles, strict=True):
        for piece in re.split(r"\r\n|\r|\n", text):
            line = piece.strip(INVISIBLE)
            if line:
                placed.append((gap, line))
                labels.append(label)
                marked.append(title)
            gap = 0 if line else gap + 1
    return Page(
        row["set"], version, row["id"], row["domain"], tuple(placed), np.array(labels, np.int8), np.array(marked, bool)
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def labelled(data: Path) -> list[Page]:
    """Read the labelled lines."""
    return [
        _page(
            row,
            row["version"],
            [(line[0], _LABELS.get(line[1], UNKNOWN)) for line in row["lines"]],
            [line[1] == "title" for line in row["lines"]],
        )
        for row in _rows(data / LINES)
    ]


_CONTAINER: Final = re.compile(
    r"(?:^|[^a-z])(?:comments?|commentlist|disqus|livefyre|respond|kommentare?|commentaires?|comentarios?|komentar\w*"
    r"|reacties|opinie)(?:[^a-z]|$)"
)
_OTHER: Final = re.compile(
    r"recent|widget|enabled|count|link|has-comments|option|social|js-extra|meta|number|gallery|summary-item|conversion"
    r"|lazy|style"
)
_NO_CONTAINERS: Final = {"body", "html", "main", "article", "a", "span", "input", "form", "p"}
_NEAR: Final = 25
"""Lines within which a short line of a comment section must have a long one."""


def _words(text: str) -> str:
    return " " + " ".join(regex.findall(r"\w+", text.lower())) + " "


def _containers(tree: html.HtmlElement) -> str:
    """Give the text of the parts whose id or class says that they hold comments."""
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in _NO_CONTAINERS:
            continue
        name = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
        if _CONTAINER.search(name) and not _OTHER.search(name):
            found.append(element)
    inner = set(found)
    tops = [element for element in found if not any(above in inner for above in element.iterancestors())]
    return "\n".join(
        get_text(html.tostring(top, encoding="unicode")) for top in tops if len(top.text_content().strip()) > 200
    )


def discussions(data: Path) -> list[Page]:
    """
    Read web pages with comment sections, flattened in three ways.

    What stands in the section and not in the text is a comment; the text is the labelled one, or where there is none
    what trafilatura takes for it; all else is unknown, or where there is a labelled text, goes.
    """
    made: list[Page] = []
    for name in HTML:
        for row in _rows(data / "html" / f"{name}.jsonl.gz"):
            source = re.sub(r"<\?xml[^>]*\?>", "", row["html"])
            tree = html.fromstring(source)
            for element in list(tree.iter("script", "style", "noscript")):
                if element.getparent() is not None:
                    element.drop_tree()
            section = _words(_containers(tree))
            if not 150 < len(section) < 0.9 * len(_words(tree.text_content())):
                continue
            gold = _words(row.get("gold") or "")
            text = gold if len(gold) > 2 else _words(_extracted(source, comments=False))
            for version, flat in _flattened(source):
                named = {**row, "set": f"{name} comments"}
                made += _discussion(named, version, flat, section, text, whole=len(gold) > 2)
    return made


def _extracted(source: str, *, comments: bool) -> str:
    return trafilatura.extract(source, include_comments=comments, favor_recall=comments, deduplicate=False) or ""


def _flattened(source: str) -> Iterator[tuple[str, str]]:
    whole = extract_plain_text(HTMLTree.parse(source), preserve_formatting=True, main_content=False, links=False)
    yield "flat_resiliparse", whole
    yield "flat_inscriptis", get_text(source)
    yield "half_trafilatura", _extracted(source, comments=True)


def _discussion(
    row: dict[str, Any], version: str, flat: str, section: str, text: str, *, whole: bool
) -> Iterator[Page]:
    labels: list[int] = []
    lines = flat.split("\n")
    for line in lines:
        words = _words(line)
        told, said = words in section, words in text
        if len(words) < 3 or (told and said):
            labels.append(UNKNOWN)
        elif told:
            labels.append(COMMENT)
        elif said and (whole or len(words) > 27):
            labels.append(STAYS)
        else:
            labels.append(GOES if whole else UNKNOWN)
    long = [at for at, line in enumerate(lines) if labels[at] == COMMENT and len(line) > 40]
    for at, label in enumerate(labels):
        if label == COMMENT and not any(abs(at - other) <= _NEAR for other in long):
            labels[at] = UNKNOWN
    if long:
        yield _page(row, version, list(zip(lines, labels, strict=True)), [False] * len(lines))


SIZES: Final = (3, 5, 8, 15, 30, 80)
"""Lines of comments, or comments, that are put below a text at most."""
LONG: Final = 40
"""Characters of a line that is what a comment says, and no name or date."""
NAMES: Final = (
    "Anna", "seadog", "Tom K.", "J. Miller", "María", "Professor", "thomas_b", "Kowalski", "NightOwl", "Иван", "Ayşe",
    "Budi", "小明", "guest", "Anonymous", "Claire D", "xXwolfXx", "Heinz", "Giulia", "realist", "A. Reader", "たなか",
)  # fmt: skip
TITLES: Final = (
    "Comments", "3 Comments", "12 comments", "Leave a comment", "Kommentare", "5 Kommentare", "Commentaires",
    "2 commentaires", "Comentarios", "4 comentarios", "Comentários", "Commenti", "Komentarze", "Комментарии",
    "Yorumlar", "Komentar", "评论", "コメント", "Reader comments", "Join the discussion", "Responses",
)  # fmt: skip
SYSTEMS: Final = (
    ("{name} | {number} years ago | Reply", "{said}"),
    ("{name} • {number} months ago", "{said}", "• Reply • Share ›"),
    ("{name} says:", "{month}/{day}/{year} at {hour}:{minute} pm", "{said}", "Reply"),
    ("{name} on {year}-{month}-{day} at {hour}:{minute} said:", "{said}"),
    ("{name}", "{number} hours ago", "{said}", "Like · Reply"),
    ("{name}", "{said}", "Reply", "Report"),
    ("Posted by {name}, {day}.{month}.{year} {hour}:{minute}", "{said}"),
    ("{number}. {name} wrote:", "{said}"),
    ("{said}", "– {name}, {day}/{month}/{year}"),
    ("{said}",),
    ("{name}: {said}",),
    ("{name} sagt:", "{day}. Mai {year} um {hour}:{minute} Uhr", "{said}", "Antworten"),
    ("{name} schrieb vor {number} Stunden", "{said}", "Antworten", "Melden"),
    ("{name} dit :", "{day} juin {year} à {hour} h {minute} min", "{said}", "Répondre"),
    ("{name} dice:", "{day} enero, {year} a las {hour}:{minute}", "{said}", "Responder"),
    ("{name} disse:", "{day} de março de {year} às {hour}:{minute}", "{said}", "Responder"),
    ("{name} ha scritto:", "{day} luglio {year} alle {hour}:{minute}", "{said}", "Rispondi"),
    ("{name} pisze:", "{day} maja {year} o {hour}:{minute}", "{said}", "Odpowiedz"),
    ("{name}", "{number} часов назад", "{said}", "Ответить"),
    ("{name} dedi ki:", "{number} gün önce", "{said}", "Yanıtla"),
    ("{name} berkata:", "{number} jam yang lalu", "{said}", "Balas"),
    ("{name} {year}-{month}-{day} {hour}:{minute}", "{said}", "回复 举报"),
    ("{number}: {name} {year}/{month}/{day} {hour}:{minute}", "{said}", "返信"),
)
"""What common comment systems put around what people say, in many languages."""


def more(pages: Sequence[Page]) -> Iterator[Page]:
    """
    Put together pages that the labelled ones are not: clean ones, short ones, texts with other pages' pieces.

    A model that knows whole web pages only would find something to remove in every text, and miss the few lines of
    furniture that a text has been left with.
    """
    draw = random.Random(7)  # noqa: S311 - the same pages every time, no secret
    talks = [
        [page for page in pages if (page.labels == COMMENT).sum() >= 6 and page.fold == part] for part in range(FOLDS)
    ]
    others = [
        [page for page in pages if (page.labels == GOES).sum() >= 2 and page.fold == part] for part in range(FOLDS)
    ]
    for page in pages:
        texts = np.flatnonzero(page.labels == STAYS).tolist()
        if len(texts) < 2:
            continue
        if draw.random() < 0.3:
            yield _spaced(page.only(texts), draw)
        if draw.random() < 0.3:
            start = draw.randrange(len(page.lines))
            crop = page.only(range(start, min(len(page.lines), start + draw.randint(2, 25))))
            if (crop.labels == STAYS).any():
                yield crop
        if draw.random() < 0.6:
            talk = draw.choice(talks[page.fold])
            below = _headed(talk, draw) if draw.random() < 0.5 else _talk(talk, draw)
            yield _spaced(_inserted(page.only(texts), below, len(texts)), draw)
        if draw.random() < 0.5:
            made = page.only(texts)
            for _ in range(draw.randint(1, 3)):
                at = draw.choice((0, len(made.lines), len(made.lines), draw.randrange(len(made.lines))))
                made = _inserted(made, _piece(draw.choice(others[page.fold]), draw), at)
            yield _spaced(made, draw)


def _talk(page: Page, draw: random.Random) -> Page:
    """Take comments out of a page, and what stands between them."""
    said = np.flatnonzero((page.labels == COMMENT) | (page.labels == GOES))
    first = int(np.flatnonzero(page.labels == COMMENT)[0])
    chosen = [int(at) for at in said if at >= first][: draw.choice(SIZES)]
    if draw.random() < 0.6:  # extraction often loses names and dates
        chosen = [at for at in chosen if len(page.lines[at][1]) > 40] or chosen
    return page.only(chosen)


def _headed(page: Page, draw: random.Random) -> Page:
    """Take what comments of a page say, and put headers and buttons of another comment system around it."""
    said = [at for at in np.flatnonzero(page.labels == COMMENT).tolist() if len(page.lines[at][1]) > LONG]
    start = draw.randrange(len(said)) if said else 0
    system = draw.choice(SYSTEMS)
    lines: list[str] = [draw.choice(TITLES)] if draw.random() < 0.5 else []
    for at in said[start : start + draw.choice(SIZES)]:
        values = {
            "name": draw.choice(NAMES) + draw.choice(("", "", "", str(draw.randrange(100)))),
            "number": draw.randrange(1, 25), "day": draw.randrange(1, 29), "month": draw.randrange(1, 13),
            "year": draw.randrange(2005, 2026), "hour": draw.randrange(1, 13), "minute": draw.randrange(10, 60),
        }  # fmt: skip
        lines += (part.format(said=page.lines[at][1], **values) for part in system)
    return replace(
        page,
        lines=tuple((0, line) for line in lines),
        labels=np.full(len(lines), COMMENT, np.int8),
        titles=np.zeros(len(lines), bool),
        made=True,
    )


def _piece(page: Page, draw: random.Random) -> Page:
    """Take a few lines in a row that go out of a page."""
    goes = np.flatnonzero(page.labels == GOES).tolist()
    start = draw.randrange(len(goes))
    end = start + 1
    while end < len(goes) and end < start + draw.choice((2, 5, 12, 25)) and goes[end] == goes[end - 1] + 1:
        end += 1
    return page.only(goes[start:end])


def _inserted(text: Page, part: Page, at: int) -> Page:
    """Put a part before a line of a text."""
    return replace(
        text,
        lines=(*text.lines[:at], *part.lines, *text.lines[at:]),
        labels=np.insert(text.labels, at, part.labels),
        titles=np.insert(text.titles, at, part.titles),
    )


def _spaced(page: Page, draw: random.Random) -> Page:
    """Let the lines be, put them together, or put a blank line between them, as is done most often in plain text."""
    gap = draw.choice((None, 0, 1, 1))
    return page if gap is None else replace(page, lines=tuple((gap, line) for _, line in page.lines))
