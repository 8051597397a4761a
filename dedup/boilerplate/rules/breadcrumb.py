"""
Breadcrumbs.

Removes: lines that show the way from the home page to this one.
Why boilerplate: the way is the site's, the text knows nothing of it.
Keeps: menus described in manuals, chains of causes, code, quotations in mail.
Known misses: paths that do not begin at the home page.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:you are here: ?)?(?:home|homepage|home page|start|startseite|accueil|inicio|início"
        r"|strona główna|главная|ana ?sayfa|beranda|首页|ホーム|trang chủ)(?:(?:>|»|›|→|>>| > "
        r"| / ){1,2}[^>»›→,.]{1,50}){1,8}"
    ),
    (
        r"you are here:? ?.{0,140}|(?:sie sind hier|vous êtes ici|usted está aquí|você está aqui"
        r"|sei qui|jesteś tutaj|вы здесь|您(?:现在)?(?:的|所在的?)位置)[:：]? ?.{0,140}"
    ),
    limit=160,
)

RULE: Final = Rule(
    code="BP156",
    name="breadcrumb",
    find=whole_lines(
        LINE,
        confidence=0.95,
    ),
    removes=("✂ Home > News > World\nThe story starts here.", "✂ You are here: Home » Recipes\nThe story starts here."),
    keeps=(
        "File > Print > Properties",
        "Home > away, in points per game, for the third year.\nThe rest follows.",
        "Start the engine.",
    ),
)
