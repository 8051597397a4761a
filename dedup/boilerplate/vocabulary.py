"""
The shared parts of patterns: dates, times, 'ago', names, networks; in the languages of the labelled pages.

Each constant is the source of a regular expression without a capturing group, to be put into larger ones that
ignore case. Languages: English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Turkish,
Indonesian, Chinese, Japanese, Korean.
"""

from __future__ import annotations

from typing import Final

MONTHS: Final = (
    r"(?:jan|jän|feb|fév|fev|mar|mär|mei|mai|maj|may|apr|avr|abr|jun|jui|jul|aug|aoû|aou|ago|ağu|sep|set|okt|oct|out|ott|nov"
    r"|dec|dez|déc|dic|des|ene|gen|mag|giu|lug|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|янв|фев|мар|апр|мая|июн|июл|авг|сен"
    r"|окт|ноя|дек|oca|şub|nis|haz|tem|eyl|eki|kas|ara)"
)
MONTH: Final = rf"{MONTHS}\w{{0,8}}\.?"
"""By its first letters: what else begins so hardly ever stands beside a day and a year."""
WEEKDAY: Final = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|die|mit|don|fre|sam|son|lun|mar|mer|jeu|ven|dim|mié|jue|vie|sáb|dom|seg|ter|qua|qui"
    r"|sex|gio|sab|sen|sel|rab|kam|jum|min|paz|sal|çar|per|cum|pon|wto|śro|czw|pią|sob|nie)\w{0,10}(?:-feira)?[.,]?"
)
DATE: Final = (
    rf"(?:(?:{WEEKDAY} )?(?:{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|er)?[ -](?:of |de )?{MONTH},?[ -](?:de )?(?:\d{{4}}|[’']?\d\d)"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d))"
    r"|\d{4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일])"
)
TIME: Final = (
    r"(?:\d{1,2}[:.]\d\d(?::\d\d)? ?(?:[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?|\d{1,2} ?h ?\d\d|\d{1,2} uhr)"
    r"(?: ?(?:[a-z]{2,4}\b|uhr|\([a-z]+\)))?"
)
AT: Final = r"(?:[,;|·•@–-]| at| um| à| alle(?: ore)?| a las| às| o(?: godz)?| в| pukul| om)*"
MOMENT: Final = rf"(?:{DATE}(?:{AT} ?{TIME})|{TIME}{AT} ?{DATE})"
"""A date with its time of day."""
WHEN: Final = rf"(?:(?:{TIME}{AT} ?)?{DATE}(?:{AT} ?{TIME})?)"
"""A date, with or without its time of day."""
AGO: Final = (
    r"(?:(?:about |over )?(?:\d+|an?|one|two|three) ?(?:s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?"
    r"|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:ee)?ks?|mo(?:nth)?s?|y(?:ea)?rs?) ago"
    r"|yesterday|just now|(?:vor|il y a|hace|há) (?:\d+|einem?r?|une?|una?|uma?) \w+"
    r"|\d+ \w+ (?:fa|atrás|geleden|temu|назад|önce|lalu|yang lalu)"
    r"|\d+ ?(?:秒|分钟?|分鐘|小?时|小時|時間|天|日|周|週間?|个?月|個月|ヶ月|か月|年)(?:之?前)|\d+ ?(?:초"
    r"|분|시간|일|주|개월|달|년) ?전)"
)
OCLOCK: Final = r"\d(?:[:.]\d\d| ?[ap]\.?m| ?h ?\d\d| uhr)"
AGED: Final = (
    r"(?: (?:ago|fa|atrás|geleden|temu|назад|önce|lalu)|[yjvih](?:esterday|ust now|or |l y a |ace |á )|[前전])"
)
"""
Each `TIME` holds the one, each `AGO` the other: a look ahead, before all names of up to five words are tried.

It lets more through than it must, so that few characters are where it has to look twice.
"""
NAME: Final = r"(?:[@\w][\w.'’@&()-]*(?: [\w.'’@&()-]+){0,4})"
"""A reader's or author's name: up to five words."""
NETWORK: Final = (
    r"(?:facebook|fb|twitter|x|x \(twitter\)|twitter/x|linked ?in|whats ?app|pinterest|reddit|telegram"
    r"|tumblr|instagram|you ?tube|flipboard|messenger"
    r"|facebook messenger|tik ?tok|snapchat|threads|blue ?sky|mastodon|google ?\+|google plus|e-?mail|rss"
    r"|discord|vimeo|medium|xing|vk|vkontakte"
    r"|odnoklassniki|viber|skype|pocket|line|kakao ?(?:talk|story)?|wechat|weibo|stumble ?upon|digg"
    r"|delicious|sms|twitch|spotify|soundcloud|github|hacker ?news"
    r"|微信|微博|新浪微博|qq空间?|はてなブックマーク|はてブ|페이스북|트위터|카카오톡)"
)
_SITE_PAGES: Final = """
about|about me|about the author|about this site|accessibility|accessibility statement|account|ad choices
advertise|advertise with us|advertising|affiliate program|affiliates|all rights reserved|archives|articles
ask a question|authors|become a member|blog|blogs|brand|breadcrumb|business|ca privacy rights|california privacy
careers|career|cart|case studies|categories|checkout|code of conduct|community|company|connect|contact
contact form|contact sales|contact support|contact us|cookie policy|cookie settings|cookies|cookie preferences
corporate|courses|customer service|customer support|customers|deals|directory|disclaimer|disclosure
do not sell my info|do not sell my personal information|do not sell or share my personal information
documentation|donate|downloads|editorial guidelines|editorial policy|editorial standards|email us|employment
events|explore|facebook|faq|faqs|features|feedback|find a store|follow us|forum|forums|free trial|gallery
get a quote|get in touch|get involved|get started|gift cards|gift card|giving|help|help center|help centre
help & support|history|home|home page|homepage|how it works|industries|insights|instagram|integrations
investor relations|investors|jobs|join|join us|language|languages|latest news|leadership|legal|legal notice
linkedin|locations|log in|login|log out|main menu|marketplace|masthead|media kit|meet the team|membership|menu
more|my account|navigation|news|news & events|newsletter|newsletters|newsroom|office locations|order status
order tracking|our company|our mission|our story|our team|our work|partner with us|partners|partnerships
permissions|pinterest|plans|podcast|podcasts|policies|portfolio|press|press releases|press room|pricing|privacy
privacy & cookies|privacy notice|privacy policy|privacy statement|product|products|projects|quick links
refund policy|register|research|resource center|resources|return policy|returns|reviews|rss|rss feed|rss feeds
search|security|see all|send|services|shipping|shipping & returns|shipping policy|shop|shop all|shop now
shopping cart|sign in|sign up|sign out|site map|sitemap|social media|solutions|staff|store|store locator|stories
submit|subscribe|subscriptions|support|sustainability|team|technologies|terms|terms & conditions
terms and conditions|terms of sale|terms of service|terms of use|terms & privacy|testimonials|tiktok|tools
topics|training|trust center|twitter|use cases|video|videos|view all|warranty|webinars|what we do|where to buy
who we are|wishlist|work with us|write for us|x|your account|your privacy choices|youtube|about us|volunteer
site index|user agreement|copyright|contributors|toggle navigation|skip to content|skip to main content
startseite|über uns|kontakt|impressum|datenschutz|datenschutzerklärung|agb|anmelden|registrieren|suche|warenkorb
hilfe|presse|karriere|barrierefreiheit|mediadaten|nutzungsbedingungen|accueil|à propos|contactez-nous
mentions légales|politique de confidentialité|plan du site|connexion|recherche|panier|aide|conditions générales
qui sommes-nous|inicio|quiénes somos|contacto|aviso legal|política de privacidad|política de cookies
mapa del sitio|buscar|iniciar sesión|carrito|ayuda|términos y condiciones|sobre nosotros|início|quem somos|sobre
contato|fale conosco|política de privacidade|termos de uso|anuncie|chi siamo|contatti|note legali
informativa sulla privacy|privacy e cookie|pubblicità|cerca|accedi|redazione|strona główna|o nas|regulamin
polityka prywatności|reklama|redakcja|szukaj|zaloguj się|главная|о нас|контакты|политика конфиденциальности
реклама|поиск|войти|вакансии|о компании|ana sayfa|hakkımızda|iletişim|künye|gizlilik politikası
kullanım koşulları|giriş yap|arama|beranda|tentang kami|hubungi kami|kebijakan privasi|redaksi
pedoman media siber|karir|kontak kami|info iklan|首页|关于我们|联系我们|网站地图|隐私政策|版权声明|广告服务|登录
注册|帮助|招聘信息|法律声明|ホーム|会社概要|お問い合わせ|プライバシーポリシー|利用規約|サイトマップ|ログイン
運営会社|採用情報|広告掲載|회사소개|이용약관|개인정보처리방침|고객센터|로그인|회원가입|광고문의|청소년보호정책
제휴문의|over ons|privacybeleid|algemene voorwaarden|zoeken|inloggen|english|español|deutsch|français|italiano
português|polski|nederlands|русский|türkçe|中文|日本語|한국어|bahasa indonesia
"""
SITE_PAGES: Final = frozenset(_SITE_PAGES.strip().replace("\n", "|").split("|"))
"""What sites call their own pages and menus: names that stood as lines on at least ten of the labelled sites and were
kept on hardly any, with their counterparts in other languages."""
