"""How mail programs introduce what they quote or forward, in many languages. Data: add a language here.

Most attributions need no words at all: an address, a date, a time and a colon say it in any language
(`attributions.py`). The words are for those that lack one of these. Phrases are compared case-folded and
without the ornaments around them.
"""

import re

from app.mail.inbound.wordings import Wordings


def _phrases(text: str) -> frozenset[str]:
    return frozenset(
        phrase.strip().casefold() for phrase in text.replace("\n", "|").split("|") if phrase.strip()
    )


# "wrote", at or near the end of an attribution.
WROTE = Wordings(
    r"wrote|writes|a écrit|schrieb|schreef|geschreven|escribió|escribio|escribe|ha scritto|scrive|escreveu|skrev|"
    r"skriver|kirjoitti|napisał|pisze|napsal|napísal|написал|написав|написа|пишет|пише|писал|писав|ezt írta|írta|a scris|"
    r"έγραψε|yazdı|yazmış|va escriure|ha escrit|napisao|napisala|написао|je oseba|parašė|rašė|rakstīja|kirjutas|"
    r"idatzi du|skrifaði|ha escrito|写道|寫道|のメール|書きました|작성|님이 쓴|쓴 글|نوشت|كتب|بواسطة|"
    r"כתב|đã viết|menulis|เขียนว่า|ने लिखा|نے لکھا|লিখেছেন|எழுதியது|yazıb|გწერა"
)

# How an attribution may begin when address, date or time are missing.
ATTRIBUTION_START = re.compile(
    r"(?:on|at|le|am|den|el|il|op|em|dnia|w dniu|dne|dňa|pe data|în|la|στις|kuupäev|"
    r"в|на|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|a|vào|pada|"
    r"在|于|於|في|در|בתאריך|\d{1,4}[\s./\-年])",
    re.IGNORECASE,
)

# The customer's own "I wrote to you on 5 January at 10:00:", which introduces nothing.
FIRST_PERSON = re.compile(
    r"\b(?:i (?:wrote|sent|have|had|asked|e-?mailed|ordered|called)|i've|ich habe|habe ich|schrieb ich|ich schrieb|j['’]ai|he escrito|"
    r"les escribí|escribí|ho scritto|escrevi|ik heb|heb ik|jag (?:har|skrev)|jeg (?:har|skrev)|kirjoitin|"
    r"napisał[ae]m|jsem|írtam|am scris|yazdım|έγραψα|я (?:писал|написал|отправил)|я (?:писав|написав)|نوشتم|كتبت)\b",
    re.IGNORECASE,
)

FORWARD_MARKS = _phrases(
    """
    begin forwarded message|forwarded message|original message follows|forwarded mail
    début du message réexpédié|début du message transféré|message transféré|message réexpédié|courrier transféré
    anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|weitergeleitete nachricht
    weitergeleitete e-mail|inicio del mensaje reenviado|mensaje reenviado|inizio messaggio inoltrato
    messaggio inoltrato|begin doorgestuurd bericht|doorgestuurd bericht|doorgezonden bericht
    início da mensagem reencaminhada|início da mensagem encaminhada|mensagem encaminhada|mensagem reencaminhada
    vidarebefordrat brev|vidarebefordrat meddelande|vidarebefordrat mejl|videresendt besked|videresendt meddelelse
    videresendt melding|start på videresendt besked|välitetty viesti|välitetty viesti alkaa|przekazana wiadomość
    wiadomość przekazana|początek przekazywanej wiadomości|przesłana dalej|пересылаемое сообщение
    начало переадресованного сообщения|пересланное сообщение|переслане повідомлення|препратено съобщение
    iletilen ileti|iletilmiş mesaj|yönlendirilen mesaj|yönlendirilen ileti|přeposlaná zpráva|přeposlaný e-mail
    preposlaná správa|továbbított üzenet|továbbított levél|mesaj redirecționat|mesaj redirecţionat
    προωθημένο μήνυμα|proslijeđena poruka|posredovano sporočilo|missatge reenviat|edasisaadetud kiri
    転送されたメッセージ|転送メッセージ|转发的邮件|轉寄的郵件|已转发的邮件|转发邮件|轉寄郵件|전달된 메시지|전달된 메일
    پیام فوروارد شده|پیام هدایت‌شده|پیام بازارسال‌شده|رسالة مُعاد توجيهها|رسالة محولة|الرسالة المعاد توجيهها
    הודעה שהועברה|thư đã chuyển tiếp|pesan terusan|ข้อความที่ส่งต่อ
    """
)

# Of a line that stands above a header block, as a title does: programs word it in more ways than a list could hold.
FORWARDING = re.compile(
    r"forward|weitergeleit|transf[eé]r|réexpéd|reenvi|inoltr|doorgest|doorgez|encaminh|vidarebef|videresen|vidareänd|välit|"
    r"prze(?:ka|sła|sył)|přepos|prepos|továbbít|redirec|пересл|пересыл|переадрес|перенаправ|препра|proslij|prosled|прослеђ|"
    r"posredov|ilet(?:i|il)|yönlendir|προωθ|edasi|pārsūt|persiųs|framsen|áframsen|הועבר|מועבר|م\u064f?عاد|محول|هدایت|فوروارد|بازارسال|ارجاع|"
    r"転送|转发|轉寄|轉發|전달|chuyển tiếp|terusan|diteruskan|dimajukan|ส่งต่อ|अग्रेषित",
)

