"""From files to files: the whole cleaning, and the reading half of it for those who only want to know."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

from dedup import __version__, formats, ledger, report, sketch
from dedup.engines.local import Engine, Resources
from dedup.errors import ReadError, SettingsError
from dedup.formats.files import opened
from dedup.normal import UNICODE
from dedup.output import LEDGER, PAGE, REPORT, Output
from dedup.pipeline import reporting
from dedup.pipeline.against import Against
from dedup.pipeline.checkpoints import check_unchanged, checkpoints
from dedup.pipeline.corpus import Corpus, silent
from dedup.pipeline.decontamination import Evaluation
from dedup.pipeline.reading import readings, unpacked
from dedup.pipeline.writing import FILES, TALLY, Writing, count_in, write
from dedup.pipeline.writing import LEDGER as ROWS
from dedup.settings import Settings, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from dedup.pipeline.audit import Audit
    from dedup.pipeline.cache import Cache
    from dedup.pipeline.corpus import Progress
    from dedup.pipeline.decontamination import Wanted
    from dedup.pipeline.outcome import Judged
    from dedup.pipeline.rows import Incoming


LOOKED_UP: Final = 256
"""Texts that are looked up together."""
_TEXTS: Final = ("id", "text", "story", "file")


def place(inputs: formats.Inputs, document: Incoming) -> str:
    """Tell where a document stands, for messages: its path, and its line in a file of many."""
    path = str(inputs.sources[document.file].path)
    return f"{path}:{document.entry.line}" if document.entry.line else path


@contextmanager
def gathered(  # noqa: PLR0913 - what is read, how, and with what
    inputs: formats.Inputs,
    settings: Settings,
    progress: Progress = silent,
    resources: Resources | None = None,
    cache: Cache | None = None,
    *,
    against: Against | None = None,
) -> Iterator[Corpus]:
    """
    Read all files, or those that are not in the cache, into a corpus that is there as long as the context is.

    What it is compared `against` is its reference.
    """
    with Engine(resources) as engine:
        tasks = readings(inputs.sources, settings, writes=False, only=cache.fresh if cache else None)
        corpus = Corpus(settings, engine, progress, against=against)
        made = corpus.made(unpacked(tasks, engine))
        corpus.take(cache.shards(made, engine) if cache else made, lambda document: place(inputs, document))
        yield corpus


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a cleaning came to."""

    inputs: formats.Inputs
    tally: report.Tally
    forgotten: int
    candidates: int
    audit: Audit | None
    """Where it was asked for."""

    def facts(self) -> dict[str, Any]:
        """Give the counts as the report holds them."""
        return self.tally.facts() | ({"audit": self.audit.facts()} if self.audit else {})


def clean(  # noqa: PLR0913 - what to do, how, and with what
    paths: Sequence[Path] | formats.Inputs,
    folder: Path | None,
    settings: Settings,
    progress: Progress = silent,
    resources: Resources | None = None,
    *,
    page: bool = True,
    audit: int = 0,
    against: Path | None = None,
    without: Wanted | None = None,
) -> Cleaned:
    """
    Clean files, to be found or found already, into a folder, or only count what would go where `folder` is None.

    With `page`, the folder also gets a page to look at. All neighbours of `audit` documents are looked up. What the
    documents of the index `against` hold goes: they are the reference. Only documents `without` evaluation items stay.

    A run that was killed is continued by the next one with the same inputs and settings. Raises `ReadError`,
    `DuplicateId`, `WriteError` or `WorkError`; the folder then holds what it held before.
    """
    inputs = paths if isinstance(paths, formats.Inputs) else formats.find(paths)
    resources = resources or Resources()
    if against is not None and audit:
        raise SettingsError("audit", "documents of an index are not audited", remedy="leave out --audit or --against")
    reference = Against(against, settings) if against is not None else None
    evaluation = _evaluation(without, settings) if without is not None else None
    beside = {**(reference.facts() if reference else {}), **(evaluation.facts() if evaluation else {})}
    if folder is None:
        with gathered(inputs, settings, progress, resources, against=reference) as corpus:
            if evaluation:
                corpus.decontaminate(evaluation)
            corpus.match()
            tally = report.Tally()
            for outcome in corpus.outcomes():
                count_in(tally, outcome)
            return _cleaned(inputs, corpus, tally, audit)
    given = [inputs.root] if isinstance(paths, formats.Inputs) else [*paths, *([against] if against else [])]
    with Output(folder, given, replaces=True) as output:
        tasks = readings(inputs.sources, settings, writes=True)
        with (
            checkpoints(resources.work or output.scratch, tasks, settings, beside, keep=resources.keep) as work,
            Engine(replace(resources, work=work)) as engine,
        ):
            corpus = Corpus(settings, engine, progress, against=reference)
            corpus.read(unpacked(tasks, engine), lambda document: place(inputs, document))
            identified = engine.beside(partial(_identified, inputs, settings))
            if evaluation:
                corpus.decontaminate(evaluation)
            corpus.match()
            tally = _write(inputs, corpus, engine, output, progress)
            cleaned = _cleaned(inputs, corpus, tally, audit)
            others = sum(piece.part.others for task in tasks for piece in task.pieces)
            output.seal(_header(cleaned, settings, identified()) | beside)
            output.write(REPORT, report.dump(_facts(cleaned, settings, others)))
            if page:
                reporting.write(output.drafted(), output.stream(PAGE), cleaned=partial(_cleaned_texts, inputs, corpus))
            check_unchanged(work, tasks, settings, beside)
            output.finish()
        return cleaned


