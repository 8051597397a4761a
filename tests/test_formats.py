"""The formats: what is read, how it is written back, and what counts as a file of the corpus."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any, Final

import pytest
from command import plant
from hypothesis import example, given
from hypothesis import strategies as st

from dedup import ReadError, formats
from dedup.formats import jsonl, text
from dedup.formats.decoding import decode, encode
from dedup.formats.entry import Entry, is_name
from dedup.settings import ReadSettings

READ: Final = ReadSettings()
ANY: Final = st.text(st.characters(codec="utf-8"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a place for a file."""
    return tmp_path / "file"


RUSSIAN: Final = "Мост через гавань закрыт на месяц: инженеры меняют тросы. Паромы ходят каждые двадцать минут."
JAPANESE: Final = "港の橋は一か月のあいだ通行止めになります。技術者がケーブルを取り替えるためです。"
ENCODED: Final = [
    ("utf-8", b"", ""),
    ("utf-8", b"caf\xc3\xa9\r\n", "café\r\n"),
    ("utf-8", codecs.BOM_UTF8 + b"a\n", "\ufeffa\n"),
    ("utf-8-sig", codecs.BOM_UTF8 + b"a\n", "\ufeffa\n"),
    ("utf-16", codecs.BOM_UTF16_LE + "a😀".encode("utf-16-le"), "\ufeffa😀"),
    ("utf-16", codecs.BOM_UTF16_BE + "a😀".encode("utf-16-be"), "\ufeffa😀"),
    ("utf-16", "a😀".encode("utf-16-le"), "a😀"),
    ("utf-16-be", "a😀".encode("utf-16-be"), "a😀"),
    ("utf-32", codecs.BOM_UTF32_BE + "a😀".encode("utf-32-be"), "\ufeffa😀"),
    ("utf-32", codecs.BOM_UTF32_LE + "a😀".encode("utf-32-le"), "\ufeffa😀"),
    ("cp1252", b"\x93caf\xe9\x94\r", "“café”\r"),
    ("latin-1", bytes(range(256)), "".join(map(chr, range(256)))),
    ("gb18030", "漢字😀".encode("gb18030"), "漢字😀"),
    ("shift_jis", "漢字".encode("shift_jis"), "漢字"),
    ("auto", b"", ""),
    ("auto", b"caf\xc3\xa9", "café"),
    ("auto", codecs.BOM_UTF8 + b"a", "\ufeffa"),
    ("auto", codecs.BOM_UTF16_LE + "a😀".encode("utf-16-le"), "\ufeffa😀"),
    ("auto", codecs.BOM_UTF32_LE + "a😀".encode("utf-32-le"), "\ufeffa😀"),
    ("auto", RUSSIAN.encode("cp1251"), RUSSIAN),
    ("auto", JAPANESE.encode("shift_jis"), JAPANESE),
    ("auto", JAPANESE.encode("euc-jp"), JAPANESE),
]


@pytest.mark.parametrize(("encoding", "data", "expected"), ENCODED)
def test_text_is_read_whole(file: Path, encoding: str, data: bytes, expected: str) -> None:
    """All of a text file is its text, byte order mark and line ends too, and its bytes come back."""
    settings = ReadSettings(encoding=encoding)
    file.write_bytes(data)
    assert list(text.read(file, "a.txt", settings)) == [Entry("a.txt", expected)]
    assert encode(expected, (), text.encoding(file, settings)) == data
    assert text.render("", expected, settings) == expected.encode()


