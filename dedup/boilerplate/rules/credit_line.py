"""
Photo and agency credits.

Removes: nothing by default (right in .78 of the characters on the held-out sites);
reports lines that hold nothing but the credit of a picture.
Why boilerplate: the picture is gone.
Keeps: captions, credits of agencies at the end of a story, sources of tables.
Known misses: credits at the end of a caption.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:(?:photo(?:graph)?|image|picture|cover|illustration|video|featured image|header image"
        r"|lead image|cover photo|main image|stock photo)s?(?: (?:credits?|courtesy(?: of)?|source|by"
        r"|via|from))? ?(?::|by|courtesy of|via|/|©)|photo(?:s)? by|credits?:"
        r"|image credits?)(?! ?\d) ?[\w.,’\'&@()/ |©-]{2,90}"
    ),
    (
        r"(?:foto|bild|fotos|bildquelle|photo|crédit(?: photo)?|fotografía|imagem|fot\."
        r"|фото)(?: ?[:©] ?| von | by | d[ei] )[\w.,’\'&@()/ |-]{2,70}|(?:图片来源|图源|写真|撮影"
        r"|사진)(?:[：:=提供].{1,40})|hide caption|toggle caption"
    ),
    limit=140,
)
AGENCY: Final = any_of(
    (
        r"(?:[\w.,’\'&-]+[ /|]+){0,6}(?:via )?(?:getty images(?:/istockphoto)?"
        r"|shutterstock(?:\.com)?|istock(?:photo)?|unsplash|pexels|pixabay|adobe ?stock"
        r"|alamy(?: stock photo)?|dreamstime|depositphotos|reuters|afp|ap photo|epa|imago|dpa"
        r"|picture[- ]alliance)(?:(?:[ /|,-]+(?:via )?[\w.’\'&-]+){0,5})"
    ),
    words=(
        "getty",
        "stock",
        "splash",
        "pexels",
        "pixabay",
        "alamy",
        "dreamstime",
        "tphoto",
        "p photo",
        "reuters",
        "afp",
        "epa",
        "imago",
        "dpa",
        "alliance",
    ),
    limit=140,
)

RULE: Final = Rule(
    code="BP132",
    name="credit-line",
    find=whole_lines(
        LINE,
        AGENCY,
        confidence=0.8,
    ),
    removes=(
        "The story starts here.\n✂ Photo by Jane Doe / Unsplash\nThe story goes on.",
        "The story starts here.\n✂ Jane Doe/Getty Images\nThe story goes on.",
    ),
    keeps=(
        "The photo by Mapplethorpe sold for a record sum on Friday.",
        "Credits",
        "(WITH ADDITIONAL INPUT FROM AFP)",
        "Image quality is good even at high sensitivity.",
        "Credit: 3 hours",
    ),
)
