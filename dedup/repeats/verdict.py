"""What of a copy goes, and why; what is doubtful stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import regex

from dedup.reasons import DOUBLED_BODY, REPEATED_HEADLINE, REPEATED_PARAGRAPH
from dedup.repeats.layout import CLOSED, ENDS
from dedup.repeats.pieces import EDIT, pieces, segments, twin
from dedup.repeats.runs import HEADLINE, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.reasons import Reason
    from dedup.repeats.layout import Layout
    from dedup.repeats.pieces import Piece
    from dedup.repeats.runs import Run

PROSE: Final = 15  # words of a line that is a paragraph of prose
PARAGRAPH: Final = 20  # words of a paragraph that may go by itself
BODY: Final = 60  # words of a body
LOOSE: Final = 120  # words of a body whose lines are all short; a chorus or a strophe seldom has 80
SENTENCES: Final = 3  # of such a body, and of one without line breaks
ALIKE: Final = 0.7  # share of a body's words that both copies have
STRICT: Final = 0.95  # the same where the copy is no copy of the whole text
PARALLEL: Final = 0.9  # the same of a single paragraph
RARE: Final = 0.01  # of a body's words: figures so few that an edit may have changed them all
CHANGED: Final = 0.25  # share of a body's figures that may have another figure in their place; reports have more

QUOTED: Final = regex.compile(r"[\"'“„«‘‚>「『]")
ITEM: Final = regex.compile(r"[-*•·▪◦‣+–|]\s|\(?\p{Nd}{1,3}[.)]\s|\(?\p{Ll}\)\s")
CODE: Final = regex.compile(r"[{};<>=|\\_]")


def _figures(layout: Layout, run: Run, piece: Piece) -> tuple[int, int, int]:
    """Count a piece's words with digits: all (the larger side), those on one side only, those put for one another."""
    first, last = twin(layout, run, piece.first, piece.last)
    own = layout.figures(piece.first, piece.last)
    if run.count(piece.first, piece.last) == piece.last - piece.first == last - first:  # word for word
        return len(own), 0, 0
    others = layout.figures(first, last)
    if not (len(own) or len(others)):
        return 0, 0, 0
    if layout.numerals(piece.first, piece.last) == layout.numerals(first, last):  # 1,200 and 1200
        return max(len(own), len(others)), 0, 0
    said = run.said(piece.first, piece.last)
    mates = run.mates[said - run.low]
    new = own[~run.says(own)]
    slots = np.searchsorted(mates, others)  # mates rise
    gone = mates[np.minimum(slots, len(mates) - 1)] != others
    changed = {*np.searchsorted(said, new).tolist()} & {*slots[gone].tolist()}
    return max(len(own), len(others)), len(new) + int(gone.sum()), len(changed)


def _renamed(layout: Layout, run: Run, piece: Piece) -> bool:
    """Tell whether both sides have a word in upper case, beyond the first word, that the other lacks."""
    own = np.arange(piece.first + 1, piece.last)
    if not any(layout.written(word)[0].isupper() for word in own[~run.says(own)].tolist()):
        return False
    first, last = twin(layout, run, piece.first, piece.last)
    mates = run.mates[run.said(piece.first, piece.last) - run.low]
    others = np.arange(first + 1, last)
    gone = others[mates[np.minimum(np.searchsorted(mates, others), len(mates) - 1)] != others]  # mates rise
    return any(layout.written(word)[0].isupper() for word in gone.tolist())


def _is_code(layout: Layout, piece: Piece) -> bool:
    """Tell whether a piece has the punctuation of program text."""
    span = layout.span(piece.first, piece.last)
    return len(CODE.findall(layout.text, span.start, span.end)) * 8 > piece.last - piece.first


def _is_labelled(layout: Layout, run: Run, piece: Piece) -> bool:
    """Tell whether a piece begins with a label or an attribution that its twin lacks."""
    said = int(run.said(piece.first, piece.last)[0])
    return ":" in layout.text[layout.words.starts[piece.first] : layout.words.starts[said]]


