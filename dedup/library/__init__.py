"""The library: the same cleaning as the command line, on what other programs hold."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from dedup import segment, sketch
from dedup.engines.local import Engine
from dedup.kernel.arrays import Texts
from dedup.library.given import ArrowArray, ArrowStream, Dataset, Documents, Given
from dedup.library.result import CleanResult, judged
from dedup.library.selection import Selection
from dedup.pipeline import document as single
from dedup.pipeline.corpus import Corpus
from dedup.records import Document, Match
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from datasketch import MinHash

    from dedup.pipeline.document import Stripped


@dataclass(frozen=True, slots=True)
class LineScore:
    """A line's chance to be worth keeping."""

    start: int
    """Code point where the line begins, white space before it left out."""
    end: int
    """Code point behind its last character that is not white space."""
    keep: float
    """In [0, 1]: 1 less the confidence of the surest finding on the line; 1 where nothing was found."""


def clean(documents: Documents, settings: Settings | None = None) -> CleanResult:
    """
    Clean a corpus.

    Given may be texts, `Document`s, records (mappings), tables and data frames that speak Arrow's PyCapsule interface,
    and datasets of Hugging Face's library; the settings `text_field` and `id_field` name fields and columns. Texts
    without an id are named by their place, with leading zeros: `"007"`, of twelve digits where nobody can tell how many
    there will be. A document's source, for the settings `prefer` and `reference`, is its name, unless `source_field`
    names a field.

    Texts beyond an eighth of the memory that the command line aims at are on disk, in a temporary folder, as long as
    the result is there. Raises `DuplicateId` where two documents go by one name, and `ReadError` for what is no text.

    >>> import dedup
    >>> result = dedup.clean(["The same few words, said twice over.", "The same few words, said twice over!", "Other."])
    >>> [document.id for document in result.kept]
    ['0', '2']
    >>> result.removals[0].evidence.document
    '0'
    >>> list(dedup.clean([{"text": "A text.", "n": 1}, {"text": "A text!", "n": 2}]).kept.records())
    [{'text': 'A text.', 'n': 1}]
    """
    engine = Engine()
    try:
        corpus, given = _gathered(documents, settings or Settings(), engine)
        result = judged(corpus, given)
    except BaseException:
        engine.close()
        raise
    weakref.finalize(given, engine.close)  # every selection has it
    return result


@overload
def stream(documents: Iterable[str | Document], settings: Settings | None = None) -> Iterator[Document]: ...


@overload
def stream(
    documents: Iterable[Mapping[Any, Any]] | ArrowStream | ArrowArray | Dataset, settings: Settings | None = None
) -> Iterator[dict[Any, Any]]: ...


def stream(documents: Documents, settings: Settings | None = None) -> Iterator[Document] | Iterator[dict[Any, Any]]:
    """
    Clean a corpus as `clean` does, and give what stays one by one: documents for texts, records for all else.

    The last document has to be seen before the first can be given. Neither those taken nor those given are held in
    memory: beyond a bound they are on disk until all are given.

    >>> import dedup
    >>> [record["n"] for record in dedup.stream({"text": f"Text {n // 2}.", "n": n} for n in range(4))]
    [0, 2]
    """
    with Engine() as engine:
        corpus, given = _gathered(documents, settings or Settings(), engine)
        corpus.match()
        kept = Selection(corpus, given, np.flatnonzero(corpus.staying()), cleaned=True)
        yield from kept if given.kind is Document else kept.records()


def near_duplicates(documents: Documents, threshold: float = 0.5) -> tuple[Match, ...]:
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
    with Engine() as engine:
        corpus, _ = _gathered(documents, settings, engine)
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


def _gathered(documents: Documents, settings: Settings, engine: Engine) -> tuple[Corpus, Given]:
    given = Given(documents, settings, engine)
    corpus = Corpus(settings, engine)
    corpus.gather(given.incoming(), lambda document: f"document {document.entry.record}")
    return corpus, given
