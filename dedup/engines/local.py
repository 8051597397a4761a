"""
The local engine: tasks run one by one, in threads, or in other processes too; what they make is kept as shards.

With a folder to work in, every shard is a checkpoint: a run that was killed finds there what is done. Without one,
shards stay in memory as long as they fit, and then go to a temporary folder.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final, Self, TypeVar

import pyarrow as pa

from dedup.engines import process
from dedup.engines.shards import Shard, stored
from dedup.engines.workers import Workers
from dedup.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedup.engines.shards import Tables

T = TypeVar("T")
R = TypeVar("R")

MEMORY: Final = 2 << 30
"""Bytes that all processes together should need, if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What may be used."""

    jobs: int = 1
    """Processes or threads that work at once."""
    memory: int = MEMORY
    """Bytes of memory to aim at, over all processes; what is looked up together is bounded by shares of it."""
    work: Path | None = None
    """The folder of checkpoints."""
    keep: bool = False
    """Whether that folder stays when the work is done."""


class Engine:
    """Runs tasks; to be used as a context, so that pools and temporary files are cleared away."""

    def __init__(self, resources: Resources | None = None, scratch: Path | None = None) -> None:
        """Use resources; temporary folders are made inside `scratch` if one is given."""
        self.resources = resources or Resources()
        self._scratch = scratch
        self._open = ExitStack()
        self._folder = self.resources.work
        self._threads: ThreadPoolExecutor | None = None
        self._room = self.resources.memory // 4  # for shards in memory
        self._sparing = self.resources.memory < MEMORY
        if self._sparing:
            process.spare()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the pools; give memory and temporary disk space back."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None
        self._open.close()

    @property
    def durable(self) -> bool:
        """Whether shards are checkpoints."""
        return self.resources.work is not None

    def folder(self) -> Path:
        """Give the folder to work in, a temporary one if there is no other."""
        if self._folder is None:
            made = tempfile.TemporaryDirectory(prefix="dedup-", dir=self._scratch, ignore_cleanup_errors=True)
            self._folder = Path(self._open.enter_context(made))
        return self._folder

    def run(  # noqa: PLR0913 - what to do, and what is known of it
        self,
        stage: str,
        task: Callable[[T], Tables],
        arguments: Sequence[T],
        *,
        interpreted: bool,
        lasting: bool = True,
        expected: float = 0,
    ) -> Iterator[Shard]:
        """
        Call `task` with each argument and give the shards in that order.

        What a durable folder holds of the stage already is not done again. Tasks run in threads; of those that are
        partly `interpreted` Python other processes do some where there is much to do: at once if all of them are
        `expected` to take many seconds. What is not `lasting` is kept nowhere: it is used up at once, and cheaper to
        make again than to put on the disk and read there.
        """
        give_back(self.resources.memory // 2)
        done = self._done(stage) if lasting else {}
        here = partial(self._kept_task, task, stage) if lasting else partial(_passed_task, task)
        todo = len(arguments) - len(done)
        if self.resources.jobs == 1 or todo < 2:  # noqa: PLR2004 - one is nothing to share
            for number, argument in enumerate(arguments):
                yield done[number] if number in done else here(argument, number)
        elif interpreted:
            there = partial(_stored_task, task, self.folder() / stage, self.durable) if lasting else here
            with Workers(self.resources.jobs, todo, here, there, sparing=self._sparing) as workers:
                workers.expect(expected * todo / len(arguments))
                yield from self._together(workers, arguments, done)
        else:
            yield from self._together(here, arguments, done)

    def _together(
        self, work: Callable[[T, int], Shard], arguments: Sequence[T], done: dict[int, Shard]
    ) -> Iterator[Shard]:
        """Give the shards that are done, and let threads see to the others."""
        pool = self._pool()
        ahead: deque[Future[Shard] | Shard] = deque()
        started = 0
        try:
            while ahead or started < len(arguments):
                while started < len(arguments) and len(ahead) <= 2 * self.resources.jobs:
                    argument, number = arguments[started], started
                    ahead.append(done[number] if number in done else pool.submit(work, argument, number))
                    started += 1
                first = ahead.popleft()
                yield first.result() if isinstance(first, Future) else first
        except BrokenProcessPool as fault:
            raise WorkError(
                "a worker process was killed", remedy="it may have run out of memory: try fewer --jobs"
            ) from fault
        finally:
            for future in ahead:
                if isinstance(future, Future):
                    future.cancel()

    def _pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.resources.jobs)
        return self._threads

    def map(self, function: Callable[[T], R], arguments: Sequence[T]) -> Iterator[R]:
        """Call a compiled function with each argument, in threads; results come in order, and few wait to be taken."""
        if self.resources.jobs == 1 or len(arguments) == 1:
            yield from map(function, arguments)
            return
        pool = self._pool()
        ahead: deque[Future[R]] = deque()
        for argument in arguments:
            ahead.append(pool.submit(function, argument))
            if len(ahead) > 2 * self.resources.jobs:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def beside(self, work: Callable[[], R]) -> Callable[[], R]:
        """Begin compiled work where several may work at once, and give what waits for its result."""
        if self.resources.jobs == 1:
            return work
        future: Future[R] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as fault:  # noqa: BLE001 - whoever asks for the result is told
                future.set_exception(fault)

        Thread(target=run, daemon=True).start()  # nobody waits for it who does not ask
        return future.result

    def _done(self, stage: str) -> dict[int, Shard]:
        if not self.durable:
            return {}
        folder = self.folder() / stage
        if not folder.is_dir():
            return {}
        return {int(path.name): Shard(folder=path) for path in folder.iterdir() if not path.name.startswith(".")}

    def _kept_task(self, task: Callable[[T], Tables], stage: str, argument: T, number: int) -> Shard:
        return self.keep(task(argument), stage, number)

    def keep(self, tables: Tables, stage: str, number: int) -> Shard:
        """Keep tables in memory while there is room, else on disk."""
        size = sum(table.nbytes for table in tables.values())
        if not self.durable and size <= self._room:
            self._room -= size
            return Shard(tables)
        return stored(tables, self.folder() / stage / f"{number:06}", durable=self.durable)


def give_back(limit: int) -> None:
    """Give the system what libraries keep of memory that is free, where this process has more than `limit` bytes."""
    if sys.platform != "linux":
        return
    _, resident, mapped, *_ = map(int, Path("/proc/self/statm").read_text("ascii").split())
    if (resident - mapped) * os.sysconf("SC_PAGE_SIZE") > limit:
        pa.default_memory_pool().release_unused()
        if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # not every C library has it
            trim(0)


def _stored_task(task: Callable[[T], Tables], folder: Path, durable: bool, argument: T, number: int) -> Shard:  # noqa: FBT001 - partial's order
    return stored(task(argument), folder / f"{number:06}", durable=durable)


def _passed_task(task: Callable[[T], Tables], argument: T, number: int) -> Shard:  # noqa: ARG001 - as of others
    return Shard(task(argument))
