# /// script
# dependencies = ["gaoya==0.2.2", "orjson==3.13.0"]
# ///
"""
gaoya: a MinHash index in Rust, filled and asked in parallel.

It cuts texts at white space, chooses the bands itself, and gives the pairs whose estimated similarity reaches the
threshold. Texts are sketched twice, once to be put in and once to ask: its Python interface takes no sketches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gaoya.minhash import MinHashStringIndex
from shared import PERMUTATIONS, SHINGLE, chunks, job, records, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pairs(corpus: Path, threshold: float) -> Iterator[tuple[str, str]]:
    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=threshold,
        num_bands=None,
        band_size=None,
        num_hashes=PERMUTATIONS,
        analyzer="word",
        lowercase=True,
        ngram_range=(SHINGLE, SHINGLE),
        id_container="smallvec",
    )
    documents = [document for lines in chunks(corpus) for document in records(lines)]
    names = [name for name, _ in documents]
    texts = [text for _, text in documents]
    index.par_bulk_insert_docs([*range(len(texts))], texts)
    for at, found in enumerate(index.par_bulk_query(texts)):
        yield from ((names[other], names[at]) for other in found if other < at)


if __name__ == "__main__":
    given = job()
    write(given.output, pairs(given.corpus, given.threshold))
