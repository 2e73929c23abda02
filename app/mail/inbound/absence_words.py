"""Out-of-office notes that no header gives away, by what they say: a row of words for each language.

A customer also writes "I was out of office, where is my order?". So a subject alone convicts only where a mail
program puts it there ("Automatic reply:"); any other absence must be told twice, in different ways, by a text that asks nothing.
Words are compared case-folded, with plain apostrophes and folded spaces. Data: add a language by adding a row.
"""

import re

from app.mail.inbound.wordings import Wordings, fold

_MAX_TEXT = 3000
_MAX_BEGINNING = 4000

# What mail programs write before the subject that they answer: nobody types it.
_STATED = (
    r"auto(?:matic|matische[sr]?|mated)?[- ]?(?:reply|response|responder)\b|autoreply\b|autoresponse\b|auto: re\b|"
    r"(?:out of office|oof|ooo) (?:autoreply|auto-reply|reply|response|notification|message)\b|vacation (?:reply|response|message|notice)\b|yahoo! auto response|"
    r"automatische (?:e-?mail-?)?(?:antwort|antwoord|beantwoording)|automatisch antwoord|abwesenheits(?:notiz|nachricht|meldung|assistent|info)|"
    r"afwezigheidsbericht|réponse automatique|reponse automatique|message d'absence|notification d'absence|"
    r"risposta automatica|respuesta automática|respuesta automatica|resposta automática|resposta automatica|"
    r"autosvar\b|automatisk svar|automatiskt svar|frånvaromeddelande|fraværsmelding|fraværsbesked|automaattinen vastaus|poissaoloilmoitus|"
    r"automatyczna odpowiedź|odpowiedź automatyczna|autoodpowiedź|automatická odpově[ďd]|automatická odpoveď|automatikus válasz|răspuns automat|"
    r"автоматичен отговор|автоматический ответ|автоответ|автоматична відповідь|automatski odgovor|аутоматски одговор|resposta automàtica|erantzun automatikoa|sjálfvirkt svar|स्वचालित (?:उत्तर|जवाब)|samodejni odgovor|"
    r"automaatvastus|automātisk[aā] atbilde|automatinis atsakymas|otomatik (?:yanıt|cevap)|αυτόματη απάντηση|"
    r"پاسخ خودکار|رد تلقائي|الرد التلقائي|תשובה אוטומטית|מענה אוטומטי|自動応答|自動返信|不在通知|不在応答|自动(?:回复|答复)|来自.{1,30}的自动回复|自動(?:回覆|回復|答覆)|"
    r"자동 ?(?:회신|응답|답장)|ตอบกลับอัตโนมัติ|การตอบกลับอัตโนมัติ|trả lời tự động|tự động trả lời|balasan otomatis|jawapan automatik"
)

# What people choose for their note, and customers for their mail.
_ABSENT = (
    r"(?:i am |i'm )?(?:currently )?(?:out of|away from) (?:the |my )?(?:office|desk)\b|ooo\b|on (?:vacation|holidays?|annual leave|(?:maternity|parental|sick) leave)\b|"
    r"away until\b|abwesen|ich bin (?:nicht im büro|im urlaub|abwesend)|nicht im (?:büro|haus)|im urlaub|urlaubs|außer haus|"
    r"afwezig|niet (?:aanwezig|op kantoor)|met vakantie|absen(?:t|ce)\b|absence du bureau|en congés?|je suis absent|hors du bureau|"
    r"fuori (?:sede|ufficio)|assente|assenza|in ferie|fuera de (?:la )?oficina|ausente|ausencia|de vacaciones|"
    r"fora do escritório|ausência|de férias|frånvaro|frånvarande|semester|på semester|fravær|ikke til ?stede|på ferie|"
    r"poissa\b|lomalla|nieobecno|poza biurem|urlop|mimo kancelář|nepřítom|dovolen|mimo kancelárie|neprítom|"
    r"házon kívül|szabadságon|irodán kívül|în afara biroului|concediu|извън офиса|отпуск|нет на месте|вне офиса|отсутств|"
    r"у відпустці|відсутн|поза офісом|izvan ureda|godišnji odmor|odsotn|na dopustu|kontorist väljas|puhkusel|ārpus biroja|atvaļinājum|"
    r"ne biure|atostog|ofis dışında|izindeyim|izinde|yıllık izin|εκτός γραφείου|σε άδεια|απουσία|"
    r"خارج از دفتر|مرخصی|خارج المكتب|في إجازة|إجازة|מחוץ למשרד|בחופשה|不在のお知らせ|不在|休暇|休業|不在办公室|外出|休假|"
    r"부재 ?중|휴가|ลาพักร้อน|ไม่อยู่ที่สำนักงาน|vắng mặt|nghỉ phép|sedang cuti|di luar kantor"
)

