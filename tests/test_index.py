"""The index of an earlier corpus: what is new is judged as if both were cleaned together, and no fault is hidden."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from command import ROOT, dedup, plant, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import ReadError, SettingsError
from dedup.index import manifest
from dedup.index.postings import Postings, merged, packed, table, width
from dedup.index.segment import Segment
from dedup.index.store import Index, changing
from dedup.pipeline import indexing
from dedup.pipeline.asking import Asking
from dedup.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY: Final = [f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"]


def texts(seed: int, count: int) -> list[str]:
    """Make texts of which some repeat, cut, or edit earlier ones, or share a paragraph with them."""
    random = np.random.default_rng(seed)

    def paragraph() -> str:
        return " ".join(random.choice(VOCABULARY, random.integers(16, 40))) + "."

    made: list[str] = []
    for number in range(count):
        earlier = made[random.integers(len(made))].split("\n\n") if made else []
        kind = random.integers(9) if earlier else 8
        own = [paragraph() for _ in range(random.integers(1, 6))]
        if kind == 0:
            own = earlier
        elif kind == 1:
            own = " ".join(
                "other" if random.random() < 0.08 else word for word in "\n\n".join(earlier).split(" ")
            ).split("\n\n")
        elif kind == 2:
            own = earlier[: len(earlier) // 2 + 1]
        elif kind == 3:
            own += earlier
        elif kind == 4:
            own.insert(1, earlier[0])
        elif kind == 5 and number % 4 == 0:
            own = [""]
        made.append("\n\n".join(own))
    return made


def lines(name: str, made: list[str]) -> bytes:
    return b"".join(json.dumps({"id": f"{name}{at}", "text": text}).encode() + b"\n" for at, text in enumerate(made))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder that no configuration file is above."""
    monkeypatch.chdir(tmp_path)


def rows(folder: Path, file: str) -> list[dict[str, Any]]:
    """Give the ledger's rows of one file."""
    every = (json.loads(line) for line in (folder / "ledger.jsonl").read_bytes().splitlines()[1:])
    return [row for row in every if row["file"] == file]


def _for_keys(options: tuple[str, ...]) -> tuple[str, ...]:
    return () if "--keep" in options else options


@pytest.mark.parametrize(
    "options", [(), ("--threshold", "0.6"), ("--steps", "documents"), ("--keep", "first"), ("--keep", "last")]
)
def test_as_if_together(tmp_path: Path, options: tuple[str, ...]) -> None:
    """New documents fare against an index as they do in one cleaning that has its documents as the reference."""
    every = texts(len(options), 160)
    plant(tmp_path, {"both/a.jsonl": lines("a", every[:100]), "new/b.jsonl": lines("b", every[100:])})
    plant(tmp_path, {"both/b.jsonl": lines("b", every[100:])})
    assert dedup("index", "build", "both/a.jsonl", "-o", "ix", *_for_keys(options)).code == 0
    assert dedup("clean", "both", "-o", "together", "--reference", "a.jsonl", *options).code == 0
    assert dedup("clean", "new", "-o", "against", "--against", "ix", *options).code == 0
    found = rows(tmp_path / "against", "b.jsonl")
    assert found == rows(tmp_path / "together", "b.jsonl")
    assert (tmp_path / "against/b.jsonl").read_bytes() == (tmp_path / "together/b.jsonl").read_bytes()
    witnesses = [row["evidence"].get("document", "b") for row in found]
    assert any(name.startswith("a") for name in witnesses)
    assert any(name.startswith("b") for name in witnesses)
    [header] = [json.loads(line) for line in (tmp_path / "against/ledger.jsonl").read_bytes().splitlines()[:1]]
    assert header["against"]["documents"] == 100
    assert dedup("restore", "against", "-o", "again").code == 0
    assert (tmp_path / "again/b.jsonl").read_bytes() == (tmp_path / "new/b.jsonl").read_bytes()


