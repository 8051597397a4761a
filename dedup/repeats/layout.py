"""A page as words in lines: what stands where, and where sentences end."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import regex

from dedup.records import Page, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.kernel.arrays import I64
    from dedup.kernel.words import Words

DENSE: Final = 0.5  # of a word: one character of a script written without spaces (a Chinese word has 1.5 to 2)
FIRST_DENSE: Final = "\u0e00"  # Thai; the scripts without spaces come behind it, one-letter words of others before
COUNTED: Final = 240  # words whose script is looked at; past that every text is long enough for every rule

ENDS: Final = regex.compile(r"[.!?…。！？｡．؟۔।។]")
CLOSED: Final = regex.compile(r"[.!?…。！？｡．؟۔।។][\p{Pe}\p{Pf}\p{Pi}\"'*]*\Z")
NUMBER: Final = regex.compile(r"\p{N}+")
OPENS: Final = regex.compile(r"[\p{Ps}\p{Pi}¿¡]*\Z")


@dataclass(frozen=True)
class Layout:
    """A page, its words, and where its lines lie among them."""

    text: str
    lines: list[str]
    starts: list[int]
    """Where each begins in the text."""
    ends: list[int]
    words: Words
    heads: list[int]
    """Each line's first word."""
    tails: list[int]
    """Behind each line's last word."""

    @classmethod
    def of(cls, page: Page, words: Words) -> Layout:
        """Place the lines of a page among its words."""
        starts, lines = page.lines.starts, page.lines.texts
        ends = [start + len(line) for start, line in zip(starts, lines, strict=True)]
        heads, tails = np.searchsorted(words.starts, np.array([starts, ends], np.int32)).tolist()
        return cls(page.text, lines, starts, ends, words, heads, tails)

    def line_of(self, word: int) -> int:
        """Give the line that holds a word."""
        return bisect_right(self.tails, word)

    def written(self, word: int) -> str:
        """Give a word as it is written."""
        return self.text[self.words.starts[word] : self.words.ends[word]]

    def has_capitals(self, word: int) -> bool:
        """Tell whether the text from a word on uses upper case as sentences do."""
        text = self.text[self.words.starts[word] : self.words.starts[word] + 400]
        return not text.islower() and not text.isupper()

    def between(self, word: int) -> tuple[int, int, str]:
        """
        Cut what stands between `word` and the one before it in its line: where the former ends, where `word` begins.

        Closing punctuation belongs to the word before, opening punctuation to the word behind.
        """
        left, right = int(self.words.ends[word - 1]), int(self.words.starts[word])
        gap = self.text[left:right]
        parts = gap.split()
        if not parts:
            return left, right, ""
        if gap == parts[0]:
            opening = OPENS.search(gap)
            cut = opening.start() if opening else len(gap)
            return left + cut, left + cut, gap[:cut]
        closing = parts[0] if not gap[0].isspace() else ""
        return left + len(closing), right - (len(parts[-1]) if not gap[-1].isspace() else 0), closing

    def ends_sentence(self, word: int, line: int) -> bool:
        """Tell whether the line begins or ends, or a sentence ends, right before `word`."""
        if word in (self.heads[line], self.tails[line]):
            return True
        before, behind, closing = self.between(word)
        initial = self.words.ends[word - 1] - self.words.starts[word - 1] == 1 and closing == "."
        glued = before == behind and (self.written(word)[0].islower() or self.written(word)[0].isdigit())
        return bool(ENDS.search(closing)) and not (initial or glued)  # U.S. firms; 2.5, example.org

    def sentences(self, line: int) -> Iterator[tuple[int, int]]:
        """Cut the words of a line into sentences."""
        head, tail = int(self.heads[line]), int(self.tails[line])
        first = head
        for word in range(head + 1, tail):
            if self.ends_sentence(word, line):
                yield first, word
                first = word
        yield first, tail

    def span(self, first: int, last: int) -> Span:
        """Give the span of the words from `first` to before `last`, with the punctuation that belongs to them."""
        line = self.line_of(first)
        start = self.starts[line] if first == self.heads[line] else self.between(first)[1]
        line = self.line_of(last - 1)
        return Span(start, self.ends[line] if last == self.tails[line] else self.between(last)[0])

    @cached_property
    def _figures(self) -> I64:
        places = np.fromiter((found.start() for found in NUMBER.finditer(self.text)), np.int64)
        return np.unique(np.searchsorted(self.words.starts, places, side="right") - 1)

    def figures(self, first: int, last: int) -> I64:
        """Give those of the words from `first` to before `last` that hold a digit."""
        low, high = np.searchsorted(self._figures, (first, last))
        return self._figures[low:high]

    def numerals(self, first: int, last: int) -> str:
        """Give the numerals of the words from `first` to before `last`, end to end."""
        span = self.span(first, last)
        return "".join(NUMBER.findall(self.text, span.start, span.end))

    @cached_property
    def _solo(self) -> list[int]:
        """How many words of one character of a script without spaces stand before each word, and before the end."""
        codes = np.frombuffer(self.text.encode("utf-32-le"), np.uint32)
        words = self.words
        solo = (words.ends - words.starts == 1) & (codes[words.starts] >= ord(FIRST_DENSE))
        return [0, *np.cumsum(solo).tolist()]

    def weight(self, first: int, last: int) -> float:
        """Count words, a character of a script without spaces as `DENSE` words."""
        solo = self._solo[max(first, min(last, first + COUNTED))] - self._solo[first]
        return last - first - solo * (1 - DENSE)
