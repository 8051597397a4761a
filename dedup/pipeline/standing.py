"""What documents of files have to say for themselves when it is decided which of several like ones stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ReadError, SettingsError
from dedup.pipeline.rows import STANDING
from dedup.precedence import SETTLED, UNKNOWN, Measure, measured, rank

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dedup.engines.shards import Spool
    from dedup.formats import Source
    from dedup.kernel.arrays import I32, I64, Bools
    from dedup.settings import PrecedenceSettings, Settings

Number = TypeVar("Number", bound=np.generic)


def standings(entries: pa.RecordBatch, sources: Sequence[Source], settings: Settings) -> pa.RecordBatch:
    """
    Give the standing of each of some entries, as `STANDING`: of one file, or each of a file that is one document.

    Of several files none has fields. Raises `ReadError`.
    """
    wanted, source = settings.precedence, sources[0]
    ranks = _each(entries, [rank(one.name, wanted) for one in sources], np.int32)
    measures, values = np.zeros(len(entries), np.int8), np.full(len(entries), UNKNOWN.value)
    if wanted.source_field:
        for place, value in enumerate(source.field(entries, wanted.source_field, settings.read)):
            if value is not None:  # without one the file is the source
                ranks[place] = rank(_name(entries, source, place, value), wanted)
    settled = _each(entries, [one.settled for one in sources], np.bool_)
    if not settled.all():
        settled |= _marked(entries.column("text"))
    ranks[settled] = np.minimum(ranks[settled], SETTLED)
    if wanted.field:
        for place, value in enumerate(source.field(entries, wanted.field, settings.read)):
            try:
                measures[place], values[place] = measured(value)
            except (ValueError, OverflowError) as fault:
                problem = f"neither a number nor a date in field `{wanted.field}`"
                remedy = "write numbers or ISO 8601 dates such as 2024-05-01, or nothing: then others stay"
                raise _fault(entries, source, place, problem, remedy) from fault
    return pa.RecordBatch.from_arrays([pa.array(ranks), pa.array(measures), pa.array(values)], schema=STANDING)


def _each(entries: pa.RecordBatch, values: Sequence[int], kind: type[Number]) -> NDArray[Number]:
    """Give the value of each entry: of all the same one, or of each its own."""
    return np.broadcast_to(np.array(values, kind), len(entries)).copy()


def _marked(texts: pa.LargeStringArray) -> Bools:
    """Tell which texts have a line that says, and says only, that they are to be kept."""
    marked: Bools = pc.match_substring_regex(texts, ": keep").to_numpy(zero_copy_only=False)
    if marked.any():  # seldom, and a pattern whose first character is rare is much faster
        told = pc.match_substring_regex(texts.filter(pa.array(marked)), KEEP_LINE)
        marked[marked] = told.to_numpy(zero_copy_only=False)
    return marked


KEEP_LINE: Final = r"(?m)^[^\pL\pN\r\n]*dedup: keep[^\pL\pN\r\n]*\r?$"
"""A comment in whatever notation: `# dedup: keep`, `<!-- dedup: keep -->`."""


def _name(entries: pa.RecordBatch, source: Source, place: int, value: object) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        remedy = "write a name or a whole number, or nothing: then the file is the source"
        raise _fault(entries, source, place, f"{value!r} names no source", remedy)
    return str(value)


def _fault(entries: pa.RecordBatch, source: Source, place: int, problem: str, remedy: str) -> ReadError:
    line, record = (entries.column(name)[place].as_py() for name in ("line", "record"))
    told = problem if line else f"row {record}: {problem}"
    return ReadError(source.path, told, line=line or None, remedy=remedy)


def check(spool: Spool, settings: PrecedenceSettings, place: Callable[[int], str]) -> None:
    """
    Raise `SettingsError` where settings speak of fields or sources that no document has, or values do not compare.

    `place` tells where the document of a row stands.
    """
    if not len(spool):
        return
    every = np.arange(len(spool))
    if settings.field:
        _check_measures(spool.column("measure", every).to_numpy(), settings, place)
    ranks: I32 = spool.column("rank", every).to_numpy()
    there = {"prefer": (ranks >= 0) & (ranks < len(settings.prefer)), "reference": ranks < 0}
    for name, some in there.items():
        if (wanted := getattr(settings, name)) and not some.any():
            sources = " or ".join(f"`{source}`" for source in wanted)
            remedy = "name files or folders as the ledger does, from the folder that holds all inputs"
            if settings.source_field:
                remedy = f"name values of the field `{settings.source_field}`"
            raise SettingsError(name, f"no document is from {sources}", remedy=remedy)


def _check_measures(measures: I64, settings: PrecedenceSettings, place: Callable[[int], str]) -> None:
    firsts = [np.flatnonzero(measures == kind)[:1].tolist() for kind in (Measure.NUMBER, Measure.DATE)]
    if not any(firsts):
        remedy = "name a field of JSON Lines or a column of Parquet files"
        raise SettingsError("keep", f"no document has a field `{settings.field}`", remedy=remedy)
    if all(firsts):
        [number], [date] = firsts
        problem = f"`{settings.field}` is a number in {place(number)} and a date in {place(date)}"
        raise SettingsError("keep", problem, remedy="write one kind only")
