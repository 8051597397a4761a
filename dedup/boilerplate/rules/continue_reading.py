"""
Links that continue, page or unfold.

Removes: lines that unfold, continue or page: “Read more”, “Load more”, “Next page”, “Back to top”.
Why boilerplate: they are controls of the page.
Keeps: sentences that tell to read on, headings such as More, page numbers in indexes.
Known misses: “Read more about …” with a title.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:continue reading|keep reading|read (?:more|full (?:story|article|post|bio|review)"
        r"|the (?:full|rest|entire|complete|whole) .{2,40}|the (?:article|story|post)|article|story"
        r"|full|now|on|this (?:article|story|post)|less)|(?:read|view|see|show|load|learn|find out"
        r"|discover|explore)(?: me)? more(?: (?:posts|stories|articles|news|results|comments|reviews"
        r"|products|videos|items|posts|details|info|information|options|events|content|photos|images))?"
        r"|learn more|find out more|(?:click|tap) (?:here|to (?:expand|view|enlarge|continue))(?: (?:to"
        r"|for) (?:read|view|see|learn|continue)(?: (?:more|all|on|reading|larger|full size))?)?|(?:see"
        r"|view|show|browse|shop) (?:all|less|full|fewer)(?: (?:posts|stories|articles|news|results"
        r"|comments|reviews|products|videos|items|details|events|categories|topics|authors"
        r"|posts by .{2,40}|photos|collections|jobs|courses|brands|industries|resources|questions"
        r"|answers|blogs?|services|locations|solutions|features))?|read more (?:here|now|below"
        r"|on .{2,40}|from .{2,40}|at .{2,40}|»|>|→|\.\.\.))(?: ?(?:here|now|\(\d+\)|about (?:us|me"
        r"|the author)))?"
    ),
    (
        r"(?:(?:go |scroll |return )?back to (?:the )?(?:top|home|main|menu|blog|news|list|index"
        r"|article|all .{2,30}|previous page|homepage|home page|search results|results|overview|start"
        r"|contents|table of contents)|scroll to top|to top|top of page|return to top"
        r"|skip to (?:the )?(?:main |primary |site |page |article |secondary )?(?:content|navigation"
        r"|menu|footer|search|sidebar|main|header|article|results|body|nav)(?: (?:area|here))?"
        r"|skip (?:navigation|links?|nav|ad)|jump to (?:the )?(?:content|navigation|main content|recipe"
        r"|search|bottom|comments|top|section)|(?:←|«|<)? ?(?:older|newer|previous|next|prev|earlier"
        r"|later) ?(?:posts?|entries|articles?|story|page|comments?|stories|topic|thread|slide|question"
        r"|chapter|lesson|product|project|episode|article|video)?(?: ?(?:→|»|>|›))*|(?:previous|prev"
        r"|older|newer|next)(?: ?[/|·•]? ?)(?:next|older|newer|previous)|page \d+ of \d+|(?:previous"
        r"|next|older|newer) post ?: .{2,90}|previous carousel slide next carousel slide|go to (?:page"
        r"|top|first unread).{0,20}|(?:close|open|toggle) (?:menu|search|navigation|modal|dialog|nav"
        r"|this module|sidebar|submenu|mobile menu|the menu)(?: (?:close|open) menu)?"
        r"|show submenu(?: for .{2,40})?|loading(?: comments)?|please wait)"
    ),
    (
        r"(?:weiterlesen|mehr lesen|mehr anzeigen|weitere anzeigen|nach oben|zurück zur (?:startseite"
        r"|übersicht)|zum (?:inhalt|hauptinhalt)(?: springen)?|lire la suite|en savoir plus|lire plus"
        r"|voir plus|leer más|ver más|seguir leyendo|leia mais|ler mais|ver mais|continue lendo"
        r"|leggi (?:tutto|di più|altro)|continua a leggere|vai al contenuto|czytaj (?:więcej|dalej)"
        r"|zobacz więcej|читать (?:далее|дальше|полностью)|показать (?:ещё|еще)|подробнее|devamını oku"
        r"|devamı|daha fazla(?: göster)?|(?:baca )?selengkapnya|lihat (?:semua|lainnya)|阅读(?:全文|更多)"
        r"|展开(?:全文)?|加载更多(?:新闻)?|查看(?:更多|全部|全文)"
        r"|上一(?:页|篇)(?:[：: ].{0,60})?|下一(?:页|篇)(?:[：: ].{0,60})?"
        r"|続き(?:を読む|を見る)|もっと(?:見る|読む)|더보기|본문 바로가기|lees (?:meer|verder))"
    ),
    limit=100,
)

RULE: Final = Rule(
    code="BP113",
    name="continue-reading",
    find=whole_lines(
        LINE,
        confidence=0.96,
    ),
    removes=(
        "The first part.\n✂ Continue reading\n✂ Back to top",
        "✂ Skip to main content\nThe story starts here.",
        "Der Text.\n✂ Weiterlesen »",
    ),
    keeps=(
        "Read more, write less, said the teacher.",
        "Continue reading until you understand the proof.",
        "More",
        "Back to the top of the mountain they went.",
        "Page 12",
    ),
)
