"""Pages: decoded as browsers do, their text and what they tell of themselves taken; hostile ones cost themselves."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command import dedup, plant
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from dedup.engines.guard import Guard, Lost
from dedup.markup.blocks import layout
from dedup.markup.decoding import decoded
from dedup.markup.extract import Extracted, Request, extract
from dedup.settings import Extractor

if TYPE_CHECKING:
    from pathlib import Path

SENTENCES: Final = (
    "The old harbour bridge will be closed to all traffic for a month while engineers replace its cables.",
    "Die Reparatur bezahlt das Land, und sie kostet ein Drittel mehr, als die erste Schätzung ergeben hatte.",
    "Paromy dla pieszych będą odpływać spod targu rybnego co dwadzieścia minut aż do północy, także w święta.",
)


def page(head: str = "", body: str = "") -> str:
    """Write a page with an article."""
    article = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    return f"<html lang=en><head>{head}</head><body><nav>Home</nav><article>{article}</article>{body}</body></html>"


def taken(markup: bytes, charset: str = "", extractor: Extractor = Extractor.TRAFILATURA) -> Extracted:
    """Extract a page."""
    return extract(Request(markup, charset, "https://example.org/a/b.html", extractor))


@pytest.mark.parametrize("extractor", Extractor)
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-2", "windows-1250", "utf-16"])
def test_text(charset: str, extractor: Extractor) -> None:
    """The paragraphs of the article are taken and nothing around them, whatever the encoding."""
    if extractor is Extractor.RESILIPARSE:
        pytest.importorskip("resiliparse")
    text = taken(page().encode(charset), charset, extractor).text
    assert [line for line in text.split("\n") if line] == list(SENTENCES)


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"words", b"\0\1\2", b"\xff\xfe"])
def test_no_text(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """A page without main text gives none, and nobody is bothered about it."""
    assert taken(data).text == ""
    assert capfd.readouterr() == ("", "")


def test_pages_do_not_remember_each_other() -> None:
    """The same page read again gives the same text."""
    assert len({taken(page().encode()).text for _ in range(5)}) == 1


SAID: Final = tuple(
    f"I have been here {years} years now and have never seen such a thing happen before, have you?"
    for years in range(9)
)


def test_comments_below_a_short_text() -> None:
    """Comments stay behind where there is a text of some forty words; where there is none they are the text."""
    comments = "".join(f"<li><p>{line}</p></li>" for line in SAID)
    below = f'<div id="comments"><ol class="comment-list">{comments}</ol></div>'
    assert taken(page(body=below).encode()).text.split("\n") == list(SENTENCES)
    alone = taken(f"<html><body><nav>Home</nav>{below}</body></html>".encode()).text
    assert sum(line in alone for line in SAID) > len(SAID) / 2


DECODED: Final[dict[str, tuple[bytes, str, str]]] = {
    "mark before all": (b"\xef\xbb\xbf<meta charset=latin-1>\xc3\xa9", "latin-1", "<meta charset=latin-1>é"),
    "UTF-8 where it is valid": ("<p>é".encode(), "latin-1", "<p>é"),
    "server": ("<p>ą".encode("cp1250"), "windows-1250", "<p>ą"),
    "page": ('<meta charset="koi8-r"><p>привет'.encode("koi8-r"), "", '<meta charset="koi8-r"><p>привет'),
    "http-equiv": (
        b'<meta content="text/html; charset=cp1251"><p>\xef',
        "",
        '<meta content="text/html; charset=cp1251"><p>п',
    ),
    "as browsers read latin-1": (b"<p>\x93a\x94", "iso-8859-1", "<p>“a”"),
    "as browsers read gb2312": ("<p>镕".encode("gbk"), "gb2312", "<p>镕"),
    "no such encoding": ("<p>é".encode(), "no-such", "<p>é"),
    "no encoding of text": ("<p>é".encode(), "rot13", "<p>é"),
    "a bad byte in UTF-8": ("<p>é".encode() + b"\xff" + b"a" * 200, "utf-8", "<p>é\ufffd" + "a" * 200),
}


@pytest.mark.parametrize("case", DECODED)
def test_decoding(case: str) -> None:
    """Mark, valid UTF-8, server and page are believed in this order."""
    data, charset, expected = DECODED[case]
    assert decoded(data, charset) == expected


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "utf-16", "x", "hex", "shift_jis", "\0"]))
def test_any_bytes(data: bytes, charset: str) -> None:
    """Any bytes are some text, and any page gives some valid text."""
    assert isinstance(decoded(data, charset), str)
    assert taken(b"<p>" + data, charset).text.encode() is not None


ABOUT: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "nothing": ("", {"language": "en"}),
    "title": ("<title>A  title\n here</title>", {"title": "A title here", "language": "en"}),
    "better title": ("<title>A | B</title><meta property=og:title content=A>", {"title": "A", "language": "en"}),
    "linked data": (
        '<script type="application/ld+json">'
        + json.dumps(
            {"@graph": [{"datePublished": "2024-05-01T10:00:00Z", "author": [{"name": "Ann Lee"}, {"name": "Bo Wu"}]}]}
        )
        + "</script>",
        {"author": "Ann Lee, Bo Wu", "date": "2024-05-01", "language": "en"},
    ),
    "broken linked data": ('<script type="application/ld+json">{"author": </script>', {"language": "en"}),
    "meta": (
        '<meta name=author content="Ann Lee"><meta property="article:published_time" content="2023-02-03">',
        {"author": "Ann Lee", "date": "2023-02-03", "language": "en"},
    ),
    "author's address": ('<meta name=author content="https://example.org/ann">', {"language": "en"}),
    "canonical": ('<link rel="canonical" href="../c#d">', {"canonical": "https://example.org/c", "language": "en"}),
    "canonical elsewhere": ('<link rel="canonical" href="javascript:x">', {"language": "en"}),
}


@pytest.mark.parametrize("case", ABOUT)
def test_about(case: str) -> None:
    """Title, author, date, language and canonical address are what the page says they are."""
    head, about = ABOUT[case]
    assert taken(page(head).encode()).about == about


def test_about_in_the_ledger(tmp_path: Path) -> None:
    """What a page tells of itself is in the ledger, for the cleaned file is plain text."""
    plant(tmp_path, {"in/a.html": page("<title>Bridge</title>").encode()})
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out").code == 0
    rows = [json.loads(line) for line in (tmp_path / "out" / "ledger.jsonl").read_text().splitlines()]
    assert [row["about"] for row in rows if row["kind"] == "page"] == [
        {"id": "a.html", "title": "Bridge", "language": "en"}
    ]
    assert (tmp_path / "out" / "a.txt").read_text().split("\n") == list(SENTENCES)


LAID_OUT: Final = {
    "spaces that do not break": ("a&nbsp;b &emsp;c&#8239;d", "a b c d"),
    "hyphens that are not seen": ("Boots&shy;fahrt &#8203;hier&#65279;", "Bootsfahrt hier"),
    "readings above characters": ("<ruby>漢<rt>かん</rt>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>です", "漢字です"),
    "marks by themselves": ("cafe\u0301", "caf\u00e9"),
    "joiners belong to words": ("می\u200cخواهم", "می\u200cخواهم"),
    "hyphens that are seen": ("well-known\u2010ish", "well-known\u2010ish"),
    "spaces in code": ("<pre>a\n  b&nbsp;c</pre>", "a\n  b c"),
}


@pytest.mark.parametrize("case", LAID_OUT)
def test_layout_of_text(case: str) -> None:
    """What is there for the layout only, and readings of characters, are not in a text; all else is."""
    markup, text = LAID_OUT[case]
    assert [block.text for block in layout(html.fromstring(f"<div>{markup}</div>")).blocks] == [text]


def test_pages_in_records(tmp_path: Path) -> None:
    """Of a page that stands in a field the main text takes its place; the other fields stay, and addresses count."""
    named = {"a": "bridge", "b": "tunnel", "c": "tunnel"}
    records = [
        {"id": name, "url": f"https://example.org/{what}", "web": page().replace("bridge", what), "n": 5}
        for name, what in named.items()
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    table = StringIO()
    writer = csv.DictWriter(table, records[0])
    writer.writeheader()
    writer.writerows({**record, "id": f"{record['id']}-csv", "url": ""} for record in records)
    plant(tmp_path, {"in/a.jsonl": lines.encode(), "in/b.csv": table.getvalue().encode()})
    pq.write_table(pa.Table.from_pylist([{**records[0], "id": "p", "url": None}]), tmp_path / "in" / "c.parquet")
    steps = ("--steps", "boilerplate", "--html-field", "web")
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out", *steps).code == 0
    texts = {name: "\n".join(SENTENCES).replace("bridge", what) for name, what in named.items()}
    expected = [{**record, "web": texts[str(record["id"])]} for record in records]
    written = (tmp_path / "out" / "a.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in written] == expected
    with (tmp_path / "out" / "b.csv").open(newline="") as file:
        assert [row["web"] for row in csv.DictReader(file)] == list(texts.values())
    assert pq.read_table(tmp_path / "out" / "c.parquet").column("web").to_pylist() == [texts["a"]]
    assert dedup("restore", tmp_path / "out", "-o", tmp_path / "back").code == 0
    assert (tmp_path / "back" / "a.jsonl").read_text().splitlines() == written
    assert dedup("clean", tmp_path / "in" / "a.jsonl", "-o", tmp_path / "one", "--html-field", "web").code == 0
    ledger = [json.loads(line) for line in (tmp_path / "one" / "ledger.jsonl").read_text().splitlines()]
    assert "XD102" in {row.get("reason") for row in ledger}
    for name in ("a.jsonl", "b.csv", "c.parquet"):
        ran = dedup("clean", tmp_path / "in" / name, "-o", tmp_path / "none", "--html-field", "page")
        assert (ran.code, "with --html-field; here are: id, url, web, n" in ran.err) == (2, True)


def test_pages_in_records_are_not_exchanged_in_place(tmp_path: Path) -> None:
    """A check that mends files lets those alone that hold pages."""
    twice = json.dumps({"id": "a", "web": page()}) + "\n" + json.dumps({"id": "b", "web": page()}) + "\n"
    plant(tmp_path, {"a.jsonl": twice.encode()})
    ran = dedup("check", tmp_path / "a.jsonl", "--fix", "--html-field", "web")
    assert ran.code == 1
    assert (tmp_path / "a.jsonl").read_text() == twice


@pytest.fixture(scope="module")
def guard() -> Guard[Request, Extracted]:
    """Give a guard as pages have it."""
    return Guard(extract)


def chains(depth: int) -> str:
    """Write entities made of entities."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(depth))
    return f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "ha">{entities}]>{page(body=f"&e{depth};")}'


