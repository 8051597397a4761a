"""What a command costs: time, processor time and memory, with all the processes that it starts."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROC: Final = Path("/proc")
INTERVAL: Final = 0.1
"""Seconds between two looks at the processes; longer where a look takes more than a tenth of that."""
MAXRSS_UNIT: Final = 1 if sys.platform == "darwin" else 1024


class FailedError(Exception):
    """A command ended badly or took too long; the message is the last it said."""


@dataclass(frozen=True)
class Cost:
    """What a run took."""

    wall: float
    """Seconds by the clock."""
    cpu: float
    """Seconds of all processors, in user and system mode; of orphans as far as looks at them find it."""
    memory: float
    """Bytes at the peak: of a single process as the system keeps it, of several together as looks at them find it."""


def run(command: Sequence[str], environment: Mapping[str, str] | None = None, limit: float | None = None) -> Cost:
    """Run a command to its end; after `limit` seconds it is stopped."""
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        watch = _Watch(process.pid, begin + limit if limit else None)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
        with suppress(ProcessLookupError):  # what is left would disturb the next
            os.killpg(process.pid, signal.SIGKILL)
        if watch.late:
            raise FailedError(f"stopped after {limit:.0f} s")
        if process.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines() or ["nothing said"]
            raise FailedError(f"exit code {process.returncode}: {lines[-1].strip()}")
    own = usage.ru_maxrss * MAXRSS_UNIT if usage.ru_maxrss > before else 0  # a child begins with its parent's peak
    return Cost(wall, max(usage.ru_utime + usage.ru_stime, sum(watch.cpu.values())), max(watch.peak, own))


class _Watch(threading.Thread):
    """Looks at a process and its descendants again and again, and ends them when it is late."""

    def __init__(self, root: int, deadline: float | None) -> None:
        super().__init__(daemon=True)
        self.root, self.deadline = root, deadline
        self.peak = 0
        self.cpu: dict[tuple[int, int], float] = {}
        """Seconds of each process, which is known by its number and its start."""
        self.late = False
        self._over = threading.Event()

    def run(self) -> None:
        pause = INTERVAL
        while not self._over.wait(pause):
            begin = time.perf_counter()
            if self.deadline is not None and begin > self.deadline:
                self.late = True
                os.killpg(self.root, signal.SIGKILL)
                return
            pids = tree(self.root)
            self.peak = max(self.peak, sum(map(memory, pids)) if len(pids) > 1 else told(self.root, "status", "VmHWM:"))
            self.cpu.update(filter(None, map(cpu, pids)))
            pause = max(INTERVAL, 10 * (time.perf_counter() - begin))

    def stop(self) -> None:
        self._over.set()
        self.join()


def tree(root: int) -> list[int]:
    """List a process and its descendants, as far as the system tells."""
    found = [root]
    for pid in found:
        try:
            for thread in (PROC / str(pid) / "task").iterdir():
                found += map(int, (thread / "children").read_text().split())
        except OSError:  # gone meanwhile
            continue
    return found


def cpu(pid: int) -> tuple[tuple[int, int], float] | None:
    """Give a process's number and start, and the seconds it has used; the numbers follow its name in brackets."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (pid, int(fields[19])), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """
    Give a process's share of memory in bytes.

    Pages that several processes share count in parts (PSS). Where that may not be read they count in each (RSS).
    """
    return told(pid, "smaps_rollup", "Pss:") or told(pid, "status", "VmRSS:")


def told(pid: int, file: str, key: str) -> int:
    """Read bytes from what the system tells of a process; 0 if it does not, or no longer."""
    try:
        lines = (PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), 0)
