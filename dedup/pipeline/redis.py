"""
The door to datasketch: an index's signatures in a `MinHashLSH` with Redis storage, and such a storage made an index.

Signatures are datasketch's own (`affine32`), so both find the same candidates for the same bands. A storage holds no
texts, which exact comparison needs: these come from files, and each must have the signature that the storage has.
"""

from __future__ import annotations

import io
import pickle
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from dedup import formats, sketch
from dedup.errors import ReadError, SettingsError
from dedup.kernel.arrays import Texts
from dedup.pipeline import indexing
from dedup.pipeline.files import gathered
from dedup.pipeline.segments import of_keys
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from datasketch import MinHashLSH

    from dedup.index.store import Index
    from dedup.kernel.arrays import U32
    from dedup.settings import MatchSettings


def storage(url: str, basename: str, settings: MatchSettings) -> MinHashLSH:
    """
    Open a `MinHashLSH` on a server, `redis://host:port/database`, with the bands of some settings.

    Raises `SettingsError` for another kind of address, or where the package `redis` is missing.
    """
    try:
        import redis  # noqa: F401, PLC0415 - datasketch takes it up when it is imported
    except ImportError as fault:
        remedy = "pip install 'corpus-dedup[redis]'"
        raise SettingsError("redis", "the package `redis` is not installed", remedy=remedy) from fault
    from datasketch import MinHashLSH  # noqa: PLC0415 - a second that nothing else should cost

    parts = urlsplit(url)
    if parts.scheme != "redis" or not parts.hostname:
        raise SettingsError("redis", f"{url!r} will not do", remedy="give an address such as redis://localhost:6379/0")
    server: dict[str, Any] = {"host": parts.hostname, "port": parts.port or 6379, "db": int(parts.path.strip("/") or 0)}
    if parts.password:
        server["password"] = parts.password
    config = {"type": "redis", "basename": basename.encode(), "redis": server}
    return MinHashLSH(num_perm=settings.permutations, params=tuple(sketch.banding(settings)), storage_config=config)


@contextmanager
def answering(url: str) -> Iterator[None]:
    """Raise `ReadError` where the server does not answer."""
    import redis  # noqa: PLC0415 - as above

    try:
        yield
    except redis.exceptions.RedisError as fault:
        problem = " ".join(str(fault).split())
        raise ReadError(url, problem, remedy="start the server, or name another --redis") from fault


def put(index: Index, lsh: MinHashLSH) -> int:
    """Insert the documents of an index, those without words left out, and count them."""
    from datasketch import MinHash  # noqa: PLC0415 - as above

    wanted = of_keys(index.manifest.keys).match
    if lsh.keys.size():
        told = "the storage holds documents already"
        raise SettingsError("basename", told, remedy="choose another --basename, or empty the storage")
    count = 0
    with lsh.insertion_session() as session:
        for batch in index.batches():
            made = sketch.sketch(Texts.of(batch.column("text")), wanted)
            for place, name in enumerate(batch.column("id").to_pylist()):
                if made.words[place]:
                    minhash = MinHash(hashvalues=made.signatures[place], seed=wanted.seed, scheme="affine32")
                    session.insert(name, minhash, check_duplication=False)
                    count += 1
    return count


def stored(lsh: MinHashLSH) -> Iterator[tuple[str, U32]]:
    """Give the names in a storage, and of the signature of each the values that its bands are made of."""
    for key in lsh.keys:
        bands = lsh.keys.get(key)
        yield _name(key), np.frombuffer(b"".join(bands), ">u4").astype(np.uint32)


def take(paths: Sequence[Path], folder: Path, lsh: MinHashLSH, settings: Settings) -> int:
    """
    Make an index of the documents of files, which must be those of a storage, and count them.

    Raises `SettingsError` where the storage has another signature of a document, or has others.
    """
    plain = Settings(steps=(Step.DOCUMENTS,), read=settings.read, match=settings.match)
    waiting = dict(stored(lsh))
    with gathered(formats.find(paths), plain) as corpus:
        for outcome in corpus.outcomes():
            name, text = outcome.incoming.entry.id, outcome.incoming.text
            made = sketch.sketch(Texts.of_strings([text]), settings.match)
            if not made.words[0]:
                continue
            values = waiting.pop(name, None)
            if values is None or not np.array_equal(made.signatures[0, : len(values)], values):
                told = "is not in the storage" if values is None else "has another signature in the storage"
                remedy = "use its shingles, permutations and seed, and the texts that it was made of"
                raise SettingsError("redis", f"{name!r} {told}", remedy=remedy)
    if waiting:
        told = f"the storage has {len(waiting)} more documents, such as {min(waiting)!r}"
        raise SettingsError("redis", told, remedy="name all files of its texts")
    return indexing.build(paths, folder, settings)


class _Plain(pickle.Unpickler):
    """Reads strings, and nothing that could do anything."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - never returns
        raise pickle.UnpicklingError(f"{module}.{name} is no name of a document")


def _name(key: bytes) -> str:
    """Give the name that a storage has for a document, pickled, as datasketch does by default, or as bytes."""
    try:
        found = _Plain(io.BytesIO(key)).load()
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError, AttributeError, TypeError):
        found = key
    return found.decode(errors="replace") if isinstance(found, bytes) else str(found)
