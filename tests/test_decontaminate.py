"""Documents that hold evaluation items go, with item and span named; others stay, whatever phrases they share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from command import dedup, plant, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.kernel.arrays import Texts
from dedup.pipeline.decontamination import Evaluation, Wanted

if TYPE_CHECKING:
    from pathlib import Path

ITEM: Final = (
    "A train leaves the harbour town at seven and travels two hundred miles at an even speed of forty miles an hour, "
    "stopping twice for a quarter of an hour. At what time does it arrive?"
)
SHORT: Final = "Which metal is liquid at the temperature of rooms?"
PHRASE: Final = "In the event of any conflict between these terms and the law of the land, the latter shall prevail."
OTHER: Final = (
    "Nobody had counted how many lamps were burning on the pier when the keeper climbed down for the last time."
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder that no configuration file is above."""
    monkeypatch.chdir(tmp_path)


def evaluation(*items: str, ngram: int = 13, coverage: float = 0.5) -> Evaluation:
    return Evaluation(((str(number), item) for number, item in enumerate(items)), Wanted((), ngram, coverage))


WORDS: Final = ITEM.split()
REMOVED: Final = {
    "whole": f"{OTHER}\n\n{ITEM}\n\n{OTHER}",
    "other case and marks": f"{OTHER} {ITEM.upper().replace(',', ' --')} {OTHER}",
    "full-width letters": "".join(chr(ord(letter) + 0xFEE0) if "a" <= letter <= "z" else letter for letter in ITEM),
    "a word changed near the end": " ".join([*WORDS[:-4], "hour", *WORDS[-3:]]),
    "first two thirds": f"{OTHER} {' '.join(WORDS[: 2 * len(WORDS) // 3])} {OTHER}",
    "in two pieces": f"{' '.join(WORDS[:17])} {OTHER} {' '.join(WORDS[17:])}",
    "short": f"{OTHER} {SHORT} Mercury.",
    "short in a line of its own": f"{OTHER}\n{SHORT.lower()}\n",
}
KEPT: Final = {
    "nothing of it": OTHER,
    "empty": "",
    "a passage of thirteen words": f"{OTHER} {' '.join(WORDS[3:16])} {OTHER}",
    "a third": " ".join(WORDS[: len(WORDS) // 3]),
    "its words in another order": " ".join(reversed(WORDS)),
    "every tenth word changed": " ".join("so" if at % 10 == 5 else word for at, word in enumerate(WORDS)),
    "a phrase of a long item": f"{PHRASE} {OTHER}",
    "most of the short one": f"{OTHER} {' '.join(SHORT.split()[:-1])}",
    "the short one in other words": f"{OTHER} Which metals are liquid at the temperature of rooms?",
    "too short an item": "Yes, it is so. What is it?",
}


def sought() -> Evaluation:
    return evaluation(
        ITEM, SHORT, f"{PHRASE} {OTHER.replace('lamps', 'boats').replace('pier', 'dam')} {ITEM[::-1]}", "What is it?"
    )


@pytest.mark.parametrize("text", REMOVED.values(), ids=REMOVED)
def test_removed(text: str) -> None:
    """What holds an item is found, and what is marked in it is of the item."""
    items = sought()
    assert items.suspects(Texts.of_strings([OTHER, text])) == [1]
    found = items.worst(text)
    assert found is not None
    assert found.item == ("1" if SHORT.lower() in text.lower() else "0")
    assert 0.5 <= found.covered <= 1
    marked = text[found.start : found.end]
    assert len(marked.split()) >= 8
    assert "lamps" not in marked


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_kept(text: str) -> None:
    """What only shares words, phrases or less than half with an item stays."""
    assert sought().worst(text) is None


def test_shortest() -> None:
    """Items of fewer than eight words are not sought, and counted."""
    items = evaluation("What is it?", "one two three four five six seven", "one two three four five six seven eight")
    assert (items.short, items.names) == (2, ["2"])
    assert items.worst("They counted one two three four five six seven.") is None
    assert evaluation("", "?").worst("Anything.") is None
    assert evaluation("").suspects(Texts.of_strings(["Anything."])) == []


def slow(text: list[str], item: list[str], size: int) -> float:
    """Give the share of an item's words that lie in runs which a text has too, with Python's lists."""
    size = min(size, len(item))
    runs = {tuple(text[at : at + size]) for at in range(len(text) - size + 1)}
    covered = {
        at + step for at in range(len(item) - size + 1) if tuple(item[at : at + size]) in runs for step in range(size)
    }
    return len(covered) / len(item)


@given(
    st.lists(st.integers(0, 2), max_size=60), st.lists(st.integers(0, 2), min_size=8, max_size=30), st.integers(8, 13)
)
@settings(max_examples=60)
def test_share(text: list[int], item: list[int], size: int) -> None:
    """The share is that of the item's words in runs that the text has, and what is not suspected has none."""
    words, wanted = ([f"w{number}" for number in numbers] for numbers in (text, item))
    items = evaluation(" ".join(wanted), ngram=size, coverage=0.001)
    found = items.worst(" ".join(words))
    assert (found.covered if found else 0) == pytest.approx(slow(words, wanted, size), abs=1e-6)
    if found:
        assert items.suspects(Texts.of_strings([" ".join(words)])) == [0]
        stretch = " ".join(words)[found.start : found.end].split()
        assert slow(wanted, stretch, min(size, len(item))) > 0


def test_worst_of_several() -> None:
    """Of several items the one of which most is there is named; of equal ones the first."""
    words = [f"w{number}" for number in range(60)]
    half, whole = " ".join(words[:24] + ["x"] * 4), " ".join(words[30:50])
    assert evaluation(half, whole, whole).worst(" ".join(words)).item == "1"  # type: ignore[union-attr]


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_bytes().splitlines()]


def test_clean(tmp_path: Path) -> None:
    """Contaminated documents go whole, with item, span and share in the ledger; they speak against nothing."""
    lines = [f"{ITEM} {OTHER}", f"{OTHER} {SHORT}", OTHER, f"Subscribe to our newsletter\n\n{ITEM}", f"{OTHER} Indeed."]
    plant(
        tmp_path,
        {
            "in/a.jsonl": b"".join(
                json.dumps({"id": f"a{at}", "text": line}).encode() + b"\n" for at, line in enumerate(lines)
            )
        },
    )
    plant(
        tmp_path,
        {"eval/q.jsonl": json.dumps({"id": "q7", "text": ITEM}).encode() + b"\n", "eval/s.txt": SHORT.encode()},
    )
    ran = dedup("clean", "in", "-o", "out", "--decontaminate", "eval/q.jsonl", "--decontaminate", "eval/s.txt")
    assert ran.code == 0
    header, *found = rows(tmp_path / "out")
    assert header["decontaminate"].items() >= {"items": 2, "too_short": 0, "ngram": 13, "coverage": 0.5}.items()
    gone = {row["document"]: row for row in found if row["reason"] == "CD102"}
    assert {name: row["evidence"]["item"] for name, row in gone.items()} == {"a0": "q7", "a1": "s.txt", "a3": "q7"}
    for row in gone.values():
        evidence, text = row["evidence"], row["text"]
        assert (evidence["kind"], evidence["covered"]) == ("overlap", 1.0)
        assert text[evidence["start"] : evidence["end"]] in {ITEM[:-1], SHORT[:-1]}
    assert [json.loads(line)["id"] for line in (tmp_path / "out/a.jsonl").read_bytes().splitlines()] == ["a4"]
    assert {row["evidence"]["document"] for row in found if row["document"] == "a2"} == {"a4"}
    assert dedup("restore", "out", "-o", "again").code == 0
    assert (tmp_path / "again/a.jsonl").read_bytes() == (tmp_path / "in/a.jsonl").read_bytes()
    assert json.loads((tmp_path / "out/report.json").read_bytes())["removals"]["CD102"]["findings"] == 3


def test_beside_others(tmp_path: Path) -> None:
    """Nothing changes for the documents that hold no item, and references lose nothing."""
    plant(tmp_path, {"in/a.txt": OTHER.encode(), "in/b.txt": ITEM.encode(), "q.txt": ITEM.encode()})
    dedup("clean", "in", "-o", "out", "--decontaminate", "q.txt", "--reference", "b.txt")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.txt")) == ["a.txt", "b.txt"]
    assert "contaminated-document" in dedup("clean", "in", "--dry-run", "--decontaminate", "q.txt").out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--decontaminate nowhere", "nowhere"),
        ("--decontaminate q.txt --ngram 7", "ngram: 7 will not do; give a whole number from 8"),
        ("--decontaminate q.txt --coverage 0", "coverage: 0.0 will not do; give a number above 0"),
        ("--decontaminate q.txt --coverage 1.5", "at most 1"),
    ],
)
def test_refused(tmp_path: Path, options: str, told: str) -> None:
    """What cannot be sought is told in one line, and nothing is written."""
    plant(tmp_path, {"in/a.txt": OTHER.encode(), "q.txt": ITEM.encode()})
    before = tree(tmp_path)
    ran = dedup("clean", "in", "-o", "out", *options.split())
    assert (ran.code, ran.err.count("\n"), told in ran.err) == (2, 1, True), ran.err
    assert tree(tmp_path) == before


def test_large_sets() -> None:
    """Of thousands of items the right one is named."""
    random = np.random.default_rng(2)
    items = [" ".join(f"w{number}" for number in random.integers(0, 5000, 30)) for _ in range(2000)]
    found = evaluation(*items).worst(f"{OTHER} {items[1234]} {OTHER}")
    assert found is not None
    assert found.item == "1234"