@dataclass(slots=True)
class Balance:
    """What the pieces of a copy add up to, in words unless said otherwise."""

    words: float = 0
    """Characters of scripts without spaces weigh less."""
    size: int = 0
    """Of the larger side of each piece."""
    equal: int = 0
    code: int = 0
    labelled: int = 0
    items: int = 0
    """In short lines that are marked as items of a list."""
    figures: int = 0
    odd: int = 0
    changed: int = 0
    prose: int = 0
    """Lines that are paragraphs."""
    sentences: int = 0
    joined: bool = False
    """Whether one says again what fills several lines, as where line breaks were lost."""

    @classmethod
    def of(cls, layout: Layout, run: Run, pieces: Sequence[Piece]) -> Balance:
        """Add up the pieces."""
        sums = cls()
        for piece in pieces:
            first, last = twin(layout, run, piece.first, piece.last)
            span = layout.span(piece.first, piece.last)
            size = piece.last - piece.first
            words = layout.weight(piece.first, piece.last)
            figures, odd, changed = _figures(layout, run, piece)
            sums.words += words
            sums.size += max(size, last - first)
            sums.equal += run.count(piece.first, piece.last)
            sums.code += size * _is_code(layout, piece)
            sums.labelled += size * _is_labelled(layout, run, piece)
            sums.items += size * (size < BODY and ITEM.match(layout.text, span.start) is not None)
            sums.figures += figures
            sums.odd += odd
            sums.changed += changed
            sums.prose += piece.whole and words >= PROSE
            sums.sentences += len(ENDS.findall(layout.text, span.start, span.end))
            sums.joined |= layout.line_of(first) < layout.line_of(last - 1)
        return sums


def _is_body(layout: Layout, run: Run, pieces: Sequence[Piece], *, strictly: bool) -> bool:
    """
    Tell whether the pieces of a copy are enough, and enough like the first copy, to be a body standing again.

    Strictly, and in lists, all but a few words agree, and all figures and names.
    """
    sums = Balance.of(layout, run, pieces)
    templated = sums.changed > CHANGED * sums.figures and sums.changed > RARE * sums.size
    if sums.equal < ALIKE * sums.size or templated or max(sums.code, sums.labelled) > CHANGED * sums.size:
        return False
    if strictly or 2 * sums.items > sums.size:
        if sums.equal < STRICT * sums.size or sums.odd:
            return False
        if any(_renamed(layout, run, piece) for piece in pieces):
            return False
    if sums.prose > 1:
        return sums.words >= BODY
    if all(piece.whole for piece in pieces) and (strictly or not sums.joined):
        return len(pieces) >= SENTENCES <= sums.sentences and sums.words >= LOOSE
    longest = max(layout.weight(piece.first, piece.last) for piece in pieces)
    return sums.sentences >= SENTENCES and longest >= BODY


def _above(layout: Layout, word: int) -> list[int] | None:
    """Give the words of the heading, question or label right above the line that begins with a word, if any."""
    line = layout.line_of(word)
    if line == 0 or word != layout.heads[line]:
        return None
    head, tail = layout.heads[line - 1], layout.tails[line - 1]
    text = layout.lines[line - 1]
    if not text.endswith(("?", ":", "？", "：")) and (tail - head >= PROSE or CLOSED.search(text)):
        return None
    hashes: list[int] = layout.words.hashes[head:tail].tolist()
    return hashes


def _says_elsewhere(layout: Layout, run: Run, piece: Piece) -> bool:
    """Tell whether a heading, question, label or attribution that its twin lacks puts a piece to a use of its own."""
    if _is_labelled(layout, run, piece):
        return True
    above = _above(layout, piece.first)
    return above is not None and above != _above(layout, twin(layout, run, piece.first, piece.last)[0])


def _is_paragraph(layout: Layout, run: Run, piece: Piece) -> bool:
    """Tell whether one line is a paragraph of prose that says again just what one earlier paragraph says."""
    if not piece.whole:
        return False
    first, last = twin(layout, run, piece.first, piece.last)
    line, other = layout.line_of(piece.first), layout.line_of(first)
    size = max(piece.last - piece.first, last - first)
    text, before = layout.lines[line], layout.lines[other]
    return (
        layout.weight(piece.first, piece.last) >= PARAGRAPH
        and (first, last) == (layout.heads[other], layout.tails[other])
        and run.count(piece.first, piece.last) >= PARALLEL * size
        and bool(CLOSED.search(text) and CLOSED.search(before))
        and text.count(",") * 3 <= size
        and not _is_code(layout, piece)
        and not ITEM.match(text)
        and not (QUOTED.match(text) and not QUOTED.match(before))
        and not _figures(layout, run, piece)[1]
        and not _renamed(layout, run, piece)
        and not _says_elsewhere(layout, run, piece)
    )


