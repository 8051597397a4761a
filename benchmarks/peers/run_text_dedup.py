# /// script
# dependencies = ["text-dedup==0.4.0", "orjson==3.13.0"]
# ///
"""
text-dedup: its command `text_dedup.minhash` on all cores, with its faster hash function.

It chooses the bands itself, joins all that share one into clusters without measuring anything, and writes a data set
with one document of each. The clusters are read from the file that its option for debugging leaves.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from shared import CORES, PERMUTATIONS, SHINGLE, chunks, job, records, write

if TYPE_CHECKING:
    from collections.abc import Iterable


def clusters(corpus: Path, threshold: float, folder: Path) -> Iterable[list[str]]:
    options = {
        "path": "json",
        "data_files": corpus.absolute(),
        "split": "train",
        "cache_dir": folder / "cache",
        "output": folder / "out",
        "column": "text",
        "ngram": SHINGLE,
        "num_perm": PERMUTATIONS,
        "threshold": threshold,
        "hash_func": "xxh3",
        "hash_bits": 32,
        "num_proc": CORES,
    }
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    subprocess.run([sys.executable, "-m", "text_dedup.minhash", *given, "--debug"], check=True, cwd=folder)
    names = [name for lines in chunks(corpus) for name, _ in records(lines)]
    with (folder / "out" / "uf.pkl").open("rb") as file:
        joined = pickle.load(file)  # noqa: S301 - just written by the command above
    found: dict[int, list[str]] = defaultdict(list)
    for at in sorted(joined.parent):
        found[joined.find(at)].append(names[at])
    return found.values()


if __name__ == "__main__":
    given = job()
    with TemporaryDirectory(dir=given.output.parent) as temporary:
        write(given.output, clusters(given.corpus, given.threshold, Path(temporary)))
