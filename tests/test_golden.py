"""The seeds: five real pages, what of them must go and stay, and the committed result of cleaning them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson
import pytest
from command import ROOT, SEEDS, dedup, tree

if TYPE_CHECKING:
    from pathlib import Path

REMOVED: Final = {
    "000_a50a9388cdaa740f.txt": ((36, 36), (38, 38), (40, 40), (42, 42), (44, 44), (46, 46), (48, 48)),
    "002_b9022c0c97536692.txt": ((35, 35), (37, 37), (39, 74)),
    "003_61a83d5f3c79e2f2.txt": ((3, 4),),
    "004_27de85cb00123a23.txt": ((20, 20), (21, 37)),
}
"""First and last lines, from 1, of what people who read the pages marked to go."""
KEPT: Final = {
    "000_a50a9388cdaa740f.txt": ((1, 1), (3, 3), (7, 33)),
    "001_0543924f7cd09209.txt": ((1, 15),),
    "002_b9022c0c97536692.txt": ((1, 33),),
    "003_61a83d5f3c79e2f2.txt": ((1, 1), (6, 38)),
    "004_27de85cb00123a23.txt": ((1, 1), (2, 2), (4, 18)),
}
"""And to stay."""
SECOND_STORY: Final = ("001_0543924f7cd09209.txt", 18, 26)


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clean the seeds."""
    folder = tmp_path_factory.mktemp("golden") / "cleaned"
    ran = dedup("clean", SEEDS, "-o", folder)
    assert (ran.code, ran.err) == (0, "")
    return folder


def numbered(name: str) -> list[tuple[int, int, str]]:
    """Give place, number and content of every line of a seed that is not blank."""
    found = []
    place = 0
    for number, line in enumerate((SEEDS / name).read_bytes().decode().split("\n"), start=1):
        if line.strip():
            found.append((place, number, line))
        place += len(line) + 1
    return found


def gone(cleaned: Path, name: str) -> set[int]:
    """Give the numbers of a seed's lines that went, whole or in part, by the ledger."""
    rows = [orjson.loads(row) for row in (cleaned / "ledger.jsonl").read_bytes().splitlines()]
    spans = [(row["start"], row["end"]) for row in rows if row["kind"] == "removal" and row["file"] == name]
    return {
        number
        for place, number, line in numbered(name)
        if any(start < place + len(line) and place < end for start, end in spans)
    }


def marked(name: str, ranges: tuple[tuple[int, int], ...]) -> set[int]:
    """Give the numbers of the lines in these ranges that are not blank."""
    return {number for _, number, _ in numbered(name) if any(first <= number <= last for first, last in ranges)}


def test_result_is_the_committed_one(cleaned: Path) -> None:
    """`dedup clean seeds -o cleaned` gives the committed folder, byte for byte."""
    assert tree(cleaned) == tree(ROOT / "cleaned")


@pytest.mark.parametrize("name", REMOVED)
def test_what_must_go_goes(cleaned: Path, name: str) -> None:
    """Every line marked to go is gone."""
    assert marked(name, REMOVED[name]) <= gone(cleaned, name)


@pytest.mark.parametrize("name", KEPT)
def test_what_must_stay_stays(cleaned: Path, name: str) -> None:
    """No line marked to stay is lost, or shortened."""
    assert not marked(name, KEPT[name]) & gone(cleaned, name)
    kept = (cleaned / name).read_bytes().decode().split("\n")
    assert all(line in kept for _, number, line in numbered(name) if number in marked(name, KEPT[name]))


def test_second_story_is_suspected(cleaned: Path) -> None:
    """The unrelated story behind an article is reported with exactly its lines, and stays."""
    name, first, last = SECOND_STORY
    rows = [orjson.loads(row) for row in (cleaned / "ledger.jsonl").read_bytes().splitlines()]
    [found] = [row for row in rows if row["kind"] == "suspicion" and row["file"] == name]
    lines = numbered(name)
    [start] = [place for place, number, _ in lines if number == first]
    [end] = [place + len(line.rstrip()) for place, number, line in lines if number == last]
    assert (found["reason"], found["start"], found["end"]) == ("SS101", start, end)
    assert (cleaned / name).read_bytes() == (SEEDS / name).read_bytes()


def test_every_seed_is_read(cleaned: Path) -> None:
    """All seeds stay as documents."""
    report = orjson.loads((cleaned / "report.json").read_bytes())
    assert report["documents"] == {"in": 5, "out": 5, "empty": 0}
