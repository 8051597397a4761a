"""What became of a corpus."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.engines.local import Engine
from dedup.errors import SettingsError
from dedup.library.selection import Selection
from dedup.pipeline.writing import count_in
from dedup.records import Likeness, Match, Removal, Suspicion
from dedup.report import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.library.given import Given
    from dedup.pipeline.corpus import Corpus
    from dedup.settings import MatchSettings


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class CleanResult:
    """What became of a corpus."""

    kept: Selection
    """The documents that stay, in the order given, with what remains of their texts."""
    removed: Selection
    """The documents that went whole, in the order given, as they were."""
    removals: tuple[Removal, ...]
    """All that went, in the order of the documents; a document that went whole has one that spans it."""
    suspicions: tuple[Suspicion, ...]
    """What looks as if it should go, and stays."""
    report: dict[str, Any]
    """The counts, as `report.json` has them."""
    _corpus: Corpus
    _given: Given

    @property
    def matches(self) -> tuple[Match, ...]:
        """Documents that went because they are like another one, in their order, each with the one that stays."""
        return tuple(_matches(self.removals))

    def rethreshold(self, threshold: float) -> CleanResult:
        """
        Judge the documents again by another threshold, without reading, stripping or sketching them again.

        It is the threshold that documents were compared by: the likeness, unless the settings gave a Jaccard
        similarity or else a containment. Raises `SettingsError` outside (0, 1], and for a Jaccard similarity below
        that of the settings: what is less alike has not been looked for.

        >>> import dedup
        >>> text = "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke."
        >>> result = dedup.clean([text, text.replace("dawn", "noon"), "Something else."])
        >>> len(result.kept), len(result.rethreshold(0.99).kept)
        (2, 3)
        """
        settings = self._corpus.settings
        engine = Engine()
        corpus = self._corpus.again(replace(settings, match=_at(settings.match, threshold)), engine)
        weakref.finalize(corpus, engine.close)  # every selection has it
        return judged(corpus, self._given)


def judged(corpus: Corpus, given: Given) -> CleanResult:
    """Match documents, and tell what became of them."""
    corpus.match()
    removals: list[Removal] = []
    suspicions: list[Suspicion] = []
    tally = Tally()
    for outcome in corpus.outcomes():
        removals += outcome.removals
        suspicions += outcome.suspicions
        count_in(tally, outcome)
    stays = corpus.staying()
    kept = Selection(corpus, given, np.flatnonzero(stays), cleaned=True)
    removed = Selection(corpus, given, np.flatnonzero(~stays), cleaned=False)
    return CleanResult(kept, removed, tuple(removals), tuple(suspicions), tally.facts(), corpus, given)


def _at(match: MatchSettings, threshold: float) -> MatchSettings:
    if not match.plain:
        return replace(match, likeness=threshold)
    if match.threshold is None:
        return replace(match, containment=threshold)
    if threshold < match.threshold:
        remedy = f"clean again, or give at least {match.threshold:g}"
        raise SettingsError("threshold", f"below {match.threshold:g} nothing has been looked for", remedy=remedy)
    return replace(match, threshold=threshold)


def _matches(removals: tuple[Removal, ...]) -> Iterator[Match]:
    for removal in removals:
        match removal.evidence:
            case Likeness(other, jaccard, containment, shared, union, likeness, words, covers, figures, names):
                own = round(shared / containment)
                smaller = min(own, union - own + shared)
                (a, a_words), (b, b_words) = sorted(
                    ((removal.document, words), (other, covers)), key=lambda each: each[0]
                )
                yield Match(a, b, jaccard, shared / smaller, shared, union, likeness, a_words, b_words, figures, names)
