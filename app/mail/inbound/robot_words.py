"""What robots call themselves. Data: add a language or a sender by adding its words.

Addresses and subjects are compared case-folded, subjects without leading reply marks. What is ambiguous ("service",
"info") needs more evidence than a name and is not here.
"""

import re

from app.mail.inbound.wordings import Wordings

NO_REPLY = re.compile(
    r"^(?:.*[-_.+])?(?:no[-_.]?repl(?:y|ies)|do[-_.]?not[-_.]?(?:reply|respond)|dont[-_.]?reply|not?[-_.]?respond|noreply\d*|"
    r"ne[-_.]?pas[-_.]?repondre|nepasrepondre|nicht[-_.]?antworten|keine[-_.]?antwort|no[-_.]?responder|no[-_.]?contestar|"
    r"nao[-_.]?respond[ae]r?|non[-_.]?rispondere|niet[-_.]?beantwoorden|svara[-_.]?(?:inte|ej)|ikke[-_.]?svar|"
    r"nie[-_.]?odpowiadaj|neodpovidat|unattended|unmonitored|"
    r"auto[-_.]?reply|autoresponder|auto[-_.]?confirm|auto[-_.]?notif(?:y|ication))(?:[-_.+].*)?$"
)
NOTIFIERS = re.compile(
    r"^(?:notif(?:y|ications?|ication-service)|alerts?|newsletters?|mailings?|e?mailer|automailer|automated|robot|bot|"
    r"(?:order|shipment|shipping|delivery|parcel|package)[-_.]?(?:updates?|tracking|notifications?|status|confirm(?:ation)?)|"
    r"(?:tracking|track)[-_.]?(?:updates?|notifications?|service)|paketankuendigung|sendungsinfo|versandinfo|"
    r"pkginfo|mcinfo|trackingupdates|usps(?:informeddelivery|auto-reply)|auto-reply|"
    r"receipts?[+-].*|invoice\+statements.*|noreply-dmarc-support|dmarc[-_.]?reports?|dmarcreport|opendmarc|"
    r"cron|root|daemon|nagios|monitoring|wordpress|www-data|apache|nobody)$"
)
"""Local parts of machines. Their mail is nobody's, unless it answers one of ours."""

SERVICES = re.compile(
    r"(?:^|\.)(?:paypal\.[a-z.]{2,6}|stripe\.com|klarna\.(?:com|se|de)|mollie\.com|adyen\.com|squareup\.com|sumup\.com|afterpay\.com|"
    r"ups\.com|fedex\.com|usps\.(?:com|gov)|dhl\.[a-z.]{2,6}|deutschepost\.de|dpd\.[a-z.]{2,6}|gls-(?:group|pakete)\.[a-z]{2,4}|"
    r"myhermes\.de|hermesworld\.com|evri\.com|royalmail\.com|postnl\.(?:nl|post)|bpost\.be|laposte\.(?:fr|net)|chronopost\.fr|colissimo\.fr|"
    r"correos\.es|poste\.it|inpost\.pl|postnord\.[a-z]{2,4}|bring\.(?:no|com)|canadapost(?:-postescanada)?\.ca|auspost\.com\.au|"
    r"sendcloud\.(?:com|sc)|shippo\.com|shipstation\.com|aftership\.com|parcellab\.com|17track\.net)$"
)
SERVICE_DESKS = re.compile(
    r"^(?:service|services|info|information|member|payments?|billing|invoices?|rechnung|receipts?|tracking|track|delivery|"
    r"lieferung|versand|shipping|shipments?|paket|pakete|parcel|parcels|sendung|suivi|colis|notifica(?:ciones|zioni)?|"
    r"updates?|news|email|mail|mailing|customer|kundenservice|status|intl|emea|dispatch|team|hello|disputes?|risk)$"
)
"""Of payment services and carriers: the desks from which machines write. Their people write under their own names."""

SHARING_SERVICES = re.compile(
    r"(?:^|\.)(?:google\.com|docusign\.(?:net|com)|dropbox\.com|dropboxmail\.com|linkedin\.com|facebookmail\.com|instagram\.com|github\.com|gitlab\.com|"
    r"atlassian\.net|atlassian\.com|slack\.com|zoom\.us|calendly\.com|notion\.so|figma\.com|canva\.com|wetransfer\.com|adobesign\.com|"
    r"sharepointonline\.com|microsoft\.com|trello\.com|asana\.com|monday\.com|airtable\.com|eventbrite\.com|quora\.com|pinterest\.com)$"
)
"""They tell of what a person did there, in the person's name: "Ann (via Docs)"."""

