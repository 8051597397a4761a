"""
Print, e-mail, font-size and language tools; notices to browsers.

Removes: tools of the page (print, e-mail, text size, listen, enlarge, reading time); notices to browsers.
Why boilerplate: they are controls of the page and say nothing about its subject.
Keeps: manuals that tell to print or to switch JavaScript on.
Known misses: tools glued into one long line.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:print|e-?mail|save|send|bookmark|download|listen to|cite|report)(?:(?: |-)?(?:this"
        r"|the))(?: (?:page|article|story|post|item|recipe|to a friend))|printer[- ](?:friendly"
        r"|version)(?: (?:version|page|format|pdf))*|print(?:able)? (?:version|page"
        r"|friendly(?: version)?|article)|e-?mail (?:to )?a friend|(?:e-?mail|print)(?: ?[|/·•,] ?"
        r"| )(?:print|e-?mail|save|share|pdf)|reprints(?: ?(?:and|&) ?permissions)?"
        r"|download (?:as )?pdf|save (?:for|to read) later|add to (?:bookmarks|favorites|reading list"
        r"|wishlist|compare|my list)|text[- ]?size.{0,20}|font[- ]?size.{0,20}|(?:increase|decrease"
        r"|reset|larger|smaller)(?: the)? (?:font|text)(?: size)?|a ?a ?a|a- a\+?|a\+ a-|(?:toggle|hide"
        r"|show) caption|enlarge(?: this)? image|click (?:on (?:the )?image )?to enlarge|(?:view|open"
        r"|launch) (?:image )?gallery|image \d+ of \d+|(?:switch to|toggle|enable) (?:dark|light|night"
        r"|high contrast)(?: mode| theme)?|select (?:your )?language|change language"
        r"|translate (?:this )?page|listen to (?:this|the) (?:article|story|episode|post).{0,30}"
        r"|play (?:video|audio)|now playing|\d+ ?min(?:ute)?s?(?: |-)(?:read|listen|watch)"
        r"|(?:estimated )?(?:reading|read) time ?:? ?(?:~|about"
        r"|approx\.?)? ?\d+ ?min(?:ute)?s?(?: read)?|(?:reading time|lesezeit|temps de lecture"
        r"|tempo (?:di lettura|de leitura)|tiempo de lectura)[: ]+.{0,4}\d+ ?(?:min\w*)?\.?"
    ),
    (
        r"(?:your browser|this browser|you(?:[’\']re| are) using an (?:outdated|out of date|unsupported"
        r"|old))[^.]{0,120}(?:javascript|supported|support|browser|video|audio|html5|websites|iframes?"
        r"|frames).{0,200}|you should upgrade or use an alternative browser|(?:please |you (?:need|must"
        r"|have) to |to [^.]{2,60}, )?(?:enable|turn on|activate|have) javascript.{0,160}"
        r"|javascript (?:is|must be|needs to be|has been|appears to be|seems to be) (?:disabled"
        r"|required|enabled|turned off|blocked|not enabled).{0,200}"
        r"|note: you must have javascript enabled.{0,60}"
        r"|(?:sorry, )?your browser doesn[’\']t support.{0,100}|this (?:site|page|website"
        r"|app) requires javascript.{0,100}|please (?:upgrade|update|switch) your browser.{0,100}"
        r"|please download a browser that supports javascript.{0,100}"
    ),
    (
        r"(?:artikel |seite )?(?:drucken|ausdrucken|vorlesen|merken)|druckversion|imprimer"
        r"|version imprimable|imprimir|versión para imprimir|stampa|versione stampabile|drukuj"
        r"|wersja do druku|распечатать|версия для печати|yazdır|cetak|打印(?:本页|本文)?|字(?:号|體"
        r"|体)?[：: ]?(?:大|中|小|[+-]| )+|関連印刷|印刷(?:する)?|이 글자크기로 변경됩니다|글자크기 .{0,20}"
    ),
    limit=300,
)

RULE: Final = Rule(
    code="BP153",
    name="page-tool",
    find=whole_lines(
        LINE,
        confidence=0.97,
    ),
    removes=(
        "The headline\n✂ Print this page\n✂ 5 min read\nThe story starts here.",
        (
            "✂ JavaScript is disabled. For a better experience, please enable JavaScript in your browser "
            "before proceeding.\n"
            "The story starts here."
        ),
    ),
    keeps=(
        "Print the page, fold it twice and cut along the line.",
        "JavaScript and Python differ in how they bind names.",
        "Print",
        "To print a page, choose Print from the menu.",
    ),
)
