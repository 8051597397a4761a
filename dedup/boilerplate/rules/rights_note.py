"""
Syndication, licence and accuracy notes.

Removes: nothing by default (right in .76 of the characters on the held-out sites);
reports notes on syndication, licences, the accuracy of transcripts, opinions and advice.
Why boilerplate: a lawyer’s formula that closes every page of the site.
Keeps: licences discussed in the text, permissions in manuals, quotations with their source.
Known misses: disclaimers over several paragraphs.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:this (?:article|story|piece|essay|post|work|content|material) (?:is|was"
        r"|has been) (?:originally |first )?(?:republished|syndicated|licensed|reproduced|reprinted"
        r"|distributed).{0,240}|republish (?:this|our).{0,140}|(?:this )?(?:material|content|article"
        r"|story) (?:may not|cannot|can not) be (?:published|reproduced|copied|republished"
        r"|redistributed).{0,240}|(?:reproduction|republication|redistribution"
        r"|unauthorized use)[^.]{0,100}(?:prohibited|forbidden|permission).{0,100})"
    ),
    (
        r"(?:the )?(?:views|opinions)(?:,? (?:and|or) (?:views|opinions))?(?: expressed)?(?: (?:in|by"
        r"|here|on|herein|above|are|of).{0,100})? (?:are|do not|is)(?: \w+){0,6} (?:those of|reflect"
        r"|represent|the author|belong|his own|her own|their own).{0,260}|(?:the |this )?(?:information"
        r"|content|site|material|article)(?: \w+){0,10} (?:is (?:for|intended|provided)"
        r"|not (?:a substitute|intended)|does not constitute"
        r"|should not be)(?: \w+){0,8} (?:informational|educational|medical|legal|professional"
        r"|financial|investment)(?: \w+){0,4} (?:purposes|advice|diagnosis|treatment).{0,240}"
    ),
    (
        r"accuracy and availability of .{2,30}transcripts may vary.{0,240}|transcripts? (?:is|are"
        r"|may be|was) (?:created|provided|generated|in draft|updated).{0,240}"
        r"|(?:unless otherwise (?:noted|stated|specified)|except where otherwise noted"
        r"|content (?:on this (?:site|page) )?is (?:available|licensed)|text is available"
        r"|licensed) under .{0,160}(?:license|cc[- ]by).{0,160}"
        r"|(?:proudly )?powered by [A-Z\w][\w.® ]{1,40}(?:, best viewed with javascript enabled"
        r"|forum software.{0,40}|[|©].{0,60})?|(?:theme|design|website"
        r"|site)(?: design(?:ed)?)? by .{2,60}|use of (?:and/or registration on )?(?:this"
        r"|any portion of this) site.{0,260}"
    ),
    (
        r"(?:（|\()?(?:责任编辑|责编|编辑|審核|审核|校对|来源|作者)[：: ].{1,30}"
        r"|(?:转载|转自|本文来自).{0,80}"
    ),
    limit=500,
)
ANYWHERE: Final = any_of(
    (
        r"(?:no part of )?.{0,60}(?:may not be|without) (?:published|reproduced"
        r"|(?:prior |the |express |written )*(?:permission|consent)).{0,160}(?:prohibited|permission"
        r"|consent|reserved).{0,100}"
    ),
    r".{0,40}(?:icp(?:备|证)\d*).{0,120}|.{0,40}公网安备.{0,60}",
    words=("may not be", "permission", "consent", "icp", "公网安备"),
    limit=500,
)

RULE: Final = Rule(
    code="BP141",
    name="rights-note",
    find=whole_lines(
        LINE,
        ANYWHERE,
        confidence=0.85,
    ),
    removes=(
        (
            "The story ends here.\n"
            "✂ This article was republished from The Conversation under a Creative Commons licence.\n"
            "✂ The views expressed are those of the author and do not reflect those of the newspaper."
        ),
    ),
    keeps=(
        "The licence allows anyone to copy the program, whose author asks for nothing in return.",
        "Opinions differ.",
        "Permission was granted on Tuesday.",
        (
            "Powered by steam, the mill ran until 1911 and employed four hundred people from the villages "
            "around, who walked there every morning."
        ),
    ),
)
