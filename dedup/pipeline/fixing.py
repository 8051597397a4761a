"""
Cleaning in place.

A corpus is cleaned beside itself first. Of the files that change, clean copies and the ledger are put into a folder,
from which `restore` rebuilds them as they were; then each takes the place of the original in one move.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup import formats, ledger
from dedup.errors import ReadError, SettingsError, WriteError
from dedup.output import LEDGER, Output
from dedup.pipeline import files
from dedup.pipeline.corpus import silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.engines.local import Resources
    from dedup.pipeline.corpus import Progress
    from dedup.settings import Settings


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was changed in place."""

    rewritten: int
    """Files."""
    removed: int
    """Files of which nothing stays."""
    left: int
    """Files with findings that cannot be written as they were read: pages, archives, other encodings than UTF-8."""


def fix(
    inputs: formats.Inputs,
    folder: Path,
    settings: Settings,
    progress: Progress = silent,
    resources: Resources | None = None,
) -> Fixed:
    """
    Clean files in place; `folder`, which must not be there yet, gets what it takes to restore them.

    Where nothing changes, no folder is made. Raises what `files.clean` raises; until the folder is complete no file
    has changed, and then each is either as it was or clean.
    """
    if settings.strip.split_stories:
        raise SettingsError("split_stories", "makes new files", remedy="leave stories unsplit, or use `dedup clean`")
    with tempfile.TemporaryDirectory(prefix="dedup-") as scratch:
        clean = Path(scratch) / "clean"
        files.clean(inputs, clean, settings, progress, resources, page=False)
        header = ledger.header_row(clean / LEDGER)
        found, replaced = _with_findings(clean)
        changed = {
            told["name"]: source
            for told, source in zip(header["inputs"], inputs.sources, strict=True)
            if source.name in found - replaced and source.output == source.name and told["encoding"] == "utf-8"
            if not (settings.read.html_field and source.format.many)
        }
        if changed:
            _keep(clean, folder, header, changed)
            _install(folder, header, changed)
    removed = sum(not source.path.exists() for source in changed.values())
    return Fixed(len(changed) - removed, removed, len(found) - len(changed))


def _with_findings(clean: Path) -> tuple[set[str], set[str]]:
    """Name the files from which something goes, and those with bytes that are no text."""
    names: dict[str, set[str]] = {"removal": set(), "replaced": set()}
    for row in _rows(clean):
        names.get(row["kind"], set()).add(row["file"])
    return names["removal"], names["replaced"]


def _rows(clean: Path) -> Iterator[dict[str, Any]]:
    rows = ledger.rows(clean / LEDGER)
    next(rows)
    return rows


def _keep(clean: Path, folder: Path, header: dict[str, Any], changed: dict[str, formats.Source]) -> None:
    """Fill the folder: the changed files as they are now, and of the ledger what is about them."""
    with Output(folder, [], replaces=False) as output:
        for name in changed:
            if (clean / name).exists():
                with (clean / name).open("rb") as file:
                    shutil.copyfileobj(file, output.stream(name))
        for row in _rows(clean):
            if row["file"] in changed:
                output.write(LEDGER, ledger.dump(row))
        own = {key: value for key, value in header.items() if key not in {"outputs", "sha256"}}
        output.seal(own | {"inputs": [told for told in header["inputs"] if told["name"] in changed]})
        output.finish()


def _install(folder: Path, header: dict[str, Any], changed: dict[str, formats.Source]) -> None:
    """Put clean files where the originals are, all of them written before the first is moved."""
    digests = {told["name"]: told["sha256"] for told in header["inputs"]}
    moves: list[tuple[Path | None, Path]] = []
    try:
        for name, source in changed.items():
            path = source.path.resolve()  # a link keeps pointing to what it pointed to
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digests[name]:
                    raise ReadError(source.path, "changed while it was read", remedy="run again")
            moves.append((_beside(folder / name, path), path))
        for new, path in moves:
            if new:
                new.replace(path)
            else:
                path.unlink()
    except OSError as fault:
        raise WriteError(fault.filename or folder, fault.strerror or str(fault), remedy="run again") from fault
    finally:
        for new, _ in moves:
            if new:
                with suppress(OSError):
                    new.unlink(missing_ok=True)


def _beside(clean: Path, path: Path) -> Path | None:
    """Write a clean file beside its original, with the original's permissions; None where there is no clean file."""
    if not clean.exists():
        return None
    new = path.with_name(f".{path.name}.dedup")
    with clean.open("rb") as source, new.open("wb") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, new)
    return new
