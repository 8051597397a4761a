"""What is left of a document: the same lines and words that reading the remaining text anew would give."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedup import segment
from dedup.kernel.words import Words
from dedup.records import Page, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.kernel.arrays import I64


@dataclass(frozen=True, slots=True)
class Rest:
    """A page and its words without some spans, and where what is left stood."""

    page: Page
    words: Words
    starts: I64
    """(k,): where the kept stretches begin in the whole text."""
    places: I64
    """(k + 1,): where they begin in the rest; the last is its length."""

    @classmethod
    def of(cls, page: Page, words: Words, spans: Sequence[Span]) -> Rest:
        """Cut spans, which are disjoint and in text order, out of a page."""
        if not spans:
            return cls(page, words, np.array([0]), np.array([0, len(page.text)]))
        edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(page.text)]
        starts, ends = np.array(edges[::2]), np.array(edges[1::2])
        places = np.concatenate(([0], np.cumsum(ends - starts)))
        text = "".join(page.text[start:end] for start, end in zip(starts, ends, strict=True))

        def shifted(at: I64) -> I64:
            kept = np.searchsorted(starts, at, side="right") - 1
            shift: I64 = places[kept] + np.minimum(at, ends[kept]) - starts[kept]
            return shift

        kept = np.searchsorted(starts, words.starts, side="right") == np.searchsorted(ends, words.starts, "right") + 1
        remaining = Words(
            words.hashes[kept],
            shifted(words.starts[kept]).astype(np.int32),
            shifted(words.ends[kept]).astype(np.int32),
        )
        return cls(segment.page(text), remaining, starts, places)

    def origin(self, span: Span) -> list[Span]:
        """Give the stretches of the whole text that a span of the rest holds, without white space around them."""
        first, last = np.searchsorted(self.places, (span.start, span.end - 1), side="right") - 1
        edges = [span.start, *self.places[first + 1 : last + 1].tolist(), span.end]
        result: list[Span] = []
        for kept, (start, end) in enumerate(pairwise(edges), int(first)):
            piece = self.page.text[start:end]
            start += len(piece) - len(piece.lstrip())  # noqa: PLW2901 - the white space is not wanted
            shift = int(self.starts[kept] - self.places[kept])
            if piece.strip():
                result.append(Span(start + shift, start + shift + len(piece.strip())))
        return result
