"""A Spark session, or one clear reason why there is none; and what Spark reports, in the words of the user's faults."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from dedup import errors
from dedup.errors import DedupError, WorkError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

JAVA: Final = 17
"""The oldest Java that Spark 4 runs on."""
_PANDAS: Final = re.compile(r"2\.(?:[2-9]|\d\d)\b")
_SECONDS: Final = 10
_INSTALL: Final = "pip install 'corpus-dedup[spark]'"


def check() -> None:
    """Raise `WorkError` where Python or Java lacks what Spark needs."""
    check_python()
    _check_java()


def check_python() -> None:
    """Raise `WorkError` where Python's part of Spark, or what it needs, is not there."""
    found = {name: _version(name) for name in ("pyspark", "pandas")}
    if found["pyspark"].partition(".")[0] != "4":
        raise WorkError(f"pyspark is {found['pyspark'] or 'not installed'}, not of version 4", remedy=_INSTALL)
    if not _PANDAS.match(found["pandas"]):
        problem = f"pandas is {found['pandas'] or 'not installed'}, and pyspark 4 needs one from 2.2 up to below 3"
        raise WorkError(problem, remedy=_INSTALL)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    remedy = f"install Java {JAVA} or later (Debian: openjdk-17-jre-headless), or set JAVA_HOME to it"
    if not java or not os.access(java, os.X_OK):
        raise WorkError(f"there is no Java{f' in JAVA_HOME={home}' if home else ''}", remedy=remedy)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - Java itself
    told = re.search(r'version "(\d+)', said)
    if told is None or int(told[1]) < JAVA:
        raise WorkError(f"{java} is Java {told[1] if told else 'of an unknown version'}, too old", remedy=remedy)


@contextmanager
def session(master: str, options: dict[str, str] | None = None) -> Iterator[SparkSession]:
    """Start Spark for as long as the context is. Raises `WorkError` where that cannot be."""
    check()
    _check_reachable(master)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = import_module("pyspark.sql").SparkSession.builder.master(master).appName("dedup")
    for name, value in {**DEFAULTS, **(options or {})}.items():
        builder = builder.config(name, value)
    with faults():
        started = builder.getOrCreate()
    try:
        started.sparkContext.setLogLevel("ERROR")
        yield started
    finally:
        started.stop()


DEFAULTS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""What a session that was started here is given beside what `spark-defaults.conf` says."""


def _check_reachable(master: str) -> None:
    """Ask masters of a standalone cluster whether they are there: Spark itself asks for minutes."""
    if master.startswith("local"):
        return
    places = urlsplit(master)
    if places.scheme != "spark":
        return
    faults_met = []
    for place in places.netloc.split(","):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), _SECONDS):
                return
        except (OSError, ValueError) as fault:
            faults_met.append(f"{place}: {fault}")
    raise WorkError(
        f"no Spark master answers at {master} ({'; '.join(faults_met)})", remedy="start it, or check --master"
    )


_OURS: Final = re.compile(r"^dedup\.errors\.(\w+): (.+)$", re.MULTILINE)
_RAISED: Final = re.compile(r"^(?:[\w.]+)(?:Error|Exception): .+$", re.MULTILINE)
"""The last line of what Python, or Java, tells of a fault."""
_FULL: Final = re.compile(r"No space left on device|ENOSPC|Disk quota exceeded|Errno 28")


@contextmanager
def faults() -> Iterator[None]:
    """Turn what Spark raises into errors that a user can mend; what tasks raised comes out as it went in."""
    try:
        yield
    except DedupError:
        raise
    except Exception as fault:
        if not type(fault).__module__.startswith(("pyspark.", "py4j.")):
            raise
        raise _told(str(fault)) from fault


def _told(said: str) -> DedupError:
    if ours := _OURS.search(said):
        kind: Any = getattr(errors, ours[1], WorkError)
        made: DedupError = kind.__new__(kind)
        made.args = (ours[2],)
        return made
    if _FULL.search(said):
        remedy = "make room where spark.local.dir and the work folder are, and run again"
        return WorkError("a disk of Spark's is full", remedy=remedy)
    if "Python worker exited unexpectedly" in said or "ExecutorLostFailure" in said:
        return WorkError("a task's process was killed again and again", remedy="give executors more memory")
    found = [*_RAISED.findall(said), *filter(None, map(str.strip, said.splitlines())), "no reason told"]
    return WorkError(f"Spark gave up: {found[0]}", remedy="see the log of Spark's driver and executors")
