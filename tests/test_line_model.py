"""The line model: what it is made of, what it must leave alone, and that its kernel says what its parts say."""

from __future__ import annotations

import hashlib
import math
import re
from itertools import pairwise, product

import numpy as np
import pytest
from conftest import any_text
from hypothesis import given, settings
from hypothesis import strategies as st
from pieces import FURNITURE, LEFT_ALONE, PROSE

import dedup
from dedup import segment
from dedup.boilerplate import model
from dedup.boilerplate.model.weights import SHIPPED, read, shipped
from dedup.boilerplate.rules import RULES
from dedup.kernel.arrays import Texts
from dedup.kernel.eights import small
from dedup.kernel.line_context import WIDTH, WINDOW_COLUMNS, WINDOWS, WINDOWS_FROM, columns, names
from dedup.kernel.line_measures import find_lines, log, share
from dedup.kernel.trees import add_trees
from dedup.kernel.verdicts import COMMENT, FEWEST, GOES, STAYS, Point, cheapest, costs, verdicts
from dedup.reasons import COMMENT_MODEL
from dedup.settings import Boilerplate, Settings

CODES = [rule.code for rule in RULES]
BY_MODEL = Settings.of({"ignore": CODES})
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
    block = columns(text.encode(), shipped().known)
    assert len(block) == WIDTH == len(names())
    for trees in shipped().judges:
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


NEVER = 10_000
"""More than any line says."""


prose = st.text(st.sampled_from('abczAZ059.,:"( \u00e9\u00df\u0416\u4e2d') | st.characters(codec="ascii"), max_size=60)


@given(prose)
def test_characters_are_counted(line: str) -> None:
    """Lengths, shares of capitals and digits, commas, semicolons and runs of digits are as Python counts."""
    line = " ".join(line.split())
    if not line:
        return
    told = dict(zip(names(), columns(line.encode(), shipped().known)[:, 0].tolist(), strict=True))
    lower, upper = (sum(map(kind, line)) for kind in (str.islower, str.isupper))
    assert told["length"] == log(len(line))
    assert told["upper"] == share(upper, lower + upper)
    assert told["digits"] == share(sum(map(str.isdigit, line)), len(line))
    assert told["commas"] == min(255, line.count(",") + line.count(";"))
    assert told["numbers"] == min(255, len(re.findall(r"\d+", line)))


@given(st.integers(0, 1 << 40))
def test_logarithms_are_near(value: int) -> None:
    """Sixteenths of a binary logarithm lie below it, and within two and a half of it."""
    assert -2.5 <= log(value) - min(255, 16 * math.log2(1 + value)) <= 1e-6
    assert log(value) <= log(value + 1)


@given(st.binary(min_size=8, max_size=8) | st.text("azAZ{`\u00e9", min_size=8).map(lambda text: text.encode()[:8]))
def test_small_letters_begin(eight: bytes) -> None:
    """Of eight bytes, those are counted that are letters a to z, up to the first that is none."""
    matched = re.match(rb"[a-z]*", eight)
    assert matched
    assert small(np.frombuffer(eight, np.uint8), np.uint64(0)) == len(matched.group())


def test_neighbours_decide_together() -> None:
    """Among lines that surely go, a doubtful one goes if a change costs more than it says, and stays if none does."""
    states = np.zeros(3, np.uint8)
    goes, talk = np.array([500, -100, 500], np.int32), np.full(3, -NEVER, np.int32)
    assert cheapest(goes, talk, 0, costs(100, NEVER, NEVER, NEVER), states) == 3
    assert cheapest(goes, talk, 0, costs(10, NEVER, NEVER, NEVER), states) == 2
    assert states.tolist() == [GOES, STAYS, GOES]


