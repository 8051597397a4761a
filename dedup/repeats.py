"""
Repeats inside one document: doubled bodies, repeated paragraphs, headlines before a removed copy.

The kernel links every stretch of words to the place where the same words stood first, tolerating small edits. Here
links become spans. Where the copy fills lines, whole lines go; where line breaks are gone, the seam is sought at the
nearest end of a sentence. What has no counterpart in the first copy stays, and so does everything doubtful.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import regex

from dedup.kernel.repeats import chains
from dedup.kernel.words import Words
from dedup.reasons import DOUBLED_BODY, REPEATED_HEADLINE, REPEATED_PARAGRAPH
from dedup.records import Copy, Finding, Page, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.kernel.arrays import I32, I64, U64, Bools
    from dedup.reasons import Reason
    from dedup.records import Line

JOIN: Final = 200  # words between two chains of one copy: a block of advertisements, an added paragraph
STRETCH: Final = 10  # words in a row of a copied line that may lack a counterpart; more say something new
EDIT: Final = 30  # words in a row of a copied line that may replace as many others
NEAR: Final = 6  # words within which a copy's edge moves to the end of a sentence
PROSE: Final = 15  # words of a line that is a paragraph of prose
PARAGRAPH: Final = 20  # words of a paragraph that may go by itself
BODY: Final = 60  # equal words of a body
ALIKE: Final = 0.7  # share of a body's words that both copies have
STRICT: Final = 0.95  # the same where the copy is no copy of the whole text
RARE: Final = 0.01  # of a body's words: figures so few that an edit may have changed them all
CHANGED: Final = 0.25  # share of a body's figures that may have another figure in their place; reports have more
EXACT: Final = 0.98  # share of linked words from which a copy counts as unedited
LOOSE: Final = 120  # equal words of a body whose lines are all short; a chorus or a strophe seldom has 80
SHINGLE: Final = 3  # words of a shingle in the stated Jaccard
DENSE: Final = 0.5  # of a word: one character of a script written without spaces (a Chinese word has 1.5 to 2)

MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
SHIFT: Final = np.uint64(29)

SKIPS: Final = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (2, 2))

ENDS: Final = regex.compile(r"[.!?…。！？｡．؟۔।។]")
CLOSED: Final = regex.compile(r"[.!?…。！？｡．؟۔।។][\p{Pe}\p{Pf}\p{Pi}\"'*]*\Z")
OPENS: Final = regex.compile(r"[\p{Ps}\p{Pi}¿¡]*\Z")
QUOTED: Final = regex.compile(r"[\"'“„«‘‚>「『]")
ITEM: Final = regex.compile(r"[-*•·▪◦‣+–|]\s|\(?\p{Nd}{1,3}[.)]\s|\(?\p{Ll}\)\s")
CODE: Final = regex.compile(r"[{};<>=|\\_]")


@dataclass(frozen=True, slots=True)
class Layout:
    """A page, its words, and where its lines lie among them."""

    text: str
    lines: tuple[Line, ...]
    words: Words
    heads: I64
    """(lines,): each line's first word."""
    tails: I64
    """(lines,): behind each line's last word."""

    @classmethod
    def of(cls, page: Page, words: Words) -> Layout:
        """Place the lines of a page among its words."""
        starts = np.fromiter((line.span.start for line in page.lines), np.int64, len(page.lines))
        ends = np.fromiter((line.span.end for line in page.lines), np.int64, len(page.lines))
        heads = np.searchsorted(words.starts, starts).astype(np.int64)
        return cls(page.text, page.lines, words, heads, np.searchsorted(words.starts, ends).astype(np.int64))

    def line_of(self, word: int) -> int:
        """Give the line that holds a word."""
        return int(np.searchsorted(self.tails, word, side="right"))

    def joins(self, line: int) -> bool:
        """Tell whether only white space stands between a line and the one before it."""
        return not self.text[self.lines[line - 1].span.end : self.lines[line].span.start].strip()

    def joined(self, first: int, last: int) -> bool:
        """Tell whether only white space stands between the lines that hold two words, and those between."""
        return all(self.joins(line) for line in range(self.line_of(first) + 1, self.line_of(last) + 1))

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
        glued = before == behind and (self.written(word)[0].islower() or self.written(word)[0].isdigit())
        return bool(ENDS.search(closing)) and not glued  # 2.5, example.org

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
        start = self.lines[line].span.start if first == self.heads[line] else self.between(first)[1]
        line = self.line_of(last - 1)
        return Span(start, self.lines[line].span.end if last == self.tails[line] else self.between(last)[0])

    def figures(self, places: I64 | range) -> list[int]:
        """Give those of the words that hold a digit."""
        return [int(word) for word in places if any(map(str.isdigit, self.written(int(word))))]

    def weight(self, first: int, last: int) -> float:
        """Count words, a character of a script without spaces as `DENSE` words."""
        solo = sum(
            1
            for word in range(first, min(last, first + LOOSE * 2))
            if self.words.ends[word] - self.words.starts[word] == 1 and self.text[self.words.starts[word]] >= "\u0e00"
        )
        return last - first - solo * (1 - DENSE)


