"""
What a block is judged by: numbers of its text, of the containers around it, of its neighbours, and of its page.

Distances to what is not there are `FAR`; shares are of characters unless said otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.markup.blocks import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.markup.blocks import Block, Layout

F32: TypeAlias = NDArray[np.float32]
F64: TypeAlias = NDArray[np.float64]
I64: TypeAlias = NDArray[np.int64]

TAGS: Final = {
    tag: number
    for number, tag in enumerate(
        "p li td dd dt div h1 h2 h3 h4 h5 h6 blockquote pre figcaption section article tr* summary caption".split(" ")
    )
}
AROUND: Final = tuple(
    "article main nav header footer aside form table ul ol dl blockquote figure noscript section details".split(" ")
)
FAR: Final = 30
LONG: Final = 60
"""Characters of a block that may be prose."""
LEVELS: Final = 4
"""Containers around a block that are looked at one by one."""
WHOLE: Final = 0.95
"""Share of a page's characters from which a container is the whole page."""
RUN: Final = 4
"""Words that are looked up together in another extractor's text."""

_WORD: Final = re.compile(r"\w+")
_SINGLE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_STOPS: Final = re.compile(r"[.!?。！？…]")
_COMMAS: Final = re.compile(r"[,;:，；：、،]")
_ENDS: Final = re.compile(r"[.!?。！？…][\"'”’»)\]]*$")
_DATE: Final = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d")
_MARKS: Final = re.compile(r"[|›»·•→<>/©®#@]")


def words_of(text: str) -> list[str]:
    """Give the words of a text, each character of Chinese, Japanese and Korean as one."""
    text = text.lower()
    return _WORD.findall(text if text.isascii() else _SINGLE.sub(r" \g<0> ", text))


class Vote:
    """Where another extractor's text holds a block."""

    def __init__(self, text: str) -> None:
        """Take its text, one block a line."""
        self._lines = {" ".join(words_of(line)) for line in text.split("\n")}
        words = words_of(text)
        self.words = len(words)
        self._runs = set(_runs(words))

    def share(self, words: list[str]) -> float:
        """Give the share of a block's runs of words that the text holds; of a short block, whether it is a line."""
        if len(words) < RUN + 2 and " ".join(words) in self._lines:
            return 1.0
        runs = list(_runs(words))
        return sum(run in self._runs for run in runs) / len(runs) if runs else 0.0


def _runs(words: list[str]) -> zip[tuple[str, ...]]:
    return zip(*(words[shift:] for shift in range(RUN)), strict=False)


def features(page: Layout, vote: Vote, title: str, kind: Sequence[float]) -> F32:
    """Give a row of numbers for each of a page's blocks, (n, f); `kind` is what the page says of its own."""
    tokens = [words_of(block.text) for block in page.blocks]
    heading = set(words_of(title))
    own = np.array([_own(block, words, heading) for block, words in zip(page.blocks, tokens, strict=True)], np.float32)
    sizes, linked = own[:, 0], own[:, 3]
    told = np.array([[vote.share(words)] for words in tokens], np.float32)
    columns = [
        own,
        told,
        _places(page, sizes, linked),
        _around(page, sizes),
        _neighbours(sizes, linked, told),
        np.tile(_whole(page, sizes, linked, vote), (len(tokens), 1)),
        np.tile(np.array(kind, np.float32), (len(tokens), 1)),
    ]
    return np.concatenate(columns, axis=1, dtype=np.float32)


def _own(block: Block, words: list[str], heading: set[str]) -> list[float]:
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
        len(heading & set(words)) / max(1, len(heading | set(words))),
    ]


def _places(page: Layout, sizes: F32, linked: F32) -> F32:
    """Tell where blocks stand, and what those that look alike have in common."""
    n = len(sizes)
    containers = page.containers
    homes = [containers[block.container] for block in page.blocks]
    alike = looks_of(page)
    same = _numbered([block.text for block in page.blocks])
    counts = np.bincount(alike)
    order = np.arange(n)
    before = np.cumsum(sizes) - sizes
    return np.stack(
        [
            order,
            order / n,
            n - order,
            before / sizes.sum(),
            [TAGS.get(home.tag, -1) for home in homes],
            [home.depth for home in homes],
            [home.siblings for home in homes],
            [home.hidden for home in homes],
            np.bincount(same)[same],
            counts[alike],
            (np.bincount(alike, sizes) / counts)[alike],
            (np.bincount(alike, linked) / counts)[alike],
        ],
        axis=1,
    ).astype(np.float32)


def looks_of(page: Layout) -> I64:
    """Number the looks of blocks: their containers' tags and first classes, (n,)."""
    containers = page.containers
    homes = [containers[block.container] for block in page.blocks]
    return _numbered([(containers[home.parent].look if home.parent >= 0 else "", home.look) for home in homes])


