"""Compiling ahead: everything that a cleaning may call is called once, on a corpus of a few lines."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from dedup import formats
from dedup.pipeline import files
from dedup.settings import Settings, Step

WORDS: Final = (
    "eleven ships left the harbour at dawn and only nine of them came back before the great storm of the year"
)
PROSE: Final = f"{WORDS.capitalize()}. “Größe” 日本語 ไทย 한국어 नमस्ते.\n\n"


def warm() -> None:
    """Clean a few documents of every format whose tables differ, and list their pairs."""
    texts = [
        PROSE,
        PROSE.upper(),
        PROSE + "A line more.",
        f"{PROSE}{WORDS[::-1]} {PROSE}" * 2,
        f"Another beginning.\n\n{PROSE}And another end.\n\nShare this article\n\nAdvertisement\n",
        "",
    ]
    with tempfile.TemporaryDirectory(prefix="dedup-") as name:
        folder = Path(name)
        inputs = folder / "in"
        inputs.mkdir()
        own = "Wholly other words are found in this record.\n\nSubscribe to our newsletter"
        records = [{"id": f"r{number}", "n": number, "text": text} for number, text in enumerate([*texts, own])]
        (inputs / "a.jsonl").write_bytes(b"\n".join(map(orjson.dumps, records)))
        pq.write_table(
            pa.Table.from_pylist([{**record, "id": f"p{record['n']}"} for record in records]), inputs / "b.parquet"
        )
        for number, text in enumerate(texts):
            (inputs / f"{number}.txt").write_text(text, encoding="utf-8")
        files.clean([inputs], folder / "out", Settings(), page=False)
        sources = formats.find([inputs])
        with files.gathered(sources, Settings(steps=(Step.DOCUMENTS,))) as corpus:
            list(corpus.pairs())