@dataclass(frozen=True, slots=True)
class Run:
    """A later stretch of words and, for each of them, the earlier word it says again."""

    low: int
    mates: I64
    """(high - low,): the place of the earlier word, or -1."""

    @property
    def high(self) -> int:
        """Behind the last word."""
        return self.low + len(self.mates)

    def said(self, first: int, last: int) -> I64:
        """Give those of the words from `first` to before `last` that have a mate."""
        first = max(first, self.low)
        return np.flatnonzero(self.mates[first - self.low : max(0, last - self.low)] >= 0) + first

    def mate(self, word: int) -> int:
        """Give a word's mate."""
        return int(self.mates[word - self.low])


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a copy that go together: a whole line, or part of one."""

    first: int
    last: int
    whole: bool


def _align(words: Words, i: int, i_end: int, j: int, j_end: int) -> list[tuple[int, int, int]]:
    """Match the few words between two links, in order."""
    matcher = SequenceMatcher(None, words.hashes[i:i_end].tolist(), words.hashes[j:j_end].tolist(), autojunk=False)
    return [(i + match.a, j + match.b, match.size) for match in matcher.get_matching_blocks() if match.size]


def _linked(blocks: I32, bounds: I64) -> Iterator[list[tuple[int, int, int]]]:
    """Join chains that follow one another in both places."""
    run: list[tuple[int, int, int]] = []
    for start, end in pairwise(bounds):
        chain = [(int(i), int(j), int(size)) for i, j, size in blocks[start:end]]
        if run:
            ahead = chain[0][0] - run[-1][0] - run[-1][2]
            behind = chain[0][1] - run[-1][1] - run[-1][2]
            if not (0 <= ahead <= JOIN and behind <= JOIN and chain[-1][0] + chain[-1][2] <= run[0][1]):
                yield run
                run = []
        run += chain
    if run:
        yield run


def _enough(layout: Layout, matched: Sequence[tuple[int, int, int]], size: int) -> bool:
    """Tell whether a line next to a copy belongs to it: most of its words do; nearly all where a headline may stand."""
    equal = sum(block[2] for block in matched)
    if not equal:
        return False
    share = 0.85 if layout.line_of(matched[0][0]) == 0 else 0.6 if size > 3 else 0.5
    return equal >= share * size


def _reach_back(layout: Layout, blocks: list[tuple[int, int, int]], floor: int) -> None:
    """Put in front the short lines before the copy that stand so before the first copy."""
    i, j, _ = blocks[0]
    line = layout.line_of(j)
    i -= j - int(layout.heads[line])
    if j - layout.heads[line] > STRETCH:
        return
    while line > 0 and i > 0:
        line -= 1
        head, tail = int(layout.heads[line]), int(layout.tails[line])
        if head == tail:
            continue
        if tail - head > LOOSE or head < floor:
            return
        matched = _align(layout.words, max(0, i - (tail - head) - 2), i, head, tail)
        if not _enough(layout, matched, tail - head):
            return
        blocks[:0] = matched
        i = matched[0][0] - (matched[0][1] - head)


def _reach_on(layout: Layout, blocks: list[tuple[int, int, int]], ceiling: int) -> None:
    """Append the short lines behind the copy that stand so behind the first copy."""
    i, j = blocks[-1][0] + blocks[-1][2], blocks[-1][1] + blocks[-1][2]
    line = layout.line_of(j - 1)
    i += int(layout.tails[line]) - j
    if layout.tails[line] - j > STRETCH:
        return
    limit = blocks[0][1]
    while line + 1 < len(layout.lines) and i < limit:
        line += 1
        head, tail = int(layout.heads[line]), int(layout.tails[line])
        if head == tail:
            continue
        if tail - head > LOOSE or tail > ceiling:
            return
        matched = _align(layout.words, i, min(limit, i + (tail - head) + 2), head, tail)
        if not _enough(layout, matched, tail - head):
            return
        blocks += matched
        i = matched[-1][0] + matched[-1][2] + tail - matched[-1][1] - matched[-1][2]


def _fill_in(layout: Layout, blocks: list[tuple[int, int, int]], ceiling: int) -> None:
    """Match the words between the links, and those left at either end of the lines where copy and first copy end."""
    words = layout.words
    for (i, j, size), (i_next, j_next, _) in list(pairwise(blocks)):
        if i_next > i + size and j_next > j + size and i_next - i - size + j_next - j - size > 2:
            blocks += _align(words, i + size, i_next, j + size, j_next)
    i, j = blocks[0][:2]
    head, twin_head = int(layout.heads[layout.line_of(j)]), int(layout.heads[layout.line_of(i)])
    if head < j <= head + EDIT and twin_head < i <= twin_head + EDIT:
        blocks += _align(words, twin_head, i, head, j)
    i, j = max((i + size, j + size) for i, j, size in blocks)
    tail, twin_tail = int(layout.tails[layout.line_of(j - 1)]), int(layout.tails[layout.line_of(i - 1)])
    if j < tail <= min(ceiling, j + EDIT) and i < twin_tail <= min(head, i + EDIT):
        blocks += _align(words, i, twin_tail, j, tail)


def _runs(layout: Layout, blocks: I32, bounds: I64) -> Iterator[tuple[Run, int]]:
    """Give each copy as far as it reaches, and where the next one begins at the earliest."""
    linked = list(_linked(blocks, bounds))
    floor = 0
    for number, run in enumerate(linked):
        ceiling = linked[number + 1][0][1] if number + 1 < len(linked) else len(layout.words.hashes)
        _reach_back(layout, run, floor)
        _reach_on(layout, run, ceiling)
        _fill_in(layout, run, ceiling)
        low = min(block[1] for block in run)
        floor = max(block[1] + block[2] for block in run)
        mates = np.full(floor - low, -1, np.int64)
        for i, j, size in run:
            mates[j - low : j - low + size] = np.arange(i, i + size)
        yield Run(low, mates), ceiling


def _edge(layout: Layout, i: int, j: int, step: int, i_end: int, j_end: int) -> int:
    """
    Walk from the last link (i, j) of a copy outward over single equal words with at most two others between them.

    The kernel wants two equal words after an edit; at the very end of a copy there may be only one.
    """
    hashes = layout.words.hashes
    while True:
        for a, b in SKIPS:
            if 0 < (i_end - i) * step - a - 1 and 0 < (j_end - j) * step - b - 1:
                i_next, j_next = i + (a + 1) * step, j + (b + 1) * step
                if hashes[i_next] == hashes[j_next]:
                    i, j = i_next, j_next
                    break
        else:
            return j


def _opening(layout: Layout, run: Run, part: I64, line: int, low: int) -> int:
    """
    Find where a copy that begins inside a line begins: at its first link or at most `NEAR` words away, not before `low`.

    The first words may be edited. They belong to the copy if single words lead back to the beginning of a sentence,
    or if the first link is in lower case, as inside a sentence.
    """
    word = int(part[0])
    low = max(low, word - NEAR)
    if len(part) < part[-1] + 1 - word:
        begin = _edge(layout, run.mate(word), word, -1, -1, low - 1)
        word = begin if layout.ends_sentence(begin, line) else word
    if layout.ends_sentence(word, line):
        return word
    for at in range(word + 1, word + 1 + NEAR // 2):
        if layout.ends_sentence(at, line):  # words that end both the first copy and what stands before it
            return at
    if len(part) >= EXACT * (part[-1] + 1 - part[0]):
        return word
    near = range(word - 1, low - 1, -1)
    begin = next((at for at in near if layout.ends_sentence(at, line) or layout.written(at)[0].isupper()), word)
    inside = layout.written(word)[0].islower() or (layout.written(begin)[0].islower() and word - begin < 3)
    return begin if inside and layout.has_capitals(word) else word


def _closing(layout: Layout, run: Run, part: I64, line: int, high: int, twin_high: int) -> int:
    """Find where a copy that ends inside a line ends: behind its last link or at most `NEAR` words on, up to `high`."""
    word = int(part[-1]) + 1
    if len(part) < word - part[0]:
        word = 1 + _edge(layout, run.mate(word - 1), word - 1, 1, twin_high, min(high, word + NEAR))
    rest = high - word
    if 0 < rest <= 2 and layout.written(word)[0].islower():
        return high
    near = range(word, min(high + NEAR // 2, int(layout.tails[line]), word + NEAR) + 1)
    return next((at for at in near if layout.ends_sentence(at, line)), high if rest <= NEAR else word)


def _parts(layout: Layout, run: Run, said: I64, line: int) -> Iterator[I64]:
    """Cut the linked words of a line where something is put in: many words, or a few that begin a sentence."""
    exact = len(said) >= EXACT * (said[-1] + 1 - said[0])
    silent = np.diff(said) - 1
    added = silent - (np.diff(run.mates[said - run.low]) - 1)
    cuts = [0]
    for at in np.flatnonzero(silent):
        first = int(said[at]) + 1
        label = added[at] == silent[at] > (not exact) and layout.written(first)[0].isupper()
        if silent[at] > STRETCH or (label and layout.ends_sentence(first, line)):
            cuts.append(int(at) + 1)
    yield from (said[start:end] for start, end in pairwise([*cuts, len(said)]))


def _fills(layout: Layout, run: Run, line: int, said: I64) -> bool:
    """
    Tell whether a line, of which the words `said` are linked, says nothing but what the first copy says, edits aside.

    A stretch without counterpart is an edit where the first copy has about as many words in its place.
    """
    head, tail = int(layout.heads[line]), int(layout.tails[line])
    if len(said) < (0.6 if tail - head > 3 else 0.5) * (tail - head):
        return False
    for first, last in layout.sentences(line):
        if last - first > NEAR and 3 * np.count_nonzero((said >= first) & (said < last)) <= last - first:
            return False
    mates = run.mates[said - run.low]
    silent = np.diff(said, prepend=head - 1, append=tail) - 1
    opening = layout.heads[layout.line_of(int(mates[0]))] - 1
    replaced = np.diff(mates, prepend=opening, append=layout.tails[layout.line_of(int(mates[-1]))]) - 1
    return bool(np.all((silent <= STRETCH) | ((silent - replaced <= STRETCH) & (silent <= EDIT))))


def _pieces(layout: Layout, run: Run, ceiling: int) -> Iterator[Piece]:
    """Cut a copy into the lines it fills and the parts of lines it shares with other text."""
    start = run.low
    for line in range(layout.line_of(run.low), layout.line_of(run.high - 1) + 1):
        head, tail = int(layout.heads[line]), int(layout.tails[line])
        said = run.said(head, min(tail, run.high))
        if not len(said):
            continue
        if _fills(layout, run, line, said):
            yield Piece(head, tail, whole=True)
            continue
        parts = list(_parts(layout, run, said, line))
        limits = [int(part[0]) for part in parts[1:]] + [min(tail, ceiling)]
        at = head
        for part, high in zip(parts, limits, strict=True):
            first = int(part[0])
            if part[-1] - first < (PARAGRAPH if len(said) < BODY else NEAR):
                continue
            first = head if first - head <= NEAR // 2 else _opening(layout, run, part, line, at)
            start = min(start, first)
            part = part[run.mates[part - run.low] < start]  # noqa: PLW2901 - the first copy ends where the second begins
            if not len(part):
                continue
            at = _closing(layout, run, part, line, high, start)
            yield Piece(first, at, whole=False)


def _segments(layout: Layout, run: Run, pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Join pieces that touch, in the copy as in the first copy."""
    segment: list[Piece] = []
    for piece in pieces:
        if segment:
            before = run.mate(int(run.said(segment[-1].first, segment[-1].last)[-1]))
            after = run.mate(int(run.said(piece.first, piece.last)[0]))
            touch = segment[-1].last == piece.first and layout.joined(segment[-1].last - 1, piece.first)
            if not (touch and layout.joined(before, after)):
                yield segment
                segment = []
        segment.append(piece)
    if segment:
        yield segment


