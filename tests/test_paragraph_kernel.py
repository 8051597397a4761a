"""Paragraphs: the kernel cuts bytes where a reference in Python cuts the text."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import regex
from conftest import any_text
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernel.arrays import Texts
from dedup.kernel.paragraphs import paragraphs, points

PROSE = "The council met on Monday and spoke about the new bridge over the river"
lines = st.sampled_from(
    [
        "",
        " ",
        "\t",
        "short",
        "Ends here.",
        PROSE,
        f"  {PROSE} ",
        f"{PROSE}.",
        f"- {PROSE}",
        f"* {PROSE}",
        PROSE * 2,
        "漢字" * 20,
        "«Ёлка» 😀",
        "\u00a0",
    ]
)
ends = st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n"])
laid_out = st.lists(st.tuples(lines, ends), max_size=12).map(lambda pairs: "".join(line + end for line, end in pairs))
texts = laid_out | laid_out.map(str.rstrip) | any_text()


def reference(text: str, least: int) -> list[str]:
    """Cut one text into paragraphs."""
    rows = [line.strip(" \t") for line in regex.split(r"\r\n|\r|\n", text)]
    pieces = _blocks(text, rows) if _is_wrapped(rows) else rows
    return [piece for piece in pieces if len(piece.encode()) >= max(1, least)]


def _is_wrapped(rows: list[str]) -> bool:
    filled = [row for row in rows if row]
    broken = [
        row
        for row, below in pairwise(rows)
        if below
        and below[0] not in "-*"
        and 40 <= len(row.encode()) <= 100
        and not row.endswith((".", "!", "?", ":", ";", '"', "'", ")"))
    ]
    return len(filled) >= 4 and 2 * len(broken) >= len(filled)


def _blocks(text: str, rows: list[str]) -> list[str]:
    """Take lines between blank ones together, with the line ends and margins that stand between them."""
    bare = regex.split(r"(\r\n|\r|\n)", text)
    blocks: list[str] = []
    fresh = True
    for place, row in enumerate(rows):
        raw = bare[2 * place]
        if not row:
            fresh = True
        elif fresh:
            blocks.append(raw)
            fresh = False
        else:
            blocks[-1] += bare[2 * place - 1] + raw
    return [block.strip(" \t") for block in blocks]


def kernel(batch: list[str], least: int) -> list[list[str]]:
    """Cut a batch by the kernel."""
    data = Texts.of_strings(batch)
    owners, starts, stops = paragraphs(*data, least)
    found: list[list[str]] = [[] for _ in batch]
    for owner, start, stop in zip(owners.tolist(), starts.tolist(), stops.tolist(), strict=True):
        assert data.lows[owner] <= start < stop <= data.highs[owner]
        found[owner].append(data.data[start:stop].tobytes().decode())
    return found


@given(st.lists(texts, max_size=4), st.sampled_from([0, 1, 6, 29, 200]))
def test_kernel_and_reference_cut_alike(batch: list[str], least: int) -> None:
    """On any texts the kernel finds the reference's paragraphs, in order, whatever stands beside them in the batch."""
    assert kernel(batch, least) == [reference(text, least) for text in batch]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n \r\n\t\r", []),
        ("one\ntwo\r\nthree\rfour", ["one", "two", "three", "four"]),
        ("  one \n\n\ttwo\t", ["one", "two"]),
        ("one\u2028still one\x0c\x85", ["one\u2028still one\x0c\x85"]),
        (f"{PROSE}\n{PROSE}\n{PROSE}", [PROSE] * 3),
        (f"{PROSE}.\n{PROSE}.\n{PROSE}.\n{PROSE}.", [f"{PROSE}."] * 4),
        (f"{PROSE}\n{PROSE}\nend.\n\n{PROSE}\nend.", [f"{PROSE}\n{PROSE}\nend.", f"{PROSE}\nend."]),
        (f"{PROSE}\r\n{PROSE}\r\n \r\n{PROSE}\r\nend.", [f"{PROSE}\r\n{PROSE}", f"{PROSE}\r\nend."]),
    ],
)
def test_cases(text: str, expected: list[str]) -> None:
    """A paragraph is a line; where lines were broken at a margin, it is what stands between blank lines."""
    assert kernel([text], 1) == [expected]


@given(st.lists(any_text(), max_size=4), st.data())
def test_points_are_code_points(texts: list[str], data: st.DataObject) -> None:
    """The byte where any prefix of a text ends is turned into the prefix's length, wherever the text begins."""
    expected, lows, places = [], [], []
    low = 0
    for text in texts:
        for cut in sorted(data.draw(st.lists(st.integers(0, len(text))))):
            expected.append(cut)
            lows.append(low)
            places.append(low + len(text[:cut].encode()))
        low += len(text.encode())
    whole = np.frombuffer("".join(texts).encode(), np.uint8)
    assert points(whole, np.array(lows, np.int64), np.array(places, np.int64)).tolist() == expected
