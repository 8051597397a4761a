"""What holds of every cleaning, whatever the corpus: nothing is lost, all is accounted for, one pass is enough."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pytest
from conftest import any_text
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import ledger
from dedup.decide import interleave
from dedup.engines.local import Engine, Resources
from dedup.formats.entry import Entry
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.paragraphs import Fresh, waits
from dedup.pipeline.reading import shards_of
from dedup.pipeline.rows import Incoming
from dedup.pipeline.tables import SHINGLE
from dedup.precedence import Measure, Standing, rank
from dedup.records import Copy, Likeness, Removal, Span
from dedup.segment import INVISIBLE
from dedup.settings import Keep, Settings
from dedup.sketch import text_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dedup.pipeline.outcome import Outcome

Texts = dict[str, str]

VOCABULARY: Final = [f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"]
BOILERPLATE: Final = [
    "Share this article",
    "Advertisement",
    "Subscribe to our newsletter",
    "© 2024 Daily Example. All rights reserved.",
    "Follow us on Facebook",
]


def paragraph(seed: int) -> list[str]:
    """Make a paragraph of 6 to 30 words; equal seeds, equal paragraphs."""
    random = Random(seed)  # noqa: S311 - a text, no secret
    words = random.choices(VOCABULARY, k=random.choice([6, 12, 18, 24, 30]))
    return [words[0].capitalize(), *words[1:-1], words[-1] + "."]


@st.composite
def documents(draw: st.DrawFn, seeds: int = 8) -> str:
    """Draw a text of paragraphs from a pool, some edited, with boilerplate between, wrapped, doubled or cut short."""
    paragraphs = [paragraph(seed) for seed in draw(st.lists(st.integers(0, seeds), max_size=6))]
    for place in draw(st.sets(st.integers(0, len(paragraphs) - 1), max_size=2)) if paragraphs else ():
        words = paragraphs[place]
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(VOCABULARY))
    lines = [" ".join(words) for words in paragraphs]
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(BOILERPLATE)))
    if lines and draw(st.integers(0, 5)) == 0:
        lines = lines * 2
    if draw(st.integers(0, 7)) == 0:
        width = draw(st.sampled_from([8, 11]))
        lines = ["\n".join(" ".join(row) for row in _rows(line.split(), width)) for line in lines]
    gap = draw(st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n"]))
    return gap.join(lines) + draw(st.sampled_from(["", gap]))


def _rows(words: list[str], width: int) -> Iterable[list[str]]:
    return (words[at : at + width] for at in range(0, len(words), width))


def corpora_of(texts: st.SearchStrategy[str], most: int = 7) -> st.SearchStrategy[Texts]:
    """Draw little corpora, their ids in no order, with some texts that are another one with something added."""

    @st.composite
    def draw_corpus(draw: st.DrawFn) -> Texts:
        made = draw(st.lists(texts, max_size=most))
        for _ in range(draw(st.integers(0, 2)) if made else 0):
            text = draw(st.sampled_from(made))
            made.append(
                draw(st.sampled_from([text, text.upper(), f"{text}\n\nOne more thing.", text[: len(text) * 3 // 4]]))
            )
        ids = draw(st.permutations([f"d{number}" for number in range(len(made))]))
        return dict(zip(ids, made, strict=True))

    return draw_corpus()


little_corpora = corpora_of(documents() | documents() | documents(seeds=3) | any_text())
choices = st.builds(
    lambda reference, reference_only, **values: Settings.of(
        values | {"reference": reference, "reference_only": reference_only and bool(reference)}
    ),
    likeness=st.sampled_from([0.4, 0.6, 0.8]),
    threshold=st.sampled_from([None, 0.5, 0.7, 0.9]),
    containment=st.sampled_from([None, 0.75, 0.9]),
    shingle=st.sampled_from([3, 5]),
    sample=st.sampled_from([1, 16]),
    permutations=st.just(64),
    paragraph_threshold=st.sampled_from([0.6, 0.9]),
    paragraph_likeness=st.sampled_from([0.5, 0.75, 1]),
    paragraph_words=st.sampled_from([5, 15]),
    keep=st.sampled_from([*Keep, "max:value", "min:value"]),
    prefer=st.sampled_from([(), (), ("d1", "d0")]),
    reference=st.sampled_from([(), (), ("d2", "d3")]),
    reference_only=st.booleans(),
)


def possible(chosen: Settings, texts: Mapping[str, str]) -> Settings:
    """Leave out sources that a corpus has not."""
    values = chosen.flat()
    if not {*values["prefer"]} & {*texts}:
        values["prefer"] = ()
    if not {*values["reference"]} & {*texts}:
        values["reference"] = ()
    return Settings.of(values | {"reference_only": values["reference_only"] and bool(values["reference"])})


def incoming(texts: Mapping[str, str], chosen: Settings) -> Iterable[Incoming]:
    """Make documents whose source is their id, and whose value depends on it."""
    for name, text in texts.items():
        value = {"d1": math.nan, "d4": 2.5}.get(name, sum(name.encode()) * 7 % 5)
        yield Incoming(0, Entry(name, text), standing=Standing(rank(name, chosen.precedence), Measure.NUMBER, value))


def clean(texts: Mapping[str, str], chosen: Settings, resources: Resources | None = None) -> dict[str, Outcome]:
    """Clean texts in memory; give what became of each by id."""
    chosen = possible(chosen, texts)
    with Engine(resources) as engine:
        corpus = Corpus(chosen, engine)
        corpus.gather(incoming(texts, chosen), lambda found: found.entry.id)
        corpus.match()
        return {outcome.incoming.entry.id: outcome for outcome in corpus.outcomes()}


def account(outcome: Outcome) -> bytes:
    """Write down everything that an outcome says."""
    findings = [*outcome.removals, *outcome.suspicions, *outcome.stripped]
    facts: dict[str, Any] = {"id": outcome.incoming.entry.id, "text": outcome.text}
    return orjson.dumps(facts | {"findings": [ledger.row(finding) for finding in findings]})


def without(text: str, removals: Iterable[Removal]) -> str:
    """Cut removals out of a text by plain slicing."""
    for removal in sorted(removals, key=lambda found: found.span, reverse=True):
        text = text[: removal.span.start] + text[removal.span.end :]
    return text


def shingles(text: str, size: int) -> set[tuple[int, ...]]:
    """Give the shingles of a text as tuples of its word hashes."""
    words = text_words(text).hashes.tolist()
    if len(words) < size:
        return {tuple(words)} if words else set()
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


@given(little_corpora, choices)
def test_kept_and_removed_are_the_text(texts: Texts, chosen: Settings) -> None:
    """Of every document what stays and what goes interleave to the text; what goes is sorted, disjoint, not empty."""
    outcomes = clean(texts, chosen)
    assert list(outcomes) == list(texts)
    for name, outcome in outcomes.items():
        text = texts[name]
        spans = [removal.span for removal in outcome.removals]
        assert all(len(span) for span in spans)
        assert all(one.end <= other.start for one, other in pairwise(spans))
        remaining = "" if outcome.text is None else outcome.text
        assert remaining == without(text, outcome.removals)
        assert interleave(remaining, [(span.start, text[span.start : span.end]) for span in spans]) == text
        if outcome.text is None:
            assert spans == [Span(0, len(text))]


@settings(max_examples=40)
@given(little_corpora, choices)
def test_only_documents_with_words_go(texts: Texts, chosen: Settings) -> None:
    """A text without words stays, and nothing but white space is only cut beside something else."""
    for name, outcome in clean(texts, chosen).items():
        if not len(text_words(texts[name]).hashes):
            assert outcome.text is not None
        for removal in outcome.removals:
            assert texts[name][removal.span.start : removal.span.end].strip(INVISIBLE)


@given(little_corpora, choices)
def test_every_removal_names_what_stays(texts: Texts, chosen: Settings) -> None:
    """What goes for likeness names something that stays, and measuring again gives the numbers told."""
    outcomes = clean(texts, chosen)
    for name, outcome in outcomes.items():
        for removal in (*outcome.removals, *outcome.stripped):
            if isinstance(removal.evidence, Likeness):
                witness = outcomes[removal.evidence.document]
                assert witness.text is not None
                assert removal.evidence.document != name
                own = shingles(without(texts[name], outcome.stripped), chosen.match.shingle)
                assert measured(own, witness, removal.evidence, chosen)
            elif isinstance(removal.evidence, Copy):
                check_copy(texts, outcomes, outcome, removal, chosen)


def measured(own: set[tuple[int, ...]], witness: Outcome, told: Likeness, chosen: Settings) -> bool:
    """Tell whether a likeness is right, of the witness as it stays."""
    other = shingles(witness.text or "", chosen.match.shingle)
    shared, union = len(own & other), len(own | other)
    numbers = (shared / union, shared / len(own), shared, union)
    wanted = chosen.match
    if wanted.plain:
        alike = told.jaccard >= (wanted.threshold or 2) or told.containment >= (wanted.containment or 2)
    else:
        assert told.likeness is not None
        alike = told.likeness >= wanted.likeness
    return alike and numbers == (told.jaccard, told.containment, told.shared, told.union)


def check_copy(
    texts: Texts, outcomes: dict[str, Outcome], outcome: Outcome, removal: Removal, chosen: Settings
) -> None:
    """
    Check that the twin of a repeat stays where the evidence says.

    That of a repeat inside a document may have gone itself, but not as a repeat inside the document.
    """
    evidence = removal.evidence
    assert isinstance(evidence, Copy)
    across = removal.reason.startswith("XP")
    twin = outcomes[evidence.document]
    assert (twin is not outcome) == across
    assert twin.text is not None or not across
    gone = [found.span for found in (*twin.removals, *twin.stripped) if across or found.reason.startswith("RP")]
    places = range(evidence.start, evidence.end)
    stays = [place for place in places if not any(span.start <= place < span.end for span in gone)]
    kept = "".join(twin.incoming.text[place] for place in stays)
    assert kept.strip(INVISIBLE)
    if across:
        one = shingles(texts[removal.document][removal.span.start : removal.span.end], SHINGLE)
        other = shingles(kept, SHINGLE)
        assert len(one & other) / len(one | other) == evidence.jaccard
        assert evidence.likeness is not None
        wanted = chosen.paragraphs
        assert evidence.jaccard >= wanted.paragraph_threshold or evidence.likeness >= wanted.paragraph_likeness


@given(little_corpora, choices)
def test_a_clean_corpus_stays_as_it_is(texts: Texts, chosen: Settings) -> None:
    """Cleaning what a cleaning left removes nothing."""
    kept = {name: outcome.text for name, outcome in clean(texts, chosen).items() if outcome.text is not None}
    again = clean(kept, chosen)
    assert {name: outcome.removals for name, outcome in again.items() if outcome.removals} == {}


@given(little_corpora, choices.filter(lambda chosen: bool(chosen.precedence.reference)))
def test_references_lose_nothing(texts: Texts, chosen: Settings) -> None:
    """Documents of reference sources stay as they are; if asked so, all that goes for likeness goes because of them."""
    outcomes = clean(texts, chosen)
    references = {name for name in texts if name in chosen.precedence.reference}
    assert all(outcomes[name].text == texts[name] for name in references)
    witnesses = {
        removal.evidence.document
        for name, outcome in outcomes.items()
        for removal in outcome.removals
        if isinstance(removal.evidence, Likeness | Copy) and removal.evidence.document != name
    }
    assert not possible(chosen, texts).precedence.reference_only or witnesses <= references


def test_paragraphs_that_a_cut_makes_are_compared() -> None:
    """Where a cut leaves lines that now look broken at a margin, the paragraphs they form are compared too."""
    block = ["Rit mel kit nar man rul lal mot nul tar nan", "kul ris pat kir tar tul sar tal lar rer sut"]
    texts = {
        "c": "Bur lol dor sar sis kir.\n"
        + "\n".join(block)
        + "\n\nNor sal bol dat rol mos lot kar mun sus lur\npan.\n",
        "b": "rot.\n" + " ".join(block) + " pul mos.",
        "a": "Bur lol dor sar sis kir.\n",
    }
    chosen = Settings.of({"threshold": 0.9, "keep": "last", "paragraph_words": 5})
    outcomes = clean(texts, chosen)
    assert [removal.evidence.document for removal in outcomes["c"].removals if isinstance(removal.evidence, Copy)] == [
        "a",
        "b",
    ]
    assert outcomes["c"].text == "Nor sal bol dat rol mos lot kar mun sus lur\npan.\n"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] > pair[1]), max_size=25))
def test_nothing_keeps_and_loses_at_once(losses: list[tuple[int, int]]) -> None:
    """Best document first, each loses its paragraphs unless their keepers lose some; those wait."""
    losing: set[int] = set()
    for loser in range(10):
        if any(one == loser and keeper not in losing for one, keeper in losses):
            losing.add(loser)
    losers, keepers = (np.array([pair[side] for pair in losses], np.int32) for side in (0, 1))
    assert waits(losers, keepers, 10).tolist() == [keeper in losing for _, keeper in losses]


@settings(max_examples=60)
@given(little_corpora, choices)
def test_what_was_compared_is_known(texts: Texts, chosen: Settings) -> None:
    """Comparing every paragraph in every turn finds nothing that comparing those that are new, or wait, does not."""
    straight = clean(texts, chosen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fresh, "of", lambda *_: None)
        again = clean(texts, chosen)
    assert {name: account(again[name]) for name in texts} == {name: account(straight[name]) for name in texts}


def test_the_same_paragraph_is_found_in_a_crowd() -> None:
    """Two paragraphs with the same words are found however many others, of one template, fill the buckets."""

    def reports(number: int) -> str:
        one, other = 1000 + 7 * number, 90000 + 11 * number
        frame = " ".join(paragraph(7)[:24])
        own = " ".join(" ".join(paragraph(1000 + 50 * number + line)) for line in range(max(1, 40 - number // 10)))
        return f"{frame} rose to {one} points while others stayed at {other}\n\n{own}"

    texts = {f"d{number:03}": reports(number) for number in range(300)}
    crowd = texts["d299"].partition("\n")[0]
    texts["d300"] = f"{crowd}\n\n{' '.join(paragraph(5))}"
    outcomes = clean(texts, Settings.of({"steps": "paragraphs"}))
    assert [name for name, outcome in outcomes.items() if outcome.removals] == ["d300"]
    [removal] = outcomes["d300"].removals
    assert isinstance(removal.evidence, Copy)
    assert (removal.evidence.document, removal.evidence.jaccard) == ("d299", 1)


def test_what_keeps_a_paragraph_was_compared_as_it_is() -> None:
    """Two documents that cuts have made alike do not both stay because each keeps a paragraph that another one lost."""
    short = "\n".join(" ".join(paragraph(seed)[:4]) for seed in range(100, 160))
    long = {seed: " ".join(paragraph(seed) + paragraph(seed + 1) + paragraph(seed + 2)) for seed in range(0, 99, 3)}
    seeds = iter(long)
    own = {name: "\n".join(long[next(seeds)] for _ in range(2)) for name in ("one", "two")}
    kept = {name: long[next(seeds)] for name in ("one", "two")}
    texts = {name: "\n".join((short, own[name], kept[name])) for name in ("one", "two")}
    for name in ("one", "two"):
        texts[f"longer {name}"] = "\n".join((own[name], *(long[next(seeds)] for _ in range(7))))
        texts[f"shorter {name}"] = "\n".join((kept[name], long[next(seeds)]))
    chosen = Settings.of({"steps": "documents,paragraphs", "threshold": 0.5, "containment": 1})
    outcomes = clean(texts, chosen)
    left = {name: outcome.text for name, outcome in outcomes.items() if outcome.text is not None}
    assert len({"one", "two"} & {*left}) == 1
    assert all(any(kept[name] in text for text in left.values()) for name in kept)
    assert {name: found.removals for name, found in clean(left, chosen).items() if found.removals} == {}


def test_a_witness_that_is_cut_speaks_no_more() -> None:
    """What went because of a document is judged again when that loses the words it was like."""
    shared = "lus bir sel bus nul tar kas bun mat kil nir bit"
    texts = {
        "a": f"Tin {shared} nul bol.\nSel bus dut pes.",
        "b": "per nul bol.\n",
        "c": f"{shared} per nul bol.\nOne more thing.",
        "d": "kir.\nOne more thing.",
        "e": "bus dut pes.",
    }
    chosen = Settings.of({"threshold": 0.7, "containment": 0.9, "shingle": 3, "sample": 1, "paragraph_threshold": 0.6})
    outcomes = clean(texts, chosen)
    assert {name for name, outcome in outcomes.items() if outcome.text is not None} == {"a", "b", "d"}
    assert outcomes["c"].stripped[0].reason == "XP101"


@settings(max_examples=40)
@given(little_corpora, choices, st.randoms(use_true_random=False))
def test_order_changes_nothing(texts: Texts, chosen: Settings, random: Random) -> None:
    """Unless their order decides, the same is decided of every document in whatever order the documents come."""
    if chosen.precedence.keep in {Keep.FIRST, Keep.LAST}:
        chosen = Settings.of(chosen.flat() | {"keep": "longest"})
    names = list(texts)
    random.shuffle(names)
    straight = clean(texts, chosen)
    shuffled = clean({name: texts[name] for name in names}, chosen)
    assert {name: account(shuffled[name]) for name in texts} == {name: account(straight[name]) for name in texts}


@settings(max_examples=40)
@given(little_corpora, choices, st.sampled_from([1, 300]), st.sampled_from([1, 20]), st.sampled_from([1, 50]))
def test_batches_change_nothing(texts: Texts, chosen: Settings, size: int, at_once: int, block: int) -> None:
    """However many documents, words, shingles and samples are taken together, the same is decided, byte for byte."""
    straight = clean(texts, chosen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.pipeline.corpus.shards_of", partial(shards_of, size=size))
        patch.setattr("dedup.pipeline.paragraphs.AT_ONCE", at_once)
        patch.setattr("dedup.cluster.held.AT_ONCE", at_once)
        pieces = clean(texts, chosen, Resources(memory=4 * 64 * block))
    assert [account(pieces[name]) for name in texts] == [account(straight[name]) for name in texts]
