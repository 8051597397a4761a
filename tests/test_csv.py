"""Delimited text: what Python's own `csv` reads is what is read, and what is written is read back by it."""

from __future__ import annotations

import csv
import gzip
import io
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from command import dedup, plant, tree
from hypothesis import assume, given
from hypothesis import strategies as st
from test_stories import FIRST, SECOND, joined

from dedup import ReadError
from dedup.formats import csv as delimited
from dedup.formats.files import contents
from dedup.settings import ReadSettings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

READ: Final = ReadSettings()

cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0") | st.sampled_from('",;\t|\n '), max_size=12)
tables = st.lists(st.tuples(cells, cells, cells), max_size=8)
dialects = st.tuples(
    st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
)


def written(rows: Sequence[Sequence[str]], delimiter: str, end: str, quoting: int) -> bytes:
    """Write as Python does."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue().encode()


def python(data: bytes, delimiter: str) -> list[list[str]]:
    """Read as Python does."""
    return [row for row in csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter) if row]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a place for a file."""
    return tmp_path_factory.mktemp("csv") / "a.csv"


@given(tables, dialects)
def test_read_as_python_does(file: Path, rows: list[tuple[str, str, str]], dialect: tuple[str, str, int]) -> None:
    """Whatever the delimiter, line ends and quotes: texts, names and numbers are those that Python reads."""
    assume(not any(character in row[1] for row in rows for character in "\n\u2028\u2029\x85"))
    data = written([("text", "id", "more"), *rows], *dialect)
    file.write_bytes(data)
    try:
        read = list(delimited.read(file, "a", READ))
    except ReadError as fault:
        assert "no name in column" in str(fault)  # noqa: PT017 - control codes, of which there are many
        return
    expected = python(data, dialect[0])[1:]
    assert [(entry.text, entry.id) for entry in read] == [
        (row[0], row[1] or f"a:{number}") for number, row in enumerate(expected, start=1)
    ]
    assert [entry.record for entry in read] == list(range(1, len(expected) + 1))


@given(tables, dialects, st.data())
def test_written_and_read(
    file: Path, rows: list[tuple[str, str, str]], dialect: tuple[str, str, int], data: st.DataObject
) -> None:
    """Python reads what is written: some characters of the text gone, and all other cells as they were."""
    raw = written([("one", "text", "two"), *rows], *dialect)
    file.write_bytes(raw)
    settings = ReadSettings(id_field="none")
    entries = list(delimited.read(file, "a", settings))
    kept = [
        "".join(character for character in entry.text if data.draw(st.booleans())) if data.draw(st.booleans()) else None
        for entry in entries
    ]
    segments = [
        delimited.render(entry.carried, entry.text if text is None else text, settings)
        for entry, text in zip(entries, kept, strict=True)
    ]
    out = io.BytesIO()
    delimited.join(map(io.BytesIO, segments), out, file)
    expected = [list(row) for row in python(raw, dialect[0])]
    for row, text in zip(expected[1:], kept, strict=True):
        row[1] = row[1] if text is None else text
    assert python(out.getvalue(), dialect[0]) == expected
    forgotten = delimited.forget([entry.carried for entry in entries], settings)
    assert [
        delimited.render(before, entry.text, settings) for before, entry in zip(forgotten, entries, strict=True)
    ] == [delimited.render(entry.carried, entry.text, settings) for entry in entries] or dialect[2] == csv.QUOTE_MINIMAL


@given(tables, dialects, st.integers(1, 60))
def test_pieces(file: Path, rows: list[tuple[str, str, str]], dialect: tuple[str, str, int], most: int) -> None:
    """However a file is cut, its pieces hold the same documents, and end where records do."""
    file.write_bytes(written([("one", "text", "two"), *rows], *dialect))
    settings = ReadSettings(id_field="none")
    whole = list(delimited.read(file, "a", settings))
    pieces = delimited.parts(file, settings, most)
    batches = [batch for piece in pieces for batch in delimited.batches(file, "a", settings, piece)]
    columns = ("id", "text", "record", "line", "carried")
    found = [tuple(row[name] for name in columns) for batch in batches for row in batch.to_pylist()]
    assert found == [tuple(getattr(entry, name) for name in columns) for entry in whole]
    assert pieces[-1].end == file.stat().st_size
    assert all(one.end == two.start for one, two in pairwise(pieces))


