"""Signatures are datasketch's, bit for bit; bands are cut so that pairs at the threshold are proposed."""

from __future__ import annotations

from itertools import combinations
from itertools import permutations as permute
from typing import Final

import numpy as np
import pytest
from conftest import any_text
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernel.arrays import Texts
from dedup.kernel.minhash import Sketches, band_keys
from dedup.settings import MatchSettings
from dedup.sketch import Bands, banding, bands, keys, permutations, shingle_sets, sketch, text_words

PERMUTATIONS: Final = 64
SIZE: Final = 3
THRESHOLDS: Final = (0.05, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


def sketched(
    texts: list[str], *, count: int = PERMUTATIONS, seed: int = 1, rate: int = 4, size: int = SIZE
) -> Sketches:
    """Sketch texts."""
    return sketch(Texts.of_strings(texts), MatchSettings(shingle=size, permutations=count, seed=seed, sample=rate))


def oracle(text: str, *, count: int = PERMUTATIONS, seed: int = 1) -> MinHash:
    """Let datasketch sketch the upper halves of a text's shingle hashes."""
    made = MinHash(count, seed=seed, hashfunc=lambda value: value >> 32, scheme="affine32")
    made.update_batch(shingle_sets(Texts.of_strings([text]), SIZE)[0].tolist())
    return made


@given(st.lists(any_text(), max_size=4), st.integers(0, 2**32 - 1), st.sampled_from([1, 7, 64]))
def test_signatures_equal_datasketch(texts: list[str], seed: int, count: int) -> None:
    """On any texts, seeds and lengths a signature is datasketch's `affine32` of the same hashes."""
    made = sketched(texts, count=count, seed=seed).signatures
    assert made.dtype == np.uint32
    for row, text in zip(made, texts, strict=True):
        assert np.array_equal(row, oracle(text, count=count, seed=seed).hashvalues)


@pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1])
def test_permutations_equal_datasketch(seed: int) -> None:
    """The coefficients are those that datasketch draws for the same seed."""
    a, b = permutations(128, seed)
    expected = MinHash(128, seed=seed, scheme="affine32").permutations
    assert np.array_equal(a, expected[0])
    assert np.array_equal(b, expected[1])
    assert (a % 2 == 1).all()


def test_rows_are_minhashes_for_datasketch() -> None:
    """A row is taken by datasketch as one of its own: for Jaccard estimates and in its LSH index."""
    words = [f"w{at}" for at in range(300)]
    texts = [" ".join(words[:200]), " ".join([*words[:190], *words[290:]]), " ".join(words[200:])]
    rows = [MinHash(PERMUTATIONS, seed=1, hashvalues=row, scheme="affine32") for row in sketched(texts).signatures]
    assert rows[0].jaccard(oracle(texts[1])) == pytest.approx(0.9, abs=0.12)
    assert rows[0].jaccard(rows[2]) == 0
    index = MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS)
    index.insert("kept", rows[0])
    assert index.query(rows[1]) == ["kept"]
    assert index.query(rows[2]) == []


def test_a_text_without_words_has_the_empty_signature() -> None:
    """Texts without words have datasketch's empty signature, no words and no samples."""
    made = sketched(["", "... 😀"])
    assert made.words.tolist() == [0, 0]
    assert (made.signatures == MinHash(PERMUTATIONS, scheme="affine32").hashvalues).all()
    assert made.offsets.tolist() == [0, 0, 0]


@given(st.lists(any_text() | st.sampled_from(["a b c", "A, b; c", "a b d"]), max_size=6), st.integers(1, 5))
def test_samples_and_wholes(texts: list[str], rate: int) -> None:
    """Samples are the shingles below 2**64 / rate; wholes are equal exactly for equal sequences of words."""
    made = sketched(texts, rate=rate)
    values, offsets = shingle_sets(Texts.of_strings(texts), SIZE)
    for at in range(len(texts)):
        own = [value for value in values[offsets[at] : offsets[at + 1]].tolist() if value * rate < 2**64]
        assert made.samples[made.offsets[at] : made.offsets[at + 1]].tolist() == own
    sequences = [text_words(text).hashes.tolist() for text in texts]
    assert made.words.tolist() == [len(sequence) for sequence in sequences]
    for one, other in combinations(range(len(texts)), 2):
        assert (made.wholes[one] == made.wholes[other]).all() == (sequences[one] == sequences[other])


def test_either_whole_alone_tells_orders_apart() -> None:
    """Of all orders of seven words, and of one word said any number of times, no two share even one of the hashes."""
    texts = [" ".join(order) for order in permute("abcdefg")] + ["a " * times for times in range(1, 300)]
    wholes = sketched(texts).wholes
    assert [len(np.unique(column)) for column in wholes.T] == [len(texts)] * 2


@given(st.integers(1, 4), st.integers(1, 3), st.data())
def test_band_keys_are_equal_where_rows_are(count: int, rows: int, data: st.DataObject) -> None:
    """Two texts have the same key in a band exactly if they have the same values there; no two bands share keys."""
    values = st.lists(st.integers(0, 2) | st.just(2**32 - 1), min_size=count * rows + 1, max_size=count * rows + 1)
    signatures = np.array(data.draw(st.lists(values, min_size=1, max_size=6)), np.uint32)
    made = band_keys(signatures, count, rows)
    assert made.shape == (len(signatures), count)
    keyed = {
        (band, *signatures[text, band * rows : (band + 1) * rows].tolist()): int(made[text, band])
        for text in range(len(signatures))
        for band in range(count)
    }
    assert len(set(keyed.values())) == len(keyed)
    assert set(made.ravel().tolist()) == set(keyed.values())