MASS_HEADERS = (
    "X-CSA-Complaints",
    "X-Campaign",
    "X-CampaignID",
    "X-Campaign-Id",
    "X-MC-User",
    "X-Mailgun-Campaign-Id",
    "X-Marketing-Campaign",
    "X-Newsletter",
    "X-HubSpot-Campaign-Id",
    "X-Klaviyo-Message-Id",
)
RELAY_FEEDBACK = re.compile(
    r"(?:amazonses|sg|sendgrid|mailgun|postmark(?:app)?|sparkpost|mandrill|mta-sts|fastmail|proton|zohomail|zoho)$"
)
"""Senders of single mails put a Feedback-ID on everything, as mailbox providers do on what people write: theirs does not tell mass mail."""

IN_BROWSER = Wordings(
    r"view (?:this (?:e-?mail|message) )?(?:in|on) (?:your |the |a )?(?:browser|web)|(?:im browser|online) (?:ansehen|anzeigen|lesen)|"
    r"(?:voir|afficher|visualiser)[^\n]{0,30}(?:navigateur|en ligne)|ver (?:en|no) (?:el )?navegador|visualizza[^\n]{0,30}browser|"
    r"bekijk[^\n]{0,30}(?:browser|online)|öppna i webbläsare|vis i (?:din )?(?:nettleser|browser)|zobacz w przeglądarce|web version|webversion|"
    r"tarayıcıda görüntüle|в браузере|ブラウザ(?:ー)?で(?:見る|表示)|在浏览器中查看"
)
UNSUBSCRIBE = Wordings(
    r"unsubscribe|opt[- ]out|manage (?:your )?preferences|abmelden|abbestellen|se désabonner|désinscri|désinscription|darse de baja|cancelar (?:la )?suscripción|"
    r"descadastr|cancelar inscrição|disiscri|annulla l.iscrizione|afmelden|uitschrijven|avregistrera|avprenumerera|meld deg av|afmeld|"
    r"wypisz|anulowa[ćl]|odhlásit|leiratkoz|dezabon|отписаться|відписатися|abonelikten|απεγγραφή|لغو اشتراک|إلغاء الاشتراك|הסר|配信停止|退订|取消訂閱|수신 ?거부"
)

ONESELF = re.compile(
    r"\bi(?:'m|'ve|'ll|'d)? (?:want|need|got|get|have|had|am|was|received|ordered|paid|would|will|did|never|still|only|just|don't|can't|cannot|demand|expect|asked|wrote)\b|"
    r"\b(?:contacting|answer|help|tell|call) me\b|\b(?:ich|mir|mich) |\bj(?:e |'ai|'att|e n')|\b(?:moi|mon|ma|mes) |\b(?:quiero|necesito|recibí|espero|mi|me) |"
    r"\b(?:voglio|vorrei|ho ricevuto|mi|mio|mia) |\b(?:quero|recebi|preciso|meu|minha) |\b(?:ik|mijn|mij) |\b(?:jag|mig|min|mitt|jeg|meg) |\b(?:minä|minun|haluan|sain) |"
    r"\b(?:chcę|otrzymał[ae]m|dostał[ae]m|jestem|czekam|mnie|mój|moje) |\b(?:chci|chcem|dostal[ay]? jsem|mám|můj|moje) |\b(?:kértem|kaptam|szeretném|várok) |"
    r"(?<!\w)(?:я|мне|меня|мой|моя|мои|верните|хочу|мені|мій) |\b(?:istiyorum|bekliyorum|aldım|benim) |\b(?:من|خودم|می‌خواهم|میخواهم) |(?:أنا|أريد|وصلني) |(?:אני|קיבלתי|רוצה) |"
    r"私|しか来ません|いただけませんか|我(?!们|們)|저는|제가|\btôi |\bsaya "
)
"""Whoever speaks of oneself: robots that say that they are robots say "we". Asked of few mails, so that short words may be in it."""

CHALLENGES = Wordings(
    r"(?:my|our|the) (?:list of )?(?:approved senders|guest list|allowed senders|whitelist)|"
    r"(?:allow|accept|receive) (?:incoming )?(?:messages|mail|e-?mail) only from (?:people|senders|addresses)|"
    r"\b(?:boxbe|spam ?arrest|tmda|sanebox challenge)\b|message is (?:awaiting|waiting for) (?:your |sender )?(?:verification|confirmation)"
)
"""A filter wants its sender to prove to be a person."""

