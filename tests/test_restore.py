"""Restoring: the cleaned files and the ledger give back what was read."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
import pytest
from command import SEEDS, dedup, plant, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import ledger

if TYPE_CHECKING:
    from collections.abc import Callable

SEED_TEXTS: Final = [path.read_bytes().decode() for path in sorted(SEEDS.glob("*.txt"))]
PARAGRAPHS: Final = [line.strip() for text in SEED_TEXTS for line in text.split("\n") if len(line.split()) > 20][:40]
BOILERPLATE: Final = [
    "Subscribe to our newsletter",
    "Published In The Express Tribune, June 28th, 2012.",
    "© 2012 The Daily Post. All rights reserved.",
    "Professor | 8 years ago | Reply\n\nI agree with every word of it.",
    "0\n160",
]
ANY: Final = st.text(st.characters(codec="utf-8"), max_size=60)


def near(paragraph: str) -> str:
    """Write a paragraph almost as it was."""
    words = paragraph.split()
    return " ".join([*words[:-3], "slightly", *words[-2:]])


def foreign(text: str, by: int) -> str:
    """Write a text in words that no other text has: every letter exchanged."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return text.translate(str.maketrans(letters, letters[by:] + letters[:by]))


BLOCKS: Final = (
    st.sampled_from(PARAGRAPHS[:12])
    | st.sampled_from(PARAGRAPHS[:6]).map(near)
    | st.sampled_from(BOILERPLATE)
    | st.lists(st.sampled_from(PARAGRAPHS), min_size=3, max_size=6)
    .map("\n\n".join)
    .map(lambda body: f"{body}\n\n{body}")
    | ANY
)
NEWS: Final = st.lists(BLOCKS, max_size=6).map("\n\n".join) | st.sampled_from(SEED_TEXTS) | ANY
ARTICLES: Final = ["\n\n".join(PARAGRAPHS[at : at + 4]) for at in range(0, 36, 4)]
STORIES: Final = st.builds(
    lambda first, gap, second, by, third: first + gap + foreign(second, by) + "\n\n\n" + foreign(third, 7),
    st.sampled_from(ARTICLES[:3]),
    st.sampled_from(["\n\n\n\n", "\n \n\n\n\n"]),
    st.sampled_from([*ARTICLES, SEED_TEXTS[4]]),
    st.sampled_from([0, 3, 5]),
    st.sampled_from(["", *ARTICLES]),
) | st.just(SEED_TEXTS[1])
TEXTS: Final = NEWS | STORIES


def ended(text: str, end: str) -> str:
    """Give a text other line ends."""
    return text.replace("\n", end)


FILES: Final = st.builds(ended, TEXTS, st.sampled_from(["\n", "\n", "\r\n", "\r"]))


def round_trip(files: dict[str, bytes], *options: str) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """Clean files and restore them; give what came back, and the ledger."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        plant(folder, {f"in/{name}": data for name, data in files.items()})
        ran = dedup("clean", folder / "in", "-o", folder / "out", *options)
        assert ran.code == 0, ran.err
        ran = dedup("restore", folder / "out", "-o", folder / "back")
        assert ran.code == 0, ran.err
        back = {name: data for name, data in tree(folder / "back").items() if data is not None}
        rows = [orjson.loads(line) for line in (folder / "out" / "ledger.jsonl").read_bytes().splitlines()]
        return back, rows


SPLIT: Final = st.sampled_from([(), ("--split-stories",)])
ENCODINGS: Final[dict[str, Callable[[str], bytes]]] = {
    "utf-8": str.encode,
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "cp1252": lambda text: text.encode("cp1252", "ignore"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(st.lists(FILES, min_size=1, max_size=4), SPLIT)
@settings(max_examples=15)
def test_text_files(encoding: str, texts: list[str], split: tuple[str, ...]) -> None:
    """Text files come back byte for byte, whatever their encoding and line ends."""
    files = {f"{number}.txt": ENCODINGS[encoding](text) for number, text in enumerate(texts)}
    assert round_trip(files, "--encoding", encoding, *split)[0] == files


@given(
    st.lists(
        st.builds(lambda *parts: b"".join(parts), FILES.map(str.encode), st.binary(max_size=9), FILES.map(str.encode)),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=15)
def test_bytes_that_are_no_text(files: list[bytes]) -> None:
    """With replacement, files come back with the bytes that were no text."""
    named = {f"{number}.txt": data for number, data in enumerate(files)}
    assert round_trip(named, "--errors", "replace")[0] == named


VALUES: Final = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY
MORE: Final = st.dictionaries(
    ANY.filter(lambda name: name not in {"text", "id"}), VALUES | st.just({"text": "inner"}), max_size=2
)


@given(st.lists(st.tuples(TEXTS, MORE, st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n"])), max_size=5), SPLIT)
@settings(max_examples=40)
def test_records(drawn: list[tuple[str, dict[str, Any], bool, str]], split: tuple[str, ...]) -> None:
    """Records come back in their order, dropped ones too, with every field's value."""
    records = [
        {**more, "text": text} if number % 2 else {"id": number, "text": text, **more}
        for number, (text, more, _, _) in enumerate(drawn)
    ]
    lines = [
        json.dumps(record, ensure_ascii=drawn[number][2]) + drawn[number][3] for number, record in enumerate(records)
    ]
    back, _ = round_trip({"a.jsonl": "".join(lines).encode()}, *split)
    assert [json.loads(line) for line in back["a.jsonl"].decode().split("\n")[:-1]] == records


