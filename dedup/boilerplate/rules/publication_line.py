"""
Publication lines.

Removes: lines that only tell where or when the text was published, posted, updated or reviewed.
Why boilerplate: the same formula stands on every page of the publisher and is no part of the story.
Keeps: bare dates, datelines, sentences about publications, changelogs.
Known misses: lines that add the author or the section in unusual order.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines
from dedup.boilerplate.vocabulary import AGO, DATE, NAME, WHEN

VERB: Final = (
    r"(?:(?:first |originally )?published|(?:date |last |page |article |post |story |content |first "
    r"|originally )?(?:published"
    r"|posted|updated|modified|edited|revised|reviewed|created|last updated?|publication date)"
    r"|(?:medically|fact) reviewed"
    r"|(?:zuletzt )?(?:veröffentlicht|aktualisiert|erschienen|stand|geändert)|publié|mis à jour|modifié"
    r"|posté|publicad[oa]"
    r"|actualizado|atualizado|modificado|pubblicato|(?:ultimo )?aggiorna(?:to|mento)|opublikowano"
    r"|aktualizacja|data publikacji"
    r"|dodano|опубликовано|обновлено|дата публикации|yayınlanma|(?:son )?güncelleme|giriş|diterbitkan"
    r"|diperbarui|dipublikasikan"
    r"|发布|发表|(?:最終)?更新|公開|配信|(?:기사)?입력|(?:최종)?수정|등록)"
)
LINK: Final = (
    rf"(?: date|:| ?[|·-]| on| at| by {NAME}(?:,| on| \|)| am| um| le| à| el| em| às| a las| il| alle"
    rf"| w dniu| в| tarihi| pada"
    r"|时间|時間|日時?|日期|于|於|：)*"
)
LINE: Final = any_of(
    (
        rf"{VERB}{LINK} ?(?:{WHEN}|{AGO})(?: ?(?:[|·•/,;–—-]|and)? ?(?:(?:last )?(?:updated|modified"
        rf"|edited|published|reviewed)(?: on| at|:)* ?(?:{WHEN}|{AGO})|by {NAME}|\d+ min(?:ute)?s? read"
        r"|\d+ comments?|[ecmp][sd]t|gmt|utc|ist|bst|cet))*"
    ),
    rf"published in (?:the )?[\w.,’\'& -]{{2,60}}?,? (?:on )?{DATE}",
    r"published in (?:the )?print edition.{0,80}",
    (
        r"(?:this|the) (?:article|story|post|piece|essay|column|report|page) (?:was |has been )?(?:first "
        r"|originally |last |previously )*(?:published|appeared|posted|updated|modified"
        r"|reviewed)(?: (?:in|on|at|by|as|with).{0,140})"
    ),
    (
        r"(?:a version of )?this (?:article|story|column) (?:appears|appeared"
        r"|first appeared) in (?:print|the).{0,160}"
    ),
    limit=160,
)

RULE: Final = Rule(
    code="BP130",
    name="publication-line",
    find=whole_lines(
        LINE,
        confidence=0.92,
    ),
    removes=(
        "The story ends here.\n✂ Published In The Express Tribune, June 28th, 2012.",
        (
            "Last updated: March 3, 2012, she wrote on the cover of the diary that she had kept since "
            "school.\n"
            "✂ Last updated: March 3, 2012\n"
            "The story starts here."
        ),
        "Der Text.\n✂ Zuletzt aktualisiert am 12.03.2014 um 14:05 Uhr",
    ),
    keeps=(
        "2.1 (2024-05-01)\nUpdated the parser.\n2.0 (2024-04-01)\nPublished the first release to friends.",
        "Published in 1922, the novel was banned in two countries.",
        "July 3, 1914",
        "* Updated refresh rate to 90 Hz",
        "ISLAMABAD, Aug 11:",
        "The report, published on Monday, names nobody.",
    ),
)
