"""
Reader comments.

Removes: everything from the first comment's header, or from the section's title above it, to the end of the comments;
where the headers are lost, from the first of several buttons that answer, or the title above it.
Why boilerplate: comments are other people's texts, of another kind and worth, under the text asked for.
Keeps: forum threads, chats, transcripts, dialogue, letters and e-mails: pages where posts are the text.
Known misses: comments that have lost headers and buttons; a single comment with a header of a name alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.boilerplate.discussion import (
    ANSWERS,
    FEWEST_ANSWERS,
    FORUM,
    HEADERS,
    SURE_HEADER,
    Sign,
    is_forum,
    signs,
)
from dedup.boilerplate.rule import Finder, Hit, Rule, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.view import View

MAYBES: Final = 3
"""Doubtful headers that make a suspicion."""
TEXT_ABOVE: Final = 600
"""Characters of prose above the first comment; below less, the posts are what there is to read."""
TEXT_ANSWERED: Final = 1500
"""The same where buttons are all there is to tell the comments by; a thread's first post is seldom so long."""
NEAR: Final = 6
"""Lines between a section's title, form or button and the first header below it."""
SAYERS: Final = 6
"""Readers that say something, without a date; a dialogue seldom has so many speakers with that word on their lines."""
APART: Final = 40
"""Lines between two pieces of evidence of one discussion."""
PROSE_RESUMES: Final = 4
"""Lines of prose in a row, without any evidence, that are no comment any more."""
LONG_PROSE: Final = 160
"""Characters of such a line."""


def find(seen: View) -> Iterator[Hit]:
    """Find the discussion below the text."""
    if not seen.matching(*HEADERS, *ANSWERS):  # nearly every page; its lines need no look
        return
    start = below_text(seen)
    found = signs(seen, start) if start < len(seen.texts) else {}
    if not found or is_forum(seen):
        return
    block: list[int] = []
    for at in found:
        if block and at - block[-1] > APART:
            yield from judge(seen, found, block)
            block = []
        block.append(at)
    yield from judge(seen, found, block)


def below_text(seen: View) -> int:
    """Give the first line with enough prose above it, or one past the last."""
    total = 0
    for at, text in enumerate(seen.texts):
        if total >= TEXT_ABOVE:
            return at
        if seen.prose(at):
            total += len(text)
    return len(seen.texts)


def above(seen: View, end: int) -> int:
    """Count the characters of prose above a line."""
    return sum(len(seen.texts[at]) for at in range(end) if seen.prose(at))


def judge(seen: View, found: dict[int, Sign], block: list[int]) -> Iterator[Hit]:
    """
    Take a run of signs for a discussion, from where it is sure to have begun.

    That is a header that leaves no doubt, or a title, form or button with any header close below. Names and dates
    alone also make lists of stories and threads: right in .73 of the characters, so only suspected.
    """
    headers = [at for at in block if found[at] not in {Sign.ANSWER, Sign.FURNITURE}]
    answers = [at for at in block if found[at] is Sign.ANSWER]
    opening = next((at for at in block if opens(found, at, headers)), None)
    sayers = {seen.bare(at) for at in headers if found[at] is Sign.SAYER}
    if opening is not None:
        first, confidence = opening, 0.98
    elif len(answers) >= FEWEST_ANSWERS and above(seen, answers[0]) >= TEXT_ANSWERED:
        first, confidence = next(at for at in block if at >= answers[0] - NEAR), 0.95
    elif len(sayers) >= SAYERS:
        first, confidence = headers[0], 0.95
    elif len(headers) >= MAYBES:
        first, confidence = headers[0], 0.7
    else:
        return
    yield Hit(first, end(seen, block[-1]), confidence)


def opens(found: dict[int, Sign], at: int, headers: list[int]) -> bool:
    """Tell whether a discussion surely begins at this line."""
    if found[at] in {Sign.ANSWER, Sign.FURNITURE}:
        return any(at < header <= at + NEAR for header in headers)
    return found[at] is Sign.HEADER


def end(seen: View, last: int) -> int:
    """Give the last line of the discussion: the page's, or the one before prose resumes."""
    run = 0
    for at in range(last + 1, len(seen.texts)):
        run = run + 1 if len(seen.texts[at]) >= LONG_PROSE and seen.prose(at) else 0
        if run == PROSE_RESUMES:
            return max(last, at - run + 1)  # the first of them is still the last comment
    return len(seen.texts) - 1


PROSE_EXAMPLE: Final = (
    "The official said that the operation had begun a month ago and that many people had left the region.\n"
)

RULE: Final = Rule(
    code="BP101",
    name="comment-block",
    find=Finder(
        find,
        # A title, form or button is a hit of its own rule. Without one it takes a sure header, a name that says with
        # the date below, six of them or three doubtful headers, or three lines that answer.
        traces=(Trace((SURE_HEADER,)), Trace(HEADERS, least=2), Trace(ANSWERS, least=FEWEST_ANSWERS)),
        asides=(FORUM,),
    ),
    removes=(
        PROSE_EXAMPLE
        * 6
        + "\n\n✂ Professor | 8 years ago | Reply\n\n✂ Chase them across the border and see what happens.\n\n"
        "✂ numbers | 8 years ago | Reply\n\n✂ @Shuaib: In case you were asleep the past decade.",
        PROSE_EXAMPLE * 6 + "✂ 2 Comments\n✂ Jane says:\n✂ July 3, 2014 at 4:05 pm\n✂ I could not agree more.\n"
        "✂ Joe says:\n✂ July 4, 2014 at 9:10 am\n✂ I could.",
        PROSE_EXAMPLE * 16 + "✂ Reader comments\n✂ I could not agree more.\n✂ ReplyDelete\n✂ Nor could I.\n"
        "✂ ReplyDelete\n✂ You could?\n✂ ReplyDelete",
    ),
    keeps=(
        PROSE_EXAMPLE * 6
        + "CHAIR: Order.\nMR SMITH: I will not give way.\nCHAIR: He has said so at 4:05 pm.\nMS JONES: So he has.",
        PROSE_EXAMPLE * 6 + "“Reply to no one.”\n— Jane Doe, 3 July 1914\n“Like a dog.”\n— Joe Roe, 4 July 1914",
        PROSE_EXAMPLE * 6 + "Anna says:\nI saw nothing.\nBert says:\nNor did I.",
        "Professor | 8 years ago\nHow do I solder aluminium?\nnumbers | 8 years ago\nYou do not.",
        "[12:03] anna: did it start\n[12:04] bert: no\n[12:09] anna: now",
        "Forum index\nPosts: 96\n"
        + PROSE_EXAMPLE * 6
        + "bert, July 3, 2014 at 4:05 pm\nThanks!\ncarl, July 3, 2014 at 5:05 pm\nIndeed.",
        "On Mon, July 3, 2014 at 4:05 PM, Jane Doe wrote:\n> see you there",
        PROSE_EXAMPLE * 6 + "Antworten gab es keine.\nReply to all of them, he said.\nI will like it.",
    ),
)
