"""The command line as its users meet it: what it refuses, in one line each, and what it takes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from command import ROOT, SEEDS, Ran, dedup, plant, tree

from dedup.cli import app
from dedup.cli.console import account
from dedup.records import Pattern, Span, Suspicion
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMANDS: Final = ("clean", "check", "explain", "pairs", "report", "restore", "rules", "config", "diff", "stats")
PARAGRAPH: Final = SEEDS.joinpath("003_61a83d5f3c79e2f2.txt").read_text(encoding="utf-8").splitlines()[7]
STORY: Final = "\n\n".join(SEEDS.joinpath("001_0543924f7cd09209.txt").read_text(encoding="utf-8").splitlines()[:11:2])


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder that no configuration file is above."""
    monkeypatch.chdir(tmp_path)


def refused(ran: Ran, *told: str) -> None:
    """Check that a command gave exactly one line on standard error, which tells these things, and exit code 2."""
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("dedup: ")
    assert ran.err.count("\n") == 1
    for part in told:
        assert part in ran.err


BAD_FILES: Final = {
    "invalid UTF-8": ("a.txt", b"abc\xff", ("a.txt: byte 3", "--encoding", "--errors replace")),
    "a UTF-8 sequence cut short": ("a.txt", "abcé".encode()[:-1], ("a.txt: byte 3", "--encoding")),
    "invalid UTF-8 in JSON": ("a.jsonl", b'{"text":"a"}\n{"text":"\xff"}', ("a.jsonl:2: byte 22", "--errors replace")),
    "broken JSON": ("a.jsonl", b'{"text":"a"}\n{"text":', ("a.jsonl:2", "not JSON", "fix or delete the line")),
    "NaN": ("a.jsonl", b'{"text":"a","n":NaN}', ("a.jsonl:1", "not JSON")),
    "JSON too deep": ("a.jsonl", b'{"text":"a","n":' + b"[" * 9999 + b"]" * 9999 + b"}", ("a.jsonl:1", "not JSON")),
    "a record on two lines": ("a.jsonl", b'{"text":\n"a"}', ("a.jsonl:1", "not JSON")),
    "no object": ("a.jsonl", b'\n[1]\n{"text":"a"}', ("a.jsonl:2", "not a JSON object", '{"text": ...}')),
    "no text field": ("a.jsonl", b'{"body":"a","url":1}', ("a.jsonl:1", "`text`", "--text-field", "body, url")),
    "no field at all": ("a.jsonl", b"{}", ("a.jsonl:1", "`text`", "here are: none")),
    "a text that is no string": ("a.jsonl", b'{"text":5}', ("a.jsonl:1", "no string in field `text`")),
    "a text that is null": ("a.jsonl", b'{"text":null}', ("a.jsonl:1", "no string in field `text` but null; fill it")),
    "half a surrogate pair": ("a.jsonl", b'{"text":"\\ud800"}', ("a.jsonl:1", "surrogate")),
    "an id that is a list": ("a.jsonl", b'{"text":"a","id":[1]}', ("a.jsonl:1", "`id`", "--id-field")),
    "an id that is true": ("a.jsonl", b'{"text":"a","id":true}', ("a.jsonl:1", "`id`", "--id-field")),
    "an empty id": ("a.jsonl", b'{"text":"a","id":""}', ("a.jsonl:1", "`id`", "--id-field")),
    "an id of two lines": ("a.jsonl", b'{"text":"a","id":"b\\nc"}', ("a.jsonl:1", "`id`", "--id-field")),
    "one id twice": (
        "a.jsonl",
        b'{"text":"a","id":"x"}\n\n{"text":"b","id":"x"}',
        ("a.jsonl:1", "a.jsonl:3", "'x'", "--id-field"),
    ),
    "one id as number and string": ("a.jsonl", b'{"text":"a","id":1}\n{"text":"b","id":"1"}', ("a.jsonl:2", "'1'")),
    "the ledger's name": ("ledger.jsonl", b'{"text":"a"}', ("ledger.jsonl", "rename")),
    "a name of two lines": ("a\nb.txt", b"a", ("a\\nb.txt", "rename")),
    "a name that is no Unicode": (os.fsdecode(b"a\xff.txt"), b"a", ("a\\udcff.txt", "rename")),
}


