"""What equal bytes of signatures tell is what the binomial distribution says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from dedup.kernel.agreement import CHANCE, MISSED, equal_bytes, least_equal, surely, unlikely
from dedup.kernel.likeness import MARKS, marked, seen

if TYPE_CHECKING:
    from dedup.kernel.arrays import F64


def probability(jaccard: F64 | float) -> F64 | float:
    """Give the probability with which a byte of two signatures is equal."""
    return jaccard + (1 - jaccard) / 256


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255) | st.just(7)), max_size=255))
def test_equal_bytes_are_counted(pairs: list[tuple[int, int]]) -> None:
    """Places with the same value count, others do not."""
    one, two = np.array(pairs, np.uint8).reshape(-1, 2).T.copy()
    assert equal_bytes(np.stack((one, two)), 0, 1) == sum(a == b for a, b in pairs)


@pytest.mark.parametrize("values", [1, 8, 105, 128, 255])
@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.7, 0.95])
def test_hardly_any_pair_at_the_threshold_has_less(values: int, threshold: float) -> None:
    """As many equal bytes as possible are asked for while one pair in ten thousand is missed at most."""
    least = least_equal(threshold, values)
    below, too = binom.cdf([least - 1, least], values, probability(threshold))
    assert below <= MISSED < too


@pytest.mark.parametrize("values", [1, 8, 105, 128, 255])
def test_chance_is_told_from_likeness(values: int) -> None:
    """As few equal bytes as possible are asked for while one unrelated pair in a hundred has them at most."""
    least = unlikely(values)
    assert binom.sf(least - 1, values, probability(0)) < CHANCE <= binom.sf(least - 2, values, probability(0))


@pytest.mark.parametrize("values", [1, 8, 105, 128, 255])
def test_similarity_is_not_overstated(values: int) -> None:
    """Of texts below the similarity that is taken for sure, one pair in a million has so many equal bytes at most."""
    least = surely(values)
    above = binom.sf(np.arange(values + 1) - 1, values, probability(least))
    assert (above[least > 0] <= 1.0001 * MISSED).all()
    nearly = np.minimum(least + 1 / 128, 1)
    assert (binom.sf(np.arange(values + 1) - 1, values, probability(nearly)) > MISSED).all()


def test_without_bytes_nothing_is_told() -> None:
    """No bytes ask for none, and speak for no similarity."""
    assert (least_equal(0.7, 0), unlikely(0), surely(0).tolist()) == (0, 0, [0.0])


hashes = st.frozensets(st.integers(0, 2**64 - 1) | st.integers(0, 40), max_size=60)


@given(hashes, hashes, hashes)
def test_marks_never_understate_the_figures_in_common(
    both: frozenset[int], one: frozenset[int], two: frozenset[int]
) -> None:
    """Two texts have no more figures in common than their marks say, however many fall to one place."""
    texts = [np.array(sorted(both | own), np.uint64) for own in (one, two)]
    marks = marked(np.concatenate(texts), np.cumsum([0, *map(len, texts)]))
    assert seen(marks, 0, 1) >= len((both | one) & (both | two))


def test_marks_tell_different_figures_apart() -> None:
    """Of texts with thirty figures each and none in common, marks see hardly any."""
    figures = np.random.RandomState(3).randint(0, 2**63, (2, 30), np.uint64)
    marks = marked(figures.ravel(), np.array([0, 30, 60]))
    assert marks.shape == (2, MARKS + 1)
    assert seen(marks, 0, 1) <= 5
