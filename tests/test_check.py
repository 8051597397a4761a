"""`dedup check`: where findings are, in every form; what was accepted; what is mended in place."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import pytest
from command import dedup, plant, tree
from conftest import any_text
from hypothesis import example, given
from hypothesis import strategies as st
from schemas import SARIF, validate

from dedup import formats
from dedup.cli.listing.located import Region, _Lines
from dedup.pipeline import fixing
from dedup.records import Span
from dedup.segment import INVISIBLE
from dedup.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

STORY: Final = (
    "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the bay.\n\n"
    "Nobody had seen the pilot since, although his boat lay where it always did, with both of its oars in it.\n"
)
PAGE: Final = "The bridge over the river was closed in March, and has been closed ever since for want of money. " * 3
PROMPT: Final = "Subscribe to our newsletter"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder that no configuration file is above."""
    monkeypatch.chdir(tmp_path)


def corpus(folder: Path) -> Path:
    """Plant three clean documents and one of each kind of finding."""
    texts = ("The mill was sold.", f"Nobody bought the mine.\n\n{PROMPT}")
    record = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)]
    return plant(
        folder,
        {
            "in/a, 100%:é.txt": f"A text.\n\n  {PROMPT}\r\nMore of it.\n".encode(),
            "in/b.txt": STORY.encode(),
            "in/c.txt": STORY.upper().encode(),
            "in/d.jsonl": ("\n".join(record[:1]) + "\n\n" + record[1] + "\n").encode(),
            "in/e.html": f"<html><body><article><p>{PAGE}<br>{PROMPT}</article></body></html>".encode(),
        },
    )


def told(form: str, *more: str) -> Any:  # noqa: ANN401 - JSON
    """Give what a form that programs read holds."""
    ran = dedup("check", "in", "--format", form, *more)
    assert (ran.code, ran.err) == (1, "")
    return json.loads(ran.out)


