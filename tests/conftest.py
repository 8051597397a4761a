"""What tests share: how Hypothesis draws, and what it draws texts from."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from dedup.normal import UNICODE

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

SAME_UNICODE: Final = unicodedata.unidata_version == UNICODE
"""Whether this Python's Unicode data are those of the shipped folding table."""
TELLING: Final = (
    "aAßéİı09½ﬁﷺ_-.,'’ \t\n\r\u2028\u00a0\u00ad\u200b\u200d\ufeff\u0301\u0308\u05b0\u064e"
    "كΣς漢字かが\u3099ｶﾞຫໜກำ한ᄒ\u1161\u11abक\u093f\u094d😀👍🏽"
)
"""Characters that a comparison form may get wrong."""


def _is_known(character: str) -> bool:
    """Tell whether the folding table and this Python both know a character."""
    return SAME_UNICODE or unicodedata.ucd_3_2_0.category(character) != "Cn"


def any_text(max_size: int = 40) -> st.SearchStrategy[str]:
    """Draw texts of any assigned characters, words and what joins or parts them more often than chance has it."""
    anything = st.characters(exclude_categories=("Cs", "Cn")).filter(_is_known)
    return st.text(anything | st.sampled_from(TELLING), max_size=max_size)


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no test see or leave anything in the user's cache."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DEDUP_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
