"""Findings as `dedup check` lists them: one file a form, each a function from located findings to pieces of output."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from dedup.cli.listing import github, plain, records, sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dedup.cli.listing.located import Located


class Form(StrEnum):
    """How findings are listed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


LISTINGS: Final[dict[Form, Callable[[Iterable[Located]], Iterator[str]]]] = {
    Form.TEXT: plain.listing,
    Form.JSON: records.listing,
    Form.SARIF: sarif.listing,
    Form.GITHUB: github.listing,
}
"""Each gives one line after another, without line ends, and takes findings only as it goes along."""
