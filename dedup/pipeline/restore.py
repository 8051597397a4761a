"""Undoing a cleaning: the inputs, rebuilt from the cleaned files and the ledger."""

from __future__ import annotations

import hashlib
from collections import deque
from io import BytesIO
from itertools import count, groupby
from operator import itemgetter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from dedup import formats, ledger
from dedup.decide import interleave
from dedup.errors import LedgerError
from dedup.formats.decoding import Patch, encode
from dedup.formats.files import contents
from dedup.output import LEDGER, Output
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Row = dict[str, Any]


def restore(cleaned: Path, folder: Path) -> int:
    """
    Rebuild in `folder` what a cleaning read, from its output `cleaned`; return the number of files.

    Text files come back byte for byte, which their digests prove; JSON Lines and Parquet record for record; of HTML
    the extracted text. Raises `LedgerError` where the ledger or a cleaned file is not as it was written, `WriteError`
    for a used folder; nothing is then written.
    """
    header = checked(cleaned)
    settings = Settings.of(header["settings"])
    kinds = {known.name: known for known in formats.FORMATS}
    with Output(folder, [cleaned], replaces=False) as output:
        rows = ledger.rows(cleaned / LEDGER)
        next(rows)
        by_file = _grouped(rows, lambda row: row.get("file"))
        for source in header["inputs"]:
            known = kinds[source["format"]]
            file = formats.Source(cleaned / source["output"], source["name"], known)
            own = by_file(source["name"])
            restored = _records(file, own, settings) if known.many else [_file(file.path, source, own)]
            file.join(map(BytesIO, restored), output.stream(source["output"] if known.writes else source["name"]))
        output.finish()
    return len(header["inputs"])


def checked(cleaned: Path) -> Row:
    """
    Give a ledger's header, once all of the ledger and the cleaned files are known to be as they were written.

    Raises `LedgerError` where they are not.
    """
    path = cleaned / LEDGER
    rows = ledger.rows(path)
    header = next(rows)
    deque(rows, maxlen=0)
    for name in (*(source[key] for source in header["inputs"] for key in ("name", "output")), *header["outputs"]):
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise LedgerError(path, f"names a file outside its folder, {name}", remedy="clean again")
    for name, digest in header["outputs"].items():
        _check(cleaned / name, digest)
    return header


def _check(path: Path, digest: str) -> None:
    try:
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError as fault:
        raise LedgerError(path, fault.strerror or str(fault), remedy=_PUT_BACK) from fault
    if not same:
        raise LedgerError(path, "changed since it was cleaned", remedy=_PUT_BACK)


_PUT_BACK: Final = "put the cleaned file back; the ledger holds only what was removed"


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> Callable[[Any], Iterable[Row]]:
    """Look rows up by a key whose groups come in the order in which they are asked for; a group may be missing."""
    groups = groupby(rows, key)
    ahead = next(groups, None)

    def take(wanted: object) -> Iterator[Row]:
        nonlocal ahead
        if ahead is not None and ahead[0] == wanted:
            yield from ahead[1]
            ahead = next(groups, None)

    return take


def _file(path: Path, source: Row, rows: Iterable[Row]) -> bytes:
    own = [row for row in rows if row["document"] == source["name"]]
    whole = _whole(own)
    text = whole["text"] if whole else interleave(contents(path).decode(), _removed(own))
    patches = tuple(Patch(row["start"], bytes.fromhex(row["bytes"])) for row in own if row["kind"] == "replaced")
    data = encode(text, patches, source["encoding"])
    if source["format"] == "text" and hashlib.sha256(data).hexdigest() != source.get("unpacked", source["sha256"]):
        raise LedgerError(path, "the original does not come back the same", remedy="report this, with both files")
    return data


def _records(file: formats.Source, rows: Iterable[Row], settings: Settings) -> Iterator[bytes]:
    known = file.format
    kept = known.read(file.path, file.name, settings.read)
    by_record = _grouped(rows, itemgetter("record"))
    for number in count(1):
        found = list(by_record(number))
        own = [row for row in found if row["document"] == found[0]["document"]]
        whole = _whole(own)
        if whole is not None:
            yield known.render(whole["carried"], whole["text"], settings.read)
        else:
            entry = next(kept, None)
            if entry is None:
                break
            yield known.render(entry.carried, interleave(entry.text, _removed(own)), settings.read)
        stories = {story for row in found for story in row.get("moved_to", ())}
        for _ in stories - {row["document"] for row in found if "stripped" in row}:
            next(kept)


def _whole(rows: Iterable[Row]) -> Row | None:
    """Find the row that removes the document whole."""
    return next((row for row in rows if "stripped" in row), None)


def _removed(rows: Iterable[Row]) -> Iterator[tuple[int, str]]:
    return ((row["start"], row["text"]) for row in rows if row["kind"] == "removal")