def test_comments_need_company() -> None:
    """One line that talks is text that talks; so many that they outweigh the way in are comments, to the end."""
    turns = costs(100, 1000, 3000, 1000)
    one, many = np.array([-400, 300, -400, -400], np.int32), np.array([-400, 300, 300, 300, 300, -50, 300], np.int32)
    states = np.zeros(7, np.uint8)
    assert cheapest(np.full(4, -400, np.int32), one, 0, turns, states[:4]) == 0
    assert cheapest(np.full(7, -400, np.int32), many, 0, turns, states) == 6
    assert states.tolist() == [STAYS, *[COMMENT] * 6]


LOG_ODDS = st.integers(-500, 500)
LINES = st.lists(st.tuples(LOG_ODDS, LOG_ODDS), min_size=1, max_size=5)
COSTS = st.tuples(*[st.integers(0, 800)] * 4)


@given(LINES, LOG_ODDS, COSTS)
def test_no_other_way_is_cheaper(said: list[tuple[int, int]], bias: int, prices: tuple[int, int, int, int]) -> None:
    """Of all ways through a text, none says more less what its changes cost."""
    change, enter, leave, turn = prices
    price = {
        (STAYS, GOES): change, (GOES, STAYS): change, (STAYS, COMMENT): enter, (COMMENT, STAYS): leave,
        (GOES, COMMENT): turn, (COMMENT, GOES): turn,
    }  # fmt: skip

    def told(state: int, own: tuple[int, int]) -> int:
        return 0 if state == STAYS else (own[0] if state == GOES else max(own)) - bias

    def worth(way: tuple[int, ...]) -> int:
        gained = sum(map(told, way, said))
        return gained - sum(price.get(pair, 0) for pair in pairwise(way)) - (enter if way[0] == COMMENT else 0)

    goes, talk = (np.array(column, np.int32) for column in zip(*said, strict=True))
    states = np.zeros(len(said), np.uint8)
    count = cheapest(goes, talk, bias, costs(*prices), states)
    found = tuple(states.tolist())
    assert count == sum(state != STAYS for state in found)
    assert worth(found) == max(map(worth, product((STAYS, GOES, COMMENT), repeat=len(said))))


def test_what_columns_add_is_the_whole() -> None:
    """What each column adds, with what the roots say, is what the trees say of a run's surest line."""
    text = "\n".join(("Home", "News", "Sport", "Log in", *PROSE, "Share", "Tweet", "Read more"))
    found = shipped()
    every = Point(0, -3000, 0, 1 << 30, 0, 1 << 30)
    runs, gains = verdicts(Texts.of_strings([text]), found.known, found.judges, every, reasons=True)
    block = columns(text.encode(), found.known)
    sums = np.zeros(block.shape[1], np.int32)
    add_trees(block, len(sums), *found.judges.goes, sums)
    surest = [int(sums[first : last + 1].max()) for _, first, last, *_ in runs.tolist()]
    roots = int(found.judges.goes.values[:, 0].sum())
    assert {state for _, _, _, state, *_ in runs.tolist()} == {GOES}
    assert (gains.sum(axis=1) + roots).tolist() == surest


@pytest.mark.parametrize("name", ["comments", "German comments", "Spanish comments"])
def test_comments_can_be_kept(name: str) -> None:
    """What the model takes for comments goes by a code of its own, and stays where that is ignored."""
    text = "\n\n".join(line for part in FURNITURE[name] for line in part)
    kept = Settings.of({"ignore": [COMMENT_MODEL.code, *(code for code in CODES if code.startswith("BP10"))]})
    assert COMMENT_MODEL.code in {removal.reason for removal in dedup.strip(text, BY_MODEL).removals}
    assert COMMENT_MODEL.code not in {removal.reason for removal in dedup.strip(text, kept).removals}


def test_few_lines_are_not_judged() -> None:
    """Less than `FEWEST` lines are left alone, whatever they say."""
    assert model.find(Texts.of_strings(["Log in\n" * (FEWEST - 1)]), Boilerplate.STRICT) == {}
