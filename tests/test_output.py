"""The output folder: whole or without a ledger, whatever happens and whenever it happens."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest
from command import ROOT, dedup, fill, plant, tree

from dedup import formats, ledger
from dedup.errors import WriteError
from dedup.output import LEDGER, PAGE, REPORT, Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OLD: Final = {"a.txt": b"old a", "b/c.txt": b"old c", "b/d.txt": b"old d"}
NEW: Final = {"a.txt": b"new a", "b/c.txt": b"new c", "e/f.txt": b"new f"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave disks alone: no test cuts the power."""
    monkeypatch.setattr(os, "sync", lambda: None)
    monkeypatch.setattr(os, "fsync", lambda _: None)


def held(folder: Path) -> dict[str, bytes]:
    """Give the files of an output, ledger and report left out."""
    return {name: data for name, data in tree(folder).items() if data is not None and name not in {LEDGER, REPORT}}


def check_whole_or_unfinished(folder: Path) -> None:
    """Check that the folder is as the old run left it, as the new one would, or without a ledger."""
    if (folder / LEDGER).exists():
        visible = {name: data for name, data in held(folder).items() if not name.startswith(".")}
        assert visible in (OLD, NEW)
        outputs = ledger.header_row(folder / LEDGER)["outputs"]
        assert set(outputs) == set(visible)


def check_completed(folder: Path) -> None:
    """Check that the next run does what it should have done from the beginning."""
    fill(folder, NEW)
    assert held(folder) == NEW
    assert not (folder / "b" / "d.txt").exists()
    assert set(tree(folder)) == {"a.txt", "b", "b/c.txt", "e", "e/f.txt", LEDGER, REPORT}


def interrupted(_: Output) -> NoReturn:
    raise KeyboardInterrupt


STEPS: Final = ("replace", "unlink", "rmdir", "mkdir", "write_bytes", "open")


class Counted:
    """Path methods that fail at a certain call."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, fault: BaseException) -> None:
        """Let the call number `at`, from 0, fail; before or after it has done its work by turns."""
        self.calls = 0
        for name in STEPS:
            monkeypatch.setattr(Path, name, self._failing(getattr(Path, name), at, fault))

    def _failing(self, step: Callable[..., Any], at: int, fault: BaseException) -> Callable[..., Any]:
        def run(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever the step takes and gives
            self.calls += 1
            if self.calls == at // 2 + 1 and not at % 2:
                raise fault
            done = step(*arguments, **more)
            if self.calls == at // 2 + 1:
                raise fault
            return done

        return run


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")], ids=["stop", "full"])
@pytest.mark.parametrize("first", [True, False], ids=["new", "again"])
def test_cut_short_anywhere(tmp_path: Path, first: bool, fault: BaseException) -> None:  # noqa: FBT001 - a case
    """A fault before or after any step of writing leaves a whole output or none, and the next run completes it."""
    for at in range(1000):
        folder = tmp_path / str(at) / "out"
        if not first:
            fill(folder, OLD)
        with pytest.MonkeyPatch.context() as patch:
            steps = Counted(patch, at, fault)
            with suppress(KeyboardInterrupt if isinstance(fault, KeyboardInterrupt) else WriteError):
                fill(folder, NEW)
            if steps.calls <= at // 2:
                break
        check_whole_or_unfinished(folder)
        check_completed(folder)
    assert at > 20


def test_another_file_takes_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A move that was cut short is completed by the next run, which has another file in the same folder."""
    folder = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(Output, "_install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fill(folder, {"b/c.txt": b"c"})
    fill(folder, {"b/d.txt": b"d"})
    assert held(folder) == {"b/d.txt": b"d"}


def test_killed_anywhere(tmp_path: Path) -> None:
    """A process killed at any step leaves a whole output or none, and the next run completes it."""
    killer = f"""
import os
import sys
from pathlib import Path
from command import fill
os.sync = lambda: None
os.fsync = lambda _: None
STEPS = {STEPS}
def killing(step):
    def run(*arguments, **more):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return step(*arguments, **more)
    return run
for name in STEPS:
    setattr(Path, name, killing(getattr(Path, name)))
for at, folder in enumerate(sys.argv[1:]):
    left = at
    if child := os.fork():
        os.waitpid(child, 0)
    else:
        fill(Path(folder), {NEW})
        os._exit(0)
"""
    folders = [tmp_path / str(at) for at in range(60)]
    for folder in folders:
        fill(folder, OLD)
    subprocess.run(
        [sys.executable, "-c", killer, *folders],
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
    )
    ends = {"old": 0, "between": 0, "new": 0}
    for folder in folders:
        check_whole_or_unfinished(folder)
        whole = (folder / LEDGER).exists()
        ends["between" if not whole else "old" if (folder / "b" / "d.txt").exists() else "new"] += 1
        check_completed(folder)
    assert all(ends.values())


@pytest.mark.parametrize(
    "point",
    ["dedup.engines.local.stored", *(Output.__module__ + f".Output.{name}" for name in ("write", "seal", "finish"))],
)
def test_clean_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """A cleaning that is stopped leaves the earlier output as it was; the next one replaces it."""
    plant(tmp_path, {"in/a.txt": b"one", "in/b.txt": b"two"})
    monkeypatch.chdir(tmp_path)
    assert dedup("clean", "in", "-o", "out").code == 0
    before = tree(tmp_path)
    plant(tmp_path, {"in/a.txt": b"three"})

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(point, stop)
        assert dedup("clean", "in", "-o", "out").code == 130
    left = {name: data for name, data in tree(tmp_path).items() if ".dedup-partial" not in name}
    assert left == before | {"in/a.txt": b"three"}
    assert dedup("clean", "in", "-o", "out").code == 0
    assert (tmp_path / "out" / "a.txt").read_bytes() == b"three"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of one megabyte, or of none at all where there is no right to mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount") or "false"
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True)
    if done.returncode:
        folder.rmdir()
        folder.symlink_to("/dev/full")
    yield folder
    if not done.returncode:
        subprocess.run(["umount", folder], check=True)


