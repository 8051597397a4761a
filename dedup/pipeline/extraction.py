"""From pages to documents: the main text is taken out of each under guard, and what a page tells of itself is kept."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from dedup.engines.guard import Guard, Lost
from dedup.formats.entry import ENTRIES, PAGES
from dedup.markup.extract import Extracted, Request, extract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.formats import Source
    from dedup.settings import ReadSettings


@cache
def _guard() -> Guard[Request, Extracted]:
    """Give this process's own guard, which ends with it."""
    return Guard(extract)


def extracted(pages: pa.RecordBatch, source: Source, settings: ReadSettings) -> pa.RecordBatch:
    """
    Turn `PAGES` into `ENTRIES` with `url` and `problem`, and with `canonical`, the address that a page says it has.

    What is carried along is a JSON record: of files of many documents all that is written of a document, else only
    what its page tells of itself. Other entries are given back as they are.
    """
    if pages.schema != PAGES:
        return pages
    made = [_document(page, source, settings) for page in _rows(pages)]
    columns: dict[str, list[Any]] = {name: [document[name] for document in made] for name in ("text", "carried")}
    columns |= {name: [document[name] for document in made] for name in ("canonical", "problem")}
    kept = {name: pages.column(name) for name in (*ENTRIES.names, "url") if name not in columns}
    arrays = {name: pa.array(values, _TYPES.get(name, pa.string())) for name, values in columns.items()}
    names = (*ENTRIES.names, "url", "canonical", "problem")
    return pa.RecordBatch.from_arrays([{**kept, **arrays}[name] for name in names], list(names))


_TYPES = {"text": pa.large_string(), "carried": pa.large_string()}


def _rows(pages: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Give page after page; none is made an object before it is asked for."""
    for place in range(len(pages)):
        yield pages.slice(place, 1).to_pylist()[0]


def _document(page: dict[str, Any], source: Source, settings: ReadSettings) -> dict[str, str]:
    text, about, problem = page["text"], {}, page["problem"]
    if page["markup"] is not None:
        answer = _guard()(Request(page["markup"], page["charset"], page["url"], settings.extractor))
        if isinstance(answer, Lost):
            problem = answer.problem
        else:
            text, about = answer.text, answer.about
    fields = {settings.id_field: page["id"], "url": page["url"], **about}
    record = {name: value for name, value in fields.items() if value}
    if source.format.many:
        record[settings.text_field] = text
    return {
        "text": text,
        "carried": orjson.dumps(record).decode() if source.format.many or about else "",
        "canonical": about.get("canonical", ""),
        "problem": problem,
    }
