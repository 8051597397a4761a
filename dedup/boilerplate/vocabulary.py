"""
The shared parts of patterns: dates, times, 'ago', names, networks; in the languages of the labelled pages.

Each constant is the source of a regular expression without a capturing group, to be put into larger ones that
ignore case. Languages: English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Turkish,
Indonesian, Chinese, Japanese, Korean.
"""

from __future__ import annotations

from typing import Final

MONTH: Final = (
    r"(?:jan(?:uary|uar|vier|uari)?|j[äa]nner|feb(?:ruary|ruar|r)?|f[ée]vr?(?:ier)?|mar(?:ch|s|zo|ço|et)?|m[äa]rz|apr(?:il|ile)?|avr(?:il)?"
    r"|ma[iyj]|may[ıi]s|jun[ie]?|juin|jul[iy]?|juil(?:let)?|aug(?:ust|ustus)?|ao[ûu]t|sep(?:t(?:ember|embre)?)?|o[ck]t(?:ober|obre|ubre)?"
    r"|nov(?:ember|embre)?|de[cz](?:ember)?|d[ée]c(?:embre)?"
    r"|ene(?:ro)?|febrero|abr(?:il)?|mayo|junio|julio|ago(?:sto)?|septiembre|setembro|noviembre|dic(?:iembre)?"
    r"|janeiro|fevereiro|maio|junho|julho|outubro|novembro|dez(?:embro)?|gen(?:naio)?|febbraio|maggio|giugno|luglio|settembre|ottobre|dicembre"
    r"|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia"
    r"|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
    r"|ocak|şubat|mart|nisan|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
    r"|januari|februari|maret|mei|juni|juli|agustus|oktober|november|desember)"
)
WEEKDAY: Final = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    r"|senin|selasa|rabu|kamis|jumat|sabtu|minggu|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar"
    r"|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela)"
)
DATE: Final = (
    rf"(?:(?:{WEEKDAY}[.,]? )?(?:{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|er)? (?:of |de )?{MONTH}\.?,? (?:de )?(?:\d{{4}}|’\d\d)|\d{{1,2}}-{MONTH}-\d{{2,4}})"
    rf"|(?:{WEEKDAY}[.,]? )?(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d\d))"
    r"|\d{4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일])"
)
TIME: Final = r"(?:\d{1,2}[:.]\d\d(?::\d\d)? ?(?:[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?|\d{1,2} ?h ?\d\d|\d{1,2} uhr)(?: ?(?:[a-z]{2,4}\b|uhr|\([a-z]+\)))?"
AT: Final = r"(?:[,;|·•@–-]| at| um| à| alle(?: ore)?| a las| às| o(?: godz)?| в| pukul| om)*"
MOMENT: Final = rf"(?:{DATE}(?:{AT} ?{TIME})|{TIME}{AT} ?{DATE})"
"""A date with its time of day."""
WHEN: Final = rf"(?:{DATE}(?:{AT} ?{TIME})?|{TIME}{AT} ?{DATE})"
"""A date, with or without its time of day."""
AGO: Final = (
    r"(?:(?:about |over )?(?:\d+|an?|one|two|three) ?(?:s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:ee)?ks?|mo(?:nth)?s?|y(?:ea)?rs?) ago"
    r"|yesterday|just now|(?:vor|il y a|hace|há) (?:\d+|einem?r?|une?|una?|uma?) \w+"
    r"|\d+ \w+ (?:fa|atrás|geleden|temu|назад|önce|lalu|yang lalu)"
    r"|\d+ ?(?:秒|分钟?|分鐘|小?时|小時|時間|天|日|周|週間?|个?月|個月|ヶ月|か月|年)(?:之?前)|\d+ ?(?:초|분|시간|일|주|개월|달|년) ?전)"
)
NAME: Final = r"(?:[@\w][\w.'’@&()-]*(?: [\w.'’@&()-]+){0,4})"
"""A reader's or author's name: up to five words."""
NETWORK: Final = (
    r"(?:facebook|fb|twitter|x|x \(twitter\)|twitter/x|linked ?in|whats ?app|pinterest|reddit|telegram|tumblr|instagram|you ?tube|flipboard|messenger"
    r"|facebook messenger|tik ?tok|snapchat|threads|blue ?sky|mastodon|google ?\+|google plus|e-?mail|rss|discord|vimeo|medium|xing|vk|vkontakte"
    r"|odnoklassniki|viber|skype|pocket|line|kakao ?(?:talk|story)?|wechat|weibo|stumble ?upon|digg|delicious|sms|twitch|spotify|soundcloud|github|hacker ?news"
    r"|微信|微博|新浪微博|qq空间?|はてなブックマーク|はてブ|페이스북|트위터|카카오톡)"
)
