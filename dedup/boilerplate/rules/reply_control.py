"""
Buttons of reader comments.

Removes: lines that hold nothing but buttons such as Reply, Like or Report.
Why boilerplate: they are controls of the page.
Keeps: sentences that reply, headings in quotations, answers in dialogue.
Known misses: buttons glued to the comment’s last line.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

BUTTON: Final = (
    r"(?:reply|replies|likes?|likelike|dislike|report(?: abuse)?|flag|upvote|downvote|vote up|vote down|permalink|link"
    r"|parent|quote|edit|share|copy link|hide|embed|save|give award|collapse|expand|view)"
)
LINE: Final = any_of(
    rf"(?:\d+ )?{BUTTON}(?:(?: ?[|·•/] ?| )(?:{BUTTON}|\d+))+",
    (
        r"reply|likelike|like loading|replies|(?:log in|login|sign in) to (?:reply|comment|like)"
        r"|reply to (?:this )?(?:comment|post|topic|thread)|reply to (?!all\b)[\w.’\' -]{1,30}"
        r"|reply with quote|reply as topic|reply quote|post (?:a )?reply|quick reply"
        r"|view (?:all )?(?:\d+ )?(?:more )?repl(?:y|ies)(?: to this)?|(?:show|hide|load|view"
        r"|see)(?: all| \d+| more)* repl(?:y|ies)|(?:\d+ )repl(?:y|ies)|report (?:abuse|comment|this"
        r"|post|this comment|inappropriate content|spam|a problem|as inappropriate)"
        r"|flag (?:as inappropriate|comment)|expand full comment|\d+ repl(?:y|ies) by .{2,40}"
        r"|\d+ (?:likes?|upvotes?|dislikes?|reactions?)|was this (?:review|comment"
        r"|answer) helpful\??(?: yes.{0,20})?|click to expand"
    ),
    (
        r"antworten|auf diesen kommentar antworten|kommentar melden|répondre|signaler(?: un abus)?"
        r"|responder|rispondi|segnala|odpowiedz|zgłoś|ответить|пожаловаться|yanıtla|cevapla|balas"
        r"|laporkan|回复|回覆|举报|返信(?:する)?|답글|beantwoorden|svara"
    ),
    (  # buttons side by side, of which the space between them is lost
        r"(?:reply|antworten|répondre|responder|rispondi|odpowiedz|ответить|yanıtla|balas) ?(?:delete|löschen|supprimer"
        r"|eliminar|excluir|elimina|usuń|удалить|sil|hapus)|liken ?liken|gefällt mir ?gefällt mir|j[’']aime ?j[’']aime"
        r"|me gusta ?me gusta|curtir ?curtir|mi piace ?mi piace|vind ik leuk ?vind ik leuk|lubię ?lubię|suka ?suka"
    ),
    limit=60,
)

RULE: Final = Rule(
    code="BP104",
    name="reply-control",
    find=whole_lines(
        LINE,
        confidence=0.99,
    ),
    removes=(
        "The story ends here.\n✂ Reply\n✂ Like Reply\n✂ Log in to Reply",
        "Der Text.\n✂ Antworten",
        "Der Text.\n✂ AntwortenLöschen\n✂ Gefällt mirGefällt mir",
    ),
    keeps=(
        "Reply to the king, she said, and do not wait.",
        "Like",
        "Quote",
        "“I cannot reply,” he wrote.",
    ),
)
