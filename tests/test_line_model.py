"""The line model: what it is made of, what it must leave alone, and that its kernel says what its parts say."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pytest
from conftest import any_text
from hypothesis import given, settings

from dedup import segment
from dedup.boilerplate import model
from dedup.boilerplate.model.weights import SHIPPED, read, shipped
from dedup.kernel.arrays import Texts
from dedup.kernel.line_context import WIDTH, columns, names
from dedup.kernel.line_measures import find_lines
from dedup.kernel.trees import DEPTH, add_trees
from dedup.kernel.verdicts import FEWEST, Point, cheapest, verdicts
from dedup.settings import Boilerplate

PROSE: Final = (
    "The harbour master said on Tuesday that the repairs to the northern quay would take longer than expected.",
    "Two of the cranes had been out of service since the storm, and spare parts were hard to come by, he said.",
    "Several members asked whether the ferries could use the old pier until the work was done, but the answer was no.",
    "The pier, built more than a hundred years ago, was closed when its foundations were found to be unsafe.",
    "An engineer's report, which the council had asked for in spring, put the price of the repairs at three millions.",
    "That money was not in the budget, the treasurer said, and would have to be borrowed or taken from the road fund.",
    "The council will come together again next month to decide which of the two it is going to be.",
    "Until then, passengers are asked to use the southern terminal, where a shuttle bus leaves every twenty minutes.",
)
LEFT_ALONE: Final = {
    "prose": "\n\n".join(PROSE),
    "verse": "\n".join(
        (
            "The mill wheel turns though none is there,", "The water has forgotten why,",
            "A heron stands as still as prayer", "And holds the whole of the grey sky.", "",
            "My father's father cut this stone", "And laid it where the shallows run;",
            "He never knew it would alone", "Outlast the things that he had done.",
        )
    ),
    "dialogue": "\n".join(
        (
            "“Where were you?” she asked.", "“Out on the ice.”", "“All night?”", "“Most of it. The wind had turned.”",
            "She put the kettle on and said nothing for a while.", "“You could have died.”", "“I know.”",
            "“Then why did you go?”", "He looked at his hands, which were still red from the cold.",
        )
    ),
    "recipe": "\n".join(
        (
            "Onion soup for four", "6 large onions", "50 g butter", "1 litre stock", "1 glass dry white wine",
            "Salt, pepper, thyme", "Slice the onions and let them turn brown in the butter; it takes an hour.",
            "Add the wine, let it boil away, then pour in the stock and simmer for twenty minutes.",
            "Serve with toasted bread and grated cheese.",
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_text_is_left_alone(text: str) -> None:
    """In text without any furniture nothing goes."""
    assert model.find(Texts.of_strings([text]), Boilerplate.DEFAULT) == {}


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


@settings(max_examples=30)
@given(any_text(300))
def test_trees_say_what_walking_them_says(text: str) -> None:
    """Every tree is walked from its root, line by line."""
    columns_of, trees = columns(text.encode(), shipped().known), shipped().trees
    assert columns_of.shape[1] == WIDTH == len(names())
    sums = np.zeros(len(columns_of), np.int32)
    add_trees(columns_of, len(columns_of), *trees, sums)
    for row, total in zip(columns_of, sums.tolist(), strict=True):
        walked = 0
        for asked, beyond, said in zip(*trees, strict=True):
            node = 0
            for _ in range(DEPTH):
                node = 2 * node + 1 + int(row[asked[node]] > beyond[node])
            walked += int(said[node])
        assert walked == total


def test_neighbours_decide_together() -> None:
    """Among lines that surely go, a doubtful one goes if a change costs more than it says, and stays if none does."""
    gone = np.zeros(3, np.bool_)
    assert cheapest(np.array([500, -100, 500], np.int32), 0, 100, gone) == 3
    assert cheapest(np.array([500, -100, 500], np.int32), 0, 10, gone) == 2
    assert gone.tolist() == [True, False, True]


def test_what_columns_add_is_the_whole() -> None:
    """What each column adds, with what the roots say, is the sum."""
    text = "\n".join(("Home", "News", "Sport", "Log in", *PROSE, "Share", "Tweet", "Read more"))
    found = shipped()
    every = Point(0, -3000, 0)
    gone, gains = verdicts(Texts.of_strings([text]), found.known, found.trees, every, reasons=True)
    roots = int(found.trees.values[:, 0].sum())
    assert len(gone) > 0
    assert (gains.sum(axis=1) + roots).tolist() == gone[:, 2].tolist()


def test_few_lines_are_not_judged() -> None:
    """Less than `FEWEST` lines are left alone, whatever they say."""
    assert model.find(Texts.of_strings(["Log in\n" * (FEWEST - 1)]), Boilerplate.STRICT) == {}
