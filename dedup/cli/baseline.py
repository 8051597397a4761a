"""Findings that were accepted once and are not told again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import orjson

from dedup.cli.written import written
from dedup.errors import ReadError

if TYPE_CHECKING:
    from pathlib import Path

    from dedup.cli.listing.located import Located

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many findings of each path, reason and fingerprint are accepted."""

    left: Counter[tuple[str, str, str]]

    @classmethod
    def empty(cls) -> Self:
        """Accept nothing."""
        return cls(Counter())

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a baseline. Raises `ReadError` where there is none."""
        try:
            fields = orjson.loads(path.read_bytes())
            if fields["baseline"] != VERSION:
                raise ValueError(fields["baseline"])  # noqa: TRY301 - one message for all that is no baseline
            rows: list[dict[str, Any]] = fields["findings"]
            counts = {(row["path"], row["reason"], row["fingerprint"]): int(row["count"]) for row in rows}
        except OSError as fault:
            raise ReadError(path, fault.strerror or str(fault), remedy=_WRITE) from fault
        except (ValueError, TypeError, LookupError) as fault:
            raise ReadError(path, f"no baseline of version {VERSION}", remedy=_WRITE) from fault
        return cls(Counter(counts))

    def accepts(self, found: Located) -> bool:
        """Tell whether a finding is accepted; each that is uses up one."""
        key = _key(found)
        if self.left[key] <= 0:
            return False
        self.left[key] -= 1
        return True

    def add(self, found: Located) -> None:
        """Accept a finding from now on."""
        self.left[_key(found)] += 1

    def write(self, path: Path) -> None:
        """Write the baseline, a finding a line in the order of paths, so that versions of it compare well."""
        names = ("path", "reason", "fingerprint", "count")
        rows = (dict(zip(names, (*key, count), strict=True)) for key, count in sorted(self.left.items()))
        listed = ",\n".join(orjson.dumps(row).decode() for row in rows)
        with written(path) as file:
            file.write(f'{{"baseline": {VERSION}, "findings": [\n{listed}\n]}}\n')


_WRITE: Final = "write one with --write-baseline"


def _key(found: Located) -> tuple[str, str, str]:
    return found.path, found.finding.reason, found.fingerprint
