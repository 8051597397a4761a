"""
The gates: texts that they let go are texts in which nothing is found.

Which lines the phrases take is decided by automata and then by the phrases themselves; here every phrase is matched
with every line.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from conftest import any_text
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import boilerplate, repeats, segment, sketch, stories
from dedup.boilerplate import automata, taken
from dedup.boilerplate.automata import COARSE, STATES, compute, joined, phrases
from dedup.boilerplate.discussion import HEADERS, OUTLINE
from dedup.boilerplate.phrase import LONG
from dedup.boilerplate.rule import MARK
from dedup.boilerplate.rules import RULES
from dedup.boilerplate.view import bare
from dedup.kernel import lines
from dedup.kernel.arrays import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.phrase import Phrase

ROOT: Final = Path(__file__).parents[1]
DATA: Final = Path(os.environ.get("DEDUP_DATA", ROOT.parent / "shared" / "data"))
PAGES: Final = DATA / "boilerplate" / "lines-train.jsonl.gz"

EXAMPLES: Final = sorted(
    {
        line.removeprefix(MARK)
        for rule in RULES
        for example in (*rule.removes, *rule.keeps)
        for line in example.split("\n")
    }
)
ODD: Final = (
    "K", "ſ", "İ", "ı", "\u00a0", "\u200b", "\ufeff", "\u2028", "\x0b", "\x1c", "٣", "７", "𝟙", "😀", "©", "(c)", "o ",
    "□ ", "**", "•", "» ", "…", "！", "3 May 2014", "4:05 pm", "a year ago", "Anna", "says", "reuters",
    "x" * 590, "é" * 590,
)  # fmt: skip
ENDS: Final = ("\n", "\r\n", "\r", "\n\n", "\n\u00a0\n", "\r\n\r\n", "\n\n\n\n")

changed_case = st.sampled_from((str, str.upper, str.lower, str.title, str.swapcase))
any_piece = st.one_of(
    st.sampled_from(EXAMPLES), st.sampled_from(ODD), st.sampled_from(sorted(automata.outlines()[0])), any_text(8)
)
any_line = st.one_of(
    st.builds(lambda change, text: change(text), changed_case, st.sampled_from(EXAMPLES)),
    st.builds(lambda change, pieces: change("".join(pieces)), changed_case, st.lists(any_piece, max_size=4)),
    any_text(120),
)
any_page = st.lists(st.tuples(any_line, st.sampled_from(ENDS)), max_size=12).map(
    lambda found: "".join(line + end for line, end in found)
)


def matched(text: str) -> dict[Phrase, list[int]]:
    """Match every phrase with every line."""
    found: dict[Phrase, list[int]] = {}
    for at, line in enumerate(segment.page(text).lines):
        content = bare(line.text) if len(line.text) <= LONG else ""
        for phrase in phrases():
            if content and phrase.takes(content):
                found.setdefault(phrase, []).append(at)
    return found


@given(any_page)
@settings(max_examples=300)
def test_no_line_is_lost(text: str) -> None:
    """The automata let every line through to every phrase that takes it, under its right number."""
    assert taken.view(segment.page(text)).taken == matched(text)


@pytest.mark.parametrize("number", range(len(phrases())))
def test_no_wording_is_lost(number: int) -> None:
    """Lines drawn from a phrase's own pattern are let through to it."""
    phrase = phrases()[number]

    @given(st.from_regex(re.compile(phrase.source, re.IGNORECASE), fullmatch=True), any_page)
    @settings(max_examples=15, database=None)
    def check(line: str, around: str) -> None:
        text = f"{around}\n{line}\n"
        page = segment.page(text)
        told = taken.view(page).taken.get(phrase, [])
        assert told == [
            at for at, line in enumerate(page.lines) if len(line.text) <= LONG and phrase.takes(bare(line.text))
        ]

    check()


def test_every_header_has_the_outline() -> None:
    """What takes headers takes only lines that their outline takes."""
    wide = re.compile(rf"(?:{OUTLINE})\Z", re.IGNORECASE)

    @given(
        st.sampled_from(HEADERS[:3]).flatmap(
            lambda phrase: st.from_regex(re.compile(phrase.source, re.IGNORECASE), fullmatch=True)
        )
    )
    @settings(max_examples=30, database=None)
    def check(line: str) -> None:
        if any(phrase.takes(line) for phrase in HEADERS[:3]):
            assert wide.match(line)

    check()


def test_shipped_automata_are_those_of_the_rules() -> None:
    """The shipped file is what its program writes (`python -m dedup.boilerplate.automata`)."""
    shipped = automata.shipped()
    assert shipped is not None
    for old, new in zip(shipped, compute(STATES), strict=True):
        assert old.sets == new.sets
        assert old.classes.tolist() == new.classes.tolist()
        assert old.table.tolist() == new.table.tolist()
        assert old.finals.tolist() == new.finals.tolist()


