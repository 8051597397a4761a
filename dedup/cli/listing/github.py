"""Findings as GitHub's workflow commands, which show them beside the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.cli.console import account
from dedup.records import Removal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup.cli.listing.located import Located


def listing(findings: Iterable[Located]) -> Iterator[str]:
    """Give a command a finding: `error` for what goes, `notice` for what is suspected."""
    for found in findings:
        finding = found.finding
        properties: dict[str, object] = {"file": found.path}
        if found.region:
            line, column, end_line, end_column = found.region
            properties |= {"line": line, "endLine": end_line or line}
            if end_line == line:  # GitHub takes columns within one line only
                properties |= {"col": column, "endColumn": end_column}
        properties["title"] = f"{finding.reason} {finding.rule}"
        told = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items())
        level = "error" if isinstance(finding, Removal) else "notice"
        yield f"::{level} {told}::{_escaped(account(finding))}"


def _escaped(text: str, more: str = "") -> str:
    """Write characters that have a meaning of their own as %XX."""
    return "".join(f"%{ord(char):02X}" if char in "%\r\n" + more else char for char in text)
