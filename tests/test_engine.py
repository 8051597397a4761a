"""The engine: however the work is cut, shared and interrupted, the same comes out, and little is done twice."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
from multiprocessing import parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pytest
from command import ROOT, dedup, tree
from hypothesis import given
from hypothesis import strategies as st

from dedup import formats
from dedup.engines.local import Engine, Resources, give_back
from dedup.engines.shards import Shard, Spool, stored
from dedup.errors import DedupError, DuplicateId, ReadError, SettingsError, WorkError, WriteError
from dedup.pipeline.reading import LEAST, PIECE, readings
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.shards import Tables

PROGRAM: Final = """
import os, sys
from functools import partial
from pathlib import Path
from dedup.engines import local, workers
from dedup.pipeline import files, reading
from dedup.settings import Settings
workers.LASTING = 0
files.readings = partial(reading.readings, size=2000)
calls, log, keep = int(sys.argv[1]), Path(sys.argv[2]), local.stored

def stored(tables, folder, *, durable):
    global calls
    calls -= 1
    if calls == 0:
        os._exit(9)
    with log.open("a") as file:
        file.write(f"{folder.parent.name}/{folder.name}\\n")
    done = keep(tables, folder, durable=durable)
    calls -= 1
    if calls == 0:
        os._exit(9)
    return done

local.stored = stored
if __name__ == "__main__":
    files.clean([Path("in")], Path("out"), Settings(), resources=local.Resources(jobs=int(sys.argv[3])))
"""
"""Cleans in small tasks, notes each result that is kept, and dies before or after one."""


def texts(count: int) -> Iterator[str]:
    """Make texts of which some are copies, some share a paragraph, and some have boilerplate or are doubled."""
    random = np.random.default_rng(5)
    vocabulary = [f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"]
    paragraphs = [" ".join(random.choice(vocabulary, 25)) + "." for _ in range(count)]
    for number in range(count):
        lines = [paragraphs[number], paragraphs[(number * 7) % count]]
        if number % 5 == 0:
            lines.append("Subscribe to our newsletter")
        if number % 6 == 0:
            lines = [paragraphs[number // 2], paragraphs[number // 3], "A few more words."]
        if number % 11 == 0:
            lines = [paragraphs[number], paragraphs[number - 1], paragraphs[number - 2]] * 2
        yield "\n\n".join(lines)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Make a folder with a corpus in text files and JSON Lines."""
    folder = tmp_path / "in"
    folder.mkdir()
    made = list(texts(60))
    for number, text in enumerate(made[:25]):
        (folder / f"{number:02}.txt").write_text(text)
    lines = ('{"n": 1.50, "text": "' + text.replace("\n", "\\n") + '"}\n' for text in made[25:])
    (folder / "more.jsonl").write_text("".join(lines))
    return tmp_path


def run(folder: Path, calls: int = 0, jobs: int = 1) -> int:
    """Run the program in a folder; give its exit code."""
    ran = subprocess.run(_command(folder, calls, jobs), cwd=folder, env=_environment(), check=False)
    return ran.returncode


def _command(folder: Path, calls: int, jobs: int) -> list[str]:
    program = folder / "program.py"
    program.write_text(PROGRAM)
    return [sys.executable, str(program), str(calls), str(folder / "log"), str(jobs)]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def output(folder: Path) -> dict[str, bytes | None]:
    """Give all that stands in the output folder."""
    return tree(folder / "out")


