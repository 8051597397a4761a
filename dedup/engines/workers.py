"""Where tasks are done that are partly Python, of which a process runs one thread at a time."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar

from dedup.engines import process

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
R = TypeVar("R")

TOGETHER: Final = 2
"""Tasks that are done here at once before it is known how long they take: one is often in compiled code."""
LASTING: Final = 10.0
"""Seconds of work for which other processes are started, each of which needs most of a second to begin."""
PATIENCE: Final = 2.0
"""Seconds that a thread waits for room here before it takes the work for lasting."""


class Workers(Generic[T, R]):
    """
    This process's threads, and other processes if the work is expected to last, or once it shows that it does.

    To be used as a context, and called by as many threads as may work at once. Other processes end with it, as they
    hold memory.
    """

    def __init__(
        self, jobs: int, tasks: int, here: Callable[[T, int], R], there: Callable[[T, int], R], *, sparing: bool
    ) -> None:
        """
        Let `jobs` work at once on so many tasks.

        One is done with `here` in this process, with `there` in others, which are `sparing` of memory or not.
        """
        self._jobs = jobs
        self._left = tasks
        self._here = here
        self._there = there
        self._sparing = sparing
        self._running = 0  # here
        self._most = min(jobs, TOGETHER)  # that may run here
        self._changed = threading.Condition()
        self._others: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        if self._others is not None:
            self._others.shutdown()

    def expect(self, seconds: float) -> None:
        """Get help at once if the tasks will take one process long; to be called before they begin."""
        if seconds > LASTING:
            with self._changed:
                self._get_help()

    def __call__(self, argument: T, number: int) -> R:
        """Do a task where there is room for it first."""
        with self._changed:
            if not self._changed.wait_for(self._has_room, PATIENCE):
                self._get_help()
            others = None if self._running < self._most else self._others
            self._running += others is None
            self._left -= 1
        if others is not None:
            return others.submit(self._there, argument, number).result()
        begun = time.thread_time()
        try:
            return self._here(argument, number)
        finally:
            self._done(time.thread_time() - begun)

    def _has_room(self) -> bool:
        return self._running < self._most or self._others is not None

    def _done(self, seconds: float) -> None:
        """Take note of how long a task took, and get help if those that are left will take long."""
        with self._changed:
            self._running -= 1
            if self._others is None:
                self._most = self._jobs
                if seconds * self._left > LASTING:
                    self._get_help()
            self._changed.notify_all()

    def _get_help(self) -> None:
        """Start other processes, and let this one do one task at a time from now on."""
        self._others = ProcessPoolExecutor(self._jobs - 1, get_context("spawn"), _begin, (self._sparing,))
        self._most = 1
        self._changed.notify_all()


def _begin(sparing: bool) -> None:  # noqa: FBT001 - an argument of a process's beginning has no name
    """Let a process leave interrupts to its parent, and end when that does."""
    process.prepare()
    if sparing:
        process.spare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
