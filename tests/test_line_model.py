"""The line model: what it is made of, what it must leave alone, and that its kernel says what its parts say."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from conftest import any_text
from hypothesis import given, settings
from pieces import FURNITURE, LEFT_ALONE, PROSE

from dedup import segment
from dedup.boilerplate import model
from dedup.boilerplate.model.weights import SHIPPED, read, shipped
from dedup.kernel.arrays import Texts
from dedup.kernel.line_context import WIDTH, WINDOW_COLUMNS, WINDOWS, WINDOWS_FROM, columns, names
from dedup.kernel.line_measures import find_lines
from dedup.kernel.trees import add_trees
from dedup.kernel.verdicts import FEWEST, Point, cheapest, verdicts
from dedup.settings import Boilerplate

_MISSED = pytest.mark.xfail(strict=True, reason="a cloud of tags that are common words reads like any list")


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_text_is_left_alone(text: str) -> None:
    """In text without any furniture nothing goes."""
    assert model.find(Texts.of_strings([text]), Boilerplate.DEFAULT) == {}


@pytest.mark.parametrize(
    ("text", "furniture"),
    [pytest.param(*pair, id=name, marks=_MISSED if name == "tags" else ()) for name, pair in FURNITURE.items()],
)
def test_furniture_goes(text: tuple[str, ...], furniture: tuple[str, ...]) -> None:
    """Below a text, furniture goes, all but one line of it at most, and of the text nothing."""
    runs = model.find(Texts.of_strings(["\n\n".join((*text, *furniture))]), Boilerplate.DEFAULT).get(0, [])
    gone = {line for run in runs for line in range(run.first, run.last + 1)}
    assert min(gone, default=-1) >= len(text)
    assert len(gone) >= len(furniture) - 1


def test_as_much_is_left_alone() -> None:
    """There are as many texts to leave alone as pieces that go."""
    assert len(LEFT_ALONE) == len(FURNITURE)


def test_weights_are_whole() -> None:
    """The shipped weights have the digest that they begin with, and name the digests of what they were made of."""
    raw = SHIPPED.read_bytes()
    assert hashlib.sha256(raw[32:]).digest() == raw[:32]
    facts = shipped().facts
    assert {name: len(digest) for name, digest in facts["data"].items()} == dict.fromkeys(facts["data"], 64)
    assert "boilerplate/lines-train.jsonl.gz" in facts["data"]


def test_damaged_weights_are_refused() -> None:
    """One changed byte is noticed."""
    raw = bytearray(SHIPPED.read_bytes())
    raw[-1] ^= 1
    with pytest.raises(AssertionError, match="damaged"):
        read(bytes(raw))


def test_every_point_has_a_setting() -> None:
    """The operating points are those that can be chosen, the stricter ones asking for less."""
    points = shipped().points
    assert set(points) == {*Boilerplate} - {Boilerplate.OFF, Boilerplate.RULES}
    assert points["gentle"].bias > points["default"].bias > points["strict"].bias


@settings(max_examples=60)
@given(any_text(300))
def test_lines_are_those_of_a_page(text: str) -> None:
    """The kernel sees the lines that a page has, with their gaps."""
    data = np.frombuffer(text.encode(), np.uint8)
    places = np.empty((len(text) + 1, 3), np.int64)
    count = find_lines(data, 0, len(data), shipped().known.blanks, places)
    seen = [(data[low:high].tobytes().decode(), gap) for low, high, gap in places[:count].tolist()]
    assert seen == [(line.text, line.gap) for line in segment.page(text).lines]


@settings(max_examples=20)
@given(any_text(300))
def test_trees_say_what_walking_them_says(text: str) -> None:
    """Every tree is walked from its root, line by line."""
    block, trees = columns(text.encode(), shipped().known), shipped().trees
    assert len(block) == WIDTH == len(names())
    sums = np.zeros(block.shape[1], np.int32)
    add_trees(block, len(sums), *trees, sums)
    for line, total in zip(block.T.tolist()[:5], sums.tolist(), strict=False):
        walked = 0
        for asked, beyond, said in zip(*(part.tolist() for part in trees), strict=True):
            node = 0
            for column, bound in zip(asked, beyond, strict=True):
                node = 2 * node + 1 + (line[column] > bound)
            walked += said[node]
        assert walked == total


@settings(max_examples=20)
@given(any_text(300))
def test_windows_are_means(text: str) -> None:
    """What a window says is the mean over its lines, rounded down, and nothing where it has none."""
    block = columns(text.encode(), shipped().known)
    own = block.astype(np.int64)
    for at, (low, high) in enumerate(WINDOWS):
        for to, column in enumerate(WINDOW_COLUMNS, start=WINDOWS_FROM + at * len(WINDOW_COLUMNS)):
            for line in range(block.shape[1]):
                inside = own[column, max(0, line + low) : max(0, line + high + 1)]
                assert block[to, line] == (inside.sum() // len(inside) if len(inside) else 0)


def test_neighbours_decide_together() -> None:
    """Among lines that surely go, a doubtful one goes if a change costs more than it says, and stays if none does."""
    gone = np.zeros(3, np.bool_)
    assert cheapest(np.array([500, -100, 500], np.int32), 0, 100, gone) == 3
    assert cheapest(np.array([500, -100, 500], np.int32), 0, 10, gone) == 2
    assert gone.tolist() == [True, False, True]


def test_what_columns_add_is_the_whole() -> None:
    """What each column adds, with what the roots say, is what the trees say of a run's surest line."""
    text = "\n".join(("Home", "News", "Sport", "Log in", *PROSE, "Share", "Tweet", "Read more"))
    found = shipped()
    every = Point(0, -3000, 0)
    runs, gains = verdicts(Texts.of_strings([text]), found.known, found.trees, every, reasons=True)
    block = columns(text.encode(), found.known)
    sums = np.zeros(block.shape[1], np.int32)
    add_trees(block, len(sums), *found.trees, sums)
    surest = [int(sums[first : last + 1].max()) for _, first, last, _ in runs.tolist()]
    roots = int(found.trees.values[:, 0].sum())
    assert len(runs) > 0
    assert (gains.sum(axis=1) + roots).tolist() == surest


def test_few_lines_are_not_judged() -> None:
    """Less than `FEWEST` lines are left alone, whatever they say."""
    assert model.find(Texts.of_strings(["Log in\n" * (FEWEST - 1)]), Boilerplate.STRICT) == {}
