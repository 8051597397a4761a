"""`dedup check`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from dedup.cli import options
from dedup.cli.baseline import Baseline
from dedup.cli.changed import HEAD, only_changed
from dedup.cli.console import err, progress
from dedup.cli.listing import LISTINGS, Form
from dedup.cli.listing.located import Located, located
from dedup.cli.remote import address
from dedup.errors import ReadError, SettingsError
from dedup.records import Removal
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedup.engines.local import Resources
    from dedup.formats import Inputs

FIXES: Final = Path(".dedup")
"""Where what was fixed stays, hidden, so that it is not read as part of a corpus."""


@options.choosing()
def check(  # noqa: PLR0913 - each is an option
    inputs: options.Inputs,
    chosen: dict[str, Any],
    *,
    form: Annotated[Form, typer.Option("--format", help="How findings are listed.")] = Form.TEXT,
    suspicions: Annotated[bool, typer.Option("--suspicions", help="Also list what is only suspected.")] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File of accepted findings, which are passed over.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Accept all findings there are: write them to the baseline.")
    ] = False,
    changed_only: Annotated[
        bool, typer.Option("--changed-only", help="Judge only files that git calls staged, changed or new.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Judge only files changed since this branch left REF, such as origin/main."),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help=f"Clean files in place first; what they were can be restored from {FIXES}/.")
    ] = False,
    cache: options.Cache = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Read every file anew, and remember none for the next check.")
    ] = False,
    jobs: options.Jobs = None,
    memory: options.Memory = None,
) -> None:
    """
    List what `clean` would remove, one line a finding.

    Exit code 0: nothing to remove, or nothing new. 1: findings. 2: could not run. Example: dedup check corpus/

    Accept what there is, and fail on what is new: dedup check corpus/ --baseline known.json --write-baseline, then
    dedup check corpus/ --baseline known.json. A finding is known by its reason and words and by its file's path from
    here, wherever in the file it stands.
    """
    settings = Settings.of(chosen)
    used = options.resources(jobs, memory)
    if write_baseline and baseline is None:
        raise SettingsError("write_baseline", "no file to write to", remedy="name it with --baseline")
    if fix and baseline is not None:
        raise SettingsError("fix", "would remove accepted findings too", remedy="leave --baseline or --fix out")
    told = _Told(Baseline.empty() if write_baseline or baseline is None else Baseline.read(baseline))
    sources = _found(inputs, HEAD if changed_only and since is None else since)
    if fix:
        sources = _fixed(sources, settings, used)
    home = None if no_cache else cache or options.cache_home()
    every = _findings(sources, settings, used, home)
    found = told.new(each for each in every if suspicions or isinstance(each.finding, Removal))
    if write_baseline and baseline is not None:
        accepted = Baseline.empty()
        for each in found:
            accepted.add(each)
        accepted.write(baseline)
        err.print(f"Findings accepted in {baseline}: {told.count:,}", markup=False)
        return
    for line in LISTINGS[form](found):
        typer.echo(line)
    if told.accepted:
        err.print(f"Note: findings accepted by {baseline}, not listed: {told.accepted:,}.", markup=False)
    raise typer.Exit(1 if told.count else 0)


class _Told:
    """Counts what is told while it goes by."""

    def __init__(self, baseline: Baseline) -> None:
        self._baseline = baseline
        self.count = 0
        """New findings that would be removed."""
        self.accepted = 0

    def new(self, findings: Iterable[Located]) -> Iterator[Located]:
        """Pass on what the baseline does not accept."""
        for found in findings:
            if self._baseline.accepts(found):
                self.accepted += 1
            else:
                self.count += isinstance(found.finding, Removal)
                yield found


def _found(paths: Sequence[Path], since: str | None) -> Inputs:
    """Find the files to check, those settled that are what they were at a commit."""
    from dedup import formats  # noqa: PLC0415 - kernels and Arrow, which --help does not need

    if url := next(filter(None, map(address, paths)), None):
        raise ReadError(url, "on another machine, where no finding can be pointed at", remedy="use `dedup clean`")
    inputs = formats.find(paths)
    return inputs if since is None else only_changed(inputs, since)


def _findings(inputs: Inputs, settings: Settings, used: Resources, home: Path | None) -> Iterator[Located]:
    """Find what goes and what is suspected; of files that are as they were at the last check it is remembered."""
    from dedup.pipeline.cache import Cache  # noqa: PLC0415 - as above

    if all(source.settled for source in inputs.sources):
        return
    cache = Cache.of(home, inputs, settings)
    if cache and (lines := cache.told()) is not None:
        yield from map(Located.load, lines)
        return
    from dedup.pipeline import files  # noqa: PLC0415 - where nothing has changed it is not needed

    with progress() as told, files.gathered(inputs, settings, told, used, cache) as corpus:
        corpus.match()
        found = located(corpus.outcomes(findings=True), inputs)
        yield from cache.keeping(found, Located.dump) if cache else found


def _fixed(inputs: Inputs, settings: Settings, used: Resources) -> Inputs:
    """Clean files in place, say so, and give the inputs that are still there."""
    from dedup.pipeline import fixing  # noqa: PLC0415 - as above

    folder = FIXES / f"fixed-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    with progress() as told:
        fixed = fixing.fix(inputs, folder, settings, told, used)
    if folder.exists():
        (FIXES / ".gitignore").write_text("*\n", encoding="utf-8")
        err.print(
            f"Files cleaned: {fixed.rewritten:,}, deleted: {fixed.removed:,}. To see them as they were: "
            f"dedup restore {folder} -o FOLDER",
            markup=False,
        )
    if fixed.left:
        err.print(f"Note: files that cannot be cleaned in place: {fixed.left:,}; use `dedup clean`.")
    return replace(inputs, sources=tuple(source for source in inputs.sources if source.path.exists()))