def test_full_disk(tmp_path: Path, small: Path) -> None:
    """Where there is no room for the output, that is one line; nothing is left behind, and an old output stays."""
    if small.is_symlink():
        pytest.MonkeyPatch().setattr(
            Path, "mkdir", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
    plant(tmp_path, {"in/a.txt": b"one", "big/a.txt": os.urandom(1_500_000).hex().encode()})
    assert dedup("clean", tmp_path / "in", "-o", small / "out").code == 0
    before = tree(small)
    for target in ("out", "new"):
        ran = dedup("clean", tmp_path / "big", "-o", small / target)
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert "No space left on device; make room or choose another -o" in ran.err
        assert tree(small) == before


def test_replaced_wholly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run into an earlier output leaves only its own files there, and no empty folders."""
    monkeypatch.chdir(tmp_path)
    plant(
        tmp_path, {"old/a.txt": b"one", "old/b/c.txt": b"two", "old/b.jsonl": b'{"text":"x"}', "new/d/e.txt": b"three"}
    )
    assert dedup("clean", "old", "-o", "out").code == 0
    assert dedup("clean", "new", "-o", "out").code == 0
    assert set(tree(tmp_path / "out")) == {"d", "d/e.txt", LEDGER, PAGE, REPORT}


def test_a_folder_where_a_file_was(tmp_path: Path) -> None:
    """A name may be a file in one run and a folder in the next, both ways."""
    for files in ({"a/b.txt": b"1"}, {"a": b"2"}, {"a/c/d.txt": b"3"}):
        fill(tmp_path / "out", files)
        assert held(tmp_path / "out") == files


@pytest.mark.parametrize("foreign", ["z.txt", "b/z.txt", "a.2.txt", ".hidden", "b/deep/er/z"])
def test_foreign_files_stay(tmp_path: Path, foreign: str) -> None:
    """A file of somebody else in an earlier output stops the run, and stays."""
    fill(tmp_path, OLD)
    plant(tmp_path, {foreign: b"mine"})
    before = tree(tmp_path)
    with pytest.raises(WriteError, match=r"not from an earlier cleaning; move it away or choose another -o"):
        fill(tmp_path, NEW)
    assert tree(tmp_path) == before


def test_foreign_empty_folders_stay(tmp_path: Path) -> None:
    """Empty folders of somebody else do not disturb and are not removed."""
    fill(tmp_path, OLD)
    (tmp_path / "mine" / "too").mkdir(parents=True)
    fill(tmp_path, NEW)
    assert {"mine", "mine/too"} < set(tree(tmp_path))


def test_empty_folder_stays(tmp_path: Path) -> None:
    """An empty output folder that was there before is there after a failure; folders made for it are not."""
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", tmp_path / "not" / "there"):
        with suppress(ZeroDivisionError), Output(folder, [], replaces=True) as output:
            output.write("a.txt", b"a" * 100_000)
            raise ZeroDivisionError
    assert set(tree(tmp_path)) == {"there"}


def test_damaged_ledger_makes_files_foreign(tmp_path: Path) -> None:
    """An output whose ledger cannot be trusted is not overwritten."""
    fill(tmp_path, OLD)
    path = tmp_path / LEDGER
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(WriteError, match="not from an earlier cleaning"):
        fill(tmp_path, NEW)


def test_names_are_said_once() -> None:
    """What reading passes over is what writing adds."""
    assert formats.OWN == (LEDGER, REPORT, PAGE)
    assert ledger.dump(ledger.header()).startswith(formats.LEDGER_START)
