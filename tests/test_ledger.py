"""The ledger: every finding comes back from its row, and the rows of a cleaning account for every character."""

from __future__ import annotations

import hashlib
import json
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final

import orjson
import pytest
from command import SEEDS, dedup, plant, tree
from hypothesis import given
from hypothesis import strategies as st

from dedup import LedgerError, __version__, ledger
from dedup.output import LEDGER
from dedup.records import Copy, Finding, Likeness, Pattern, Removal, Span, Suspicion
from dedup.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

TEXTS: Final = st.text(st.characters(codec="utf-8"))
NUMBERS: Final = st.integers(0, 2**53)
FLOATS: Final = st.floats(0, 1)
EVIDENCE: Final = (
    st.builds(Pattern, TEXTS)
    | st.builds(Copy, TEXTS, NUMBERS, NUMBERS, FLOATS)
    | st.builds(Likeness, TEXTS, FLOATS, FLOATS, NUMBERS, NUMBERS)
)
FINDINGS: Final = st.sampled_from([Removal, Suspicion]).flatmap(
    lambda kind: st.builds(kind, TEXTS, st.builds(Span, NUMBERS, NUMBERS), TEXTS, TEXTS, FLOATS, EVIDENCE)
)


@given(FINDINGS, TEXTS)
def test_a_finding_comes_back(finding: Finding, text: str) -> None:
    """A finding comes back from its row, written as JSON and read again, exactly."""
    line = ledger.dump(ledger.row(finding, text, file="a.txt"))
    assert line.count(b"\n") == 1
    fields = orjson.loads(line)
    assert ledger.finding(fields) == finding
    assert type(ledger.finding(fields)) is type(finding)
    assert (fields["text"], fields["file"]) == (text, "a.txt")


