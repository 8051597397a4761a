"""
Subscription, registration and paywall prompts.

Removes: lines that ask to subscribe, register, log in or give, in order to read or support.
Why boilerplate: they sell the publication and say nothing about the subject.
Keeps: instructions to log in to something described, prices of subscriptions reviewed, news about paywalls.
Known misses: prompts that name the offer without its words.
"""

from __future__ import annotations

from typing import Final

from dedup.boilerplate.phrase import any_of
from dedup.boilerplate.rule import Rule
from dedup.boilerplate.view import whole_lines

LINE: Final = any_of(
    (
        r"(?:please |to continue(?: reading)?,? (?:please )?)?(?:subscribe|sign[- ]?(?:in|up)"
        r"|log[- ]?in|register|create (?:a|an|your)(?: free)? account|join(?: us)?|become a (?:member"
        r"|subscriber|patron|supporter))(?: (?:now|today|here|free|for free|or|and|/|\||subscribe"
        r"|sign[- ]?(?:in|up)|log[- ]?in|register|create (?:a|an)(?: new)?(?: free)? account"
        r"|join))*(?: ?[|/] ?(?:subscribe|sign[- ]?(?:in|up)|log[- ]?in|register|join))*(?: (?:to"
        r"|for) (?:continue(?: reading)?|read (?:more|the (?:full|rest|whole)|this|full"
        r"|unlimited).{0,60}|(?:get |gain |unlock )?(?:full|unlimited|instant|exclusive|premium"
        r"|complete) access.{0,80}|access (?:this|the full|all|premium|exclusive).{0,60}|unlock.{0,60}"
        r"|your account|an account|a (?:free )?(?:account|trial|membership)|(?:view|see|download|post"
        r"|vote|save|follow|personalize|customise|customize|manage) .{2,60}))?"
    ),
    (
        r"already (?:a|have|an) (?:subscriber|member|user|registered|account|an account|a subscription"
        r"|customer)\??,?(?: ?(?:please )?(?:sign|log) ?in(?: here| now)?)?|(?:not|don[’\']t have|no"
        r"|need|new to) (?:an? )?(?:account|member|subscriber|registered"
        r"|[\w ]{2,20}\?)(?: yet)?\??,? ?(?:sign up|register|create|join|subscribe).{0,60}"
        r"|forg[eo]t(?:ten)? (?:your )?(?:password|username)(?: or (?:password|username))?\??|(?:reset"
        r"|lost) (?:your )?password\??|remember me|keep me (?:signed|logged) in|(?:sign"
        r"|log) ?in with .{2,40}|continue with (?:google|facebook|apple|e-?mail|twitter|linkedin)"
        r"|(?:create|register)(?: (?:a|an|your|new|free|my))* account|sign out|log out|my account"
        r"|account settings|log ?in / (?:register|join|sign ?up)|(?:log ?in"
        r"|sign ?in) (?:or )?(?:register|sign ?up|join)"
    ),
    (
        r"(?:this|the full|you[’\']ve reached)[^.]{0,30} (?:article|story|content"
        r"|page) (?:is (?:only )?(?:available|reserved|exclusive|locked|for) .{0,30}(?:subscribers"
        r"|members)|limit).{0,80}|you(?: have|[’\']ve) (?:reached|read|used)[^.]{0,60}(?:free|monthly"
        r"|your) (?:articles?|stories|limit|article limit).{0,120}|(?:unlock|get) (?:this article"
        r"|full access|unlimited access|all access|exclusive access|instant access).{0,120}"
        r"|subscribe (?:now )?(?:for|from|at|and get|and save) .{2,120}|(?:start|get|try) (?:your |a "
        r"|my )?(?:\w+[- ])?(?:day )?free(?: \d+[- ]day)? trial(?: (?:today|now))?"
        r"|cancel any ?time.{0,60}|(?:view|see) (?:all )?(?:subscription|membership) (?:options|plans"
        r"|offers)|manage (?:your |my )?(?:subscription|account|membership)s?|subscribers? only"
        r"|for subscribers|premium content|exclusive for (?:subscribers|members)|support (?:our"
        r"|independent|quality|local|the) (?:work|journalism|us|site|newsroom|blog|show"
        r"|podcast).{0,120}|(?:make|please consider making) a (?:donation|contribution|gift).{0,100}"
        r"|donate (?:now|today|here|via paypal|to .{2,40})"
    ),
    (
        r"(?:jetzt )?(?:kostenlos )?(?:abonnieren|registrieren|anmelden|einloggen)|(?:sie sind|bereits"
        r"|noch kein|schon) (?:bereits |schon )?(?:abonnent|abonniert|konto|registriert"
        r"|kunde)\w*\??.{0,60}|passwort vergessen\??|s[’\']abonner|se connecter|créer un compte"
        r"|mot de passe oublié ?\??|déjà abonné.{0,40}|iniciar sesión|suscríbete|regístrate"
        r"|crear (?:una )?cuenta|¿olvidaste tu contraseña\??|assine|entrar|cadastre-se"
        r"|esqueci minha senha|accedi|abbonati|registrati|zaloguj(?: się)?|zarejestruj(?: się)?"
        r"|nie pamiętam hasła|войти|регистрация|забыли пароль\??|giriş yap|üye ol|abone ol|berlangganan"
        r"|daftar|masuk|登录\|?注册|登录|注册|立即(?:登录|注册)|ログイン|会員登録|無料会員登録.{0,20}|新規登録|로그인|회원가입"
    ),
    limit=300,
)

RULE: Final = Rule(
    code="BP160",
    name="access-prompt",
    find=whole_lines(
        LINE,
        confidence=0.99,
    ),
    removes=(
        "The first paragraph.\n✂ Subscribe to continue reading\n✂ Already a subscriber? Sign in",
        "The text.\n✂ You have reached your limit of free articles this month.",
        "Der Text.\n✂ Jetzt abonnieren",
    ),
    keeps=(
        "Log in to the router with the password on its label.",
        "Subscription costs:",
        "Once accepted, log in to MyExtension and pay the fee.",
        "The paywall brought in two million subscribers within a year.",
    ),
)