def _cleaned_texts(inputs: formats.Inputs, corpus: Corpus, names: set[str]) -> Iterator[tuple[str, str]]:
    """Look up the cleaned texts of documents; stories of their own file go by its name, not by theirs."""
    some = corpus.named(names)
    for at in range(0, len(some), LOOKED_UP):
        for name, text, story, file in zip(*corpus.look_up(some[at : at + LOOKED_UP], *_TEXTS), strict=True):
            if not story or inputs.sources[file].format.many:
                yield name, text


def _evaluation(wanted: Wanted, settings: Settings) -> Evaluation:
    plain = Settings(steps=(Step.DOCUMENTS,), read=settings.read)
    with gathered(formats.find(wanted.paths), plain) as corpus:
        return Evaluation(((one.incoming.entry.id, one.incoming.text) for one in corpus.outcomes()), wanted)


def _write(inputs: formats.Inputs, corpus: Corpus, engine: Engine, output: Output, progress: Progress) -> report.Tally:
    tally = report.Tally()
    outputs = {source.output for source in inputs.sources}
    tasks = [_writing(judged, inputs, corpus.settings) for judged in corpus.judged()]

    def pieces() -> Iterator[_Piece]:
        made = engine.run("write", write, tasks, interpreted=True, lasting=False)
        for number, shard in enumerate(made):
            files = shard.table(FILES)
            for name, file, story, data in zip(*files.columns, strict=True):
                yield _Piece(name.as_py(), file.as_py(), story.as_py(), data)
            output.write(LEDGER, shard.table(ROWS).column("data")[0].as_py())
            tally.merge(shard.table(TALLY).column("data")[0].as_py())
            progress("writing", number + 1, len(tasks))

    begun = -1
    for name, same in groupby(pieces(), lambda piece: piece.name):
        first = next(same)
        source = inputs.sources[first.file]
        _write_empty(inputs.sources[begun + 1 : first.file], output)
        if first.story and name in outputs:
            raise ReadError(source.path, f"another input is {name}, as its second story", remedy="rename that")
        segments = (pa.BufferReader(piece.data.as_buffer()) for piece in chain((first,), same))
        source.join(segments, output.stream(name))
        begun = max(begun, first.file)
    _write_empty(inputs.sources[begun + 1 :], output)
    return tally


def _cleaned(inputs: formats.Inputs, corpus: Corpus, tally: report.Tally, audit: int) -> Cleaned:
    audited = corpus.audited(audit) if audit and Step.DOCUMENTS in corpus.settings.steps else None
    return Cleaned(inputs, tally, corpus.forgotten, corpus.candidates, audited)


class _Piece(NamedTuple):
    """Part of a cleaned file; see `writing.write`."""

    name: str
    file: int
    story: bool
    data: pa.LargeBinaryScalar


def _write_empty(sources: Iterable[formats.Source], output: Output) -> None:
    """Write the cleaned files of files of many documents of which none stays."""
    for source in sources:
        if source.format.many:
            source.join((), output.stream(source.output))


def _writing(judged: Judged, inputs: formats.Inputs, settings: Settings) -> Writing:
    files = judged.files()
    return Writing(judged, {file: inputs.sources[file] for file in sorted(files)}, settings)


def _header(cleaned: Cleaned, settings: Settings, identified: list[dict[str, Any]]) -> dict[str, Any]:
    inputs = cleaned.inputs
    versions = {"dedup": __version__, "unicode": UNICODE}
    if settings.read.html_field or any(source.format.name in {"html", "warc"} for source in inputs.sources):
        from importlib.metadata import version  # noqa: PLC0415 - only pages need it

        extractor = settings.read.extractor.value
        versions[extractor] = version(extractor)
    return ledger.header(
        settings=settings.flat(),
        settings_sha256=settings.digest(),
        versions=versions,
        recall=expected_recall(cleaned, settings),
        inputs=identified,
    )


def _identified(inputs: formats.Inputs, settings: Settings) -> list[dict[str, Any]]:
    """Tell what was read, with digests, so that it can be told apart from any other."""
    return [
        {
            "name": source.name,
            "output": source.output,
            "format": source.format.name,
            "encoding": source.format.encoding(source.path, settings.read),
            "sha256": _digest(source.path),
            **({"unpacked": _unpacked_digest(source.path)} if source.packing and not source.format.many else {}),
        }
        for source in inputs.sources
    ]


def expected_recall(cleaned: Cleaned, settings: Settings) -> dict[str, Any]:
    """
    Tell how signatures are cut, what share of the pairs at a Jaccard similarity that proposes, and what it came to.

    `candidates` are pairs of documents that were proposed, by sampled shingles too: at most so many were compared when
    documents were matched for the first time.
    """
    wanted = settings.match
    banding = sketch.banding(wanted)
    threshold = wanted.threshold or sketch.PROPOSED
    return {
        "bands": banding.bands,
        "rows": banding.rows,
        "threshold": threshold,
        "at_threshold": round(banding.probability(threshold), 6),
        "candidates": cleaned.candidates,
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpacked_digest(path: Path) -> str:
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _facts(cleaned: Cleaned, settings: Settings, others: int) -> dict[str, Any]:
    return {
        "version": __version__,
        "settings": settings.flat(),
        "settings_sha256": settings.digest(),
        "files": {"read": len(cleaned.inputs.sources), "left_alone": cleaned.inputs.others},
        "records": {"left_alone": others},
        **cleaned.facts(),
        "recall": expected_recall(cleaned, settings),
        "not_compared": {"full_buckets": cleaned.forgotten},
    }
