"""
Bylines with a date.

Removes: lines that hold nothing but an author, or a desk, with the date of publication.
Why boilerplate: they are the label of a story, set by the same template on every page.
Keeps: an author’s name alone, dates alone, attributions of verse, signatures of letters, posts in threads.
Known misses: bylines over two lines; bylines without a date.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines
from dedup.boilerplate.vocabulary import AGED, AGO, NAME, WHEN

LINE: Final = any_of(
    (
        rf"(?=.*(?:\d|{AGED}))"
        r"(?:(?:posted|written|published|authored|reported|reviewed|story|opinion|author|autor)(?::"
        rf"| by)?|by|von|par|por|oleh):? ?{NAME}(?:(?:,| and| &|;) {NAME})*(?:,? (?:staff(?: writer"
        r"| reporter)?|correspondent|editor|reporter|senior \w+))?(?: ?[|·•,/–—-]+| on| at| am| le| el"
        r"| em| il| pada|,)* ?(?:(?:published|posted|updated|last updated)(?:(?:on|at)|[: ])* ?)?(?:"
        rf"{WHEN}|{AGO})(?:(?: ?[|·•,/–—-]+)? ?(?:\d+ (?:comments?|min(?:ute)?s? read)|leave a comment"
        r"|no comments|updated.{0,40}|in [\w &]{2,30}))*"
    ),
    (
        r"(?:web|news|online|our|staff|city|sports|monitoring|foreign|national|business"
        r"|digital)(?: (?:news|sports|web|staff|city))? (?:desk|report|reporter|correspondent|bureau"
        rf"|editor)(?:[ ,|·-]+)?{WHEN}"
    ),
    limit=120,
)

RULE: Final = Rule(
    code="BP131",
    name="byline",
    find=whole_lines(
        LINE,
        confidence=0.95,
        most=7,  # more made lists of stories, right in .28 of the characters; up to 7, in all
    ),
    removes=(
        "The headline\n✂ Web Desk July 25, 2014\nThe story starts here.",
        "The headline\n✂ By Jane Doe | March 3, 2012\nThe story starts here.",
    ),
    keeps=(
        "By Robert Frost",
        "by Outer Armatonisdaristan » Tue Aug 27, 2019 1:47 am",
        "By March 3, 2012 the river had risen to the second floor.",
        "Jane Doe",
        "Yours sincerely,\nJane Doe\nMarch 3, 2012",
    ),
)
