"""Many hashes at once: no repeat is missed, and the order is that of a stable sort."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernel.collisions import among, radix_order, repeated, take_between

if TYPE_CHECKING:
    from random import Random

hashes = st.integers(0, 2**64 - 1)
few = st.integers(0, 9) | st.sampled_from([2**63, 2**64 - 1])
numbers = st.lists(hashes, max_size=60) | st.lists(few, max_size=60) | st.lists(hashes | few, max_size=60)


@given(numbers, st.integers(5, 20), st.randoms(use_true_random=False))
def test_no_repeat_is_missed(keys: list[int], bits: int, random: Random) -> None:
    """Whatever the keys and however small the table, each chosen key that occurs again is found, equals in order."""
    chosen = [random.random() < 0.8 for _ in keys]
    found = repeated(np.array(keys, np.uint64), np.array(chosen, bool), bits).tolist()
    assert len(found) == len(set(found))
    for key in set(keys):
        places = [place for place in found if keys[place] == key]
        assert places == sorted(places)
    counts = Counter(key for key, is_chosen in zip(keys, chosen, strict=True) if is_chosen)
    assert {place for place, key in enumerate(keys) if chosen[place] and counts[key] > 1} <= set(found)
    assert all(chosen[place] for place in found)


def test_few_keys_are_found_for_nothing() -> None:
    """Of random keys no more than the share that eight slots a key allow are found without a repeat."""
    keys = np.random.default_rng(1).integers(0, 2**64, 200_000, dtype=np.uint64)
    keys[:500] = keys[-500:]
    found = repeated(keys, np.ones(len(keys), bool), 40)
    assert set(range(500)) < set(found.tolist())
    assert len(found) < 1000 + 0.13 * len(keys)
    assert len(repeated(keys[500:], np.ones(len(keys) - 500, bool), 12)) > 0.9 * len(keys)


def test_repeats_are_found_in_every_part() -> None:
    """Of so many keys that they are parted, among them the least and the greatest, all that occur again are found."""
    keys = np.random.default_rng(2).integers(0, 2**64, 1_000_000, dtype=np.uint64)
    keys[[0, -1]] = 0
    keys[[1, -2]] = 2**64 - 1
    keys[2:400] = keys[-400:-2]
    chosen = np.ones(len(keys), bool)
    chosen[300:400] = False
    found = repeated(keys, chosen, 40)
    values, counts = np.unique(keys[chosen], return_counts=True)
    assert set(np.flatnonzero(chosen & np.isin(keys, values[counts > 1])).tolist()) <= set(found.tolist())
    assert chosen[found].all()
    assert len(found) < 1000 + 0.13 * len(keys)


@given(numbers, numbers, st.randoms(use_true_random=False))
def test_no_wanted_key_is_missed(keys: list[int], wanted: list[int], random: Random) -> None:
    """Of the chosen keys all that are wanted are found, in order, and none that was not chosen."""
    keys += wanted[::2]
    chosen = [random.random() < 0.5 for _ in keys]
    found = among(np.array(keys, np.uint64), np.array(chosen, bool), np.array(wanted, np.uint64)).tolist()
    assert found == sorted(set(found))
    assert {place for place, key in enumerate(keys) if chosen[place] and key in wanted} <= set(found)
    assert all(chosen[place] for place in found)


@pytest.mark.parametrize("count", [0, 1, 3000])
def test_few_keys_are_found_that_nobody_wants(count: int) -> None:
    """Of random keys at most one in sixteen is found without being wanted."""
    keys = np.random.default_rng(1).integers(0, 2**64, 200_000 + count, dtype=np.uint64)
    found = among(keys, np.ones(len(keys), bool), keys[:count])
    assert found[:count].tolist() == list(range(count))
    assert len(found) < count + 0.065 * len(keys)


@given(st.lists(st.tuples(hashes | few, st.integers(0, 5)), max_size=40), st.lists(hashes | few, max_size=4))
def test_ranges_take_each_key_once(pairs: list[tuple[int, int]], ends: list[int]) -> None:
    """Ranges that follow one another take every key of a text that is there, one range behind the other, in order."""
    keys, owners = np.array([key for key, _ in pairs], np.uint64), np.array([own for _, own in pairs], np.int32)
    there = np.array([7, -1, 8, 9, -1, 3], np.int32)
    taken, holders = np.empty(len(pairs), np.uint64), np.empty(len(pairs), np.int32)
    count = 0
    expected = []
    for low, high in pairwise([0, *sorted(ends), 2**64]):
        expected += [(key, there[own]) for key, own in pairs if low <= key < high and there[own] >= 0]
        if high > low:
            limits = np.uint64(low), np.uint64(high - 1)
            count = take_between(keys, owners, there, *limits, taken, holders, count)
    assert list(zip(taken[:count].tolist(), holders[:count].tolist(), strict=True)) == expected


@given(numbers)
def test_order_is_a_stable_sort(keys: list[int]) -> None:
    """Hashes or not, keys are ordered, and equal ones stay in the order they came."""
    assert radix_order(np.array(keys, np.uint64)).tolist() == sorted(range(len(keys)), key=keys.__getitem__)


@pytest.mark.parametrize("size", [5000, 300_000])
@pytest.mark.parametrize("spread", [1, 2**20, 2**33, 2**60, 2**64])
@pytest.mark.parametrize("step", [1, 2**12])
def test_many_keys_are_ordered(size: int, spread: int, step: int) -> None:
    """Many keys are ordered like few, small ones, great ones and ones with gaps; a tenth of them occurs again."""
    keys = np.random.default_rng(1).integers(0, spread, size, dtype=np.uint64) // np.uint64(step) * np.uint64(step)
    keys[: size // 10] = keys[-(size // 10) :]
    assert np.array_equal(radix_order(keys), np.argsort(keys, kind="stable"))


def test_keys_that_are_no_hashes_are_ordered_too() -> None:
    """Keys that crowd at one end are ordered, and soon."""
    keys = np.random.default_rng(1).integers(0, 2**40, 100_000, dtype=np.uint64)
    keys[0] = 2**64 - 1
    assert np.array_equal(radix_order(keys), np.argsort(keys, kind="stable"))