def story(number: int) -> str:
    """Give some paragraphs of a seed that begins with its article."""
    lines = SEEDS.joinpath("001_0543924f7cd09209.txt").read_text(encoding="utf-8").splitlines()
    return "\n\n".join(line for line in lines[number : number + 9] if line)


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clean a corpus in which text goes for every kind of reason."""
    folder = tmp_path_factory.mktemp("cleaned")
    inputs = {f"in/{path.name}": path.read_bytes() for path in SEEDS.glob("*.txt")}
    long = SEEDS.joinpath("004_27de85cb00123a23.txt").read_text(encoding="utf-8").splitlines()[5]
    records = [
        {"id": "copy", "text": story(0)},
        {"id": "Copy", "text": SEEDS.joinpath("003_61a83d5f3c79e2f2.txt").read_text(encoding="utf-8").upper()},
        {"id": 7, "text": "A text of its own.\n\n" + long + "\n\nIt ends with other words."},
        {"text": ""},
    ]
    lines = "\n".join(json.dumps(record, ensure_ascii=number % 2 == 0) for number, record in enumerate(records))
    plant(folder, inputs | {"in/z.jsonl": lines.encode(), "in/bad.txt": b"caf\xe9 and \xff\xfe.\r\n"})
    assert dedup("clean", folder / "in", "-o", folder / "out", "--errors", "replace").code == 0
    return folder


def rows_of(folder: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (folder / "out" / LEDGER).read_bytes().splitlines()]


def test_header(cleaned: Path) -> None:
    """The header comes first: settings with their digest, versions, inputs in order with theirs."""
    header, *rows = rows_of(cleaned)
    assert header["kind"] == "header"
    assert all(row["kind"] in {"removal", "suspicion", "replaced"} for row in rows)
    settings = Settings.of(header["settings"])
    assert settings == Settings.of({"errors": "replace"})
    assert header["settings_sha256"] == settings.digest()
    assert header["versions"]["dedup"] == __version__
    names = [source["name"] for source in header["inputs"]]
    assert names == sorted(tree(cleaned / "in"))
    for source in header["inputs"]:
        assert source["sha256"] == hashlib.sha256((cleaned / "in" / source["name"]).read_bytes()).hexdigest()
        assert source["output"] == source["name"]
        assert source["encoding"] == "utf-8"


def test_seal(cleaned: Path) -> None:
    """The header has the digests of every cleaned file, and of itself with all other rows."""
    first, *lines = (cleaned / "out" / LEDGER).read_bytes().splitlines(keepends=True)
    header = orjson.loads(first)
    digest = header.pop("sha256")
    assert digest == hashlib.sha256(b"".join([ledger.dump(header), *lines])).hexdigest()
    files = tree(cleaned / "out")
    assert header["outputs"] == {
        name: hashlib.sha256(data or b"").hexdigest()
        for name, data in files.items()
        if name not in {LEDGER, "report.html", "report.json"}
    }
    assert ledger.header_row(cleaned / "out" / LEDGER) == {**header, "sha256": digest}


def test_rows_follow_the_corpus(cleaned: Path) -> None:
    """Rows come in the order of files and records, those of a document by place in its text."""
    rows = rows_of(cleaned)[1:]
    places = [(row["file"], row.get("record", 0)) for row in rows]
    assert places == sorted(places)
    for _, found in groupby((row for row in rows if row["kind"] == "removal"), lambda row: row["document"]):
        starts = [row["start"] for row in found]
        assert starts == sorted(starts)


def test_every_character_is_accounted_for(cleaned: Path) -> None:
    """A removal's text is what stood there; removals are disjoint, and with the cleaned text they tile the original."""
    rows = rows_of(cleaned)[1:]
    bases = {path.name: path.read_bytes().decode(errors="replace") for path in (cleaned / "in").glob("*.txt")}
    kept = {path.name: path.read_bytes().decode() for path in (cleaned / "out").glob("*.txt")}
    for folder, texts in (("in", bases), ("out", kept)):
        for line in (cleaned / folder / "z.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            texts[str(record.get("id", "z.jsonl:4"))] = record["text"]
    assert {"BP101", "RP101", "XP101", "XD101", "CD101"} <= {row["reason"] for row in rows if row["kind"] == "removal"}
    for document, base in bases.items():
        removed = [row for row in rows if row["kind"] == "removal" and row["document"] == document]
        spans = [(0, 0), *((row["start"], row["end"]) for row in removed), (len(base), len(base))]
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        assert all(row["text"] == base[row["start"] : row["end"]] and row["text"] for row in removed)
        assert "".join(base[before[1] : after[0]] for before, after in pairwise(spans)) == kept.get(document, "")


def test_suspicions_remove_nothing(cleaned: Path) -> None:
    """A suspicion's row holds no text, and its span stays in the cleaned text."""
    suspicions = [row for row in rows_of(cleaned)[1:] if row["kind"] == "suspicion"]
    assert suspicions
    for row in suspicions:
        assert row["text"] == ""
        base = (cleaned / "in" / row["file"]).read_bytes().decode()
        assert base[row["start"] : row["end"]] in (cleaned / "out" / row["file"]).read_bytes().decode()


def test_replaced_bytes_are_kept(cleaned: Path) -> None:
    """Bytes that were no text stand in the ledger with their places."""
    rows = [row for row in rows_of(cleaned)[1:] if row["kind"] == "replaced"]
    assert [(row["start"], row["bytes"]) for row in rows] == [(3, "e9"), (9, "ff"), (10, "fe")]


ROW: Final = ledger.dump({"kind": "suspicion"})
HEAD: Final = ledger.dump(ledger.header())
SEALED: Final = ledger.sealed(ledger.header(), {}, [ROW]) + ROW


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        (b"", 1, "not JSON"),
        (b"\n", 1, "not JSON"),
        (b"[1]\n", 1, "not a JSON object"),
        (b'{"text":"a"}\n', 1, "no ledger of version 1"),
        (b'{"kind":"header","ledger":2}\n', 1, "no ledger of version 1"),
        (HEAD, None, "changed or cut short"),
        (SEALED + b'{"kind":\n', 3, "not JSON"),
        (SEALED + b"5\n", 3, "not a JSON object"),
        (SEALED + b"\xff\n", 3, "not JSON"),
        (SEALED + b"{}\n", None, "changed or cut short"),
        (SEALED + ROW, None, "changed or cut short"),
        (SEALED[: -len(ROW)], None, "changed or cut short"),
        (SEALED[:-9], 2, "not JSON"),
        (SEALED.replace(b'"outputs":{}', b'"outputs":{"a":"b"}'), None, "changed or cut short"),
    ],
)
def test_damage_is_noticed(tmp_path: Path, data: bytes, line: int | None, told: str) -> None:
    """A ledger that is not as it was written is refused, with the row's line where one is broken."""
    path = tmp_path / LEDGER
    path.write_bytes(data)
    with pytest.raises(LedgerError, match=told) as raised:
        list(ledger.rows(path))
    assert str(raised.value).startswith(f"{path}:{line}: " if line else f"{path}: ")


def test_sealed_ledger_is_read(tmp_path: Path) -> None:
    """A ledger as it was written is read to its end."""
    (tmp_path / LEDGER).write_bytes(SEALED)
    assert [row["kind"] for row in ledger.rows(tmp_path / LEDGER)] == ["header", "suspicion"]


def test_rows_are_read_where_they_stand(tmp_path: Path) -> None:
    """A row that is looked up by its place is the row that was read there."""
    (tmp_path / LEDGER).write_bytes(SEALED)
    every = list(ledger.placed(tmp_path / LEDGER))
    assert [row for _, row in every] == list(ledger.rows(tmp_path / LEDGER))
    places = [place for place, _ in every]
    assert places == [0, len(SEALED) - len(ROW)]
    assert list(ledger.rows_at(tmp_path / LEDGER, reversed(places))) == [row for _, row in reversed(every)]
    with pytest.raises(LedgerError, match=f"{LEDGER}: not JSON"):
        list(ledger.rows_at(tmp_path / LEDGER, [places[1] + 1]))
