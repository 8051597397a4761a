"""The library: the same cleaning as the command line, on texts in memory."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup import segment, sketch
from dedup.engines.local import Engine
from dedup.formats.entry import Entry
from dedup.kernel.arrays import Texts
from dedup.pipeline import document as single
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.rows import Incoming
from dedup.precedence import Standing, rank
from dedup.records import Document, Match, Removal, Suspicion
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datasketch import MinHash

    from dedup.pipeline.document import Stripped


@dataclass(frozen=True, slots=True)
class CleanResult:
    """What became of a corpus."""

    kept: tuple[Document, ...]
    """The documents that stay, in the order given, with what remains of their texts."""
    removals: tuple[Removal, ...]
    """All that went, in the order of the documents; a document that went whole has one that spans it."""
    suspicions: tuple[Suspicion, ...]
    """What looks as if it should go, and stays."""


@dataclass(frozen=True, slots=True)
class LineScore:
    """A line's chance to be worth keeping."""

    start: int
    """Code point where the line begins, white space before it left out."""
    end: int
    """Code point behind its last character that is not white space."""
    keep: float
    """In [0, 1]: 1 less the confidence of the surest finding on the line; 1 where nothing was found."""


def clean(documents: Iterable[str | Document], settings: Settings | None = None) -> CleanResult:
    """
    Clean a corpus in memory.

    Plain strings are named by their place, with leading zeros: `"007"`; for the settings `prefer` and `reference` a
    document's source is its name. Raises `DuplicateId` where two documents go by one name.

    >>> import dedup
    >>> result = dedup.clean(["The same few words, said twice over.", "The same few words, said twice over!", "Other."])
    >>> [document.id for document in result.kept]
    ['0', '2']
    >>> result.removals[0].evidence.document
    '0'
    """
    with _gathered(documents, settings or Settings()) as corpus:
        corpus.match()
        kept: list[Document] = []
        removals: list[Removal] = []
        suspicions: list[Suspicion] = []
        for outcome in corpus.outcomes():
            if outcome.text is not None:
                kept.append(Document(outcome.incoming.entry.id, outcome.text))
            removals += outcome.removals
            suspicions += outcome.suspicions
    return CleanResult(tuple(kept), tuple(removals), tuple(suspicions))


def near_duplicates(documents: Iterable[str | Document], threshold: float = 0.5) -> tuple[Match, ...]:
    """
    Find every pair of documents whose sets of 5-word shingles have at least this Jaccard similarity.

    Texts are compared as they are; pairs come sorted by their names. Plain strings are named as `clean` names them.
    Candidates come from MinHash LSH, so that a pair right at the threshold is missed once in a hundred times; every
    pair returned is measured exactly. Raises `SettingsError` for a threshold outside (0, 1].

    >>> import dedup
    >>> text = "Eleven ships left the harbour at dawn and only nine of them came back before the storm"
    >>> [(match.a, match.b, round(match.jaccard, 2)) for match in dedup.near_duplicates([text, text + " broke"])]
    [('0', '1', 0.93)]
    """
    settings = Settings.of({"threshold": threshold, "steps": [Step.DOCUMENTS]})
    with _gathered(documents, settings) as corpus:
        return tuple(sorted(corpus.pairs(), key=lambda match: (match.a, match.b)))


def strip(text: str, settings: Settings | None = None) -> Stripped:
    r"""
    Take boilerplate and repeats out of one text.

    >>> import dedup
    >>> result = dedup.strip("The ship sank.\n\nSubscribe to our newsletter")
    >>> result.text
    'The ship sank.'
    >>> [(removal.span.start, removal.span.end, removal.rule) for removal in result.removals]
    [(14, 43, 'newsletter-prompt')]
    """
    return single.strip(Document("text", text), settings or Settings())


def score_lines(text: str, settings: Settings | None = None) -> tuple[LineScore, ...]:
    r"""
    Score every line of a text that is not blank, in order.

    >>> import dedup
    >>> [line.keep > 0.5 for line in dedup.score_lines("The ship sank.\nSubscribe to our newsletter")]
    [True, False]
    """
    chosen = settings or Settings()
    stripped = single.strip(Document("text", text), Settings(steps=(Step.BOILERPLATE,), strip=chosen.strip))
    found = sorted((*stripped.removals, *stripped.suspicions), key=lambda finding: finding.span)
    scores = []
    for line in segment.page(text).lines:
        doubts = [finding.confidence for finding in found if finding.span.overlaps(line.span)]
        scores.append(LineScore(line.span.start, line.span.end, 1 - max(doubts, default=0.0)))
    return tuple(scores)


def minhash(text: str, settings: Settings | None = None) -> MinHash:
    """
    Sketch a text as a `datasketch.MinHash`, to be used with datasketch's indexes and storages.

    It is the signature that matching itself uses: scheme `affine32` over the upper halves of 5-word shingle hashes.

    >>> import dedup
    >>> text = "Eleven ships left the harbour at dawn and only nine of them came back before the storm"
    >>> dedup.minhash(text).jaccard(dedup.minhash(text.upper()))
    1.0
    """
    from datasketch import MinHash  # noqa: PLC0415 - a second that nothing else should cost

    wanted = (settings or Settings()).match
    made = sketch.sketch(Texts.of_strings([text]), wanted)
    return MinHash(hashvalues=made.signatures[0], seed=wanted.seed, scheme="affine32")


@contextmanager
def _gathered(documents: Iterable[str | Document], settings: Settings) -> Iterator[Corpus]:
    with Engine() as engine:
        corpus = Corpus(settings, engine)
        corpus.gather(_incoming(list(documents), settings), lambda document: f"document {document.entry.record}")
        yield corpus


def _incoming(documents: list[str | Document], settings: Settings) -> Iterator[Incoming]:
    width = len(str(len(documents) - 1))
    for number, given in enumerate(documents):
        name, text = (f"{number:0{width}}", given) if isinstance(given, str) else (given.id, given.text)
        standing = Standing(rank(name, settings.precedence))
        yield Incoming(0, Entry(name, text, record=number + 1), standing=standing)
