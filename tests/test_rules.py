"""The boilerplate rules: each against its own examples, and all against any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import segment
from dedup.boilerplate import find
from dedup.boilerplate.rule import MARK, Rule
from dedup.boilerplate.rules import REASONS, RULES
from dedup.boilerplate.taken import view

by_name = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def found_by(rule: Rule, text: str) -> set[int]:
    """Give the numbers of the lines, blank ones included, that a rule finds."""
    page = segment.page(text)
    return {page.lines[at].number for hit in rule.find(view(page)) for at in range(hit.first, hit.last + 1)}


@by_name
def test_removes_examples(rule: Rule) -> None:
    """A rule finds exactly the marked lines of its examples."""
    for example in rule.removes:
        lines = example.split("\n")
        marked = {number for number, line in enumerate(lines) if line.startswith(MARK)}
        text = "\n".join(line.removeprefix(MARK) for line in lines)
        # The blank lines inside a block belong to no line of the page.
        assert found_by(rule, text) == marked, example


@by_name
def test_keeps_examples(rule: Rule) -> None:
    """No rule finds anything in what any rule keeps."""
    for example in rule.keeps:
        # Alone, and above a text that stays, so that no example owes its life to being all there is.
        for text in (example, example + "\n\nThen the text went on, as texts do, for as long as there was paper left."):
            assert [(other.name, hit) for other, hit in find(segment.page(text))] == [], text


@by_name
def test_as_many_keeps_as_removes(rule: Rule) -> None:
    """What is left alone is shown at least as often as what is found."""
    assert len(rule.keeps) >= len(rule.removes) >= 1


def test_codes_and_names_are_unique() -> None:
    """A code is BP and three digits, and no two rules share a code or a name."""
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 5 and code.startswith("BP") and code[2:].isdigit() for code in codes)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_gives_its_account() -> None:
    """The four headings of a rule's docstring all say something."""
    for reason in REASONS:
        assert all((reason.removes, reason.why, reason.keeps, reason.misses)), reason.name


WORDS = [
    "Share", "0", "160", "Reply", "Jane says:", "July 3, 2014 at 4:05 pm", "3 years ago", "2 Comments",
    "Privacy Policy", "Home",
    "About us", "Contact us",
    "By Jane Doe | March 3, 2012", "Facebook", "Opinion", "Heading", "07 May, 2024", "Read more",
    "The official said that the operation had begun a month ago and that many people had left the region.",
    "© 2014 Example",
]  # fmt: skip
any_page = st.one_of(
    st.text(),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=60)), max_size=40).map("\n".join),
)


@given(any_page)
@settings(max_examples=300, deadline=None)
def test_hits_lie_inside_the_page(text: str) -> None:
    """On any text, a rule's hits come in order, disjoint and inside the page."""
    page = segment.page(text)
    for rule in RULES:
        free = 0
        for hit in rule.find(view(page)):
            assert free <= hit.first <= hit.last < len(page.lines), rule.name
            assert 0 < hit.confidence < 1
            free = hit.last + 1


@given(any_page)
@settings(max_examples=200, deadline=None)
def test_no_page_is_emptied_and_stripping_ends(text: str) -> None:
    """Stripping again and again comes to an end, and something stays."""
    for _ in range(5):
        page = segment.page(text)
        gone = {at for _, hit in find(page) if hit.confidence >= 0.9 for at in range(hit.first, hit.last + 1)}
        if not gone:
            return
        assert len(gone) < len(page.lines)
        text = "\n".join(line.text for at, line in enumerate(page.lines) if at not in gone)
    pytest.fail("five rounds were not enough")


@pytest.mark.parametrize(
    "unit", ["a ", "1", "by ", "home > ", "© ", "share ", "a, ", "we use cookies ", ".", "july 3 ", "x|", "reply to "]
)
def test_no_rule_blows_up(unit: str) -> None:
    """Lines that nearly match a pattern over and over cost no more than others."""
    page = segment.page("\n".join([unit * (150 // len(unit)), unit * (590 // len(unit))] * 20))
    begun = time.perf_counter()
    find(page)
    assert time.perf_counter() - begun < 1


THREAD = (
    "The first post tells at length what was tried, what was bought for it, and how it came to nothing after all.\n"
)
ANSWERED = "You should have asked before.\nReplyDelete\nNobody asks.\nReplyDelete\nI did.\nReplyDelete\n"


@pytest.mark.parametrize(
    ("above", "forum", "goes"),
    [(16, "", True), (12, "", False), (16, "Joined: May 2012\nPosts: 96\n", False)],
    ids=["below an article", "below a first post", "in a forum"],
)
def test_answered_comments(above: int, forum: str, goes: bool) -> None:  # noqa: FBT001 - a case
    """Comments told by their buttons alone go below a long text only, and never in a forum."""
    found = find(segment.page(THREAD * above + forum + ANSWERED))
    assert ("BP101" in {rule.code for rule, _ in found}) == goes
