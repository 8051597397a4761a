"""
Publication lines.

Removes: lines that only tell where or when the text was published, posted, updated or reviewed.
Why boilerplate: the same formula stands on every page of the publisher and is no part of the story.
Keeps: bare dates, datelines, sentences about publications, changelogs.
Known misses: lines that add the author or the section in unusual order.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import any_of, whole_lines
from dedup.boilerplate.vocabulary import AGO, NAME, WHEN

LINE: Final = any_of(
    (
        r"(?:(?:first |originally )?published|(?:date |last |page |article |post |story "
        r"|content )?(?:published|posted|updated|modified|edited|revised|reviewed|created"
        r"|publication date|last updated?)|(?:medically|fact) reviewed)(?: date)?(?: ?[:|·-]| on| at"
        rf"| by (?:{NAME})(?:,| on| \|))* ?(?:{WHEN}|{AGO})(?: ?(?:[|·•/,;–—-]"
        rf"|and)? ?(?:(?:last )?(?:updated|modified|edited|published|reviewed)(?: on| at|:)* ?(?:{WHEN}"
        rf"|{AGO})|by {NAME}|\d+ min(?:ute)?s? read|\d+ comments?|[ecmp][sd]t|gmt|utc|ist|bst|cet))*"
    ),
    (
        rf"published in (?:the )?[\w.,’\'& -]{{2,60}}?,? (?:on )?{WHEN}"
        r"|published in (?:the )?print edition.{0,80}|(?:this|the) (?:article|story|post|piece|essay"
        r"|column|report|page) (?:was |has been )?(?:first |originally |last |previously )*(?:published"
        r"|appeared|posted|updated|modified|reviewed)(?: (?:in|on|at|by|as|with).{0,140})"
        r"|(?:a version of )?this (?:article|story|column) (?:appears|appeared"
        r"|first appeared) in (?:print|the).{0,160}"
    ),
    (
        rf"(?:zuletzt )?(?:veröffentlicht|aktualisiert|erschienen|stand|geändert)(?: am| um|:)* ?{WHEN}"
        rf"(?:.{{0,10}})|(?:publié|mis à jour|modifié|posté)(?: le| à|:)* ?{WHEN}|(?:publicado"
        rf"|actualizado|atualizado|publicada|modificado)(?: el| em| a| às|:)* ?{WHEN}|(?:pubblicato"
        rf"|aggiornato|ultimo aggiornamento)(?: il| alle|:)* ?{WHEN}"
    ),
    (
        rf"(?:opublikowano|aktualizacja|data publikacji|dodano)(?: w dniu|:)* ?{WHEN}|(?:опубликовано"
        rf"|обновлено|дата публикации)(?: в|:)* ?{WHEN}|(?:yayınlanma|güncelleme|son güncelleme"
        rf"|giriş)(?: tarihi|:)* ?{WHEN}|(?:diterbitkan|diperbarui|dipublikasikan)(?: pada|:)* ?{WHEN}"
        rf"|(?:发布|发表|更新|公開|配信|最終更新)(?:时间|時間|于|於|日時?|日期|[：: ])* ?{WHEN}"
        rf"|(?:입력|수정|등록|기사입력|최종수정)[ :]*"
        rf"{WHEN}"
    ),
)

RULE: Final = Rule(
    code="BP130",
    name="publication-line",
    find=whole_lines(
        LINE,
        gate=(
            "publi",
            "posted",
            "updated",
            "modified",
            "edited",
            "revised",
            "erschienen",
            "veröffentlicht",
            "aktualisiert",
            "stand",
            "actualizado",
            "mis à jour",
            "pubblicato",
            "aggiornato",
            "opublikowano",
            "aktualizacja",
            "опубликовано",
            "обновлено",
            "güncelle",
            "yayın",
            "diterbitkan",
            "diperbarui",
            "发布",
            "发表",
            "更新",
            "公開",
            "配信",
            "입력",
            "수정",
            "created",
            "first seen",
            "reviewed",
        ),
        confidence=0.92,
        limit=160,
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
        "Published in 1922, the novel was banned in two countries.",
        "July 3, 1914",
        "* Updated refresh rate to 90 Hz",
        "ISLAMABAD, Aug 11:",
        "The report, published on Monday, names nobody.",
    ),
)