# The text says that its writer is away now, or will be.
_AWAY_NOW = (
    r"i(?:'m| am| will be| shall be) (?:currently |presently |now )?(?:out of|away from) (?:the |my )?(?:office|desk)|"
    r"i(?:'m| am| will be) (?:currently |presently |now )?(?:on (?:vacation|holidays?|leave|annual leave|(?:maternity|paternity|parental|sick) leave)|away|travell?ing|unavailable)|"
    r"(?:currently|presently|now) (?:out of (?:the )?office|on (?:vacation|leave|holiday)|away)|away from my (?:mail|e-?mail|desk)|our office (?:is|will be) closed|"
    r"(?:i have|i've|has) left (?:the )?(?:company|firm|organi[sz]ation|business|team)|no longer (?:works?|working|employed|with the company|at the company)\b|"
    r"(?:mailbox|inbox|address) is no longer (?:monitored|in use|active|checked|read)|nicht mehr (?:in|für|bei) .{0,40}(?:unternehmen|firma|tätig|beschäftigt)|"
    r"ne (?:travaille|fait) plus|n'est plus (?:en poste|en fonction|utilisée)|ya no (?:trabaja|trabajo)|não trabalh[ao] mais|non lavor[ao] più|werkt? niet (?:meer|langer)|"
    r"arbetar inte längre|arbejder ikke længere|jobber ikke lenger|nie pracuj[eę] już|już nie pracuj[eę]|již nepracuj|больше не работа|artık .{0,20}çalışmı|"
    r"ich bin (?:derzeit|zur zeit|zurzeit|momentan|aktuell|ab|vom|bis|am|in der zeit|heute|leider)?.{0,60}?(?:nicht im (?:büro|haus)|im urlaub|abwesend|nicht erreichbar|außer haus|nicht verfügbar)|"
    r"(?:befinde ich mich|bin ich|ich befinde mich).{0,50}(?:urlaub|abwesend|elternzeit|nicht im (?:büro|haus)|dienstreise)|unser büro ist .{0,30}geschlossen|"
    r"ik ben .{0,60}?(?:afwezig|niet (?:aanwezig|op kantoor|bereikbaar)|met vakantie|op vakantie)|ons kantoor is .{0,30}gesloten|"
    r"je (?:suis|serai) .{0,60}?(?:absent|en congé|en vacances|hors du bureau|indisponible)|actuellement (?:absent|en congé)|nos bureaux sont fermés|"
    r"(?:sono|sarò) .{0,60}?(?:assente|fuori (?:sede|ufficio)|in ferie|in vacanza)|i nostri uffici sono chiusi|"
    r"(?:estoy|estaré|me encuentro|me encontraré) .{0,60}?(?:fuera de (?:la |mi )?oficina|ausente|de vacaciones|de baja)|"
    r"(?:estou|estarei|encontro-me) .{0,60}?(?:fora do escritório|ausente|de férias)|"
    r"jag (?:är|kommer att vara) .{0,60}?(?:frånvarande|på semester|inte på kontoret|borta|ledig)|jeg (?:er|vil være) .{0,60}?(?:på ferie|bortreist|ikke (?:på|til) (?:kontoret|stede)|fraværende|ikke til stede|ute av kontoret)|"
    r"olen .{0,40}?(?:lomalla|poissa)|(?:jestem|będę|przebywam) .{0,60}?(?:nieobecn|poza biurem|na urlopie)|"
    r"(?:čerpám|budu mít|mám) (?:řádnou )?dovolen|jsem .{0,50}?(?:mimo kancelář|nepřítom|na dovolené)|(?:som|budem) .{0,50}?(?:mimo kancelári|neprítom|na dovolenke)|"
    r"(?:szabadságon|házon kívül|irodán kívül) (?:vagyok|leszek)|(?:sunt|voi fi|mă aflu) .{0,50}?(?:în concediu|plecat|în afara biroului)|"
    r"(?:в отпуск(?:а|е|у)|отсъств|извън офиса|нет на (?:рабочем )?месте|вне офиса|отсутству(?:ю|ет)|нахожусь в отпуске|у відпустці|відсутн(?:ій|я))|"
    r"(?:na godišnjem|izvan ureda|odsotna?|na dopustu|puhkusel|kontorist väljas|atvaļinājumā|ārpus biroja|atostog(?:au|auju|ose)|ne biure)|"
    r"(?:izindeyim|izinde (?:olacağım|bulunuyorum)|ofis dışındayım|ofiste değilim|ofis dışında olacağım)|"
    r"(?:βρίσκομαι|είμαι|θα είμαι|θα βρίσκομαι) .{0,40}?(?:εκτός γραφείου|σε άδεια)|"
    r"(?:در مرخصی|خارج از دفتر|در دفتر نیستم|في إجازة|خارج المكتب|מחוץ למשרד|בחופשה)|"
    r"不在(?:に(?:して|し)|です|と(?:な|させ)|期間)|休暇(?:中|を|の)|席を外|休業(?:いた|期間|と)|不在办公室|正在休假|外出(?:中|公干)|休假(?:中|期间)|目前不在|"
    r"부재 ?중|휴가 ?중|자리를 비|ลาพักร้อน|ไม่อยู่ที่(?:สำนักงาน|ออฟฟิศ)|vắng mặt|đang nghỉ phép|sedang (?:cuti|tidak di kantor|berada di luar)|di luar kantor"
)

