"""Copies cut into the lines they fill and the parts of lines they share with other text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.kernel.arrays import I64
    from dedup.repeats.layout import Layout
    from dedup.repeats.runs import Run

STRETCH: Final = 10  # words in a row of a copied line that may lack a counterpart; more say something new
EDIT: Final = 30  # words in a row of a copied line that may replace about as many others
NEAR: Final = 6  # words within which a copy's edge moves to the end of a sentence
TOUCH: Final = 3  # the same where nothing but the distance speaks for it
FEW: Final = 3  # words of a line of which half must be linked; of longer ones three fifths
PARAGRAPH: Final = 20  # words of a part of a line that stands alone
BODY: Final = 60  # linked words of a line of which shorter parts count too
EXACT: Final = 0.98  # share of linked words from which a copy counts as unedited
LIKE: Final = 0.6  # how long one end of a copy is, at least, beside the other
SOME: Final = 0.3  # share of the words of two ends that both have
SKIPS: Final = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (2, 2))


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a copy that go together: a whole line, or part of one."""

    first: int
    last: int
    whole: bool


def twin(layout: Layout, run: Run, first: int, last: int) -> tuple[int, int]:
    """Give the words of the first copy that `first` to before `last` say again."""
    said = run.said(first, last)
    begin, stop = run.mate(int(said[0])), run.mate(int(said[-1])) + 1
    head, tail = layout.heads[layout.line_of(begin)], layout.tails[layout.line_of(stop - 1)]
    begin = max(head, begin - (int(said[0]) - first))
    stop = min(tail, stop + last - 1 - int(said[-1]))
    if begin - head <= TOUCH:
        begin = head
    if tail - stop <= TOUCH:
        stop = tail
    return begin, min(stop, first)


def _edge(layout: Layout, link: tuple[int, int], ends: tuple[int, int], step: int) -> int:
    """
    Walk from the outermost link of a copy outward, by `step`, over single equal words with a few others between them.

    The kernel wants two equal words after an edit; at the very end of a copy there may be only one. `ends` are the
    first places, in the first copy and in the second, not to be looked at.
    """
    hashes = layout.words.hashes
    i, j = link
    while True:
        for a, b in SKIPS:
            i_next, j_next = i + (a + 1) * step, j + (b + 1) * step
            if i_next * step < ends[0] * step and j_next * step < ends[1] * step and hashes[i_next] == hashes[j_next]:
                i, j = i_next, j_next
                break
        else:
            return j


def _opening(layout: Layout, run: Run, part: I64, line: int, low: int) -> int:
    """
    Find where a copy that begins inside a line begins: at its first link or at most `NEAR` words away, from `low` on.

    The first words may be edited. They belong to the copy if single words lead back to the beginning of a sentence,
    or if the first link is in lower case, as inside a sentence.
    """
    word = int(part[0])
    low = max(low, word - NEAR)
    if len(part) < part[-1] + 1 - word:
        begin = _edge(layout, (run.mate(word), word), (-1, low - 1), -1)
        word = begin if layout.ends_sentence(begin, line) else word
    if layout.ends_sentence(word, line):
        return word
    if run.mates.max() == word - 1:  # what stands before the first copy ends as the first copy does
        for at in range(word + 1, word + 1 + TOUCH):
            if layout.ends_sentence(at, line):
                return at
    if len(part) >= EXACT * (part[-1] + 1 - part[0]):
        return word
    near = [
        at for at in range(word - 1, low - 1, -1) if layout.ends_sentence(at, line) or layout.written(at)[0].isupper()
    ]
    mate = run.mate(int(part[0]))
    said = (at for at in near if _shared(layout, range(max(0, mate - NEAR), mate), range(at, word)) * 2 > word - at)
    begin = next(said, next(iter(near), word))
    inside = layout.written(word)[0].islower() or (layout.written(begin)[0].islower() and word - begin < TOUCH)
    return begin if inside and layout.has_capitals(word) else word


def _closing(layout: Layout, run: Run, part: I64, line: int, highs: tuple[int, int]) -> int:
    """
    Find where a copy that ends inside a line ends: behind its last link or at most `NEAR` words further.

    `highs` are where the first copy and the second end at the latest.
    """
    word = int(part[-1]) + 1
    high = highs[1]
    if len(part) < word - part[0]:
        word = 1 + _edge(layout, (run.mate(word - 1), word - 1), (highs[0], min(high, word + NEAR)), 1)
    if 0 < high - word < TOUCH and layout.written(word)[0].islower():
        return high
    if _ends_alike(layout, range(run.mate(int(part[-1])) + 1, highs[0]), range(int(part[-1]) + 1, high)):
        return high
    near = range(word, min(high + TOUCH, layout.tails[line], word + NEAR) + 1)
    return next((at for at in near if layout.ends_sentence(at, line)), high if high - word <= NEAR else word)


def _shared(layout: Layout, first: range, second: range) -> int:
    """Count the words that two stretches have in common, in any order."""
    one, other = (Counter(layout.words.hashes[places.start : places.stop].tolist()) for places in (first, second))
    return (one & other).total()


def _ends_alike(layout: Layout, first: range, second: range) -> bool:
    """Tell whether what is left behind two copies, up to where each must end, is about as long and partly the same."""
    shorter, longer = sorted((len(first), len(second)))
    return LIKE * longer <= shorter <= EDIT and _shared(layout, first, second) >= SOME * longer > 0


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
    head, tail = layout.heads[line], layout.tails[line]
    if len(said) < (0.6 if tail - head > FEW else 0.5) * (tail - head):
        return False
    if len(said) == tail - head:
        return True
    for first, last in layout.sentences(line):
        linked = np.searchsorted(said, last) - np.searchsorted(said, first)
        if last - first > NEAR and 3 * linked <= last - first:
            return False
    mates = run.mates[said - run.low]
    silent = np.diff(said, prepend=head - 1, append=tail) - 1
    opening = layout.heads[layout.line_of(int(mates[0]))] - 1
    replaced = np.diff(mates, prepend=opening, append=layout.tails[layout.line_of(int(mates[-1]))]) - 1
    return bool(np.all((silent <= STRETCH) | ((silent - replaced <= STRETCH) & (silent <= EDIT))))


def pieces(layout: Layout, run: Run, ceiling: int) -> Iterator[Piece]:
    """Cut a copy into the lines it fills and the parts of lines it shares with other text."""
    start = run.low
    for line in range(layout.line_of(run.low), layout.line_of(run.high - 1) + 1):
        head, tail = layout.heads[line], layout.tails[line]
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
            first = head if first - head <= TOUCH else _opening(layout, run, part, line, at)
            start = min(start, first)
            inner = part[(part >= first) & (run.mates[part - run.low] < start)]  # the first copy ends before the second
            if not len(inner):
                continue
            at = _closing(layout, run, inner, line, (start, high))
            yield Piece(first, at, whole=False)


def segments(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Join pieces that touch."""
    segment: list[Piece] = []
    for piece in pieces:
        if segment and segment[-1].last != piece.first:
            yield segment
            segment = []
        segment.append(piece)
    if segment:
        yield segment
