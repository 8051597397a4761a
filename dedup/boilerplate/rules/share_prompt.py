"""
Invitations to share and to follow.

Removes: lines that ask the reader to share the page or to follow its publisher on a network.
Why boilerplate: they are controls and advertisements of the page.
Keeps: shares on the stock exchange, following rules, sentences about networks.
Known misses: invitations inside a paragraph.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines
from dedup.boilerplate.vocabulary import NETWORK

LINE: Final = any_of(
    (
        r"(?:click (?:here )?to )?(?:share|tweet|pin|post|e-?mail|print)(?: (?:this|that|our|it))+"
        r"(?: (?:article|story|post|page|entry|event|recipe|product|video|link|content|news"
        r"|listing|item|episode|guide))?(?: (?:on|via|with|to|by|in|this|a|your|friends|social media"
        rf"|a friend|the|world|link|or|and|through|others))*(?: (?:to )?(?:{NETWORK}"
        r"))?(?: \(opens? in (?:a )?new (?:window|tab)\))?"
        rf"|click (?:here )?to (?:share|tweet|pin|post|e-?mail|print)(?: (?:on|via|with|to|this|a"
        rf"|link|friend|{NETWORK}))*"
        r"(?: \(opens? in (?:a )?new (?:window|tab)\))?"
    ),
    (
        rf"(?:share|send|tweet|post)(?: (?:this|via|on|to|with))? (?:{NETWORK})(?:(?:[ ,/|&]| and "
        rf"| or )+(?:share on |on |via )?(?:{NETWORK}|print|copy link|more|share))*"
    ),
    (
        r"copy (?:link|url|permalink)(?: to clipboard)?|link copied(?: to clipboard)?|share (?:this"
        r"|with (?:friends|your (?:friends|network|followers).{0,60}|others)|your (?:thoughts|feedback"
        r"|opinion|story|experience)|options|link|icon|button|buttons|page|now|it|post|article|save"
        r"|full article|on social media|with someone.{0,60})|(?:like|enjoyed|love|found) (?:this"
        r"|what you).{0,40}\? ?(?:please )?(?:share|tweet|subscribe|sign up).{0,60}|if you (?:liked"
        r"|enjoyed|like|found) this (?:article|post|story).{0,40}(?:share|subscribe|sign up).{0,80}"
        r"|sharing is caring|spread the (?:love|word)|please share(?: this.{0,60})?"
        r"|share on other sites|share (?:this )?(?:article|story|post) (?:with|on|via|to).{0,60}"
    ),
    (
        r"(?:please )?(?:follow|like|find|join|visit|friend|add|connect with|watch)(?: (?:us|me|him|her"
        r"|them|our|your|the|along|we))+(?: (?:page|team|company))?(?:,? (?:on|at|via|through|and|or|&"
        r"|our|social|media|channels?|networks?|page|to|the|group|like|follow|share|us|for more|now"
        rf"|today|here|everywhere|online)|[ ,/|]+(?:{NETWORK})| @\w+)*(?: (?:for|to) (?:more|get|stay"
        r"|the latest).{0,80})?"
    ),
    (
        r"follow (?!the\b|these\b|this\b|your\b|his\b|up\b|a\b|all\b|that\b|in\b"
        rf"|through\b)(?:[\w.&’\'-]+ ){{1,5}}?on(?: (?:and|&|,))*(?:[ ,/|]+(?:{NETWORK})(?: and| or"
        r"| &)?)+(?:[ ,:].{0,60})?|follow @\w{2,20}|follow (?:us|me|topic|author|tags?"
        r"|this (?:topic|author|tag))"
    ),
    (
        r"(?:stay connected|connect with us|get social|get connected|social media|social links"
        r"|follow along|keep in touch|let[’\']s (?:connect|stay connected|be friends))(?: (?:on|with"
        r"|via).{2,60})?"
    ),
    (
        rf"(?:auf |via |per )?(?:{NETWORK}) ?(?:teilen|weiterleiten|merken|posten)|(?:artikel|beitrag"
        r"|seite|jetzt|diesen artikel|diese seite) (?:teilen|weiterempfehlen|merken|versenden|drucken)"
        r"|teilen|folgen sie uns(?: .{2,60})?|folge uns(?: .{2,60})?"
    ),
    (
        r"partager(?: (?:sur|par|cet article|l[’\']article|via).{0,40})?|suivez-nous(?: .{2,40})?"
        r"|compartir(?: (?:en|por|este|esta|vía|con).{0,40})?|comparte(?: (?:en|esto|este"
        r"|esta).{0,40})?|síguenos(?: .{2,40})?|compartilh(?:ar|e)(?: (?:no|na|em|por|via|este|esta"
        r"|isso).{0,40})?|siga-nos(?: .{2,40})?|condividi(?: (?:su|via|questo|questa"
        r"|l[’\']articolo).{0,40})?|seguici(?: .{2,40})?"
    ),
    (
        r"udostępnij(?: .{2,30})?|podziel się(?: .{2,40})?|поделиться(?: .{2,40})?"
        r"|поделитесь(?: .{2,40})?|подпис(?:ывайтесь|аться)(?: .{2,60})?|paylaş(?:ın)?|(?:"
        rf"{NETWORK})[’\'](?:ta|te|da|de) paylaş|bizi takip edin.{{0,40}}|bagikan(?: .{{2,40}})?"
        r"|ikuti kami.{0,40}|分享(?:到|至|给|本文|文章).{0,20}|分享|关注我们.{0,20}"
        r"|(?:この記事を)?(?:シェア|ツイート)(?:する)?"
        r"|フォロー(?:する|してね)?|(?:기사 )?공유(?:하기)?"
    ),
    limit=200,
)

RULE: Final = Rule(
    code="BP121",
    name="share-prompt",
    find=whole_lines(
        LINE,
        confidence=0.96,
    ),
    removes=(
        "The story ends here.\n✂ Share this article",
        "The text.\n✂ Follow us on Twitter and Facebook\n✂ Click to share on WhatsApp (Opens in new window)",
        "Der Text.\n✂ Artikel teilen",
    ),
    keeps=(
        "Shares on Facebook fell four per cent on Tuesday.",
        "Follow these steps to restore the table.",
        "Follow the path to the river and turn left.",
        "Like the pipeline, no two workflows are identical.",
        "Share the beauty of nature with up to ten members of the family.",
    ),
)
