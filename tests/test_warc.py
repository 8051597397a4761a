"""Web archives: which records are documents, their bodies and encodings, pieces, and damage."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pytest
from command import dedup, plant
from hypothesis import given
from hypothesis import strategies as st
from test_markup import SENTENCES, page

from dedup import ReadError
from dedup.formats import body, warc
from dedup.settings import ReadSettings

if TYPE_CHECKING:
    from pathlib import Path

READ: Final = ReadSettings()
brotli = pytest.importorskip("brotli")


def record(number: int, block: bytes, kind: str = "response", **headers: str) -> bytes:
    """Write a record by hand."""
    told = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{number}>",
        "WARC-Target-URI": f"https://example.org/{number}",
        "WARC-Date": "2024-05-01T00:00:00Z",
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "text/plain",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def http(content: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """Write an HTTP response."""
    told = {"Content-Type": "text/html; charset=utf-8"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + content


def fetched(path: Path, most: int = 1 << 20) -> list[dict[str, Any]]:
    """Read all pages of an archive, piece by piece."""
    pieces = warc.parts(path, READ, most)
    return [row for piece in pieces for batch in warc.batches(path, "a", READ, piece) for row in batch.to_pylist()]


CHUNKED: Final = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (b"<p>Hel", b"lo</p>")) + b"0\r\n\r\n"
BODIES: Final[dict[str, tuple[bytes, dict[str, str]]]] = {
    "plain": (b"<p>Hello</p>", {}),
    "gzip": (gzip.compress(b"<p>Hello</p>"), {"Content_Encoding": "gzip"}),
    "two gzip streams": (gzip.compress(b"<p>Hel") + gzip.compress(b"lo</p>"), {"Content_Encoding": "x-gzip"}),
    "deflate with a frame": (zlib.compress(b"<p>Hello</p>"), {"Content_Encoding": "deflate"}),
    "deflate without": (zlib.compress(b"<p>Hello</p>")[2:-4], {"Content_Encoding": "Deflate"}),
    "brotli": (brotli.compress(b"<p>Hello</p>"), {"Content_Encoding": "br"}),
    "zstd": (bytes(pa.Codec("zstd").compress(b"<p>Hello</p>", asbytes=True)), {"Content_Encoding": "zstd"}),
    "chunked": (CHUNKED, {"Transfer_Encoding": "chunked"}),
    "both": (
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(brotli.compress(b"<p>Hello</p>")), brotli.compress(b"<p>Hello</p>")),
        {"Transfer_Encoding": "chunked", "Content_Encoding": "br"},
    ),
    "undone by the crawler": (b"<p>Hello</p>", {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}),
    "identity": (b"<p>Hello</p>", {"Content_Encoding": "identity"}),
}


@pytest.mark.parametrize("case", BODIES)
def test_bodies(tmp_path: Path, case: str) -> None:
    """Transfer and content encodings are undone in their order."""
    content, headers = BODIES[case]
    path = tmp_path / "a.warc"
    path.write_bytes(record(1, http(content, **headers)))
    [found] = fetched(path)
    assert (found["markup"], found["problem"], found["charset"]) == (b"<p>Hello</p>", "", "utf-8")


PROBLEMS: Final[dict[str, tuple[bytes, bytes | None, str]]] = {
    "gzip bomb": (record(1, http(gzip.compress(bytes(1 << 28)), Content_Encoding="gzip")), None, body.LARGE),
    "brotli bomb": (record(1, http(brotli.compress(bytes(1 << 28)), Content_Encoding="br")), None, body.LARGE),
    "zstd bomb": (
        record(1, http(bytes(pa.Codec("zstd").compress(bytes(1 << 28), asbytes=True)), Content_Encoding="zstd")),
        None,
        body.LARGE,
    ),
    "bomb in a bomb": (
        record(1, http(gzip.compress(gzip.compress(bytes(1 << 28))), Content_Encoding="gzip, gzip")),
        None,
        body.LARGE,
    ),
    "too large": (record(1, http(b"<p>" + bytes(17 << 20))), None, body.LARGE),
    "no gzip": (record(1, http(b"Hello", Content_Encoding="gzip")), None, body.BROKEN),
    "no brotli": (record(1, http(b"\xff" * 9, Content_Encoding="br")), None, body.BROKEN),
    "cut gzip": (
        record(1, http(gzip.compress(b"<p>Hello</p>", 0)[:-9], Content_Encoding="gzip")),
        b"<p>Hello</p>"[: len(gzip.compress(b"<p>Hello</p>", 0)[:-9]) - 15],
        body.SHORT,
    ),
    "truncated when it was fetched": (
        record(1, http(b"<p>Hel"), WARC_Truncated="length"),
        b"<p>Hel",
        "truncated when it was fetched (length)",
    ),
    "the last record cut short": (record(1, http(b"<p>Hello</p>"))[:-8], b"<p>Hello", body.SHORT),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_problems(tmp_path: Path, case: str) -> None:
    """What cannot be read, or is cut short, is told; bombs are never unpacked whole."""
    data, content, problem = PROBLEMS[case]
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    [found] = fetched(path)
    assert found["problem"] == problem
    assert (found["markup"] or b"")[: len(content or b"")] == (content or b"")


OTHERS: Final = {
    "warcinfo": record(1, b"software: x\r\n", "warcinfo"),
    "request": record(1, b"GET / HTTP/1.1\r\n\r\n", "request"),
    "revisit": record(1, http(b""), "revisit", WARC_Profile="identical-payload-digest"),
    "metadata": record(1, b"a: b", "metadata"),
    "missing page": record(1, http(b"<p>Not here", "404 Not Found")),
    "moved page": record(1, http(b"", "301 Moved", Location="/")),
    "image": record(1, http(b"\x89PNG", Content_Type="image/png")),
    "script": record(1, http(b"x()", Content_Type="text/javascript")),
    "image as a resource": record(1, b"\x89PNG", "resource", Content_Type="image/png"),
    "no HTTP": record(1, b"garbage"),
    "DNS": record(1, b"example.org", "response", Content_Type="text/dns"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_records(tmp_path: Path, case: str) -> None:
    """Records that are no documents are passed over and counted, and do not count as records before others."""
    path = tmp_path / "a.warc"
    path.write_bytes(OTHERS[case] + record(2, http(b"<p>a")))
    [found] = fetched(path)
    assert (found["id"], found["record"], found["url"]) == ("urn:uuid:2", 1, "https://example.org/2")
    assert sum(piece.others for piece in warc.parts(path, READ, 1)) == 1


TEXTS: Final = {
    "conversion": (record(1, "Grüße\n".encode(), "conversion"), "Grüße\n"),
    "text as a response": (
        record(1, http("Grüße".encode("cp1252"), Content_Type="text/plain; charset=cp1252")),
        "Grüße",
    ),
    "text as a resource": (record(1, b"Hello", "resource"), "Hello"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_texts(tmp_path: Path, case: str) -> None:
    """Texts are documents as they are."""
    data, text = TEXTS[case]
    path = tmp_path / "a.wet"
    path.write_bytes(data)
    [found] = fetched(path)
    assert (found["text"], found["markup"]) == (text, None)


def packed(records: list[bytes], suffix: str) -> bytes:
    """Compress each record by itself, as archives are."""
    if suffix == ".warc.gz":
        return b"".join(map(gzip.compress, records))
    if suffix == ".warc.zst":
        return b"".join(bytes(pa.Codec("zstd").compress(each, asbytes=True)) for each in records)
    return b"".join(records)


@given(
    st.lists(st.sampled_from(["page", "text", "revisit", "image"]), max_size=12),
    st.sampled_from([".warc", ".warc.gz"]),
    st.integers(1, 3000),
)
def test_pieces(tmp_path_factory: pytest.TempPathFactory, kinds: list[str], suffix: str, most: int) -> None:
    """However an archive is cut, the same documents are found, under the same numbers."""
    made = {
        "page": lambda number: record(number, http(b"<p>%d" % number)),
        "text": lambda number: record(number, b"text %d" % number, "conversion"),
        "revisit": lambda number: record(number, b"", "revisit"),
        "image": lambda number: record(number, http(bytes(number), Content_Type="image/png")),
    }
    path = tmp_path_factory.mktemp("warc") / f"a{suffix}"
    path.write_bytes(packed([made[kind](number) for number, kind in enumerate(kinds)], suffix))
    found = fetched(path, most)
    expected = [number for number, kind in enumerate(kinds) if kind in {"page", "text"}]
    assert [row["id"] for row in found] == [f"urn:uuid:{number}" for number in expected]
    assert [row["record"] for row in found] == list(range(1, len(expected) + 1))
    assert found == fetched(path, 1 << 30)


def test_zstd(tmp_path: Path) -> None:
    """Archives compressed with zstd are read as those compressed with gzip."""
    path = tmp_path / "a.warc.zst"
    path.write_bytes(packed([record(number, http(b"<p>%d" % number)) for number in range(3)], ".warc.zst"))
    assert [row["markup"] for row in fetched(path)] == [b"<p>0", b"<p>1", b"<p>2"]


@pytest.mark.parametrize("data", [b"no archive at all", b"\x1f\x8b" + b"junk" * 99])
def test_damaged(tmp_path: Path, data: bytes) -> None:
    """Damage is named with the file and the record that it follows."""
    first = record(1, http(b"<p>a"))
    path = tmp_path / ("a.warc.gz" if data.startswith(b"\x1f") else "a.warc")
    path.write_bytes((gzip.compress(first) if data.startswith(b"\x1f") else first) + data)
    with pytest.raises(ReadError, match=r"not to be read as a web archive.*; fetch it again or leave it out"):
        fetched(path)
    ran = dedup("clean", path, "-o", tmp_path / "out")
    assert (ran.code, ran.err.count("\n")) == (2, 1)


@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
def test_cleaned_and_restored(tmp_path: Path, suffix: str) -> None:
    """An archive becomes JSON Lines with what its pages tell of themselves; what went comes back."""
    first = page("<title>Bridge</title><meta name=author content=Ann>").encode()
    records = [
        record(1, b"software: x\r\n", "warcinfo"),
        record(2, http(first)),
        record(3, http(gzip.compress(first), Content_Encoding="gzip")),
        record(4, http(b"\xff" * 9, Content_Encoding="br")),
        record(5, b"Another text altogether, which nothing else is like.\n", "conversion"),
    ]
    plant(tmp_path, {f"in/a{suffix}": packed(records, suffix)})
    ran = dedup("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert ran.code == 0
    assert "the first urn:uuid:4: its content encoding is broken" in ran.err
    rows = [json.loads(line) for line in (tmp_path / "out" / "a.jsonl").read_text().splitlines()]
    assert rows[0] == {
        "id": "urn:uuid:2",
        "url": "https://example.org/2",
        "title": "Bridge",
        "author": "Ann",
        "language": "en",
        "text": "\n".join(SENTENCES),
    }
    assert [row["id"] for row in rows] == ["urn:uuid:2", "urn:uuid:4", "urn:uuid:5"]
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["records"] == {"left_alone": 1}
    assert dedup("restore", tmp_path / "out", "-o", tmp_path / "back").code == 0
    back = [json.loads(line) for line in (tmp_path / "back" / "a.jsonl").read_text().splitlines()]
    assert [row["id"] for row in back] == [f"urn:uuid:{number}" for number in (2, 3, 4, 5)]
    assert back[1]["text"] == rows[0]["text"]
