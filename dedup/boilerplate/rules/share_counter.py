"""
Counters of shares, comments, likes and views.

Removes: lines that count shares, likes or views; bare numbers right below the headline that can be such counters.
Why boilerplate: they change by the minute and count the page's readers, not what it speaks of.
Keeps: numbers in lists, tables, scores, recipes and code, years, chapter numbers, numbers in threads.
Known misses: counters elsewhere than below the headline, without a word; a single number other than 0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Finder, Hit, Rule, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.view import View

COUNT: Final = r"\d[\d.,]*(?: ?(?:k|m|mil|tsd|万|萬))?\+?"
COUNTER: Final = any_of(
    (
        rf"{COUNT} (?:total )?(?:shares?|likes?|retweets?|tweets?|reposts?|claps|reactions?|favorites"
        rf"|bookmarks|mal geteilt|partages|compartidos|condivisioni|udostępnień)(?:[ |·•,]+{COUNT}"
        r" (?:shares?|likes?|comments?|views?|replies|retweets?|reactions?))*"
    ),
    (
        r"(?:shares?|total shares|likes?|views?|tweets?|facebook|twitter|pinterest|linkedin"
        rf"|comments?)[: ]+\(?{COUNT}\)?(?:[ |·•,]+(?:shares?|likes?|views?|tweets?|facebook|twitter"
        rf"|pinterest|linkedin|comments?)[: ]+\(?{COUNT}\)?)*"
    ),
    (
        rf"(?:viewed )?{COUNT} (?:views?|reads|times|visualizações|visualizaciones|lectures|просмотр\w*"
        r"|görüntülenme|次浏览|阅读)"
    ),
    rf"(?:阅读|浏览|点赞|观看)(?:数|量|次数)?[：: ]*{COUNT}",
)
NUMBER: Final = any_of(r"\d{1,3}(?:[.,]\d{3})+|\d{1,6}|\d{1,4}(?:\.\d)?[km]")
HEAD: Final = 3
"""Lines: headline, standfirst and one more may stand above the counters."""
MOST: Final = 4
"""Numbers that a bar of counters may show."""
UNLIKELY_SCORE: Final = 20
"""A nil on a scoreboard rarely stands beside so high a number."""


def find(seen: View) -> Iterator[Hit]:
    """Find counters with a word anywhere, and bare numbers between the headline and the first prose."""
    below = below_headline(seen)
    if below:
        yield below
    yield from (Hit(at, at, 0.95) for at in seen.matching(COUNTER))


def below_headline(seen: View) -> Hit | None:
    """Find a run of bare numbers below the headline, if prose follows and no other line is a bare number."""
    numbers = seen.matching(NUMBER)
    if (
        not numbers
        or len(numbers) > MOST
        or not 1 <= numbers[0] <= HEAD
        or numbers[-1] - numbers[0] != len(numbers) - 1
    ):
        return None
    after = numbers[-1] + 1
    if after >= len(seen.texts) or not seen.prose(after) or seen.introduced(numbers[0]):
        return None
    texts = [seen.bare(at) for at in numbers]
    values = [int(re.sub(r"\D", "", text)) for text in texts]
    # A single number may be a chapter's, two small ones a score.
    sure = 0 in values and (len(values) == 1 or max(values) >= UNLIKELY_SCORE or not any(values))
    return Hit(numbers[0], numbers[-1], 0.93) if sure or any(text[-1] in "kKM" for text in texts) else None


RULE: Final = Rule(
    code="BP122",
    name="share-counter",
    find=Finder(find, traces=(Trace((COUNTER, NUMBER)),)),
    removes=(
        (
            "Army is asked to act\n\n"
            "✂ 0\n"
            "✂ 160\n\n"
            "The offensive has disrupted many groups in the region, but its success remains to be seen, "
            "officials said."
        ),
        "The headline\n✂ 1.2k Shares\nThe story starts here.",
        "The story ends here.\n✂ 376k views",
    ),
    keeps=(
        (
            "Lions beat Bears\n"
            "24\n"
            "17\n"
            "The score stood at the end as it had stood since the third quarter, to the home crowd’s delight."
        ),
        "Ingredients\n2\n0\n40\nflour",
        (
            "Chapter One\n"
            "1\n"
            "It was a bright cold day in April, and the clocks were striking thirteen when he slipped "
            "through the doors."
        ),
        (
            "Lottery numbers\n"
            "0\n"
            "7\n"
            "31\n"
            "45\n"
            "48\n"
            "The draw took place on Saturday evening before a notary and a camera, as the rules demand."
        ),
        "He viewed the house four times.",
    ),
)
