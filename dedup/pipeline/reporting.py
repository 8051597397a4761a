"""From a cleaned corpus and its ledger to the page that shows what went, `report.html`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from dedup import ledger
from dedup.errors import LedgerError
from dedup.output import LEDGER, REPORT
from dedup.pipeline import catalogue
from dedup.pipeline.lookup import Moves, texts
from dedup.pipeline.shown import Shown
from dedup.report import choice, page
from dedup.report.listing import Listing
from dedup.report.survey import Survey, number
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

BYTES: Final = 8 << 20
"""Of documents shown with their texts, in all."""
MEMBERS: Final = 50
"""Of a cluster that are listed."""


def write(
    folder: Path,
    out: BinaryIO,
    wanted: Sequence[str] = (),
    cleaned: Callable[[set[str]], Iterable[tuple[str, str]]] | None = None,
) -> None:
    """
    Write the page of an output folder; documents that are `wanted` are shown with their texts in any case.

    The same output gives the same page. `cleaned` looks up the cleaned texts of documents, each with its id; without it
    they are sought in the cleaned files, which are read at most once. Memory and page are bounded, see `Survey`.
    Raises `LedgerError` where the folder is not as it was written or a wanted document unknown.
    """
    path = folder / LEDGER
    header = ledger.header_row(path)
    settings = Settings.of(header["settings"])
    survey, moves = Survey(settings, wanted), Moves()
    for place, row in ledger.placed(path):
        if row["kind"] in {"removal", "suspicion"}:
            survey.add(row, place)
            moves.add(row)
    decisions = survey.listed()
    clusters, sizes = survey.clusters()
    chosen = choice.shown(decisions, clusters, wanted)
    shown = Shown(chosen, choice.keepers(decisions, set(chosen)))
    for row in ledger.rows_at(path, survey.places(shown.documents)):
        shown.add(row)
    members: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in ledger.rows_at(path, survey.members(clusters, MEMBERS)):
        members[number(row["evidence"]["document"])].append(row)
    missing = shown.missing()
    shown.read(cleaned(missing) if cleaned else texts(folder, header["inputs"], missing, moves, settings.read))
    if unknown := [name for name in wanted if name not in shown]:
        raise LedgerError(path, f"no document {unknown[0]!r}", remedy="name it as the ledger's `document` does")
    documents = dict(_within(BYTES, chosen, shown, len(wanted)))
    listing = Listing(decisions)
    facts = {
        "report": _counts(folder / REPORT),
        "reasons": {reason.code: [reason.name, reason.removes, reason.why] for reason in catalogue.reasons()},
        "histograms": {name: asdict(histogram) for name, histogram in survey.histograms.items()},
        "sizes": list(sizes.items()),
        "clusters": [listing.cluster(size, members[keeper]) for keeper, size in clusters.items()],
        "total": survey.decisions,
        "shown": [listing.name(name) for name in documents],
        **listing.columns(),
    }
    page.write(out, facts, ((listing.name(name), data) for name, data in documents.items()))


def _within(most: int, chosen: Sequence[str], shown: Shown, asked: int) -> Iterator[tuple[str, bytes]]:
    """Give the chosen documents for which there is room; those asked for, which come first, always have room."""
    spent = 0
    for place, name in enumerate(chosen):
        if name in shown:
            data = page.embedded(shown.document(name))
            if place < asked or spent + len(data) <= most:
                spent += len(data)
                yield name, data


def _counts(path: Path) -> dict[str, Any]:
    try:
        counts: dict[str, Any] = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as fault:
        raise LedgerError(path, "the counts cannot be read", remedy="clean again, or put the file back") from fault
    return counts
