"""Settings: one flat list of names, each value checked where it is made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import SettingsError
from dedup.settings import (
    Errors,
    Keep,
    MatchSettings,
    ParagraphSettings,
    PrecedenceSettings,
    ReadSettings,
    Settings,
    Step,
    StripSettings,
)

FRACTIONS: Final = (
    "likeness",
    "threshold",
    "containment",
    "recall",
    "confidence",
    "paragraph_threshold",
    "paragraph_likeness",
)
COUNTS: Final = ("shingle", "permutations", "sample", "paragraph_words")
NO_NUMBERS: Final[tuple[object, ...]] = ("0.5", "1", True, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in FRACTIONS for value in (0.5, 0.001, 0.999)),
        *((name, 1) for name in FRACTIONS if name != "recall"),
        *((name, value) for name in COUNTS for value in (1, 7, 1000)),
        ("seed", 0),
        ("seed", 2**32 - 1),
        ("steps", "documents"),
        ("steps", "documents, boilerplate,"),
        ("steps", ["repeats"]),
        ("steps", (Step.REPEATS, Step.DOCUMENTS)),
        ("keep", "last"),
        ("keep", Keep.FIRST),
        ("keep", "max:published"),
        ("keep", "min:a:b c"),
        ("prefer", ["wire", "web/a.jsonl"]),
        ("prefer", "./wire/"),
        ("reference", ["test"]),
        ("source_field", "domain"),
        ("errors", Errors.REPLACE),
        ("encoding", "cp1252"),
        ("encoding", "UTF-16"),
        ("text_field", "böse"),
        ("html_field", "page"),
        ("split_stories", True),
    ],
)
def test_possible(name: str, value: object) -> None:
    """A value in its range is taken, and comes back by the same name, written with dashes or underscores."""
    settings = Settings.of({name: value})
    assert settings == Settings.of({name.replace("_", "-"): value}) == Settings.of(settings.flat())
    if isinstance(value, bool | int | float):
        assert settings.flat()[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in FRACTIONS for value in (0, -0.1, 1.01, 90, float("nan"), *NO_NUMBERS)),
        *((name, value) for name in COUNTS for value in (0, -1, 1.0, 10**9, *NO_NUMBERS)),
        ("recall", 1),
        ("seed", -1),
        ("seed", 2**32),
        ("steps", ""),
        ("steps", []),
        ("steps", 5),
        ("steps", None),
        ("steps", [["boilerplate"]]),
        ("steps", "boilerplate,polish"),
        ("keep", "shortest"),
        ("keep", None),
        ("keep", "max"),
        ("keep", "max:"),
        ("keep", "longest:text"),
        ("prefer", 5),
        ("prefer", [5]),
        ("prefer", ["a", "a/"]),
        ("prefer", [""]),
        ("reference", "/"),
        ("reference_only", True),
        ("reference_only", "yes"),
        ("source_field", None),
        ("errors", "ignore"),
        ("encoding", "klingon"),
        ("encoding", "rot13"),
        ("encoding", "undefined"),
        ("encoding", "utf-8\0"),
        ("encoding", 8),
        ("text_field", ""),
        ("id_field", 5),
        ("html_field", 5),
        ("split_stories", "yes"),
        ("split_stories", 1),
    ],
)
def test_impossible(name: str, value: object) -> None:
    """A value out of its range is refused by name, with the value and what would do."""
    with pytest.raises(SettingsError) as raised:
        Settings.of({name: value})
    assert raised.value.setting == name
    assert str(raised.value).startswith(f"{name}: ")
    assert "; give " in str(raised.value)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("treshold", "did you mean `threshold`?"),
        ("Threshold", "did you mean `threshold`?"),
        ("text-feild", "did you mean `text_field`?"),
        ("shingles", "did you mean `shingle`?"),
        ("qqq", "there are: steps, keep, "),
    ],
)
def test_unknown(name: str, told: str) -> None:
    """An unknown name is refused, with the name it resembles, or with all of them."""
    with pytest.raises(SettingsError, match="no such setting") as raised:
        Settings.of({name: 1})
    assert told in str(raised.value)


def test_names() -> None:
    """Every field of every stage has a name of its own, and a docstring tells what it means."""
    names = Settings.names()
    assert len(set(names)) == len(names)
    assert set(Settings().flat()) == set(names)
    stages = (PrecedenceSettings, ReadSettings, StripSettings, MatchSettings, ParagraphSettings)
    assert {field.name for stage in stages for field in fields(stage)} | {"steps"} == set(names)


def test_steps_are_ordered() -> None:
    """Steps are kept in the order in which they are done, each once, however they are given."""
    assert Settings.of({"steps": "documents,boilerplate,documents"}).steps == (Step.BOILERPLATE, Step.DOCUMENTS)


def test_frozen() -> None:
    """Settings do not change."""
    with pytest.raises(FrozenInstanceError):
        Settings().precedence = PrecedenceSettings(keep=Keep.LAST)  # type: ignore[misc]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "threshold": st.floats(0.01, 1),
            "seed": st.integers(0, 2**32 - 1),
            "keep": st.sampled_from(Keep),
            "steps": st.lists(st.sampled_from(Step), min_size=1),
            "text_field": st.text(min_size=1),
        },
    )
)
def test_round_trip(values: dict[str, Any]) -> None:
    """Flat values lead back to equal settings with an equal digest; different settings have different digests."""
    settings = Settings.of(values)
    again = Settings.of(settings.flat())
    assert again == settings
    assert again.digest() == settings.digest()
    assert (settings == Settings()) == (settings.digest() == Settings().digest())
