# /// script
# dependencies = ["datatrove==0.10.1", "orjson==3.13.0", "tokenizers==0.23.3", "xxhash==3.8.2", "regex==2026.11.15"]
# ///
"""
datatrove: its MinHash pipeline of four stages, run on all cores by its local executor.

The corpus is cut into files first, because a task reads whole files. Words are what stands between spaces once the
pipeline has normalised the text (its default is a tokenizer of spaCy, which is slower), and numbers stay as they are.
It joins all that share a bucket (16 of 8) into clusters without measuring anything, and writes one document of each.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.utils.text import TextNormConfig
from datatrove.utils.word_tokenizers import WordTokenizer
from shared import CORES, PERMUTATIONS, SHINGLE, chunks, job, records, write

if TYPE_CHECKING:
    from collections.abc import Iterable

BUCKETS: Final = 16
FILES: Final = 2 * CORES


class Spaces(WordTokenizer):
    """Cuts at spaces; the pipeline calls the first method alone."""

    def word_tokenize(self, text: str) -> list[str]:
        """Give the words."""
        return text.split()

    def sent_tokenize(self, text: str) -> list[str]:
        """Take the text for one sentence."""
        return [text]

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        """Take the text for one span."""
        return [(0, len(text))]


def clusters(corpus: Path, folder: Path) -> Iterable[list[str]]:
    names = cut(corpus, folder / "in")
    config = MinhashConfig(
        n_grams=SHINGLE,
        num_buckets=BUCKETS,
        hashes_per_bucket=PERMUTATIONS // BUCKETS,
        norm_config=TextNormConfig(norm_numbers=False),
    )
    at = {name: str(folder / name) for name in ("in", "signatures", "buckets", "clusters", "out")}
    reader = JsonlReader(at["in"])
    stages = (
        (FILES, [reader, MinhashDedupSignature(at["signatures"], config, Spaces())]),
        (BUCKETS, [MinhashDedupBuckets(at["signatures"], at["buckets"], config=config)]),
        (1, [MinhashDedupCluster(at["buckets"], at["clusters"], config, save_cluster_id=True)]),
        (FILES, [reader, MinhashDedupFilter(at["clusters"]), JsonlWriter(at["out"], compression=None)]),
    )
    for number, (tasks, stage) in enumerate(stages):
        LocalPipelineExecutor(stage, tasks, workers=CORES, logging_dir=str(folder / f"log{number}")).run()
    found: dict[int, list[str]] = defaultdict(list)
    for file in sorted((folder / "clusters").glob("*.clusters")):
        for document, cluster in struct.iter_unpack("<2I", file.read_bytes()):
            found[cluster].append(names[int(file.stem)][document])
    return found.values()


def cut(corpus: Path, folder: Path) -> list[list[str]]:
    """Deal the lines of a corpus out to files, and give the names of each file's documents."""
    folder.mkdir()
    names: list[list[str]] = [[] for _ in range(FILES)]
    files = [(folder / f"{at:03}.jsonl").open("wb") for at in range(FILES)]
    for number, lines in enumerate(chunks(corpus)):
        files[number % FILES].writelines(lines)
        names[number % FILES] += (name for name, _ in records(lines))
    for file in files:
        file.close()
    return names


if __name__ == "__main__":
    given = job()
    with TemporaryDirectory(dir=given.output.parent) as temporary:
        write(given.output, clusters(given.corpus, Path(temporary)))
