"""
Advertisement markers.

Removes: lines that label, close or point across an advertisement, and disclosures of paid links.
Why boilerplate: the advertisement they belong to is no part of the text.
Keeps: articles about advertising; small ads that are the text.
Known misses: the advertisement’s own words.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:advertisements?|advertisment|advertising|advert|ads?|sponsored"
        r"|sponsored (?:content|post|links?|by|story)|promoted(?: content| by| stories)?"
        r"|paid (?:content|post|advertisement|partner content)|partner content|ad feedback|ad choices"
        r"|adchoices|ad disclosure|advertiser disclosure|advertising disclosure|affiliate disclosure"
        r"|affiliate disclaimer)"
    ),
    (
        r"(?:advertisement|ad)s? ?[-–—:|]? ?(?:(?:article|story|content|text|scroll|please|keep"
        r"|continue|skip).{0,60})|(?:article|story|content|text|post|report) continues (?:below"
        r"|after)(?: (?:this|the|an|advertisement|ad|advert|video|newsletter|promotion|sign-?up))*"
        r"|(?:scroll (?:down )?(?:to|for) continue.{0,40}|continue (?:reading )?(?:below|after).{0,40}"
        r"|skip (?:this )?(?:ad|advert|advertisement)s?|report (?:this )?ad|remove ads|close ad"
        r"|advertise (?:with us|here))"
    ),
    (
        r"(?:we|this (?:post|article|page|site|website|blog|story)|our (?:site|articles|posts)"
        r"|some(?: of the)? links|links|purchases made through|(?:if|when) you (?:buy|click|purchase"
        r"|make a purchase|shop)|as an amazon associate|disclosure|disclaimer|note"
        r"|\*)[^.]{0,160}(?:affiliate (?:links?|program(?:me)?s?|partners?|commissions?|fees?|marketing)"
        r"|commission|small fee|paid (?:links?|partnership)|qualifying purchases).{0,300}"
    ),
    (
        r"(?:- ?)?(?:anzeige|werbung|advertorial|anzeigen)|publicité|publicidad|publicidade|pubblicità"
        r"|reklama?|реклама|advertentie|iklan|advertisement|広告|廣告|广告|광고|スポンサーリンク|スポンサードリンク"
        r"|scroll to continue with content"
    ),
    limit=120,
)

RULE: Final = Rule(
    code="BP152",
    name="advertisement-mark",
    find=whole_lines(
        LINE,
        confidence=0.97,
    ),
    removes=(
        "The first part.\n✂ ADVERTISEMENT\nThe second part.",
        "The first part.\n✂ Story continues below advertisement\nThe second part.",
        "Der Text.\n✂ Anzeige",
    ),
    keeps=(
        "Advertising pays for most of what is read here, the publisher said.",
        "The sponsored team came third.",
        "The commission published its report on Monday.",
        "Note: Affiliate of the Bank of the North.",
        "NOTE: full name of company is audio/video affiliates Inc.",
        "Ads that follow people around are under review.",
    ),
)