def _numbered(keys: Sequence[object]) -> I64:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)


def _around(page: Layout, sizes: F32) -> F32:
    """Tell of the containers around blocks: how far what kinds are, and what the nearest hold."""
    containers = page.containers
    bits = 1 << np.arange(len(WORDS))
    kinds = np.concatenate(
        [
            np.array([container.names for container in containers])[:, None] & bits != 0,
            np.array([[container.tag == tag for tag in AROUND] for container in containers]),
        ],
        axis=1,
    )
    far = np.where(kinds, 1, FAR)
    parents = np.array([container.parent for container in containers])
    for number, parent in enumerate(parents.tolist()):
        if parent >= 0:
            np.minimum(far[number], far[parent] + 1, out=far[number])
    np.minimum(far, FAR, out=far)
    homes = np.array([block.container for block in page.blocks])
    nearest = far[homes]
    inline = (np.array([block.names for block in page.blocks])[:, None] & bits) != 0
    nearest[:, : len(WORDS)][inline] = 0
    chars, links, prose, siblings, blocks = np.array(
        [(each.chars, each.linked, each.prose, each.siblings, each.blocks) for each in containers], np.float64
    ).T
    total = sizes.sum()
    held = np.maximum(chars, 1)
    facts = np.stack([chars / total, links / held, prose / held, siblings, blocks], axis=1)
    columns = [nearest.astype(np.float64)]
    level = homes
    for _ in range(LEVELS):
        level = np.where(parents[level] >= 0, parents[level], level)
        columns.append(facts[level])
    inner, outer, main = _repeated(parents, facts, prose)
    for found in (inner, outer):
        there = found[homes]
        columns.append(np.where(there[:, None] >= 0, facts[there], 0))
    columns.append(main[homes][:, None])
    return np.concatenate(columns, axis=1).astype(np.float32)


def _repeated(parents: I64, facts: F64, prose: F64) -> tuple[I64, I64, F64]:
    """
    Find for each container the nearest and the farthest one around it that stands among others of its look.

    And the largest share of the page's prose in one around it that is not the whole page.
    """
    chars, _, _, siblings, blocks = facts.T
    repeats = (siblings > 2) & (blocks > 1)  # noqa: PLR2004 - three of a kind
    inner = np.where(repeats, np.arange(len(parents)), -1)
    outer = inner.copy()
    main = np.where(chars < WHOLE, prose / max(1.0, prose[0]), 0)
    for number, parent in enumerate(parents.tolist()):
        if parent >= 0:
            if inner[number] < 0:
                inner[number] = inner[parent]
            if outer[parent] >= 0:
                outer[number] = outer[parent]
            main[number] = max(main[number], main[parent])
    return inner, outer, main


def _neighbours(sizes: F32, linked: F32, told: F32) -> F32:
    """Tell of the blocks before and behind."""
    n = len(sizes)
    order = np.arange(n)
    prose = np.where((sizes > LONG) & (linked < 0.3), sizes, 0)  # noqa: PLR2004 - prose has some links
    each = np.concatenate([sizes[:, None], linked[:, None], told], axis=1)
    mass = np.concatenate([prose[:, None], (sizes * linked)[:, None], told * sizes[:, None]], axis=1)
    columns = []
    for shift in (-3, -2, -1, 1, 2, 3):
        there = (order + shift >= 0) & (order + shift < n)
        columns.append(np.where(there[:, None], each[np.clip(order + shift, 0, n - 1)], -1))
    for wide in (3, 8, 20):
        around = _window(sizes[:, None], wide)
        columns += [around, _window(mass, wide) / np.maximum(around, 1)]
    last = np.maximum.accumulate(np.where(prose > 0, order, -10_000))
    following = np.minimum.accumulate(np.where(prose > 0, order, 10_000)[::-1])[::-1]
    columns += [
        (order - last)[:, None],
        (following - order)[:, None],
        (np.cumsum(prose) / max(1, prose.sum()))[:, None],
    ]
    return np.concatenate(columns, axis=1).astype(np.float32)


def _window(values: F32, wide: int) -> F64:
    """Sum up values of so many blocks before and behind each, and its own."""
    n = len(values)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    order = np.arange(n)
    found: F64 = sums[np.minimum(order + wide + 1, n)] - sums[np.maximum(order - wide, 0)]
    return found


def _whole(page: Layout, sizes: F32, linked: F32, vote: Vote) -> F32:
    """Tell of the page."""
    total = float(sizes.sum())
    return np.array(
        [
            np.log1p(len(sizes)),
            np.log1p(total),
            float(linked @ sizes) / total,
            float(((sizes > LONG) & (linked < 0.3)).mean()),  # noqa: PLR2004 - prose has some links
            np.log1p(vote.words),
            max((container.siblings for container in page.containers if container.prose > 4 * LONG), default=0),
        ],
        np.float32,
    )
