"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import orjson

from dedup import __version__, ledger
from dedup.cli.console import account
from dedup.records import Removal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup.cli.listing.located import Located

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
FINGERPRINT: Final = "dedupWords/v1"


def listing(findings: Iterable[Located]) -> Iterator[str]:
    """Give one log of one run: every reason as a rule, then a result a line."""
    from dedup.pipeline import catalogue  # noqa: PLC0415 - rules, which --help does not need

    rules = [
        {
            "id": reason.code,
            "name": reason.name,
            "shortDescription": {"text": reason.removes},
            "fullDescription": {"text": reason.why},
            "help": {"text": f"Keeps: {reason.keeps} Known misses: {reason.misses}"},
        }
        for reason in catalogue.reasons()
    ]
    driver = _dumped({"name": "dedup", "version": __version__, "rules": rules})
    yield f'{{"$schema": "{SCHEMA}", "version": "{VERSION}", "runs": [{{"tool": {{"driver": {driver}}},'
    yield '"columnKind": "unicodeCodePoints", "results": ['
    before = None
    for found in findings:
        if before is not None:
            yield f"{before},"
        before = _dumped(_result(found))
    if before is not None:
        yield before
    yield "]}]}"


def _dumped(value: dict[str, Any]) -> str:
    return orjson.dumps(value).decode()


def _result(found: Located) -> dict[str, Any]:
    finding = found.finding
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(found.path)}}
    if found.region:
        line, column, end_line, end_column = found.region
        place["region"] = {"startLine": line}
        if end_line is not None:
            place["region"] |= {"startColumn": column, "endLine": end_line, "endColumn": end_column}
    return {
        "ruleId": finding.reason,
        "level": "error" if isinstance(finding, Removal) else "note",
        "message": {"text": account(finding)},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": finding.document}]}],
        "partialFingerprints": {FINGERPRINT: found.fingerprint},
        "properties": {"confidence": finding.confidence, "evidence": ledger.row(finding)["evidence"]},
    }
