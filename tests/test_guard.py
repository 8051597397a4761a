"""The guard: whatever a call does, the caller goes on, and is told."""

from __future__ import annotations

import os
import re
import time
from multiprocessing import active_children
from typing import TYPE_CHECKING

import pytest

from dedup.engines.guard import Guard, Lost

if TYPE_CHECKING:
    from collections.abc import Iterator


def hostile(what: str) -> str:
    """Do something; what it is called by is no more than a test's word."""
    if what == "hang":
        time.sleep(1000)
    if what == "spin":
        re.match("(?:a|a?)+b", "a" * 60)
    if what == "grow":
        held = [bytearray(1 << 24) for _ in range(1000)]
        return str(len(held))
    if what == "fail":
        raise ValueError("no\nsuch\tpage")
    if what == "deep":
        return hostile("deep")
    if what == "crash":
        os._exit(7)
    if what == "kill":
        os.abort()
    return what.upper()


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard[str, str]]:
    """Give a guard that allows little."""
    made = Guard(hostile, seconds=1, memory=1 << 28)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ("spin", r"took more than 1 s"),
        ("grow", r"needed more than 256 MB of memory"),
        ("fail", r"failed \(ValueError: no such page\)"),
        ("deep", r"failed \(RecursionError: .*\)"),
        ("crash", "crashed"),
        ("kill", "crashed"),
    ],
)
def test_lost(guard: Guard[str, str], what: str, problem: str) -> None:
    """What is lost is told with its reason, and what comes before and behind is not."""
    assert guard("before") == "BEFORE"
    lost = guard(what)
    assert isinstance(lost, Lost)
    assert re.fullmatch(problem, lost.problem)
    assert guard("behind") == "BEHIND"


def test_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for something that never comes takes no time of a processor, and is ended by the clock."""
    monkeypatch.setattr("dedup.engines.guard._PATIENCE", 2)
    guard = Guard(hostile, seconds=1)
    began = time.monotonic()
    assert guard("hang") == Lost("took more than 2 s")
    assert time.monotonic() - began < 100
    assert guard("a") == "A"
    guard.close()


def test_long_lives(guard: Guard[str, str]) -> None:
    """The limits are for each call, however many there are; large arguments and results pass."""
    assert [guard(str(number)) for number in range(200)] == [str(number) for number in range(200)]
    assert guard("é" * 3_000_000) == "É" * 3_000_000


def test_closed() -> None:
    """A closed guard leaves no process, and may be used again."""
    before = len(active_children())
    guard = Guard(hostile)
    assert guard("a") == "A"
    assert len(active_children()) == before + 1
    guard.close()
    assert len(active_children()) == before
    assert guard("b") == "B"
    guard.close()
