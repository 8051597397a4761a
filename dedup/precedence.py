"""
Precedence: which of several like documents stays.

Documents of reference sources come first, then those of preferred sources, best first; among documents of one rank
the keep policy decides, and ties go by id. What a document has to say for itself is its `Standing`, made when it is
read.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dedup.settings import Extreme, Keep

if TYPE_CHECKING:
    from dedup.kernel.arrays import F64, I32, I64
    from dedup.settings import PrecedenceSettings

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


class Measure(IntEnum):
    """What the field is that a keep policy looks at."""

    NONE = 0
    NUMBER = 1
    DATE = 2


class Standing(NamedTuple):
    """What precedence looks at in a document, besides its words, place and id."""

    rank: int = 0
    """Of its source: below 0 for reference sources, else the place among the preferred ones, behind them for others."""
    measure: int = Measure.NONE
    value: float = math.nan
    """Of the keep policy's field, as a 64-bit float: a number, or a date in seconds since 1970, UTC if it says none."""


UNKNOWN: Final = Standing()
"""Of a document of which nothing is asked."""


SETTLED: Final = -1
"""The rank, that of a reference, of what loses nothing for another reason than its source."""


def rank(source: str, settings: PrecedenceSettings) -> int:
    """
    Rank a source: the most specific of the listed sources that it is, or lies in, counts.

    >>> from dedup.settings import PrecedenceSettings
    >>> wanted = PrecedenceSettings(prefer=("wire", "web/a.jsonl"), reference=("web",))
    >>> [rank(source, wanted) for source in ("web/b.txt", "wire/x/y.txt", "web/a.jsonl", "wires/x.txt")]
    [-1, 0, 1, 2]
    """
    preferred, references = settings.prefer, settings.reference
    listed = [(name, number) for number, name in enumerate(preferred)]
    listed += [(name, number - len(references)) for number, name in enumerate(references)]
    found = [(len(name), number) for name, number in listed if f"{source}/".startswith(f"{name}/")]
    return max(found)[1] if found else len(preferred)


def measured(value: object) -> tuple[Measure, float]:
    """
    Take a field's value as a number or a date: text may be either, dates as ISO 8601 writes them.

    Raises `ValueError` for what is neither, and for numbers that are not finite.

    >>> measured("2.5"), measured("1970-01-02"), measured(None)
    ((<Measure.NUMBER: 1>, 2.5), (<Measure.DATE: 2>, 86400.0), (<Measure.NONE: 0>, nan))
    """
    if value is None:
        return Measure.NONE, math.nan
    if isinstance(value, str):
        text = value.strip()
        value = float(text) if _NUMBER.fullmatch(text) else datetime.fromisoformat(text)
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        return Measure.DATE, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise ValueError(f"{value!r} is neither a number nor a date")
    return Measure.NUMBER, float(value)


def parties(ranks: I32, settings: PrecedenceSettings) -> I32:
    """
    Give equal numbers to documents that are not to be compared with one another.

    ranks  (n,)  int32  of their sources
    """
    own = np.arange(len(ranks), dtype=np.int32)
    return np.where(ranks < 0, own, np.int32(len(own))) if settings.reference_only else own


def visiting_order(keep: str, words: I32, values: F64, by_id: I64) -> I64:
    """
    Order documents as the keep policy wants them visited: the one to keep first; ties by id.

    words   (n,)  int32    in each document
    values  (n,)  float64  of the policy's field; documents where it is NaN come last
    by_id   (n,)  int64    the documents in code point order of their ids
    """
    told = precedes(keep, words, values, np.arange(len(words)))
    order: I64 = by_id[np.argsort(told[by_id], kind="stable")]
    return order


def precedes(keep: str, words: I32, values: F64, places: I64) -> F64:
    """
    Give a number for each document, the smaller for the one that the keep policy wants visited first; NaN last.

    places  (n,)  int64  ascending in the order in which the documents came; the others as for `visiting_order`
    """
    if keep == Keep.FIRST:
        return places.astype(np.float64)
    if keep == Keep.LAST:
        return -places.astype(np.float64)
    if keep == Keep.LONGEST:
        return -words.astype(np.float64)
    return -values if keep.startswith(Extreme.MAX) else values
