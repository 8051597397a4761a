"""
Web archives: WARC with the pages as they were fetched, and WET with their texts.

Documents are the records of type `response` and `resource` whose headers tell of a page or a text, fetched well, and
those of type `conversion`; all others are counted. They are cleaned into JSON Lines.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from dedup.errors import ReadError
from dedup.formats import jsonl
from dedup.formats.batch import joined, pages
from dedup.formats.body import BROKEN, LARGE, body
from dedup.formats.entry import Format, Page, Part, is_name
from dedup.markup.decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from dedup.settings import ReadSettings

_MARKUP: Final = frozenset({"", "text/html", "application/xhtml+xml"})
"""Content types of pages; what tells none may be one."""
_TEXT: Final = "text/plain"
_WELL: Final = (200, 203, 206)
"""HTTP status codes with which a page itself is sent."""


@contextmanager
def _records(path: Path, start: int = 0) -> Iterator[Iterator[Any]]:
    """Open an archive at a record. Raises `ReadError` where it, or what is read of it, is damaged."""
    from fastwarc.warc import ArchiveIterator  # noqa: PLC0415 - only archives should need it

    at = start
    try:
        with path.open("rb") as file:
            file.seek(start)

            def records() -> Iterator[Any]:
                nonlocal at
                for record in ArchiveIterator(file, parse_http=False):
                    at = record.stream_pos
                    yield record

            yield records()
    except OSError as fault:
        if fault.errno is not None:
            raise ReadError(path, fault.strerror or str(fault), remedy="make it readable or leave it out") from fault
        reason = " ".join(str(fault).split())
        problem = f"not to be read as a web archive ({reason}) in the record that begins there, or behind it"
        raise ReadError(path, problem, byte=at, remedy="fetch it again or leave it out") from fault


def _is_document(record: Any) -> bool:  # noqa: ANN401 - fastwarc tells no types
    """Tell by a record's headers whether it is a document."""
    kind = str(record.record_type)
    if kind == "resource":
        return _kind(record.headers.get("Content-Type")) in {*_MARKUP, _TEXT}
    if kind == "response" and record.is_http:
        with suppress(OSError):  # of headers that are none
            record.parse_http(auto_decode="none", quirks_mode=True)
            return record.http_headers.status_code in _WELL and _kind(record.http_content_type) in {*_MARKUP, _TEXT}
    return kind == "conversion"


def _kind(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def parts(path: Path, settings: ReadSettings, most: int) -> list[Part]:  # noqa: ARG001 - the same for any settings
    """Cut an archive between records, each time before the first one that makes a piece bigger than `most` bytes."""
    found = []
    start = before = count = size = others = 0
    with _records(path) as records:
        for record in records:
            length = record.content_length
            if size and size + length > most:
                found.append(Part(start, record.stream_pos, 0, before, size, others))
                start, before, size, others = record.stream_pos, count, 0, 0
            size += length
            is_document = _is_document(record)
            count += is_document
            others += not is_document
    found.append(Part(start, path.stat().st_size, 0, before, size, others))
    return found


def batches(path: Path, name: str, settings: ReadSettings, part: Part) -> Iterator[pa.RecordBatch]:  # noqa: ARG001
    """Give the pages of a piece as columns."""
    yield from pages(_pages(path, name, part))


def _pages(path: Path, name: str, part: Part) -> Iterator[Page]:
    count = part.records
    with _records(path, part.start) as records:
        for record in records:
            if record.stream_pos >= part.end:
                break
            if _is_document(record):
                count += 1
                yield _page(record, name, count)


def _page(record: Any, name: str, count: int) -> Page:  # noqa: ANN401 - fastwarc tells no types
    own = record.record_id.strip("<>") if record.record_id else ""
    given = own if own and is_name(own) else f"{name}:{count}"
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    url = url if is_name(url) else ""
    headers = record.http_headers
    charset = (record.http_charset or "") if headers is not None else ""
    kind = _kind(record.http_content_type if headers is not None else record.headers.get("Content-Type"))
    data, problem = body(record.reader, headers, record.content_length)
    if problem in {LARGE, BROKEN}:
        return Page(given, None, url=url, record=count, problem=problem)
    cut = record.headers.get("WARC-Truncated")
    if cut:
        problem = f"truncated when it was fetched ({cut})"
    if kind == _TEXT:
        return Page(given, None, url=url, text=decoded(data, charset), record=count, problem=problem)
    return Page(given, data, charset=charset, url=url, record=count, problem=problem)


FORMAT: Final = Format(
    name="warc",
    suffixes=(".warc", ".warc.gz", ".warc.zst", ".wet", ".wet.gz"),
    writes=".jsonl",
    many=True,
    packed=False,  # each record is compressed by itself
    weight=4,
    read=jsonl.read,
    parts=parts,
    batches=batches,
    render=jsonl.render,
    rows=jsonl.rows,
    join=joined,
    forget=jsonl.forget,
    encoding=jsonl.encoding,
)
