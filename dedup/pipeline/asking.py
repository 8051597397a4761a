"""Which documents of an index are like a text: all that are found, not only the one because of which it would go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dedup import cluster
from dedup.engines.local import Engine
from dedup.engines.shards import Shard, Spool
from dedup.formats.entry import Entry
from dedup.kernel.likeness import DIGITS
from dedup.pipeline import rows
from dedup.pipeline.against import Against
from dedup.pipeline.reading import shard
from dedup.pipeline.rows import CHANGING, DOCUMENTS, Incoming
from dedup.pipeline.sources import Documents
from dedup.records import Likeness
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Asking:
    """Compares texts with the documents of an index, as they are."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Open an index. Raises `ReadError` where it is damaged, `SettingsError` where settings do not fit."""
        self._settings = replace(settings, steps=(Step.DOCUMENTS,))
        self._against = Against(folder, self._settings)

    def like(self, text: str) -> tuple[Likeness, ...]:
        """Give the documents that match a text, as it compares with each, the most alike first; ties by id."""
        spool = Spool(DOCUMENTS, CHANGING)
        own = spool.append(Shard(shard([rows.batch([Incoming(0, Entry("", text))])], self._settings)))
        found = self._against.related(spool, own)
        if not len(found):
            return ()
        others = spool.append(Shard(self._against.shard(found)))
        criteria = cluster.Criteria.of(self._settings.match)
        with Engine() as engine:
            source = Documents(spool, self._settings.match, engine)
            pairs = cluster.compared(source, np.zeros_like(others), others, criteria).matching(criteria)
        names = spool.column("id", pairs.right).to_pylist()
        alike = _told(names, pairs)
        return tuple(sorted(alike, key=lambda one: (-(one.likeness or 0), -one.jaccard, one.document)))


def _told(names: list[str], pairs: cluster.Pairs) -> Iterator[Likeness]:
    counts = (column.tolist() for column in (pairs.shared, pairs.left_size, pairs.right_size))
    parts = pairs.left_parts.round(DIGITS).tolist() or [[]] * len(names)
    for name, shared, size, other, told in zip(names, *counts, parts, strict=True):
        union = size + other - shared
        yield Likeness(name, shared / union, shared / size, shared, union, *told[-1:], *told[:-1])