@given(
    st.lists(any_text() | st.integers(0, 40).map(lambda count: "a b c d e f g " * count), max_size=6),
    st.integers(0, 9),
    st.sampled_from([MatchSettings(threshold=0.5, shingle=3, permutations=105, recall=0.99), MatchSettings(seed=7)]),
)
def test_keys_alone_are_those_of_sketches(texts: list[str], least: int, wanted: MatchSettings) -> None:
    """Of texts of enough words the keys are those of datasketch's signatures, and the first hash of all words."""
    made = keys(Texts.of_strings(texts), wanted, least)
    counts = [len(text_words(text).hashes) for text in texts]
    enough = [place for place, count in enumerate(counts) if count >= least]
    assert made.places.tolist() == enough
    assert made.words.tolist() == [counts[place] for place in enough]
    signatures = np.zeros((len(enough), wanted.permutations), np.uint32)
    for row, place in zip(signatures, enough, strict=True):
        minhash = MinHash(wanted.permutations, seed=wanted.seed, hashfunc=lambda value: value >> 32, scheme="affine32")
        minhash.update_batch(shingle_sets(Texts.of_strings([texts[place]]), wanted.shingle)[0].tolist())
        row[:] = minhash.hashvalues
    assert np.array_equal(made.keys[:-1], band_keys(signatures, *banding(wanted)).T)
    assert made.keys[-1].tolist() == sketch(Texts.of_strings(texts), wanted).wholes[enough, 0].tolist()


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("count", [1, 16, 64, 128, 256])
@pytest.mark.parametrize("recall", [0.5, 0.9, 0.99, 0.999999])
def test_bands_are_cut_for_recall(threshold: float, count: int, recall: float) -> None:
    """The cut has the wanted probability at the threshold, and no cut with more rows a band has it."""
    cut = bands(threshold, count, recall)
    assert cut.bands == count // cut.rows
    assert cut.probability(threshold) >= recall or cut == Bands(count, 1)
    for rows in range(cut.rows + 1, count + 1):
        assert Bands(count // rows, rows).probability(threshold) < recall


@pytest.mark.parametrize(
    ("threshold", "cut"), [(0.7, Bands(25, 5)), (0.8, Bands(18, 7)), (0.5, Bands(42, 3)), (1.0, Bands(1, 128))]
)
def test_known_cuts(threshold: float, cut: Bands) -> None:
    """At a recall of .98 signatures of 128 are cut as the documentation says."""
    assert bands(threshold, 128, 0.98) == cut


@given(st.sampled_from([Bands(1, 1), Bands(25, 5), Bands(128, 1)]), st.floats(0, 1), st.floats(0, 1))
def test_likelier_texts_share_bands_more_often(cut: Bands, one: float, other: float) -> None:
    """The probability of a shared band rises with similarity, from 0 to 1."""
    low, high = sorted((one, other))
    assert 0 <= cut.probability(low) <= cut.probability(high) <= 1
    assert (cut.probability(0), cut.probability(1)) == (0, 1)


@pytest.mark.parametrize(
    ("shared", "cut"), [(10, Bands(25, 5)), (20, Bands(18, 7)), (30, Bands(18, 7)), (20, Bands(42, 3))]
)
def test_as_many_pairs_share_a_band_as_the_formula_says(shared: int, cut: Bands) -> None:
    """Of 600 pairs of sets of known similarity the formula's share is proposed, within five deviations."""
    size, pairs = 40, 600
    numbers = np.random.default_rng(7).choice(10**7, (pairs, 2 * size - shared), replace=False)
    texts = [
        " ".join(map(str, row[chosen].tolist()))
        for row in numbers
        for chosen in (slice(0, size), slice(size - shared, None))
    ]
    found = band_keys(sketched(texts, count=128, size=1).signatures, *cut)
    proposed = (found[::2] == found[1::2]).any(axis=1).sum()
    probability = cut.probability(shared / (2 * size - shared))
    deviation = (pairs * probability * (1 - probability)) ** 0.5
    assert abs(proposed - pairs * probability) <= 5 * deviation + 1


TEXTS: Final = ["", "a b c d", "one two three four five", "漢字かな", "A B C D", "x y"]


@given(st.lists(st.lists(st.sampled_from(TEXTS), max_size=4), min_size=1, max_size=4))
def test_batches_put_end_to_end_are_one_batch(batches: list[list[str]]) -> None:
    """How texts are grouped into batches makes no difference to their keys."""
    wanted = MatchSettings(sample=1, shingle=2)
    pieces = [sketch(Texts.of_strings(batch), wanted) for batch in batches]
    whole = sketch(Texts.of_strings([text for batch in batches for text in batch]), wanted)
    for name in ("words", "wholes", "signatures", "samples"):
        assert np.array_equal(np.concatenate([getattr(piece, name) for piece in pieces]), getattr(whole, name))
