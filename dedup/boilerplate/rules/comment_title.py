"""
Titles and counters of the comment section.

Removes: lines that title or count the comments, or invite to write one.
Why boilerplate: they belong to the discussion of a page, which is not its text.
Keeps: headings such as Discussion in papers, sentences that count comments, threads that are the text.
Known misses: titles in other words; a counter glued to other words.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"\(?(?:\d[\d,.]*k?|no|one|two|three) (?:reader |user )?comments?\)?(?: (?:so far|yet|posted"
        r"|on this (?:story|post|article)|on .{2,100}|so far on .{2,100}))?"
    ),
    (
        r"(?:(?:\d[\d,.]*|no|one|two|three) )(?:responses?|replies|reply|thoughts?|reactions?"
        r"|comments) (?:to|on)[: ] ?[“\x22‘\'«].{2,140}"
    ),
    (
        r"(?:reader|user|top|all|recent|best|latest|facebook|view|show|hide|see|read|load|open)(?: all"
        r"| the| more| previous| \d+)* comments?(?: \(?\d+\)?)?|comments? ?(?:\(\d+\)|\d+"
        r"|on this (?:post|article|story|entry)|section|policy|rules|guidelines|are closed"
        r"|have been disabled|are (?:now )?(?:closed|disabled|off)(?: (?:for|on) this (?:post|article"
        r"|story|entry))?)"
    ),
    (
        r"(?:leave|post|add|write|submit|make) (?:a|your|new|an?other|a new|the first"
        r"|first)? ?(?:public )?(?:comment|reply|response)s?(?: ?(?:cancel (?:reply|comment)|below|here"
        r"|now|to .{1,60}|on .{2,80}|\||\(\d+\)))*|cancel reply|reply cancel reply|write (?:a )?comment"
    ),
    (
        r"(?:be the first to (?:comment|reply|leave a comment|write a comment|share your thoughts"
        r"|post a comment|respond).{0,60}|join the (?:conversation|discussion|debate)(?:[ ,.:].{0,80})?"
        r"|have your say|what do you think\? (?:leave|let|share|tell).{0,100}|start (?:the"
        r"|a) (?:discussion|conversation)|discussion about this (?:post|episode|video|podcast)"
        r"|(?:let us know|tell us|share your thoughts|sound off|drop a comment"
        r"|let me know) (?:what you think |your thoughts )?in the comments?(?: section)?(?: below)?)"
    ),
    (
        r"(?:\d+ )?kommentare?(?: \(\d+\)|: \d+)?(?: (?:schreiben|verfassen|lesen|anzeigen|hinterlassen"
        r"|zu diesem artikel|zum artikel))?|(?:schreib(?:en sie)?|hinterlass(?:e|en sie)?) (?:einen"
        r"|deinen|ihren) kommentar|diskutieren sie mit"
    ),
    (
        r"(?:\d+ )?commentaires?(?: \(\d+\))?|(?:laisser|écrire|poster|ajouter|laissez) (?:un"
        r"|votre) commentaire|(?:\d+ )?comentarios?(?: \(\d+\))?|(?:deja|dejar|escribe|añadir"
        r"|agregar)(?: (?:un|tu|una))? (?:comentario|respuesta)(?: cancelar respuesta)?"
        r"|(?:\d+ )?coment[áa]rios?(?: \(\d+\))?|deixe (?:um|seu) comentário.{0,40}"
    ),
    (
        r"(?:\d+ )?comment[oi](?: \(\d+\))?|(?:lascia|scrivi|aggiungi|invia) un commento.{0,40}"
        r"|(?:\d+ )?komentarz[ey]?(?: \(\d+\))?|(?:dodaj|napisz|zostaw) komentarz"
        r"|(?:\d+ )?(?:комментари(?:й|я|ев|и))(?: \(\d+\))?|(?:добавить|оставить|написать) комментарий"
        r"|(?:\d+ )?reacties?(?: \(\d+\))?|(?:geef|plaats) een reactie"
    ),
    (
        r"(?:\d+ )?yorum(?:lar)?(?: yap(?:ın)?| yaz(?:ın)?)?(?: \(\d+\))?"
        r"|(?:\d+ )?komentar(?: \(\d+\))?|(?:tulis|beri|tinggalkan) komentar|(?:网友|最新|热门|最热|全部|我要|发表"
        r"|查看(?:全部)?\d*条?)(?:评论|評論).{0,10}|\d+ ?(?:条|則|个|人)?(?:评论|評論|留言).{0,20}"
        r"|コメント(?:する|を(?:書く|投稿|残す|見る).{0,10}| ?[(（]\d+[)）])?|댓글(?: ?\d+| 쓰기| 달기)?"
    ),
    (  # what WordPress puts above comments
        r"(?:\d+|eine?|une?|un[ao]?|um|uma?|één|jeden) (?:gedanken?|antwort(?:en)?|reaktion(?:en)?|kommentare?"
        r"|réflexions?|réponses?|commentaires?|comentarios?|respuestas?|pensamientos?|comentários?|respostas?"
        r"|pensamentos?|pensier[oi]|rispost[ae]|comment[oi]|gedachten?|reacties?|komentarz[ey]?|myśl[i]?|tankar?|svar)"
        r" (?:zu|auf|sur|à|en|a|sobre|em|para|su|over|op|na temat|do|om|på)[: ] ?[„“‘«\x22»›‚].{2,140}"
        r"|\{ ?\d+ comments?(?:…|\.{3}).{2,60}"
    ),
    (
        r"(?:alle )?kommentare (?:anzeigen|ansehen|einblenden)|(?:die )?kommentare sind (?:geschlossen|deaktiviert)"
        r"|leser(?:kommentare|post|meinungen)(?: \(\d+\))?|(?:voir|lire) (?:tous )?les commentaires"
        r"|les commentaires sont (?:fermés|clos)|ver (?:todos )?(?:los comentarios|os comentários)"
        r"|los comentarios están (?:cerrados|desactivados)|os comentários estão (?:fechados|encerrados|desativados)"
        r"|i commenti sono chiusi|reacties zijn gesloten|komentowanie jest wyłączone"
    ),
    limit=160,
)

RULE: Final = Rule(
    code="BP102",
    name="comment-title",
    find=whole_lines(
        LINE,
        confidence=0.98,
    ),
    removes=(
        "The story ends here.\n✂ 12 Comments",
        "The story ends here.\n✂ 3 thoughts on “The Story”\n✂ Leave a Reply Cancel reply",
        "Der Text.\n✂ Schreiben Sie einen Kommentar",
        "Der Text.\n✂ 3 Gedanken zu „Der Titel“\n✂ Kommentare sind geschlossen",
    ),
    keeps=(
        "Discussion",
        "The paper received 12 comments on its draft, and answered all of them.",
        "His comments on the budget drew laughter.",
        "Comment: The minister should go",
        "Zwei Gedanken zu dem, was gestern geschah.",
        "Leserpost bekam er jeden Tag.",
    ),
)