def _twin(layout: Layout, run: Run, first: int, last: int) -> tuple[int, int]:
    """Give the words of the first copy that `first` to before `last` say again."""
    said = run.said(first, last)
    begin, stop = run.mate(int(said[0])), run.mate(int(said[-1])) + 1
    head, tail = int(layout.heads[layout.line_of(begin)]), int(layout.tails[layout.line_of(stop - 1)])
    begin = max(head, begin - (int(said[0]) - first))
    stop = min(tail, stop + last - 1 - int(said[-1]))
    if begin - head <= NEAR // 2:
        begin = head
    if tail - stop <= NEAR // 2:
        stop = tail
    return begin, min(stop, first)


def shingles(words: Words, first: int, last: int) -> U64:
    """Give the distinct shingles of the words from `first` to before `last`, hashed; fewer words are one shingle."""
    hashes = words.hashes[first:last]
    size = min(SHINGLE, len(hashes))
    state = np.zeros(len(hashes) - size + 1, np.uint64)
    for ahead in range(size):
        state = state * MULTIPLIER + hashes[ahead : len(hashes) - size + 1 + ahead]
        state ^= state >> SHIFT
    return np.unique(state)


def jaccard(words: Words, first: Span, second: Span) -> float:
    """Measure the exact Jaccard similarity of the 3-word shingle sets of two spans."""
    sets = []
    for span in (first, second):
        ends = np.searchsorted(words.ends, span.end, side="right")
        sets.append(shingles(words, int(np.searchsorted(words.starts, span.start)), int(ends)))
    shared = len(np.intersect1d(*sets, assume_unique=True))
    return shared / (len(sets[0]) + len(sets[1]) - shared)