ODD: Final[dict[str, tuple[bytes, list[str]]]] = {
    "blank lines": (b"text\n\na\n\r\n\nb\n", ["a", "b"]),
    "no last line end": (b"text,id\na,1\nb,2", ["a", "b"]),
    "byte order mark": (b"\xef\xbb\xbftext\na\n", ["a"]),
    "quotes inside": (b'text,x\n5" disk,1\n"a ""b""",2\n', ['5" disk', 'a "b"']),
    "behind a quote": (b'x,text\n1,"a"b\n', ["ab"]),
    "line ends in quotes": (b'text\n"a\nb\r\nc"\nd\n', ["a\nb\r\nc", "d"]),
    "carriage returns": (b"text\r\na\r\nb\r\n", ["a", "b"]),
    "many cells": (b"text\na,b,c\n", ["a"]),
    "no record": (b"text\n", []),
    "empty cell": (b"text,x\n,1\n", [""]),
    "name in quotes": (b'"the, x";"text"\n1;a,b\n', ["a,b"]),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_files(file: Path, case: str) -> None:
    """Odd files are read as Python reads them."""
    data, texts = ODD[case]
    file.write_bytes(data)
    assert [entry.text for entry in delimited.read(file, "a", READ)] == texts


REFUSED: Final[dict[str, tuple[bytes, str]]] = {
    "no such column": (
        b"id,body\n1,a\n",
        ":1: no column `text`; name the column that holds the text with --text-field; here are: id, body",
    ),
    "empty": (b"", ": no column `text`"),
    "two of them": (b"text,text\na,b\n", ":1: 2 columns `text`"),
    "too few cells": (b'id,text\n"1\n",a\n2\n', ":4: no cell in column `text`; fill or delete the line"),
    "open quote": (b'text\na\n"b\nc\n', ":3: a quote is not closed"),
    "not UTF-8": (b"text\na\nb\xff\n", ":3: byte 8: not UTF-8; convert it to UTF-8, or read on with --errors replace"),
    "name of two lines": (b'text,id\na,"1\n2"\n', ":2: no name in column `id`"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(file: Path, case: str) -> None:
    """What cannot be read is named with its line."""
    data, told = REFUSED[case]
    file.write_bytes(data)
    with pytest.raises(ReadError) as raised:
        list(delimited.read(file, "a", READ))
    assert f"{file}{told}" in str(raised.value)


def test_replaced(file: Path) -> None:
    """With replacement, bytes that are no text are read as U+FFFD."""
    file.write_bytes(b"text\na\xffb\n")
    assert [entry.text for entry in delimited.read(file, "a", ReadSettings(errors="replace"))] == ["a\ufffdb"]  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".csv.gz"])
def test_cleaned_and_restored(tmp_path: Path, suffix: str) -> None:
    """Dropped and stripped documents come back, every cell of them."""
    delimiter = "\t" if suffix == ".tsv" else ","
    texts = [", ".join(f"word{number}-{place}" for place in range(30)) for number in range(30)]
    texts[3] += "\n\nSubscribe to our newsletter"
    texts[20] = texts[10]
    rows = [("id", "text", "source"), *((f"d{n}", text, f'"{n}" & co') for n, text in enumerate(texts))]
    raw = written(rows, delimiter, "\n", csv.QUOTE_MINIMAL)
    plant(tmp_path, {f"in/a{suffix}": gzip.compress(raw) if suffix.endswith(".gz") else raw})
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out").code == 0
    assert dedup("restore", tmp_path / "out", "-o", tmp_path / "back").code == 0
    cleaned, restored = (contents(tmp_path / folder / f"a{suffix}") for folder in ("out", "back"))
    assert restored == raw
    expected = [list(row) for row in rows]
    expected[4][1] = texts[3].split("\n")[0]
    del expected[21]
    assert python(cleaned, delimiter) == expected


def test_no_row_for_a_story(tmp_path: Path) -> None:
    """A second story that is to be split off has no row to go to, and the user is told."""
    two = joined(FIRST, SECOND)
    plant(tmp_path, {"a.csv": written([("text",), (two,)], ",", "\n", csv.QUOTE_MINIMAL)})
    before = tree(tmp_path)
    ran = dedup("clean", tmp_path / "a.csv", "-o", tmp_path / "out", "--split-stories")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "no record can be made for" in ran.err
    assert tree(tmp_path) == before
