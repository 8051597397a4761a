"""What short texts on pages call themselves, in the languages that most pages are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

PHRASES: Final[dict[str, str]] = {
    "more": "read more,learn more,see more,find out,discover more,show more,view more,view all,see all,show all,"
    "load more,more on,more from,more about,more in,more stories,more news,related,you might,you may,recommended,"
    "also read,read also,see also,further reading,up next,trending,most read,most popular,popular posts,"
    "recent posts,latest news,read next,lesen sie,auch lesen,auch interessant,mehr zum,mehr zu,mehr über,mehr aus,"
    "mehr von,mehr infos,mehr informationen,mehr erfahren,mehr themen,mehr lesen,mehr dazu,weiterlesen,"
    "zum weiterlesen,das könnte,weitere artikel,weitere infos,weitere informationen,weitere themen,weitere beiträge,"
    "weitere meldungen,weitere nachrichten,weitere links,passend dazu,ähnliche,verwandte,siehe auch,lesetipp,"
    "meistgelesen,hier geht,jetzt lesen,auch spannend,zum thema,à lire,lire aussi,lire plus,la suite,voir aussi,"
    "en savoir,sur le,te puede,le puede,les puede,lea también,lee también,leer más,ver también,ver más,más noticias,"
    "más sobre,más información,relacionadas,relacionados,leia também,leia mais,veja também,veja mais,saiba mais,"
    "mais lidas,mais sobre,leggi anche,ti potrebbe,potrebbe interessarti,approfondisci,continua a,czytaj też,"
    "czytaj także,czytaj również,czytaj więcej,zobacz też,zobacz także,zobacz również,zobacz więcej,przeczytaj,"
    "dowiedz się,więcej o,więcej na,więcej informacji,polecamy,powiązane,lees ook,lees meer,lees verder,meer over,"
    "meer nieuws,läs också,läs mer,läs även,läs vidare,les også,les mer,læs også,læs mere,lue myös,lue lisää,"
    "čtěte také,přečtěte si,olvassa el,citește și,citeste si,читайте также,смотрите также,по теме,подробнее,"
    "ayrıca bakınız,ilgili haberler,diğer haberler,devamını oku,baca juga,baca selengkapnya,artikel terkait,"
    "lihat juga,xem thêm,相 关,相 關,延 伸,推 荐,推 薦,更 多,热 门,熱 門,上 一,下 一,関 連,あ わ,続 き,も っ,お す,"
    "인 기,관 련,더 보",
    "subscribe": "newsletter,newsletters,subscribe,subscriber,subscribers,subscription,sign up,sign in,log in,login,"
    "register,join us,join our,join now,membership,premium,free trial,abonnieren,abonnement,abo,anmelden,"
    "registrieren,jetzt testen,jetzt kostenlos,jetzt registrieren,s inscrire,inscrivez,s abonner,abonnez,suscríbete,"
    "suscribirse,suscripción,boletín,assine,cadastre,iscriviti,abbonati,zapisz się,subskrybuj,subskrypcji,"
    "prenumerata,prenumeraty,zaloguj,aanmelden,inloggen,prenumerera,подписаться,подпишитесь,подписка,войти,abone,"
    "giriş yap,berlangganan,daftar,登 录,登 入,注 册,註 冊,订 阅,訂 閱,登 録,会 員,購 読,구 독,로 그",
    "share": "share,shares,tweet,facebook,twitter,whatsapp,instagram,linkedin,pinterest,telegram,youtube,tiktok,"
    "follow us,follow me,copy link,print this,teilen,folgen sie,folge uns,folgt uns,drucken,merken,partager,"
    "partagez,suivez,imprimer,compartir,comparte,síguenos,compartilhar,compartilhe,imprimir,condividi,seguici,"
    "stampa,udostępnij,podziel się,drukuj,delen,dela,поделиться,paylaş,takip et,bagikan,ikuti,chia sẻ,分 享,微 信,"
    "微 博,シ ェ,ツ イ,フ ォ,공 유",
    "advert": "advertisement,advertising,ad,ads,sponsored,sponsor,promoted,promotion,affiliate,anzeige,anzeigen,"
    "werbung,publicité,publicidad,publicidade,patrocinado,pubblicità,reklama,reklam,advertentie,annons,annonse,"
    "реклама,iklan,quảng cáo,amazon,gutschein,coupon,广 告,廣 告,広 告,ス ポ",
    "credit": "photo,photos,photograph,picture,image,images,courtesy,getty,shutterstock,unsplash,reuters,istock,"
    "bild,bilder,titelbild,beitragsbild,foto,fotos,grafik,abbildung,quelle,quellen,source,sources,credit,credits,"
    "crédit,fuente,fonte,fot,źródło,zdjęcie,zdjęcia,kuva,источник,фото,kaynak,sumber,图 片,圖 片,来 源,來 源,责 任,"
    "責 任,编 辑,編 輯,记 者,摄 影,写 真,出 典,撮 影,사 진,출 처",
    "dated": "published,updated,posted on,posted by,posted in,last modified,written by,reading time,min read,"
    "minute read,minutes read,veröffentlicht,aktualisiert,erstellt,geschrieben von,geschrieben am,lesezeit,stand,"
    "publié,mis à,publicado,actualizado,atualizado,pubblicato,aggiornato,opublikowano,aktualizacja,dodano,geplaatst,"
    "bijgewerkt,publicerad,uppdaterad,опубликовано,обновлено,yayın tarihi,güncelleme,diterbitkan,hours ago,days ago,"
    "minutes ago,months ago,years ago,发 布,發 布,时 间,時 間,更 新,公 開,投 稿,입 력,수 정",
    "rights": "copyright,all rights,alle rechte,tous droits,todos los,todos os,tutti i,wszelkie prawa,alle rechten,"
    "все права,hak cipta,版 权,版 權,著 作,無 断,disclaimer,imprint,impressum,privacy,datenschutz,"
    "datenschutzerklärung,agb,terms of,terms and,cookie,cookies,confidentialité,mentions légales,privacidad,"
    "polityka prywatności,regulamin,gdpr,dsgvo,consent,einwilligung,licence,license,licensed,creative commons",
    "comment": "comment,comments,reply,replies,leave a,join the,response,responses,kommentar,kommentare,antworten,"
    "antwort,diskutieren,commentaire,commentaires,répondre,comentario,comentarios,comentários,responder,commenti,"
    "commenta,rispondi,komentarz,komentarze,skomentuj,odpowiedz,reacties,reageer,комментарии,комментарий,ответить,"
    "yorum,yorumlar,yanıtla,komentar,balas,bình luận,评 论,評 論,回 复,回 覆,留 言,コ メ,返 信,댓 글",
    "trade": "add to,buy now,shop now,in stock,out of,sold out,free shipping,shipping,checkout,quantity,sku,"
    "warenkorb,bestellen,kaufen,lieferung,lieferzeit,versand,preis,panier,acheter,livraison,comprar,carrito,"
    "carrinho,envío,acquista,carrello,koszyk,kup teraz,dostawa,winkelwagen,корзину,купить,sepete,satın al,beli,"
    "购 买,购 物,カ ー,購 入,price,prices,rating,ratings,stars,reviews,verified",
    "control": "home,menu,search,contact,contact us,about us,back to,to top,next,previous,skip to,close,open,toggle,"
    "expand,collapse,click here,click to,download,play,watch,loading,javascript,browser,enable,video,videos,gallery,"
    "slideshow,startseite,suche,kontakt,über uns,zurück,nach oben,schließen,öffnen,klick,klicken sie,wird geladen,"
    "externer inhalt,bild anzeigen,anzeigen,accueil,rechercher,fermer,retour,inicio,buscar,cerrar,volver,início,"
    "voltar,cerca,chiudi,torna,strona główna,szukaj,zamknij,wróć,zoeken,terug,поиск,главная,назад,anasayfa,kapat,"
    "beranda,cari,kembali,首 页,首 頁,搜 索,返 回,关 闭,点 击,ホ ー,検 索,戻 る,閉 じ,검 색",
    "tagged": "tag,tags,tagged,topic,topics,filed under,category,categories,keywords,themen,schlagwörter,"
    "schlagworte,stichworte,kategorie,kategorien,rubrik,étiquettes,thèmes,etiquetas,temas,categorías,tópicos,"
    "assuntos,argomenti,tematy,tagi,onderwerpen,ämnen,теги,метки,рубрики,etiketler,topik,标 签,標 籤,关 键,タ グ,"
    "カ テ,태 그",
    "member": "joined,posts,messages,location,likes,reactions,reaction score,re,said,wrote,last edited,quote,"
    "thread starter,moderator,administrator,member,senior member,beiträge,mitglied,registriert,schrieb,zitat,"
    "zitieren,gefällt mir,a écrit,inscrit,citation,mensajes,escribió,cita,mensagens,escreveu,messaggi,ha scritto,"
    "postów,napisał,cytuj,cytat,сообщений,сообщения,написал,цитата,mesaj,楼 主,樓 主,引 用,举 报",
    "person": "about the,by,von,par,por,autor,autorin,author,authors,editor,redaktion,redacción,redação,redakcja,"
    "journalist,reporter,correspondent,freelance,auteur,autore,yazar,penulis,作 者,記 者,著 者,ラ イ,기 자",
}
"""Words and pairs of words, as `words_of` gives them, by what they tell of a text that begins with them."""
BEGINNING: Final = 8
"""Words of a text that are looked at: behind them the same words are prose."""


def _kinds() -> dict[str, int]:
    bits: dict[str, int] = {}
    for bit, phrases in enumerate(PHRASES.values()):
        for phrase in phrases.split(","):
            bits[phrase] = bits.get(phrase, 0) | 1 << bit
    return bits


_BITS: Final = _kinds()


def told(words: Sequence[str]) -> int:
    """Give the kinds of `PHRASES` that a text begins with, a bit each."""
    found = 0
    before = ""
    for word in words[:BEGINNING]:
        found |= _BITS.get(word, 0) | _BITS.get(f"{before} {word}", 0)
        before = word
    return found
