"""Matching: what goes, stays and pairs up is what comparing everything with everything in plain Python says."""

from __future__ import annotations

from itertools import combinations
from math import comb
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dedup
from dedup import cluster
from dedup.cluster import BLOCK, NEVER, Criteria, exact_groups, matching_pairs, settle
from dedup.cluster.held import Held
from dedup.cluster.proposing import candidates
from dedup.cluster.sharing import Sharing
from dedup.kernel.arrays import Texts
from dedup.kernel.candidates import best, foreseen
from dedup.kernel.likeness import LIKENESS, PARTS, Sets, measured
from dedup.kernel.minhash import band_keys
from dedup.precedence import visiting_order
from dedup.settings import Keep, MatchSettings
from dedup.sketch import banding, sketch, word_sequences

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from dedup.kernel.arrays import F64, I32, I64, U8, U64

T = TypeVar("T")
R = TypeVar("R")

SIZE: Final = 2
CERTAIN: Final = MatchSettings(threshold=0.05, recall=0.999, shingle=SIZE, permutations=256, sample=1)
"""One value a band and every shingle sampled: what could match is always proposed."""

vocabulary = st.sampled_from([*"abcdefgh"])
word_lists = st.lists(vocabulary, max_size=14)
thresholds = st.sampled_from([0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
containments = st.sampled_from([0.5, 0.75, 0.9, 1.0])


@st.composite
def corpora(draw: st.DrawFn) -> list[str]:
    """Draw texts of which many are edited, truncated, extended or exact copies of others, or of one template."""
    pool = draw(st.lists(word_lists, min_size=1, max_size=4))
    texts: list[list[str]] = []
    for _ in range(draw(st.integers(0, 9))):
        text = list(draw(st.sampled_from([*pool, *texts])))
        match draw(st.sampled_from(["copy", "edit", "cut", "add", "new"])):
            case "edit" if text:
                text[draw(st.integers(0, len(text) - 1))] = draw(vocabulary)
            case "cut":
                text = text[: draw(st.integers(0, len(text)))]
            case "add":
                text += draw(st.lists(vocabulary, max_size=4))
            case "new":
                text = draw(word_lists)
        texts.append(text)
    return [" ".join(text) for text in texts]


def shingles(text: str) -> set[tuple[str, ...]]:
    """Give the shingles of a text of letters parted by spaces."""
    words = text.split()
    if len(words) < SIZE:
        return {tuple(words)} if words else set()
    return {tuple(words[at : at + SIZE]) for at in range(len(words) - SIZE + 1)}


class Alike(NamedTuple):
    """How one text compares with another, by Python's sets."""

    shared: int
    own: int
    other: int

    @classmethod
    def of(cls, text: str, other: str) -> Alike:
        """Compare."""
        one, two = shingles(text), shingles(other)
        return cls(len(one & two), len(one), len(two))

    def match(self, threshold: float, containment: float) -> bool:
        """Tell whether the first may go because of the second."""
        union = self.own + self.other - self.shared
        return self.own > 0 < self.other and (self.shared / union >= threshold or self.shared / self.own >= containment)


class Case:
    """A corpus in memory, as matching looks it up."""

    shingle = SIZE

    def __init__(self, texts: list[str], at_once: int = 2) -> None:
        self.strings = texts
        self.at_once = at_once
        self.made = sketch(Texts.of_strings(texts), CERTAIN)
        self.words = self.made.words
        self.there = self.words > 0
        self.samples = np.diff(self.made.offsets).astype(np.int32)

    def bands(self) -> Iterator[list[U64]]:
        """Give the keys, two bands together."""
        keys = band_keys(self.made.signatures, *banding(CERTAIN)).T
        return (list(keys[at : at + 2]) for at in range(0, len(keys), 2))

    def sampled(self) -> Iterator[tuple[U64, I32]]:
        """Give the samples."""
        yield self.made.samples, np.repeat(np.arange(len(self.words), dtype=np.int32), self.samples)

    def signatures(self, rows: I64) -> U8:
        """Give the low bytes of MinHash values."""
        return self.made.signatures[rows, :200].astype(np.uint8)

    def map(self, function: Callable[[T], R], arguments: Iterable[T]) -> Iterator[R]:
        """Call a function with each argument."""
        return map(function, arguments)

    def lengths(self, rows: I64) -> I32:
        """Count the words of some texts."""
        return self.words[rows]

    def texts(self, rows: I64) -> Iterator[tuple[I64, Texts]]:
        """Give some texts, in pieces and not in order."""
        for places in (np.flatnonzero(rows % 2 == 1), np.flatnonzero(rows % 2 == 0)):
            yield places, Texts.of_strings([self.strings[row] for row in rows[places]])

    def settle(  # noqa: PLR0913 - as what it calls
        self,
        order: list[int],
        threshold: float,
        containment: float = NEVER,
        *,
        pinned: Collection[int] = (),
        owners: list[int] | None = None,
        block: int = BLOCK,
        likeness: float = NEVER,
        together: int = 3,
    ) -> Decided:
        """Decide which texts stay, visited so many together; counts are 0 for those that do."""
        count = len(self.words)
        active = np.zeros(count, bool)
        active[order] = True
        ranks = np.full(count, count)
        ranks[order] = np.arange(len(order))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("dedup.cluster.visiting.TOGETHER", together)
            found = settle(
                self,
                active,
                lambda some: ranks[some],
                Criteria(threshold, containment, likeness),
                owners=None if owners is None else np.array(owners, np.int32).__getitem__,
                pinned=np.array([row in pinned for row in range(count)], bool).__getitem__,
                block=block,
            )
        spread = np.zeros((4, count), np.int64)
        spread[0] = -1
        spread[:, found.texts] = found.witnesses, found.shared, found.own, found.other
        witnesses, shared, own, other = spread
        parts = np.full((count, PARTS), np.nan)
        parts[found.texts] = found.parts if len(found.parts) else np.nan
        return Decided(witnesses, shared, own, other, found.forgotten, parts)


class Decided(NamedTuple):
    """What settling found, a value a text."""

    witnesses: I64
    shared: I64
    own: I64
    other: I64
    forgotten: int
    parts: F64


blocks = st.sampled_from([1, 10, BLOCK])
facts = corpora().map(lambda texts: [text.replace("g", "7").replace("h", "Bonn") for text in texts])


@given(corpora(), thresholds, containments | st.just(NEVER), blocks)
def test_pairs_are_all_pairs(texts: list[str], threshold: float, containment: float, block: int) -> None:
    """Where every pair is proposed, exactly those pairs match that do by comparing all with all."""
    found = list(matching_pairs(Case(texts), Criteria(threshold, containment), block=block))
    expected = {}
    for left, right in combinations(range(len(texts)), 2):
        alike = Alike.of(texts[left], texts[right])
        turned = Alike.of(texts[right], texts[left])
        if alike.match(threshold, containment) or turned.match(threshold, containment):
            expected[left, right] = alike
    made = {
        (left, right): Alike(*counts)
        for some in found
        for left, right, *counts in zip(*(column.tolist() for column in some[:5]), strict=True)
    }
    assert made == expected
    assert sum(len(some.left) for some in found) == len(made)
    assert not any(some.forgotten for some in found)


@given(facts, blocks)
def test_pairs_are_all_that_are_alike(texts: list[str], block: int) -> None:
    """By likeness, exactly those pairs match of which one speaks enough against the other, measured pair by pair."""
    case = Case(texts)
    parts = every_parts(case)[..., LIKENESS]
    expected = {pair for pair in combinations(range(len(texts)), 2) if max(parts[pair], parts[pair[::-1]]) >= 0.6}
    found = list(matching_pairs(case, Criteria(likeness=0.6), block=block))
    made = [pair for some in found for pair in zip(some.left.tolist(), some.right.tolist(), strict=True)]
    assert len(made) == len(set(made))
    assert set(made) == expected


@given(facts, st.randoms(use_true_random=False))
def test_a_pair_is_measured_by_itself(texts: list[str], random: Random) -> None:
    """What is said of a pair is the same whichever pairs were measured before, shorter or longer ones."""
    sets = Sets.of(word_sequences(Texts.of_strings(texts), SIZE))
    pairs = [pair for pair in combinations(range(len(texts)), 2) if sets.sizes[list(pair)].all()]
    random.shuffle(pairs)
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T.copy()
    together = measured(left, right, np.zeros(len(pairs), np.uint8), sets, aligned=True, threshold=0)
    for place in range(len(pairs)):
        one, other = left[place : place + 1], right[place : place + 1]
        alone = measured(one, other, np.zeros(1, np.uint8), sets, aligned=True, threshold=0)
        assert together[0][place] == alone[0][0]
        np.testing.assert_array_equal([parts[place] for parts in together[1:]], [parts[0] for parts in alone[1:]])


@given(facts, st.integers(0, 60), st.booleans(), st.data())
def test_what_is_held_is_what_stands_there(texts: list[str], room: int, ordered: bool, data: st.DataObject) -> None:  # noqa: FBT001 - drawn
    """Whatever texts are asked for, one time after another and in however little room, each has its own words."""
    case = Case(texts)
    rows = np.flatnonzero(case.words > 0)
    held = Held(case, rows, 0, room, ordered=ordered)
    for needed in data.draw(st.lists(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)), max_size=5)):
        sets = held.sets(np.array(needed, bool))
        for text in np.flatnonzero(needed).tolist():
            slot, alone = sets.slots[text], word_sequences(Texts.of_strings([texts[rows[text]]]), SIZE)
            own, whole = slice(sets.offsets[slot], sets.offsets[slot] + sets.sizes[slot]), slice(0, alone.sizes[0])
            assert sets.values[own].tolist() == alone.values[whole].tolist()
            if ordered:
                own = slice(sets.offsets[slot], sets.offsets[slot + 1])
                for name in ("words", "kinds", "letters"):
                    assert getattr(sets, name)[own].tolist() == getattr(alone, name).tolist()
                figures = sets.figures[sets.begins[slot] : sets.begins[slot + 1]]
                assert figures.tolist() == alone.figures.tolist()
                assert sets.marks[slot].tolist() == Sets.of(alone).marks[0].tolist()


