# /// script
# dependencies = ["rensa==0.5.0", "orjson==3.13.0"]
# ///
"""
rensa: sketches (R-MinHash) and bands in Rust, shingles in Python on all cores.

Its index proposes pairs; those whose estimated similarity reaches the threshold are given. The number of bands must
divide that of permutations: 16 bands of 8 come nearest to what datasketch chooses for .7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rensa import RMinHash, RMinHashLSH
from shared import PERMUTATIONS, job, on_all_cores, records, shingles, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BANDS: Final = 16
SEED: Final = 1


def sketch(lines: list[bytes]) -> tuple[list[str], list[RMinHash]]:
    names, texts = zip(*records(lines), strict=True)
    return [*names], RMinHash.from_token_sets([*map(shingles, texts)], PERMUTATIONS, SEED)


def pairs(corpus: Path, threshold: float) -> Iterator[tuple[str, str]]:
    names: list[str] = []
    sketches: list[RMinHash] = []
    for more_names, more_sketches in on_all_cores(sketch, corpus):
        names += more_names
        sketches += more_sketches
    index = RMinHashLSH(threshold, PERMUTATIONS, BANDS)
    index.insert_many(sketches)
    for at, found in enumerate(index.query_all(sketches)):
        one = sketches[at]
        yield from (
            (names[other], names[at]) for other in found if other < at and one.jaccard(sketches[other]) >= threshold
        )


if __name__ == "__main__":
    given = job()
    write(given.output, pairs(given.corpus, given.threshold))