@pytest.mark.parametrize("command", ["clean", "check", "pairs"])
@pytest.mark.parametrize(("name", "data", "told"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_file(tmp_path: Path, command: str, name: str, data: bytes, told: tuple[str, ...]) -> None:
    """A file that cannot be read is named, with the place in it and a remedy, and nothing is written."""
    plant(tmp_path, {"in/good.txt": b"good", f"in/{name}": data})
    before = tree(tmp_path)
    refused(dedup(command, "in", *(("-o", "out") if command != "check" else ())), *told)
    assert tree(tmp_path) == before


BAD_CALLS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "missing path": ("clean nowhere.txt", ("nowhere.txt", "no such file or folder", "check the path")),
    "path below a file": ("clean in/a.txt/b.txt", ("b.txt", "no such file or folder")),
    "broken link": ("clean broken.txt", ("broken.txt", "no such file or folder")),
    "empty folder": ("clean empty", ("empty", "no readable file", ".jsonl", ".txt")),
    "folder of foreign kinds": ("clean foreign", ("foreign", "no readable file", ".html")),
    "foreign kind": ("clean foreign/a.pdf", ("a.pdf", "unknown kind of file", ".txt")),
    "two files cleaned into one": ("clean collide", ("collide/a", "needs the name a.txt", "rename")),
    "a file and a folder cleaned into one": ("clean mixed", ("mixed/a.html", "needs the name a.txt", "rename")),
    "one id in two files": ("clean twins", ("twins/a.jsonl:1", "twins/b.jsonl:2", "'x'", "--id-field")),
    "output inside input": ("clean in -o in/out", ("inside one another", "choose another -o")),
    "output is the input": ("clean in -o in", ("inside one another", "choose another -o")),
    "input inside output": ("clean in/sub -o in", ("inside one another", "choose another -o")),
    "input file inside output": ("clean in/a.txt -o in", ("inside one another", "choose another -o")),
    "output inside input by a link": ("clean in -o link/out", ("inside one another", "choose another -o")),
    "output with foreign file": ("clean in -o foreign", ("foreign/a.pdf", "not from an earlier cleaning", "-o")),
    "output with foreign ledger": ("clean in -o ledgers", ("ledgers/ledger.jsonl", "not from an earlier cleaning")),
    "output with foreign link": ("clean in -o links", ("links/in", "not from an earlier cleaning")),
    "output is a file": ("clean in -o foreign/a.pdf", ("a.pdf", "not a folder", "choose another -o")),
    "output below a file": ("clean in -o foreign/a.pdf/out", ("foreign/a.pdf/out", "Not a directory", "-o")),
    "pairs into a folder": ("pairs in -o empty", ("empty", "choose another -o")),
    "pairs into nowhere": ("pairs in -o nowhere/a.tsv", ("nowhere/a.tsv", "No such file", "choose another -o")),
    "pairs into an input": ("pairs in -o in/a.txt", ("in/a.txt", "input", "choose another -o")),
    "threshold of 0": ("clean in --threshold 0", ("threshold: 0.0", "above 0 and at most 1")),
    "threshold above 1": ("check in --threshold 1.01", ("threshold: 1.01", "above 0 and at most 1")),
    "threshold below 0": ("pairs in --threshold -0.5", ("threshold: -0.5", "above 0 and at most 1")),
    "threshold not a number": ("explain in/a.txt --threshold nan", ("threshold: nan", "above 0 and at most 1")),
    "threshold a word": ("clean in --threshold high", ("--threshold", "a valid", "dedup clean --help")),
    "containment above 1": ("clean in --containment 90", ("containment: 90", "above 0 and at most 1")),
    "unknown choice": ("clean in --errors ignore", ("--errors", "'ignore'", "'strict'")),
    "unknown policy": ("clean in --keep shortest", ("keep", "'shortest'", "longest, first, last, max:FIELD")),
    "unknown step": ("clean in --steps repeats,polish", ("steps", "'polish'", "boilerplate, repeats")),
    "unknown step for pairs": ("pairs in --steps polish", ("steps", "'polish'", "boilerplate, repeats")),
    "no step": ("clean in --steps ,", ("steps", "boilerplate, repeats")),
    "unknown encoding": ("clean in --encoding klingon", ("encoding: 'klingon'", "utf-8 or cp1252")),
    "encoding that is no text": ("clean in --encoding base64", ("encoding: 'base64'", "utf-8 or cp1252")),
    "encoding of nothing": ("clean in --encoding undefined", ("encoding: 'undefined'", "utf-8 or cp1252")),
    "empty field name": ("clean in --text-field=", ("text_field: ''", "a field's name")),
    "missing configuration": ("clean in --config no.toml", ("no.toml", "No such file", "--config")),
    "broken configuration": ("clean in --config broken.toml", ("broken.toml", "line 2", "--config")),
    "configuration in another encoding": ("clean in --config latin.toml", ("latin.toml", "not TOML", "--config")),
    "configuration of others": ("clean in --config others.toml", ("others.toml", "[tool.dedup]", "--config")),
    "configuration without tools": ("clean in --config odd.toml", ("odd.toml", "[tool.dedup]")),
    "configuration that is no table": ("clean in --config flat.toml", ("flat.toml", "[tool.dedup]")),
    "misspelt setting": ("clean in --config typo.toml", ("typo.toml: treshold", "did you mean `threshold`?")),
    "unknown setting": ("clean in --config unknown.toml", ("unknown.toml: qqq", "there are: steps, keep")),
    "impossible setting": ("clean in --config impossible.toml", ("impossible.toml: shingle: -3", "1 to 1000")),
    "setting of another kind": ("clean in --config steps.toml", ("steps.toml: steps: 5", "boilerplate")),
    "unknown option": ("clean in --fast", ("--fast", "dedup clean --help")),
    "misspelt option": ("clean in --treshold 1", ("--treshold", "--threshold", "dedup clean --help")),
    "missing argument": ("clean", ("'PATH'", "dedup clean --help")),
    "missing file": ("explain", ("'FILE'", "dedup explain --help")),
    "missing output": ("restore in", ("--output", "dedup restore --help")),
    "unknown command": ("polish in", ("'polish'", "dedup --help")),
    "stats of nothing": ("stats nowhere", ("nowhere", "check the path")),
    "stats without inputs": ("stats", ("'PATH'", "dedup stats --help")),
    "diff of no output": ("diff in", ("in/ledger.jsonl", "`dedup clean`")),
    "diff with no output": ("diff in in", ("in/ledger.jsonl", "`dedup clean`")),
    "config of an impossible setting": ("config --threshold 2", ("threshold: 2.0", "at most 1")),
    "config with an input": ("config in", ("in", "dedup config --help")),
    "unknown form": ("check in --format xml", ("--format", "'xml'", "'sarif'")),
    "unknown rule": ("rules BP999", ("BP999", "BP101")),
    "explain of a folder": ("explain in", ("in", "--with")),
    "explain with a missing path": ("explain in/a.txt --with nowhere", ("nowhere", "check the path")),
    "restore of nothing": ("restore nowhere -o out", ("nowhere/ledger.jsonl", "`dedup clean`")),
    "restore of no output": ("restore in -o out", ("in/ledger.jsonl", "`dedup clean`")),
    "restore of a foreign ledger": ("restore ledgers -o out", ("ledgers/ledger.jsonl", "`dedup clean`")),
    "restore of a file": ("restore in/a.txt -o out", ("in/a.txt/ledger.jsonl", "`dedup clean`")),
}


@pytest.mark.parametrize(("call", "told"), BAD_CALLS.values(), ids=BAD_CALLS)
def test_bad_call(tmp_path: Path, call: str, told: tuple[str, ...]) -> None:
    """A call that cannot be carried out is one line that says what and what to do, and changes nothing."""
    plant(
        tmp_path,
        {
            "in/a.txt": b"a",
            "in/sub/b.txt": b"b",
            "foreign/a.pdf": b"%PDF",
            "collide/a.html": b"",
            "collide/a.txt": b"",
            "mixed/a.html": b"",
            "mixed/a.txt/b.txt": b"",
            "twins/a.jsonl": b'{"id":"x","text":"a"}',
            "twins/b.jsonl": b'{"id":"y","text":"a"}\n{"id":"x","text":"b"}',
            "ledgers/ledger.jsonl": b'{"text":"a"}\n',
            "links/keep": b"",
            "broken.toml": b"[tool.dedup]\nthreshold = = 1",
            "latin.toml": b"[tool.dedup]\nkeep = '\xe9'",
            "others.toml": b"[tool.other]",
            "odd.toml": b"tool = 5",
            "flat.toml": b"[tool]\ndedup = 5",
            "typo.toml": b"[tool.dedup]\ntreshold = 0.5",
            "unknown.toml": b"[tool.dedup]\nqqq = 0.5",
            "impossible.toml": b"[tool.dedup]\nshingle = -3",
            "steps.toml": b"[tool.dedup]\nsteps = 5",
        },
    )
    (tmp_path / "links" / "keep").unlink()
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("in")
    (tmp_path / "links" / "in").symlink_to("../in")
    (tmp_path / "broken.txt").symlink_to("nowhere.txt")
    before = tree(tmp_path)
    refused(dedup(*call.split(" ")), *told)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.html"])
def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A file that the system will not open is named."""
    opened = Path.open

    def closed(path: Path, *how: Any, **more: Any) -> object:  # noqa: ANN401 - as a user to whom nothing is closed
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return opened(path, *how, **more)

    plant(tmp_path, {f"in/{name}": b""})
    monkeypatch.setattr(Path, "open", closed)
    refused(dedup("check", "in"), name, "Permission denied", "make it readable or leave it out")


def test_unreadable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that the system will not list is named, and not passed over."""
    plant(tmp_path, {"in/a.txt": b"", "in/closed/b.txt": b""})
    listed = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    refused(dedup("check", "in"), "in/closed", "Permission denied", "leave it out")


ODD_FILES: Final[dict[str, tuple[str, bytes, int]]] = {
    "empty": ("a.txt", b"", 1),
    "blank lines": ("a.txt", b"\n \n\t\r\n\n", 1),
    "byte order mark alone": ("a.txt", b"\xef\xbb\xbf", 1),
    "no words": ("a.txt", "😀 👍🏽\n--- … !!!\n".encode(), 1),
    "NUL characters": ("a.txt", b"one\0two\n\0\0\n", 1),
    "escapes": ("a.txt", b"\x1b[31mred\x1b[0m\x07\n", 1),
    "lone CR": ("a.txt", b"one\rtwo\rthree", 1),
    "CR LF": ("a.txt", b"one\r\ntwo\r\n", 1),
    "mixed line ends": ("a.txt", b"one\n\rtwo\r\r\nthree\x0b\x0c\x85", 0),
    "no last line end": ("a.txt", b"one\ntwo", 1),
    "every plane": ("a.txt", "".join(chr(plane << 16 | 0x0234) for plane in range(17)).encode(), 1),
    "noncharacters": ("a.txt", "\uffff\ufffe\U0010ffff\ufdd0".encode(), 1),
    "upper-case suffix": ("A.TXT", b"one", 1),
    "spaces and signs in the name": ("a b#c%20'é漢👨‍👩‍👧\u00a0.txt", b"one", 1),
    "very deep": ("/".join("d" * 20 for _ in range(40)) + "/a.txt", b"one", 1),
    "empty JSON Lines": ("a.jsonl", b"", 1),
    "blank JSON Lines": ("a.jsonl", b"\n\n \r\n", 1),
    "an empty text": ("a.jsonl", b'{"text":""}\n{"text":""}\n', 1),
    "JSON Lines with CR LF and mark": ("a.jsonl", b'\xef\xbb\xbf{"text":"a"}\r\n\r\n{"text":"b"}\r\n', 1),
    "ids that are numbers": ("a.NDJSON", b'{"text":"a","id":1}\n{"text":"b","id":1.0}\n{"text":"c","id":0}', 1),
    "ids too long for a number": (
        "a.jsonl",
        b'{"text":"a","id":1%s1}\n{"text":"b","id":1%s2}' % (b"0" * 40, b"0" * 40),
        1,
    ),
    "ids that are null or missing": ("a.jsonl", b'{"text":"a","id":null}\n{"text":"b"}', 1),
    "page without text": ("a.html", b"<html><body></body></html>", 1),
    "empty page": ("a.htm", b"", 1),
    "page that is no page": ("a.html", b"\0\1\2\xff", 1),
}


@pytest.mark.parametrize(("name", "data", "works"), ODD_FILES.values(), ids=ODD_FILES)
def test_odd_file(tmp_path: Path, name: str, data: bytes, works: int) -> None:
    """A strange but readable file is cleaned, checked, compared, explained and restored without a word of complaint."""
    source = tmp_path / "in" / name
    plant(tmp_path, {f"in/{name}": data} if works else {"in/a.txt": data.replace(b"\x85", b"")})
    source = source if works else tmp_path / "in" / "a.txt"
    ran = dedup("clean", "in", "-o", "out")
    assert ran.code == 0, ran.err
    assert all(line.startswith("Note: ") for line in ran.err.splitlines())
    assert dedup("check", "in") == (0, "", "")
    assert dedup("pairs", "in") == (0, "", "")
    assert dedup("explain", source).code == 0
    assert dedup("restore", "out", "-o", "back").code == 0
    if source.suffix.lower() == ".txt":
        assert tree(tmp_path / "back") == tree(tmp_path / "in")
        assert tree(tmp_path / "out").items() >= tree(tmp_path / "in").items()


def test_what_a_folder_holds(tmp_path: Path) -> None:
    """Hidden files and folders and broken links are passed over, linked files read, foreign kinds counted."""
    plant(
        tmp_path,
        {
            "in/a.txt": b"one",
            "in/.hidden.txt": b"\xff",
            "in/.git/b.txt": b"\xff",
            "in/pic.png": b"",
            "in/noext": b"",
            "elsewhere/c.txt": b"two",
        },
    )
    (tmp_path / "in" / "linked.txt").symlink_to("../elsewhere/c.txt")
    (tmp_path / "in" / "broken.txt").symlink_to("nowhere")
    ran = dedup("clean", "in", "-o", "out")
    assert ran.err == "Note: files of other kinds, left alone: 2.\n"
    assert set(tree(tmp_path / "out")) == {"a.txt", "linked.txt", "ledger.jsonl", "report.html", "report.json"}


def test_hidden_file_when_named(tmp_path: Path) -> None:
    """A hidden file is read when it is named itself."""
    plant(tmp_path, {".a.txt": b"one"})
    assert dedup("clean", ".a.txt", "-o", "out").code == 0
    assert (tmp_path / "out" / ".a.txt").read_bytes() == b"one"


def test_outputs_below_an_input_are_read_without_their_ledgers(tmp_path: Path) -> None:
    """The ledger and report of a cleaned corpus are no part of it, however deep it lies in the folder given."""
    plant(tmp_path, {"in/a.txt": b"one"})
    assert dedup("clean", "in", "-o", "all/cleaned").code == 0
    assert dedup("clean", "all", "-o", "again").code == 0
    assert set(tree(tmp_path / "again")) == {"cleaned", "cleaned/a.txt", "ledger.jsonl", "report.html", "report.json"}


def test_order_changes_nothing(tmp_path: Path) -> None:
    """The order of arguments, naming a file twice and running again give the same bytes."""
    files = {f"{name}.txt": f"{STORY}\n\n{PARAGRAPH} {name}\n".encode() for name in "abc"}
    plant(tmp_path, {f"in/{name}": data for name, data in files.items()})
    plant(tmp_path, {"in/d.jsonl": json.dumps({"text": STORY}).encode()})
    orders = (["a.txt", "b.txt", "c.txt", "d.jsonl"], ["d.jsonl", "c.txt", "a.txt", "b.txt", "c.txt", "../in/a.txt"])
    made = []
    for order in (*orders, orders[0]):
        assert dedup("clean", *(tmp_path / "in" / name for name in order), "-o", "out").code == 0
        made.append(tree(tmp_path / "out"))
    assert dedup("clean", "in", "-o", "whole").code == 0
    assert made[0] == made[1] == made[2] == tree(tmp_path / "whole")
    assert dedup("check", "in").code == 1


def test_cleaning_again_removes_nothing(tmp_path: Path) -> None:
    """What has been cleaned is clean."""
    plant(tmp_path, {f"in/{name}.txt": f"{STORY}\n\n{PARAGRAPH} {name}\n".encode() for name in "abc"})
    assert dedup("clean", "in", SEEDS, "-o", "out").code == 0
    assert dedup("check", "out") == (0, "", "")


def test_exit_codes_of_check(tmp_path: Path) -> None:
    """`check` says by its exit code whether anything would go."""
    plant(tmp_path, {"clean.txt": b"A text.\n", "dirty.txt": b"A text.\n\nSubscribe to our newsletter\n"})
    assert dedup("check", "clean.txt").code == 0
    assert dedup("check", "dirty.txt").code == 1
    assert dedup("check", "gone.txt").code == 2


def test_check_lines(tmp_path: Path) -> None:
    """Each finding is one line `path:line:column: CODE message`, whatever texts and ids hold."""
    form = re.compile(r"[^:\n]+:\d+:\d+: [A-Z]{2}\d{3} [^\n\x00-\x1f\u2028]+")
    nasty = (
        f"A \x1b[31mtext\u2028 of\x0b two [bold]lines[/bold].\r\n{PARAGRAPH}\x07\r\n\r\nSubscribe to our newsletter\r\n"
    )
    record = json.dumps({"id": "a [red]b[/red] c", "text": nasty})
    plant(tmp_path, {"in/a.txt": nasty.encode(), "in/b.jsonl": f"\n{record}\n".encode()})
    ran = dedup("check", "in", "--suspicions", "--steps", "boilerplate")
    assert (ran.code, ran.err) == (1, "")
    lines = ran.out.split("\n")
    assert lines.pop() == ""
    assert len(lines) >= 2
    assert all(form.fullmatch(line) for line in lines)
    assert any(line.startswith("in/b.jsonl:2:1: ") for line in lines)


def test_excerpts_are_plain() -> None:
    """An excerpt is one line of at most 60 printable characters."""
    finding = Suspicion("a", Span(0, 1), "BP101", "name", 0.5, Pattern("one\n\u2028two \x1b[31m [bold]" + "x" * 99))
    told = account(finding)
    assert told.startswith("name (confidence 0.50): one two \ufffd[31m [bold]xxx")
    assert told.endswith("x…")
    assert len(told) == len("name (confidence 0.50): ") + 60


def test_place_of_a_finding(tmp_path: Path) -> None:
    """A finding's place is its first visible character, lines counted by LF, CR LF or CR."""
    for end in ("\n", "\r\n", "\r"):
        text = end.join(("A text.", "", "", "  Subscribe to our newsletter", "", "More text here."))
        plant(tmp_path, {"a.txt": text.encode()})
        assert dedup("check", "a.txt").out.startswith("a.txt:4:3: BP")


def test_pairs(tmp_path: Path) -> None:
    """`pairs` gives two ids, three numbers, a line each, on standard output or in a file."""
    plant(tmp_path, {f"in/{name}.txt": STORY.encode() for name in "ab"})
    ran = dedup("pairs", "in")
    assert ran == (0, "a.txt\tb.txt\t1.000000\t1.000000\t1.000000\n", "")
    assert dedup("pairs", "in", "-o", "pairs.tsv") == (0, "", "Pairs in pairs.tsv: 1\n")
    assert (tmp_path / "pairs.tsv").read_bytes() == ran.out.encode()


def test_explain(tmp_path: Path) -> None:
    """`explain` shows every line of a text, those that go marked, with reason and evidence, in plain characters."""
    plant(tmp_path, {"in/a.txt": f"{PARAGRAPH}\n\nSubscribe to our newsletter\n\nThe end.\n".encode()})
    out = dedup("explain", "in/../in/a.txt").out
    assert "\x1b" not in out
    lines = out.splitlines()
    assert f"  {PARAGRAPH}" in lines
    assert "- Subscribe to our newsletter" in lines
    assert "  The end." in lines
    assert any("newsletter-prompt" in line and line.endswith("── removed") for line in lines)
    assert dedup("explain", "in/a.txt", "--with", "in").out == out


def test_explain_tells_what_went_before_the_rest(tmp_path: Path) -> None:
    """Of a document that goes whole, what had been taken out of it before is told with its reason."""
    body = "\n\n".join(f"{number} {PARAGRAPH}" for number in range(3))
    plant(tmp_path, {"in/a.txt": f"{body}\n\nSubscribe to our newsletter\n".encode(), "in/b.txt": f"{body}\n".encode()})
    lines = dedup("explain", "in/a.txt", "--with", "in", "--keep", "last").out.splitlines()
    assert any("newsletter-prompt" in line and line.endswith("went before the rest") for line in lines)
    assert any("exact-duplicate" in line and line.endswith("── removed") for line in lines)


def test_explain_shows_a_suspicion_once(tmp_path: Path) -> None:
    """What is only suspected stays, and its text is not shown twice."""
    plant(tmp_path, {"a.txt": f"{PARAGRAPH}\n\nSubscribe to our newsletter\n".encode()})
    out = dedup("explain", "a.txt", "--config", _config(tmp_path, "confidence = 1")).out
    assert "suspected, stays" in out
    assert out.count("  Subscribe to our newsletter\n") == 1


def _config(folder: Path, line: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(f"[tool.dedup]\n{line}\n", encoding="utf-8")
    return path


def test_configuration(tmp_path: Path) -> None:
    """Options beat the named file or the nearest pyproject.toml with settings, which beats the defaults."""

    def used(*options: str | Path) -> float | None:
        assert dedup("clean", "in", "-o", "out", *options).code == 0
        found: float | None = json.loads((tmp_path / "out" / "report.json").read_bytes())["settings"]["threshold"]
        return found

    plant(tmp_path, {"in/a.txt": b"one"})
    assert used() is None
    plant(tmp_path, {"pyproject.toml": b'[tool.dedup]\nthreshold = 0.6\nkeep = "first"\n[tool.other]\nx = 1\n'})
    assert used() == 0.6
    assert used("--config", _config(tmp_path, "threshold = 0.7")) == 0.7
    assert used("--threshold", "0.8") == 0.8
    plant(tmp_path, {"pyproject.toml": b"[tool.other]\nx = 1\n"})
    assert used() is None


def test_config(tmp_path: Path) -> None:
    """`config` shows what holds, as a configuration that means the same, or as JSON, and where it is from."""
    plant(
        tmp_path,
        {
            "pyproject.toml": rb"""[tool.dedup]
threshold = 0.6
prefer = ["a\\b\u007f\""]"""
        },
    )
    out = dedup("config", "--keep", "first").out
    assert out.startswith(f"# {tmp_path / 'pyproject.toml'}\n[tool.dedup]\n")
    lines = out.splitlines()
    assert {"threshold = 0.6", 'keep = "first"', 'encoding = "utf-8"  # default'} <= set(lines)
    told = json.loads(dedup("config", "--keep", "first", "--json").out)
    assert told == Settings.of({"threshold": 0.6, "keep": "first", "prefer": ['a\\b\x7f"']}).flat()
    plant(tmp_path, {"other.toml": out.encode()})
    assert json.loads(dedup("config", "--config", "other.toml", "--json").out) == told
    (tmp_path / "pyproject.toml").unlink()
    assert dedup("config").out.startswith("# no configuration file found\n")
    assert json.loads(dedup("config", "--json").out) == Settings().flat()


def test_completion(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell is told which commands and options a beginning may become."""
    for words, wanted in {"dedup ch": "check", "dedup check --form": "--format"}.items():
        monkeypatch.setenv("_DEDUP_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        assert dedup().out.split() == [wanted]


def test_dry_run(tmp_path: Path) -> None:
    """A dry run tells what would go, and writes nothing."""
    plant(tmp_path, {"in/a.txt": b"A text.\n\nSubscribe to our newsletter\n"})
    before = tree(tmp_path)
    out = dedup("clean", "in", "-o", "out", "--dry-run").out
    assert "newsletter-prompt" in out
    assert "Nothing written" in out
    assert tree(tmp_path) == before


def test_tables_in_a_pipe(tmp_path: Path) -> None:
    """In a pipe, tables keep within 80 columns and hold no colour codes."""
    plant(tmp_path, {"in/a.txt": b"A text.\n\nSubscribe to our newsletter\n"})
    for ran in (dedup("clean", "in", "-o", "out"), dedup("rules"), dedup("--help")):
        assert ran.code == 0
        assert "\x1b" not in ran.out
        assert max(len(line) for line in ran.out.splitlines() if line[:1] in "┏┃┡│└╭╰") <= 80


def test_counts_for_programs(tmp_path: Path) -> None:
    """With `--json`, `clean` prints the counts of its report, and `rules` what it knows of each reason."""
    plant(tmp_path, {"in/a.txt": b"A text.\n\nSubscribe to our newsletter\n"})
    ran = dedup("clean", "in", "-o", "out", "--json")
    told = json.loads(ran.out)
    assert told["removals"]["BP151"]["findings"] == 1
    assert told.items() <= json.loads((tmp_path / "out" / "report.json").read_bytes()).items()
    assert json.loads(dedup("clean", "in", "--dry-run", "--json").out) == told
    rules = json.loads(dedup("rules", "--json").out)
    assert json.loads(dedup("rules", "bp151", "--json").out) in rules


def test_no_table_of_nothing(tmp_path: Path) -> None:
    """Where nothing goes, there is no table."""
    plant(tmp_path, {"in/a.txt": b"A text.\n"})
    ran = dedup("clean", "in", "-o", "out")
    assert ran.out.splitlines() == [
        "1 of 1 documents stay; 0 of 8 characters (0.0%) went",
        "Clean corpus, ledger.jsonl, report.json and report.html are in out",
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str) -> None:
    """Every command's help holds an example, and every option and argument of it has help."""
    ran = dedup(command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert f"Example: dedup {command} " in " ".join(ran.out.split())
    [info] = [info for info in app.registered_commands if info.callback and info.callback.__name__ == command]
    assert info.callback
    for annotation in info.callback.__annotations__.values():
        for option in getattr(annotation, "__metadata__", ()):
            assert option.help


def test_version() -> None:
    """`--version` prints the version, and those of Python and of the libraries that matter, in one line."""
    import numpy as np

    import dedup as package

    out = dedup("--version").out
    assert out.startswith(f"dedup {package.__version__} (Python {sys.version.split()[0]}, ")
    assert f"numpy {np.__version__}" in out
    assert out.count("\n") == 1


def test_rules() -> None:
    """`rules` lists every reason, tells all about one, and gives the README's table."""
    table = dedup("rules", "--markdown").out.splitlines()
    codes = [line.split("`")[1] for line in table[2:]]
    assert len(codes) == len(set(codes)) > 20
    told = dedup("rules", codes[0].lower()).out
    assert told.startswith(codes[0])
    for label in ("Removes:", "Why:", "Keeps:", "Known misses:"):
        assert label in told
    shown = dedup("rules").out
    assert all(code in shown for code in codes)


def test_full_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room for what is spooled, that is one line, and names a way out."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    plant(tmp_path, {"in/a.txt": b"one"})
    monkeypatch.setattr("dedup.engines.local.stored", full)
    monkeypatch.setattr("dedup.engines.local.MEMORY", 64)
    refused(dedup("check", "in"), "No space left on device", "TMPDIR")
    refused(dedup("clean", "in", "-o", "new/out"), "new/out", "No space left on device", "make room")
    assert set(tree(tmp_path)) == {"in", "in/a.txt"}


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command as a process of its own, which an interrupt reaches even if the tests run in the background."""

    def started(*arguments: str | Path, **more: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "dedup", *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, text=True, env=environment, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload, no-any-return]

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield started
    signal.signal(signal.SIGINT, before)


def test_closed_pipe(tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    """A reader that leaves early causes no traceback."""
    text = "\n\n".join(["A text.", "Subscribe to our newsletter"] * 30)
    plant(tmp_path, {f"in/{number}.txt": f"{number} {text}".encode() for number in range(100)})
    process = start("check", "in", "--steps", "boilerplate", stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.parametrize("call", ["rules", "config", "stats in --json", "check in --format sarif", "pairs in"])
def test_nobody_reads(tmp_path: Path, start: Callable[..., subprocess.Popen[str]], call: str) -> None:
    """Where nobody reads from the beginning, no command complains."""
    plant(tmp_path, {f"in/{name}.txt": STORY.encode() for name in "ab"})
    process = start(*call.split(), stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 1


def test_interrupt(tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    """Ctrl-C ends with exit code 130, without a traceback, and nothing half-written stays."""
    os.mkfifo(tmp_path / "slow.txt")
    process = start("clean", "slow.txt", "-o", "out/deep")
    while not (tmp_path / "out" / "deep" / ".dedup-partial" / "files").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
    assert process.stderr
    told = process.stderr.read()
    assert (told.count("\n"), told.startswith("dedup: interrupted; ")) == (1, True)
    process.stderr.close()
    assert set(tree(tmp_path)) == {"slow.txt"}


def test_output_without_unicode(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A console that lacks letters gets escapes for them."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    plant(tmp_path, {"é.txt": b"A text.", "è.txt": b"A text."})
    process = start("pairs", ".", stdout=subprocess.PIPE)
    assert process.communicate() == ("\\xe8.txt\t\\xe9.txt\t1.000000\t1.000000\t1.000000\n", "")


def test_without_a_command() -> None:
    """Called with nothing, the program shows its help and no complaint."""
    ran = dedup()
    assert ran.code == 2
    assert "Usage: dedup" in ran.out + ran.err
    assert "dedup: " not in ran.err
