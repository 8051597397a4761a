"""What characters tell of words: the shipped table is the computed one, and says what Unicode says."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from dedup import traits
from dedup.normal import UNICODE


@pytest.mark.skipif(unicodedata.unidata_version != UNICODE, reason="made from another Unicode version")
def test_shipped_table_is_the_computed_one() -> None:
    """The shipped table is what the module computes."""
    assert np.array_equal(traits.traits(), traits.compute())


@pytest.mark.parametrize(
    ("characters", "bits"),
    [("7٣५௧៣½四", traits.NUMERAL), ("AÉΩЖǅ", traits.CAPITAL), (".!?:。(“\n", traits.OPENING), ("aß,' \t漢-’", 0)],
)
def test_bits(characters: str, bits: int) -> None:
    """Numerals of every script, capitals, and what a sentence or a quotation begins behind."""
    assert {traits.traits()[ord(character)] for character in characters} == {bits}
