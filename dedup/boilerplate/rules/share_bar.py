"""
Share bars.

Removes: lines that hold nothing but names of networks and share buttons, and runs of such lines.
Why boilerplate: the bar stands beside every text of the site.
Keeps: lists of networks that the text introduces with a colon, a network's name alone as a heading.
Known misses: bars of icons' file names; bars with the counts of unknown services.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Finder, Hit, Rule, Trace
from dedup.boilerplate.vocabulary import NETWORK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.boilerplate.view import View

BUTTON: Final = (
    r"(?:share|tweet|retweet|pin|pin it|post|print|save|copy|copy link|copy url|e-?mail|mail|follow|more|bookmark|gift"
    r"|comment|link|embed|subscribe|teilen|drucken|merken|partager|imprimer|compartir|compartilhar|condividi|stampa|paylaş"
    r"|bagikan|поделиться|分享)"
)
BRIEF: Final = 160
"""Characters; the longest bar."""
BAR: Final = any_of(
    (
        rf"(?:share|follow|find|connect|teilen)?(?: (?:this|us|on|via|with|:))*[:| ]*(?:{NETWORK}|"
        rf"{BUTTON})(?:[ ,|/·•+&\d-]+(?:and |on )?(?:{NETWORK}|{BUTTON}))+(?:[ \d]*)"
    ),
    limit=BRIEF,
)
WORD: Final = any_of(
    rf"{NETWORK}",
    rf"{BUTTON}",
)
SURE: Final = any_of(
    r"share",
    r"tweet",
    r"share this",
    r"pin it",
    r"copy link",
    r"share on",
    r"teilen",
    r"partager",
)


def find(seen: View) -> Iterator[Hit]:
    """Find bars on one line, and runs of at least two lines that each name one network or button."""
    words = seen.matching(WORD, BAR)
    run: list[int] = []
    for at in words:
        if run and at != run[-1] + 1:
            yield from judge(seen, run)
            run = []
        run.append(at)
    if run:
        yield from judge(seen, run)


def judge(seen: View, run: list[int]) -> Iterator[Hit]:
    """Take a run for a bar unless the text introduces it as a list."""
    if seen.introduced(run[0]):
        return
    texts = [seen.bare(at) for at in run]
    # A network's name alone is also a good heading of a chapter about it, and Print one of a manual.
    if len(run) > 1 or BAR.takes(texts[0]) or SURE.takes(texts[0]):
        yield Hit(run[0], run[-1], 0.99)


RULE: Final = Rule(
    code="BP120",
    name="share-bar",
    find=Finder(find, traces=(Trace((BAR, SURE)), Trace((WORD,), least=2))),
    removes=(
        "The headline\n✂ Share\n✂ Facebook\n✂ Twitter\nThe story starts here.",
        "The story ends here.\n✂ Facebook Twitter WhatsApp Email",
    ),
    keeps=(
        "We print and share,\nwe save, we post,\nand what we love\nwe share the most.",
        "The networks that people use most are these:\n- Facebook\n- Instagram\n- YouTube",
        "Share prices fell on Tuesday.",
        "Facebook and Twitter were fined.",
        "Print and save the two halves of the pattern before you cut.",
    ),
)