@pytest.mark.parametrize(
    ("encoding", "data", "byte"),
    [
        ("utf-8", b"\xff", 0),
        ("auto", "é".encode() * 9 + b"\xff", 18),
        ("utf-8", b"abc\xc3", 3),
        ("utf-8", b"\xed\xa0\x80", 0),
        ("ascii", b"caf\xe9", 3),
        ("cp1252", b"a\x81", 1),
        ("utf-16", codecs.BOM_UTF16_LE + b"a", 2),
        ("utf-16", codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", 2),
        ("cp932", b"\x87\x90", None),
        ("utf-7", b"+AGE-", None),
    ],
)
def test_text_that_is_none(file: Path, encoding: str, data: bytes, byte: int | None) -> None:
    """Bytes that are no text, or that the text would not lead back to, are named with file and place."""
    file.write_bytes(data)
    with pytest.raises(ReadError) as raised:
        list(text.read(file, "a.txt", ReadSettings(encoding=encoding)))
    assert (raised.value.path, raised.value.byte) == (file, byte)


@given(st.binary(), st.sampled_from(["utf-8", "utf-16-le", "utf-32-be", "ascii", "cp1252", "euc_jp", "big5"]))
@example(b"a\xff\xc3\xa9\xed\xa0\x80\xef\xbf\xbd\xc3", "utf-8")
def test_replaced_bytes_come_back(data: bytes, encoding: str) -> None:
    """With replacement, any bytes are read, each fault as one U+FFFD, and come back as they were."""
    try:
        decoded = decode(data, ReadSettings(errors="replace"), Path("a"), encoding=encoding)  # type: ignore[arg-type]
    except ReadError as fault:
        assert "convert it to UTF-8" in str(fault)  # noqa: PT017 - only where an encoding has two ways
        assert encoding == "big5"
        return
    assert all(decoded.text[patch.start] == "\ufffd" for patch in decoded.patches)
    assert encode(decoded.text, decoded.patches, encoding) == data


RECORDS: Final[list[tuple[str, str, str]]] = [
    ('{"text":"a"}', "f:1", "a"),
    ('{"id":"x","text":"a"}', "x", "a"),
    ('{"id":null,"text":"a"}', "f:1", "a"),
    ('{"id":5,"text":"a"}', "5", "a"),
    ('{"id":-0,"text":"a"}', "0", "a"),
    ('{"id":1.0,"text":"a"}', "1.0", "a"),
    ('{"id":1e400,"text":"a"}', "1e400", "a"),
    ('{"id":123456789012345678901234567890,"text":"a"}', "123456789012345678901234567890", "a"),
    ('{"text":"a\\u0041\\ud83d\\ude00\\n\\/"}', "f:1", "aA😀\n/"),
    ('{"te\\u0078t":"a"}', "f:1", "a"),
    ('{"text":"first","text":"last"}', "f:1", "last"),
    ('{"meta":{"text":"inner","id":"y"},"text":"outer"}', "f:1", "outer"),
    ('{"text":"outer","list":[{"text":"inner"}]}', "f:1", "outer"),
    ('{"a":"\\"text\\":\\"no\\"","text":"yes"}', "f:1", "yes"),
    ('  { "text" : "a" , "b" : [ 1e400 , -0 , 1.0 ] }  ', "f:1", "a"),
    ('\ufeff{"text":"a"}\r', "f:1", "a"),
    ('{"other":"\\ud800","text":"a"}', "f:1", "a"),
    ('{"n":%s,"text":"a"}' % ("1" * 5000), "f:1", "a"),
    ('{"deep":%s,"text":"a"}' % ("[" * 900 + "]" * 900), "f:1", "a"),
    ('{"text":""}', "f:1", ""),
]


@pytest.mark.parametrize(("line", "name", "expected"), RECORDS)
def test_record(file: Path, line: str, name: str, expected: str) -> None:
    """A record's text and name are those of its own fields; with the text exchanged, all else is as it was written."""
    file.write_text(line, encoding="utf-8", newline="")
    [entry] = jsonl.read(file, "f", READ)
    assert (entry.id, entry.text, entry.record, entry.line) == (name, expected, 1, 1)
    assert entry.carried == line.strip("\ufeff\r ")
    assert jsonl.render(entry.carried, expected, READ).decode() == entry.carried + "\n"
    other = 'new "text" \\ 😀\n'
    changed = jsonl.render(entry.carried, other, READ)
    start, end = jsonl.locate(entry.carried, "text")
    assert changed.startswith(entry.carried[:start].encode())
    assert changed.endswith(entry.carried[end:].encode() + b"\n")
    file.write_bytes(changed)
    [again] = jsonl.read(file, "f", READ)
    assert (again.id, again.text) == (name, other)
    [rest] = jsonl.forget([entry.carried], READ)
    assert rest == f'{entry.carried[:start]}""{entry.carried[end:]}'
    file.write_bytes(jsonl.render(rest, expected, READ))
    assert [(entry.id, entry.text) for entry in jsonl.read(file, "f", READ)] == [(name, expected)]


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY | st.just("text"), inner, max_size=3),
    max_leaves=6,
)


