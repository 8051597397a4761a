"""
App download and notification prompts.

Removes: lines that ask to install the publisher’s app, to allow its notifications or to join its channels.
Why boilerplate: they advertise the publisher.
Keeps: articles about apps, instructions to install something described.
Known misses: prompts that name the app only.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:please )?(?:download|get|install|open)(?: (?:the|our|free|mobile"
        r"|\w+[’\']s))*(?: [\w.&’\' -]{2,24})?(?: (?:app|mobile app|android app|ios app"
        r"|apps))(?: (?:now|today|here|for free|to .{2,80}|for .{2,80}|from .{2,60}|on .{2,60}))?"
    ),
    (
        r"(?:download (?:on|from|it (?:on|from)) (?:the )?(?:(?:apple|mac)? ?app store|google play"
        r"|play store).{0,60}|(?:get|available|find) (?:it )?(?:on|at"
        r"|in) (?:the )?(?:apple )?(?:google play|app store|play store)(?:.{0,50})|app store"
        r"|google play(?: store)?|mobile apps?|download (?:the |our )?(?:mobile )?app|(?:enable|allow"
        r"|turn on|get|receive|subscribe to) (?:push |browser |desktop "
        r"|breaking news )?(?:notifications|news alerts)(?: .{2,60})?|install the app"
        r"|how to install the app.{0,20}|join (?:our|us on|the) .{0,30}(?:whatsapp|telegram) (?:channel"
        r"|group).{0,80}|(?:follow|add|find) (?:us|.{2,30}) (?:on|to|as) .{0,30}google news.{0,60})"
    ),
    (
        r"(?:扫(?:一扫|码|描二维码)|长按)(?:下载|关注|分享|识别).{0,30}|(?:下载|打开)(?:.{0,8})?(?:app|客户端)(?:.{0,20})?"
        r"|アプリ(?:を|で)(?:ダウンロード|開く|入手).{0,20}|앱 ?다운로드"
    ),
    limit=200,
)

RULE: Final = Rule(
    code="BP161",
    name="app-prompt",
    find=whole_lines(
        LINE,
        confidence=0.9,
    ),
    removes=("The story ends here.\n✂ Download our app for the latest news\n✂ Get it on Google Play",),
    keeps=(
        "The app store charges thirty per cent.",
        "Download the app from the vendor's site, unpack it and copy the two files into the folder named above.",
        "A good app opens in under a second.",
    ),
)
