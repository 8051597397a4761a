"""
A guard around work that may never end, crash or take all memory: it is done in a process of its own.

What is lost is lost by itself: the process is started anew for what comes next.
"""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

T = TypeVar("T")
R = TypeVar("R")

SECONDS: Final = 30
"""Seconds of a processor that a piece of work may take."""
MEMORY: Final = 1 << 30
"""Bytes of memory that it may take."""
_PATIENCE: Final = 20
"""Times as many seconds may pass on the clock, on a machine that is busy with other work."""


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no result, and why."""

    problem: str


class Guard(Generic[T, R]):
    """Calls a function, which another process must be able to import, with one argument after the other."""

    def __init__(self, function: Callable[[T], R], seconds: int = SECONDS, memory: int = MEMORY) -> None:
        """Give each call so many seconds of a processor, and bytes of memory above what the process begins with."""
        self._function = function
        self._seconds = seconds
        self._memory = memory
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def __call__(self, argument: T) -> R | Lost:
        """Give what the function gives, or why there is nothing."""
        if self._connection is None:
            self._start()
        assert self._connection is not None
        try:
            self._connection.send(argument)
            if not self._connection.poll(self._seconds * _PATIENCE):
                return self._stop(f"took more than {self._seconds * _PATIENCE} s")
            answer: R | Lost | None = self._connection.recv()
        except (EOFError, OSError):
            return self._stop("")
        if answer is None:
            return self._stop(f"needed more than {self._memory >> 20} MB of memory")
        return answer

    def _start(self) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        arguments = (theirs, self._function, self._seconds, self._memory)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def _stop(self, problem: str) -> Lost:
        """End the process, and tell what happened; if nothing is known, then by how it ended."""
        assert self._process is not None
        if problem:
            self._process.kill()
        self._process.join()
        ended = self._process.exitcode
        self.close()
        if problem:
            return Lost(problem)
        if ended == -getattr(signal, "SIGXCPU", 0):
            return Lost(f"took more than {self._seconds} s")
        return Lost("crashed")

    def close(self) -> None:
        """End the process."""
        if self._connection is not None and self._process is not None:
            self._connection.close()
            self._process.kill()
            self._process.join()
            self._process.close()
        self._connection = self._process = None


def _serve(connection: Connection, function: Callable[[Any], object], seconds: int, memory: int) -> None:
    """Answer until nobody asks any more."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # left to the parent
    limit = _limits(memory)
    with suppress(EOFError, OSError):
        while True:
            argument = connection.recv()
            limit(seconds)
            try:
                answer: object = function(argument)
            except MemoryError:
                connection.send(None)
                return
            except Exception as fault:  # noqa: BLE001 - whatever a page does to a parser costs that page
                reason = " ".join(str(fault).split())[:100]
                answer = Lost(f"failed ({type(fault).__name__}{': ' if reason else ''}{reason})")
            connection.send(answer)


def _limits(memory: int) -> Callable[[int], None]:
    """Limit this process's memory, and give what limits its time from now on; where the system can."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return lambda _: None
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + memory,) * 2)

    def limit(seconds: int) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, hard))

    return limit
