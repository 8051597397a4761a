"""Which files have changed, as git tells."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dedup.errors import ReadError

if TYPE_CHECKING:
    from dedup.formats import Inputs

HEAD: Final = "HEAD"


def only_changed(inputs: Inputs, since: str = HEAD) -> Inputs:
    """
    Settle the files that are what they were when a commit's branch and this one parted: nothing goes from them.

    Staged, unstaged and new files that git does not ignore have changed. Raises `ReadError` where git cannot tell.
    """
    top = Path(_git("rev-parse", "--show-toplevel").rstrip("\n"))
    parted = _parted(since, top)
    told = _git("diff", "--name-only", "--no-renames", "-z", parted, "--", at=top)
    told += _git("ls-files", "--others", "--exclude-standard", "-z", at=top)
    changed = {os.path.realpath(top / name) for name in told.split("\0") if name}
    settled = (replace(each, settled=os.path.realpath(each.path) not in changed) for each in inputs.sources)
    return replace(inputs, sources=tuple(settled))


def _parted(since: str, top: Path) -> str:
    if since == HEAD:
        born = _git("rev-parse", "--quiet", "--verify", HEAD, at=top, fails=True)
        return HEAD if born else _git("hash-object", "-t", "tree", os.devnull, at=top).strip()
    return _git("merge-base", since, HEAD, at=top).strip()


def _git(*arguments: str, at: Path | None = None, fails: bool = False) -> str:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, cwd=at, check=False)  # noqa: S603, S607 - as the user's own
    except OSError as fault:
        raise ReadError("git", fault.strerror or str(fault), remedy="install git, or check all documents") from fault
    if done.returncode and not fails:
        told = " ".join(done.stderr.decode(errors="replace").split()) or "no answer"
        raise ReadError(f"git {arguments[0]}", told, remedy="run where git knows the files and the commit")
    return os.fsdecode(done.stdout)
