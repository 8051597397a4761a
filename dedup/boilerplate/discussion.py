"""The signs of a discussion: headers of comments, their titles, forms and buttons, and what tells a forum."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rules import comment_form, comment_title, reply_control, trackback
from dedup.boilerplate.vocabulary import AGED, AGO, DATE, MOMENT, MONTHS, NAME, OCLOCK, TIME

if TYPE_CHECKING:
    from dedup.boilerplate.view import View

HEADER: Final = 110
"""Characters; the longest header."""
RANK: Final = r"(?:\d{1,4}[.)] ?)?"
SEPARATOR: Final = r" ?[|•·\-–—,] ?"
SAYS: Final = (
    r"(?:says|writes|commented|replied|schrieb|sagt|schreibt|meint|dit|a dit|a écrit|dice|dijo|escribió|disse|diz"
    r"|ha scritto|pisze|napisał\w?|пишет|сказал\w?|dedi ki|diyor ki|berkata|さん(?:より)?|说道?)"
)
REPLY: Final = (
    r"(?:reply|report|permalink|link|quote|like|share|antworten|répondre|responder"
    r"|rispondi|odpowiedz|ответить|yanıtla|balas|回复|返信|举报)"
)

WHOLE_NAME: Final = any_of(NAME)
DAY: Final = (
    rf"(?:{MONTHS}\w*\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d(?:st|nd|rd|th|\.|er)?[ -](?:of |de )?{MONTHS}\w*\.?,?[ -](?:de )?[’']?\d\d"
    r"|\d[-/.]\d\d?[-/.]\d|\d{4} ?[年년])"
)
"""What every date holds, and little else."""
OUTLINE: Final = rf".*(?:{DAY}.*|(?:[|•·–—,-]|{SAYS},? ?:? ?(?:on|at|am|le|el|il)?) ?{AGO}.*| {SAYS})"
"""What every header of a comment says besides the name."""

DIGITS: Final = re.compile(r"\d+.*")
SURE_HEADER: Final = any_of(
    (
        rf"{RANK}{NAME}{SEPARATOR}(?:{AGO}|{MOMENT}|{DATE})(?:{SEPARATOR}| )\(?{REPLY}\)?(?:{SEPARATOR}"
        rf"{REPLY})*"
    ),
    rf"{RANK}{NAME} {SAYS},? ?:? ?(?:on |at |am |le |el |il )?(?:{MOMENT}|{AGO})(?: ?:)?",
    rf"<span>{NAME}</span> {MOMENT}",
    outline=OUTLINE,
    limit=HEADER,
)
"""A header that says by its buttons or words what it is."""
DATED_HEADER: Final = any_of(
    (
        rf"(?=.*{AGED}){RANK}(?!by |posted by |published |updated |on )(?:{NAME}){SEPARATOR}{AGO}(?:{SEPARATOR}"
        r"\w+)?"
    ),
    (
        rf"(?=.*{OCLOCK}){RANK}(?!by |posted by |published |updated |on ){NAME}(?: on| -|,|:)? ?{MOMENT}"
        r"(?: at)?(?: said| says)?"
    ),
    outline=OUTLINE,
    limit=HEADER,
)
"""A name with a time of day or an age on one line; also the form of a byline."""
SAYING: Final = any_of(rf"{RANK}(?!by ){NAME} {SAYS}", outline=OUTLINE, limit=HEADER)
"""A name that says; in prose, a speaker."""
STAMP: Final = any_of(
    rf"(?:at )?(?:{MOMENT}|{AGO}|{DATE})(?: -| at {TIME})?",
    r"at",
    rf"(?:{AGO}|{MOMENT}){SEPARATOR}{REPLY}",
    limit=HEADER,
)
"""A moment alone; below a name, the other half of a header."""

HEADERS: Final = (SURE_HEADER, SAYING, DATED_HEADER, STAMP)

ANSWER: Final = any_of(
    (
        r"(?:(?:log in|login|sign in) to )?reply(?: ?delete)?|(?:\d+ )?like ?[·•|/]? ?reply.{0,30}"
        r"|reply ?[·•|/]? ?(?:like|share|report|quote|link|permalink|flag).{0,30}|like ?like|liken ?liken"
    ),
    (
        r"(?:auf diesen kommentar )?antworten(?: ?löschen)?|répondre(?: ?supprimer)?|rispondi(?: ?elimina)?"
        r"|responder(?: ?(?:eliminar|excluir))?|odpowiedz(?: ?usuń)?|ответить(?: ?удалить)?|balas(?: ?hapus)?"
        r"|(?:yanıtla|cevapla)(?: ?sil)?|beantwoorden|gefällt mir ?gefällt mir|j[’']aime ?j[’']aime"
        r"|me gusta ?me gusta|curtir ?curtir|mi piace ?mi piace"
    ),
    limit=60,
)
"""A button below what a reader says; what is left of comments where an extraction has lost their headers."""
ANSWERS: Final = (ANSWER, trackback.LINE)
FEWEST_ANSWERS: Final = 3
"""Of the lines that answer; fewer may be buttons of something else."""

FORUM: Final = any_of(
    (
        r"joined(?:[: ].*)?|join date.*|posts:? ?[\d,]+|messages(?:[: ]+[\d,]+)?|thread starter.*|start date.*"
        r"|search forums|new threads|latest activity|forum list|go to page|reactions: .* others?|registered: .*"
        r"|original poster|op|#\d+|reply with quote|quote reply|new topic|thread tools"
        r"|search this thread|post reply|new posts|last post.*|replies ?[\d,]+|(?:forum|board) index"
        r"|members online.*|users browsing this forum.*|asked .* ago|viewed [\d,k]+ times"
        r"|\d+ answers?.*|reaction score.*|registered(?: user)?|junior member|senior member|moderator"
        r"|view profile|powered by (?:phpbb|vbulletin|discourse|xenforo|invision|mybb|discuz|smf).*"
        r"|topic starter|start new topic|\d+ replies to this topic|jump to (?:forum|post).*"
        r"|share on other sites|you must log in or register to reply here"
        r"|discussion in .* started by .*|not open for further replies|topic replies views.*"
        r"|[\d,.]+k? posts .{0,4}joined \d.*|oldest first newest first.*|add to quote|continue this thread"
        r"|\d+ points?(?: .{0,3}\d+ \w+ ago.*)?|use the following search parameters.*"
        r"|\[[–-]\].* points?.*"
    ),
)
FORUM_MARKS: Final = 2
"""Different marks of a forum that make the page one."""

COUNTERS: Final = 2
"""Counters of comments on a page; more of them stand on a list of stories, each under its own."""
LONGEST_NAME: Final = 30


class Sign(Enum):
    """What a line tells of a discussion."""

    HEADER = "a header that says by its buttons or words what it is"
    MAYBE = "a header that could be a byline or a post's"
    SAYER = "a name that says, without a date"
    ANSWER = "a button below what a reader says, or a trackback"
    FURNITURE = "a title, a form or another button"


def signs(seen: View, start: int) -> dict[int, Sign]:
    """Find the lines from `start` on that tell of a discussion; none if no line can be a header and few answer."""
    found = headers(seen, start)
    answers = [at for at in seen.matching(*ANSWERS) if at >= start]
    if not found and len(answers) < FEWEST_ANSWERS:
        return found
    for at in answers:
        found.setdefault(at, Sign.ANSWER)
    titles = list(comment_title.RULE.find(seen))
    if sum(seen.bare(hit.first)[0].isdigit() for hit in titles) > COUNTERS:
        titles = []
    for hits in (reply_control.RULE.find(seen), titles, comment_form.RULE.find(seen)):
        for hit in hits:
            if hit.first >= start:
                found.setdefault(hit.first, Sign.FURNITURE)
    return dict(sorted(found.items()))


def headers(seen: View, start: int) -> dict[int, Sign]:
    """Find the lines from `start` on that can be headers of comments."""
    found: dict[int, Sign] = {}
    sure, saying, dated, stamped = (set(seen.matching(phrase)) for phrase in HEADERS)
    for at in sorted(sure | saying | dated | stamped):
        text = seen.bare(at)
        if at < start or len(text) > HEADER or not clue(text):
            continue
        if at in sure:
            found[at] = Sign.HEADER
        elif at in saying:
            found[at] = Sign.HEADER if at + 1 in stamped else Sign.SAYER
        elif at in dated:
            found[at] = Sign.MAYBE
        elif at > start and named(seen.bare(at - 1)):
            found.setdefault(at - 1, Sign.MAYBE)
    return found


@cache
def _clue() -> re.Pattern[str]:
    return re.compile(
        r"\d[:.]\d\d|\d ?[apAP]\.?[mM]\b|\d ?h ?\d|\b(?:19|20)\d\d\b|[-/.]\d\d\b"
        r"|\d ?[^\W\d_]+ (?:ago|fa|atrás|geleden|temu|назад|önce|lalu|yang)\b|\b(?:an?|one) \w+ ago\b"
        r"|(?:[Vv]or|[Ii]l y a|[Hh]ace|[Hh]á) \d|\d.{0,3}[前전年년]|^(?:at|[Yy]esterday|[Jj]ust now)\Z"
        rf"|{SAYS}\Z"
    )


def clue(text: str) -> bool:
    """Tell whether the line has a time, an age, a year or a closing verb of saying: without one it is no header."""
    return _clue().search(text) is not None


def named(text: str) -> bool:
    """Tell whether the line can be a reader's name."""
    return len(text) <= LONGEST_NAME and bool(WHOLE_NAME.takes(text))


def is_forum(seen: View) -> bool:
    """Tell whether the page shows a forum's furniture."""
    marks = {DIGITS.sub("", seen.bare(at).lower()) for at in seen.matching(FORUM)}
    return len(marks) >= FORUM_MARKS
