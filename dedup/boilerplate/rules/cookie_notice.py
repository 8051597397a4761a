"""
Cookie and consent notices.

Removes: banners and settings that ask for consent to cookies, with their buttons and headings.
Why boilerplate: the banner of a site stands on each of its pages and speaks to the browser’s owner, not to the reader.
Keeps: articles about cookies and consent, recipes for cookies, documentation of HTTP cookies.
Known misses: notices that name neither the site nor a button; the vendor tables of consent platforms.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:this|our) (?:web ?)?(?:site|page|store|shop|service|application)(?: and (?:our"
        r"|its) partners)? (?:(?:may|also|only) )?(?:use|uses|using"
        r"|makes use of)(?: \w+){0,3} cookies\b.{0,700}"
    ),
    (
        r"we (?:and (?:our|selected|third)[^.]{0,60} )?(?:(?:may|also"
        r"|only) )?use(?: (?:essential|necessary|optional|tracking|third[- ]party"
        r"|technologies(?:,)? (?:such as|like)|browser))* cookies\b.{0,700}(?:experience|consent|site"
        r"|agree|accept|analy|settings|policy|traffic|prefer|ads?\b|brows).{0,300}"
    ),
    (
        r"by (?:using|continuing|visiting|browsing|clicking|accepting|closing"
        r"|selecting)\b.{0,200}\b(?:cookies?|cookie policy)\b.{0,300}"
    ),
    (
        r"(?:manage|change|edit|view|your|review|update|open) (?:my |your |our |the )?(?:cookies?"
        r"|consent|privacy)(?: (?:consent|preferences?|settings?|choices|options))?"
    ),
    (
        r"cookies? (?:settings?|preferences?|policy|consent|notice|list|declaration|choices|information"
        r"|statement)(?: center)?|privacy (?:preference|settings?|overview|preferences)(?: cent(?:er"
        r"|re))?"
    ),
    (
        r"(?:accept|allow|reject|decline|deny|refuse|enable|disable)(?: all| only)?(?: (?:the|optional"
        r"|additional|necessary|essential|non-essential|selected"
        r"|third-party))*(?: cookies?)(?: and (?:close|continue))?"
    ),
    (
        r"(?:accept|reject|allow|decline) all(?: reject all)?(?: show purposes)?|save (?:&|and) accept"
        r"|strictly necessary cookies|(?:targeting|performance|functional(?:ity)?|analytics?"
        r"|advertis(?:ing|ement)|marketing|necessary|essential|preference|statistics?|social media"
        r"|unclassified)(?: and \w+)? cookies"
    ),
    (
        r"(?:always active|always enabled|consent leg\.interest|checkbox label label|apply cancel"
        r"|functional functional always active|(?:preferences|statistics|marketing|functional"
        r"|necessary)(?: \w+)? always (?:active|enabled)|preferences preferences|statistics statistics"
        r"|marketing marketing)"
    ),
    (
        r"accept deny view preferences save preferences.{0,40}|view preferences|manage (?:options"
        r"|services|vendors|\{vendor_count\} vendors)|read more about these purposes"
    ),
    (
        r"the technical storage or access (?:is|that is|is strictly).{0,400}|we care about your privacy"
        r"|we (?:value|respect) your privacy|we and our (?:\d+ )?partners (?:process|store|use).{0,400}"
        r"|your privacy(?: (?:choices|matters))"
    ),
    (
        r"(?:these|necessary|functional|performance|analytical|analytics|advertisement|targeting"
        r"|other uncategorized|strictly necessary|this|some)(?: \w+){0,3} cookies? (?:are|is|help|allow"
        r"|enable|may|track|collect|can|will|do|store|provide|ensure|set)\b.{0,700}"
    ),
    (
        r"(?:diese (?:website|webseite|seite)|wir) (?:verwende[nt]|nutz(?:en|t)"
        r"|setzen)(?: \w+)? cookies.{0,400}|(?:alle )?cookies? (?:akzeptieren|ablehnen|einstellungen)"
        r"|cookie-einstellungen|alle (?:akzeptieren|ablehnen)"
    ),
    (
        r"(?:ce site|nous) utilis(?:e|ons) des cookies.{0,400}|(?:este (?:sitio|site|portal)"
        r"|(?:utilizamos|usamos)) (?:\w+ )?(?:utiliza |usa )?cookies.{0,400}|(?:questo sito"
        r"|utilizziamo) (?:utilizza |usa )?(?:i )?cookie.{0,400}|(?:ta strona|strona|serwis) (?:używa"
        r"|korzysta z|wykorzystuje)(?: \w+)? (?:plik\w+ )?cookies?.{0,400}"
    ),
    (
        r"(?:мы|сайт) использу(?:ем|ет) (?:файлы )?cookies?.{0,400}|(?:sitemizde"
        r"|web sitemiz).{0,40}çerez.{0,300}|(?:situs|website) ini menggunakan cookie.{0,300}"
    ),
)
ANYWHERE: Final = any_of(
    (
        r"\w[\w.& ]{1,30} uses? cookies (?:to|and|for|on)\b.{0,300}(?:experience|consent|site|agree"
        r"|accept|traffic|polic|settings).{0,200}"
    ),
    (
        r".{2,60} we (?:(?:may|also|only) )?use(?: (?:essential|necessary|optional|tracking))* cookies\b"
        r".{0,300}(?:experience|consent|agree|accept|settings|policy|traffic).{0,200}"
    ),
    r".{0,40}(?:使用|利用)(?:了)?cookie.{0,200}|.{0,20}クッキーを(?:使用|利用).{0,200}",
    words=("cookie", "クッキー"),
)

RULE: Final = Rule(
    code="BP150",
    name="cookie-notice",
    find=whole_lines(
        LINE,
        ANYWHERE,
        confidence=0.99,
    ),
    removes=(
        (
            "The story ends here.\n"
            "✂ We use cookies to improve your experience on our site. By continuing you accept our cookie "
            "policy.\n"
            "✂ Accept all cookies"
        ),
        "The text.\n✂ Cookie Settings",
        "Der Text.\n✂ Diese Website verwendet Cookies, um Inhalte zu personalisieren.",
    ),
    keeps=(
        "Cookies\n2 cups flour\n1 cup butter\nMix, cut and bake the cookies for ten minutes.",
        "Regulators say that websites must ask before they use cookies to follow people around.",
        "We use cookies and cream for the filling, and bake it for twenty minutes.",
        "Session cookies are sent with every request, the manual explains.",
        "Bake the cookies until golden.",
        "Necessary",
    ),
)
