"""
Trackbacks.

Removes: lines that tell which other site links to the page or repeats it: pingbacks, trackbacks, reblogs.
Why boilerplate: machines leave them among the comments; they hold a title from somewhere else.
Keeps: texts about pingbacks, glossaries, manuals.
Known misses: the excerpt that may follow on a line of its own.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:\d{1,4}[.)] ?)?(?:pingback|trackback)(?:s? ?: ?| (?:von|from|by|de|da|di|od|от) )"
        r".{0,160}(?:[|»›·–—@]| - |\.{3}|…|\.[a-z]{2,6}\b).{0,80}"
    ),
    r"trackback[ -]?ur[il]|trackbacks?(?: ?/ ?pingbacks?)? ?\(\d+\)|pingbacks? ?(?:&|und|and|/) ?trackbacks?",
    (
        r"reblogged this on .{2,80}|hat dies auf .{2,80} rebloggt(?: und kommentierte)?|reblogueó esto en .{2,80}"
        r"|a rebloggué ceci sur .{2,80}|reblogou isto em .{2,80}|ha ribloggato su .{2,80}"
    ),
    limit=260,
)

RULE: Final = Rule(
    code="BP105",
    name="trackback",
    find=whole_lines(LINE, confidence=0.98),
    removes=(
        "The story ends here.\n✂ Pingback: The story, retold | A reader’s blog",
        "Der Text.\n✂ Hat dies auf Meine Seite rebloggt.\n✂ 2. Pingback von Ein Leser – Notizen",
    ),
    keeps=(
        "Pingback: a notice that tells an author that somebody has linked to the page.",
        "Pingbacks are sent by machines, trackbacks by hand.",
        "She reblogged this on Monday, and nobody read it.",
    ),
)
