"""How mail programs introduce what they quote or forward, and sign for their owners. Data: add a language here.

Most attributions need no words at all: an address, a year, a time and a colon say it in any language
(`quoting.py`). The words are for those that lack one of these.
"""

import re

# "wrote", at or near the end of an attribution.
WROTE = re.compile(
    r"(?:wrote|writes|a écrit|schrieb|schreef|geschreven|escribió|escribio|ha scritto|scrive|escreveu|skrev|kirjoitti|"
    r"napisał(?:\(a\)|a)?|napsala?|napísala?(?:\(a\))?|napsal\(a\)|написала?|пишет|пише|писал|написав|ezt írta|írta|"
    r"a scris|έγραψε|yazdı|va escriure|napisao|je napisala?|написа|parašė|rakstīja|kirjutas|"
    r"写道|寫道|のメール|さんは書きました|작성|님이 (?:작성|쓴)|نوشت|كتب|بواسطة|כתב(?:/ה|ה)?|đã viết|menulis|เขียนว่า)",
    re.IGNORECASE,
)

# How an attribution may begin when address, year or time are missing.
ATTRIBUTION_START = re.compile(
    r"^[\s*_\-–—\u200e\u200f\u202a-\u202e]*(?:on|at|le|am|den|el|il|op|em|dnia|w dniu|dne|dňa|pe data|în|la|στις|"
    r"в|на|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|a|vào|pada|"
    r"在|于|於|في|در|בתאריך|\d{1,4}[\s./\-年년])",
    re.IGNORECASE,
)

FORWARD_MARK = re.compile(
    r"^[\s*_\-–—>]*(?:begin forwarded message|forwarded message|forwarded by .{1,80}|original message follows|"
    r"début du message (?:réexpédié|transféré)|message (?:transféré|réexpédié)|"
    r"anfang der weitergeleiteten (?:nachricht|e-mail)|weitergeleitete nachricht|"
    r"inicio del mensaje reenviado|mensaje reenviado|inizio messaggio inoltrato|messaggio inoltrato|"
    r"begin doorgestuurd bericht|doorgestuurd bericht|início da mensagem (?:reencaminhada|encaminhada)|"
    r"mensagem (?:encaminhada|reencaminhada)|vidarebefordrat (?:brev|meddelande)|videresendt (?:besked|meddelelse|melding)|"
    r"välitetty viesti|przekazana wiadomość|wiadomość przekazana|пересылаемое сообщение|начало переадресованного сообщения|"
    r"переслане повідомлення|iletilen ileti|yönlendirilen (?:mesaj|ileti)|przesłana dalej|přeposlaná zpráva|"
    r"továbbított üzenet|mesaj redirecționat|προωθημένο μήνυμα|転送されたメッセージ|転送メッセージ|转发的邮件|轉寄的郵件|已转发的邮件|전달된 메시지|"
    r"پیام فوروارد شده|پیام هدایت‌شده|رسالة مُعاد توجيهها|رسالة محولة|הודעה שהועברה)[\s*_\-–—:：]*$",
    re.IGNORECASE,
)

ORIGINAL_MARK = re.compile(
    r"^[\s*]*(?:-{2,}|_{2,}|={2,})\s*(?:original message|original appointment|reply message|message d'origine|"
    r"message original|mensaje original|mensagem original|messaggio originale|ursprüngliche nachricht|"
    r"originalnachricht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|originalbericht|"
    r"oorspronkelijk bericht|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|исходное сообщение|"
    r"původní (?:zpráva|e-mail)|eredeti üzenet|mesaj original|orijinal (?:mesaj|ileti)|αρχικό μήνυμα|"
    r"元のメッセージ|原始邮件|原始郵件|원본 메시지|پیام اصلی|الرسالة الأصلية|הודעה מקורית|вихідне повідомлення)"
    r"\s*(?:-{2,}|_{2,}|={2,})?[\s*]*$",
    re.IGNORECASE,
)

