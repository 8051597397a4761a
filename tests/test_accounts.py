"""`dedup stats` and `dedup diff`: what is in a corpus, what went, and how two cleanings differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
import regex
from command import SEEDS, dedup, plant

if TYPE_CHECKING:
    from pathlib import Path

STORY: Final = (
    "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the bay.\n\n"
    "Nobody had seen the pilot since, although his boat lay where it always did, with both of its oars in it.\n"
)
PROMPT: Final = "Subscribe to our newsletter"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder that no configuration file is above."""
    monkeypatch.chdir(tmp_path)


def stats(*options: str) -> dict[str, Any]:
    ran = dedup("stats", "in", "--json", *options)
    assert (ran.code, ran.err) == (0, "")
    told: dict[str, Any] = json.loads(ran.out)
    return told


def test_stats(tmp_path: Path) -> None:
    """What is counted is what is there: a slow count of the same says so."""
    texts = [STORY, STORY.upper(), STORY + "Fin.", f"Корабль пришёл.\n\n{PROMPT}\n", "漢字 Ω!", ""]
    plant(tmp_path, {f"in/{number}.txt": text.encode() for number, text in enumerate(texts)})
    told = stats()
    whole = "\n".join(texts)
    assert (told["files"], told["documents"], told["empty"]) == (6, 6, 1)
    assert told["characters"] == sum(map(len, texts))
    assert told["words"] == len(regex.findall(r"\p{Han}|[\p{L}\p{M}\p{N}--\p{Han}]+", whole, regex.VERSION1))
    for script in ("Latin", "Cyrillic", "Han", "Greek"):
        assert told["letters"][script] == len(
            regex.findall(rf"[\p{{Script={script}}}&&\p{{L}}]", whole, regex.VERSION1)
        )
    assert sum(told["letters"].values()) == len(regex.findall(r"\p{L}", whole))
    assert told["largest_clusters"] == [{"document": "2.txt", "documents": 3}]
    assert told["duplicates"] == round(2 / 6, 6)
    assert told["boilerplate"] == round((len(PROMPT) + 2) / told["characters"], 6)
    assert told["repeated"] == round(2 * len(STORY) / told["characters"], 6)


def test_stats_are_those_of_the_report(tmp_path: Path) -> None:
    """What would go is what goes, and nothing is written to find out."""
    assert dedup("clean", SEEDS, "-o", "out").code == 0
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    told = json.loads(dedup("stats", SEEDS, "--json").out)
    assert told["removals"] == report["removals"]
    assert told["characters"] == report["characters"]["in"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_stats_for_people(tmp_path: Path) -> None:
    """A line a fact, in plain characters, even of nothing at all."""
    plant(tmp_path, {"in/a.txt": STORY.encode(), "in/b.txt": STORY.encode(), "none/a.txt": b""})
    out = dedup("stats", "in").out
    assert "Documents    2, of which empty 0\n" in out
    assert "Letters      Latin 100.0%\n" in out
    assert out.endswith("Largest clusters\n  2 like a.txt\n")
    assert "Letters      none\n" in dedup("stats", "none").out


def test_diff_with_the_inputs(tmp_path: Path) -> None:
    """Every removed line stands there once, with its reason; nothing removed is nothing shown."""
    plant(
        tmp_path, {"in/a.txt": f"A text.\n\n{PROMPT}\n".encode(), "in/b.txt": STORY.encode(), "fine/a.txt": b"A text."}
    )
    plant(tmp_path, {"in/c.txt": STORY.encode()})
    for folder in ("in", "fine"):
        assert dedup("clean", folder, "-o", f"{folder}.out").code == 0
    ran = dedup("diff", "in.out")
    assert (ran.code, ran.err) == (1, "")
    lines = ran.out.splitlines()
    assert [line for line in lines if line.startswith("=== ")] == ["=== a.txt", "=== c.txt"]
    gone = [line[2:] for line in lines if line.startswith("- ")]
    assert gone == [PROMPT, *filter(None, STORY.splitlines())]
    assert "@@ BP151 newsletter-prompt" in ran.out
    assert dedup("diff", "fine.out") == (0, "", "")
    rows = [json.loads(line) for line in dedup("diff", "in.out", "--json").out.splitlines()]
    assert [(row["document"], row["second"], row["kind"]) for row in rows] == [
        ("a.txt", False, "removal"),
        ("c.txt", False, "removal"),
    ]


def test_diff_of_two_cleanings(tmp_path: Path) -> None:
    """What both took out is not shown; what one did is, on its side, and sides can be changed."""
    records = [f"{number} text.\n\n{PROMPT}" for number in range(12)]
    plant(tmp_path, {"in/a.jsonl": "".join(json.dumps({"text": text}) + "\n" for text in records).encode()})
    plant(tmp_path, {"in/b.txt": STORY.encode(), "in/c.txt": STORY.encode()})
    assert dedup("clean", "in", "-o", "all").code == 0
    assert dedup("clean", "in", "-o", "boilerplate", "--steps", "boilerplate").code == 0
    assert dedup("clean", "in", "-o", "documents", "--steps", "documents").code == 0
    assert dedup("diff", "all", "all") == (0, "", "")

    def sides(one: str, other: str) -> list[tuple[str, bool]]:
        ran = dedup("diff", one, other, "--json")
        assert ran.code == 1
        return [(row["file"], row["second"]) for row in map(json.loads, ran.out.splitlines())]

    assert sides("all", "boilerplate") == [("c.txt", False)]
    assert sides("boilerplate", "all") == [("c.txt", True)]
    assert sides("documents", "all") == [("a.jsonl", True)] * 12
    assert sides("boilerplate", "documents") == [("a.jsonl", False)] * 12 + [("c.txt", True)]
    assert "\n+ Eleven ships" in dedup("diff", "boilerplate", "all").out


def test_diff_of_nothing(tmp_path: Path) -> None:
    """What is no output of a cleaning is named, with a remedy."""
    plant(tmp_path, {"in/a.txt": b""})
    ran = dedup("diff", "in")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "in/ledger.jsonl" in ran.err
