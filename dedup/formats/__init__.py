"""
The file formats, one file each; a module here with a `FORMAT` adds a format.

Also the way from paths on the command line to files with names: every input file goes by its path below the deepest
folder that holds all inputs, so that the order in which they are given changes nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NoReturn

from dedup.errors import ReadError
from dedup.formats.entry import is_name
from dedup.formats.packing import PACKINGS, Packing, packing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

    from dedup.formats.entry import Format, Part
    from dedup.settings import ReadSettings

FORMATS: Final[tuple[Format, ...]] = tuple(
    module.FORMAT
    for found in sorted(iter_modules(__path__))
    if hasattr(module := import_module(f"{__name__}.{found.name}"), "FORMAT")
)
SUFFIXES: Final = {
    suffix + packed: known
    for known in FORMATS
    for suffix in known.suffixes
    for packed in ("", *(packing.suffix for packing in PACKINGS if known.packed))
}
"""The formats by the ends of files' names."""
_KNOWN: Final = ", ".join(sorted(suffix for known in FORMATS for suffix in known.suffixes)) + "".join(
    f", with {packing.suffix}" for packing in PACKINGS
)

OWN: Final = ("ledger.jsonl", "report.json", "report.html")
"""Files that stand beside a cleaned corpus and are no part of it."""


@dataclass(frozen=True, slots=True)
class Source:
    """An input file: where it is, the name it goes by, and how it is read."""

    path: Path
    name: str
    format: Format
    unpacked: Path | None = None
    """A copy that is not compressed, in which places can be looked up at once."""
    settled: bool = False
    """Whether nothing goes from it, as from a reference source."""

    @property
    def output(self) -> str:
        """The name of its cleaned file, which is compressed as it is."""
        return self._named("")

    def story(self, number: int) -> str:
        """Name the file of a second story found in it: `a.txt` has `a.2.txt`."""
        return self._named(f".{number}")

    def _named(self, mark: str) -> str:
        end = len(self.name) - len(suffix_of(self.name))
        stem, suffix = self.name[:end], self.name[end:]
        packed = self.packing.suffix if self.packing else ""
        return f"{stem}{mark}{self.format.writes + packed if self.format.writes else suffix}"

    @property
    def packing(self) -> Packing | None:
        """How it and its cleaned file are compressed."""
        return packing_of(self.path) if self.format.packed else None

    def batches(self, settings: ReadSettings, part: Part) -> Iterator[pa.RecordBatch]:
        """Give the documents of a piece; see `Format.batches`."""
        try:
            yield from self.format.batches(self.unpacked or self.path, self.name, settings, part)
        except ReadError as fault:
            raise fault.at(self.path) from fault

    def field(self, entries: pa.RecordBatch, name: str, settings: ReadSettings) -> list[Any]:
        """Give a field's value in some of its entries, None where it is missing; see `Format.field`."""
        field = self.format.field
        return field(entries, name, self.path, settings) if field else [None] * len(entries)

    def join(self, segments: Iterable[BinaryIO], out: BinaryIO) -> None:
        """Put segments together into the cleaned file; see `Format.join`."""
        with self.packing.writer(out) if self.packing else nullcontext(out) as stream:
            self.format.join(segments, stream, self.path)


def suffix_of(name: str) -> str:
    """Give the suffix, of one part or two, by which a file is known; empty for unknown ones."""
    stem, *ends = name.rpartition("/")[2].lower().rsplit(".", 2)
    for some in (ends, ends[-1:]):
        suffix = "".join(f".{end}" for end in some)
        if suffix in SUFFIXES and (stem or len(some) < len(ends)):
            return suffix
    return ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files to read, by name, and how many others were left alone in the folders given."""

    root: Path
    sources: tuple[Source, ...]
    others: int


def find(paths: Sequence[Path]) -> Inputs:
    """
    Find the files that `paths` mean: files themselves, folders with all readable files below them.

    Hidden files and folders, and the ledger and reports of a cleaned corpus, are passed over. Raises `ReadError` for a
    missing path, a file of unknown kind, and where nothing readable is found.
    """
    if not paths:
        raise ReadError("no input", "nothing was named", remedy="name files or folders to read")
    given = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - links keep their names
    for path in given:
        if not os.path.exists(path):  # noqa: PTH110 - `Path.exists` raises where a folder above is closed
            raise ReadError(path, "no such file or folder", remedy="check the path")
    folders = [path if path.is_dir() else path.parent for path in given]
    root = Path(os.path.commonpath(folders))
    found: dict[str, Source] = {}
    others = 0
    for path in given:
        for file in _walk(path) if path.is_dir() else (path,):
            known = SUFFIXES.get(suffix_of(file.name))
            if known is None:
                if file == path:
                    raise ReadError(path, "unknown kind of file", remedy=f"known are {_KNOWN}")
                others += 1
                continue
            name = file.relative_to(root).as_posix()
            if not is_name(os.fspath(file)):
                raise ReadError(ascii(str(file)), "its path is no plain text", remedy="rename the file or its folder")
            found[name] = Source(file, name, known)
    if not found:
        raise ReadError(", ".join(map(str, paths)), "no readable file", remedy=f"known kinds are {_KNOWN}")
    sources = tuple(found[name] for name in sorted(found))
    _check_outputs(sources)
    return Inputs(root, sources, others)


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=_refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        own = OWN if OWN[0] in files and is_cleaned(Path(place)) else ()
        for name in sorted(files):
            path = Path(place, name)
            if not name.startswith(".") and name not in own and path.is_file():
                yield path


def _refused(fault: OSError) -> NoReturn:
    raise ReadError(
        fault.filename, fault.strerror or str(fault), remedy="make the folder readable or leave it out"
    ) from fault


def is_cleaned(folder: Path) -> bool:
    """Tell whether a folder is the output of a cleaning: its `ledger.jsonl` begins as ours do."""
    try:
        with (folder / OWN[0]).open("rb") as file:
            return file.read(len(LEDGER_START)) == LEDGER_START
    except OSError:
        return False


LEDGER_START: Final = b'{"kind":"header","ledger":'


def _check_outputs(sources: Iterable[Source]) -> None:
    outputs = {source.name: source.output for source in sources}
    count = Counter(outputs.values())
    holding = {output.rpartition("/")[0] for output in count}
    folders = holding.union(*(map(str, PurePosixPath(folder).parents) for folder in holding))
    for source in sources:
        output = outputs[source.name]
        if count[output] > 1 or output in folders:
            raise ReadError(source.path, f"another input also needs the name {output}", remedy="rename one of them")
        if output in OWN:
            raise ReadError(source.path, "its name is the ledger's or a report's own", remedy="rename it")
