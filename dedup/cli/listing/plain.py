"""Findings as lines for people and editors: `path:line:column: CODE message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.cli.console import account
from dedup.cli.listing.located import Region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup.cli.listing.located import Located


def listing(findings: Iterable[Located]) -> Iterator[str]:
    """Give a line a finding; where a file has no lines, the number of the record stands for it."""
    for found in findings:
        line, column, *_ = found.region or Region(found.record or 1)
        yield f"{found.path}:{line}:{column}: {found.finding.reason} {account(found.finding)}"
