"""How two cleanings of a corpus differ, told by their ledgers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dedup import ledger
from dedup.output import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Row = dict[str, Any]


class Difference(NamedTuple):
    """A removal that one of two cleanings made, and the other did not."""

    second: bool
    """Whether it was the second."""
    row: Row
    """Of the ledger."""


def removed(cleaned: Path) -> Iterator[Row]:
    """Give the removals of a cleaning, in the order of the corpus. Raises `LedgerError`."""
    return (row for row in ledger.rows(cleaned / LEDGER) if row["kind"] == "removal")


def differences(first: Path, second: Path) -> Iterator[Difference]:
    """Give the removals that are in one of two ledgers only, in the order of the corpus; both are read side by side."""
    one, other = removed(first), removed(second)
    left, right = next(one, None), next(other, None)
    while left is not None or right is not None:
        if right is None or (left is not None and _place(left) < _place(right)):
            assert left is not None
            yield Difference(second=False, row=left)
            left = next(one, None)
        elif left is None or _place(right) < _place(left):
            yield Difference(second=True, row=right)
            right = next(other, None)
        else:
            left, right = next(one, None), next(other, None)


def _place(row: Row) -> tuple[str | int, ...]:
    """Order rows as ledgers do: by file, record, document (second stories behind the first), place, reason."""
    name = row["document"]
    return row["file"], row.get("record", 0), len(name), name, row["start"], row["end"], row["reason"]
