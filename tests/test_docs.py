"""The pages of docs/ tell the truth: what the tutorial shows happens, commands exist, and the site builds."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import regex
import typer.main
from typer.testing import CliRunner

from dedup import cli

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
COMMAND: Final = regex.compile(r"^(?:\$ |- run: |\s*entry: )?(dedup [a-z]+\b[^#\n]*)", regex.MULTILINE)
CODE: Final = regex.compile(r"^```(?:sh|console|yaml)\n(.*?)^```", regex.MULTILINE | regex.DOTALL)


def shown(page: Path) -> list[tuple[str, list[str]]]:
    """Give each command of the page's console blocks, with the lines shown below it."""
    steps: list[tuple[str, list[str]]] = []
    for block in regex.findall(r"^```console\n(.*?)^```", page.read_text("utf-8"), regex.MULTILINE | regex.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def run(command: str) -> str:
    program, *arguments = shlex.split(command)
    if program == "dedup":
        return CliRunner().invoke(cli.app, arguments).output
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False).stdout


def test_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the tutorial, one after the other, prints what the page shows; `…` stands for anything."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    steps = shown(ROOT / "docs" / "tutorial.md")
    assert len(steps) > 5
    for command, lines in steps:
        pattern = "".join(".*" if line == "…" else regex.escape(line) + "\n" for line in lines)
        assert regex.fullmatch(pattern, run(command), regex.DOTALL), command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    """Every command on a page is one of the program's, and has the options that the page gives it."""
    program = typer.main.get_command(cli.app)
    for block in CODE.findall(page.read_text("utf-8")):
        for told in COMMAND.findall(block):
            _, name, *arguments = shlex.split(told)
            command = program.commands[name]  # type: ignore[attr-defined]
            if hasattr(command, "commands"):
                command = command.commands[arguments[0]]
            known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
            assert {word.partition("=")[0] for word in arguments if word.startswith("-")} <= known, told


def test_comparison() -> None:
    """What the comparison says that `dedup` does is shown by tests that exist; what it does not do names none."""
    rows = regex.findall(
        r"^\| ([^|]+) \| (yes|no|part)\b[^|]* \|.*\| ([^|]*) \|$",
        (ROOT / "docs" / "comparison.md").read_text("utf-8"),
        regex.MULTILINE,
    )
    assert len(rows) > 10
    for what, answer, tests in rows:
        assert (answer == "yes") == bool(tests.strip()), what
        for name in regex.findall(r"`([^`]+)`", tests):
            assert (ROOT / "tests" / name).exists(), what


def test_site(tmp_path: Path) -> None:
    """The site builds without a warning, and loads nothing from elsewhere."""
    pytest.importorskip("mkdocs", reason="mkdocs is not installed; `pip install --group docs` does")
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-q",
        "-f",
        str(ROOT / ".ci" / "mkdocs.yml"),
        "-d",
        str(tmp_path),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    pages = [*tmp_path.rglob("*.html")]
    assert len(pages) >= len(PAGES) - 1
    for page in pages:
        assert not regex.search(r'(?:src|<link[^>]+href)="(?:https?:)?//', page.read_text("utf-8")), page
