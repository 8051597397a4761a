"""
Tags and filing lines.

Removes: lines that list the tags or categories a page is filed under.
Why boilerplate: they index the site.
Keeps: keywords of papers, glossaries, lists of topics in prose.
Known misses: the tags themselves where they follow on lines of their own.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:(?:(?:article |post |related |popular )?tags?|categories|category|labels) ?: ?"
        r"|(?:filed under|posted (?:in|under)|categorized(?: (?:in|as|under))?|tagged(?: (?:with|as|in"
        r"|under))?|filed in)(?: ?: ?| ))(?!of\b|the\b|is\b|are\b|that\b|game\b|line\b"
        r"|team\b)[^.!?]{2,140}|this entry was posted (?:in|on|by) .{2,140}|bookmark the permalink"
        r"|(?:article |post |popular |related )?tags|article tags:?|categories|filed under|no tags"
    ),
    (
        r"(?:schlagw(?:ort|örter|orte)|etiquetas|mots-clés|tagi|метки|теги|etiketler)(?: ?: ?.{2,120})"
        r"|(?:本文)?(?:标签|關鍵字|关键词)(?:[：:].{0,100})?|タグ(?:[：:].{0,80})?|カテゴリー?(?:[：:].{0,80})?"
        r"|태그(?:[：:].{0,80})?"
    ),
    limit=160,
)

RULE: Final = Rule(
    code="BP154",
    name="tags-line",
    find=whole_lines(
        LINE,
        confidence=0.92,
    ),
    removes=(
        "The story ends here.\n✂ Tags: Pakistan, Afghanistan, Haqqani network",
        "The story ends here.\n✂ Filed under: Politics, World",
    ),
    keeps=(
        "Keywords: anxiety, depression, exercise",
        "Tag questions invite the listener to agree.",
        "The tags of the dogs were checked at the gate.",
        "Tag! You are it.",
    ),
)