def _figures(layout: Layout, run: Run, piece: Piece) -> tuple[int, int, int]:
    """Count a piece's words with digits: all (the larger side), those on one side only, those put for one another."""
    first, last = _twin(layout, run, piece.first, piece.last)
    said = run.said(piece.first, piece.last)
    mates = run.mates[said - run.low]
    own, others = layout.figures(range(piece.first, piece.last)), layout.figures(range(first, last))
    new, gone = np.setdiff1d(own, said), np.setdiff1d(others, mates)
    slots = np.intersect1d(np.searchsorted(said, new), np.searchsorted(mates, gone))
    return max(len(own), len(others)), len(new) + len(gone), len(slots)


def _renamed(layout: Layout, run: Run, piece: Piece) -> bool:
    """Tell whether both sides have a word in upper case, beyond the first word, that the other lacks."""
    first, last = _twin(layout, run, piece.first, piece.last)
    said = run.said(piece.first, piece.last)
    new = np.setdiff1d(np.arange(piece.first + 1, piece.last), said)
    gone = np.setdiff1d(np.arange(first + 1, last), run.mates[said - run.low])
    return all(any(layout.written(int(word))[0].isupper() for word in words) for words in (new, gone))


def _is_code(layout: Layout, piece: Piece) -> bool:
    """Tell whether a piece has the punctuation of program text."""
    span = layout.span(piece.first, piece.last)
    return len(CODE.findall(layout.text, span.start, span.end)) * 8 > piece.last - piece.first


