"""
Words whose kind is known, in many languages.

A text is looked up word by word and pair by pair, in the comparison form: case and accents do not count. Of scripts
without spaces each character is a word, so that two of them stand here for what begins with them.
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "stop": """
the of and to in a is that for it as was with be by on not he his but at are this have from or had an which one you
were all her she there would their we him been has when who will no more if out so what up into than them can only
other some could time these two may then do first any my now such like our over me even most made after also did many
der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie
nach
wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein
wurde
le la les de des du et un une en est que qui dans pour pas au sur par plus ce se ne il elle avec sont ou mais son sa
ses
ont cette aux être leur comme nous vous tout fait aussi
el los las del y en un una por con para es se no al lo como más su sus pero ha este esta son entre cuando muy sin
sobre
o os as do da dos das em um uma não na no nas nos se por com para mais como mas foi ao ele das tem à seu sua ou ser
quando muito há já está eu também só pelo pela até isso
il lo gli di che e un per non con del della si sono da al dei delle nel alla più anche come ha ma o le ed questo era
w i z na do się nie to jest że o jak ale po co tak za od przez dla już tylko jego czy był oraz przy być są
и в не на что он с как это по но из у за от к для же так все его о бы то а мы вы они была был было когда или если до
ve bir bu da de için ile olarak çok daha gibi olan ne kadar sonra ama o en var ise her olduğu diye şey ki mi
dan yang di ke dari ini itu untuk dengan pada tidak akan adalah dalam oleh juga sebagai ada tersebut mereka kami saya
bisa karena atau telah lebih
het een van de en dat die te zijn met voor niet aan er om ook als maar bij door nog naar uit dan worden wordt werd
heeft
och att det som en på är av för med till den har inte om ett han men var jag sig så vi
og det at er på til med som ikke av den et han de har men var om jeg
az a és hogy nem is egy ez meg de azt ha már csak mint volt
a v se na je že s z do o ve by jako pro ale po byl jsem si tak
και το να του η της με που την από για δεν τα θα των στο είναι
و في من على إلى أن عن التي الذي هذا مع ما لا كان هذه
של את על לא זה הוא עם אני כי גם היא
và của là có cho không được với các trong một những đã người
के में है की को से का और पर ने हैं यह
的 了 在 是 我 有 和 就 不 人 都 一 上 也 很 到 说 要 去 你 会 着 没 看 好 这 他 她 們 们 為 为 与 於 于 以 而
之 對 对 從 从 被
は が の に を で と も た し て な い る ら か れ す ま う
가 이 은 는 을 를 에 의 도 로 와 과 한 하고 있다 그 수 것
ที่ และ ใน ของ เป็น ได้ มี
""",
    "month": """
january february march april may june july august september october november december jan feb mar apr jun jul aug sep
sept oct nov dec januar februar märz mai juni juli oktober dezember jänner mär okt dez janvier février mars avril juin
juillet août septembre octobre novembre décembre janv févr avr juil déc enero febrero marzo abril mayo junio julio
agosto septiembre octubre noviembre diciembre ene abr ago dic janeiro fevereiro março maio junho julho setembro
outubro
novembro dezembro fev mai out gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre gen mag giu lug
ott stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia styczeń luty
января февраля марта апреля мая июня июля августа сентября октября ноября декабря янв фев мар апр июн июл авг сен окт
ноя дек ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık januari februari maret mei agustus
oktober desember maart augustus 月
""",
    "weekday": """
monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun tues thur thurs montag dienstag
mittwoch donnerstag freitag samstag sonntag sonnabend lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes
miércoles jueves viernes sábado domingo segunda terça quarta quinta sexta feira lunedì martedì mercoledì giovedì
venerdì
sabato domenica poniedziałek wtorek środa czwartek piątek sobota niedziela понедельник вторник среда четверг пятница
суббота воскресенье pazartesi salı çarşamba perşembe cuma cumartesi pazar senin selasa rabu kamis jumat sabtu minggu
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag 星期 周一 周二 周三 周四 周五 周六 周日 曜日
""",
    "clock": """
am pm uhr heures hour hours minute minutes min mins second seconds hrs gmt utc est pst cest cet edt ore godz pukul wib
saat часов минут 时 時 分 点 午前 午後 上午 下午 오전 오후
""",
    "ago": """