def test_as_the_first(tmp_path: Path) -> None:
    """Of a cleaned corpus in which nothing grows, the same goes of what is new under the policy `first` alone."""
    old = texts(7, 80)
    new = [old[3], old[5].replace("a", "A"), " ".join(old[9].split()[:-1]), "", *texts(8, 25)]
    plant(tmp_path, {"old/a.jsonl": lines("a", old), "new/b.jsonl": lines("b", new)})
    assert dedup("clean", "old", "-o", "both", "--keep", "first", "--no-report").code == 0
    for name in ("ledger.jsonl", "report.json"):
        (tmp_path / "both" / name).unlink()
    assert dedup("index", "build", "both", "-o", "ix").code == 0
    plant(tmp_path, {"both/b.jsonl": lines("b", new)})
    dedup("clean", "both", "-o", "together", "--keep", "first")
    dedup("clean", "new", "-o", "against", "--against", "ix", "--keep", "first")
    found = rows(tmp_path / "against", "b.jsonl")
    assert found == rows(tmp_path / "together", "b.jsonl")
    assert {row["document"] for row in found} >= {"b0", "b1", "b2"}
    assert not {row["document"] for row in found} & {"b3"}


def test_grown_in_steps(tmp_path: Path) -> None:
    """An index is the same to those who ask, however many steps it was made in; segments stay few."""
    every = texts(3, 120)
    plant(tmp_path, {"all.jsonl": lines("a", every), "new.jsonl": lines("b", texts(4, 10) + every[::9])})
    pieces = lines("a", every).splitlines(keepends=True)
    for number in range(12):
        plant(tmp_path, {f"{number}.jsonl": b"".join(pieces[number * 10 : number * 10 + 10])})
        indexing.add([tmp_path / f"{number}.jsonl"], tmp_path / "ix", Settings()) if number else indexing.build(
            [tmp_path / "0.jsonl"], tmp_path / "ix", Settings()
        )
        assert len(Index(tmp_path / "ix").segments) <= 4
    indexing.build([tmp_path / "all.jsonl"], tmp_path / "whole", Settings())
    outputs = []
    for name in ("ix", "whole"):
        assert dedup("clean", "new.jsonl", "-o", f"by-{name}", "--against", name).code == 0
        outputs.append((rows(tmp_path / f"by-{name}", "new.jsonl"), (tmp_path / f"by-{name}/new.jsonl").read_bytes()))
    assert outputs[0] == outputs[1]
    assert sorted(path.name for path in (tmp_path / "ix").iterdir()) == sorted(
        ["index.json", "lock", *(entry.name for entry in Index(tmp_path / "ix").manifest.segments)]
    )


def test_removed(tmp_path: Path) -> None:
    """What is removed is as if it had never been there; the others still are; unknown ids change nothing."""
    every = texts(5, 30)
    plant(tmp_path, {"a.jsonl": lines("a", every)})
    indexing.build([tmp_path / "a.jsonl"], tmp_path / "ix", Settings())
    before = tree(tmp_path / "ix")
    with pytest.raises(SettingsError, match="no document 'a99'"):
        indexing.remove(["a1", "a99"], tmp_path / "ix")
    assert tree(tmp_path / "ix") == before
    asking = Asking(tmp_path / "ix", Settings())
    assert "a7" in {found.document for found in asking.like(every[7])}
    assert indexing.remove(["a7"], tmp_path / "ix") == 29
    assert "a7" not in {found.document for found in Asking(tmp_path / "ix", Settings()).like(every[7])}
    assert "a7" in {found.document for found in asking.like(every[7])}, "who has opened an index sees it as it was"
    assert indexing.remove([f"a{number}" for number in range(30) if number not in {7, 9, 11}], tmp_path / "ix") == 2
    [entry] = Index(tmp_path / "ix").manifest.segments
    assert (entry.documents, entry.removed) == (2, ())
    assert "a9" in {found.document for found in Asking(tmp_path / "ix", Settings()).like(every[9])}
    plant(tmp_path, {"seven.jsonl": lines("a", every[:8]).splitlines(keepends=True)[7]})
    assert indexing.add([tmp_path / "seven.jsonl"], tmp_path / "ix", Settings()) == 3