# When its writer is back, who else to ask, what becomes of the mail: what notes go on with.
_BACK = (
    r"(?:will|'ll) (?:be back|return|reply|respond|get back|answer|be returning|read)|returning (?:on|to)|back (?:on|in the office|at my desk|(?:next )?(?:mon|tues|wednes|thurs|fri)day)|upon my return|when i (?:return|get back|am back)|on my return|"
    r"(?:bin|werde) (?:ich )?.{0,50}?(?:wieder (?:im|da|für|er)|zurück|erreichbar|beantworten)|nach meiner rückkehr|ab dem .{0,30}wieder|"
    r"(?:ben ik|vanaf) .{0,40}?(?:weer|terug)|na mijn terugkomst|(?:de retour|à mon retour|serai de retour|je reviens)|(?:rientr|al mio ritorno|sarò di ritorno|tornerò)|"
    r"(?:regres|a mi (?:vuelta|regreso)|volver[ée]|de vuelta)|(?:regress|no meu retorno|voltarei|estarei de volta)|"
    r"(?:tillbaka|åter på|när jag (?:är|kommer)|tilbage|tilbake|når jeg (?:er|kommer))|(?:palaan|takaisin)|(?:wrócę|wracam|po powrocie|odpowiem)|"
    r"(?:vrátím|po návratu|zpět|vrátim|späť|ozvem se)|(?:visszatér|visszajövök|vissza ?érkez)|(?:revin|mă întorc|la întoarcere|voi reveni)|"
    r"(?:верн[уё]|после возвращения|отвечу|вернусь|повернусь|ще се върна|след завръщане|vraćam|vratit|vrnem|tagasi|atgriezīš|grįš)|"
    r"(?:döneceğim|dönüş(?:ümde|te|ü)|geri dön|dönene kadar)|(?:επιστρ|θα επανέλθω)|(?:برمی‌?گردم|باز(?:می‌?| )?گردم|بازگشت|بعد از بازگشت|سأعود|عودتي|אחזור|לאחר שובי|כשאחזור)|"
    r"戻り(?:次第|ます)|(?:に|より)(?:復帰|出社)|翌営業日|返信(?:いたし|させて|は)|返回(?:后|後)|回来后|回复您|回覆您|복귀|돌아와|돌아온|กลับมา|trở lại|quay lại|kembali"
)
_INSTEAD = (
    r"limited access|no access to (?:my )?e-?mail|in (?:urgent|an emergency|case of urgency|my absence)|for (?:urgent|immediate|any urgent)|if (?:it is|it's|this is|your .{0,30} is) urgent|"
    r"please contact (?:my )?(?:colleague|\S+@|mr|ms)|your (?:e-?mail|message) (?:will not|won't|is not being) (?:be )?(?:read|forwarded)|not (?:be|been) forwarded|please (?:contact|direct|refer|address) (?!me\b).{0,60}(?:instead|\S+@)|"
    r"in dringenden (?:fällen|angelegenheiten)|wenden sie sich|(?:nicht|keine) (?:automatisch )?weitergeleitet|meine (?:kollegin|vertretung)|vertretung|"
    r"(?:voor|bij) (?:dringende|spoed)|contact op(?:nemen|)? met|niet (?:gelezen|doorgestuurd)|en cas d'urgence|pour toute (?:urgence|demande urgente)|vous pouvez contacter|en mon absence|accès limité|"
    r"per (?:urgenze|questioni urgenti|comunicazioni urgenti)|in caso di urgenz|(?:para|en caso de) (?:asuntos |temas |cualquier )?urgen|durante mi ausencia|em caso de urgência|assuntos urgentes|na minha ausência|"
    r"vid (?:brådskande|akuta)|kontakta (?:min|gärna)|ved (?:hastende|haster|presserende)|kontakt (?:min|venligst)|kiireellis|w (?:pilnych|nagłych)|w sprawach pilnych|proszę (?:o )?kontakt|v (?:naléhavých|urgentních|naliehavých)|"
    r"sürgős esetben|în caz de urgență|pentru urgențe|по срочным|в срочных|при (?:необходимости|спешни|срочн)|у термінових|в термінових|hitnim|nujnih primerih|kiiretel|steidzam|skub(?:iais|ių)|"
    r"acil durum|σε επείγουσα|για επείγοντα|در موارد (?:ضروری|فوری)|همکارم|في الحالات (?:العاجلة|الطارئة)|للأمور العاجلة|במקרה דחוף|במקרים דחופים|"
    r"お急ぎ|緊急の|急用|如有(?:急事|紧急|緊急)|紧急情况|급한|긴급|หากเร่งด่วน|กรณีเร่งด่วน|trường hợp (?:khẩn|gấp)|hal mendesak|jika mendesak"
)

