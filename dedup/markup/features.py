"""
What a block is judged by: numbers of its text, of where it stands, of what is said elsewhere, and of its page.

Distances to what is not there are far; shares are of characters unless said otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.markup.headings import headings
from dedup.markup.places import LINKED, LONG, places
from dedup.markup.words import Elsewhere, repeated, runs_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.markup.arrays import F32
    from dedup.markup.blocks import Block, Layout
    from dedup.markup.words import Runs, Words

_STOPS: Final = re.compile(r"[.!?。！？…]")
_COMMAS: Final = re.compile(r"[,;:，；：、،]")
_ENDS: Final = re.compile(r"[.!?。！？…][\"'”’»)\]]*$")
_DATE: Final = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d")
_MARKS: Final = re.compile(r"[|›»·•→<>/©®#@]")


class Said(NamedTuple):
    """What else there is to know of a page."""

    title: str
    description: str
    """What its head says of it; empty where it says nothing."""
    body: str
    """Its article as its linked data quote it; empty where they do not."""
    kind: Sequence[float]
    """See `kind.kinds`."""
    other: str
    """What another extractor takes."""


class Facts(NamedTuple):
    """What is known of a page's blocks."""

    rows: F32
    """(n, f)."""
    tokens: list[Words]
    voted: F32
    """(n,) Share that another extractor takes."""


def facts(page: Layout, said: Said) -> Facts:
    """Gather what is known of a page's blocks."""
    tokens = [words_of(block.text) for block in page.blocks]
    runs = [runs_of(words) for words in tokens]
    title = set(words_of(said.title))
    own = np.array([_own(block, words, title) for block, words in zip(page.blocks, tokens, strict=True)], np.float32)
    sizes, linked, strong, titled = own[:, 0], own[:, 3], own[:, 4], own[:, -1]
    other = Elsewhere(said.other)
    voted = np.array([other.share(*block) for block in zip(tokens, runs, strict=True)], np.float32)
    whole = [*_whole(page, sizes, linked), np.log1p(other.words), np.log1p(len(said.body)), *said.kind]
    columns = [
        own,
        voted[:, None],
        _quoted(tokens, runs, said),
        places(page, sizes, linked, voted),
        headings(page, tokens, strong, titled),
        np.tile(np.array(whole, np.float32), (len(tokens), 1)),
    ]
    return Facts(np.concatenate(columns, axis=1, dtype=np.float32), tokens, voted)


def _quoted(tokens: list[Words], runs: list[Runs], said: Said) -> F32:
    """Tell what of blocks stands in the page's head, and in blocks before them."""
    description, body = Elsewhere(said.description), Elsewhere(said.body)
    columns = [
        [description.share(*block) for block in zip(tokens, runs, strict=True)],
        [description.held(each) for each in runs],
        [body.share(*block) if said.body else -1.0 for block in zip(tokens, runs, strict=True)],
        repeated(runs),
    ]
    return np.array(columns, np.float32).T


def _own(block: Block, words: list[str], title: set[str]) -> list[float]:
    text = block.text
    size = len(text)
    visible = max(1, size - text.count(" "))
    return [
        size,
        len(words),
        size / max(1, len(words)),
        min(1.0, block.linked / visible),
        min(1.0, block.strong / visible),
        len(_STOPS.findall(text)) / size,
        len(_COMMAS.findall(text)) / size,
        bool(_ENDS.search(text)),
        sum(map(str.isdigit, text)) / size,
        sum(map(str.isupper, text)) / size,
        bool(_DATE.search(text)),
        len(_MARKS.findall(text)) / size,
        text.count("\n"),
        text[:1].isupper(),
        text.endswith(":"),
        len(title.intersection(words)) / max(1, len(title.union(words))),
    ]


def _whole(page: Layout, sizes: F32, linked: F32) -> list[float]:
    """Tell of the page."""
    total = float(sizes.sum())
    return [
        float(np.log1p(len(sizes))),
        float(np.log1p(total)),
        float(linked @ sizes) / total,
        float(((sizes > LONG) & (linked < LINKED)).mean()),
        max((container.siblings for container in page.containers if container.prose > 4 * LONG), default=0),
    ]
