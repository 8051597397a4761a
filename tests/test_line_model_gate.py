"""
The quality gate of the line model: what it does by itself to labelled pages of sites that it has not seen.

`training/train.py` cuts the sites into five parts, and leaves the weights that know nothing of the first one beside it,
with operating points chosen without that part: here they are measured on it. `training/scores.json` has the figures for
all parts. The pages belong to their publishers and are not part of the project: see `test_lines_gate`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

import pytest
from test_lines_gate import LINES, ROOT, SHA256

from dedup import segment
from dedup.boilerplate import model
from dedup.boilerplate.model.weights import SHIPPED, read, shipped
from dedup.kernel.arrays import Texts
from dedup.settings import Boilerplate

if TYPE_CHECKING:
    from dedup.boilerplate.model.weights import Model

TRAINING: Final = ROOT / "training"
FLOORS: Final = {
    ("gentle", "flat"): 0.505,
    ("gentle", "half"): 0.01,
    ("default", "flat"): 0.624,
    ("default", "half"): 0.028,
    ("strict", "flat"): 0.748,
    ("strict", "half"): 0.1,
}
"""Share of the characters to drop that must go from the first part; each slightly below what was measured."""
CEILINGS: Final = {"gentle": 0.004, "default": 0.0105, "strict": 0.0345}
"""Share of the characters to keep that may go from it; each slightly above what was measured."""


def part(domain: str) -> int:
    """Give the part that a site belongs to, as `training/pages.py` does."""
    return int.from_bytes(hashlib.sha256(b"fold" + domain.encode()).digest()[:4], "big") % 5


@pytest.fixture(scope="module")
def pages() -> list[dict[str, Any]]:
    """Read the labelled pages of the first part."""
    if not LINES.exists():
        pytest.skip(f"no labelled pages at {LINES}; set DEDUP_DATA to the folder that holds boilerplate/{LINES.name}")
    assert hashlib.sha256(LINES.read_bytes()).hexdigest() == SHA256, "other data: measure and pin the floors again"
    with gzip.open(LINES, "rt", encoding="utf-8") as file:
        return [row for row in map(json.loads, file) if part(row["domain"]) == 0]


Line = tuple[int, str, str]
"""Blank lines before it, text, label."""


def filled(lines: list[list[str]]) -> list[Line]:
    """Give the lines that are not blank, white space inside made single so that none is cut in two."""
    found: list[Line] = []
    gap = 0
    for text, label, *_ in lines:
        there = bool(text.strip(segment.INVISIBLE))
        if there:
            found.append((gap, " ".join(text.split()), label))
        gap = 0 if there else gap + 1
    return found


def without(lines: list[Line], gone: set[int]) -> list[Line]:
    """Leave lines out; of the gaps that come together the widest stays."""
    rest: list[Line] = []
    widest = 0
    for number, (gap, text, label) in enumerate(lines):
        widest = max(widest, gap)
        if number not in gone:
            rest.append((widest, text, label))
            widest = 0
    return rest


def stripped(pages: list[list[Line]], point: str, chosen: Model) -> list[list[Line]]:
    """Remove what goes, again and again until nothing more does."""
    left = list(pages)
    todo = list(range(len(left)))
    while todo:
        texts = ["".join("\n" * gap + text + "\n" for gap, text, _ in left[place]) for place in todo]
        found = model.find(Texts.of_strings(texts), point, model=chosen)
        for at, runs in found.items():
            gone = {line for run in runs for line in range(run.first, run.last + 1)}
            left[todo[at]] = without(left[todo[at]], gone)
        todo = [todo[at] for at in found]
    return left


def characters(lines: list[Line]) -> Counter[str]:
    """Count the characters of each label."""
    counts: Counter[str] = Counter()
    for _, text, label in lines:
        counts[label] += len(text)
    return counts


@pytest.fixture(scope="module", params=["gentle", "default", "strict"])
def shares(request: pytest.FixtureRequest, pages: list[dict[str, Any]]) -> tuple[str, dict[str, dict[str, float]]]:
    """Give what goes at an operating point: shares of the characters of each label, by kind of page."""
    chosen = read((TRAINING / "without_part_0.bin").read_bytes())
    before = [filled(page["lines"]) for page in pages]
    there: dict[str, Counter[str]] = defaultdict(Counter)
    left: dict[str, Counter[str]] = defaultdict(Counter)
    for page, lines, rest in zip(pages, before, stripped(before, request.param, chosen), strict=True):
        for kind in ("all", page["version"].split("_")[0]):
            there[kind] += characters(lines)
            left[kind] += characters(rest)
    return request.param, {
        kind: {label: 1 - left[kind][label] / total for label, total in counts.items()}
        for kind, counts in there.items()
    }


def test_held_out_pages(shares: tuple[str, dict[str, dict[str, float]]]) -> None:
    """Of sites that the model has not seen, little text goes and enough of what is none."""
    point, gone = shares
    assert gone["all"]["keep"] <= CEILINGS[point]
    for (name, kind), floor in FLOORS.items():
        assert name != point or gone[kind]["drop"] >= floor


def test_scores_are_those_of_the_shipped_weights() -> None:
    """What stands in `training/scores.json` was measured with what is shipped, on the data it was fitted to."""
    scores = json.loads((TRAINING / "scores.json").read_text(encoding="utf-8"))
    assert scores["weights"] == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert scores["data"] == shipped().facts["data"]
    assert scores["data"]["boilerplate/lines-train.jsonl.gz"] == SHA256
    assert read((TRAINING / "without_part_0.bin").read_bytes()).facts["data"] == scores["data"]
    assert set(scores["points"]) == {*Boilerplate} - {Boilerplate.OFF, Boilerplate.RULES}


def test_page_of_scores_is_their_table() -> None:
    """`training/scores.md` says what `scores.json` says."""
    scores = json.loads((TRAINING / "scores.json").read_text(encoding="utf-8"))
    page = (TRAINING / "scores.md").read_text(encoding="utf-8")
    for rows in (*scores["points"].values(), scores["rules and model together, at default"]):
        for name, row in rows.items():
            assert f"| {name} | {row['text lost']:.4f} | {row['boilerplate removed']:.3f} |" in page


def test_keeping_everything_is_worse() -> None:
    """
    At the default point, F1 of what is kept beats keeping everything in every set and version that has labels.

    The model alone is no worse but for the noise: in one half-clean set hardly anything is to be had.
    """
    scores = json.loads((TRAINING / "scores.json").read_text(encoding="utf-8"))
    for name, row in scores["rules and model together, at default"].items():
        assert row["keep F1"] > row["keep everything"], name
    for name, row in scores["points"]["default"].items():
        assert row["keep F1"] >= row["keep everything"] - 0.0002, name


def test_comments_go() -> None:
    """Of whole pages of sites that the model has not seen, rules and model take nine in ten characters of comments."""
    scores = json.loads((TRAINING / "scores.json").read_text(encoding="utf-8"))
    assert scores["rules and model together, at default"]["all flat comments"]["comments removed"] >= 0.9
