"""What is built holds the package, whole and nothing else, and runs where only it is installed."""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import Final

import pytest

from dedup import __version__

ROOT: Final = Path(__file__).parents[1]
IN_CI: Final = bool(os.environ.get("CI"))


def build(source: Path, into: Path, kind: str) -> Path:
    """Build a wheel or an sdist from a folder; give its file."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(into)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = into.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


def test_wheel(wheel: Path) -> None:
    """A wheel holds every file of the package, data too, nothing beside it, and the version from one place."""
    with zipfile.ZipFile(wheel) as held:
        names = {name for name in held.namelist() if ".dist-info/" not in name}
    package = (path for path in (ROOT / "dedup").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert names == {path.relative_to(ROOT).as_posix() for path in package}
    assert "dedup/py.typed" in names
    assert wheel.name.split("-")[1] == __version__


def test_sdist(wheel: Path, tmp_path: Path) -> None:
    """From the sdist the same wheel is built."""
    with tarfile.open(build(ROOT, tmp_path, "sdist")) as held:
        held.extractall(tmp_path, filter="data")
    again = build(tmp_path / f"corpus_dedup-{__version__}", tmp_path / "again", "wheel")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert {info.filename: info.CRC for info in one.infolist()} == {
            info.filename: info.CRC for info in other.infolist()
        }


@pytest.mark.skipif(not IN_CI, reason="installs everything anew, from the package index; runs where CI is set")
def test_bare_install(wheel: Path, tmp_path: Path) -> None:
    """With what the wheel asks for and nothing else, the seeds are cleaned as they are here."""
    venv.create(tmp_path / "bare", with_pip=True)
    python = tmp_path / "bare" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)
    command = [str(python.with_name("dedup")), "clean", str(ROOT / "seeds"), "-o", "out"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    names = [path.name for path in (ROOT / "cleaned").iterdir()]
    assert len(names) > 5
    _, different, missing = filecmp.cmpfiles(ROOT / "cleaned", tmp_path / "out", names, shallow=False)
    assert not missing
    assert set(different) <= {"ledger.jsonl", "report.json", "report.html"}  # these tell the versions of libraries
    here, there = (
        (folder / "ledger.jsonl").read_bytes().splitlines() for folder in (ROOT / "cleaned", tmp_path / "out")
    )
    assert here[1:] == there[1:]