def test_changed_rules_are_found_without_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of other rules is not used; automata made at once find the same."""
    other = tmp_path / "automata.bin"
    other.write_bytes(bytes(32) + automata.SHIPPED.read_bytes()[32:])
    monkeypatch.setattr(automata, "SHIPPED", other)
    assert automata.shipped() is None
    made = joined(compute(COARSE))
    monkeypatch.setattr(taken, "sieve", lambda: made)
    text = "\n".join(EXAMPLES)
    assert taken.view(segment.page(text)).taken == matched(text)


def test_the_kernel_strips_as_segment_does() -> None:
    """White space is the same below as above."""
    assert lines.INVISIBLE == segment.INVISIBLE


def let_go(text: str) -> Iterator[str]:
    """Give the gates that let a text go, and check that nothing is found in it; twice, between other texts too."""
    page = segment.page(text)
    for texts, at in ((Texts.of_strings([text]), 0), (Texts.of_strings(["Reply", text, "", "Share"]), 1)):
        if at not in boilerplate.suspects(texts):
            assert boilerplate.find(page) == []
            yield "boilerplate"
        if not stories.suspects(texts)[at]:
            assert list(stories.find("d", page)) == []
            yield "stories"
        if not repeats.suspects(texts)[at]:
            assert repeats.find("d", page, sketch.text_words(text)) == []
            yield "repeats"


@given(any_page)
@settings(max_examples=150)
def test_what_is_let_go_has_nothing(text: str) -> None:
    """In a text that a gate lets go its stage finds nothing, neither for sure nor as a suspicion."""
    assert set(let_go(text)) <= {"boilerplate", "stories", "repeats"}


PROSE: Final = (
    "The old harbour bridge will be closed to all traffic for a month while engineers replace its cables.",
    "Drivers will be sent over the northern crossing, which adds half an hour to the way into the centre.",
    "The repair is paid for by the region and costs a third more than the first estimate had foreseen.",
    "A ferry for people on foot and on bicycles will leave the fish market every twenty minutes until midnight.",
    "Shops along the quay fear for their summer trade and have asked for help with their rents until autumn.",
    "A painting that hung in a school canteen for forty years is a lost work by a Dutch master, experts said.",
    "The portrait of a young woman with a jug was given to the school by a former pupil, who had died abroad.",
    "Restorers in Utrecht took off three layers of varnish and found a signature and the year below the frame.",
    "By the time the vote was counted, most of the members had gone home and the chairman with them.",
    "In 1987 the company sold 3.4 million tonnes, against 2.9 million a year ago, its chief executive said.",
    "Share prices fell on Tuesday, and more than half of the banks lost what they had won since 12 May.",
    "Mr Marsh, who reads the comments of his readers every morning, said that he would answer all of them.",
    "Home owners who use the pool, the library and the gym pay 40 euros a month; all others pay nothing.",
    "Related work was done in Leiden in March 2004, where two of the authors were students at the time.",
    "“Follow me,” he said, “and print what I say, and save it, and send it to everyone who asks.”",
)

windows = st.tuples(st.permutations(PROSE), st.integers(2, len(PROSE)), st.integers(1, 3)).map(
    lambda drawn: ("\n" * drawn[2]).join(drawn[0][: drawn[1]])
)
one_after_another = st.tuples(windows, st.integers(2, 9), windows).map(lambda drawn: ("\n" * drawn[1]).join(drawn[::2]))


@given(st.one_of(windows, one_after_another))
@settings(max_examples=100)
def test_long_texts_that_are_let_go_have_nothing(text: str) -> None:
    """The same of texts long enough for second stories and repeats."""
    assert set(let_go(text)) <= {"boilerplate", "stories", "repeats"}


def test_prose_is_let_go() -> None:
    """Prose, without a gap and with every sentence once, passes all gates; what has something is held by each."""
    draw = random.Random(1)  # noqa: S311 - no secret
    texts = Texts.of_strings(["\n\n".join(draw.sample(PROSE, draw.randint(2, len(PROSE)))) for _ in range(500)])
    assert len(boilerplate.suspects(texts)) < 0.01 * len(texts.lows)
    assert stories.suspects(texts).mean() < 0.01
    assert repeats.suspects(texts).mean() < 0.01
    held = "\n".join(PROSE[:5]) + "\n\n\n\n" + "\n".join(PROSE[:5])
    texts = Texts.of_strings([f"{PROSE[0]}\nRead more", held, held])
    assert list(boilerplate.suspects(texts)) == [0]
    assert stories.suspects(texts)[1]
    assert repeats.suspects(texts)[2]


def pages() -> Iterator[str]:
    """Read the labelled pages, which are not part of the project."""
    if not PAGES.exists():
        pytest.skip(f"no labelled pages at {PAGES}; set DEDUP_DATA to the folder that holds boilerplate/{PAGES.name}")
    with gzip.open(PAGES, "rt", encoding="utf-8") as file:
        for row in file:
            yield "\n".join(text for text, _ in json.loads(row)["lines"])


def test_labelled_pages_that_are_let_go_have_nothing() -> None:
    """The same of web pages."""
    texts = list(pages())
    batch = Texts.of_strings(texts)
    marked, parted, repeating = boilerplate.suspects(batch), stories.suspects(batch), repeats.suspects(batch)
    for at, text in enumerate(texts):
        page = segment.page(text)
        found = boilerplate.find(page)
        assert found == (boilerplate.find(page, marked[at]) if at in marked else [])
        assert parted[at] or not list(stories.find("d", page))
        assert repeating[at] or not repeats.find("d", page, sketch.text_words(text))
    assert 0 < len(marked) < len(texts)


def test_no_line_of_labelled_pages_is_lost() -> None:
    """The automata let every line of one page in a hundred through to every phrase that takes it."""
    for text in list(pages())[::100]:
        assert taken.view(segment.page(text)).taken == matched(text)