MINE = Wordings(
    r"\bmy (?:order|parcel|package|delivery|refund|invoice|purchase|subscription|shipment|return)|\bmeine[rnm]? (?:bestellung|lieferung|sendung|rechnung|retoure|rücksendung)|"
    r"\bmein(?:em)? paket|\bma (?:commande|livraison)|\bmon colis|\bmi (?:pedido|paquete)|il mio (?:ordine|pacco)|\bmijn (?:bestelling|pakket|pakje)|\bmeu pedido|"
    r"minha encomenda|\bmin (?:beställning|bestilling|ordre|pakke)|\bmitt paket|\bmitt? pakke|tilaukseni|moje zamówienie|moj[ea] paczk|moje objednáv|moja objednáv|rendelésem|"
    r"comanda mea|мой заказ|моего заказа|моє замовлення|siparişim|kargom|η παραγγελία μου|سفارش(?:م| من)|طلبي|ההזמנה שלי|我的(?:订单|訂單|包裹)|đơn hàng của tôi|pesanan saya"
)
"""A customer of a shop speaks so, and nobody who writes to many."""

MEETING_ANSWERS = re.compile(
    r"^(?:accepted|declined|tentative(?:ly accepted)?|zugesagt|abgelehnt|mit vorbehalt|accepté|refusé|provisoire|aceptado|rechazado|provisional|"
    r"accettato|rifiutato|aceite|recusado|geaccepteerd|geweigerd|afgewezen|voorlopig|accepterat|avböjt|akseptert|avslått|accepteret|afvist|"
    r"hyväksytty|zaakceptowano|odrzucono|принято|отклонено|kabul edildi|reddedildi|承諾済み|辞退|已接受|已拒绝)\s?: "
)
READ_RECEIPTS = re.compile(
    r"^(?:read|not read|read receipt|return receipt(?: \(displayed\))?|gelesen|ungelesen gelöscht|lesebestätigung|lu|non lu|accusé de (?:lecture|réception)|"
    r"leído|no leído|confirmación de lectura|letto|non letto|conferma di lettura|lido|lida|confirmação de leitura|gelezen|leesbevestiging|läst|lest|læst|"
    r"luettu|przeczytan[oey]|potwierdzenie przeczytania|přečteno|elolvasva|прочтено|прочитано|okundu|αναγνώστηκε|開封済み|已读|읽음)\s?[:(]"
)
RECEIPT_TEXTS = re.compile(
    r"was (?:read|displayed) on|was deleted without being read|wurde (?:gelesen|am .{1,40} gelesen)|a été lu|se (?:ha )?le(?:yó|ído)|fue leído|è stato letto|"
    r"foi lida|is gelezen|lästes|ble lest|blev læst|został[ao]? (?:prze|od)czytan|byl[ao]? přečten|было прочитано|tarihinde okundu|"
    r"this is a (?:return|read) receipt|no guarantee that the message has been read|開封され",
    re.IGNORECASE,
)
MACHINE_SUBJECTS = re.compile(
    r"^(?:report domain: |dmarc aggregate report|cron <|logwatch for |\[?dmarc\]? )"
)