HOSTILE: Final[dict[str, bytes]] = {
    "10 MB of nested tags": b"<div>" * 2_000_000,
    "10 MB of nested inline tags": b"<b><i>" * 1_600_000,
    "100,000 attributes": b"<p " + b" ".join(b"a%d=%d" % (n, n) for n in range(100_000)) + b">text</p>",
    "100,000 attributes on many": (b"<p " + b"a " * 1000 + b">text</p>") * 100,
    "broken encodings": page().encode("utf-16-le") + b"\xff\xfe\xfd" * 100_000 + page().encode("utf-7"),
    "entity chains": chains(60).encode(),
    "a million entities": b"<p>" + b"&amp;&#x110000;&#xd800;" * 300_000,
    "a million cells": b"<table>" + b"<tr><td>a" * 400_000,
    "a million open tables": b"<table><tr><td>" * 300_000,
    "one long word": b"<p>" + b"a" * 10_000_000,
    "one long attribute": b"<p class='" + b"a-" * 5_000_000 + b"'>text",
    "zeros": bytes(10_000_000),
    "open comment": b"<!--" * 2_000_000,
    "open script": b"<script>" + b"<p>text</p>" * 500_000,
    "brackets": b"<" * 5_000_000,
    "linked data without end": b'<script type="application/ld+json">' + b'{"author":[' * 400_000 + b"</script>",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_pages(guard: Guard[Request, Extracted], case: str) -> None:
    """A hostile page gives some text or a reason, in bounded time and memory, and the next page is read as ever."""
    answer = guard(Request(HOSTILE[case], "", "", Extractor.TRAFILATURA))
    assert isinstance(answer, Extracted | Lost)
    if isinstance(answer, Extracted):
        assert len(answer.text) <= 2 * len(HOSTILE[case])
    fair = guard(Request(page().encode(), "", "", Extractor.TRAFILATURA))
    assert isinstance(fair, Extracted)
    assert fair.text.split("\n") == list(SENTENCES)


def test_lost_pages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is lost is named in ledger, report and on the terminal, and all others are cleaned."""
    monkeypatch.setattr("dedup.pipeline.extraction._IDLE", [Guard(_failing)])
    other = page().replace("bridge", "tunnel").encode()
    plant(tmp_path, {"in/a.html": other, "in/b.html": b"<p>fail", "in/c.html": b"<p>fail"})
    ran = dedup("clean", tmp_path / "in", "-o", tmp_path / "out", "--jobs", "1")
    assert ran.code == 0
    assert "Note: pages not read, or not whole: 2, the first b.html: failed (ValueError: no such page)." in ran.err
    rows = [json.loads(line) for line in (tmp_path / "out" / "ledger.jsonl").read_text().splitlines()]
    told = [(row["document"], row["problem"]) for row in rows if row["kind"] == "problem"]
    assert told == [(name, "failed (ValueError: no such page)") for name in ("b.html", "c.html")]
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["problems"]["pages"] == {"failed (ValueError: no such page)": 2}
    assert [row["document"] for row in report["problems"]["first"]] == ["b.html", "c.html"]
    assert "tunnel" in (tmp_path / "out" / "a.txt").read_text()
    assert dedup("restore", tmp_path / "out", "-o", tmp_path / "back").code == 0


def _failing(request: Request) -> Extracted:
    if b"fail" in request.markup:
        raise ValueError("no such page")
    return extract(request)
