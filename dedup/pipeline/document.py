"""One document by itself: boilerplate and repeats out, until nothing more is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from dedup import boilerplate, repeats, segment, sketch, stories
from dedup.decide import Kept, widen
from dedup.kernel.arrays import Texts
from dedup.pipeline.shielded import outside
from dedup.reasons import MODELLED, SECOND_STORY
from dedup.records import Copy, Document, Finding, Page, Removal, Span, Suspicion
from dedup.segment import INVISIBLE
from dedup.settings import Boilerplate, Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedup.boilerplate.model import Run
    from dedup.boilerplate.taken import Marks
    from dedup.kernel.arrays import I64
    from dedup.kernel.line_keys import Recurring
    from dedup.reasons import Reason


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
    """The texts, by their places, in which the stages may find something; in all others they find nothing."""

    marked: dict[int, Marks]
    """With boilerplate, and what gave it away."""
    judged: dict[int, list[Run]]
    """With lines that the line model takes."""
    parted: set[int]
    """With a second story."""
    repeating: list[int]
    """That say something twice, of those that are neither."""

    @classmethod
    def of(cls, texts: Texts, settings: Settings, recurring: Recurring | None = None) -> Suspects:
        """Ask the gates of the stages that are wanted; see `boilerplate.judge`."""
        wanted = Step.BOILERPLATE in settings.steps
        chosen = settings.strip.boilerplate
        marked = boilerplate.suspects(texts) if wanted and chosen is not Boilerplate.OFF else {}
        judged = boilerplate.judge(texts, chosen, recurring) if modelled(settings, *MODELLED) else {}
        parted = {*np.flatnonzero(stories.suspects(texts)).tolist()} if wanted else set()
        others = np.ones(len(texts.lows), bool)
        others[[*marked, *judged, *parted]] = False
        return cls(marked, judged, parted, _repeating(texts, np.flatnonzero(others), settings))

    @property
    def furnished(self) -> list[int]:
        """Give those with boilerplate or a second story, in order."""
        return sorted({*self.marked, *self.judged, *self.parted})


def modelled(settings: Settings, *reasons: Reason) -> bool:
    """Tell whether the line model is asked, and one of some reasons of its may decide."""
    asked = any(reason.code not in settings.strip.ignore for reason in reasons)
    unasked = {Boilerplate.OFF, Boilerplate.RULES}
    return asked and Step.BOILERPLATE in settings.steps and settings.strip.boilerplate not in unasked


def _repeating(texts: Texts, places: I64, settings: Settings) -> list[int]:
    """Choose those of some texts that say something twice."""
    if Step.REPEATS not in settings.steps:
        return []
    found: list[int] = places[repeats.suspects(texts.take(places))].tolist()
    return found


class _Course:
    """A document while it is stripped."""

    __slots__ = ("_kept", "_page", "document", "doubts", "gone", "text")

    def __init__(self, document: Document, gone: Sequence[Removal] = ()) -> None:
        self.document = document
        self._settle(gone)

    def _settle(self, gone: Sequence[Removal]) -> None:
        base = self.document.text
        self.gone = _tidy(base, gone)
        """What was taken out of it, in text order."""
        self._kept = Kept.without(len(base), (removal.span for removal in self.gone))
        self.text = self._kept.text(base) if gone else base
        """What remains."""
        self._page: Page | None = None
        self.doubts: list[Finding] = []
        """What is suspected in the remaining text."""

    @property
    def page(self) -> Page:
        """See the remaining text as a page."""
        if self._page is None:
            self._page = segment.page(self.text)
        return self._page

    def remove(self, findings: Sequence[Finding]) -> bool:
        """Take findings in the remaining text out, passages that are to stay left alone; tell whether there are any."""
        if findings := outside(self.text, findings):
            self._settle([*self.gone, *root(self.document.id, self._kept, self.text, findings)])
        return bool(findings)

    def stripped(self) -> Stripped:
        """Give what has become of the document."""
        suspicions = _suspicions(self.document.id, self._kept, outside(self.text, self.doubts))
        return Stripped(self.document, self._kept, tuple(self.gone), tuple(suspicions))


def strip(document: Document, settings: Settings) -> Stripped:
    """Take boilerplate and repeats out of a document."""
    return strip_all([document], settings)[0]


def strip_all(documents: Sequence[Document], settings: Settings) -> list[Stripped]:
    """Take boilerplate and repeats out of documents, each by itself."""
    return _all([_Course(document) for document in documents], settings, None)


def strip_again(
    documents: Sequence[dict[str, Any]],
    removals: Sequence[Sequence[Removal]],
    settings: Settings,
    recurring: Recurring,
) -> list[Stripped]:
    """Strip documents (`rows.REMAINS`) of which something was taken out; see `boilerplate.judge` for `recurring`."""
    courses = [
        _Course(Document(fields["id"], fields["base"]), gone) for fields, gone in zip(documents, removals, strict=True)
    ]
    # a gap that a cut has left parts no stories: their text would go to documents that nobody makes any more
    together = replace(settings, strip=replace(settings.strip, split_stories=False))
    return _all(courses, together, recurring)


def _all(courses: Sequence[_Course], settings: Settings, recurring: Recurring | None) -> list[Stripped]:
    _run(dict(enumerate(courses)), _suspects(courses, settings, recurring), settings, recurring)
    return [course.stripped() for course in courses]


def strip_suspects(names: pa.StringArray, texts: pa.LargeStringArray, settings: Settings) -> dict[int, Stripped]:
    """Take boilerplate and repeats out of those documents, by their places and in order, that may hold any."""
    suspects = Suspects.of(Texts.of(texts), settings)
    places = sorted((*suspects.furnished, *suspects.repeating))
    fields = (column.take(pa.array(places, pa.int64())).to_pylist() for column in (names, texts))
    courses = {place: _Course(Document(name, text)) for place, name, text in zip(places, *fields, strict=True)}
    _run(courses, suspects, settings, None)
    return {place: course.stripped() for place, course in courses.items()}


def _suspects(courses: Sequence[_Course], settings: Settings, recurring: Recurring | None) -> Suspects:
    return Suspects.of(Texts.of_strings([course.text for course in courses]), settings, recurring)


def _run(courses: dict[int, _Course], suspects: Suspects, settings: Settings, recurring: Recurring | None) -> None:
    """
    Strip documents until nothing more is found.

    Repeats are looked for once no boilerplate is left, since it stands between and inside copies.
    """
    while True:
        changed: list[_Course] = []
        clear: list[_Course] = []
        for place in suspects.furnished:
            course = courses[place]
            found = _furniture(course, suspects, place, settings)
            (changed if course.remove(found) else clear).append(course)
        texts = Texts.of_strings([course.text for course in clear])
        repeating = [clear[place] for place in _repeating(texts, np.arange(len(clear)), settings)]
        repeating += (courses[place] for place in suspects.repeating)
        changed += (course for course in repeating if course.remove(_repeats(course)))
        if not changed:
            return
        courses = dict(enumerate(changed))
        suspects = _suspects(changed, settings, recurring)


def _suspicions(name: str, kept: Kept, doubts: Iterable[Finding]) -> Iterator[Suspicion]:
    """Lead doubts about a remaining text back to the base text."""
    for doubt in sorted(doubts, key=lambda finding: (finding.span, finding.reason)):
        for piece in kept.origin(doubt.span):
            yield Suspicion(name, piece, doubt.reason, doubt.rule, doubt.confidence, doubt.evidence)


def _tidy(base: str, removals: Sequence[Removal]) -> list[Removal]:
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


def _furniture(course: _Course, suspects: Suspects, place: int, settings: Settings) -> list[Finding]:
    """Find the boilerplate of a document, and the story that is to be split off; note what is only suspected."""
    name = course.document.id
    marks, runs = suspects.marked.get(place), suspects.judged.get(place, [])
    goes, doubts = boilerplate.weigh(name, course.page, marks, runs, settings.strip)
    if goes:
        return _disjoint(goes)
    told = list(stories.find(name, course.page)) if place in suspects.parted else []
    course.doubts = [*doubts, *told]
    return told if settings.strip.split_stories else []


def _repeats(course: _Course) -> list[Finding]:
    return repeats.find(course.document.id, course.page, sketch.text_words(course.text))


def _disjoint(findings: Iterable[Finding]) -> list[Finding]:
    """Give every character to one finding: to the one that begins first, and of those to the longest."""
    chosen: list[Finding] = []
    at = 0
    for finding in sorted(findings, key=lambda found: (found.span.start, -found.span.end, found.reason)):
        if finding.span.end > at:
            begins = finding.span.start >= at
            chosen.append(finding if begins else replace(finding, span=Span(at, finding.span.end)))
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