# A text that asks for something is a customer's, whatever else it tells.
_ASKS = (
    r"\b(?:my|our|the) (?:order|parcel|package|delivery|refund|invoice|purchase|subscription|shipment)\b|order (?:no|number|#)|#\d{3,}|"
    r"\b(?:meine|unsere|die) (?:bestellung|lieferung|sendung|rechnung|rücksendung|retoure)|(?:mein|unser|das) paket|bestellnummer|"
    r"(?:ma|notre|la) (?:commande|livraison)|(?:mon|notre|le) colis|(?:mi|nuestro|el) (?:pedido|paquete)|(?:il mio|il) (?:ordine|pacco)|mijn (?:bestelling|pakket|pakje)|"
    r"(?:o meu|meu|minha) (?:pedido|encomenda)|min (?:beställning|bestilling|ordre|pakke)|mitt? (?:paket|pakke)|tilaukseni|moje zamówienie|moj[ea] paczk|moje objednáv|rendelésem|comanda mea|"
    r"мой заказ|моего заказа|моє замовлення|siparişim|kargom|η παραγγελία μου|سفارش(?:م| من)|طلبي|ההזמנה שלי|注文(?:番号|した|の)|我的(?:订单|訂單|包裹)|주문(?:번호|한)|คำสั่งซื้อ|đơn hàng|pesanan saya"
)
# … and one that politely wants something of a parcel; "please contact" is what notes say.
_POLITE = (
    r"(?:please|kindly|can you|could you|would you|bitte|können sie|könnt ihr|könnte[nt]? (?:sie|ihr)|merci de|veuillez|pouvez-vous|pourriez-vous|"
    r"por favor|pueden|podrían|podem|poderiam|per favore|vi prego|potete|potreste|graag|alstublieft|kunt u|kunnen jullie|vänligen|snälla|kan ni|"
    r"venligst|vennligst|kan i|kan dere|toivon|voitteko|proszę|czy możecie|prosím|můžete|môžete|kérem|kérjük|vă rog|puteți|моля|пожалуйста|"
    r"будь ласка|lütfen|παρακαλώ|אנא|בבקשה|يرجى|الرجاء|من فضلك|لطفا|请|請|vui lòng|กรุณา|รบกวน|mohon|tolong)"
)
_PARCEL = (
    r"(?:parcel|package|deliver|ship (?:it|the|my|our|them|before|after)|paket|päckchen|liefer|zustell|abstell|colis|livr|paquete|entreg|pacco|consegn|spedi|"
    r"encomenda|pakket|pakje|bezorg|lever|pakke|tilau|paczk|przesyłk|dostarcz|zásil|balík|doruč|csomag|szállít|colet|пратк|достав|посылк|посилк|"
    r"kargo|teslim|δέμα|παραδ|חביל|משלוח|طرد|توصيل|شحن|بسته|مرسوله|تحویل|送货|送貨|发货|包裹|giao hàng|kiện hàng|พัสดุ|จัดส่ง)"
)
_WISHES = (
    rf"{_POLITE}(?! (?:contact|direct|e-?mail|write|call))[^.!?。\n]{{0,60}}{_PARCEL}|"
    r"(?:荷物|配達|配送)[^。\n]{0,40}(?:ください|お願い)|(?:택배|배송)[^.\n]{0,40}(?:주세요|바랍니다|부탁)"
)
_QUESTION = re.compile(r"[?؟？](?=\s|$)")