def page(text: str) -> bytes:
    """Write a page."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
    return f"<html><head><meta charset=utf-8></head><body><article>{paragraphs}</article></body></html>".encode()


@given(st.lists(st.lists(st.sampled_from(PARAGRAPHS), max_size=5).map("\n\n".join), min_size=1, max_size=3))
@settings(max_examples=10)
def test_pages(texts: list[str]) -> None:
    """Of pages the extracted texts come back."""
    files = {f"{number}.html": page(text) for number, text in enumerate(texts)}
    extracted, _ = round_trip(files, "--steps", "documents", "--threshold", "1", "--containment", "1")
    assert round_trip(files)[0] == extracted
    assert set(extracted) == {f"{number}.txt" for number in range(len(texts))}


@given(TEXTS, TEXTS, TEXTS, SPLIT)
@settings(max_examples=10)
def test_all_formats_at_once(one: str, two: str, three: str, split: tuple[str, ...]) -> None:
    """Formats and folders may be mixed."""
    files = {
        "a/x.txt": one.encode(),
        "a/x/y.jsonl": b"".join(orjson.dumps({"text": text}) + b"\n" for text in (two, one, three)),
        "b.ndjson": orjson.dumps({"id": "a/x.txt 2", "text": three, "n": 1.0}) + b"\n",
        "c.txt": three.encode(),
    }
    back, rows = round_trip(files, *split)
    assert set(back) == set(files)
    assert back["a/x.txt"] == files["a/x.txt"]
    assert back["c.txt"] == files["c.txt"]
    for name in ("a/x/y.jsonl", "b.ndjson"):
        assert [*map(orjson.loads, back[name].splitlines())] == [*map(orjson.loads, files[name].splitlines())]
    for row in rows[1:]:
        if row["kind"] != "replaced":
            assert ledger.finding(row).document == row["document"]


def test_something_is_removed() -> None:
    """The texts drawn here are such that all kinds of removals happen."""
    glued = f"{ARTICLES[0]}\n\n\n\n{foreign(ARTICLES[5], 3)}"
    texts = [*SEED_TEXTS, SEED_TEXTS[3].upper(), near(PARAGRAPHS[0]), PARAGRAPHS[0], foreign(ARTICLES[5], 3), glued]
    _, rows = round_trip({f"{number}.txt": text.encode() for number, text in enumerate(texts)}, "--split-stories")
    families = {row["reason"][:2] for row in rows[1:] if row["kind"] == "removal"}
    assert {"BP", "RP", "SS", "XD"} <= families
    assert families & {"ND", "CD"}


def test_second_stories(tmp_path: Path) -> None:
    """Second stories become documents of their own: a file or a record behind the one they were found in."""
    record = {"url": "u", "id": "x", "text": SEED_TEXTS[1].replace("Washington", "Islamabad"), "n": 1}
    plant(tmp_path, {"in/a.txt": SEED_TEXTS[1].encode(), "json/b.jsonl": json.dumps(record).encode()})
    first, second = (part.strip() for part in SEED_TEXTS[1].split("\n\n\n"))
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out", "--split-stories").code == 0
    assert (tmp_path / "out" / "a.txt").read_bytes().decode().strip() == first
    assert (tmp_path / "out" / "a.2.txt").read_bytes().decode().strip() == second
    assert dedup("clean", tmp_path / "json", "-o", tmp_path / "out", "--split-stories").code == 0
    lines = [json.loads(line) for line in (tmp_path / "out" / "b.jsonl").read_bytes().splitlines()]
    assert [line["id"] for line in lines] == ["x", "x#2"]
    assert lines[0] | {"text": ""} == record | {"text": ""}
    assert lines[1]["text"] == second.replace("Washington", "Islamabad")
    assert not (tmp_path / "out" / "a.2.txt").exists()


def test_stories_within_stories() -> None:
    """Each of several glued stories becomes a document, and all come back."""
    text = f"{ARTICLES[0]}\n\n\n\n\n{foreign(ARTICLES[1], 3)}\n\n\n\n{foreign(ARTICLES[2], 5)}\n"
    files = {"a.txt": text.encode(), "b.jsonl": orjson.dumps({"text": text}) + b"\n"}
    back, rows = round_trip(files, "--split-stories", "--steps", "boilerplate")
    assert back == files
    moved = [name for row in rows for name in row.get("moved_to", ())]
    assert moved == ["a.txt#2", "a.txt#2#2", "b.jsonl:1#2", "b.jsonl:1#2#2"]
    assert set(rows[0]["outputs"]) == {"a.txt", "a.2.txt", "a.3.txt", "b.jsonl"}


def test_a_story_and_an_input_of_one_name(tmp_path: Path) -> None:
    """Where a second story's file would be another input's, that is said, and nothing is written."""
    plant(tmp_path, {"in/a.txt": SEED_TEXTS[1].encode(), "in/a.2.txt": b"mine"})
    ran = dedup("clean", tmp_path / "in", "-o", tmp_path / "out", "--split-stories")
    assert ran.code == 2
    assert "a.2.txt" in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "out").exists()
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out").code == 0


@pytest.fixture
def cleaned(tmp_path: Path) -> Path:
    """Clean two files."""
    text = f"{PARAGRAPHS[0]}\n\nSubscribe to our newsletter\n"
    plant(tmp_path, {"in/a.txt": text.encode(), "in/b.jsonl": orjson.dumps({"text": PARAGRAPHS[1]}) + b"\n"})
    plant(tmp_path, {"in/c.html": page("\n\n".join(PARAGRAPHS[2:7]))})
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out").code == 0
    return tmp_path / "out"


def refused(cleaned: Path, *told: str) -> None:
    before = tree(cleaned.parent)
    ran = dedup("restore", cleaned, "-o", cleaned.parent / "back")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert all(part in ran.err for part in told)
    assert tree(cleaned.parent) == before


@pytest.mark.parametrize("name", ["a.txt", "b.jsonl", "c.txt"])
def test_changed_files(cleaned: Path, name: str) -> None:
    """A cleaned file that was changed, cut or removed is named, and nothing is restored."""
    path = cleaned / name
    data = path.read_bytes()
    for other in (data + b" ", data[:-1], data.replace(b"e", b"i"), b""):
        path.write_bytes(other)
        refused(cleaned, name, "changed since it was cleaned", "put the cleaned file back")
    path.unlink()
    refused(cleaned, name, "No such file", "put the cleaned file back")
    path.write_bytes(data)
    assert dedup("restore", cleaned, "-o", cleaned.parent / "back").code == 0


def test_changed_ledger(cleaned: Path) -> None:
    """A ledger that was changed anywhere is refused, with the line if a row is broken."""
    path = cleaned / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for number in range(len(lines)):
        path.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
        refused(cleaned, "ledger.jsonl")
        path.write_bytes(b"".join([*lines[:number], lines[number][:-9] + b"\n", *lines[number + 1 :]]))
        refused(cleaned, f"ledger.jsonl:{number + 1}: not JSON", "clean again")
    path.write_bytes(b"".join(lines).replace(b"Subscribe", b"Subscribd"))
    refused(cleaned, "ledger.jsonl", "changed or cut short")
    path.unlink()
    refused(cleaned, "ledger.jsonl", "name the output folder of `dedup clean`")


def test_ledger_that_leads_elsewhere(cleaned: Path) -> None:
    """A ledger made to write outside the folder is refused."""
    path = cleaned / "ledger.jsonl"
    header, *rows = path.read_bytes().splitlines(keepends=True)
    for name in ("../evil.txt", "/evil.txt", "x/../../evil.txt"):
        facts = json.loads(header.replace(b'"a.txt"', json.dumps(name).encode()))
        del facts["sha256"]
        path.write_bytes(ledger.sealed(facts, {}, rows) + b"".join(rows))
        refused(cleaned, "ledger.jsonl", "outside its folder")


def test_used_folder(cleaned: Path) -> None:
    """A folder with files, be they cleaned or restored ones, is refused; an empty one will do."""
    for place in ("in", "again", "elsewhere"):
        (cleaned.parent / place).mkdir(exist_ok=True)
    assert dedup("restore", cleaned, "-o", cleaned.parent / "again").code == 0
    assert dedup("clean", cleaned.parent / "in", "-o", cleaned.parent / "elsewhere").code == 0
    before = tree(cleaned.parent)
    for place in ("in", "again", "elsewhere"):
        ran = dedup("restore", cleaned, "-o", cleaned.parent / place)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert "the output folder is not empty; move it away or choose another -o" in ran.err
    ran = dedup("restore", cleaned, "-o", cleaned / "back")
    assert "inside one another" in ran.err
    assert tree(cleaned.parent) == before
