"""Words of pages, and where else runs of them stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

RUN: Final = 4
"""Words that are looked up together."""
_WORD: Final = re.compile(r"\w+")
_SINGLE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

Words: TypeAlias = list[str]
Runs: TypeAlias = list[tuple[str, ...]]


def words_of(text: str) -> Words:
    """Give the words of a text, each character of Chinese, Japanese and Korean as one."""
    text = text.lower()
    return _WORD.findall(text if text.isascii() else _SINGLE.sub(r" \g<0> ", text))


def runs_of(words: Words) -> Runs:
    """Give every `RUN` words in a row."""
    return list(zip(*(words[shift:] for shift in range(RUN)), strict=False))


class Elsewhere:
    """Another text, in which blocks of a page may stand."""

    def __init__(self, text: str) -> None:
        """Take the text, one block a line."""
        self._lines = {" ".join(words_of(line)) for line in text.split("\n")}
        words = words_of(text)
        self.words = len(words)
        self._runs = frozenset(runs_of(words))

    def share(self, words: Words, runs: Runs) -> float:
        """Give the share of a block's runs of words that stand here; of a short block, whether it is a line."""
        if len(words) < RUN + 2 and " ".join(words) in self._lines:
            return 1.0
        return sum(run in self._runs for run in runs) / len(runs) if runs else 0.0

    def held(self, runs: Runs) -> float:
        """Give the share of this text's runs of words that stand in a block."""
        return len(self._runs.intersection(runs)) / len(self._runs) if self._runs else 0.0


def repeated(blocks: Iterable[Runs]) -> list[float]:
    """Give for block after block the share of its runs of words that stand in one before it, as in a quotation."""
    seen: set[tuple[str, ...]] = set()
    shares = []
    for runs in blocks:
        shares.append(sum(run in seen for run in runs) / len(runs) if runs else 0.0)
        seen.update(runs)
    return shares
