"""
Comment forms and policies.

Removes: the labels of a comment form, who may comment and how, moderation notes, spam notes.
Why boilerplate: the same form stands under every article of the site.
Keeps: articles about moderation and comment policies; forms described in manuals.
Known misses: long policies in several paragraphs.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"your e-?mail (?:address )?(?:will not be|is never|won[’\']t be) (?:published|shared|displayed"
        r"|made public).{0,160}|(?:all )?(?:required )?fields (?:are )?marked (?:with )?(?:an? )?(?:\*"
        r"|asterisk).{0,40}|required fields are marked.{0,20}|(?:indicates )?required fields?"
    ),
    (
        r"(?:replying|in reply|in response) to [^.!?]{1,40}|(?:log|sign) ?in(?: or (?:register"
        r"|sign ?up))? (?:to|and) (?:leave a )?(?:comment|reply|like|post|join the (?:conversation"
        r"|discussion)|vote)(?: .{0,60})?|log in to leave a (?:comment|reply)|you must be (?:logged"
        r"|signed) ?in to (?:post|leave|write|add|submit|reply|comment|rate|vote).{0,60}"
        r"|please (?:log ?in|sign in|login|register) (?:to|or).{0,40}comment.{0,40}"
    ),
    (
        r"(?:all |your |reader |user |submitted )?comments (?:are|will be|may be|must be|need to be"
        r"|go through|have to be|posted) (?:all )?(?:subject to |held for |being |reviewed|pre-?"
        r"|post-?)?(?:moderat|approv|review|publish|generally|closed)\w*.{0,300}"
    ),
    (
        r"for more information,? (?:please )?(?:see|read|view|visit|check) our comments? (?:faqs?"
        r"|policy|guidelines|rules).{0,40}|(?:please )?(?:read|review|see|follow|view"
        r"|respect)(?: and \w+)? (?:our|the) (?:comment(?:s|ing)?|community"
        r"|moderation)(?: \w+)? (?:faqs?|policy|policies|guidelines|rules|standards)(?: (?:before|prior"
        r"|when|here).{0,100})?"
    ),
    (
        r"save my name,? (?:and )?e-?mail.{0,100}|notify me (?:of|by|via).{0,100}|(?:this|our) (?:site"
        r"|blog|form) (?:uses|is protected by) (?:akismet|re?h?captcha|hcaptcha"
        r"|google recaptcha).{0,160}|learn how your comment data is processed"
        r"|protected by recaptcha.{0,120}|this site is protected by h?(?:re)?captcha.{0,160}"
    ),
    (
        r"you (?:may|can) use (?:these|the following|some) html.{0,400}"
        r"|(?:please )?enter your (?:comment|name here|name|website|website url|website url here"
        r"|e-?mail address here|email address here|comment here).{0,40}"
        r"|you have entered an incorrect email address.{0,10}|(?:type|write|enter|add) (?:your"
        r"|a) (?:comment|reply|response|message) ?(?:here)?|comment ?\*|(?:your |first |last "
        r"|full )?name ?(?:\*|\(required\))|e-?mail ?(?:\*|\(required\)|\(will not be published\)"
        r"|\(not published\)).{0,40}|website(?: \(optional\)| url)|post comment|submit comment"
        r"|add comment"
    ),
    (
        r"the (?:views|opinions)(?: and (?:views|opinions))? (?:expressed )?in (?:the )?(?:comments"
        r"|the contents? above).{0,200}|we (?:welcome|encourage|moderate|reserve the right to (?:remove"
        r"|delete|edit)).{0,40}comments.{0,240}|(?:please )?keep (?:your )?comments (?:civil|respectful"
        r"|polite|on[- ]topic|relevant).{0,160}|(?:comments?|posts?) (?:that|which"
        r"|containing) .{2,100} will be (?:deleted|removed).{0,100}|(?:commenting|comments) (?:on"
        r"|for) this (?:article|story|post) (?:is|are|has been|have been) (?:now )?(?:closed|disabled"
        r"|turned off).{0,60}"
    ),
    (
        r"(?:the )?comment form collects.{0,300}|(?:please )?do not (?:write|type) in this (?:box"
        r"|field)|(?:currently )?(?:sort(?:ed)?) by:? ?(?:newest|oldest|best|popular|top).{0,60}"
        r"|oldest newest(?: most voted)?|newest(?: oldest)?(?: most voted)?"
        r"|most voted(?: newest oldest)?|newest most voted|inline feedbacks?|view all comments"
        r"|notify of|comment as a guest|0 / \d+|powered by disqus|comments powered by disqus.{0,20}"
        r"|please enable javascript to view the comments.{0,60}"
    ),
    (
        r"(?:deine|ihre) e-?mail-?adresse wird nicht veröffentlicht.{0,100}"
        r"|erforderliche felder sind.{0,40}|votre adresse (?:e-?mail"
        r"|de messagerie) ne sera pas publiée.{0,100}"
        r"|tu (?:dirección de )?correo electrónico no será publicad[ao].{0,100}"
        r"|los campos obligatorios.{0,60}|(?:o )?seu endereço de e-?mail não será publicado.{0,100}"
        r"|il tuo indirizzo email non sarà pubblicato.{0,100}"
        r"|twój adres e-?mail nie zostanie opublikowany.{0,100}"
        r"|ваш (?:адрес )?e-?mail не будет опубликован.{0,100}|e-?posta (?:hesabınız"
        r"|adresiniz) yayımlanmayacak.{0,100}|alamat email anda tidak akan dipublikasikan.{0,100}"
        r"|您的(?:邮箱|电子邮箱)地址不会被公开.{0,40}|メールアドレスが公開されることはありません.{0,40}"
    ),
    limit=500,
)

RULE: Final = Rule(
    code="BP103",
    name="comment-form",
    find=whole_lines(
        LINE,
        confidence=0.99,
    ),
    removes=(
        (
            "The story ends here.\n"
            "✂ Replying to X\n"
            "✂ Comments are moderated and generally will be posted if they are on-topic and not abusive.\n"
            "✂ For more information, please see our Comments FAQ"
        ),
        (
            "The text.\n"
            "✂ Your email address will not be published. Required fields are marked *\n"
            "✂ Name *\n"
            "✂ Save my name, email, and website in this browser for the next time I comment."
        ),
    ),
    keeps=(
        "Replying to critics, the minister said that he would stay in office until the vote.",
        "Comments were moderated by volunteers at first, then by a firm in Manila.",
        "Name",
        "The form asks for a name, an address and the year of birth.",
    ),
)