ago yesterday today years_ago year_ago months_ago month_ago weeks_ago week_ago days_ago day_ago hours_ago hour_ago
minutes_ago minute_ago just_now gestern heute vor_einem vor_2 vor_3 jahren stunden minuten tagen monaten wochen hier
il_y hace hace_un ayer hoy há ontem hoje atrás fa ieri oggi temu wczoraj dzisiaj назад вчера сегодня önce dün bugün
lalu yang_lalu kemarin geleden gisteren sedan 天前 小时 分钟 年前 月前 日前 時間 时前 分前 钟前 昨天 今天 刚刚
""",
    "says": """
says wrote said writes commented replied posted schrieb schreibt sagt sagte meint dit écrit a_dit a_écrit dice dijo
escribió disse diz escreveu ha_scritto scrive scritto pisze napisał napisała пишет написал dedi yazdı diyor berkata
menulis schreef zegt 说道 発言 写道
""",
    "reply": """
reply replies permalink quote antworten antwort zitieren répondre réponse responder respuesta respuestas resposta
rispondi risposta odpowiedz odpowiedzi ответить цитировать ответ yanıtla cevapla cevap balas report_abuse flag upvote
downvote like_reply reply_like vote votes thumbs reageer beantwoorden melden link_to 回复 回覆 返信 举报 赞同
点赞 답글 顶踩 replydelete antwortenlöschen likelike likenliken rebloggt reblogged
""",
    "comment": """
comment comments commenting commenter kommentar kommentare kommentieren kommentaren commentaire commentaires
comentario
comentarios comentar comentário comentários commento commenti commenta komentarz komentarze komentarzy комментарий
комментарии комментариев комментировать yorum yorumlar yorumları komentar reactie reacties guestbook gästebuch discuss
discussion disqus livefyre gravatar respond leave_a your_email email_address be_the add_comment pingback pingbacks
trackback trackbacks moderation moderated 评论 留言 跟帖 網友 网友 コメ メン 댓글 comentariu kommentarer kommentar
""",
    "share": """
share shares tweet tweets facebook twitter linkedin whatsapp pinterest instagram telegram reddit youtube tiktok tumblr
google follow followers follow_us share_this teilen folgen merken drucken partager suivre suivez imprimer compartir
síguenos seguir compartilhar compartilhe siga condividi segui udostępnij podziel поделиться подписаться вконтакте
одноклассники paylaş takip bagikan ikuti delen print email_this copy_link link_copied 分享 转发 微信 微博 关注
シェア ツイ
공유 rss feed flipboard messenger xing bluesky mastodon threads
""",
    "subscribe": """
subscribe subscriber subscribers subscription newsletter newsletters signup sign_up sign_in log_in login register
registered account premium unlimited trial abonnieren abo abonnement abonnenten anmelden registrieren anmeldung
inscription abonnez connexion connectez suscríbete suscripción suscribirse boletín regístrate assine assinante assinar
inscreva cadastre iscriviti abbonati abbonamento registrati accedi zapisz subskrybuj prenumerata zaloguj zarejestruj
подписка подпишитесь рассылка войти регистрация abone üye giriş kayıt berlangganan daftar masuk inschrijven aanmelden
password passwort username inbox email e_mail unsubscribe paywall 订阅 登录 注册 登錄 註冊 購読 登録 ログ 会员
구독 로그인 회원
""",
    "cookie": """
cookie cookies consent gdpr privacy datenschutz datenschutzerklärung einwilligung akzeptieren zustimmen
confidentialité
accepter privacidad aceptar privacidade aceitar riservatezza accetta accetto prywatności akceptuję ciasteczka куки
конфиденциальности çerez gizlilik kebijakan privasi toestemming accept_all preferences javascript browser adblock
adblocker werbeblocker 隐私 プラ
""",
    "menu": """
home menu navigation search contact about about_us contact_us skip_to skip main_content site_map sitemap back_to top
next previous prev page pages archive archives categories category tags tag topics sections all_rights view_all
see_all
read_more show_more load_more more toggle close open advertisement advertisements advertising careers faq help
startseite
impressum kontakt suche suchen weiter zurück mehr anzeige werbung kategorien schlagwörter weiterlesen übersicht
accueil
recherche rechercher suivant précédent catégories contactez plan_du lire_la publicité inicio buscar siguiente anterior
categorías etiquetas leer_más ver_más publicidad contacto início contato pesquisar próximo categorias leia_mais
ver_mais
publicidade cerca successivo precedente categorie leggi_tutto leggi pubblicità contatti strona_główna szukaj następna
poprzednia kategorie więcej reklama kontakty главная поиск меню далее назад_к категории реклама контакты anasayfa ara
sonraki önceki kategori etiketler devamı reklam iletişim beranda cari selanjutnya sebelumnya selengkapnya iklan kontak
zoeken volgende vorige lees_meer archief 首页 搜索 上一 下一 更多 广告 导航 栏目 频道 返回 目录 ホーム 検索
次へ 前へ 一覧 続き
もっ 홈 검색 메뉴 목록 breadcrumb
""",
    "byline": """