STYLES: Final = st.fixed_dictionaries(
    {
        "ensure_ascii": st.booleans(),
        "indent": st.sampled_from([None, 1]),
        "separators": st.sampled_from([(",", ":"), (" ,\t", " : ")]),
    }
)


@given(st.dictionaries(ANY, JSON, max_size=4), ANY, ANY, STYLES)
def test_located_value(fields: dict[str, Any], content: str, other: str, style: dict[str, Any]) -> None:
    """In any record the text is found, and exchanging it leaves every other field as it is."""
    fields = {**fields, "text": content}
    line = json.dumps(fields, **style)
    assert json.loads(jsonl.render(line, other, READ)) == fields | {"text": other}
    for name, value in fields.items():
        start, end = jsonl.locate(line, name)
        assert json.loads(line[start:end]) == value


def test_lines_of_json(file: Path) -> None:
    """Blank lines and CR LF do not count as records; lines are counted as an editor does."""
    file.write_bytes(b'\xef\xbb\xbf\r\n{"text":"a"}\r\n\n  \n{"text":"\xe2\x80\xa8b"}')
    assert [(entry.id, entry.text, entry.record, entry.line) for entry in jsonl.read(file, "f", READ)] == [
        ("f:1", "a", 1, 2),
        ("f:2", "\u2028b", 2, 5),
    ]


def test_other_fields(file: Path) -> None:
    """The fields that hold text and name may be called anything."""
    file.write_text('{"body":"a","url":"u","text":5,"id":[]}', encoding="utf-8")
    [entry] = jsonl.read(file, "f", ReadSettings(text_field="body", id_field="url"))
    assert (entry.id, entry.text) == ("u", "a")


def test_replacing_in_json(file: Path) -> None:
    """With replacement, bad bytes inside a string are read as U+FFFD."""
    file.write_bytes(b'{"text":"caf\xe9"}')
    [entry] = jsonl.read(file, "f", ReadSettings(errors="replace"))  # type: ignore[arg-type]
    assert entry.text == "caf\ufffd"


@pytest.mark.parametrize("known", formats.FORMATS, ids=lambda known: known.name)
def test_format(known: formats.entry.Format) -> None:
    """Every format names itself, its lower-case suffixes and nothing twice."""
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in known.suffixes)
    others = [suffix for other in formats.FORMATS if other is not known for suffix in other.suffixes]
    assert not set(known.suffixes) & set(others)
    assert known.read.__doc__
    assert known.render.__doc__


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["a"], ["b/c.txt", "d.jsonl"]),
        (["a/b"], ["c.txt"]),
        (["a/b/c.txt"], ["c.txt"]),
        (["a/d.jsonl", "a/b/c.txt"], ["b/c.txt", "d.jsonl"]),
        (["a/b", "e"], ["a/b/c.txt", "e/f.html"]),
        (["e/../a/b/../d.jsonl"], ["d.jsonl"]),
        (["a", "a", "a/b/c.txt", "a/d.jsonl"], ["b/c.txt", "d.jsonl"]),
    ],
)
def test_names_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], names: list[str]) -> None:
    """A file goes by its path below the deepest folder that holds all inputs, whatever their order."""
    plant(tmp_path, {"a/b/c.txt": b"", "a/d.jsonl": b"", "e/f.html": b"", "a/g.png": b""})
    monkeypatch.chdir(tmp_path)
    for paths in (given, given[::-1]):
        found = formats.find([Path(path) for path in paths])
        assert [source.name for source in found.sources] == names
        assert all(source.path.samefile(found.root / source.name) for source in found.sources)


@pytest.mark.parametrize("name", ["a", "a b", "é漢👨‍👩‍👧", "a\u00a0b", "a#b", "\u202eb", ""])
def test_name(name: str) -> None:
    """A name is what stands in one line of text."""
    assert is_name(name)


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\0", "\x1b[31m", "a\u2028b", "a\x85", "\ud800", "\t"])
def test_no_name(name: str) -> None:
    """Line ends, control codes and halves of characters stand in no name."""
    assert not is_name(name)