def test_query(tmp_path: Path) -> None:
    """A query tells of every document that matches, with the numbers that `pairs` tells; of others nothing."""
    every = texts(6, 60)
    plant(tmp_path, {"a.jsonl": lines("a", every[:40]), "b.jsonl": lines("b", every[40:])})
    plant(tmp_path, {"both/a.jsonl": lines("a", every[:40]), "both/b.jsonl": lines("b", every[40:])})
    assert dedup("index", "build", "a.jsonl", "-o", "ix").out == "Documents in ix: 40\n"
    told = [line.split("\t") for line in dedup("index", "query", "ix", "b.jsonl").out.splitlines()]
    pairs = [line.split("\t") for line in dedup("pairs", "both").out.splitlines()]
    wanted = {(b, a, jaccard) for a, b, jaccard, *_ in pairs if (a[0], b[0]) == ("a", "b")}
    assert {(b, a, jaccard) for b, a, jaccard, *_ in told} == wanted
    assert len(wanted) > 5
    [first, *_] = (json.loads(line) for line in dedup("index", "query", "ix", "b.jsonl", "--json").out.splitlines())
    assert (first["id"], first["document"], f"{first['jaccard']:.6f}") == tuple(told[0][:3])
    assert dedup("index", "query", "ix", str(plant(tmp_path, {"c.txt": b"Not at all."}) / "c.txt")).out == ""


KILLED: Final = """
import os, signal, sys
from pathlib import Path
left = int(sys.argv[1])

def dying(call):
    def done(*arguments, **more):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **more)
    return done

os.fsync, Path.rename, Path.replace = map(dying, (os.fsync, Path.rename, Path.replace))
from dedup.index.segment import Segment
from dedup.index.store import changing
with changing(Path("ix")) as writer:
    writer.append([Segment.opened(Path("more"))])
print(left)
"""
"""Adds a segment, which makes it merge two, and is killed before what it does next to the disk."""


def test_killed(tmp_path: Path) -> None:
    """A writer that is killed at any moment leaves an index with what it had, or with all that was to be added."""
    plant(tmp_path, {"a.jsonl": lines("a", texts(1, 12)), "b.jsonl": lines("b", texts(2, 9))})
    for name in "ab":
        indexing.build([tmp_path / f"{name}.jsonl"], tmp_path / name, Settings())
    (tmp_path / "b" / "segment-000000").rename(tmp_path / "more")
    states = set()
    for left in (1, 7, 9, 11, 12, 20, 23, 99):
        _copy(tmp_path / "a", tmp_path / "ix")
        command = [sys.executable, "-c", KILLED, str(left)]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
        assert ran.returncode == (0 if left == 99 else -9), ran.stderr
        opened = Index(tmp_path / "ix")
        opened.verify()
        names = [name for batch in opened.batches() for name in batch.column("id").to_pylist()]
        states.add(len(names))
        assert names in (
            [f"a{at}" for at in range(12)],
            [*(f"a{at}" for at in range(12)), *(f"b{at}" for at in range(9))],
        )
        with changing(tmp_path / "ix"):
            pass
        known = {entry.name for entry in opened.manifest.segments}
        assert {path.name for path in (tmp_path / "ix").iterdir()} <= {
            "index.json",
            "lock",
            *known,
        }
    assert states == {12, 21}


def _copy(source: Path, target: Path) -> None:
    import shutil

    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def test_two_writers(tmp_path: Path) -> None:
    """A second writer is told to wait, and changes nothing; readers are not in the way."""
    plant(tmp_path, {"a.jsonl": lines("a", texts(1, 5)), "b.jsonl": lines("b", texts(2, 5))})
    dedup("index", "build", "a.jsonl", "-o", "ix")
    with changing(tmp_path / "ix"):
        before = tree(tmp_path / "ix")
        ran = dedup("index", "add", "ix", "b.jsonl")
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert "another process is changing this index; wait until it is done" in ran.err
        assert tree(tmp_path / "ix") == before
        assert dedup("index", "info", "ix").code == 0
    assert dedup("index", "add", "ix", "b.jsonl").out == "Documents in ix: 10\n"


