"""What blocks call themselves, what the headings above them call them, and where they stand below the title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dedup.markup.phrases import PHRASES, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.markup.arrays import F32, I64
    from dedup.markup.blocks import Layout
    from dedup.markup.words import Words

_LEVELS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "legend": 7, "summary": 7, "dt": 7}
_LESS: Final = 8
"""Level of a line that is a heading by its looks only."""
_SHORT: Final = 80
"""Characters of a block that may be a heading by its looks."""
_BOLD: Final = 0.9
_ALIKE: Final = 0.5
"""Share of the words of a block and the page's title from which the block is the title."""
FAR: Final = 999


def headings(page: Layout, tokens: Sequence[Words], strong: F32, titled: F32) -> F32:
    """
    Give a row of numbers for each block, (n, f).

    strong  (n,)  share of characters in bold type
    titled  (n,)  share of words in common with the page's title
    """
    blocks = page.blocks
    tags = [page.containers[block.container].tag for block in blocks]
    looks = [
        len(block.text) < _SHORT and (bold > _BOLD or block.text.endswith(":"))
        for block, bold in zip(blocks, strong.tolist(), strict=True)
    ]
    levels = np.array([_LEVELS.get(tag, _LESS * look) for tag, look in zip(tags, looks, strict=True)])
    over = _over(levels > 0)
    depths = np.array([page.containers[block.container].depth for block in blocks])
    said = np.array([told(words) for words in tokens])[:, None] & (1 << np.arange(len(PHRASES))) != 0
    order = np.arange(len(blocks))
    there = over >= 0
    columns = [
        said,
        said[over] & there[:, None],
        np.stack(
            [
                levels,
                np.where(there, levels[over], _LESS + 1),
                np.where(there, order - over, -1),
                np.where(there, depths - depths[over], -FAR),
                _behind(titled >= _ALIKE),
                _behind(np.array([tag == "h1" for tag in tags])),
            ],
            axis=1,
        ),
    ]
    return np.concatenate(columns, axis=1, dtype=np.float32)


def _over(heads: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> I64:
    """Give the place of the heading before each block, -1 where there is none."""
    order = np.arange(len(heads))
    last = np.maximum.accumulate(np.where(heads, order, -1))
    return np.concatenate([[-1], last[:-1]])


def _behind(marked: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> I64:
    """Give how many blocks each stands behind the first that is marked; before it they are below zero."""
    order = np.arange(len(marked))
    return order - int(np.argmax(marked)) if marked.any() else np.full(len(marked), -FAR)
