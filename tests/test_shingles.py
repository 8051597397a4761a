"""Shingles: the kernel's sets of hashes stand for the sets of word tuples that Python would build."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from conftest import any_text
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernel.arrays import Texts
from dedup.kernel.sequences import NAME, ORDINARY
from dedup.kernel.shingles import distinct, shared
from dedup.sketch import shingle_sets, text_words, word_counts, word_sequences

Tuples = set[tuple[int, ...]]

few_words = st.lists(st.sampled_from(["a", "b", "C", "ab", "2024", "漢"]), max_size=14).map(" ".join)
many_words = st.lists(few_words | any_text(8), min_size=4, max_size=12).map(", ".join)
texts = few_words | many_words
sizes = st.integers(1, 7)


def tuples(text: str, size: int) -> Tuples:
    """Give the shingles of a text as tuples of its word hashes."""
    words = text_words(text).hashes.tolist()
    if len(words) < size:
        return {tuple(words)} if words else set()
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


@given(st.lists(texts | any_text(), max_size=6), sizes)
def test_sets_have_the_sizes_and_overlaps_of_python_sets(texts: list[str], size: int) -> None:
    """Of any texts, sizes and shared counts, hence Jaccard similarities, are those of sets of tuples."""
    values, offsets = shingle_sets(Texts.of_strings(texts), size)
    expected = [tuples(text, size) for text in texts]
    assert np.diff(offsets).tolist() == [len(shingles) for shingles in expected]
    for a, b in combinations(range(len(texts)), 2):
        (low, high), (begin, end) = (offsets[at : at + 2].tolist() for at in (a, b))
        assert shared(values, low, high, begin, end, len(values)) == len(expected[a] & expected[b])


@given(st.lists(few_words, max_size=6), sizes)
def test_sets_are_sorted_and_without_repeats(texts: list[str], size: int) -> None:
    """Each set's hashes ascend strictly."""
    values, offsets = shingle_sets(Texts.of_strings(texts), size)
    for low, high in pairwise(offsets.tolist()):
        one = values[low:high].tolist()
        assert one == sorted(set(one))


spelt = st.sampled_from(["cafe", "café", "Cafe", "CAFE", "caf\u00ade", "don't", "x1y", "12", "1,200", "12.5", "4m"])
prose = st.lists(spelt | any_text(4), max_size=20).map(" ".join)


@given(st.lists(prose, min_size=1, max_size=4))
def test_what_a_word_is_does_not_depend_on_words_before(texts: list[str]) -> None:
    """In a batch a text has the words, kinds, letters and figures that it has alone, and a word its own letters."""
    batch, counts = word_sequences(Texts.of_strings(texts), 3), word_counts(Texts.of_strings(texts))
    assert np.diff(batch.offsets).tolist() == counts.tolist()
    for place, text in enumerate(texts):
        alone = word_sequences(Texts.of_strings([text]), 3)
        own, some = (slice(*bounds[place : place + 2]) for bounds in (batch.offsets, batch.begins))
        assert np.array_equal(batch.figures[some], alone.figures)
        for name in ("words", "kinds", "letters"):
            assert np.array_equal(getattr(batch, name)[own], getattr(alone, name))
        cut = text_words(text)
        for word, kind in enumerate(alone.kinds.tolist()):
            itself = text[cut.starts[word] : cut.ends[word]]
            if kind in {ORDINARY, NAME} and itself.isascii():
                assert word_sequences(Texts.of_strings([itself]), 3).letters.tolist() == [alone.letters[word]]


@given(texts, st.lists(texts, max_size=3), st.lists(texts, max_size=3), sizes)
def test_a_set_is_its_texts_alone(text: str, before: list[str], after: list[str], size: int) -> None:
    """What stands before or after a text in its batch makes no difference to its shingles."""
    values, offsets = shingle_sets(Texts.of_strings([*before, text, *after]), size)
    alone, _ = shingle_sets(Texts.of_strings([text]), size)
    place = len(before)
    assert np.array_equal(values[offsets[place] : offsets[place + 1]], alone)


@given(st.lists(few_words, min_size=1, max_size=5), sizes, st.data())
def test_chosen_rows_are_those_texts(texts: list[str], size: int, data: st.DataObject) -> None:
    """A choice of a batch's texts, in any order, gives their sets in that order."""
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=5))
    chosen = Texts.of_strings(texts).take(np.array(rows, np.int64))
    values, offsets = shingle_sets(chosen, size)
    expected, places = shingle_sets(Texts.of_strings([texts[row] for row in rows]), size)
    assert np.array_equal(values, expected)
    assert np.array_equal(offsets, places)


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9) | st.integers(2**60, 2**60 + 9), max_size=300))
def test_distinct_values_are_sorted_however_they_are_spread(numbers: list[int]) -> None:
    """What remains of any numbers, evenly spread or not, are the different ones in order."""
    values = np.array(numbers, np.uint64)
    count = distinct(values, len(values), np.empty_like(values), np.empty(2 * len(values), np.int32))
    assert values[:count].tolist() == sorted(set(numbers))


def test_short_texts_are_compared_whole() -> None:
    """A text of fewer words than a shingle is one shingle, unlike any longer or shorter one; an empty text has none."""
    values, offsets = shingle_sets(Texts.of_strings(["", "...", "a", "a b", "A, b!", "a b c d", "a b c d e"]), 5)
    assert np.diff(offsets).tolist() == [0, 0, 1, 1, 1, 1, 1]
    assert values[1] == values[2]
    assert len(set(values.tolist())) == 4


def test_order_of_words_counts() -> None:
    """The same words in another order are another shingle."""
    values, _ = shingle_sets(Texts.of_strings(["a b c", "c b a", "b a c"]), 3)
    assert len(set(values.tolist())) == 3


def test_many_different_shingles_have_different_hashes() -> None:
    """Among half a million different shingles of digits no two hashes agree."""
    text = " ".join(map(str, range(500_000)))
    values, _ = shingle_sets(Texts.of_strings([text]), 3)
    assert len(values) == 500_000 - 2