AUTOMATED = Wordings(
    r"(?:this is an|this|the following) ?(?:e-?mail|message|mail|reply|response|notification)? ?(?:is an|is|was|has been)? ?"
    r"(?:automated|automatic(?:ally)?(?: (?:generated|sent|created))?|auto-?generated)(?: (?:e-?mail|message|reply|response|notification))?|"
    r"automatisch (?:generiert|erstellt|erzeugt|versandt|verschickt|versendet)|automatische (?:antwort|e-?mail|nachricht|eingangsbestätigung)|"
    r"(?:envoyé|généré) automatiquement|(?:message|réponse|e-?mail|courriel) automatique|(?:generado|enviado) automáticamente|(?:mensaje|respuesta|correo) automátic[oa]|"
    r"(?:generat[oa]|inviat[oa]) automaticamente|(?:messaggio|risposta|e-?mail) automatic[oa]|(?:gerad[oa]|enviad[oa]) automaticamente|mensagem automática|"
    r"automatisch (?:gegenereerd|verzonden|bericht)|automatiskt (?:genererat|meddelande|utskick)|automatisk (?:genereret|generert|melding|besked|svar)|"
    r"wygenerowan[aey] automatycznie|automatyczna (?:wiadomość|odpowiedź)|automaticky (?:generovan|vygenerovan|odeslan)|automatikus (?:üzenet|válasz|levél)|mesaj(?:ul)? (?:este )?(?:generat )?automat|"
    r"автоматическ(?:и|ое|ий)|автоматично|otomatik olarak (?:gönder|oluştur)|otomatik (?:mesaj|yanıt|e-posta)|αυτόματ[οη]|به صورت خودکار|رسالة (?:آلية|تلقائية)|הודעה אוטומטית|"
    r"自動(?:送信|配信|返信|応答)|自动(?:发送|回复|生成)|自動(?:發送|回覆)|자동(?:으로)? ?(?:발송|회신|응답)|tự động"
)
UNREAD = Wordings(
    r"(?:do not|don't|cannot|can not|please do not) (?:reply|respond|answer)|(?:mailbox|inbox|address) is (?:not (?:monitored|read)|unmonitored)|replies (?:to this .{0,30})?(?:are not|will not be) (?:read|monitored)|"
    r"(?:antworten sie (?:bitte )?nicht|bitte (?:antworten sie )?nicht (?:auf diese .{0,20})?(?:antworten)?|nicht auf diese (?:e-?mail|nachricht))|ne (?:pas|répondez pas)[^\n]{0,20}(?:répondre|à ce)|"
    r"no (?:responda|conteste)|non rispond(?:ere|a|ete)|não responda|niet (?:op deze|te) (?:e-?mail|beantwoorden|bericht)|svara inte|ikke (?:svar|besvar)|nie odpowiada[jć]|neodpovídejte|neodpovedajte|ne válaszoljon|nu răspundeți|"
    r"не отвечайте|не відповідайте|yanıtlamayın|cevaplamayın|μην απαντ|پاسخ ندهید|عدم الرد|לא להשיב|返信(?:しない|いただけません|できません|はご遠慮)|请勿回复|請勿回覆|회신하지|không trả lời"
)
ACKNOWLEDGED = Wordings(
    r"(?:we(?:'ve| have)?|has been) (?:successfully )?received (?:your|and)|(?:your|the) (?:request|enquiry|inquiry|message|e-?mail|ticket|case) (?:.{0,40})?(?:has been|was) (?:received|created|registered|opened|logged|forwarded)|"
    r"(?:thank you|thanks) for (?:contacting|reaching out|your (?:e-?mail|message|enquiry|inquiry|request|interest))|we (?:will|'ll|aim to|usually|try to) (?:.{0,30})?(?:get back|respond|reply|answer|be in touch|come back)|"
    r"(?:ihre|deine) (?:anfrage|nachricht|e-?mail|mail) (?:.{0,40})?(?:erhalten|eingegangen|eingetroffen)|(?:danke|dank) für (?:ihre|deine) (?:anfrage|nachricht|e-?mail|mail|kontaktaufnahme)|(?:so schnell wie möglich|schnellstmöglich|innerhalb von .{1,20}|in kürze) (?:.{0,40})?(?:melden|antworten|bearbeite|beantworte)|"
    r"(?:nous avons (?:bien )?reçu|bien reçu) votre|merci (?:de nous avoir contact|pour votre (?:message|demande|e-?mail))|(?:hemos recibido|recibimos) (?:su|tu)|gracias por (?:contactar|su (?:mensaje|correo|consulta))|abbiamo ricevuto (?:la|il) (?:su|tu)|grazie per (?:averci contattato|il (?:suo|tuo) messaggio)|"
    r"recebemos (?:a sua|o seu|sua|seu)|obrigad[oa] (?:por|pelo) (?:.{0,12})(?:contact|contato|mensagem|e-?mail)|(?:we hebben )?(?:uw|je) (?:bericht|e-?mail|aanvraag|vraag) (?:.{0,20})?ontvangen|bedankt voor (?:uw|je)|(?:vi har )?(?:mottagit|modtaget|mottatt) (?:ditt|din)|tack för (?:ditt|att du)|tak for din|takk for (?:din|at du)|"
    r"otrzymaliśmy (?:twoj|państwa|pana)|dziękujemy za (?:kontakt|wiadomość|przesłanie)|děkujeme za (?:váš|vaši|zprávu)|obdrželi jsme|megkaptuk|am primit mesajul|мы получили ваш|ваш[еа] (?:обращение|заявка|письмо) (?:.{0,20})?(?:принят|зарегистрирован|получен)|спасибо за (?:ваше )?обращение|"
    r"(?:talebiniz|mesajınız|e-postanız) (?:.{0,20})?(?:alınmıştır|ulaşmıştır|alındı)|λάβαμε το|پیام شما (?:دریافت|ثبت)|درخواست شما (?:دریافت|ثبت)|تم استلام|(?:استلمنا|تلقينا) رسالت|קיבלנו את|お問い合わせ(?:いただき)?(?:ありがとう|を受け付け)|受け付けました|已收到您的|感谢您的(?:来信|咨询)|문의(?:가|를) 접수|đã nhận được"
)
"""What robots say of themselves. A person may say one of the three, hardly two."""