def _is_body(layout: Layout, run: Run, pieces: Sequence[Piece], *, strictly: bool) -> bool:
    """
    Tell whether the pieces of a copy are enough, and enough like the first copy, to be a body standing again.

    Strictly, and in lists, all but a few words agree, and all figures and names.
    """
    equal = size = figures = odd = changed = sentences = prose = code = items = 0
    weight = 0.0
    for piece in pieces:
        first, last = _twin(layout, run, piece.first, piece.last)
        equal += len(run.said(piece.first, piece.last))
        size += max(piece.last - piece.first, last - first)
        weight += layout.weight(piece.first, piece.last)
        prose += piece.whole and layout.weight(piece.first, piece.last) >= PROSE
        span = layout.span(piece.first, piece.last)
        sentences += len(ENDS.findall(layout.text, span.start, span.end))
        counts = _figures(layout, run, piece)
        figures += counts[0]
        odd += counts[1]
        changed += counts[2]
        code += _is_code(layout, piece) * (piece.last - piece.first)
        if piece.last - piece.first < BODY and ITEM.match(layout.text, span.start):
            items += piece.last - piece.first
    templated = changed > CHANGED * figures and changed > RARE * size
    if equal < ALIKE * size or templated or code > CHANGED * size:
        return False
    if (strictly or 2 * items > size) and (equal < STRICT * size or odd or any(_renamed(layout, run, piece) for piece in pieces)):
        return False
    if prose >= 2:
        return weight >= BODY
    least = BODY if not all(piece.whole for piece in pieces) else LOOSE if len(pieces) > 2 else np.inf
    return sentences > 2 and weight >= least


