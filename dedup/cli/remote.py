"""
Corpora on other machines: fetched before they are cleaned, and put there when they are clean.

Files come one by one, in blocks, into a folder that stays until all is done, so that a run that was cut short goes on
from what it has. The ledger is put there last: a folder without one is unfinished.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import orjson

from dedup.errors import DedupError, ReadError, SettingsError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NEEDED: Final = {"s3": "s3fs", "gs": "gcsfs", "hf": "huggingface_hub"}
"""What fsspec needs for each kind of address."""
_ADDRESS: Final = re.compile(rf"({'|'.join(NEEDED)}):/+([^/].*)")
_BLOCK: Final = 1 << 20
_FETCHED: Final = "fetched.json"


def address(path: Path) -> str | None:
    """Give the address that a path on the command line means, None for a file or folder of this machine."""
    found = _ADDRESS.fullmatch(path.as_posix())  # a path has lost one of two slashes
    return f"{found[1]}://{found[2]}" if found else None


class Store:
    """A file or folder on another machine, with its faults told apart."""

    def __init__(self, url: str) -> None:
        """Find out how it is reached. Raises `SettingsError` where the program for it is not installed."""
        self.url = url.rstrip("/")
        kind = url.partition(":")[0]
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra

            self._system, self._path = url_to_fs(self.url)
        except ImportError as fault:
            remedy = f"pip install 'corpus-dedup[remote]', or fsspec and {NEEDED[kind]}"
            raise SettingsError(url, f"{NEEDED[kind]} is not installed", remedy=remedy) from fault

    def files(self) -> dict[str, dict[str, Any]]:
        """Give what is known of the files below, by their names from here on; of a file by its own, by an empty one."""
        with self._faults(ReadError):
            self._system.invalidate_cache()
            found: dict[str, dict[str, Any]] = self._system.find(self._path, detail=True)
        return {name.removeprefix(self._path).lstrip("/"): known for name, known in sorted(found.items())}

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to this machine; it appears when it is complete."""
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.partial")
        with self._faults(ReadError), self._system.open(self._below(name), "rb") as source, partial.open("wb") as file:
            shutil.copyfileobj(source, file, _BLOCK)
        partial.replace(target)

    def put(self, source: Path, name: str) -> None:
        """Copy a file of this machine there."""
        with self._faults(WriteError), source.open("rb") as file, self._system.open(self._below(name), "wb") as target:
            shutil.copyfileobj(file, target, _BLOCK)

    def remove(self, names: Sequence[str]) -> None:
        """Remove files."""
        with self._faults(WriteError):
            for name in names:
                self._system.rm_file(self._below(name))

    def _below(self, name: str) -> str:
        return f"{self._path}/{name}" if name else self._path

    @contextmanager
    def _faults(self, kind: type[ReadError | WriteError]) -> Iterator[None]:
        try:
            yield
        except DedupError:
            raise
        except FileNotFoundError as fault:
            raise kind(self.url, "no such bucket, file or folder", remedy="check the address") from fault
        except PermissionError as fault:
            raise kind(self.url, "access denied", remedy="check credentials and permissions") from fault
        except Exception as fault:  # each kind of store has its own
            told = " ".join(str(fault).split()) or type(fault).__name__
            raise kind(self.url, told, remedy="check address and credentials, and run again") from fault


def fetched(paths: Sequence[Path], folder: Path) -> list[Path]:
    """
    Bring remote files of kinds that can be read into a folder, and tell where they and the local ones are.

    What an earlier call has brought is left alone if it is still the same there.
    """
    urls = [url for path in paths if (url := address(path))]
    if not urls:
        return list(paths)
    if len(urls) < len(paths):
        raise ReadError(urls[0], "files of this machine are among the inputs", remedy="clean them apart")
    from dedup import formats  # noqa: PLC0415 - kernels and Arrow, which --help does not need

    state = folder / _FETCHED
    known = orjson.loads(state.read_bytes()) if state.exists() else {}
    made: list[Path] = []
    for url in urls:
        store = Store(url)
        own = folder / url.replace("://", "/").rstrip("/")
        files = {name: facts for name, facts in store.files().items() if formats.suffix_of(name or store.url)}
        if not files:
            raise ReadError(url, "no readable file", remedy="check the address")
        for name, facts in files.items():
            version = [facts["size"], str(facts.get("ETag") or facts.get("mtime") or facts.get("LastModified"))]
            target = own / name if name else own
            if known.get(str(target)) != version or not target.exists():
                store.fetch(name, target)
                known[str(target)] = version
                state.write_bytes(orjson.dumps(known))
        made.append(own)
    return made


def check_free(url: str, inputs: Sequence[Path]) -> None:
    """Raise `WriteError` where a cleaned corpus may not be put: inside an input, or among files of somebody else."""
    there = [other for path in inputs if (other := address(path))]
    for other in there:
        one, two = (f"{each.rstrip('/')}/" for each in (url, other))
        if one.startswith(two) or two.startswith(one):
            raise WriteError(url, f"output and input {other} lie inside one another", remedy="choose another -o")
    names = Store(url).files()
    if names and "ledger.jsonl" not in names:
        raise WriteError(url, "holds files that are not from an earlier cleaning", remedy="choose another -o")


def delivered(folder: Path, url: str) -> None:
    """Put a cleaned corpus in place of an earlier one, the ledger last."""
    store = Store(url)
    earlier = store.files()
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    last = "ledger.jsonl"
    if last in earlier:
        store.remove([last])
    for name in (*(name for name in names if name != last), last):
        store.put(folder / name, name)
    store.remove([name for name in earlier if name not in names])


@contextmanager
def staged(
    home: Path, inputs: Sequence[Path], output: Path | None, *, keep: bool
) -> Iterator[tuple[list[Path], Path | None]]:
    """
    Give local paths for remote ones: inputs that have been fetched, and an output that is put in place at the end.

    What was fetched stays below `home` after a fault, so that the same call goes on from there, and goes at the end.
    """
    url = output and address(output)
    remote = [address(path) for path in inputs]
    if not url and not any(remote):
        yield list(inputs), output
        return
    if url:
        check_free(url, inputs)
    folder = home / hashlib.sha256(orjson.dumps([remote, url])).hexdigest()[:32]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = fetched(inputs, folder)
    yield paths, folder / "cleaned" if url else output
    if url:
        delivered(folder / "cleaned", url)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
