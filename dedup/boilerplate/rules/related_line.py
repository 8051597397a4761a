"""
Links to other stories.

Removes: lines that announce or name other stories: “Read more: …”, “Related articles”, “You may also like”.
Why boilerplate: they lead away from the text and change with the day.
Keeps: references in prose, “see also” sections of reference works, “read more about …” in guides.
Known misses: the titles listed below such a line.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.view import any_of, whole_lines
from dedup.boilerplate.rule import Rule

LINE: Final = any_of(
    r"(?:also read|read also|also see|don[’\']t miss|must read|in case you missed it|icymi|you may also like|you might also like|you might like|recommended(?: for you| reading| stories| articles| posts)?|related(?: (?:articles?|stories|story|posts?|content|news|topics?|reading|links?|coverage|searches|products|items|questions|pages|resources|video|videos|blogs?|insights|services|tags|categories|threads|discussions))?|more (?:stories|articles|posts|news|like this|to (?:read|explore|discover)|headlines|reading|on this (?:story|topic)|coverage|from (?:the |our )?(?:web|blog|author|category|section|network|site|this (?:author|section|category|series|site)))|similar (?:articles|stories|posts|threads|products|items|topics|questions)|other (?:articles|stories|posts|news)|(?:most|popular|top|latest|recent|trending|featured|new|more) (?:popular|read|viewed|shared|recent|commented|liked|posts?|stories|articles|news|headlines|topics|videos|blogs?|now|searches|discussions|categories|releases)|trending(?: now| topics| stories| on .{2,20})?|up next|read next|next up|what to read next|keep reading|editor[’\']?s[’\']? (?:picks?|choice)|around the web|from around the web|(?:stories|articles|posts) you (?:may|might) (?:like|have missed)|people also (?:read|viewed|ask|like)|(?:readers|customers|users) also (?:liked|viewed|bought|enjoyed)|keep exploring|explore more|discover more|watch next|more for you|more to explore)",
    r"(?:also read|read also|don[’\']t miss|must read|watch also|related|related (?:article|story|post|stories|reading|news|video|content|coverage)|read next|up next|recommended|more on this|in pics|in pictures|see pics|watch video|watch): .{8,180}",
    r"(?:lesen sie (?:auch|mehr|hier)|mehr zum thema|auch interessant|das könnte (?:sie|dich) (?:auch )?interessieren|weitere (?:artikel|themen|meldungen|nachrichten|beiträge)|meistgelesen(?:e artikel)?|mehr (?:lesen|artikel|nachrichten)|ähnliche (?:artikel|beiträge|themen)|verwandte (?:artikel|themen)|zum thema|à lire aussi|lire aussi|lire également|sur le même (?:sujet|thème)|articles? (?:similaires|liés|connexes)|à voir aussi|lea también|lee también|te puede interesar|también te puede interesar|(?:artículos|noticias|notas) relacionad[ao]s|(?:leia|veja) (?:também|mais)|(?:notícias|artigos|matérias) relacionad[ao]s|leggi anche|potrebbe (?:anche )?interessarti|articoli correlati|czytaj (?:też|także|również|więcej)|zobacz (?:też|także|również|wideo)|przeczytaj (?:też|także|również)|podobne artykuły|читайте (?:также|ещё|еще|по теме)|смотрите также|похожие (?:статьи|записи)|материалы по теме|baca (?:juga|selengkapnya)|lihat juga|artikel terkait|berita terkait|ilgili haberler|bunlar da ilginizi çekebilir|相关(?:新闻|阅读|文章|推荐|链接|内容|报道)|延伸阅读|推荐阅读|热门(?:文章|推荐|新闻|话题)|猜你喜欢|関連(?:記事|ニュース|リンク|キーワード)|あわせて読みたい|おすすめ記事|관련 ?(?:기사|뉴스)|추천 ?뉴스)(?: ?[:：] ?.{2,160})?",
)

RULE: Final = Rule(
    code="BP112",
    name="related-line",
    find=whole_lines(LINE, gate=('\nrelated', '\nalso', '\nread', '\nsee also', '\nmore ', '\nrecommended', '\nyou m', '\nup next', '\nnext ', '\ndon', '\nwatch', '\nlisten', '\ntrending', '\nmost ', '\npopular', '\nlatest', '\nsimilar', '\nother ', '\nlesen', '\nmehr ', '\nauch ', '\nlire', '\nà lire', '\nlea ', '\nlee ', '\nleia', '\nleggi', '\nczytaj', '\nzobacz', '\nчита', '\nсмотр', '\nbaca', '\nilgili', '\nbunu', '\n相关', '\n延伸', '\n関連', '\n관련', '\nне пропуст', '\nautres', '\ntambi', '\nveja', '\npotrebbe', '\n推荐', '\n热门', '\nin case', '\nfrom ', '\naround', '\nwhat to read', '\nlink', '\neditor', '\ntop ', '\nmust', '\nkeep reading', '\nweiter', '\nthemen', '\nlihat', '\nartikel', '\nmeistgelesen', '\nzum thema', '\ninteressiert', '\nvous ', '\nte puede', '\nrelacionad'), confidence=0.93, limit=200),
    removes=(
        "The first part.\n✂ Also read: The minister's other house is for sale\nThe second part.",
        'The story ends here.\n✂ You may also like',
        'Der Text.\n✂ Lesen Sie auch: Der andere Text',
    ),
    keeps=(
        'Read more about how schemas are generated in the chapter on customisation.',
        'SEE ALSO',
        'Related work falls into three groups.',
        'More on this below.',
    ),
)
