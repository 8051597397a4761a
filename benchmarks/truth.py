"""
Find every pair of documents whose word 5-gram sets have at least some Jaccard similarity, exactly and without MinHash.

usage: python benchmarks/truth.py CORPUS.jsonl OUT.tsv --threshold .7

OUT.tsv has a line for each pair: two ids and the similarity. Words are runs of letters and digits in lower case; a text
of fewer than five words is one shingle. Shingles are compared by 64-bit hashes; among 50 million, the chance that any
two are mixed up is 1 in 15,000.

A set of n shingles can only reach similarity t with one that has any of its n - ceil(t n) + 1 rarest shingles, and has
that among its own rarest (the prefix filter of Chaudhuri, Ganti and Kaushik, 2006). So an inverted index of rarest
shingles gives the candidates, and each of these is counted in full. Shingles that no other document has are left out of
the index. Memory: about 40 bytes a word while frequencies are counted.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

SHINGLE: Final = 5
WORD: Final = re.compile(r"\w+")
ODD: Final = np.array([0x9E3779B97F4A7C15 * (2 * at + 1) & (1 << 64) - 1 | 1 for at in range(SHINGLE)], np.uint64)
AT_ONCE: Final = 1 << 22
"""Shingles of candidates that are counted at once."""


def shingle_hashes(texts: Iterable[str]) -> Iterator[NDArray[np.uint64]]:
    """Hash each text's set of shingles: sorted, each once; empty for a text without words."""
    number: dict[str, int] = {}
    for text in texts:
        words = [number.setdefault(word, len(number)) for word in WORD.findall(text.lower())]
        width = min(SHINGLE, len(words))
        mixed = _mix(np.array(words, np.uint64) + np.uint64(width << 40))
        count = len(words) - width + 1 if width else 0
        rolled = np.zeros(count, np.uint64)
        for at in range(width):
            rolled += _mix(mixed[at : at + count] * ODD[at])
        yield np.unique(rolled)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter numbers, as the finaliser of splitmix64 does."""
    values = (values ^ values >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ values >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return values ^ values >> np.uint64(31)


def similar(sets: list[NDArray[np.uint64]], threshold: float) -> Iterator[tuple[int, int, float]]:
    """Give the numbers of two sets, the smaller first, and their similarity; pairs in no particular order."""
    sizes = np.array([len(one) for one in sets], np.int64)
    shared, begin = _shared(sets)
    rare: dict[int, list[int]] = defaultdict(list)
    marked = np.zeros(int(shared.max(initial=-1)) + 1, bool)
    for one in np.argsort(sizes, kind="stable").tolist():
        size = int(sizes[one])
        if not size:
            continue
        mine = shared[begin[one] : begin[one + 1]]
        alone = size - len(mine)
        prefix = mine[: max(0, size - math.ceil(threshold * size - 1e-9) + 1 - alone)].tolist()
        least = math.ceil(threshold * size - 1e-9)
        found = {other for shingle in prefix for other in rare[shingle] if sizes[other] >= least}
        if found:
            marked[mine] = True
            for others, common in _common(sorted(found), shared, begin, marked):
                similarity = common / (sizes[others] + size - common)
                for other, value in zip(others.tolist(), similarity.tolist(), strict=True):
                    if value >= threshold:
                        yield min(one, other), max(one, other), value
            marked[mine] = False
        for shingle in prefix:
            rare[shingle].append(one)


def _shared(sets: list[NDArray[np.uint64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the shingles that several sets have, rarest first; give each set's in order, and where each set begins."""
    whole = np.concatenate([np.empty(0, np.uint64), *sets])
    owner = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    values, frequency = np.unique(whole, return_counts=True)
    common = frequency > 1
    values, frequency = values[common], frequency[common]
    rank = np.empty(len(values), np.int64)
    rank[np.argsort(frequency, kind="stable")] = np.arange(len(values))
    if not len(values):
        return np.empty(0, np.int64), np.zeros(len(sets) + 1, np.int64)
    place = np.minimum(np.searchsorted(values, whole), len(values) - 1)
    known = values[place] == whole
    owner, number = owner[known], rank[place[known]]
    number = number[np.lexsort((number, owner))]
    return number, np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=len(sets)))))


def _common(
    others: list[int], shared: NDArray[np.int64], begin: NDArray[np.int64], marked: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Count the marked shingles of some sets, a bounded number of shingles at a time."""
    chosen = np.array(others)
    lengths = begin[chosen + 1] - begin[chosen]
    for part in np.split(np.arange(len(chosen)), np.flatnonzero(np.diff(np.cumsum(lengths) // AT_ONCE)) + 1):
        starts = np.concatenate(([0], np.cumsum(lengths[part])[:-1]))
        at = np.arange(lengths[part].sum()) + np.repeat(begin[chosen[part]] - starts, lengths[part])
        yield chosen[part], np.add.reduceat(marked[shared[at]].astype(np.int64), starts)


def pairs(corpus: Path, threshold: float) -> Iterator[tuple[str, str, float]]:
    """Give the ids of all similar pairs of a JSON Lines file."""
    names: list[str] = []

    def texts() -> Iterator[str]:
        with corpus.open("rb") as file:
            for row in map(orjson.loads, file):
                names.append(row["id"])
                yield row["text"]

    for one, other, value in similar([*shingle_hashes(texts())], threshold):
        yield names[one], names[other], value


def write(corpus: Path, out: Path, threshold: float) -> None:
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{one}\t{other}\t{value:.6f}\n" for one, other, value in sorted(pairs(corpus, threshold)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threshold", type=float, default=0.7)
    given = parser.parse_args()
    write(given.corpus, given.out, given.threshold)
