"""Findings as a JSON array, whose objects are the ledger's rows with a place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from dedup import ledger
from dedup.cli.console import account
from dedup.cli.listing.located import Region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup.cli.listing.located import Located


def listing(findings: Iterable[Located]) -> Iterator[str]:
    """Give an array, a finding a line; what there is not is null."""
    yield "["
    before = None
    for found in findings:
        if before is not None:
            yield f"  {before},"
        before = orjson.dumps(_fields(found)).decode()
    if before is not None:
        yield f"  {before}"
    yield "]"


def _fields(found: Located) -> dict[str, object]:
    region = found.region or dict.fromkeys(Region._fields)
    return {
        "path": found.path,
        **(region._asdict() if isinstance(region, Region) else region),
        "record": found.record,
        **ledger.row(found.finding, found.text),
        "message": account(found.finding),
        "fingerprint": found.fingerprint,
    }
