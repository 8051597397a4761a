# /// script
# dependencies = ["datasketch==2.0.0", "numpy==2.4.6", "xxhash==4.1.0", "orjson==3.13.0"]
# ///
"""
datasketch: MinHash and MinHashLSH in Python with NumPy, sketched in bulk on all cores and hashed with xxHash.

It chooses the bands itself and proposes pairs; those whose estimated similarity reaches the threshold are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from datasketch import MinHash, MinHashLSH
from shared import PERMUTATIONS, job, on_all_cores, records, shingles, write
from xxhash import xxh32_intdigest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray


def sketch(lines: list[bytes]) -> tuple[list[str], NDArray[np.uint32]]:
    names, texts = zip(*records(lines), strict=True)
    encoded = ([one.encode() for one in shingles(text)] for text in texts)
    made = MinHash.bulk(encoded, num_perm=PERMUTATIONS, hashfunc=xxh32_intdigest)
    return [*names], np.stack([one.hashvalues for one in made])


def pairs(corpus: Path, threshold: float) -> Iterator[tuple[str, str]]:
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    first = MinHash(num_perm=PERMUTATIONS)
    names: list[str] = []
    seen: list[NDArray[np.uint32]] = []
    for more, values in on_all_cores(sketch, corpus):
        for name, row in zip(more, values, strict=True):
            one = MinHash(hashvalues=row, permutations=first.permutations, scheme=first.scheme)
            found = index.query(one)
            yield from ((names[at], name) for at in found if np.mean(seen[at] == row) >= threshold)
            index.insert(len(names), one, check_duplication=False)
            names.append(name)
            seen.append(row)


if __name__ == "__main__":
    given = job()
    write(given.output, pairs(given.corpus, given.threshold))