def _above(layout: Layout, word: int) -> list[int] | None:
    """Give the words of the heading, question or label right above the line that begins with a word, if any."""
    line = layout.line_of(word)
    if line == 0 or word != layout.heads[line]:
        return None
    head, tail = int(layout.heads[line - 1]), int(layout.tails[line - 1])
    text = layout.lines[line - 1].text
    if not text.endswith(("?", ":", "？", "：")) and (tail - head >= PROSE or CLOSED.search(text)):
        return None
    hashes: list[int] = layout.words.hashes[head:tail].tolist()
    return hashes


def _says_elsewhere(layout: Layout, run: Run, piece: Piece) -> bool:
    """Tell whether a heading, question, label or attribution that its twin lacks puts a piece to a use of its own."""
    said = int(run.said(piece.first, piece.last)[0])
    if ":" in layout.text[layout.words.starts[piece.first] : layout.words.starts[said]]:
        return True
    above = _above(layout, piece.first)
    return above is not None and above != _above(layout, _twin(layout, run, piece.first, piece.last)[0])


def _is_paragraph(layout: Layout, run: Run, piece: Piece) -> bool:
    """Tell whether one line is a paragraph of prose that says again just what one earlier paragraph says."""
    first, last = _twin(layout, run, piece.first, piece.last)
    line, other = layout.line_of(piece.first), layout.line_of(first)
    size = max(piece.last - piece.first, last - first)
    text, before = layout.lines[line].text, layout.lines[other].text
    return (
        piece.whole
        and layout.weight(piece.first, piece.last) >= PARAGRAPH
        and (first, last) == (layout.heads[other], layout.tails[other])
        and len(run.said(piece.first, piece.last)) >= 0.9 * size
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
    first, last = _twin(layout, run, piece.first, piece.last)
    other = layout.line_of(first)
    return (
        piece.whole
        and len(run.said(piece.first, piece.last)) >= 0.85 * (last - first)
        and layout.weight(first, last) < PARAGRAPH
        and other == 0
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
    for segment in _segments(layout, run, pieces):
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


def _repeats(layout: Layout) -> Iterator[Repeat]:
    """Find the repeats of one pass."""
    found = chains(layout.words.hashes, np.array([0, len(layout.words.hashes)], np.int64))
    gone = 0
    for run, ceiling in _runs(layout, found.blocks, found.chains):
        pieces = list(_pieces(layout, run, ceiling))
        if not pieces:
            continue
        for reason, part in _verdict(layout, run, pieces, run.low - gone):
            first, last = part[0].first, part[-1].last
            twin_first, twin_last = _twin(layout, run, first, last)
            equal = len(run.said(first, last)) / max(last - first, twin_last - twin_first)
            gone += last - first
            yield Repeat(reason, first, last, twin_first, twin_last, equal)


def _without(page: Page, words: Words, gone: Bools, spans: Sequence[Span]) -> tuple[Page, Words]:
    """Give the page as it is without some spans; what is left of a line that is cut in the middle is two lines."""
    lines: list[Line] = []
    waiting = iter([*spans, Span(len(page.text), len(page.text))])
    cut = next(waiting)
    for line in page.lines:
        start = line.span.start
        while cut.end <= start and cut.end < len(page.text):
            cut = next(waiting)
        while start < line.span.end:
            stop = min(line.span.end, max(cut.start, start))
            text = page.text[start:stop].strip()
            if text:
                begin = page.text.index(text, start)
                lines.append(replace(line, span=Span(begin, begin + len(text)), text=text))
            if cut.end >= line.span.end or cut.start >= line.span.end:
                break
            start, cut = cut.end, next(waiting)
    kept = ~gone
    return Page(page.text, tuple(lines)), Words(words.hashes[kept], words.starts[kept], words.ends[kept])


def find(document: str, page: Page, words: Words) -> list[Finding]:
    """
    Find what a document says a second time; removing it leaves nothing to be found.

    `page` holds the lines that stay so far and `words` the words inside them. Findings come in text order, and their
    spans are disjoint from one another and from every twin. What a removal brings together is looked at again.
    """
    result: list[Finding] = []
    twins: list[Span] = []
    while True:
        layout = Layout.of(page, words)
        gone = np.zeros(len(words.hashes), bool)
        held = np.zeros(len(words.hashes), bool)
        for twin in twins:
            held[np.searchsorted(words.starts, twin.start) : np.searchsorted(words.starts, twin.end)] = True
        spans: list[Span] = []
        repeats = list(_repeats(layout))
        often = Counter((repeat.twin_first, repeat.twin_last) for repeat in repeats if repeat.reason is REPEATED_PARAGRAPH)
        for repeat in repeats:
            span, twin = layout.span(repeat.first, repeat.last), layout.span(repeat.twin_first, repeat.twin_last)
            own, other = slice(repeat.first, repeat.last), slice(repeat.twin_first, repeat.twin_last)
            if (
                often[repeat.twin_first, repeat.twin_last] > 1  # a refrain, a clause
                or twin.end > span.start
                or held[own].any()
                or gone[own].any()
                or gone[other].any()
            ):
                continue
            gone[own] = True
            held[other] = True
            spans.append(span)
            twins.append(twin)
            evidence = Copy(document, twin.start, twin.end, jaccard(words, span, twin))
            reason = repeat.reason
            result.append(Finding(document, span, reason.code, reason.name, round(repeat.confidence, 4), evidence))
        if not spans:
            return sorted(result, key=lambda finding: finding.span)
        page, words = _without(page, words, gone, sorted(spans))
