"""What Spark needs and does not find is told in one line, before anything is written."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import pytest
from command import SEEDS, dedup

from dedup.engines.spark import session
from dedup.errors import DuplicateId, ReadError, WorkError

if TYPE_CHECKING:
    from pathlib import Path

FITTING = {"pyspark": "4.0.1", "pandas": "2.2.3"}


@pytest.fixture(autouse=True)
def versions(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let fitting versions be installed."""
    found = dict(FITTING)
    monkeypatch.setattr(session, "_version", lambda name: found[name])
    return found


def java(folder: Path, said: str) -> Path:
    """Make a Java that says a version."""
    path = folder / "bin" / "java"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    path.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("name", "installed", "said"),
    [
        ("pyspark", "", "pyspark is not installed, not of version 4; pip install 'corpus-dedup[spark]'"),
        ("pyspark", "3.5.4", "pyspark is 3.5.4, not of version 4; pip install 'corpus-dedup[spark]'"),
        ("pandas", "", "pandas is not installed, and pyspark 4 needs one from 2.2 up to below 3; pip install"),
        ("pandas", "2.1.4", "pandas is 2.1.4, and pyspark 4 needs one from 2.2 up to below 3; pip install"),
        ("pandas", "3.0.0", "pandas is 3.0.0, and pyspark 4 needs one from 2.2 up to below 3; pip install"),
    ],
)
def test_wrong_libraries(tmp_path: Path, versions: dict[str, str], name: str, installed: str, said: str) -> None:
    """A library that is missing, too old or too new is named with the command that mends it."""
    versions[name] = installed
    ran = dedup("clean", SEEDS, "-o", tmp_path / "out", "--engine", "spark", "--master", "local[1]")
    assert ran.code == 2
    assert ran.err.startswith(f"dedup: {said}")
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("installed", ["2.2.0", "2.3.3", "2.10.1"])
def test_fitting_libraries(versions: dict[str, str], installed: str) -> None:
    """Versions that fit are let through."""
    versions["pandas"] = installed
    session.check_python()


def test_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Java, on the path or where JAVA_HOME points, the message says what to install."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkError, match=r"^there is no Java; install Java 17 or later .* or set JAVA_HOME to it$"):
        session.check()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(WorkError, match=r"^there is no Java in JAVA_HOME=\S+; install Java 17"):
        session.check()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('openjdk version "11.0.2" 2019-01-15', "is Java 11, too old; install Java 17 or later"),
        ('java version "1.8.0_391"', "is Java 1, too old; install Java 17 or later"),
        ("what?", "is Java of an unknown version, too old; install Java 17 or later"),
    ],
)
def test_old_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str) -> None:
    """A Java that is too old is named with its version."""
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, said)))
    with pytest.raises(WorkError, match=told):
        session.check()


def test_new_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Java 17 and later ones are let through."""
    for said in ('openjdk version "17.0.15" 2025-04-15', 'openjdk version "21" 2023-09-19'):
        monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / said[17:19], said)))
        session.check()


def test_unreachable_master(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A master that does not answer is told at once, and of several each with its reason."""
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "java", 'openjdk version "17.0.15"')))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    master = f"spark://127.0.0.1:{port},localhost"
    ran = dedup("clean", SEEDS, "-o", tmp_path / "out", "--engine", "spark", "--master", master)
    assert ran.code == 2
    assert ran.err.startswith(f"dedup: no Spark master answers at {master} (127.0.0.1:{port}: ")
    assert "refused; localhost: " in ran.err
    assert ran.err.endswith("start it, or check --master\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "option", ["--dry-run", "--audit=3", "--against=index", "--decontaminate=eval", "--keep-work", "--html-field=page"]
)
def test_what_spark_does_not_do(tmp_path: Path, option: str) -> None:
    """What there is on one machine only is refused, not passed over."""
    ran = dedup("clean", SEEDS, "-o", tmp_path / "out", "--engine", "spark", option)
    name = option[2:].partition("=")[0].replace("-", "_")
    assert (ran.code, ran.err) == (2, f"dedup: {name}: not to be had on Spark; leave it out, or --engine local\n")


TRACE = """An exception was thrown from the Python worker:
Traceback (most recent call last):
  File "worker.py", line 1, in main
    process()
{}
"""


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        (
            TRACE.format("dedup.errors.ReadError: /in/a.jsonl:2: not JSON; mend it"),
            ReadError,
            "/in/a.jsonl:2: not JSON; mend it",
        ),
        (TRACE.format("dedup.errors.DuplicateId: a and b: two; rename"), DuplicateId, "a and b: two; rename"),
        (
            TRACE.format("OSError: [Errno 28] No space left on device: '/tmp/x'"),
            WorkError,
            "a disk of Spark's is full; make room where spark.local.dir and the work folder are, and run again",
        ),
        (
            "Job aborted.\njava.io.IOException: No space left on device\n\tat java.base/x",
            WorkError,
            "a disk of Spark's is full; make room where spark.local.dir and the work folder are, and run again",
        ),
        (
            "Task 3 failed 4 times: ExecutorLostFailure (executor 1 exited)",
            WorkError,
            "a task's process was killed again and again; give executors more memory",
        ),
        (
            TRACE.format("ValueError: a fault of ours"),
            WorkError,
            "Spark gave up: ValueError: a fault of ours; see the log of Spark's driver and executors",
        ),
    ],
)
def test_faults_of_tasks(said: str, kind: type[Exception], told: str) -> None:
    """What a task raises comes out as it went in; a full disk and a killed process are named; all else is quoted."""
    fault = type("PythonException", (Exception,), {"__module__": "pyspark.errors"})(said)
    with pytest.raises(kind) as caught, session.faults():
        raise fault
    assert (type(caught.value), str(caught.value)) == (kind, told)


def test_other_faults_pass() -> None:
    """Faults that are not Spark's stay what they are."""
    with pytest.raises(ZeroDivisionError), session.faults():
        raise ZeroDivisionError


def test_java_of_this_machine() -> None:
    """The Java that is installed here, if there is one, passes."""
    if shutil.which("java") is None:
        pytest.skip("no Java")
    session.check()