def test_same_id(tmp_path: Path) -> None:
    """Documents of one name are refused wherever they meet, and nothing is left of the attempt."""
    plant(tmp_path, {"a.jsonl": lines("a", texts(1, 5)), "b.jsonl": lines("a", texts(2, 5)[:2])})
    plant(tmp_path, {"twice.jsonl": lines("a", ["one"]) * 2})
    assert "two documents named 'a0'" in dedup("index", "build", "twice.jsonl", "-o", "none").err
    assert not (tmp_path / "none").exists()
    dedup("index", "build", "a.jsonl", "-o", "ix")
    before = tree(tmp_path / "ix")
    assert "ix and b.jsonl: two documents named 'a0'" in dedup("index", "add", "ix", "b.jsonl").err
    assert tree(tmp_path / "ix") == before
    ran = dedup("clean", "b.jsonl", "-o", "out", "--against", "ix")
    assert (ran.code, "b.jsonl:1: two documents named 'a0'" in ran.err) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--config shingle.toml", "shingle: ix was made with 5, not 4"),
        ("--config seed.toml", "seed: ix was made with 1, not 2"),
        ("--effort high", "sample: ix was made with 16, not 4"),
        ("--threshold 0.9", "bands: ix was made with"),
        ("--paragraph-words 9", "paragraph_words: ix was made with 15, not 9"),
    ],
)
def test_other_settings(tmp_path: Path, options: str, told: str) -> None:
    """An index whose keys were made with other settings is refused; settings that keys do not depend on may differ."""
    plant(tmp_path, {"a.jsonl": lines("a", texts(1, 5)), "b.jsonl": lines("b", texts(2, 5))})
    plant(
        tmp_path,
        {f"{name}.toml": f"[tool.dedup]\n{name} = {value}".encode() for name, value in (("shingle", 4), ("seed", 2))},
    )
    dedup("index", "build", "a.jsonl", "-o", "ix")
    ran = dedup("clean", "b.jsonl", "-o", "out", "--against", "ix", *options.split())
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert told in ran.err
    assert "build an index with these" in ran.err
    assert not (tmp_path / "out").exists()
    fine = dedup("clean", "b.jsonl", "-o", "out", "--against", "ix", "--likeness", "0.7", "--paragraph-likeness", "0.9")
    assert fine.code == 0


