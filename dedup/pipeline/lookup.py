"""Texts of a cleaned corpus, found by the ids that their documents had before it was cleaned."""

from __future__ import annotations

from array import array
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import formats
from dedup.formats.files import contents, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.settings import ReadSettings


PIECE: Final = 15 << 20
"""Bytes of a cleaned file that are read at once."""


class Moves:
    """
    Where records of files of many documents went: a record without an id is named after its place in the input.

    Grows by two numbers for each document that went or was split off.
    """

    def __init__(self) -> None:
        self._records: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        self._shifts: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))

    def add(self, row: dict[str, Any]) -> None:
        """Take a row of the ledger."""
        shift = len(row.get("moved_to", ())) - ("stripped" in row)
        if shift and "record" in row:
            self._records[row["file"]].append(row["record"])
            self._shifts[row["file"]].append(shift)

    def places(self, file: str, records: Sequence[int]) -> list[int]:
        """Tell at which places of the cleaned file records of an input stand, if they stay."""
        moved = np.frombuffer(self._records[file], np.int64)
        total = np.concatenate(([0], np.cumsum(np.frombuffer(self._shifts[file], np.int64))))
        wanted = np.array(records, np.int64)
        places: list[int] = (wanted + total[np.searchsorted(moved, wanted)]).tolist()
        return places


def texts(
    folder: Path, inputs: list[dict[str, Any]], wanted: set[str], moves: Moves, settings: ReadSettings
) -> Iterator[tuple[str, str]]:
    """
    Give the cleaned texts of wanted documents, each once, in the order of the corpus.

    `inputs` is what the ledger's header says of them. Documents that did not stay are passed over, and so are second
    stories that were split off. Raises `ReadError`.
    """
    missing = set(wanted)
    for source in inputs:
        path, name = folder / source["output"], source["name"]
        known = formats.SUFFIXES[formats.suffix_of(source["output"])]
        if not missing:
            return
        if known.many:
            with _unpacked(formats.Source(path, name, known)) as file:
                for own, text in _records(file, missing, moves, settings):
                    missing.discard(own)
                    yield own, text
        elif name in missing and path.exists():
            missing.discard(name)
            yield name, contents(path).decode()


@contextmanager
def _unpacked(file: formats.Source) -> Iterator[formats.Source]:
    """Give a file whose places can be looked up at once."""
    if not file.packing:
        yield file
        return
    with TemporaryDirectory(prefix="dedup-") as scratch:
        copy = Path(scratch, "unpacked")
        unpack(file.path, copy)
        yield replace(file, unpacked=copy)


def _records(file: formats.Source, wanted: set[str], moves: Moves, settings: ReadSettings) -> Iterator[tuple[str, str]]:
    numbers = [int(name[len(file.name) + 1 :]) for name in wanted if _is_place(name, file.name)]
    now = {
        place: f"{file.name}:{number}" for number, place in zip(numbers, moves.places(file.name, numbers), strict=True)
    }
    names, places = pa.array(sorted(wanted), pa.string()), pa.array(sorted(now), pa.int64())
    for part in file.format.parts(file.unpacked or file.path, settings, PIECE):
        for batch in file.batches(settings, part):
            nameless = pc.binary_join_element_wise(file.name, batch.column("record").cast(pa.string()), ":")
            is_nameless = pc.equal(batch.column("id"), nameless)
            by_name = pc.and_not(pc.is_in(batch.column("id"), names), is_nameless)
            by_place = pc.and_(pc.is_in(batch.column("record"), places), is_nameless)
            found = batch.select(["id", "record", "text"]).filter(pc.or_(by_name, by_place))
            for name, record, text in zip(*(column.to_pylist() for column in found.columns), strict=True):
                own = now.get(record) if name == f"{file.name}:{record}" else name
                if own in wanted:
                    yield own, text


def _is_place(name: str, file: str) -> bool:
    start, _, number = name.rpartition(":")
    return start == file and number.isascii() and number.isdigit()