def _is_headline(layout: Layout, run: Run, piece: Piece) -> bool:
    """Tell whether a line of a copy says the page's headline again."""
    first, last = twin(layout, run, piece.first, piece.last)
    other = layout.line_of(first)
    return (
        piece.whole
        and run.count(piece.first, piece.last) >= HEADLINE * (last - first)
        and layout.weight(first, last) < PARAGRAPH
        and other == 0
        and not layout.lines[other].endswith(".")
    )


def _verdict(layout: Layout, run: Run, pieces: Sequence[Piece], before: int) -> Iterator[tuple[Reason, list[Piece]]]:
    """
    Give what of a copy goes, and why; `before` counts the words in front of it that stay.

    A copy of at least half of what stands before it is a doubled body, edits and all. A smaller one may also be a
    quotation, a clause or the next section of a template: it goes only if it says nothing else.
    """
    body = 2 * (int(run.mates.max()) - int(run.mates[run.mates >= 0].min())) >= before
    if not body and _says_elsewhere(layout, run, pieces[0]):
        return
    if not _is_body(layout, run, pieces, strictly=not body):
        yield from ((REPEATED_PARAGRAPH, [piece]) for piece in pieces if _is_paragraph(layout, run, piece))
        return
    for segment in segments(pieces):
        if len(segment) > 1 and segment[0] == pieces[0] and _is_headline(layout, run, segment[0]):
            yield REPEATED_HEADLINE, segment[:1]
            yield DOUBLED_BODY, segment[1:]
        else:
            yield DOUBLED_BODY, segment


@dataclass(frozen=True, slots=True)
class Repeat:
    """Words that say again what other words say, and why they may go."""

    reason: Reason
    first: int
    last: int
    twin_first: int
    twin_last: int
    confidence: float


def _may_go(layout: Layout, run: Run) -> bool:
    """
    Tell whether a copy has long lines or many sentences; most are menus and tables, and are put aside early.

    Inside a line that is far longer, and has it again and again if it comes from a machine, it can only be a body.
    """
    first, last = layout.line_of(run.low), layout.line_of(run.high - 1)
    if first == last:
        head, tail = max(layout.heads[first], run.low - EDIT), min(layout.tails[first], run.high + EDIT)
        if 2 * (tail - head) < layout.tails[first] - layout.heads[first]:
            return layout.weight(head, tail) >= BODY and _has_sentences(layout, head, tail)
    sizes = [layout.tails[line] - layout.heads[line] for line in range(first, last + 1)]
    if max(sizes) >= PARAGRAPH or sum(size >= PROSE for size in sizes) > 1:
        return True
    return run.high - run.low >= LOOSE and _has_sentences(layout, layout.heads[first], layout.tails[last])


def _has_sentences(layout: Layout, first: int, last: int) -> bool:
    """Tell whether enough sentences for a body without long lines may end in or right behind some words."""
    behind = layout.words.starts[last] if last < len(layout.words.starts) else len(layout.text)
    return len(ENDS.findall(layout.text, layout.words.starts[first], behind)) >= SENTENCES


def repeats(layout: Layout) -> Iterator[Repeat]:
    """Find the repeats of a page, in text order."""
    gone = 0
    for run, ceiling in runs(layout):
        if not _may_go(layout, run):
            continue
        cut = list(pieces(layout, run, ceiling))
        least = PARAGRAPH if any(piece.whole for piece in cut) else BODY
        if sum(piece.last - piece.first for piece in cut) < least:
            continue
        for reason, part in _verdict(layout, run, cut, run.low - gone):
            first, last = part[0].first, part[-1].last
            twin_first, twin_last = twin(layout, run, first, last)
            equal = run.count(first, last) / max(last - first, twin_last - twin_first)
            gone += last - first
            yield Repeat(reason, first, last, twin_first, twin_last, equal)
