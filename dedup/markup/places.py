"""Where blocks stand: the containers around them, those that look alike, and the blocks before and behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.markup.blocks import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.markup.arrays import F32, F64, I64
    from dedup.markup.blocks import Layout

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
LINKED: Final = 0.3
"""Share of characters in links from which a block is no prose."""
LEVELS: Final = 4
"""Containers around a block that are looked at one by one."""
TAKEN: Final = 0.5
"""Share of a block from which another extractor takes it."""
WHOLE: Final = 0.95
"""Share of a page's characters from which a container is the whole page."""


def places(page: Layout, sizes: F32, linked: F32, voted: F32) -> F32:
    """
    Give a row of numbers for each block, (n, f).

    sizes   (n,)  characters
    linked  (n,)  share of them in links
    voted   (n,)  share that another extractor takes
    """
    columns = (
        _order(page, sizes, linked),
        _around(page, sizes),
        _neighbours(sizes, linked, voted),
        _taken(page, sizes, voted),
    )
    return np.concatenate(columns, axis=1, dtype=np.float32)


def _order(page: Layout, sizes: F32, linked: F32) -> F32:
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


def _neighbours(sizes: F32, linked: F32, voted: F32) -> F32:
    """Tell of the blocks before and behind."""
    n = len(sizes)
    order = np.arange(n)
    prose = np.where((sizes > LONG) & (linked < LINKED), sizes, 0)
    each = np.concatenate([sizes[:, None], linked[:, None], voted[:, None]], axis=1)
    mass = np.concatenate([prose[:, None], (sizes * linked)[:, None], (voted * sizes)[:, None]], axis=1)
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


def _taken(page: Layout, sizes: F32, voted: F32) -> F32:
    """Tell what another extractor takes of the containers around blocks and of those that look alike, and how far."""
    containers = page.containers
    homes = np.array([block.container for block in page.blocks])
    alike = looks_of(page)
    mass = sizes * voted
    chars = np.bincount(homes, sizes, len(containers))
    took = np.bincount(homes, mass, len(containers))
    parents = np.array([container.parent for container in containers])
    for number in range(len(containers) - 1, 0, -1):
        parent = parents[number]
        if parent >= 0:
            chars[parent] += chars[number]
            took[parent] += took[number]
    columns = [(np.bincount(alike, mass) / np.bincount(alike, sizes))[alike]]
    level = homes
    for _ in range(LEVELS):
        columns += [took[level] / np.maximum(1, chars[level]), took[level] / max(1.0, mass.sum())]
        level = np.where(parents[level] >= 0, parents[level], level)
    order = np.arange(len(sizes))
    there = np.flatnonzero(voted >= TAKEN)
    first, last = (there[0], there[-1]) if len(there) else (-1, len(sizes))
    before = np.cumsum(sizes) - sizes
    columns += [order - first, order - last, np.sign(order - first) * np.log1p(np.abs(before - before[first]))]
    return np.stack(columns, axis=1).astype(np.float32)
