"""From pages to documents: the main text is taken out of each under guard, and what a page tells of itself is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa

from dedup.engines.guard import Guard, Lost
from dedup.formats.entry import ENTRIES, PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.formats import Source
    from dedup.markup.extract import Extracted, Request
    from dedup.settings import Extractor, ReadSettings

URL: Final = "url"
"""The field of records, and column of pages, that tells where a page is from."""


_IDLE: Final[list[Guard[Request, Extracted]]] = []
"""This process's own guards, which end with it: as many as pages are read at once."""


def extracted(entries: pa.RecordBatch, source: Source, settings: ReadSettings) -> pa.RecordBatch:
    """
    Turn `PAGES`, and `ENTRIES` whose texts are pages, into `ENTRIES` with `url`, `canonical` and `problem`.

    `canonical` is the address that a page says it has. Other entries are given back as they are.
    """
    if entries.schema == PAGES:
        return _fetched(entries, source, settings)
    if settings.html_field and source.format.many:
        return _held(entries, source, settings)
    return entries


def _fetched(pages: pa.RecordBatch, source: Source, settings: ReadSettings) -> pa.RecordBatch:
    """
    Turn pages into documents.

    What is carried along is a JSON record: of files of many documents all that is written of a document, else only
    what its page tells of itself.
    """
    made = [_document(page, source, settings) for page in _rows(pages)]
    columns = {name: [document[name] for document in made] for name in ("text", "carried", "canonical", "problem")}
    return _with(pages.select((*ENTRIES.names, URL)), columns)


def _held(entries: pa.RecordBatch, source: Source, settings: ReadSettings) -> pa.RecordBatch:
    """Exchange the pages that records hold for their main text; all else that is carried along stays as it is."""
    told = source.field(entries, URL, settings)
    urls = [url if isinstance(url, str) else "" for url in told]
    columns: dict[str, list[str]] = {"text": [], URL: urls, "canonical": [], "problem": []}
    for place, url in enumerate(urls):
        markup = entries.column("text")[place].as_py().encode()
        text, about, problem = _taken(markup, "utf-8", url, settings.extractor)
        columns["text"].append(text)
        columns["canonical"].append(about.get("canonical", ""))
        columns["problem"].append(problem)
    return _with(entries, columns)


def _with(entries: pa.RecordBatch, columns: dict[str, list[str]]) -> pa.RecordBatch:
    """Exchange or add columns of strings."""
    arrays = dict(zip(entries.schema.names, entries.columns, strict=True))
    arrays |= {name: pa.array(values, _TYPES.get(name, pa.string())) for name, values in columns.items()}
    return pa.RecordBatch.from_arrays(list(arrays.values()), list(arrays))


_TYPES: Final = {name: ENTRIES.field(name).type for name in ("text", "carried")}


def _rows(pages: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Give page after page; none is made an object before it is asked for."""
    for place in range(len(pages)):
        yield pages.slice(place, 1).to_pylist()[0]


def _taken(markup: bytes, charset: str, url: str, extractor: Extractor) -> tuple[str, dict[str, str], str]:
    """Give a page's main text, what the page tells of itself, and what kept it from being read."""
    from dedup.markup.extract import Request, extract  # noqa: PLC0415 - only markup should cost it

    try:
        guard = _IDLE.pop()
    except IndexError:
        guard = Guard(extract)
    answer = guard(Request(markup, charset, url, extractor))
    _IDLE.append(guard)
    return ("", {}, answer.problem) if isinstance(answer, Lost) else (answer.text, answer.about, "")


def _document(page: dict[str, Any], source: Source, settings: ReadSettings) -> dict[str, str]:
    text, problem = page["text"], page["problem"]
    about: dict[str, str] = {}
    if page["markup"] is not None:
        taken, about, lost = _taken(page["markup"], page["charset"], page[URL], settings.extractor)
        text, problem = (text, lost) if lost else (taken, problem)
    fields = {settings.id_field: page["id"], URL: page[URL], **about}
    record = {name: value for name, value in fields.items() if value}
    if source.format.many:
        record[settings.text_field] = text
    return {
        "text": text,
        "carried": orjson.dumps(record).decode() if source.format.many or about else "",
        "canonical": about.get("canonical", ""),
        "problem": problem,
    }