ORIGINAL_MARKS = _phrases(
    """
    original message|original appointment|reply message|original email|original e-mail|message d'origine
    message original|message initial|mensaje original|mensagem original|messaggio originale|messaggio originario
    ursprüngliche nachricht|originalnachricht|original-nachricht|originalmeddelande|ursprungligt meddelande
    oprindelig meddelelse|oprindelig besked|original besked|opprinnelig melding|originalbericht
    oorspronkelijk bericht|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|исходное сообщение
    оригинальное сообщение|původní zpráva|původní e-mail|pôvodná správa|eredeti üzenet|mesaj original|mesajul original
    orijinal mesaj|orijinal ileti|özgün ileti|αρχικό μήνυμα|originalna poruka|izvorna poruka|izvirno sporočilo
    оригинално съобщение|първоначално съобщение|вихідне повідомлення|оригінальне повідомлення|missatge original
    元のメッセージ|オリジナルメッセージ|原始邮件|原始郵件|邮件原件|원본 메시지|원본 메일|پیام اصلی|الرسالة الأصلية
    הודעה מקורית|thư gốc|tin nhắn gốc|pesan asli|ข้อความต้นฉบับ|replied message|回复的原邮件
    """
)

# A help desk's line; what is written belongs above it. The shape `##- … -##` needs no words.
ABOVE_THIS_LINE = re.compile(
    r"(?:reply|respond|type|write|answer)\b.{0,30}\babove this line|do not (?:edit|write) below this line|"
    r"antwort(?:en)?\b.{0,40}\b(?:oberhalb|über) dieser (?:zeile|linie)|(?:répon\w+|écri\w+)\b.{0,40}\bau[- ]dessus de cette ligne|"
    r"(?:responda|escriba)\b.{0,40}\b(?:encima|arriba) de esta línea|(?:responda|escreva)\b.{0,40}\bacima d(?:esta|e sta) linha|"
    r"(?:rispond\w+|scriv\w+)\b.{0,40}\bsopra (?:a )?questa (?:riga|linea)|(?:antwoord|reageer|typ)\b.{0,40}\bboven deze regel",
    re.IGNORECASE,
)

# The names in the header block that Outlook, Apple Mail and others put above what they quote or forward.
_NAMES = {
    "from": """
        from|de|von|da|van|från|fra|lähettäjä|od|от|від|від кого|кого|от кого|feladó|kimden|gönderen|από|差出人|送信者|发件人
        發件人|寄件者|寄件人|보낸 사람|보낸사람|발신|از|فرستنده|من|מאת|expéditeur|remitente|mittente|afzender|absender|de la
        šalje|pošiljatelj|nuo|saatja|từ|dari|จาก|प्रेषक|avsändare|afsender|avsender|nadawca|odesílatel|odosielateľ
        expeditor|отправитель|відправник|подател|nork|des de|frá""",
    "to": """
        to|à|a|an|para|aan|till|til|vastaanottaja|do|komu|címzett|către|kime|alıcı|προς|кому|до|宛先|收件人|收件者|받는 사람
        받는사람|수신|به|گیرنده|إلى|الى|אל|per|pour|prima|za|kam|kellele|đến|tới|kepada|ke|ถึง|प्रति|empfänger|destinataire
        per a|adressaat|destinatario|mottagare|modtager|mottaker|odbiorca""",
    "date": """
        sent|date|sent at|date sent|gesendet|gesendet am|datum|envoyé|envoyé le|enviado|enviado el|enviada|enviada em
        enviado em|data de envio|fecha|data|inviato|inviato il|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|pvm|päiväys
        wysłane|wysłano|odesláno|odoslané|dátum|elküldve|küldve|trimis|gönderildi|gönderme tarihi|tarih|στάλθηκε|ημερομηνία
        отправлено|дата|надіслано|изпратено|poslano|послато|日時|送信日時|日付|发送时间|发送日期|發送時間|寄件日期|傳送日期|日期|时间
        時間|보낸 날짜|보낸날짜|날짜|일시|تاریخ|ارسال|ارسال شده|تم الإرسال|التاريخ|تاريخ|تاريخ الإرسال|נשלח|תאריך|nosūtīts
        išsiųsta|saadetud|đã gửi|ngày|dikirim|tanggal|ส่งเมื่อ|ส่ง|วันที่|enviat|kuupäev|भेजा गया""",
    "subject": """
        subject|objet|sujet|betreff|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|tárgy|subiect
        konu|θέμα|тема|относно|naslov|件名|主题|主題|主旨|제목|موضوع|الموضوع|נושא|teema|tema|chủ đề|subjek|perihal|เรื่อง|zadeva
        assumpte|gaia|efni|tēma|विषय|tiêu đề|ogg""",
    "other": """
        cc|bcc|copie à|copie|kopie|kopia|kopi|kopio|másolat|bilgi|κοιν.|копия|копія|抄送|副本|참조|رونوشت|نسخة|עותק|cci
        reply-to|reply to|attachments|importance|priority|organization|anlagen|anhänge|wichtigkeit|antwort an|répondre à
        pièces jointes|adjuntos|importancia|allegati|bijlagen|responder a|rispondi a|risposta|datos adjuntos|anexos
        vedhæftet|vedhæftede filer|bifogade filer|vedlegg|liitteet|załączniki|přílohy|prílohy|mellékletek|вложения|附件|첨부|重要性
        添付ファイル|message-id|resent-from|resent-to""",
}
HEADER_ROLES = {name: role for role, names in _NAMES.items() for name in _phrases(names)}
