"""Speed of the kernels on one core: `python benchmarks/kernels.py CORPUS.jsonl...` (see benchmarks/corpus.py)."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from dedup import boilerplate, repeats, sketch
from dedup.boilerplate import model
from dedup.kernel.arrays import Texts
from dedup.kernel.paragraphs import paragraphs
from dedup.settings import Boilerplate, MatchSettings

if TYPE_CHECKING:
    from collections.abc import Callable

BYTES: Final = 16 << 20
"""Of text, at most; what a shard has."""
RUNS: Final = 7


def texts(path: Path) -> Texts:
    """Give the first texts of a corpus."""
    found: list[str] = []
    size = 0
    with path.open("rb") as file:
        for line in file:
            found.append(orjson.loads(line)["text"])
            size += len(line)
            if size >= BYTES:
                break
    return Texts.of_strings(found)


def speed(work: Callable[[], object], size: int) -> float:
    """Give the best of some runs in megabytes a second of processor time, after one that may compile."""
    work()
    best = float("inf")
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return size / best / 1e6


def main() -> None:
    """Print a table."""
    settings = MatchSettings()
    sys.stdout.write("| MB/s | sketch | shingle sets | paragraphs | gate: boilerplate | gate: repeats | line model |\n")
    sys.stdout.write("|---|---:|---:|---:|---:|---:|---:|\n")
    for name in sys.argv[1:]:
        some = texts(Path(name))
        found = [
            speed(work, len(some.data))
            for work in (
                lambda some=some: sketch.sketch(some, settings),
                lambda some=some: sketch.shingle_sets(some, settings.shingle),
                lambda some=some: paragraphs(*some, 29),
                lambda some=some: boilerplate.suspects(some),
                lambda some=some: repeats.suspects(some),
                lambda some=some: model.find(some, Boilerplate.DEFAULT),
            )
        ]
        sys.stdout.write(f"| {Path(name).stem} | " + " | ".join(f"{value:.0f}" for value in found) + " |\n")


if __name__ == "__main__":
    main()
