"""
What was made of the files of a corpus, kept for the next time: a file that is the same is not read again.

The folder may be deleted whenever one likes. What stands there is used if it was made of the same bytes by the same
code under the same settings, and is undamaged; else it is made anew, in silence.
"""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
from contextlib import suppress
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeVar

import numpy as np
import orjson
import pyarrow as pa

from dedup.engines.shards import Shard, stored
from dedup.pipeline.identity import Stat, sha256_of, stamp
from dedup.pipeline.rows import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dedup.engines.local import Engine
    from dedup.formats import Inputs, Source
    from dedup.settings import Settings

T = TypeVar("T")

LARGEST: Final = 1 << 30
"""Bytes of the largest corpus that is kept; what is kept takes about three times as many."""
FINDINGS: Final = 1 << 26
"""Bytes of findings that are kept."""
FRAGMENTS: Final = 16
"""Shards, besides one for each piece of the corpus, from which on all are joined."""
UNUSED: Final = 30 * 24 * 3600
"""Seconds after which what nobody has used is removed."""
BUSY: Final = 3600
"""Seconds for which another process may be about to refer to a shard that nothing refers to."""
STATE: Final = "state.json"


class Known(NamedTuple):
    """A file of which rows are kept."""

    stat: Stat
    certain: bool
    """Whether the same `stat` means the same bytes."""
    sha256: str
    rows: list[tuple[str, int, int]]
    """Names of shards, and from which row up to which."""


NOTHING: Final = Stat(0, 0, 0, 0)


