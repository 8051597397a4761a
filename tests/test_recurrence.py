"""Lines that recur in other documents: counted as by a slow count, weighed with the line model, told in the ledger."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pytest
import regex
from command import dedup as dedup_command
from command import plant
from conftest import any_text
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pieces import FURNITURE, GERMAN, MENU, NOTICED, PROSE, SITE, SPANISH

import dedup
from dedup import sketch
from dedup.boilerplate.model.weights import shipped
from dedup.engines.shards import Shard, Spool
from dedup.kernel.arrays import Texts
from dedup.kernel.line_keys import SHORT, Recurring
from dedup.kernel.verdicts import verdicts
from dedup.pipeline.recurrence import MANY, Counting, counted, lines
from dedup.pipeline.rows import CHANGING, DOCUMENTS
from dedup.reasons import RECURRING_LINE
from dedup.records import Document, Frequency
from dedup.settings import Boilerplate, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from dedup.kernel.arrays import U64

PAGES: Final = SITE | {f"noticed {name}": text for name, text in NOTICED.items()}
NEVER: Final = {"ignore": [RECURRING_LINE.code]}


def clean(texts: dict[str, str], **options: object) -> dedup.CleanResult:
    """Clean texts, each by its name."""
    documents = [Document(name, text) for name, text in texts.items()]
    return dedup.clean(documents, Settings.of(options))


def test_a_menu_goes_with_its_site() -> None:
    """What the model alone leaves on each page goes where three pages have it, and the ledger says in how many."""
    assert not clean(SITE, **NEVER).removals
    found = clean(SITE)
    assert {document.id: document.text for document in found.kept} == {
        "en": "\n".join(PROSE), "de": "\n".join(GERMAN), "es": "\n".join(SPANISH)
    }  # fmt: skip
    assert {removal.reason for removal in found.removals} == {RECURRING_LINE.code}
    assert {removal.evidence for removal in found.removals} == {Frequency(documents=3)}


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param({name: SITE[name] for name in ("en", "de")}, id="two pages"),
        pytest.param(dict.fromkeys("abcd", SITE["en"]), id="copies of one page"),
        pytest.param({"alone": SITE["en"] + "\n\n" + "\n".join(MENU)}, id="twice on one page"),
        pytest.param(
            {
                name: "\n".join((*PROSE[:4], "The pier", *PROSE[4:])).replace("Tuesday", day)
                for name, day in (("a", "Monday"), ("b", "Friday"), ("c", "Sunday"), ("d", "Thursday"))
            },
            id="versions of one story",
        ),
        pytest.param(
            {
                name: "\n".join((*story[:4], "What happens next", *story[4:]))
                for name, story in (("en", PROSE), ("de", GERMAN), ("es", SPANISH))
            },
            id="a heading inside stories",
        ),
        pytest.param(
            {
                name: "\n".join((*story, "7", "12", "40"))
                for name, story in zip("abc", (PROSE, GERMAN, SPANISH), strict=True)
            },
            id="figures",
        ),
        pytest.param(
            {name: "\n".join((*story[:6], *MENU)) for name, story in zip("abc", ((), (), ()), strict=True)},
            id="texts of nothing else",
        ),
    ],
)
def test_left_alone(texts: dict[str, str]) -> None:
    """What recurs too seldom, in copies, as a heading or a figure, or is all there is, does not go for that."""
    assert RECURRING_LINE.code not in {removal.reason for removal in clean(texts).removals}


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(SITE, id="site"),
        pytest.param(NOTICED, id="notices"),
        pytest.param(SITE | {"more": "\n".join((*PROSE[:3], *MENU, *PROSE[3:]))}, id="menu inside a story"),
    ],
)
def test_once_is_enough(texts: dict[str, str]) -> None:
    """Cleaning what was cleaned removes nothing, though other lines stand beside those that stay."""
    assert not clean({document.id: document.text for document in clean(texts).kept}).removals


@st.composite
def pages(draw: st.DrawFn) -> dict[str, str]:
    """Draw pages of stories, of which lines were left out or exchanged, between pieces of menus and furniture."""
    made = {}
    for number in range(draw(st.integers(3, 7))):
        story = draw(st.permutations(draw(st.sampled_from((PROSE, GERMAN, SPANISH)))))
        lines = list(story[: draw(st.integers(4, len(story)))])
        for _ in range(draw(st.integers(0, 3))):
            piece = draw(st.sampled_from([MENU, MENU[:2], MENU[1:], *(more for _, more in FURNITURE.values())]))
            at = draw(st.sampled_from([0, len(lines), len(lines)]) | st.integers(0, len(lines)))
            lines[at:at] = piece[: draw(st.integers(1, len(piece)))]
        made[f"{number}"] = "\n".join(lines)
    return made


@given(pages())
@settings(max_examples=40)
def test_once_is_enough_for_any_pages(texts: dict[str, str]) -> None:
    """Cleaning what was cleaned removes nothing, whatever the pages have in common."""
    assert not clean({document.id: document.text for document in clean(texts).kept}).removals


def test_order_changes_nothing() -> None:
    """The order of documents changes nothing."""
    backwards = dict(reversed(PAGES.items()))
    assert sorted(map(repr, clean(PAGES).removals)) == sorted(map(repr, clean(backwards).removals))


def test_workers_change_nothing(tmp_path: Path) -> None:
    """How many workers there are, and how little memory, changes nothing."""
    source = plant(tmp_path / "in", {f"{name}.txt": text.encode() for name, text in PAGES.items()})
    ledgers = set()
    for number, options in enumerate((["-j1"], ["-j2"], ["-j2", "--memory", "256M"])):
        ran = dedup_command("clean", source, "-o", tmp_path / f"{number}", "--no-report", *options)
        assert ran.code == 0, ran.err
        ledgers.add((tmp_path / f"{number}" / "ledger.jsonl").read_bytes())
    [ledger] = ledgers
    assert ledger.count(b'"frequency"') >= 3 * len(MENU)


@given(any_text())
def test_keys_tell_words(text: str) -> None:
    """Two short lines share a key if their words are the same, and only then."""
    pieces = [line for line in regex.split(r"[\r\n]", text) if len(line.encode()) <= SHORT]
    keys = [sketch.line_keys(Texts.of_strings([line]), SHORT).keys.tolist() for line in pieces]
    said = [tuple(sketch.text_words(line).hashes.tolist()) for line in pieces]
    told = {(key[0], words) for key, words in zip(keys, said, strict=True) if key}
    assert len({key for key, _ in told}) == len({words for _, words in told}) == len(told)
    for key, words, line in zip(keys, said, pieces, strict=True):
        assert bool(key) == bool(words and regex.search(r"[A-Za-z]|[^\x00-\x7f]", line))
    together = sketch.line_keys(Texts.of_strings([text]), SHORT)
    assert together.keys.tolist() == [each for key in keys for each in key]


WORDS: Final = 5
LINE: Final = st.sampled_from(
    [
        "one",
        "two",
        "three",
        "Four!",
        "five six",
        "7",
        "",
        "a b c d e",
        "c d e f g h",
        "long " * 50,
        "long " * 20 + "lung " + "long " * 29,
    ]
)


@example(
    documents=[["one", "long " * 50], ["one", "long " * 20 + "lung " + "long " * 29], ["one"]], most=3, copies=False
)
@given(
    documents=st.lists(st.lists(LINE, max_size=6), max_size=12),
    most=st.sampled_from([1, 3, 1000]),
    copies=st.booleans(),
)
def test_counts_are_those_of_a_slow_count(documents: list[list[str]], most: int, copies: bool) -> None:  # noqa: FBT001
    """Whatever is looked at together, lines are found to recur in as many documents as have them."""
    texts = pa.array(["\n".join(document) for document in documents], pa.large_string())
    spool = Spool(DOCUMENTS, CHANGING)
    ranks = pa.array(np.zeros(len(texts), np.int32))
    spool.append(Shard({DOCUMENTS: pa.RecordBatch.from_arrays([texts, ranks], ["base", "rank"])}))
    halves = np.array_split(np.arange(len(texts)), 2)
    found = counted([Shard(lines(Counting(spool.some(half), WORDS))) for half in halves], most, copies=copies)
    slow = slow_count(documents, copies=copies)
    keys = {line: int(sketch.line_keys(Texts.of_strings([line]), WORDS).keys[0]) for line in slow}
    assert dict(zip(found.keys.tolist(), found.documents.tolist(), strict=True)) == {
        keys[line]: count for line, count in slow.items()
    }
    assert found.keys.tolist() == sorted(found.keys.tolist())


def slow_count(documents: list[list[str]], *, copies: bool) -> dict[str, int]:
    """Count lines as they are here: each has words of its own, 7 has no letter, and the last four are long."""
    held = [tuple(line for line in document if line) for document in documents]
    each = Counter(
        line
        for document in (held if copies else set(held))
        for line in set(document)
        if len(line.split()) < WORDS and line != "7"
    )
    return {line: count for line, count in each.items() if count >= MANY}


POOL: Final = [*PROSE, *MENU, *(line for _, furniture in FURNITURE.values() for line in furniture)]


@given(st.lists(st.sampled_from(POOL), min_size=8, max_size=30), st.sets(st.sampled_from(POOL)))
def test_recurrence_only_adds(page: list[str], recur: set[str]) -> None:
    """
    Where nothing goes with lines that recur, nothing goes without.

    A text cleaned under what recurs would otherwise lose more where less is known.
    """
    model = shipped()
    keys = np.unique(sketch.line_keys(Texts.of_strings(sorted(recur)), SHORT).keys)
    recurring = Recurring(keys, np.full(len(keys), 3, np.int32))
    texts = Texts.of_strings(["\n".join(page)])
    point = model.points[Boilerplate.DEFAULT]
    alone, _ = verdicts(texts, model.known, model.judges, point)
    weighed, _ = verdicts(texts, model.known, model.judges, point, recurring)
    assert len(weighed) or not len(alone)
    for _, first, last, _, _, place in weighed.tolist():
        said = {int(key) for line in page[first : last + 1] for key in keys_of(line)}
        assert place < 0 or said == {int(keys[place])}


def keys_of(line: str) -> U64:
    """Give the key of a line, if it is short and holds a letter."""
    return sketch.line_keys(Texts.of_strings([line]), SHORT).keys
