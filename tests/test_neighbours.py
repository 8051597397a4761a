"""Paragraphs that recur by themselves are told from those that are copied with what stands around them."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from command import dedup
from hypothesis import given
from hypothesis import strategies as st

from dedup import Document, clean
from dedup.pipeline.neighbours import beside, recurring, together

if TYPE_CHECKING:
    from pathlib import Path

NOTICE: Final = (
    "The content of this page is given for information only and is no advice of any kind to anybody who may read it."
)
WORDS: Final = [f"{one}{two}{three}" for one in "bdklmnprst" for two in "aeiou" for three in "lnrst"]


def prose(seed: int) -> str:
    """Make a paragraph of 40 words; equal seeds, equal paragraphs."""
    return " ".join(Random(seed).choices(WORDS, k=40)).capitalize() + "."  # noqa: S311 - a text, no secret


@given(st.lists(st.integers(0, 3), max_size=8))
def test_beside(lengths: list[int]) -> None:
    """Inside a document each paragraph has the one before it and the one behind it; what is gone has none."""
    owners = [row for row, length in enumerate(lengths) for _ in range(length)]
    gone = [-1 if owner % 3 == 2 else owner for owner in owners]
    before, behind = beside(np.arange(len(gone)), np.array(gone, np.int32)).tolist()
    for place, owner in enumerate(gone):
        inside = [other for other in range(len(gone)) if gone[other] == owner and owner >= 0]
        assert before[place] == max((other for other in inside if other < place), default=-1)
        assert behind[place] == min((other for other in inside if other > place), default=-1)


@given(st.lists(st.lists(st.sampled_from("abcdN"), min_size=1, max_size=4, unique=True), min_size=2, max_size=7))
def test_recurring(documents: list[list[str]]) -> None:
    """What recurs in three or more places of its own, and more often so than not, recurs by itself."""
    said = [letter for document in documents for letter in document]
    owners = np.array([row for row, document in enumerate(documents) for _ in document], np.int32)
    firsts = {letter: said.index(letter) for letter in said}
    texts = np.array([place for place, letter in enumerate(said) if firsts[letter] != place], np.int64)
    witnesses = np.array([firsts[said[place]] for place in texts], np.int64)
    found = dict(zip((said[place] for place in texts), recurring(texts, witnesses, owners).tolist(), strict=True))
    for letter, alone in found.items():
        holders = [document for document in documents if letter in document]
        behind = {document[place] for document in holders if (place := document.index(letter) - 1) >= 0}
        before = {document[place] for document in holders if (place := document.index(letter) + 1) < len(document)}
        sides = [len(side) for side in (behind, before) if side]
        places = min(sides, default=0)
        assert alone == (places >= 3 and 2 * places > len(holders))


def test_notices_and_copies_in_a_corpus() -> None:
    """A notice under five stories recurs by itself; a passage that five pages copy does not, edited or not."""
    notices = [Document(f"n{row}", f"{prose(row)}\n\n{prose(row + 50)}\n\n{NOTICE}") for row in range(5)]
    passage = "\n\n".join(prose(seed) for seed in (100, 101, 102))
    own = [" ".join(prose(seed) for seed in range(200 + 9 * row, 209 + 9 * row)) for row in range(5)]
    copies = [Document(f"p{row}", f"{text}\n\n{passage}") for row, text in enumerate(own)]
    removals = clean([*notices, *copies]).removals
    told = [(removal.document[0], removal.reason) for removal in removals]
    assert sorted(told) == [("n", "XP102")] * 4 + [("p", "XP101")] * 12


@pytest.mark.parametrize("changed", [False, True])
def test_together(changed: bool) -> None:  # noqa: FBT001 - a parameter
    """A pair is of one passage if a neighbour shares a key too."""
    owners = np.array([0, 0, 1, 1], np.int32)
    keys = np.array([1, 2, 3 if changed else 1, 2], np.uint64)
    assert together(np.array([1]), np.array([3]), owners, [keys]).tolist() == [not changed]


def test_pairs_of_paragraphs(tmp_path: Path) -> None:
    """Every two like paragraphs are listed, inside a document too, by the code points of their documents."""
    texts = {
        "a": f"Käse 😀\n\n{prose(1)}\n\n{prose(2)}",
        "b": f"{NOTICE}\n\nShort.\n\n{prose(1)}\n\n{prose(2)}",
        "c": f"  {prose(1)}  \n{prose(3)}\n{prose(1)}\nShort.",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    found = dedup("pairs", "--paragraphs", tmp_path)
    assert found.code == 0
    listed = set()
    for line in found.out.splitlines():
        *names, jaccard, containment, _, beside_too = line.split("\t")
        assert (jaccard, containment) == ("1.000000", "1.000000")
        assert beside_too == ("together" if {name[0] for name in names} == {"a", "b"} else "alone")
        ends = []
        for name in names:
            path, _, places = name.removesuffix("]").rpartition("[")
            start, end = map(int, places.split(":"))
            ends.append((path[0], start, texts[path[0]][start:end]))
        assert ends == sorted(ends)
        assert ends[0][2] == ends[1][2]
        listed.add(tuple(ends))
    stands = [
        (name, place, prose(seed))
        for name, text in texts.items()
        for seed in (1, 2, 3)
        for place in range(len(text))
        if text.startswith(prose(seed), place)
    ]
    assert listed == {tuple(sorted(pair)) for pair in combinations(stands, 2) if pair[0][2] == pair[1][2]}


def test_paragraph_options(tmp_path: Path) -> None:
    """How alike paragraphs must be, and how long, can be said on the command line."""
    words = NOTICE.split()
    (tmp_path / "a.txt").write_text("\n\n".join((NOTICE, " ".join([*words[:-2], "sees", "it."]))), encoding="utf-8")
    counts = {
        options: len(dedup("pairs", "--paragraphs", tmp_path, *options.split()).out.splitlines())
        for options in ("", "--paragraph-threshold 1 --likeness 1", "--paragraph-words 30")
    }
    assert counts == {"": 1, "--paragraph-threshold 1 --likeness 1": 0, "--paragraph-words 30": 0}