_STATED_WORDS, _ABSENT_WORDS, _ASKING = Wordings(_STATED), Wordings(_ABSENT), Wordings(_ASKS)
_WISHING = Wordings(_WISHES)
_AWAY = Wordings(_AWAY_NOW)
_FURTHER_SIGNS = (Wordings(_BACK), Wordings(_INSTEAD))
_ORNAMENTS = " *=_-"


def could_be_absence_note(subject: str, beginning: str) -> bool:
    """Whether a look at what the sender newly wrote is worth it: it is cheaper than cutting quotes off.

    Args:
        subject: Without reply marks.
        beginning: Of the whole text, folded.
    """
    subject = _fold(subject)
    if _STATED_WORDS.begin(subject) or _ABSENT_WORDS.begin(subject):
        return True
    return _AWAY.are_in(" ".join(beginning[:_MAX_BEGINNING].split()))


def is_absence_note(subject: str, text: str, *, is_reply: bool) -> bool:
    """Whether a mail without telling headers is an automatic note of absence.

    Args:
        subject: Case-folded, without reply marks.
        text: What the sender newly wrote.
        is_reply: Reply or forward marks stood before the subject: whoever answers an automatic note keeps its subject.
    """
    body = _fold(text[:_MAX_TEXT])
    is_away = _AWAY.are_in(body)
    signs = sum(
        (is_away, *(one.are_in(body) for one in _FURTHER_SIGNS), _STATED_WORDS.begin(body.lstrip(_ORNAMENTS)))
    )
    asks = _ASKING.are_in(body) or _WISHING.are_in(body)
    is_asking = asks or _QUESTION.search(body) is not None
    subject = _fold(subject)
    if _STATED_WORDS.begin(subject):
        return not is_reply or not body or (signs > 0 and not is_asking)
    if _ABSENT_WORDS.begin(subject):
        return not body or (signs > 0 and not is_asking) or (signs > 2 and not asks)
    return is_away and ((signs > 1 and not is_asking) or (signs > 2 and not asks))


def states_absence(subject: str) -> bool:
    """Whether a subject begins as programs have it before what they answer, without reply marks: nobody types it."""
    return _STATED_WORDS.begin(_fold(subject))


def asks(text: str) -> bool:
    """Whether a text asks something, or speaks of its writer's own order: then a person wrote it."""
    body = _fold(text)
    return _ASKING.are_in(body) or _QUESTION.search(body) is not None


def asks_question(text: str) -> bool:
    return _QUESTION.search(text) is not None


def _fold(text: str) -> str:
    return " ".join(fold(text).split())
