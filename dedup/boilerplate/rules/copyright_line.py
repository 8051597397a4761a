"""
Copyright and rights lines.

Removes: lines that only claim rights or name the owner and year.
Why boilerplate: the same line closes every page of a site.
Keeps: prose about copyright, licences and lawsuits; credits in captions.
Known misses: notices inside a paragraph; terms of use.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    r"(?:copyright|©|\(c\)|&copy;|℗)(?: ?(?:copyright|©|\(c\)|℗))? ?(?:\d{4}|by\b).{0,220}",
    r"\d{4}(?: ?[-–—] ?\d{4})? ?© ?.{2,80}",
    r"© (?!a\.m\.)[\w.,&’\' -]{2,60}",
    r"all rights reserved(?: worldwide)?",
    (
        r"alle rechte vorbehalten|tous droits réservés|todos los derechos reservados"
        r"|todos os direitos reservados|tutti i diritti riservati"
    ),
    (
        r"alle rechten voorbehouden|wszelkie prawa zastrzeżone|все права защищены|tüm hakları saklıdır"
        r"|hak cipta .{0,60}"
    ),
    r"版权所有.{0,60}",
)
ANYWHERE: Final = any_of(
    (
        r"(?:.{0,60}[ |])?(?:©|\(c\)|copyright) ?(?:©|\(c\) ?)?\d{4}(?: ?[-–—] ?(?:\d{4}"
        r"|present))?(?:[ ,.|].{0,160})?all rights reserved.{0,60}"
    ),
    r"(?:.{2,60} )?(?:©|\(c\)|copyright) ?\d{4}(?: ?[-–—] ?\d{4})?",
    r"[^.]{0,60}[.,|–-] ?all rights reserved(?: worldwide)?",
    r".{0,40}无断转载.{0,20}|.{0,40}無断(?:転載|複製).{0,20}|.{0,40}무단 ?전재.{0,30}",
    words=("©", "(c)", "copyright", "all rights reserved", "无断转载", "無断", "무단"),
)

RULE: Final = Rule(
    code="BP140",
    name="copyright-line",
    find=whole_lines(
        LINE,
        ANYWHERE,
        confidence=0.99,
    ),
    removes=(
        "The story ends here.\n✂ Copyright 2014 The Daily Example. All rights reserved.",
        "The story ends here.\n✂ © 2019–2024 Example Media GmbH",
        "Der Text.\n✂ Alle Rechte vorbehalten.",
    ),
    keeps=(
        "Copyright law, he said, protects the author for seventy years.",
        "The court held that all rights reserved by the treaty belong to the tribe, a lawyer for the nation said.",
        "All Rights Reserved is a novel by Gregory Scott Katsoulis.",
        "Copyright in the digital age",
    ),
)
