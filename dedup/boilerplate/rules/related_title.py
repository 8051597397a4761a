"""
Links to other stories, one to a line.

Removes: nothing by default (right in .6 to .75 of the labelled characters); reports “Also read: The other story”.
Why boilerplate: they lead away from the text and change with the day.
Keeps: references in prose, “see also” sections of reference works, “read more about …” in guides.
Known misses: titles without such a word before them.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:also read|read also|don[’\']t miss|must read|watch also|related|related (?:article|story"
        r"|post|stories|reading|news|video|content|coverage)|read next|up next|recommended|more on this"
        r"|in pics|in pictures|see pics|watch video|watch): .{8,180}"
    ),
    (
        r"(?:lesen sie (?:auch|mehr)|lies auch|mehr zum thema|auch interessant|à lire aussi|lire aussi"
        r"|lire également|à voir aussi|lea también|lee también|te puede interesar|(?:leia"
        r"|veja) (?:também|mais)|leggi anche|czytaj (?:też|także|również)|zobacz (?:też|także|również"
        r"|wideo)|przeczytaj (?:też|także|również)|читайте (?:также|ещё|еще|по теме)|смотрите также"
        r"|baca juga|lihat juga|延伸阅读|相关阅读|関連記事|관련 ?기사) ?[:：] ?.{2,160}"
    ),
    limit=200,
)

RULE: Final = Rule(
    code="BP114",
    name="related-title",
    find=whole_lines(
        LINE,
        confidence=0.7,
    ),
    removes=(
        "The first part.\n✂ Also read: The minister's other house is for sale\nThe second part.",
        "Der Text.\n✂ Lesen Sie auch: Der andere Text",
    ),
    keeps=(
        "Read more about how schemas are generated in the chapter on customisation.",
        "SEE ALSO",
        "Related work falls into three groups.",
        "More on this below.",
    ),
)
