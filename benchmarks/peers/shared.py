"""
What the runners of peers share.

A runner does a peer's whole job: `run_PEER.py INPUT.jsonl THRESHOLD OUTPUT`. Each line of OUTPUT holds the ids of
documents that it takes for alike, separated by tabs: two where it finds pairs, more where it finds clusters. The head
of a runner names the packages that it needs.
"""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

PERMUTATIONS: Final = 128
SHINGLE: Final = 5
_CORES: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
CORES: Final = int(os.environ.get("PEER_PROCESSES") or _CORES)
"""Processes of a runner; `versus.py --peer-processes` may want one, as in what peers say of their use."""
CHUNK: Final = 1000
"""Documents given to a worker at once."""
WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Job:
    """What a runner is asked to do."""

    corpus: Path
    threshold: float
    output: Path


def job() -> Job:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("threshold", type=float)
    parser.add_argument("output", type=Path)
    return Job(**vars(parser.parse_args()))


def shingles(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return [*map(" ".join, zip(*(words[at:] for at in range(SHINGLE)), strict=False))] or [" ".join(words)]


def chunks(corpus: Path) -> Iterator[list[bytes]]:
    """Read lines by the thousand."""
    with corpus.open("rb") as file:
        while lines := [*islice(file, CHUNK)]:
            yield lines


def records(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Give each document's id and text."""
    for line in lines:
        row = orjson.loads(line)
        yield row["id"], row["text"]


def on_all_cores(function: Callable[[list[bytes]], T], corpus: Path) -> Iterator[T]:
    """Work on the chunks of a corpus in as many processes as there are cores; results come in order."""
    with Pool(CORES) as pool:
        yield from pool.imap(function, chunks(corpus))


def write(output: Path, groups: Iterable[Iterable[str]]) -> None:
    with output.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines("\t".join(group) + "\n" for group in groups)
