"""Making and changing an index of files: their documents as they are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import formats
from dedup.engines.local import Engine
from dedup.errors import DuplicateId, SettingsError
from dedup.index.segment import Segment
from dedup.index.store import Index, changing, creating
from dedup.pipeline.corpus import silent
from dedup.pipeline.reading import readings, unpacked
from dedup.pipeline.segments import keys, of_keys, segment
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dedup.engines.local import Resources
    from dedup.engines.shards import Shard
    from dedup.index.store import Writer
    from dedup.pipeline.corpus import Progress


def build(
    paths: Sequence[Path],
    folder: Path,
    settings: Settings,
    progress: Progress = silent,
    resources: Resources | None = None,
) -> int:
    """
    Make an index of all documents of files, and count them.

    Raises `ReadError`, `DuplicateId` or `WriteError`; there is no index then.
    """
    steps = tuple(step for step in (Step.PARAGRAPHS, Step.DOCUMENTS) if step in settings.steps)
    wanted = Settings(
        steps=steps or (Step.DOCUMENTS,), read=settings.read, match=settings.match, paragraphs=settings.paragraphs
    )
    with creating(folder, keys(wanted)) as writer:
        _append(paths, writer, None, wanted, progress, resources)
        return writer.documents


def add(
    paths: Sequence[Path],
    folder: Path,
    settings: Settings,
    progress: Progress = silent,
    resources: Resources | None = None,
) -> int:
    """
    Add all documents of files to an index, read as `settings` say, and count those that it has then.

    Raises as `build` does, and where another process is at work on the index; it then is as it was.
    """
    with changing(folder) as writer:
        index = Index(folder)
        wanted = replace(of_keys(index.manifest.keys), read=settings.read)
        _append(paths, writer, index, wanted, progress, resources)
        return writer.documents


def remove(names: Sequence[str], folder: Path) -> int:
    """Remove documents from an index by their ids, and count those that stay. Raises `SettingsError` for others."""
    with changing(folder) as writer:
        found = Index(folder).named(names)
        if unknown := [name for name in names if name not in found]:
            raise SettingsError("id", f"no document {unknown[0]!r} in {folder}", remedy="name ids that the index holds")
        writer.remove(np.unique(np.array(list(found.values()), np.int64)))
        return writer.documents


def _append(  # noqa: PLR0913, PLR0917 - what, where to, what is there, and how
    paths: Sequence[Path],
    writer: Writer,
    index: Index | None,
    settings: Settings,
    progress: Progress,
    resources: Resources | None,
) -> None:
    inputs = formats.find(paths)
    with Engine(resources) as engine:
        tasks = unpacked(readings(inputs.sources, settings, writes=False), engine)
        parts = []
        for shard in engine.run("index", segment, tasks, interpreted=False):
            parts.append(Segment(partial(_tables, shard), "memory"))
            progress("reading", len(parts), len(tasks))
        _check_ids(parts, index, ", ".join(map(str, paths)))
        writer.append(parts)


def _tables(shard: Shard, name: str) -> list[pa.RecordBatch]:
    return [shard.table(name)]


def _check_ids(parts: Sequence[Segment], index: Index | None, told: str) -> None:
    """Raise `DuplicateId` where two documents of segments, or one of them and one of an index, go by one name."""
    columns = [batch.column("id") for part in parts for _, batch in part.batches()]
    if index is not None:
        for column in columns:
            if there := index.named(column.to_pylist()):
                raise DuplicateId(min(there), str(index.folder), told)
    ids = pa.chunked_array(columns, pa.large_string())
    ordered = ids.take(pc.sort_indices(ids)).combine_chunks()
    if (twice := pc.index(pc.equal(ordered[1:], ordered[:-1]), value=True).as_py()) >= 0:
        raise DuplicateId(ordered[twice].as_py(), told, told)
