"""The fields of a contact form's mail: `Name: Ann` on one line, or the label on one line and the value below it.

The visitor may write anything, also lines that look like fields. So each field counts once, where it stands first, and
what follows the message's label is the message.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_MAX_TEXT = 256 * 1024
_MAX_FIELDS = 60
_ADDRESS = re.compile(
    r"^(?:mailto:)?<?([^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,253}\.[^\s<>()\[\]\"',;:.]{2,24})>?$"
)
_LABEL = re.compile(r"^[ \t*_>|-]{0,8}([^\W\d_][^:：\n]{0,60}?)[ \t*_]{0,4}[:：][ \t*_]*(.*)$")

_NAME = re.compile(
    r"^(?:(?:your |full |first |last |contact |customer |sender )?name|vor-? ?und nachname|vorname|nachname|(?:ihr |dein |vollständiger )?name|nom(?: complet| et prénom)?|prénom|votre nom|"
    r"nombre(?: completo| y apellidos?)?|tu nombre|apellidos?|nome(?: completo| e cognome)?|cognome|o teu nome|seu nome|naam|(?:uw|je|volledige) naam|voornaam|achternaam|namn|(?:ditt )?navn|(?:fulde |fullt )?navn|nimi|"
    r"imię(?: i nazwisko)?|nazwisko|jméno(?: a příjmení)?|meno(?: a priezvisko)?|név|teljes név|nume(?: complet)?|име|ім'я|имя|фио|ваше имя|ime(?: i prezime| in priimek)?|nimi|vārds|vardas|"
    r"ad(?:ı|ınız)?(?: ?soyad(?:ı|ınız)?)?|isim|όνομα|ονοματεπώνυμο|نام(?: و نام خانوادگی)?|نام شما|الاسم(?: الكامل)?|שם(?: מלא)?|お?名前|氏名|姓名|名字|名称|이름|성함|ชื่อ|họ(?: và)? tên|tên|nama)$",
)
_EMAIL = re.compile(
    r"^(?:(?:your |contact |customer )?e-?mail(?:[- ]?(?:address|adresse|adres|adress|cím|id))?|(?:ihre |deine )?e-?mail-?adresse|mail|courriel|(?:votre |adresse )?e-?mail|adresse (?:e-?mail|de messagerie|électronique)|"
    r"correo(?: electrónico)?|dirección de correo(?: electrónico)?|(?:indirizzo )?e-?mail|posta elettronica|(?:endereço de )?e-?mail|(?:uw |je )?e-?mail(?:adres)?|e-?postadress|e-?post(?:adresse)?|mejladress|mailadresse|sähköposti(?:osoite)?|"
    r"adres e-?mail|e-?mailov[áa] adresa|email cím|adres[ăa] de e-?mail|имейл|электронная почта|эл\. ?почта|почта|електронна (?:пошта|адреса)|e-?pošta|e-?posta(?: adresi(?:niz)?)?|ηλεκτρονικ(?:ό|ή) (?:ταχυδρομείο|διεύθυνση)|"
    r"ایمیل|پست الکترونیکی|البريد(?: الإلكتروني)?|דואר אלקטרוני|אימייל|דוא[\"״]ל|メール(?:アドレス)?|e ?メール|电子邮件|電子郵件|邮箱|電郵|이메일(?: 주소)?|อีเมล|địa chỉ email|alamat email|reply-to|from)$",
)
_MESSAGE = re.compile(
    r"^(?:(?:your |customer )?(?:message|comments?|enquiry|inquiry|question|request)|body|text|details|description|note|how can we help(?: you)?\??|what can we do for you\??|(?:ihre |deine )?(?:nachricht|mitteilung|anfrage|frage)|kommentar|text der nachricht|wie können wir (?:ihnen |dir )?helfen\??|"
    r"(?:votre )?(?:message|commentaire|demande|question)|comment pouvons-nous vous aider ?\??|(?:tu |su )?(?:mensaje|comentario|consulta|pregunta)|(?:o seu |sua )?(?:mensagem|comentário|pergunta|dúvida)|(?:il tuo )?(?:messaggio|commento|richiesta|domanda)|"
    r"(?:uw |je )?(?:bericht|opmerking|vraag)|meddelande|melding|besked|beskjed|henvendelse|fråga|spørgsmål|spørsmål|viesti|kysymys|wiadomość|treść(?: wiadomości)?|pytanie|zpráva|dotaz|správa|otázka|üzenet|mesaj(?:ul|ınız)?|întrebare|съобщение|сообщение|вопрос|комментарий|повідомлення|питання|"
    r"poruka|sporočilo|sõnum|ziņa|žinutė|ileti|sorunuz|μήνυμα|پیام(?: شما)?|متن پیام|الرسالة|رسالتك|الموضوع والرسالة|הודעה|תוכן ההודעה|メッセージ(?:本文)?|本文|お問い合わせ内容|内容|消息|留言|訊息|信息|메시지|문의 ?내용|내용|ข้อความ|tin nhắn|nội dung|lời nhắn|pesan|mesej)$",
)
_CONTACT = re.compile(
    r"^(?:country code|ländercode|landesvorwahl|code (?:du )?pays|código d[eo]l? país|codice paese|landcode|landskod|landekode|kod kraju|kód země|ülke kodu|код страны|国コード|国家/地区代码|국가 코드|کد کشور|رمز البلد|קוד מדינה|(?:your |mobile )?(?:phone|telephone|tel|mobile|cell)(?:[ -]?(?:number|no\.?|nr\.?))?|whatsapp(?: number)?|telefon(?:nummer)?|handynummer|mobilnummer|(?:numéro de )?téléphone|portable|teléfono|móvil|celular|telefone|telem[óo]vel|(?:numero di )?telefono|cellulare|telefoonnummer|telefoon|"
    r"puhelin(?:numero)?|(?:numer )?telefonu?|telefonszám|телефон|телефонен номер|τηλέφωνο|تلفن|شماره تماس|شماره تلفن|(?:رقم )?الهاتف|טלפון|電話(?:番号)?|电话|電話|手机|전화(?:번호)?|โทรศัพท์|(?:số )?điện thoại|nomor telepon|ip(?: address)?|user agent|browser|page url|url|date|time|submitted (?:on|at))$",
)


@dataclass(frozen=True, slots=True)
class FormFields:
    """What a form's mail holds. Empty where it does not tell.

    Attributes:
        message: What the visitor wrote; where no label is a known one, the longest of the other fields.
        others: Further filled-in fields, such as an order number, in their order; without a label what follows the email.
    """

    name: str = ""
    email: str = ""
    message: str = ""
    others: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The message, followed by what else was filled in and is no contact detail."""
        rest = "\n".join(f"{label}: {value}" if label else value for label, value in self.others)
        return "\n\n".join(one for one in (self.message, rest) if one)


