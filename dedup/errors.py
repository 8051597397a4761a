"""
What can go wrong for a user, and what to do about it.

DedupError
    ReadError       an input file or record cannot be read
    DuplicateId     two documents go by one name
    WriteError      the output place cannot be used or written
    SettingsError   a setting has an impossible value or an unknown name
    LedgerError     an output folder's ledger is missing, damaged or does not fit its files
    WorkError       the work itself broke off

Every message is one line that says what, where, and what to do. Programming faults are not among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class DedupError(Exception):
    """Something the user can mend; `str()` is the one line to show."""

    def __reduce__(self) -> tuple[object, ...]:
        """Let faults travel between processes as they are, whatever their makers take."""
        return _again, (type(self), self.args), vars(self)


def _again(kind: type[DedupError], args: tuple[object, ...]) -> DedupError:
    fault = kind.__new__(kind)
    fault.args = args
    return fault


class ReadError(DedupError):
    """An input cannot be read. Nothing has been written."""

    def __init__(
        self, path: Path | str, problem: str, *, line: int | None = None, byte: int | None = None, remedy: str
    ) -> None:
        place = f"{path}" + (f":{line}" if line is not None else "") + (f": byte {byte}" if byte is not None else "")
        super().__init__(f"{place}: {problem}; {remedy}")
        self.path = path
        self.problem = problem
        self.line = line
        self.byte = byte
        self.remedy = remedy

    def at(self, path: Path | str) -> ReadError:
        """Say the same of the file that the user knows, where a copy of it was read."""
        return ReadError(path, self.problem, line=self.line, byte=self.byte, remedy=self.remedy)


class DuplicateId(DedupError):  # noqa: N818 - it names what is wrong, as the others do
    """Two documents go by one name. Nothing has been written."""

    def __init__(self, name: str, first: str, second: str) -> None:
        super().__init__(
            f"{first} and {second}: two documents named {name!r}; rename one, or choose another --id-field"
        )
        self.name = name


class WriteError(DedupError):
    """The output place cannot be used. What stood there before is unharmed."""

    def __init__(self, path: Path | str, problem: str, *, remedy: str) -> None:
        super().__init__(f"{path}: {problem}; {remedy}")
        self.path = path


class SettingsError(DedupError):
    """A setting is unknown or has an impossible value."""

    def __init__(self, setting: str, problem: str, *, remedy: str) -> None:
        super().__init__(f"{setting}: {problem}; {remedy}")
        self.setting = setting
        self.problem = problem
        self.remedy = remedy


class LedgerError(DedupError):
    """A ledger is missing, damaged, or belongs to other files."""

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None, remedy: str) -> None:
        place = f"{path}" + (f":{line}" if line is not None else "")
        super().__init__(f"{place}: {problem}; {remedy}")
        self.path = path
        self.line = line


class WorkError(DedupError):
    """The work broke off; what stood in the output place before is unharmed."""

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