def greedy(texts: list[str], order: list[int], threshold: float, pinned: set[int], owners: list[int]) -> dict[int, int]:
    """Keep each text unless it matches one kept before it; give the witnesses of those that go."""
    witnesses: dict[int, int] = {}
    kept: list[int] = []
    for text in order:
        rivals = (
            other
            for other in kept
            if owners[other] != owners[text] and Alike.of(texts[text], texts[other]).match(threshold, NEVER)
        )
        witness = None if text in pinned else next(rivals, None)
        if witness is None:
            kept.append(text)
        else:
            witnesses[text] = witness
    return witnesses


@given(corpora(), thresholds, blocks, st.data())
def test_settling_is_the_greedy_pass(texts: list[str], threshold: float, block: int, data: st.DataObject) -> None:
    """By similarity alone, what goes because of what is what a visit in order says; owners and pins are respected."""
    rows = list(range(len(texts)))
    order = data.draw(st.permutations(rows).flatmap(lambda some: st.integers(0, len(some)).map(lambda end: some[:end])))
    pinned = data.draw(st.sets(st.sampled_from(rows))) if rows else set()
    owners = data.draw(st.just(rows) | st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    found = Case(texts).settle(order, threshold, pinned=pinned, owners=owners, block=block)
    expected = greedy(texts, order, threshold, pinned, owners)
    assert {row: witness for row, witness in enumerate(found.witnesses.tolist()) if witness >= 0} == expected
    check_numbers(texts, found)


def check_numbers(texts: list[str], found: Decided) -> None:
    """Check the counts of every text that goes, and that there are none for those that stay."""
    for row, witness in enumerate(found.witnesses.tolist()):
        counts = (found.shared[row], found.own[row], found.other[row])
        assert counts == ((0, 0, 0) if witness < 0 else Alike.of(texts[row], texts[witness]))


@given(corpora(), thresholds, containments, blocks, st.data())
@example(["a b c d e", "a b c d x y", "a b c d x y z e a c g"], 0.5, 0.5, 10, None)
def test_nothing_that_stays_matches(
    texts: list[str], threshold: float, containment: float, block: int, data: st.DataObject | None
) -> None:
    """Every text that goes has a witness that stays, measured as told; of two that match one goes, or is pinned."""
    rows = list(range(len(texts)))
    order = data.draw(st.permutations(rows)) if data else rows
    pinned = data.draw(st.sets(st.sampled_from(rows), max_size=2)) if data and rows else set()
    found = Case(texts).settle(order, threshold, containment, pinned=pinned, block=block)
    check_numbers(texts, found)
    stay = [row for row in rows if found.witnesses[row] < 0]
    assert pinned <= set(stay)
    for row in set(rows) - set(stay):
        witness = int(found.witnesses[row])
        assert witness in stay
        assert Alike.of(texts[row], texts[witness]).match(threshold, containment)
    for one, other in combinations(stay, 2):
        for text, rival in ((one, other), (other, one)):
            assert (
                text in pinned
                or rival in pinned
                or not Alike.of(texts[text], texts[rival]).match(threshold, containment)
            )
    assert found.forgotten == 0


@pytest.mark.parametrize("at_once", [1, 2])
@pytest.mark.parametrize("likeness", [NEVER, 0.6])
def test_what_lies_inside_a_pinned_text_goes(likeness: float, at_once: int) -> None:
    """A text goes that lies inside a longer one that is pinned and comes later, unless it is pinned itself."""
    words = [f"word{number}" for number in range(60)]
    case = Case([" ".join(words[:25]), " ".join(words)], at_once=at_once)
    containment = 0.9 if likeness is NEVER else NEVER
    for pinned, expected in ({1}, [1, -1]), ({0, 1}, [-1, -1]), ({0}, [-1, -1]):
        found = case.settle([0, 1], NEVER, containment, pinned=pinned, likeness=likeness)
        assert found.witnesses.tolist() == expected


@pytest.mark.parametrize(("likeness", "found"), [(0.2, True), (0.6, False)])
def test_other_figures_make_no_strangers_of_what_is_alike(*, likeness: float, found: bool) -> None:
    """Texts that share two fifths and have three figures each, all different, match where no more is asked."""
    shared = [f"shared{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(100)]
    own, other = ([f"{name}{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(150)] for name in ("own", "other"))
    own[10:130:40] = map(str, range(1900, 1903))
    other[10:130:40] = map(str, range(1950, 1953))
    case = Case([" ".join(own + shared), " ".join(shared + other)])
    assert (case.settle([0, 1], NEVER, likeness=likeness).witnesses.max() >= 0) == found


@given(facts, st.sampled_from([0.2, 0.4, 0.6, 0.8, 1.0]), blocks, st.data())
def test_nothing_that_stays_is_alike(texts: list[str], likeness: float, block: int, data: st.DataObject) -> None:
    """So it is by likeness: each witness stays and speaks as told; of two that match one goes, or is pinned."""
    rows = list(range(len(texts)))
    order = data.draw(st.permutations(rows))
    pinned = data.draw(st.sets(st.sampled_from(rows), max_size=2)) if rows else set()
    case = Case(texts)
    found = case.settle(order, NEVER, pinned=pinned, block=block, likeness=likeness)
    check_numbers(texts, found)
    stay = [row for row in rows if found.witnesses[row] < 0]
    parts = every_parts(case)
    assert pinned <= set(stay)
    for row in set(rows) - set(stay):
        assert found.witnesses[row] in stay
        np.testing.assert_array_equal(found.parts[row], parts[row, found.witnesses[row]])
        assert found.parts[row, LIKENESS] >= likeness
    for one, other in combinations(stay, 2):
        for text, rival in ((one, other), (other, one)):
            assert text in pinned or rival in pinned or parts[text, rival, LIKENESS] < likeness
    assert found.forgotten == 0


@given(facts, st.sampled_from([0.2, 0.6, NEVER]), thresholds, st.integers(1, 9), st.integers(2, 4))
def test_what_is_compared_before_changes_nothing(
    texts: list[str], likeness: float, threshold: float, together: int, at_once: int
) -> None:
    """However many texts are visited together, and by however many threads, the same is decided, part by part."""
    order = list(range(len(texts)))
    alone = Case(texts, at_once=1).settle(order, threshold, likeness=likeness)
    others = Case(texts, at_once=at_once).settle(order, threshold, likeness=likeness, together=together)
    for one, other in zip(alone, others, strict=True):
        np.testing.assert_array_equal(one, other)


@given(facts, st.sampled_from([0.2, 0.6, NEVER]), thresholds, st.integers(1, 9), st.sampled_from([1, 2]))
def test_what_nobody_foresaw_is_compared_all_the_same(
    texts: list[str], likeness: float, threshold: float, together: int, at_once: int
) -> None:
    """Where no more is foreseen than what the next text needs, the same is decided as where all is."""
    order = list(range(len(texts)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster.visiting, "foreseen", lambda _, meeting, *__: np.ones(len(meeting.owners), bool))
        all_foreseen = Case(texts, at_once=at_once).settle(order, threshold, likeness=likeness)
        patch.setattr(cluster.visiting, "foreseen", lambda part, *rest: foreseen(part[:1], *rest))
        found = Case(texts, at_once=at_once).settle(order, threshold, likeness=likeness, together=together)
    for one, other in zip(all_foreseen, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_chance_makes_no_strangers() -> None:
    """Texts whose minima agree, by chance, more often than they share shingles are compared all the same."""
    found = Case(["", "e Bonn b a Bonn d", "b a"]).settle([0, 1, 2], NEVER, likeness=0.2)
    assert found.witnesses.tolist() == [-1, -1, 1]


def every_parts(case: Case) -> F64:
    """Measure what speaks for letting each text go because of each other one; nothing where one has no words."""
    every = np.arange(len(case.strings))
    sets = Sets.of(word_sequences(Texts.of_strings(case.strings), SIZE))
    parts = np.zeros((len(every), len(every), PARTS))
    pairs = [pair for pair in combinations(every.tolist(), 2) if case.words[list(pair)].all()]
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T.copy()
    equal = np.zeros(len(left), np.uint8)
    _, parts[left, right], parts[right, left] = measured(left, right, equal, sets, aligned=True, threshold=NEVER)
    return parts


@given(corpora(), thresholds, containments, st.sampled_from(Keep), st.data())
def test_presentation_changes_nothing(
    texts: list[str], threshold: float, containment: float, keep: Keep, data: st.DataObject
) -> None:
    """In whatever order documents come, with `longest` the same ones go because of the same others."""
    shuffle = data.draw(st.permutations(range(len(texts))))
    ids = [f"{row:02}" for row in range(len(texts))]
    straight = decided(texts, ids, threshold, containment, keep)
    shuffled = decided([texts[row] for row in shuffle], [ids[row] for row in shuffle], threshold, containment, keep)
    assert keep is not Keep.LONGEST or straight == shuffled
    assert decided(texts[::-1], ids[::-1], threshold, containment, Keep.LAST) == decided(
        texts, ids, threshold, containment, Keep.FIRST
    )


def decided(texts: list[str], ids: list[str], threshold: float, containment: float, keep: Keep) -> dict[str, str]:
    """Give by id what goes because of what."""
    case = Case(texts)
    by_id = np.argsort(ids, kind="stable")
    order = visiting_order(keep, case.words, np.zeros(len(ids)), by_id)
    witnesses = case.settle(order.tolist(), threshold, containment).witnesses.tolist()
    return {ids[row]: ids[witness] for row, witness in enumerate(witnesses) if witness >= 0}


@given(st.lists(word_lists | st.sampled_from([["a"], ["A", "B"], ["a", "b,"]]), max_size=8), st.data())
def test_exact_groups_are_equal_word_lists(words: list[list[str]], data: st.DataObject) -> None:
    """A text's leader is the first in order with the same words; texts without words and outsiders lead themselves."""
    texts = [" ".join(text) for text in words]
    rows = list(range(len(texts)))
    order = data.draw(st.permutations(rows).flatmap(lambda some: st.integers(0, len(some)).map(lambda end: some[:end])))
    made = sketch(Texts.of_strings(texts), CERTAIN)
    leaders = exact_groups(made.wholes, made.words, np.array(order, np.int64))
    plain = [text.lower().replace(",", "") for text in texts]
    for row in rows:
        alike = [other for other in order if plain[other] == plain[row]]
        assert leaders[row] == (alike[0] if row in order and plain[row] else row)


@pytest.mark.parametrize("keep", Keep)
def test_texts_without_words_never_match(keep: Keep) -> None:
    """Texts without words stay, however many there are and whatever they hold."""
    texts = ["", "", "...", "...", "😀", " \n"]
    assert decided(texts, [*"abcdef"], 0.1, 0.1, keep) == {}
    assert not any(len(found.left) for found in matching_pairs(Case(texts), Criteria(0.1, 0.1)))


def test_texts_of_one_word_are_compared_whole() -> None:
    """A text of one word matches the same word alone, and no text that has more words."""
    assert decided(["a", "A!", "b", "a b"], [*"1234"], 0.5, 0.9, Keep.FIRST) == {"2": "1"}


def test_nothing_to_compare() -> None:
    """No texts, or none that share anything, match nothing."""
    for texts in ([], ["a b c"], ["a b c", "d e f"]):
        case = Case(texts)
        assert case.settle(list(range(len(texts))), 0.5, 0.9).witnesses.tolist() == [-1] * len(texts)


def test_full_buckets_are_counted() -> None:
    """Past the limit a bucket remembers no further text that stays, and each time that is counted."""
    texts = [f"t u x{row} y{row} z{row}" for row in range(cluster.LIMIT + 3)]
    found = Case(texts).settle(list(range(len(texts))), 0.9)
    assert (found.witnesses < 0).all()
    assert found.forgotten >= 3


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 20))
def test_the_best_come_first(hits: list[int], most: int) -> None:
    """Of those with as many hits the first ones are chosen."""
    found = np.arange(len(hits), dtype=np.int32)
    best(found, len(hits), np.array(hits, np.int32), most)
    expected = sorted(range(len(hits)), key=lambda text: -hits[text])[:most]
    assert found[: len(expected)].tolist() == expected


def test_phrases_of_everybody_propose_only_texts_that_consist_of_them() -> None:
    """Past the limit a shingle says nothing of texts that have much else; what is hardly more than it still goes."""
    phrase = " ".join(f"p{word}" for word in range(20))
    others = [f"{phrase} " + " ".join(f"w{row}x{word}" for word in range(2000)) for row in range(cluster.LIMIT + 16)]
    case = Case([*others, f"{phrase} z"])
    count = len(case.strings)
    found = case.settle(list(range(count)), NEVER, likeness=0.6)
    assert np.flatnonzero(found.witnesses >= 0).tolist() == [count - 1]
    active = np.arange(count) < len(others)
    compared = candidates(Sharing(case, active, Criteria(likeness=0.6)), np.arange(count))
    assert compared <= 3 * comb(cluster.CANDIDATES, 2) < comb(len(others), 2)


def test_a_longer_text_is_the_witness_even_if_it_comes_later() -> None:
    """A text goes because of a later one that holds it, and no longer speaks against the others."""
    texts = ["a b c d", "a b c d g h e f a", "a b c x"]
    assert decided(texts, [*"123"], 0.5, 0.9, Keep.FIRST) == {"1": "2"}


def test_full_buckets_limit_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past its limit a bucket gives no further pairs, and that is counted."""
    monkeypatch.setattr(cluster.pairs, "PAIRS", 3)
    [found] = matching_pairs(Case(["a b c d"] * 5), Criteria(0.9))
    assert sorted(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [
        (left, right) for left, right in combinations(range(5), 2) if left < 3
    ]
    assert found.forgotten > 0


@pytest.mark.parametrize("seed", range(6))
def test_a_copy_of_a_paragraph_is_found_among_many_like_it(seed: int) -> None:
    """However many paragraphs begin alike, one is compared with that which it is a copy of."""
    draw = Random(seed)  # noqa: S311 - no secret

    def words(count: int) -> str:
        return " ".join("".join(draw.choices("abcdefghijklmnop", k=6)) for _ in range(count))

    beginning = words(28)
    same, *others = (f"{beginning} {words(12)}" for _ in range(201))
    copy = " ".join(word if at != 35 else "changed" for at, word in enumerate(same.split()))
    paragraphs = (*others[:100], same, *others[100:], copy)
    texts = [f"{words(60)}\n\n{paragraph}\n\n{words(60)}" for paragraph in paragraphs]
    removals = dedup.clean(texts, dedup.Settings.of({"keep": "first", "steps": ["paragraphs"]})).removals
    assert [removal.document for removal in removals] == ["201"]
    [evidence] = [removal.evidence for removal in removals]
    assert isinstance(evidence, dedup.Copy)
    assert (evidence.document, evidence.jaccard) == ("100", 35 / 41)  # of 38 shingles each, three are about the word
    assert texts[100][evidence.start : evidence.end] == same
