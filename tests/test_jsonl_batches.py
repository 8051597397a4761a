"""Pieces and blocks of JSON Lines: however a file is cut, it reads as it does in one go."""

from __future__ import annotations

import io
import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.errors import ReadError
from dedup.formats import batch as batch_module
from dedup.formats import html, jsonl, lines, text
from dedup.formats.decoding import Patch
from dedup.formats.entry import ENTRIES, Entry, Part
from dedup.settings import Errors, ReadSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedup.formats.entry import Format

READ: Final = ReadSettings()
REPLACE: Final = ReadSettings(errors=Errors.REPLACE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a place for a file."""
    return tmp_path / "file"


def entries(batches: Iterable[pa.RecordBatch]) -> list[Entry]:
    """Give the rows of blocks as entries, once the blocks are known to be well made."""
    found = []
    for batch in batches:
        batch.validate(full=True)
        assert batch.schema == ENTRIES
        assert all(not column.null_count for column in batch.columns)
        for row in batch.to_pylist():
            row["patches"] = tuple(Patch(**patch) for patch in row["patches"])
            found.append(Entry(**row))
    return found


def read(known: Format, file: Path, settings: ReadSettings) -> list[Entry] | str:
    """Read a file in one go, or give the message why not."""
    try:
        return list(known.read(file, "f", settings))
    except ReadError as fault:
        return str(fault)


def cut(known: Format, file: Path, settings: ReadSettings, size: int) -> list[Entry] | str:
    """Read a file in pieces of about `size` bytes, or give the message why not."""
    try:
        parts = known.parts(file, settings, size)
        return [entry for part in parts for entry in entries(known.batches(file, "f", settings, part))]
    except ReadError as fault:
        return str(fault)


ANY: Final = st.text(st.characters(codec="utf-8"), max_size=90)
NAMES: Final = st.sampled_from(["text", "id", "te\u0078t", "Text", "", "tex", "été", "a\0b"])
NUMBERS: Final = (
    *("0", "-0", "-0.0", "7", "-7", "1.0", "1E5", "1e-7", "1e99", "1e400", "9" * 19, "9" * 20, "9" * 400),
    *("01", "1.", "-", ".5", "+1", "1e", "1e+", "0x1", "1_0", "--1", "1.e1", "00"),
)
SPELLINGS: Final = (
    *("null", "true", "false", "NaN", "Infinity", "-Infinity", "nan", "tru", "nul", "[", "]", "{", "}", '"', ",", ":"),
    *("[]", "{}", "[ ]", "{ }", "[[[]],{}]", '{"a":{"b":[{}]}}', "[1,]", "[1,]]", "[1 2]", '["a" "b"]', "[1}"),
    *('{"a":1,}', '{"a" 1}', "{a:1}", '{"a":}', "{1:1}", '{"a":1]', '{"a"}', "{,}", "[,]"),
    *('""', '"a', 'a"', "'a'", '"\t"', '"\x7f"', '"\x85"', '"\u2028"', '"\u2029"'),
    *(r'"\"\\\/\b\f\n\r\t"', r'"\u0000"', r'"\u00e9\u6f22"', r'"\u12G4"', r'"\u12"', r'"\x"', r'"\"', r'"\U0041"'),
    *(r'"\ud83d\uDE00"', r'"\ud83d"', r'"\ude00"', r'"\ude00\ude00"', r'"\ud83d\u0041"', r'"\ud83d\n"'),
    *("[" * depth + "]" * depth for depth in (59, 60, 61, 62, 64, 65, 900, 1030)),
    *('{"a":' * depth + "1" + "}" * depth for depth in (60, 61, 900)),
)
SPACES: Final = st.sampled_from(["", "", "", " ", "\t", "\r", "  \t", "\f", "\xa0", "\ufeff"])
MARKS: Final = st.sampled_from(["", "", "", " ", "\ufeff", "\ufeff \ufeff", "\t", "\x0b", "\0"])


@st.composite
def values(draw: st.DrawFn) -> str:
    """Draw a value, and how it is spelt."""
    plain = st.one_of(ANY, st.integers(), st.none(), st.booleans(), st.lists(ANY | st.floats(allow_nan=False)))
    return draw(st.sampled_from(NUMBERS + SPELLINGS) | st.builds(json.dumps, plain, ensure_ascii=st.booleans()))


@st.composite
def records(draw: st.DrawFn) -> str:
    """Draw what looks like a record, most often a good one."""
    strings = st.builds(json.dumps, ANY, ensure_ascii=st.booleans())
    members = draw(st.lists(st.tuples(st.builds(json.dumps, NAMES, ensure_ascii=st.booleans()), values()), max_size=2))
    members.append(('"text"', draw(strings)))
    if draw(st.booleans()):
        members.append(('"id"', draw(strings | st.sampled_from(NUMBERS) | st.integers().map(str))))
    if draw(st.booleans()):
        members = draw(st.permutations(members))
    space = "" if draw(st.booleans()) else draw(SPACES)
    inner = f",{space}".join(f"{name}{space}:{space}{value}" for name, value in members)
    mark = draw(MARKS)
    return f"{mark}{{{space}{inner}{space}}}{mark}"


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Draw a record to which something happened."""
    line = draw(records()).encode()
    at = draw(st.integers(0, len(line)))
    return line[:at] + draw(st.binary(max_size=3)) + line[at + draw(st.integers(0, 2)) :]


BLANKS: Final = st.sampled_from([b"", b" ", b"\t\r", b"\xef\xbb\xbf", b" \xef\xbb\xbf "])
NEARLY_BLANKS: Final = st.sampled_from([b"\xef\xbb", b"\xc2\xa0", b"\0"])
GOOD: Final = st.builds(
    lambda fields, style, mark: f"{mark}{json.dumps(fields, **style)}{mark}".encode(),
    st.fixed_dictionaries(
        {"text": ANY},
        optional={
            "id": st.uuids().map(str) | st.integers() | st.floats(0, 1) | st.none(),
            "a": st.recursive(ANY | st.floats(-1, 1), lambda inner: st.lists(inner) | st.dictionaries(ANY, inner)),
        },
    ),
    st.fixed_dictionaries(
        {
            "ensure_ascii": st.booleans(),
            "separators": st.sampled_from([(",", ":"), (" ,\t", "\r: ")]),
            "sort_keys": st.booleans(),
        }
    ),
    st.sampled_from(["", "", " ", "\ufeff", "\t\ufeff "]),
)
ALL: Final = st.one_of(GOOD, GOOD, GOOD, records().map(str.encode), BLANKS, NEARLY_BLANKS, spoilt())
FILES: Final = st.builds(
    lambda lines, end, last: end.join(lines) + last,
    st.lists(GOOD | BLANKS, max_size=8) | st.lists(ALL, max_size=5),
    st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n", b"\r"]),
    st.sampled_from([b"", b"\n"]),
)


@given(FILES, st.integers(1, 300), st.sampled_from([1, 8, 64, 300, 1 << 20]), st.sampled_from([READ, REPLACE]))
@example(b'{"text":"a","text":5,"text":"b","id":5,"id":null}', 1, 1, READ)
@example(b'{"id":"a\\u0085b","text":""}\n{"id":"","text":""}', 1, 1, READ)
@example(b'{"text":"a"}{"text":"b"}\n\n', 1, 1 << 20, READ)
@example(b'{"text":"a"\n}{"text":"b"}\n', 1, 1 << 20, READ)
@example(b'{"text":"a","b":"\xff"}\n', 1, 1 << 20, REPLACE)
@example(b"\xef\xbb", 1, 1, READ)
@example(b'{"text":"%s"}\n{"text":"%s' % (b"x" * 50, b"x" * 30), 1 << 20, 64, READ)
@example(b"\xef\xbb\n{}", 3, 1, REPLACE)
def test_cutting_changes_nothing(data: bytes, size: int, block: int, settings: ReadSettings) -> None:
    """However a file is cut into pieces and blocks, its records are those read one by one, or the fault is the same."""
    with NamedTemporaryFile() as made, mock.patch.object(lines, "BLOCK", block):
        file = Path(made.name)
        file.write_bytes(data)
        assert cut(jsonl.FORMAT, file, settings, size) == read(jsonl.FORMAT, file, settings)


@given(FILES, st.integers(1, 300), st.sampled_from([1, 8, 64, 1 << 20]))
@example(b'{"text":"a"}\n\xef\xbb\xbf\n{"text":"b"}\n', 15, 1 << 20)
def test_pieces_tile_the_file(data: bytes, size: int, block: int) -> None:
    """Pieces follow one another, end at the first line end that makes them big enough, and know what stands before."""
    with NamedTemporaryFile() as made, mock.patch.object(lines, "BLOCK", block):
        file = Path(made.name)
        file.write_bytes(data)
        parts = lines.parts(file, READ, size)
    assert b"".join(data[part.start : part.end] for part in parts) == data
    for part in parts:
        before = data[: part.start].split(b"\n")
        assert part.lines == len(before) - 1
        assert part.records == sum(bool(line.decode(errors="replace").strip("\ufeff\r\n\t ")) for line in before)
    for part in parts[:-1]:
        assert b"\n" not in data[part.start + size - 1 : part.end - 1]
        assert part.end - part.start >= size
        assert data[part.end - 1 : part.end] == b"\n"


@pytest.mark.parametrize(
    "line",
    [
        '{"text":"a"}',
        '\ufeff { "text" :\t"a" , "b" : [ 1.5e3 , { } ] } \ufeff\r',
        r'{"text":"\u0000\ud83d\ude00\"\\\/\b\f\n\r\t\u00e9\u6f22"}',
        '{"text":"\u2028\x85é漢😀"}',
        '{"id":"d1","text":"a"}',
        '{"id":17,"text":"a"}',
        '{"id":-1.50,"text":"a"}',
        '{"id":1e400,"text":"a","b":-1E+999}',
        '{"id":123456789012345678901234567890,"text":"a"}',
        '{"id":null,"text":"a"}',
        r'{"\u0069d":"x","te\u0078t":"a"}',
        '{"text":"a","id":1,"text":"b","id":"x"}',
        '{"meta":{"text":5,"id":[]},"text":"a"}',
        '{"deep":' + "[" * 60 + "]" * 60 + ',"text":"a"}',
    ],
)
def test_plain_records(file: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """What is spelt in an ordinary way is read without making objects of it."""
    file.write_text(f"{line}\n\n{line}", encoding="utf-8", newline="")
    expected = read(jsonl.FORMAT, file, READ)
    monkeypatch.setattr(jsonl, "_entries", None)
    assert cut(jsonl.FORMAT, file, READ, 1 << 20) == expected


RECORDS: Final = [
    '{"a":%s,"text":"b"}',
    '{"text":"a","b":[{"c": %s }]}',
    '{"a":[1,%s],"text":"b"}',
    '{"text":%s}',
    '{"id":%s,"text":"a"}',
    '{"id":1,"text":"a","text":"b","id":%s}',
    '{"a":%s,"id":-0,"text":"a"}',
    '{"text":"a"}%s',
    '%s{"text":"a"}',
    '{"text":"a"%s}',
    '{%s"text":"a"}',
    '{"text"%s:"a"}',
    '{"text":"a",%s:1}',
    '{"text":"a"}\n{"text":"b"%s',
    "%s",
]
"""Records with a place where something may stand."""
MORE: Final = ["", ",", ",,", "\ufeff", "\xa0", "\0", "\r", "\f", '"c":1', ',"c":1', '"c":1,', '{"text":"c"}']


@pytest.mark.parametrize("record", RECORDS)
def test_spellings(file: Path, record: str) -> None:
    """Whatever stands in a record, in its place or out of it, blocks are read as single records are, or fail alike."""
    for spelling in (*NUMBERS, *SPELLINGS, *MORE):
        file.write_text(record % spelling, encoding="utf-8", newline="")
        assert cut(jsonl.FORMAT, file, READ, 1 << 20) == read(jsonl.FORMAT, file, READ), spelling


def test_many_lines(file: Path) -> None:
    """Lines are counted right where there are more of them than are looked at together."""
    made = "".join(f'{{"text":"{number}"}}\n' + "\n" * (number % 911 == 0) for number in range(50_000))
    file.write_text(made, encoding="utf-8")
    with mock.patch.object(lines, "BLOCK", 100_000):
        assert cut(jsonl.FORMAT, file, READ, 300_000) == read(jsonl.FORMAT, file, READ)


@pytest.mark.parametrize(("text_field", "id_field"), [("é", "漢"), ('a"\\\n\0', "😀"), ("same", "same"), ("a.b", "a")])
def test_fields_of_any_name(file: Path, text_field: str, id_field: str) -> None:
    """The fields that hold text and name may be called anything, and spelt in any way."""
    settings = ReadSettings(text_field=text_field, id_field=id_field)
    fields = {text_field: "x", id_field: "y", "text": 5, "id": []}
    file.write_text(f"{json.dumps(fields)}\n{json.dumps(fields, ensure_ascii=False)}\n", encoding="utf-8")
    found = cut(jsonl.FORMAT, file, settings, 1)
    assert found == read(jsonl.FORMAT, file, settings)
    assert [(entry.id, entry.text) for entry in found if isinstance(entry, Entry)] == [("y", fields[text_field])] * 2


ODD: Final = st.sampled_from(
    [
        '{"text":"a","text":"\\u00e9\\\\u"}',
        '{"é":1e400,"te\\u0078t" : "\\ud83d\\ude00"}',
        '{"é":"\\ud800","text":"x","b":{"text":"y"}}',
        '{"é":' + "[" * 70 + "]" * 70 + ',"text":"\\u0041é"}',
        '{"text":"\\\\u"}',
        '{"text":"a","b":"\\ud800","text":"c"}',
    ]
)


@given(
    st.lists(st.tuples(GOOD | ODD.map(str.encode), st.none() | ANY, st.booleans()), max_size=6),
    st.integers(0, 3),
    st.sampled_from([1, 1 << 20]),
)
@example([(b'{"text":""}', "".join(map(chr, range(0x100))), True)], 0, 1)
@example([(b'{"text":"\\u0041"}', "".join(map(chr, range(0x2000))) + "\uffff\U0010ffff", True)], 0, 1)
def test_kept_records(records: list[tuple[bytes, str | None, bool]], cut_at: int, block: int) -> None:
    """Records are written as one by one: as they stood, or with another text and all else as it stood."""
    lines = [line.decode().strip("\ufeff\t ") for line, _, _ in records]
    own = [json.loads(line)["text"] for line in lines]
    texts = [
        text if changed and text is not None else old for (_, text, changed), old in zip(records, own, strict=True)
    ]
    kinds = (pa.large_string(), pa.large_string(), pa.bool_())
    columns = (lines, texts, [changed for *_, changed in records])
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    batch = pa.record_batch(arrays, ["carried", "text", "changed"])
    out = io.BytesIO()
    segments = (jsonl.rows(some, READ) for some in (batch.slice(0, cut_at), batch.slice(cut_at)))
    with mock.patch.object(batch_module, "BLOCK", block):
        jsonl.FORMAT.join(map(io.BytesIO, segments), out, Path("f"))
    assert out.getvalue() == b"".join(jsonl.render(*row, READ) for row in zip(lines, texts, strict=True))


def test_a_file_that_shrinks(file: Path) -> None:
    """A piece that is no longer there is read as far as it goes."""
    file.write_bytes(b'{"text":"a"}\n{"text":"b"}')
    [found] = jsonl.batches(file, "f", READ, Part(13, 100, 1, 1, 87))
    assert entries([found]) == [Entry("f:2", "b", 2, 2, '{"text":"b"}')]


@pytest.mark.parametrize("known", [jsonl.FORMAT, text.FORMAT, html.FORMAT], ids=lambda known: known.name)
def test_empty_file(known: Format, file: Path) -> None:
    """An empty file is one empty piece."""
    file.write_bytes(b"")
    assert known.parts(file, READ, 1) == [Part(0, 0, 0, 0, 0)]


@pytest.mark.parametrize("known", [text.FORMAT, html.FORMAT], ids=lambda known: known.name)
def test_kept_texts(known: Format) -> None:
    """Of a file that is one document only the text is written."""
    batch = pa.record_batch([pa.array(["é", "", "b\n"], pa.large_string())], ["text"])
    assert known.rows(batch, READ) == "éb\n".encode()


def test_files_of_one_document(file: Path) -> None:
    """Text and pages are one piece, whatever the size, and a text is read with what was replaced."""
    file.write_bytes(b"caf\xe9 " * 100)
    for known in (text.FORMAT, html.FORMAT):
        assert known.parts(file, REPLACE, 1) == [Part(0, 500, 0, 0, 500)]
    assert cut(text.FORMAT, file, REPLACE, 1) == read(text.FORMAT, file, REPLACE)