class Cache:
    """Shards of a corpus's files and findings in them, as an earlier run left them and as the next will find them."""

    def __init__(self, home: Path, inputs: Inputs, settings: Settings) -> None:
        """Look up what is kept below `home` of these files under these settings."""
        corpus = orjson.dumps([str(inputs.root), settings.digest()])
        self._folder = home / hashlib.sha256(corpus).hexdigest()[:32]
        self._sources = inputs.sources
        self._now = time.time_ns()
        self._stats = [Stat.of(source.path) for source in inputs.sources]
        self._files: dict[int, Known] = {}
        self._digests: dict[str, dict[str, str]] = {}
        self._findings: dict[str, str] = {}
        with suppress(OSError, ValueError, LookupError, TypeError):
            self._load()

    @classmethod
    def of(cls, home: Path | None, inputs: Inputs, settings: Settings) -> Self | None:
        """Look up what is kept, if there is a `home` and the corpus is small enough."""
        cache = cls(home, inputs, settings) if home else None
        return cache if cache and cache.size <= LARGEST else None

    @property
    def size(self) -> int:
        """Bytes of the corpus."""
        return sum(stat.size for stat in self._stats if stat)

    def _load(self) -> None:
        state = orjson.loads((self._folder / STATE).read_bytes())
        if state["stamp"] != stamp():
            return
        kept = {name: Known(Stat(*stat), *rest) for name, stat, *rest in state["files"]}
        files = {}
        for number, source in enumerate(self._sources):
            if (known := kept.get(_name(source))) and (same := self._same(number, known)):
                files[number] = same
        self._files, self._digests, self._findings = files, state["shards"], state["findings"]

    @cached_property
    def _shards(self) -> dict[str, Shard]:
        """All shards that are kept; none if one of them is damaged."""
        try:
            return {name: self._opened(name, digests) for name, digests in self._digests.items()}
        except (OSError, ValueError, pa.ArrowException):
            self._files, self._digests, self._findings = {}, {}, {}
            return {}

    @cached_property
    def fresh(self) -> list[int]:
        """The numbers of the files that have to be read."""
        return [number for number in range(len(self._sources)) if not self._shards or number not in self._files]

    def _opened(self, name: str, digests: dict[str, str]) -> Shard:
        """Map all tables of a shard, so that nobody can take them away. Raises `ValueError` for damaged ones."""
        tables = {}
        for table, sha256 in digests.items():
            with pa.memory_map(str(self._folder / name / f"{table}.arrow")) as file:
                data = file.read_buffer()
            if hashlib.sha256(data).hexdigest() != sha256:
                raise ValueError(name)
            tables[table] = pa.ipc.open_file(data).get_batch(0)
        return Shard(tables)

    def _same(self, number: int, known: Known) -> Known | None:
        """Tell what is kept of a file if it is as it was: by its times, or where they cannot tell by its bytes."""
        stat = self._stats[number]
        if stat is None or stat.size != known.stat.size:
            return None
        if known.certain and stat == known.stat:
            return known
        if sha256_of(self._sources[number].path) != known.sha256:
            return None
        return known._replace(stat=stat, certain=stat.certain(self._now))

    def shards(self, made: Iterable[Shard], engine: Engine) -> Iterator[Shard]:
        """Give the rows of all files in order, once those of the fresh ones are `made`."""
        from dedup.pipeline.splicing import assembled  # noqa: PLC0415 - where nothing has changed it is not needed

        self._files |= {number: Known(NOTHING, certain=False, sha256="", rows=[]) for number in self.fresh}
        for shard in made:
            self._add(shard)
        tables = enumerate(assembled(self._rows()))
        joined = [engine.keep(some, "cached", number) for number, some in tables]
        if len(self._shards) > len(joined) + FRAGMENTS:
            self._shards.clear()
            for known in self._files.values():
                known.rows.clear()
            for shard in joined:
                self._add(shard)
        yield from joined

    def _add(self, shard: Shard) -> None:
        """Remember which rows of a shard are from which files."""
        if not shard.table(DOCUMENTS).num_rows:
            return
        name = uuid.uuid4().hex
        self._shards[name] = Shard(shard.all())
        files = shard.table(DOCUMENTS).column("file").to_numpy()
        starts = np.flatnonzero(np.diff(files, prepend=-1)).tolist()
        for start, end in pairwise([*starts, len(files)]):
            self._files[int(files[start])].rows.append((name, start, end))

    def _rows(self) -> Iterator[tuple[Shard, int, int, int]]:
        """Give the rows of all files in order: the shard, from which up to which, and the number of the file."""
        for number, known in sorted(self._files.items()):
            for name, start, end in known.rows:
                yield self._shards[name], start, end, number

    def told(self) -> list[bytes] | None:
        """Give the findings if no file has changed since; see `keeping`."""
        with suppress(OSError, LookupError):
            if self._findings["of"] != self._corpus():
                return None
            data = (self._folder / self._findings["file"]).read_bytes()
            if hashlib.sha256(data).hexdigest() == self._findings["sha256"]:
                self._write_state()
                return data.splitlines(keepends=True)
        return None

    def _corpus(self) -> str:
        """Give a digest of what findings depend on, besides code and settings."""
        files = [(_name(source), self._files[number].sha256) for number, source in enumerate(self._sources)]
        return hashlib.sha256(orjson.dumps([str(Path.cwd()), files])).hexdigest()

    def keeping(self, findings: Iterable[T], dump: Callable[[T], bytes]) -> Iterator[T]:
        """
        Pass all findings in the corpus on, and then write down what is known, they too, a line each.

        Paths in them are as seen from the folder that we are in. Too many findings are not kept; where nothing can be
        written nothing is.
        """
        lines: list[bytes] = []
        room = FINDINGS
        for found in findings:
            line = dump(found)
            room -= len(line)
            if room >= 0:
                lines.append(line)
            yield found
        with suppress(OSError, pa.ArrowException):
            self._keep(b"".join(lines) if room >= 0 else None)

    def _keep(self, findings: bytes | None) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._look_again()
        used = {name for known in self._files.values() for name, *_ in known.rows}
        self._digests = {name: self._digests.get(name) or self._store(name) for name in sorted(used)}
        self._findings = {}
        if findings is not None and len(self._files) == len(self._sources):
            name = f"{uuid.uuid4().hex}.jsonl"
            (self._folder / name).write_bytes(findings)
            self._findings = {"of": self._corpus(), "file": name, "sha256": hashlib.sha256(findings).hexdigest()}
        self._write_state()
        self._clear()

    def _look_again(self) -> None:
        """Say what fresh files hold; forget those that have changed since we looked, and pages not read whole."""
        for number in self.fresh:
            path, stat = self._sources[number].path, self._stats[number]
            known = self._files.pop(number)
            if stat is None or self._in_part(known):
                continue
            sha256 = sha256_of(path)
            if Stat.of(path) == stat:
                self._files[number] = Known(stat, stat.certain(self._now), sha256, known.rows)

    def _in_part(self, known: Known) -> bool:
        return any(
            self._shards[name].table(DOCUMENTS).column("problem")[row].as_py()
            for name, start, end in known.rows
            for row in range(start, end)
        )

    def _store(self, name: str) -> dict[str, str]:
        tables = self._shards[name].all()
        stored(tables, self._folder / name, durable=False)
        return {table: sha256_of(self._folder / name / f"{table}.arrow") for table in tables}

    def _write_state(self) -> None:
        files = [
            (_name(self._sources[number]), tuple(known.stat), *known[1:])
            for number, known in sorted(self._files.items())
        ]
        state = {"stamp": stamp(), "shards": self._digests, "findings": self._findings, "files": files}
        partial = self._folder / f".{uuid.uuid4().hex}.partial"
        partial.write_bytes(orjson.dumps(state))
        partial.replace(self._folder / STATE)

    def _clear(self) -> None:
        """Remove what is not referred to any more, and corpora that nobody has checked for long."""
        now = time.time()
        for path in self._folder.iterdir():
            if path.name not in (STATE, self._findings.get("file"), *self._digests) and _age(path, now) > BUSY:
                _remove(path)
        for path in self._folder.parent.iterdir():
            if _age(path / STATE, now) > UNUSED:
                _remove(path)


def _name(source: Source) -> str:
    """Name a file and all that is known of it before it is read."""
    return f"{source.name}//settled" if source.settled else source.name


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except OSError:
        return 0.0


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
