"""
Measure what it costs to check a corpus again: nothing changed, and one file changed.

usage: python benchmarks/again.py CORPUS.jsonl --files 10000 --size 50MB --runs 3

The first documents of a JSON Lines corpus (see corpus.py) that are long enough for the size become text files, 500 in a
folder. With `--clean` the files are cleaned in place first, as those of a guarded corpus are. What a check finds after
an edit is compared with what one without a cache finds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import measure
import orjson
from corpus import number_of_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

DEDUP: Final = (sys.executable, "-m", "dedup")
IN_A_FOLDER: Final = 500
LINE: Final = "\n\nOn the third day the line {} of this text was written below it.\n"


def texts(source: Path) -> Iterator[str]:
    with source.open("rb") as file:
        for line in file:
            yield orjson.loads(line)["text"]


def lay_out(source: Path, folder: Path, files: int, size: int) -> list[Path]:
    """Write the files; documents that are too short for the size are passed over."""
    made: list[Path] = []
    written = 0
    documents = texts(source)
    for number in range(files):
        text = next(documents)
        while written + len(text.encode()) < size * number // files:
            text = next(documents)
        written += len(text.encode())
        path = folder / f"{number // IN_A_FOLDER:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        made.append(path)
    return made


def findings(folder: Path, *more: str) -> str:
    done = subprocess.run([*DEDUP, "check", folder, *more], capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr)
    return done.stdout


def cost(folder: Path, cache: Path, *more: str) -> measure.Cost:
    quiet = "import sys; from dedup.cli import main\ntry: main()\nexcept SystemExit as end: sys.exit(end.code == 2)"
    command = [sys.executable, "-c", quiet, "check", str(folder), "--cache", str(cache), *more]
    return measure.run(command)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("usage:")[0].strip(), allow_abbrev=False)
    parser.add_argument("corpus", type=Path, metavar="CORPUS.jsonl")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--size", type=number_of_bytes, default="50MB")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--clean", action="store_true", help="clean the files in place first")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name, "in"), Path(name, "cache")
        paths = lay_out(given.corpus, folder, given.files, given.size)
        if given.clean:
            subprocess.run([*DEDUP, "check", folder, "--fix", "--no-cache"], cwd=name, capture_output=True, check=False)
            paths = [path for path in paths if path.exists()]
        size = sum(path.stat().st_size for path in paths)
        told = findings(folder, "--no-cache")
        tell(f"{len(paths):,} files, {size / 1e6:.1f} MB, {len(told.splitlines()):,} findings")
        tell("| check | wall s | CPU s | peak MB |\n|---|---:|---:|---:|")
        row("without a cache", [cost(folder, cache, "--no-cache") for _ in range(given.runs)])
        row("that fills it", [cost(folder, cache)])
        row("nothing changed", [cost(folder, cache) for _ in range(given.runs)])
        costs = []
        for number in range(given.runs):
            path = paths[len(paths) * (number + 1) // (given.runs + 2)]
            with path.open("a", encoding="utf-8") as file:
                file.write(LINE.format(number))
            costs.append(cost(folder, cache))
            assert findings(folder, "--cache", str(cache)) == findings(folder, "--no-cache")
        row("one file changed", costs)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def row(what: str, costs: list[measure.Cost]) -> None:
    wall, cpu, memory = (median(getattr(each, part) for each in costs) for part in ("wall", "cpu", "memory"))
    tell(f"| {what} | {wall:.2f} | {cpu:.2f} | {memory / 1e6:.0f} |")


if __name__ == "__main__":
    main()
