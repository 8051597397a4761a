"""One document by itself: boilerplate and repeats out, until nothing more is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup import boilerplate, repeats, segment, sketch, stories
from dedup.decide import Kept, widen
from dedup.kernel.arrays import Texts
from dedup.reasons import SECOND_STORY
from dedup.records import Copy, Document, Finding, Page, Pattern, Removal, Span, Suspicion
from dedup.segment import INVISIBLE
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedup.kernel.arrays import Bools


@dataclass(frozen=True, slots=True)
class Stripped:
    """What is left of a document by itself, and what was found in it."""

    document: Document
    kept: Kept
    removals: tuple[Removal, ...]
    """In text order, disjoint; with `kept` they tile the base text."""
    suspicions: tuple[Suspicion, ...]

    @property
    def text(self) -> str:
        """The remaining text."""
        return self.kept.text(self.document.text)


class Suspects(NamedTuple):
    """Which of some texts may hold boilerplate or a second story, and which may repeat themselves; (t,) bool each."""

    boilerplate: Bools
    repeats: Bools

    @classmethod
    def of(cls, texts: Texts, settings: Settings) -> Suspects:
        """Ask the gates of the stages that are wanted; in all other texts these find nothing."""
        none = np.zeros(len(texts.lows), bool)
        wanted = settings.steps
        return cls(
            boilerplate.suspects(texts) | stories.suspects(texts) if Step.BOILERPLATE in wanted else none,
            repeats.suspects(texts) if Step.REPEATS in wanted else none,
        )

    @property
    def any(self) -> Bools:
        """Choose the texts that need to be looked at."""
        return self.boilerplate | self.repeats


def strip(document: Document, settings: Settings) -> Stripped:
    """Take boilerplate and repeats out of a document."""
    return strip_all([document], settings)[0]


def strip_all(
    documents: Sequence[Document], settings: Settings, removals: Sequence[Sequence[Removal]] | None = None
) -> list[Stripped]:
    """Take boilerplate and repeats out of documents, each by itself; removals made before are built upon."""
    gone = [list(before) for before in removals] if removals else [[] for _ in documents]
    made: dict[int, Stripped] = {}
    remaining = list(range(len(documents)))
    while remaining:
        for place in remaining:
            gone[place] = _tidy(documents[place].text, gone[place])
        kept = [Kept.without(len(documents[place].text), _spans(gone[place])) for place in remaining]
        texts = [now.text(documents[place].text) for place, now in zip(remaining, kept, strict=True)]
        suspects = Suspects.of(Texts.of_strings(texts), settings)
        changed = []
        for place, now, text, furnished, repeating in zip(remaining, kept, texts, *suspects, strict=True):
            document = documents[place]
            found: list[Finding] = []
            doubts: list[Finding] = []
            if furnished or repeating:
                found, doubts = _findings(document.id, text, settings, furnished=furnished, repeating=repeating)
            if found:
                gone[place] += root(document.id, now, text, found)
                changed.append(place)
            else:
                suspicions = tuple(_suspicions(document.id, now, doubts))
                made[place] = Stripped(document, now, tuple(gone[place]), suspicions)
        remaining = changed
    return [made[place] for place in range(len(documents))]


def _spans(removals: Iterable[Removal]) -> Iterator[Span]:
    return (removal.span for removal in removals)


def _suspicions(name: str, kept: Kept, doubts: Iterable[Finding]) -> Iterator[Suspicion]:
    """Lead doubts about a remaining text back to the base text."""
    for doubt in sorted(doubts, key=lambda finding: (finding.span, finding.reason)):
        for piece in kept.origin(doubt.span):
            yield Suspicion(name, piece, doubt.reason, doubt.rule, doubt.confidence, doubt.evidence)


def _tidy(base: str, removals: Iterable[Removal]) -> list[Removal]:
    """Sort removals, and join white space that went by itself to the removal that it touches."""
    tidy: list[Removal] = []
    for removal in sorted(removals, key=lambda finding: finding.span):
        last = tidy[-1] if tidy else None
        if last is not None and last.span.end == removal.span.start:
            joined = Span(last.span.start, removal.span.end)
            if not base[last.span.start : last.span.end].strip(INVISIBLE):
                tidy[-1] = replace(removal, span=joined)
                continue
            if not base[removal.span.start : removal.span.end].strip(INVISIBLE):
                tidy[-1] = replace(last, span=joined)
                continue
        tidy.append(removal)
    return tidy


def _findings(
    name: str, text: str, settings: Settings, *, furnished: bool, repeating: bool
) -> tuple[list[Finding], list[Finding]]:
    """
    Find what goes and what is only suspected, in a text that may be furnished with boilerplate, or repeat itself.

    Repeats are looked for once no boilerplate is left, since it stands between and inside copies.
    """
    found: list[Finding] = []
    doubts: list[Finding] = []
    page = segment.page(text)
    if furnished:
        hits = list(_boilerplate(name, page))
        found = _disjoint(hit for hit in hits if hit.confidence >= settings.strip.confidence)
        doubts = [hit for hit in hits if hit.confidence < settings.strip.confidence]
        if not found:
            told = list(stories.find(name, page))
            doubts += told
            if settings.strip.split_stories:
                found = told
    if repeating and not found:
        found = list(repeats.find(name, page, sketch.text_words(text)))
    return found, doubts


def _boilerplate(name: str, page: Page) -> Iterator[Finding]:
    for rule, hit in boilerplate.find(page):
        span = Span(page.lines[hit.first].span.start, page.lines[hit.last].span.end)
        yield Finding(name, span, rule.code, rule.name, hit.confidence, Pattern(page.lines[hit.first].text[:80]))


def _disjoint(findings: Iterable[Finding]) -> list[Finding]:
    """Give every character to one finding: to the one that begins first, and of those to the longest."""
    chosen: list[Finding] = []
    at = 0
    for finding in sorted(findings, key=lambda found: (found.span.start, -found.span.end, found.reason)):
        if finding.span.end > at:
            chosen.append(replace(finding, span=Span(max(at, finding.span.start), finding.span.end)))
            at = finding.span.end
    return chosen


def root(name: str, kept: Kept, text: str, findings: Sequence[Finding]) -> Iterator[Removal]:
    """Make removals of findings in a remaining text: white space included, places led back to the base text."""
    for finding, span in zip(findings, widen(text, [finding.span for finding in findings]), strict=True):
        evidence = finding.evidence
        if isinstance(evidence, Copy) and evidence.document == name:
            twin = kept.origin(Span(evidence.start, evidence.end))
            evidence = replace(evidence, start=twin[0].start, end=twin[-1].end)
        for piece in kept.origin(span):
            yield Removal(name, piece, finding.reason, finding.rule, finding.confidence, evidence)


def second_stories(stripped: Stripped) -> Iterator[Document]:
    """Make documents of the stories that were split off; theirs is the base text of their span."""
    stories_cut = [removal for removal in stripped.removals if removal.reason == SECOND_STORY.code]
    for number, removal in enumerate(stories_cut, start=2):
        text = stripped.document.text[removal.span.start : removal.span.end].strip()
        yield Document(f"{stripped.document.id}#{number}", text)
