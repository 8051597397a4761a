"""
Measure what lines that recur in other documents add to the line model.

    python training/recurring.py DATA

Cleans the labelled pages of the first part with the line model that has not seen their sites, without and with knowing
which lines recur among all labelled pages that were made into text the same way. Rules are not asked. Prints a table.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import numpy as np
import pyarrow as pa
from pages import labelled
from together import gone
from tune import COUNTED, counts

from dedup.boilerplate import model
from dedup.boilerplate.model.weights import read
from dedup.boilerplate.rules import RULES
from dedup.engines.shards import Shard, Spool
from dedup.kernel.line_keys import Recurring
from dedup.pipeline.document import strip_again
from dedup.pipeline.recurrence import Counting, counted, lines
from dedup.pipeline.rows import CHANGING, DOCUMENTS
from dedup.settings import Boilerplate, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages import Page

UNSEEN: Final = Path(__file__).with_name("without_part_0.bin")
say: Final = partial(print, flush=True)
POINTS: Final = (Boilerplate.GENTLE, Boilerplate.DEFAULT, Boilerplate.STRICT)


def main(data: Path) -> None:
    """Print the table."""
    every = labelled(data)
    unseen = read(UNSEEN.read_bytes())
    say("| text | point | lines that recur | loss | recall | with them: loss | recall |")
    say("|---|---|---:|---:|---:|---:|---:|")
    with patch.object(model, "shipped", lambda: unseen):
        for version in sorted({page.version for page in every}):
            pages = [page for page in every if page.version == version]
            known = recurring(pages)
            part = [page for page in pages if page.fold == 0]
            for point in POINTS:
                alone, weighed = (measured(part, point, recur) for recur in (Recurring.none(), known))
                say(f"| {version} | {point} | {len(known.keys):,} | {alone} | {weighed} |")


def recurring(pages: Sequence[Page]) -> Recurring:
    """Find the lines that recur in pages."""
    texts = pa.array([page.text.decode() for page in pages], pa.large_string())
    spool = Spool(DOCUMENTS, CHANGING)
    ranks = pa.array(np.zeros(len(texts), np.int32))
    spool.append(Shard({DOCUMENTS: pa.RecordBatch.from_arrays([texts, ranks], ["base", "rank"])}))
    short = Counting(spool, Settings().paragraphs.paragraph_words)
    return counted([Shard(lines(short))], len(texts) << 16, copies=False)


def measured(pages: Sequence[Page], point: Boilerplate, known: Recurring) -> str:
    """Give the share of the text that is lost, and that of the boilerplate that goes."""
    settings = Settings.of({"boilerplate": point, "steps": ["boilerplate"], "ignore": [rule.code for rule in RULES]})
    documents = [{"id": str(place), "base": page.text.decode()} for place, page in enumerate(pages)]
    stripped = strip_again(documents, [()] * len(pages), settings, known)
    found = [counts(page, np.fromiter(gone(page, one), np.bool_)) for page, one in zip(pages, stripped, strict=True)]
    total = dict(zip(COUNTED, np.sum(found, axis=0).tolist(), strict=True))
    return f"{total['keep gone'] / total['keep']:.4f} | {total['drop gone'] / total['drop']:.3f}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
