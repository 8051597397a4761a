"""
Headings of lists of other stories.

Removes: lines that announce other stories: “Related articles”, “You may also like”, “Most read”.
Why boilerplate: they lead away from the text and change with the day.
Keeps: references in prose, “see also” sections of reference works, “read more about …” in guides.
Known misses: the titles listed below such a line.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:also read|read also|also see|don[’\']t miss|must read|in case you missed it|icymi"
        r"|you may also like|you might also like|you might like|recommended(?: for you| reading"
        r"| stories| articles| posts)?|related(?: (?:articles?|stories|story|posts?|content|news"
        r"|topics?|reading|links?|coverage|searches|products|items|questions|pages|resources|video"
        r"|videos|blogs?|insights|services|tags|categories|threads|discussions))?|more (?:stories"
        r"|articles|posts|news|like this|to (?:read|explore|discover)|headlines|reading"
        r"|on this (?:story|topic)|coverage|from (?:the |our )?(?:web|blog|author|category|section"
        r"|network|site|this (?:author|section|category|series|site)))|similar (?:articles|stories"
        r"|posts|threads|products|items|topics|questions)|other (?:articles|stories|posts|news)|(?:most"
        r"|popular|top|latest|recent|trending|featured|new|more) (?:popular|read|viewed|shared|recent"
        r"|commented|liked|posts?|stories|articles|news|headlines|topics|videos|blogs?|now|searches"
        r"|discussions|categories|releases)|trending(?: now| topics| stories| on .{2,20})?|up next"
        r"|read next|next up|what to read next|keep reading|editor[’\']?s[’\']? (?:picks?|choice)"
        r"|around the web|from around the web|(?:stories|articles|posts) you (?:may|might) (?:like"
        r"|have missed)|people also (?:read|viewed|ask|like)|(?:readers|customers|users) also (?:liked"
        r"|viewed|bought|enjoyed)|keep exploring|explore more|discover more|watch next|more for you"
        r"|more to explore)"
    ),
    (
        r"(?:lesen sie (?:auch|mehr|hier)|mehr zum thema|auch interessant|das könnte (?:sie"
        r"|dich) (?:auch )?interessieren|weitere (?:artikel|themen|meldungen|nachrichten|beiträge)"
        r"|meistgelesen(?:e artikel)?|mehr (?:lesen|artikel|nachrichten)|ähnliche (?:artikel|beiträge"
        r"|themen)|verwandte (?:artikel|themen)|zum thema|à lire aussi|lire aussi|lire également"
        r"|sur le même (?:sujet|thème)|articles? (?:similaires|liés|connexes)|à voir aussi|lea también"
        r"|lee también|te puede interesar|también te puede interesar|(?:artículos|noticias"
        r"|notas) relacionad[ao]s|(?:leia|veja) (?:também|mais)|(?:notícias|artigos"
        r"|matérias) relacionad[ao]s|leggi anche|potrebbe (?:anche )?interessarti|articoli correlati"
        r"|czytaj (?:też|także|również|więcej)|zobacz (?:też|także|również|wideo)|przeczytaj (?:też"
        r"|także|również)|podobne artykuły|читайте (?:также|ещё|еще|по теме)|смотрите также"
        r"|похожие (?:статьи|записи)|материалы по теме|baca (?:juga|selengkapnya)|lihat juga"
        r"|artikel terkait|berita terkait|ilgili haberler|bunlar da ilginizi çekebilir|相关(?:新闻|阅读|文章|推荐"
        r"|链接|内容|报道)|延伸阅读|推荐阅读|热门(?:文章|推荐|新闻|话题)|猜你喜欢"
        r"|関連(?:記事|ニュース|リンク|キーワード)|あわせて読みたい|おすすめ記事|관련 ?(?:기사"
        r"|뉴스)|추천 ?뉴스)"
    ),
    limit=200,
)

RULE: Final = Rule(
    code="BP112",
    name="related-heading",
    find=whole_lines(
        LINE,
        confidence=0.97,
    ),
    removes=(
        "The story ends here.\n✂ You may also like",
        "Der Text.\n✂ Das könnte Sie auch interessieren",
    ),
    keeps=(
        "Read more about how schemas are generated in the chapter on customisation.",
        "SEE ALSO",
        "Related work falls into three groups.",
        "More on this below.",
    ),
)