def read_fields(text: str) -> FormFields:
    """Read a form's mail. All empty for a text without fields."""
    names: list[str] = []
    email = message = ""
    others: list[tuple[str, str]] = []
    for label, value in _fields(text[:_MAX_TEXT]):
        folded = label.casefold()
        first, _, rest = value.partition("\n")
        if address := _ADDRESS.match(first):
            email = email or address[1]
            others += [("", rest.strip())] if rest.strip() else []
        elif _MESSAGE.match(folded):
            message = message or value
        elif _NAME.match(folded):
            names.append(value)
        elif value and not _CONTACT.match(folded) and not _EMAIL.match(folded):
            others.append((label, value))
    if not message and others:
        longest = max(others, key=lambda other: len(other[1]))
        message = longest[1]
        others.remove(longest)
    name = " ".join(dict.fromkeys(one for one in names if "\n" not in one and len(one) <= 120))
    return FormFields(name=name, email=email, message=message, others=tuple(others))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Labels and values in their order; the message takes everything that follows it."""
    lines = text.split("\n")
    is_stacked = _is_stacked(lines)
    label, value, count, above = "", [""], 0, ""
    for number, line in enumerate(lines):
        found = _LABEL.match(line)
        if found and count < _MAX_FIELDS and (not is_stacked or _heads(found, above)):
            if label:
                yield label, "\n".join(value).strip()
            label, value, count = found[1].strip(), [found[2].strip()], count + 1
            if _MESSAGE.match(label.casefold()):
                yield label, "\n".join((found[2], *lines[number + 1 :])).strip()
                return
        elif label:
            value.append(line)
        above = line
    if label:
        yield label, "\n".join(value).strip()


def _is_stacked(lines: list[str]) -> bool:
    """Whether values stand below their labels, as Shopify writes them: then a colon within a line is the visitor's."""
    return any(
        (found := _LABEL.match(one)) and not found[2] and _ADDRESS.match(other.strip())
        for one, other in pairwise(line for line in lines if line.strip())
    )


def _heads(found: re.Match[str], above: str) -> bool:
    """Whether a label heads a value below it: nothing stands beside it, and above it nothing or it is a known one."""
    label = found[1].strip().casefold()
    is_known = any(known.match(label) for known in (_NAME, _EMAIL, _MESSAGE, _CONTACT))
    return not found[2] and (is_known or not above.strip())
