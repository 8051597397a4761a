"""
Newsletter prompts.

Removes: invitations to sign up for newsletters, alerts and mailing lists, and the notes on their forms.
Why boilerplate: they advertise the publisher’s mail, whatever the page is about.
Keeps: news about newsletters, advice on sending them, letters that thank their subscribers.
Known misses: invitations that name the newsletter only by its title.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:please |to )?(?:subscribe|sign[- ]?up|register|opt[- ]?in|join)(?: now| here| today| free"
        r"| for free)?,?(?: to| for| on)?(?: (?:our|the|my|your|this|a"
        r"|free))*(?: [\w’\'&.-]+){0,5} (?:e-?)?(?:news ?letters?|mailing list|e-?mail list"
        r"|e-?mail updates|mail list|email alerts|alerts)(?:[ ,:.!?].{0,160})?"
    ),
    (
        r"(?:news ?letter|e-?mail)s?[ -]?(?:sign[- ]?up|subscriptions?|registration|updates)"
        r"|(?:free )?(?:e-?)?newsletters?"
    ),
    (
        r"(?:get|receive|have)\b.{3,160}(?:(?:delivered|sent|straight|right|directly"
        r"|direct)[^.]{0,30} (?:in ?box|e-?mail)|in your in ?box|to your in ?box|by e-?mail)\b.{0,120}"
    ),
    (
        r"(?:join|be part of)(?: (?:the|over|more than|our))* [\d,.]+ ?(?:k"
        r"|million)?\+? (?:other )?(?:newsletter )?(?:subscribers|readers).{0,120}"
    ),
    (
        r"(?:join|get on) (?:our|the|my) (?:e-?mail|mailing|mail)(?:ing)? list.{0,100}|(?:stay"
        r"|keep) (?:up[- ]to[- ]date|informed|in the loop|in the know|in touch|connected"
        r"|updated)(?: with .{2,60})?(?: by signing up.{0,80})?"
    ),
    (
        r"(?:enter|provide|type in|submit|leave) (?:your|a valid) (?:e-?mail|email address"
        r"|e-mail address).{0,120}|your e-?mail(?: address)?|(?:e-?mail|email) address ?\*?|e-?mail ?\*"
        r"|email \(required\)"
    ),
    (
        r"by (?:signing up|subscribing|submitting (?:your (?:e-?mail|information|details)|this form)"
        r"|entering your e-?mail|registering|joining|providing your e-?mail|clicking (?:subscribe"
        r"|sign[- ]?up|submit|on ‘subscribe’|“?subscribe”?))\b.{0,280}"
    ),
    (
        r"(?:you can |you may )?unsubscribe (?:at )?any ?time.{0,120}|no spam.{0,80}|we (?:won[’\']t"
        r"|never|will never|promise not to|do not|don[’\']t) (?:spam|send (?:you )?spam).{0,100}"
    ),
    (
        r"thank(?:s| you)(?: so much)? for (?:subscribing|signing up|joining our).{0,100}"
        r"|thank you! your submission has been received"
        r"|oops!? something went wrong while submitting the form|(?:please )?check your (?:inbox"
        r"|e-?mail) to confirm.{0,80}|success! you[’\']re (?:now )?(?:subscribed|on the list).{0,60}"
    ),
    (
        r"this field is for validation purposes and should be left unchanged"
        r"|this field is hidden when viewing the form|if you are human, leave this field blank"
        r"|leave this field (?:empty|blank)(?: if you[’\']re human)?|by clicking (?:“?subscribe”?"
        r"|sign up).{0,200}"
    ),
    (
        r"(?:jetzt |hier )?(?:zum |für (?:den|unseren) |unseren )?newsletter (?:abonnieren|anmelden"
        r"|bestellen|anmeldung).{0,100}|(?:melden sie sich|abonnieren sie).{0,80}newsletter.{0,100}"
    ),
    (
        r"(?:inscrivez-vous|abonnez-vous|s[’\']inscrire|s[’\']abonner) à (?:notre|la"
        r"|nos) newsletters?.{0,100}|(?:suscríbe(?:te|ase)|regístrate|recibe|inscríbe(?:te"
        r"|ase))\b.{0,60}(?:newsletter|boletín|boletines).{0,100}|(?:assine|inscreva-se|cadastre-se"
        r"|receba)\b.{0,60}newsletters?.{0,100}"
    ),
    (
        r"(?:iscriviti|abbonati|iscrizione)\b.{0,40}newsletter.{0,100}|(?:zapisz się"
        r"|zapisz mnie)\b.{0,40}newsletter.{0,100}|(?:подпи(?:шитесь|саться"
        r"|сывайтесь))\b.{0,40}(?:рассылку|новости).{0,100}|(?:bültenimize|e-bülten\w*)\b.{0,80}|(?:订阅"
        r"|訂閱).{0,20}(?:邮件|通讯|电子报|電子報).{0,40}|メールマガジン.{0,40}|メルマガ(?:登録|購読).{0,40}"
    ),
)

RULE: Final = Rule(
    code="BP151",
    name="newsletter-prompt",
    find=whole_lines(
        LINE,
        confidence=0.97,
    ),
    removes=(
        (
            "The story ends here.\n"
            "✂ Sign up for our free daily newsletter and never miss a story.\n"
            "✂ Enter your email address"
        ),
        "The text.\n✂ Get the best stories delivered straight to your inbox every Friday.",
        "Der Text.\n✂ Jetzt Newsletter abonnieren",
    ),
    keeps=(
        "Dear Jane,\nplease sign the letter and send it back by e-mail.\nYours,\nJoe",
        "She writes a newsletter about birds that some four thousand people read each week.",
        "Get the dough out of the bowl and fold it by hand.",
        "Join the pieces with glue and let them dry.",
        "The editor said that newsletters keep readers loyal, and that most of them arrive in the inbox before seven.",
    ),
)