# The header block that Outlook, Apple Mail and others put above what they quote or forward.
_FROM = "from|de|von|da|van|från|fra|lähettäjä|od|от|кого|від|feladó|kimden|gönderen|από|差出人|送信者|发件人|寄件者|보낸 사람|از|من|מאת|expéditeur|feladó"
_OTHER = (
    "sent|date|to|cc|subject|reply-to|envoyé|à|objet|répondre à|gesendet|datum|an|betreff|antwort an|enviado|fecha|para|"
    "asunto|responder a|inviato|data|a|oggetto|risposta|rispondi a|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|"
    "lähetetty|päivämäärä|vastaanottaja|aihe|wysłano|do|temat|отправлено|дата|кому|тема|копия|надіслано|odesláno|komu|"
    "předmět|predmet|kopie|elküldve|dátum|címzett|tárgy|másolat|data de|trimis|către|subiect|gönderme tarihi|tarih|kime|"
    "konu|bilgi|ημερομηνία|προς|θέμα|日時|送信日時|宛先|件名|发送时间|发送日期|收件人|主题|抄送|日期|收件者|主旨|副本|보낸 날짜|날짜|받는 사람|제목|참조|"
    "تاریخ|به|موضوع|رونوشت|إلى|الموضوع|التاريخ|تاريخ|نسخة|תאריך|אל|נושא|עותק|assunto|data de envio|enviada em"
)
HEADER_LINE = re.compile(rf"^[\s>*|]*(?P<name>{_FROM}|{_OTHER})\s?\*?\s?[:：]\*?(?:\s|$|\S)", re.IGNORECASE)
FROM_LINE = re.compile(rf"^[\s>*|]*(?:{_FROM})\s?\*?\s?[:：]", re.IGNORECASE)

SIGNATURE_MARK = re.compile(r"^(?:--|—|–|_{5,}|-- )\s*$")
DELIMITER = re.compile(r"^\s*[-_=*#~+ᐧ•][-_=*#~+ᐧ•\s]*$")

MOBILE_FOOTER = re.compile(
    r"^[\s<(*_\[]*(?:"
    r"sent (?:from|via|with|by|using) .{2,120}|(?:\S+ )?from (?:my )?(?:mobile|iphone|ipad|phone|android)\b.{0,20}|"
    r"get \[?outlook for .{2,80}|get yahoo mail .{0,60}|"
    r"envoyé (?:depuis|de|à partir de|avec|via) .{2,60}|obtenir outlook pour .{2,60}|"
    r"von meinem .{2,40} gesendet|gesendet (?:von|mit|über) .{2,60}|diese nachricht wurde von meinem .{2,80} gesendet|"
    r"outlook für (?:ios|android) .{0,60}|holen sie sich outlook .{2,60}|"
    r"enviado (?:desde|do|de|a partir|com|con|pelo) .{2,60}|obtener outlook para .{2,60}|inviato (?:da|dal|con) .{2,60}|"
    r"ottieni outlook per .{2,60}|verzonden (?:met|vanaf|via|vanuit) .{2,60}|verstuurd (?:vanaf|met|via) .{2,60}|"
    r"sendt fra .{2,60}|skickat från .{2,60}|hämta outlook .{2,60}|lähetetty .{2,60}|wysłan[eo] (?:z|ze|za) .{2,60}|"
    r"отправлено (?:с|из|от) .{2,60}|надіслано (?:з|із) .{2,60}|odesláno (?:z|ze) .{2,60}|"
    r".{2,30}(?:'umdan|'imden|'ımdan|dan|den) gönderildi|从我的 .{2,40}|從我的 .{2,40}|发自我的 ?.{2,40}|發自我的 ?.{2,40}|"
    r".{2,30}から送信|나의 .{2,30}에서 보냄|.{2,30}에서 보냄|أ[ُ]?رسلت? من .{2,40}|ارسال(?: شده)? از .{2,40}|נשלח מ.{2,40}"
    r")[\s>)*_\].!]*$",
    re.IGNORECASE,
)