by byline author editor reporter correspondent staff_writer written_by posted_by published updated last_updated
photograph photo photos image images credit getty reuters afp ap source via min_read minutes_read reading von autor
autorin redaktion veröffentlicht aktualisiert foto fotos bild quelle par publié mis_à auteur rédaction por autor
publicado actualizado redacción fuente atualizado redação fonte di_redazione autore pubblicato aggiornato redazione
autor redakcja opublikowano źródło zdjęcie fot автор редакция опубликовано источник фото yazar haber yayınlanma
güncelleme kaynak fotoğraf penulis editor_ redaksi sumber wartawan door gepubliceerd redactie 作者 记者 记
编辑 责任 来源
来自 图片 发布 发表 記者 編集 写真 撮影 出典 기자 사진 입력
""",
    "legal": """
copyright rights_reserved reserved terms terms_of trademark trademarks disclaimer policy ltd inc llc gmbh
nutzungsbedingungen
agb urheberrecht rechte_vorbehalten vorbehalten haftungsausschluss mentions_légales droits_réservés droits conditions
derechos reservados aviso_legal términos direitos_reservados direitos termos diritti_riservati diritti riservati
termini
prawa_zastrzeżone zastrzeżone regulamin права_защищены права защищены правила hakları saklıdır koşulları hak_cipta
cipta
ketentuan voorwaarden 版权 所有 备案 许可 声明 免责 icp 著作 利用規約 規約 無断 저작권 약관 powered_by powered
""",
    "shop": """
cart checkout basket add_to buy shop price prices sale off discount coupon shipping delivery wishlist stock in_stock
order usd eur warenkorb kaufen preis preise versand lieferung angebot bestellen panier acheter prix livraison achat
carrito comprar precio precios envío oferta carrinho preço frete carrello acquista prezzo spedizione koszyk kup cena
dostawa корзина купить цена доставка sepet satın fiyat kargo keranjang beli harga winkelwagen kopen prijs 购买
价格 购物
加入 カー 購入 価格 税込 rating ratings stars reviews review
""",
    "related": """
related recommended you_may might_like also_like read_also see_also most_read most_popular popular trending latest
recent recent_posts related_posts related_articles more_from more_stories more_news top_stories similar editors_picks
don't_miss up_next next_article previous_article next_post previous_post ähnliche verwandte empfohlen lesen_sie
auch_interessant meistgelesen beliebte beliebteste neueste mehr_zum mehr_aus weitere à_lire lire_aussi sur_le
articles_liés
populaires derniers relacionadas relacionados te_puede más_leídas lo_más últimas últimos recomendado leia_também
veja_também mais_lidas notícias_relacionadas correlati leggi_anche potrebbe_interessarti più_letti ultime ultimi
czytaj_także zobacz_także czytaj polecane powiązane najnowsze najczęściej читайте читайте_также похожие популярное
последние ilgili ilginizi son_dakika en_çok benzer baca baca_juga terkait terpopuler terbaru populer gerelateerd
lees_ook meest_gelezen 相关 推荐 热门 最新 阅读 排行 猜你 精彩 関連 おす 人気 記事 ランキ 관련 인기 추천 最近
""",
    "i": """
i me my mine myself i'm i've i'd i'll im ive ich mir mich mein meine meiner meinen je j moi mon ma mes yo mi mí mis me
eu meu minha meus io mio mia miei ja mnie mój moja mi я мне меня мой моя мое ben bana beni benim saya aku ik mij mijn
jag mig min 我 私 僕 俺 나는 내가 lol haha thanks thx hi hello hallo danke merci gracias obrigado grazie dzięki спасибо
teşekkürler terima_kasih imo imho wow btw yeah yep nope
""",
    "you": """
you your yours yourself you're u ur du dir dich dein deine ihr ihnen euch tu te toi ton ta tes vous votre vos tú usted
tu tus su ustedes você vocês seu sua voi vostro ty ciebie twój pan pani wy was ты вы вас вам ваш тебя sen siz sana
size
kamu anda kalian je jij jouw u uw 你 您 你们 あな 당신
""",
}
"""Words and pairs of words (`one_two`) of each kind, in no order."""
