"""From files to files: the whole cleaning, and the reading half of it for those who only want to know."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from itertools import count
from typing import TYPE_CHECKING, Any

from dedup import __version__, formats, ledger, report, sketch
from dedup.errors import ReadError
from dedup.normal import UNICODE
from dedup.output import LEDGER, REPORT, Output, story_name
from dedup.pipeline.corpus import Corpus, silent
from dedup.pipeline.rows import Incoming
from dedup.reasons import SECOND_STORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dedup.pipeline.corpus import Outcome, Progress
    from dedup.settings import Settings


def incoming(inputs: formats.Inputs, settings: Settings) -> Iterator[Incoming]:
    """Read the documents of all files, in order."""
    for number, source in enumerate(inputs.sources):
        for entry in source.format.read(source.path, source.name, settings.read):
            yield Incoming(number, entry)


def place(inputs: formats.Inputs, document: Incoming) -> str:
    """Tell where a document stands, for messages: its path, and its line in a file of many."""
    path = str(inputs.sources[document.file].path)
    return f"{path}:{document.entry.line}" if document.entry.line else path


def gathered(
    inputs: formats.Inputs, settings: Settings, progress: Progress = silent, folder: Path | None = None
) -> Corpus:
    """Read all files into a corpus; to be used as a context, so that its spool is cleared away."""
    corpus = Corpus(settings, progress, folder)
    try:
        corpus.gather(incoming(inputs, settings), lambda document: place(inputs, document))
    except BaseException:
        corpus.close()
        raise
    return corpus


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a cleaning came to."""

    inputs: formats.Inputs
    tally: report.Tally
    forgotten: int


def clean(paths: Sequence[Path], folder: Path | None, settings: Settings, progress: Progress = silent) -> Cleaned:
    """
    Clean files into a folder, or only count what would go where `folder` is None.

    Raises `ReadError`, `DuplicateId` or `WriteError`; the folder is then as it was.
    """
    inputs = formats.find(paths)
    if folder is None:
        with gathered(inputs, settings, progress) as corpus:
            corpus.match()
            tally = report.Tally()
            for outcome in corpus.outcomes():
                _count(tally, outcome)
            return Cleaned(inputs, tally, corpus.forgotten)
    with Output(folder, paths, replaces=True) as output, gathered(inputs, settings, progress, output.scratch) as corpus:
        corpus.match()
        cleaned = _write(inputs, corpus, settings, output)
        output.seal(_header(inputs, settings))
        output.write(REPORT, report.dump(_facts(cleaned, settings)))
        output.finish()
        return cleaned


def _count(tally: report.Tally, outcome: Outcome) -> None:
    tally.add(outcome.incoming.text, outcome.text, outcome.removals, outcome.suspicions)
    if outcome.incoming.story:  # its text was counted with the document it was found in
        tally.characters -= len(outcome.incoming.text)


def _write(inputs: formats.Inputs, corpus: Corpus, settings: Settings, output: Output) -> Cleaned:
    tally = report.Tally()
    outputs = {source.output for source in inputs.sources}
    begun = -1
    stories = 0
    for outcome in corpus.outcomes():
        _count(tally, outcome)
        document = outcome.incoming
        while begun < document.file:
            begun += 1
            if inputs.sources[begun].format.many:
                output.write(inputs.sources[begun].output)
        source = inputs.sources[document.file]
        stories = stories + 1 if document.story else 0
        if outcome.text is not None:
            name = source.output
            if document.story and not source.format.many:
                name = story_name(name, stories + 1)
                if name in outputs:
                    raise ReadError(source.path, f"another input is {name}, as its second story", remedy="rename that")
            output.write(name, source.format.render(document.entry.carried, outcome.text, settings.read))
        for row in _ledger_rows(source, outcome, settings):
            output.write(LEDGER, ledger.dump(row))
    for source in inputs.sources[begun + 1 :]:
        if source.format.many:
            output.write(source.output)
    return Cleaned(inputs, tally, corpus.forgotten)


def _header(inputs: formats.Inputs, settings: Settings) -> dict[str, Any]:
    versions = {"dedup": __version__, "unicode": UNICODE}
    if any(source.format.name == "html" for source in inputs.sources):
        versions["trafilatura"] = version("trafilatura")
    return ledger.header(
        settings=settings.flat(),
        settings_sha256=settings.digest(),
        versions=versions,
        recall=expected_recall(settings),
        inputs=[
            {
                "name": source.name,
                "output": source.output,
                "format": source.format.name,
                "encoding": source.format.encoding(source.path, settings.read),
                "sha256": _digest(source.path),
            }
            for source in inputs.sources
        ],
    )


def expected_recall(settings: Settings) -> dict[str, Any]:
    """Tell how signatures are cut and what share of the pairs right at the threshold that proposes."""
    wanted = settings.match
    banding = sketch.bands(wanted.threshold, wanted.permutations, wanted.recall)
    return {
        "bands": banding.bands,
        "rows": banding.rows,
        "at_threshold": round(banding.probability(wanted.threshold), 6),
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _ledger_rows(source: formats.Source, outcome: Outcome, settings: Settings) -> Iterator[dict[str, Any]]:
    document = outcome.incoming
    origin: dict[str, Any] = {"file": source.name}
    if source.format.many:
        origin["record"] = document.entry.record
    for patch in document.entry.patches:
        yield {
            "kind": "replaced",
            "document": document.entry.id,
            "start": patch.start,
            "bytes": patch.raw.hex(),
            **origin,
        }
    stories = count(2)
    for removal in outcome.removals:
        more = dict(origin)
        inside = (removal,) if outcome.text is not None else outcome.stripped
        moved = [f"{document.entry.id}#{next(stories)}" for part in inside if part.reason == SECOND_STORY.code]
        if moved:
            more["moved_to"] = moved
        if outcome.text is None:
            more["stripped"] = [[part.span.start, part.span.end] for part in outcome.stripped]
            if source.format.many:
                more["carried"] = source.format.forget(document.entry.carried, settings.read)
        yield ledger.row(removal, document.text[removal.span.start : removal.span.end], **more)
    for suspicion in outcome.suspicions:
        yield ledger.row(suspicion, **origin)


def _facts(cleaned: Cleaned, settings: Settings) -> dict[str, Any]:
    return {
        "version": __version__,
        "settings": settings.flat(),
        "settings_sha256": settings.digest(),
        "files": {"read": len(cleaned.inputs.sources), "left_alone": cleaned.inputs.others},
        **cleaned.tally.facts(),
        "recall": expected_recall(settings),
        "not_compared": {"full_buckets": cleaned.forgotten},
    }
