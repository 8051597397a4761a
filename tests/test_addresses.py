"""Pages of one address: one stays, and the ledger names it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from command import dedup, plant
from test_markup import page
from test_warc import http, record

from dedup.pipeline.addresses import address

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("url", "canonical", "known"),
    [
        ("https://a.org/x", "", "https://a.org/x"),
        ("https://a.org/x#y", "", "https://a.org/x"),
        ("HTTPS://A.org", "", "https://a.org/"),
        ("https://a.org/X?y=1", "", "https://a.org/X?y=1"),
        ("https://a.org/x?utm=1", "https://a.org/x", "https://a.org/x"),
        ("", "https://a.org/x", "https://a.org/x"),
        ("https://a.org/x", "https://b.org/x", "https://a.org/x"),
        ("https://a.org/x", "https://a.org/", "https://a.org/x"),
        ("https://a.org/?x", "https://a.org/", "https://a.org/?x"),
        ("ftp://a.org/x", "", ""),
        ("https://[a", "", ""),
        ("", "", ""),
    ],
)
def test_address(url: str, canonical: str, known: str) -> None:
    """Fragments and case of hosts tell nothing apart; what a page says of other hosts and home pages is not heard."""
    assert address(url, canonical) == known


def story(number: int, head: str = "", words: int = 60) -> bytes:
    """Write a page like no other."""
    sentence = " ".join(f"word{number}x{place}" for place in range(words))
    return page(head).replace("The old harbour bridge", f"{sentence}. The old harbour bridge").encode()


def cleaned(folder: Path, pages: list[tuple[str, bytes]], *options: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Clean an archive of pages, and give the addresses that stay and the removals."""
    records = [
        record(number, http(content), WARC_Target_URI=url) for number, (url, content) in enumerate(pages, start=1)
    ]
    plant(folder, {"in/a.warc": b"".join(records)})
    assert dedup("clean", folder / "in", "-o", folder / "out", *options).code == 0
    stay = [json.loads(line)["id"] for line in (folder / "out" / "a.jsonl").read_text().splitlines()]
    ledger = [json.loads(line) for line in (folder / "out" / "ledger.jsonl").read_text().splitlines()]
    return stay, [row for row in ledger if row["kind"] == "removal"]


PAGES = [
    ("https://a.org/1", story(1)),
    ("https://a.org/2", story(2)),
    ("https://a.org/1#top", story(3, words=200)),
    ("https://a.org/4?from=mail", story(4, "<link rel=canonical href=/2>")),
    ("https://a.org/5", story(5, "<link rel=canonical href=/>")),
    ("https://b.org/1", story(6, "<link rel=canonical href=https://a.org/1>")),
    ("https://a.org/1", b"<html><body></body></html>"),
]


def test_one_stays(tmp_path: Path) -> None:
    """Of pages of one address the longest stays; pages without words, of other hosts and home pages are left alone."""
    stay, removals = cleaned(tmp_path, PAGES, "--steps", "documents", "--threshold", "1", "--containment", "1")
    assert stay == [f"urn:uuid:{number}" for number in (2, 3, 5, 6, 7)]
    told = [(row["document"], row["reason"], row["evidence"]) for row in removals]
    assert told == [
        ("urn:uuid:1", "XD102", {"kind": "address", "document": "urn:uuid:3", "url": "https://a.org/1"}),
        ("urn:uuid:4", "XD102", {"kind": "address", "document": "urn:uuid:2", "url": "https://a.org/2"}),
    ]
    assert dedup("restore", tmp_path / "out", "-o", tmp_path / "back").code == 0
    back = [json.loads(line)["id"] for line in (tmp_path / "back" / "a.jsonl").read_text().splitlines()]
    assert back == [f"urn:uuid:{number}" for number in range(1, 8)]


def test_the_keep_policy_decides(tmp_path: Path) -> None:
    """The first stays where that is wanted."""
    options = ("--steps", "documents", "--threshold", "1", "--containment", "1", "--keep", "first")
    stay, _ = cleaned(tmp_path, PAGES, *options)
    assert stay == [f"urn:uuid:{number}" for number in (1, 2, 5, 6, 7)]


def test_the_witness_stays(tmp_path: Path) -> None:
    """Where the page that has the address goes itself, the one because of which it went is named."""
    longer = story(2, words=300)
    pages = [("https://a.org/1", story(1)), ("https://a.org/1", story(2, words=290)), ("https://a.org/2", longer)]
    stay, removals = cleaned(tmp_path, pages, "--steps", "documents")
    assert stay == ["urn:uuid:3"]
    assert [(row["document"], row["reason"], row["evidence"]["document"]) for row in removals] == [
        ("urn:uuid:1", "XD102", "urn:uuid:3"),
        ("urn:uuid:2", "ND101", "urn:uuid:3"),
    ]


def test_not_without_documents(tmp_path: Path) -> None:
    """Addresses are part of the step `documents`."""
    stay, removals = cleaned(tmp_path, PAGES, "--steps", "repeats")
    assert (len(stay), removals) == (7, [])
