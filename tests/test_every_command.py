"""Every command, called with nothing, with nonsense, for help, into a pipe, into a closed one, and interrupted."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import pytest
import typer.main
from command import dedup, plant, tree

from dedup.cli import app, console, main

if TYPE_CHECKING:
    from collections.abc import Iterator

STORY: Final = (
    "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the bay.\n\n"
    "Nobody had seen the pilot since, although his boat lay where it always did, with both of its oars in it.\n\n"
    "Subscribe to our newsletter\n"
)
CALLS: Final = {
    "clean": "in -o out",
    "check": "in",
    "stats": "in",
    "explain": "in/a.txt",
    "pairs": "in",
    "diff": "clean",
    "report": "clean",
    "restore": "clean -o again",
    "rules": "",
    "config": "",
    "warm": "",
    "index build": "in -o new.index",
    "index add": "old.index more",
    "index export": "old.index --redis redis://localhost:1",
    "index import": "in --redis redis://localhost:1 -o new.index",
    "index info": "old.index",
    "index query": "old.index in/b.txt",
    "index remove": "old.index a.txt",
}
"""A call of each command that works; of the two that need a server, there is none at that port."""
READS: Final = [name for name in CALLS if name not in {"rules", "config", "warm"}]
SERVED: Final = {"index export", "index import"}
WORKS: Final = [name for name in CALLS if name not in SERVED]


def commands(group: Any, *before: str) -> Iterator[str]:  # noqa: ANN401 - typer's own
    """Name all commands, those of groups by both names."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *before, name)
        else:
            yield " ".join((*before, name))


def test_every_command_is_here() -> None:
    """The table has a call of each command that there is."""
    assert set(commands(typer.main.get_command(app))) == set(CALLS)


@pytest.fixture(autouse=True)
def _corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work beside a corpus, what a cleaning made of it, and an index."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(console.out, "quiet", False)  # rich falls silent for good when nobody reads
    monkeypatch.setattr("dedup.pipeline.warm.warm", lambda: None)  # it takes half a minute where it is needed
    plant(tmp_path, {"in/a.txt": STORY.encode(), "in/b.txt": STORY.upper().encode(), "more/c.txt": b"Another text."})


@pytest.fixture
def made() -> None:
    """Make what some commands need."""
    assert dedup("clean", "in", "-o", "clean").code == 0
    assert dedup("index", "build", "in", "-o", "old.index").code == 0


def call(name: str) -> list[str]:
    return f"{name} {CALLS[name]}".split()


def is_one_line(told: str) -> None:
    assert told.startswith("dedup: ")
    assert told.count("\n") == 1
    assert "Traceback" not in told


@pytest.mark.parametrize("name", CALLS)
def test_nothing(name: str) -> None:
    """Without what it needs a command says so in one line; one that needs nothing runs."""
    ran = dedup(*name.split())
    if name in READS:
        assert (ran.code, ran.out) == (2, "")
        is_one_line(ran.err)
        assert f"dedup {name} --help" in ran.err
    else:
        assert ran.code == 0


@pytest.mark.parametrize("name", CALLS)
def test_nonsense(name: str, tmp_path: Path) -> None:
    """An unknown option, and places that there are not, are one line, and change nothing."""
    before = tree(tmp_path)
    missing = ["nowhere" if not word.startswith("-") else word for word in CALLS[name].split()]
    for arguments in ([*call(name), "--nonsense"], [*name.split(), *(missing or ["nowhere"])]):
        ran = dedup(*arguments)
        assert (ran.code, ran.out) == (2, "")
        is_one_line(ran.err)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", CALLS)
def test_help(name: str) -> None:
    """Help is told on standard output, by either option, with an example."""
    for option in ("--help", "-h"):
        ran = dedup(*name.split(), option)
        assert (ran.code, ran.err) == (0, "")
        assert f"Usage: dedup {name} " in ran.out
        assert f"Example: dedup {name}" in " ".join(ran.out.replace("│", " ").split())


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", WORKS)
def test_in_a_pipe(name: str) -> None:
    """What goes into a pipe has no colours and no progress in it."""
    ran = dedup(*call(name))
    assert ran.code == (1 if name in {"check", "diff"} else 0)
    assert "\x1b" not in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert ran.out


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", sorted(SERVED))
def test_no_server(name: str, tmp_path: Path) -> None:
    """Where no server answers, a command says so in one line, and leaves what was there as it was."""
    before = tree(tmp_path)
    ran = dedup(*call(name))
    assert (ran.code, ran.out) == (2, "")
    is_one_line(ran.err)
    assert "localhost:1" in ran.err
    assert tree(tmp_path) == before


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", WORKS)
def test_closed_pipe(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Where nobody reads, a command ends without a complaint."""
    reading, writing = os.pipe()
    os.close(reading)
    closed = os.fdopen(writing, "w")
    with redirect_stdout(closed), patch.object(sys, "argv", ["dedup", *call(name)]), pytest.raises(SystemExit) as end:
        main()
    with suppress(BrokenPipeError):  # as the interpreter does at its end
        closed.close()
    assert end.value.code in {0, 1}
    assert "Traceback" not in (told := capfd.readouterr().err)
    assert "BrokenPipe" not in told


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", [name for name in READS if name in WORKS])
def test_interrupt(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted while it reads, a command ends with 130 and one line, and leaves what was there as it was."""
    before = tree(tmp_path)
    opened = Path.open

    def interrupted(path: Path, *how: Any, **more: Any) -> Any:  # noqa: ANN401 - as it was
        if path.absolute().is_relative_to(tmp_path) and "w" not in "".join(map(str, how)) and "x" not in how:
            raise KeyboardInterrupt
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", interrupted)
    ran = dedup(*call(name), *(["--no-cache"] if name == "check" else []))
    monkeypatch.undo()
    assert (ran.code, ran.out) == (130, "")
    is_one_line(ran.err)
    assert {path: data for path, data in tree(tmp_path).items() if path in before} == before