def test_without_paragraphs(tmp_path: Path) -> None:
    """An index without paragraphs serves whoever compares documents only, and says so to the others."""
    plant(tmp_path, {"a.jsonl": lines("a", texts(1, 5)), "b.jsonl": lines("b", texts(2, 5))})
    dedup("index", "build", "a.jsonl", "-o", "ix", "--steps", "documents")
    assert "paragraphs: ix has none" in dedup("clean", "b.jsonl", "-o", "out", "--against", "ix").err
    assert dedup("clean", "b.jsonl", "-o", "out", "--against", "ix", "--steps", "boilerplate,documents").code == 0


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Make an index and a document to ask about."""
    every = texts(1, 5)
    plant(tmp_path, {"a.jsonl": lines("a", every), "q.txt": every[0].encode()})
    dedup("index", "build", "a.jsonl", "-o", "ix")
    return tmp_path / "ix"


def test_damaged(small: Path) -> None:
    """A file that is cut short, missing or changed is named, with what to do; an index that is whole is not."""
    [folder] = (path for path in small.iterdir() if path.is_dir())
    assert dedup("index", "info", "ix", "--verify").code == 0
    for path in (small / manifest.NAME, *sorted(folder.iterdir())):
        whole = path.read_bytes()
        for damage in (whole[:-9], b"", None):
            path.write_bytes(damage) if damage is not None else path.unlink()
            ran = dedup("index", "query", "ix", "q.txt")
            assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
            assert ("no index" if damage is None and path.name == manifest.NAME else path.name) in ran.err
            assert "; " in ran.err
        changed = whole.replace(b"1", b"2") if path.suffix == ".json" else whole[:-20] + b"x" + whole[-19:]
        path.write_bytes(changed)
        assert dedup("index", "info", "ix", "--verify").code == 2
        path.write_bytes(whole)
    assert dedup("index", "query", "ix", "q.txt").out.startswith("q.txt\ta0\t1.0")


def test_changed_text(small: Path) -> None:
    """Of a text that is not as it was written nothing is told, though the file has its size."""
    [path] = small.glob("*/documents.arrow")
    whole = path.read_bytes()
    text = json.loads((small.parent / "a.jsonl").read_bytes().splitlines()[0])["text"].encode()
    at = whole.index(text)
    path.write_bytes(whole[: at + 5] + b"#" + whole[at + 6 :])
    ran = dedup("index", "query", "ix", "q.txt")
    assert (ran.code, ran.out) == (2, "")
    assert "documents.arrow: a damaged file of an index; build the index anew" in ran.err


def test_newer(small: Path) -> None:
    """An index of a later version is not guessed at."""
    path = small / manifest.NAME
    path.write_bytes(path.read_bytes().replace(b'"index": 1', b'"index": 2'))
    assert "an index of version 2, and this program knows version 1" in dedup("index", "info", "ix").err


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("index info nowhere", "nowhere: no index; name a folder that `dedup index build` has made"),
        ("index build a.jsonl -o ix", "ix: an index already; use `dedup index add`"),
        ("index build a.jsonl -o .", "not empty; choose another one"),
        ("index build nowhere -o new", "nowhere"),
        ("index remove ix a99", "no document 'a99' in ix"),
        ("clean a.jsonl -o out --against ix --audit 5", "leave out --audit or --against"),
        ("clean q.txt -o ix/out --against ix", "inside one another"),
    ],
)
def test_refused(small: Path, command: str, told: str) -> None:
    """What cannot be done is told in one line, and changes nothing."""
    before = tree(small.parent)
    ran = dedup(*command.split())
    assert (ran.code, ran.err.count("\n"), told in ran.err) == (2, 1, True), ran.err
    assert tree(small.parent) == before


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), max_size=20), min_size=1, max_size=4),
    st.data(),
)
@settings(max_examples=60)
def test_postings(parts: list[list[tuple[int, int]]], data: st.DataObject) -> None:
    """Of merged postings every key gives its documents in order, those left out excepted; other keys give none."""
    made, rows_of, start, wanted = [], [], 0, set()
    for part in parts:
        keys, owners = np.array(part, np.uint64).reshape(-1, 2).T
        stays = np.array(data.draw(st.lists(st.booleans(), min_size=31, max_size=31)))
        numbers = np.where(stays, start + np.cumsum(stays) - 1, -1)
        start += int(stays.sum())
        wanted |= {(key, int(numbers[owner])) for key, owner in part if stays[owner]}
        bits = width(31)
        made.append(Postings([table(packed(keys, owners.astype(np.int64), bits), bits)]))
        rows_of.append(numbers)
    whole = Postings(list(merged(made, rows_of, max(width(start), width(31)))))
    keys = np.arange(45, dtype=np.uint64)[::-1].copy()
    which, found = whole.find(keys, 100)
    expected = sorted(wanted, key=lambda entry: (-entry[0], entry[1]))
    assert list(zip(keys[which].tolist(), found.tolist(), strict=True)) == expected
    few, _ = whole.find(keys, 1)
    assert len(few) == len({key for key, _ in wanted})


def test_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Postings in many pieces give what they give in one."""
    monkeypatch.setattr("dedup.index.postings.PIECE", 50)
    random = np.random.default_rng(1)
    keys, owners = random.integers(0, 300, 2000).astype(np.uint64), random.integers(0, 64, 2000)
    one = Postings([table(packed(keys, owners, 6), 6)])
    many = Postings(list(merged([one], [np.arange(64)], 6)))
    for limit in (1, 5, 100):
        for found, wanted in zip(
            many.find(np.arange(310, dtype=np.uint64), limit),
            one.find(np.arange(310, dtype=np.uint64), limit),
            strict=True,
        ):
            assert (found == wanted).all()
    assert len(many) == len(one)


def test_names_that_are_no_index(tmp_path: Path) -> None:
    """Postings that name documents which are not there are damage, not a fault of the program."""
    plant(tmp_path, {"a.jsonl": lines("a", texts(1, 5))})
    indexing.build([tmp_path / "a.jsonl"], tmp_path / "ix", Settings())
    part = Index(tmp_path / "ix").segments[0]
    wrong = table(packed(np.array([7], np.uint64), np.array([6]), 3), 3)
    with pytest.raises(ReadError, match="damaged"):
        Segment(lambda name: [wrong] if name == "bands" else part.load(name), "here").find(
            "bands", np.array([7], np.uint64), 9
        )


@pytest.mark.parametrize("command", ["build", "add", "remove", "query", "export", "import", "info"])
def test_help(command: str) -> None:
    """Every command's help holds an example."""
    ran = dedup("index", command, "--help")
    assert f"Example: dedup index {command} " in " ".join(ran.out.split())