def test_forms_tell_the_same(tmp_path: Path) -> None:
    """Every form lists the same findings at the same places in the same order."""
    corpus(tmp_path)
    plain = [line.split(":") for line in dedup("check", "in").out.replace("100%:", "100%;").splitlines()]
    lines = [(path.replace(";", ":"), int(line), code.split()[0]) for path, line, _, code, *_ in plain]
    assert len(lines) >= 4
    rows = told("json")
    assert [(row["path"], row["line"] or row["record"] or 1, row["reason"]) for row in rows] == lines
    results = told("sarif")["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    paths = [unquote(place["artifactLocation"]["uri"]) for place in places]
    assert [
        (path, place.get("region", {"startLine": 1})["startLine"], result["ruleId"])
        for path, place, result in zip(paths, places, results, strict=True)
    ] == lines
    commands = dedup("check", "in", "--format", "github").out.splitlines()
    form = re.compile(r"::error file=([^,]*),(?:line=(\d+),)?.*title=(\w+) [\w-]+::.+")
    found = [form.fullmatch(command) for command in commands]
    assert [(unquote(each[1]), int(each[2] or 1), each[3]) for each in found if each] == lines


def test_place_in_each_kind_of_file(tmp_path: Path) -> None:
    """Text has lines and columns, JSON Lines the line of the record, pages and binary files none."""
    corpus(tmp_path)
    rows = {row["path"]: row for row in told("json")}
    places = {path: tuple(row[name] for name in (*Region._fields, "record")) for path, row in rows.items()}
    assert places["in/a, 100%:é.txt"] == (3, 3, 3, 3 + len(PROMPT), None)
    assert places["in/d.jsonl"] == (3, 1, None, None, 2)
    assert places["in/e.html"] == (None, None, None, None, None)
    assert {row["text"].strip() for row in rows.values()} >= {PROMPT}
    assert rows["in/c.txt"]["evidence"]["document"] == "b.txt"


def test_sarif_is_sarif(tmp_path: Path) -> None:
    """With findings and without, a log is what OASIS's schema asks for, and names the rules it uses."""
    corpus(tmp_path)
    plant(tmp_path, {"fine/a.txt": b"A text."})
    log = told("sarif", "--suspicions")
    validate(log, SARIF)
    [run] = log["runs"]
    assert {result["ruleId"] for result in run["results"]} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    none = dedup("check", "fine", "--format", "sarif")
    assert none.code == 0
    validate(json.loads(none.out), SARIF)
    assert json.loads(none.out)["runs"][0]["results"] == []
    assert json.loads(dedup("check", "fine", "--format", "json").out) == []
    assert dedup("check", "fine", "--format", "github").out == ""


@given(text=any_text(), cut=st.tuples(st.integers(0, 40), st.integers(0, 40)))
@example("0\ufeff", (0, 2))
def test_region_is_where_an_editor_puts_it(text: str, cut: tuple[int, int]) -> None:
    """Cut out of the lines of a text, a region holds what its span holds, white space around it aside."""
    start, end = sorted(min(place, len(text)) for place in cut)
    found = _Lines(text).region(Span(start, end))
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    before = sum(map(len, lines[: found.line - 1])) + found.column - 1
    assert found.end_line is not None
    assert found.end_column is not None
    behind = sum(map(len, lines[: found.end_line - 1])) + found.end_column - 1
    assert (before, behind) >= (found.line - 1, 0)
    assert text[before:behind].strip(INVISIBLE) == text[start:end].strip(INVISIBLE) or not text[start:end].strip(
        INVISIBLE
    )
    assert start <= before <= behind <= end


def test_baseline(tmp_path: Path) -> None:
    """What was accepted is passed over wherever it has moved to, one finding for one; what is new is told."""
    plant(
        tmp_path,
        {"in/a.txt": f"A text.\n\n{PROMPT}\n\nSo on.\n\n{PROMPT}\n".encode(), "in/b.txt": STORY.encode()},
    )
    ran = dedup("check", "in", "--baseline", "known.json", "--write-baseline")
    assert (ran.code, ran.out, ran.err) == (0, "", "Findings accepted in known.json: 2\n")
    check = ("check", "in", "--baseline", "known.json")
    assert (dedup(*check).code, dedup(*check).out) == (0, "")
    assert dedup(*check).err == "Note: findings accepted by known.json, not listed: 2.\n"
    plant(tmp_path, {"in/a.txt": f"New text.\n\nA text.\n\n  {PROMPT} \n\nSo on.\n\n{PROMPT}\n".encode()})
    assert dedup(*check).code == 0
    plant(
        tmp_path,
        {"in/a.txt": f"A text.\n\n{PROMPT}\n\nSo on.\n\n{PROMPT}\n\nSo on.\n\n{PROMPT}\n".encode()},
    )
    third = dedup(*check)
    assert third.code == 1
    assert third.out.startswith("in/a.txt:11:1: ")
    assert third.out.count("\n") == 1
    plant(tmp_path, {"in/a.txt": b"A text.\n", "in/b.txt": f"{STORY}\n{PROMPT}\n".encode()})
    assert dedup(*check).out.startswith("in/b.txt:5:1: ")


def test_baseline_is_the_same_each_time(tmp_path: Path) -> None:
    """A baseline is written in one order, without anything of the day or the machine, a finding a line."""
    corpus(tmp_path)
    made = []
    for _ in range(2):
        assert dedup("check", "in", "--baseline", "known.json", "--write-baseline").code == 0
        made.append((tmp_path / "known.json").read_text(encoding="utf-8"))
    assert made[0] == made[1]
    assert len(made[0].splitlines()) == 2 + len(json.loads(made[0])["findings"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--baseline", "gone.json"), ("gone.json", "--write-baseline")),
        (("--baseline", "in/a.txt"), ("in/a.txt", "no baseline of version 1")),
        (("--baseline", "list.json"), ("list.json", "no baseline of version 1")),
        (("--write-baseline",), ("no file", "--baseline")),
        (("--fix", "--baseline", "known.json"), ("accepted findings", "--fix")),
        (("--fix", "--config", "stories.toml"), ("split_stories", "dedup clean")),
        (("--format", "xml"), ("--format", "'xml'", "'sarif'")),
    ],
)
def test_refused(tmp_path: Path, options: tuple[str, ...], told: tuple[str, ...]) -> None:
    """What cannot be done is one line that says what to do, and changes nothing."""
    plant(tmp_path, {"in/a.txt": b"A text.", "list.json": b"[]", "stories.toml": b"[tool.dedup]\nsplit_stories = true"})
    before = tree(tmp_path)
    ran = dedup("check", "in", *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert all(part in ran.err for part in told)
    assert tree(tmp_path) == before


def test_fix(tmp_path: Path) -> None:
    """What can be is cleaned in place, the rest is left, and what was can be had back: texts byte for byte."""
    corpus(tmp_path)
    (tmp_path / "in" / "c.txt").chmod(0o640)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "in" / "b.txt").rename(tmp_path / "elsewhere" / "b.txt")
    (tmp_path / "in" / "b.txt").symlink_to("../elsewhere/b.txt")
    assert dedup("clean", "in", "-o", "wanted").code == 0
    before = tree(tmp_path / "in")
    ran = dedup("check", "in", "--fix")
    after = tree(tmp_path / "in")
    assert (ran.code, ran.out.count("\n")) == (1, 1)
    assert ran.out.startswith("in/e.html:1:1: ")
    assert "Files cleaned: 2, deleted: 1." in ran.err
    assert "files that cannot be cleaned in place: 1" in ran.err
    wanted = tree(tmp_path / "wanted")
    assert after == {name: data for name, data in wanted.items() if name in before} | {"e.html": before["e.html"]}
    assert set(before) - set(after) == {"c.txt"}
    assert (tmp_path / "in" / "b.txt").is_symlink()
    [kept] = [path for path in (tmp_path / ".dedup").iterdir() if path.is_dir()]
    assert dedup("restore", kept, "-o", "back").code == 0
    back = tree(tmp_path / "back")
    blank_lines_gone = {name: (data or b"").replace(b"\n\n{", b"\n{") for name, data in before.items()}
    assert back == {name: blank_lines_gone[name] for name in back}
    assert set(back) == {"a, 100%:é.txt", "c.txt", "d.jsonl"}


def test_fix_of_what_is_clean(tmp_path: Path) -> None:
    """Where nothing is found nothing is touched and nothing is left behind."""
    plant(tmp_path, {"in/a.txt": b"A text.", "in/b.txt": STORY.encode()})
    before = tree(tmp_path)
    assert dedup("check", "in", "--fix") == (0, "", "")
    assert tree(tmp_path) == before


def test_fix_leaves_what_would_be_written_otherwise(tmp_path: Path) -> None:
    """Files in other encodings, and those with bytes that are no text, are not rewritten in place."""
    text = f"Früh am Morgen.\n\n{PROMPT}\n"
    plant(tmp_path, {"in/a.txt": text.encode("cp1252"), "bad/a.txt": text.encode() + b"\xff\n"})
    before = tree(tmp_path)
    assert dedup("check", "in", "--fix", "--encoding", "cp1252").code == 1
    assert dedup("check", "bad", "--fix", "--errors", "replace").code == 1
    assert tree(tmp_path) == before


def test_fix_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short at any move, each file is as it was or clean, none is half-written, and the next run does the rest."""
    names = [f"in/{letter}.txt" for letter in "abc"]
    dirty = {name: f"{name} text.\n\n{PROMPT}\n".encode() for name in names}
    moved = type(tmp_path).replace
    for allowed in range(3):
        plant(tmp_path, dirty)
        left = allowed

        def replace(path: Path, target: Path) -> Path:
            nonlocal left
            if path.name.endswith(".dedup"):
                if not left:
                    raise OSError(5, "Input/output error", str(path))
                left -= 1
            return moved(path, target)

        with monkeypatch.context() as broken:
            broken.setattr(type(tmp_path), "replace", replace)
            ran = dedup("check", "in", "--fix")
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        clean = [PROMPT.encode() not in (tmp_path / name).read_bytes() for name in names]
        assert sum(clean) == allowed
        assert set(tree(tmp_path / "in")) == {name.removeprefix("in/") for name in names}
        assert dedup("check", "in", "--fix").code == 0


def test_fix_of_a_file_that_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was written to in the meantime is not overwritten."""
    plant(tmp_path, {"in/a.txt": f"A text.\n\n{PROMPT}\n".encode()})
    kept = fixing._keep  # noqa: SLF001 - the moment between reading and writing

    def meanwhile(*arguments: Any) -> None:  # noqa: ANN401 - whatever it takes
        kept(*arguments)
        plant(tmp_path, {"in/a.txt": b"Another text."})

    monkeypatch.setattr(fixing, "_keep", meanwhile)
    ran = dedup("check", "in", "--fix")
    assert (ran.code, "changed while it was read" in ran.err) == (2, True)
    assert tree(tmp_path / "in") == {"a.txt": b"Another text."}


def test_fix_needs_a_new_folder(tmp_path: Path) -> None:
    """An earlier ledger is never overwritten."""
    plant(tmp_path, {"in/a.txt": f"A text.\n\n{PROMPT}\n".encode(), "used/b.txt": b""})
    before = tree(tmp_path)
    with pytest.raises(Exception, match="not empty"):
        fixing.fix(formats.find([tmp_path / "in"]), tmp_path / "used", Settings())
    assert tree(tmp_path) == before
    assert os.path.lexists(tmp_path / "used" / "b.txt")


KEPT: Final = {
    "# dedup: keep\n": True,
    "<!-- dedup: keep -->\r\n": True,
    "\n  // dedup: keep": True,
    "Write dedup: keep in a line\n": False,
    "dedup: keeper\n": False,
    "dedup : keep\n": False,
}


@pytest.mark.parametrize(("mark", "stays"), KEPT.items())
def test_keep_mark(tmp_path: Path, mark: str, stays: bool) -> None:  # noqa: FBT001 - a column of the table
    """A document with a line that says so, and only so, loses nothing, and like ones go because of it."""
    marked = f"{PROMPT}\n\n{STORY}\n{mark}"
    plant(tmp_path, {"in/a.txt": marked.encode(), "in/b.txt": f"{STORY}\nThat was all of it, they said.\n".encode()})
    plant(tmp_path, {"lines/a.jsonl": (json.dumps({"text": marked}) + "\n").encode()})
    found = {line.split(":")[0] for line in dedup("check", "in").out.splitlines()}
    assert ("in/a.txt" in found) is not stays
    assert ("in/b.txt" in found) is stays
    assert dedup("check", "lines").code == (0 if stays else 1)


@pytest.mark.parametrize(
    ("before", "behind", "stays"),
    [
        ("# dedup: keep start\n", "\n# dedup: keep end\n", True),
        ("<!-- dedup: keep start -->\r\n", "", True),
        ("Write dedup: keep start\n", "\ndedup: keep end\n", False),
        ("dedup: keep start\ndedup: keep end\n", "", False),
    ],
)
def test_kept_passage(tmp_path: Path, before: str, behind: str, stays: bool) -> None:  # noqa: FBT001 - a column
    """Of what stands between two markers nothing goes, found in the document or in others; all else goes as ever."""
    own = "The pilot of the port wrote these words on the wall of his house in the winter before he left it."
    marked = f"{PROMPT}\n\n{own}\n\n{before}{PROMPT}\n\n{STORY}{behind}"
    other = f"The ships of Harwich, a list in forty parts of which this is the third.\n\n{STORY}\nFin.\n" + PAGE
    plant(tmp_path, {"in/b.txt": marked.encode(), "in/a.txt": other.encode()})
    [told, *more] = [line for line in dedup("check", "in").out.splitlines() if line.startswith("in/b.txt")]
    assert told.startswith("in/b.txt:1:1: BP151")
    assert bool(more) is not stays
    dedup("clean", "in", "-o", "out")
    kept = (tmp_path / "out" / "b.txt").read_text(encoding="utf-8")
    assert (kept.count(PROMPT), STORY.split("\n")[0] in kept) == ((1, True) if stays else (0, False))


def test_ignore(tmp_path: Path) -> None:
    """An ignored rule finds nothing, and the others what they did."""
    plant(tmp_path, {"in/a.txt": f"A text.\n\n{PROMPT}\n\nSo on.\n\nShare this:\n".encode()})
    codes = [line.split()[1] for line in dedup("check", "in").out.splitlines()]
    assert len(codes) == 2
    for code in codes:
        left = [line.split()[1] for line in dedup("check", "in", "--ignore", code, "--suspicions").out.splitlines()]
        assert left == [other for other in codes if other != code]
    assert dedup("check", "in", *(f"--ignore={code}" for code in codes)) == (0, "", "")
    plant(tmp_path, {"pyproject.toml": f"[tool.dedup]\nignore = {codes}\n".encode()})
    assert dedup("check", "in") == (0, "", "")
    refused = dedup("check", "in", "--ignore", "byline")
    assert (refused.code, "BP131" in refused.err) == (2, True)
