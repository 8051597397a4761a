"""
Measure what it costs to let a corpus grow: to add documents to an index, to look one up, to clean new ones against it.

usage: python benchmarks/growing.py CORPUS.jsonl --fresh 10000 --queries 200

All documents of a JSON Lines corpus (see corpus.py) but the last go into an index; the last are the fresh ones.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import deque
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import measure
import numpy as np
import orjson

from dedup.pipeline.asking import Asking
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

DEDUP: Final = (sys.executable, "-m", "dedup")
WARM: Final = 10
"""Queries before those that count."""


def split(corpus: Path, folder: Path, fresh: int) -> tuple[Path, Path, Path]:
    """Write all lines but the last, the last, and the first of the last, into files."""
    old, new, one = (folder / f"{name}.jsonl" for name in ("old", "new", "one"))
    held: deque[bytes] = deque()
    with corpus.open("rb") as lines, old.open("wb") as out:
        for line in lines:
            held.append(line)
            if len(held) > fresh:
                out.write(held.popleft())
    new.write_bytes(b"".join(held))
    one.write_bytes(held[0])
    return old, new, one


def queries(index: Path, fresh: Path, count: int) -> list[float]:
    """Give the seconds that each of so many queries took, one after the other in one process."""
    asking = Asking(index, Settings())
    took = []
    with fresh.open("rb") as lines:
        for line in islice(lines, WARM + count):
            text = orjson.loads(line)["text"]
            begin = time.perf_counter()
            asking.like(text)
            took.append(time.perf_counter() - begin)
    return took[WARM:]


def cost(*arguments: str | Path) -> measure.Cost:
    return measure.run([*DEDUP, *map(str, arguments)])


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def row(what: str, spent: measure.Cost) -> measure.Cost:
    tell(f"| {what} | {spent.wall:.1f} | {spent.cpu:.1f} | {spent.memory / 1e6:.0f} |")
    return spent


def latencies(seconds: Sequence[float]) -> str:
    shares = 1e3 * np.quantile(seconds, [0.5, 0.95, 1])
    return "median {:.1f} ms, 95 of 100 within {:.1f} ms, longest {:.1f} ms".format(*shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("usage:")[0].strip(), allow_abbrev=False)
    parser.add_argument("corpus", type=Path, metavar="CORPUS.jsonl")
    parser.add_argument("--fresh", type=int, default=10_000, help="documents that are new")
    parser.add_argument("--queries", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.corpus.parent) as name:
        folder = Path(name)
        old, new, one = split(given.corpus, folder, given.fresh)
        index, out = folder / "index", folder / "out"
        tell("| | wall s | CPU s | peak MB |\n|---|---:|---:|---:|")
        row("index build, the old documents", cost("index", "build", old, "-o", index))
        clean = ("clean", "-o", out, "--no-report", "--jobs", "1")
        start = row("clean, one document", cost(*clean, one))
        alone = row("clean, the fresh documents", cost(*clean, new))
        row("clean --against, one document", cost(*clean, one, "--against", index))
        row("clean --against, the fresh documents", cost(*clean, new, "--against", index))
        row("index query, one document", cost("index", "query", index, one))
        took = latencies(queries(index, new, given.queries))
        taken = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
        added = row("index add, the fresh documents", cost("index", "add", index, new, "--jobs", "1"))
        tell(f"\nThe index has {taken / 1e6:,.0f} MB before. A query, in one process: {took}.")
        tell(f"Adding costs {added.cpu / alone.cpu:.2f} of cleaning alone, of which {start.cpu:.1f} s are start-up.")


if __name__ == "__main__":
    main()