def test_killed_anywhere(corpus: Path) -> None:
    """A run that dies before or after any result is kept is completed by the same command; nothing kept is redone."""
    assert run(corpus) == 0
    expected = output(corpus)
    kept = (corpus / "log").read_text().split()
    assert len(kept) == len(set(kept)) > 10
    points = [*range(1, 2 * len(kept), max(1, 2 * len(kept) // 9)), 2 * len(kept)]
    assert len(points) >= 10
    for point in points:
        for path in ((corpus / "log"), *sorted((corpus / "out").rglob("*"), reverse=True)):
            path.rmdir() if path.is_dir() else path.unlink()
        assert run(corpus, point) == 9
        assert not (corpus / "out" / "ledger.jsonl").exists()
        assert run(corpus) == 0
        assert output(corpus) == expected
        again = (corpus / "log").read_text().split()
        assert set(again) == set(kept)
        assert len(again) <= len(kept) + 1


def test_process_group_killed(corpus: Path) -> None:
    """A run with workers whose process group is killed leaves no process, and the same command completes it."""
    assert run(corpus) == 0
    expected = output(corpus)
    kept = set((corpus / "log").read_text().split())
    for part in (0.3, 0.6):
        for path in ((corpus / "log"), *sorted((corpus / "out").rglob("*"), reverse=True)):
            path.rmdir() if path.is_dir() else path.unlink()
        (corpus / "log").touch()
        process = subprocess.Popen(_command(corpus, 0, 2), cwd=corpus, env=_environment(), start_new_session=True)
        while len((corpus / "log").read_text().split()) < part * len(kept):
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert run(corpus, jobs=2) == 0
        assert output(corpus) == expected
        again = (corpus / "log").read_text().split()
        assert set(again) == kept
        assert len(again) <= len(kept) + 2


def test_jobs_change_nothing(corpus: Path) -> None:
    """One, two and five processes write the same bytes."""
    made = []
    for jobs in (1, 2, 5):
        assert run(corpus, jobs=jobs) == 0
        made.append(output(corpus))
    assert made[0] == made[1] == made[2]
    assert len(made[0]) > 20


def test_changed_input_is_read_anew(corpus: Path) -> None:
    """What is left of a run is of no use when an input has changed since."""
    assert run(corpus, 7) == 9
    (corpus / "in" / "00.txt").write_text("Something else.")
    assert run(corpus) == 0
    assert (corpus / "out" / "00.txt").read_text() == "Something else."


def test_other_settings_begin_anew(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of a run with other settings is not used, and goes."""
    assert run(corpus, 7) == 9
    monkeypatch.chdir(corpus)
    assert dedup("clean", "in", "-o", "out", "--steps", "documents").code == 0
    assert dedup("clean", "in", "-o", "plain", "--steps", "documents").code == 0
    assert output(corpus) == tree(corpus / "plain")


def test_work_folder(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A work folder goes when all is done, unless it is to stay; one with other files is refused and left alone."""
    monkeypatch.chdir(corpus)
    assert dedup("clean", "in", "-o", "out", "--work", "work").code == 0
    assert not (corpus / "work").exists()
    assert dedup("clean", "in", "-o", "out", "--work", "work", "--keep-work").code == 0
    assert (corpus / "work" / "plan.json").exists()
    assert dedup("clean", "in", "-o", "out", "--work", "work").code == 0
    assert not (corpus / "work").exists()
    before = tree(corpus / "in")
    ran = dedup("clean", "in", "-o", "out", "--work", "in")
    assert ran.code == 2
    assert "the work folder is not empty; choose another --work" in ran.err
    assert tree(corpus / "in") == before


def test_interrupted_work_stays(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an interrupt what is done stays for the next run; after a fault of the input it goes."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(corpus)
    with monkeypatch.context() as patch:
        patch.setattr("dedup.pipeline.corpus.Corpus.match", stop)
        assert dedup("clean", "in", "-o", "out").code == 130
    assert (corpus / "out" / ".dedup-partial" / "work" / "read").is_dir()
    (corpus / "in" / "bad.jsonl").write_text("{")
    assert dedup("clean", "in", "-o", "out").code == 2
    assert output(corpus) == {}


@pytest.mark.parametrize("amount", ["1", "1X", "-1G", "100M", ""])
def test_impossible_memory(corpus: Path, monkeypatch: pytest.MonkeyPatch, amount: str) -> None:
    """Too little memory, or none that can be read as an amount, is refused with the remedy."""
    monkeypatch.chdir(corpus)
    ran = dedup("clean", "in", "-o", "out", f"--memory={amount}")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "at least 256M" in ran.err


def test_little_memory_changes_nothing(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The least amount of memory gives the same output."""
    monkeypatch.chdir(corpus)
    assert dedup("clean", "in", "-o", "out").code == 0
    assert dedup("clean", "in", "-o", "less", "--memory", "256 MB").code == 0
    assert output(corpus) == tree(corpus / "less")


def numbers(start: int) -> Tables:
    """Make a table of a few numbers."""
    return {"rows": pa.RecordBatch.from_pydict({"number": list(range(start, start + 3))})}


def fail(number: int) -> Tables:
    """Fail at a certain task."""
    if number == 2:
        raise ReadError("a", "broken", line=3, remedy="mend it")
    return numbers(number)


def die(number: int) -> Tables:
    """End the process if it is another one, as running out of memory does."""
    if parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)  # so that the other one has something to do
    return numbers(number)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("interpreted", [True, False])
def test_results_come_in_order(jobs: int, interpreted: bool) -> None:  # noqa: FBT001 - a case
    """Whoever does the work, shards come in the order of their arguments, and a fault comes as it is."""
    with Engine(Resources(jobs)) as engine:
        shards = list(engine.run("some", numbers, range(0, 30, 3), interpreted=interpreted))
        made = [number for shard in shards for number in shard.table("rows").column("number").to_pylist()]
        assert made == list(range(30))
        with pytest.raises(ReadError, match="a:3: broken; mend it") as caught:
            list(engine.run("failing", fail, range(6), interpreted=interpreted))
        assert caught.value.line == 3


@pytest.mark.parametrize("jobs", [1, 2])
def test_work_beside(jobs: int) -> None:
    """What is done beside the tasks comes when it is asked for, or its fault does."""

    def fail() -> int:
        raise ReadError("a.txt", "gone", remedy="put it back")

    with Engine(Resources(jobs=jobs)) as engine:
        seven, nothing = engine.beside(lambda: 7), engine.beside(fail)
        assert seven() == 7
        with pytest.raises(ReadError, match="gone"):
            nothing()


@pytest.mark.parametrize(("size", "shards"), [(3 << 20, 1), (40 << 20, 10), (100 << 20, 15), (600 << 20, 39)])
def test_small_corpora_are_cut_finer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, shards: int) -> None:
    """Two workers have about as much to do as each other, if there is enough to share; a large corpus has no crumbs."""
    scale = 1 << 10  # of the sizes here, a file has one part in so many
    monkeypatch.setattr("dedup.pipeline.reading.PIECE", PIECE // scale)
    monkeypatch.setattr("dedup.pipeline.reading.LEAST", LEAST // scale)
    line = b'{"id": 1, "text": "%s"}\n' % (b"x" * 75)
    (tmp_path / "a.jsonl").write_bytes(line * (size // scale // len(line)))
    made = readings(formats.find([tmp_path]).sources, Settings(), writes=True)
    assert len(made) in {shards, shards + 1}


def test_killed_worker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is killed ends the work with one line that says what to do."""
    monkeypatch.setattr("dedup.engines.workers.LASTING", 0)
    with Engine(Resources(2)) as engine, pytest.raises(WorkError, match="fewer --jobs"):
        list(engine.run("some", die, range(6), interpreted=True))


def whose(seconds: float) -> Tables:
    """Work for so long, and tell whether it was in another process."""
    begun = time.thread_time()
    while time.thread_time() - begun < seconds:
        pass
    return {"rows": pa.RecordBatch.from_pydict({"other": [parent_process() is not None]})}


@pytest.mark.parametrize(("lasting", "expected", "shared"), [(0.1, 0, True), (1000, 0, False), (1000, 1001, True)])
def test_work_that_lasts_is_shared_out(
    monkeypatch: pytest.MonkeyPatch,
    lasting: float,
    expected: float,
    shared: bool,  # noqa: FBT001 - a case
) -> None:
    """Other processes help where much is left to do, or is expected, and are not started for little."""
    monkeypatch.setattr("dedup.engines.workers.LASTING", lasting)
    with Engine(Resources(2)) as engine:
        shards = list(engine.run("some", whose, [0.2] * 30, interpreted=True, expected=expected))
        others = [shard.table("rows").column("other")[0].as_py() for shard in shards]
        assert any(others) == shared
        assert not all(others)


HALF_FREED = """
import os, sys
import numpy as np
from dedup.engines import process
process.prepare()
from dedup.engines.local import Engine, Resources

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

Engine(Resources(memory=int(sys.argv[1])))
before = resident()
held = [np.ones(1 << 20) for _ in range(40)]
del held[::2]
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory a process has")
def test_short_memory_goes_back() -> None:
    """Of 320 MB of which every other array is freed, half goes back at once where memory is short."""
    found = subprocess.run([sys.executable, "-c", HALF_FREED, str(1 << 30)], capture_output=True, text=True, check=True)
    assert 150 < int(found.stdout) < 200


def test_full_memory_goes_to_disk(tmp_path: Path) -> None:
    """Shards beyond a quarter of the memory are kept in a temporary folder, which goes at the end."""
    with Engine(Resources(memory=400), tmp_path) as engine:
        shards = list(engine.run("some", numbers, range(0, 30, 3), interpreted=False))
        assert {shard.folder is None for shard in shards} == {True, False}
        assert [shard.table("rows").column("number")[0].as_py() for shard in shards] == list(range(0, 30, 3))
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "fault",
    [
        ReadError("a", "b", line=1, byte=2, remedy="c"),
        DuplicateId("a", "b", "c"),
        WriteError("a", "b", remedy="c"),
        SettingsError("a", "b", remedy="c"),
        WorkError("a", remedy="b"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_faults_travel(fault: DedupError) -> None:
    """A fault that comes from another process is as it was."""
    import pickle

    back = pickle.loads(pickle.dumps(fault))  # noqa: S301 - made here
    assert type(back) is type(fault)
    assert (str(back), vars(back)) == (str(fault), vars(fault))


def shard_of(values: list[tuple[int, str]]) -> Shard:
    """Make a shard of rows with a fixed and a changing column."""
    columns = {"fixed": [number for number, _ in values], "free": [text for _, text in values]}
    schema = pa.schema([("fixed", pa.int64()), ("free", pa.string())])
    return Shard({"rows": pa.RecordBatch.from_pydict(columns, schema)})


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 99), st.text(max_size=3)), max_size=5), min_size=1, max_size=4),
    st.data(),
)
def test_spool_is_a_list(shards: list[list[tuple[int, str]]], data: st.DataObject) -> None:
    """A spool looks up what a list of rows would hold, whatever was replaced, chosen and asked for in what order."""
    spool = Spool("rows", frozenset({"free"}))
    expected: list[tuple[int, str]] = []
    for rows in shards:
        assert spool.append(shard_of(rows)).tolist() == list(range(len(expected), len(expected) + len(rows)))
        expected += rows
    every = st.lists(st.integers(0, len(expected) - 1), unique=True) if expected else st.just([])
    for _ in range(data.draw(st.integers(0, 2))):
        chosen = sorted(data.draw(every))
        others = [(0, data.draw(st.text(max_size=3))) for _ in chosen]
        spool.replace(np.array(chosen, np.int64), shard_of(others))
        for row, (_, text) in zip(chosen, others, strict=True):
            expected[row] = (expected[row][0], text)
    asked = data.draw(every)
    wanted = [expected[row] for row in asked]
    numbers = np.array(asked, np.int64)
    for looked, some in ((spool, numbers), (spool.some(numbers), np.arange(len(asked)))):
        assert list(zip(*(looked.column(name, some).to_pylist() for name in ("fixed", "free")), strict=True)) == wanted
        assert [tuple(row.values()) for row in looked.rows(some, ("fixed", "free"))] == wanted
    placed = {int(row): place for rows, places in spool.current() for row, place in zip(rows, places, strict=True)}
    assert sorted(placed) == list(range(len(expected)))


def test_half_stored_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose writing fails does not appear, and leaves nothing in the way."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dedup.engines.shards.synced", full)
    with pytest.raises(OSError, match="No space"):
        stored(numbers(0), tmp_path / "a", durable=True)
    assert not list(tmp_path.iterdir())
    assert stored(numbers(0), tmp_path / "a", durable=False).table("rows").num_rows == 3


def _resident() -> int:
    """Give the bytes of memory that this process has of its own."""
    _, resident, mapped, *_ = map(int, Path("/proc/self/statm").read_text("ascii").split())
    return (resident - mapped) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep their memory otherwise")
def test_free_memory_is_given_back() -> None:
    """What the C library keeps because something behind it is still in use goes back, unless there is room enough."""
    pieces = [bytes(1000) for _ in range(100_000)]
    last = pieces.pop()
    del pieces
    before = _resident()
    give_back(1 << 40)
    assert _resident() > before - (1 << 20)
    give_back(0)
    assert _resident() < before - (50 << 20)
    assert len(last) == 1000
