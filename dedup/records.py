"""
The nouns of the house: documents, spans, lines, findings and their evidence.

Everything here is a frozen value. Offsets are code points of a document's *base text* (the text as read, or
as extracted from markup), half-open, and never of any folded form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, overload


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters from `start` up to, not including, `end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Document:
    """A text and the name it goes by; the name is unique in its corpus."""

    id: str
    text: str

    @property
    def whole(self) -> Span:
        """The span of the whole text."""
        return Span(0, len(self.text))


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds something other than white space."""

    number: int
    """Place among all lines of the text, blank ones included, from 0."""
    span: Span
    """Without the white space around it."""
    text: str
    """The characters of `span`."""
    gap: int
    """Blank lines between the previous non-blank line (or the start of the text) and this one."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines(Sequence[Line]):
    """
    Lines that hold something other than white space, in order.

    A page may have thousands of which a few are looked at, so they are kept as columns, and made when asked for.
    """

    numbers: list[int]
    """As in `Line`."""
    starts: list[int]
    """Of their spans."""
    texts: list[str]

    def __len__(self) -> int:
        return len(self.texts)

    def span(self, first: int, last: int) -> Span:
        """Give the span from one line's beginning to another's end."""
        return Span(self.starts[first], self.starts[last] + len(self.texts[last]))

    @overload
    def __getitem__(self, at: int) -> Line: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...

    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(at, slice):
            return tuple(map(self.__getitem__, range(*at.indices(len(self)))))
        start, text, number = self.starts[at], self.texts[at], self.numbers[at]
        before = self.numbers[at - 1] if at % len(self) else -1
        return Line(number, Span(start, start + len(text)), text, number - before - 1)


@dataclass(frozen=True, slots=True)
class Page:
    """A text seen as its non-blank lines."""

    text: str
    lines: Lines


@dataclass(frozen=True, slots=True)
class Pattern:
    """Evidence: a rule recognised this wording or layout."""

    excerpt: str
    """The words that gave it away, at most 80 characters."""


@dataclass(frozen=True, slots=True)
class Score:
    """Evidence: the line model found that these lines look like boilerplate."""

    probability: float
    """That such a line should go, on the average of the lines."""
    because: tuple[str, ...]
    """What spoke most for it, the strongest first."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """Evidence: a short line recurs in other documents."""

    documents: int
    """That hold such a line, this one among them; those of which all lines are the same count as one."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Evidence: the removed span says again what another, kept, span says."""

    document: str
    start: int
    end: int
    jaccard: float
    """Exact, of the two spans' sets of 3-word shingles."""
    likeness: float | None = None
    """What words in order, figures and names come to, see `kernel.likeness`; of paragraphs across documents."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Evidence: how the removed document compares with one that stays, counted in 5-word shingles."""

    document: str
    jaccard: float
    """shared / union."""
    containment: float
    """Share of the removed document's shingles that the kept one holds."""
    shared: int
    union: int
    likeness: float | None = None
    """What the parts come to, see `kernel.likeness`; none of them is there where shingle sets alone decided."""
    words: float | None = None
    """Share of the removed document's words that the kept one has in the same passages."""
    covers: float | None = None
    """Share of the kept document's words that the removed one has in the same passages."""
    figures: float | None = None
    """How well their figures agree, against ordinary words; at most 1."""
    names: float | None = None
    """How well their names agree, against ordinary words; at most 1."""


@dataclass(frozen=True, slots=True)
class Address:
    """Evidence: the removed document is from an address that another one is known by."""

    document: str
    """What stays: that document, or the one because of which it went itself."""
    url: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Evidence: a document holds an item of an evaluation set."""

    item: str
    """The item's name."""
    start: int
    """Of the longest stretch of the document that the item has, word by word."""
    end: int
    covered: float
    """Share of the item's words that lie in n-grams which the document has."""
    words: int
    """In the item."""


Evidence: TypeAlias = Pattern | Score | Frequency | Copy | Likeness | Address | Overlap


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of a document, the reason it should go, and what speaks for it."""

    document: str
    span: Span
    reason: str
    """A reason's code, such as `BP101`; see `dedup rules`."""
    rule: str
    """The reason's name, such as `comment-block`."""
    confidence: float
    """In (0, 1]; 1 only for what was measured exactly."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Removal(Finding):
    """A finding that is acted upon."""


@dataclass(frozen=True, slots=True)
class Suspicion(Finding):
    """A finding that is reported and removes nothing."""


@dataclass(frozen=True, slots=True)
class Match:
    """Two documents that verification found alike; `a` sorts before `b`."""

    a: str
    b: str
    jaccard: float
    containment: float
    """Share of the smaller document's shingles that the larger one holds."""
    shared: int
    union: int
    likeness: float | None = None
    """The greater of what speaks for letting either go; the next four as in `Likeness`, of `a` and of `b`."""
    a_words: float | None = None
    b_words: float | None = None
    figures: float | None = None
    names: float | None = None


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A span of a document."""

    document: str
    span: Span

    def __str__(self) -> str:
        return f"{self.document}[{self.span.start}:{self.span.end}]"


@dataclass(frozen=True, slots=True)
class PassageMatch:
    """Two paragraphs, of one document or of two, that verification found alike; `a` sorts before `b`."""

    a: Passage
    b: Passage
    jaccard: float
    """Exact, of their sets of 3-word shingles."""
    containment: float
    """Share of the smaller paragraph's shingles that the larger one holds."""
    likeness: float
    """The greater of what speaks for letting either go; see `kernel.likeness`."""
    together: bool
    """Whether a paragraph beside one is like that beside the other: a copied passage, rather than a notice."""
