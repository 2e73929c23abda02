"""Topics that always go to a person, found by words in what the customer newly wrote.

Deliberately plain and a little too eager: a mail that is read by a person for nothing costs a minute, a template
sent to somebody who was hurt costs the shop its name. Words stand in every language at once, since a customer may
threaten in another language than they ask in. A stem ends in `*`.
"""

import re
import unicodedata
from dataclasses import dataclass

from app.replies.locales import LOCALES


@dataclass(frozen=True)
class Topic:
    """Attributes: code: constant name; words: phrases, folded, `*` for any ending."""

    code: str
    words: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


TOPICS: tuple[Topic, ...] = (
    Topic(
        "legal_threat",
        _words("""
            lawyer*
            attorney*
            solicitor*
            legal action
            legal steps
            legal proceedings
            lawsuit*
            sue you
            suing
            small claims
            take you to court
            go to court
            police report
            to the police
            trading standards
            consumer protection
            ombudsman
            anwalt*
            anwält*
            rechtsanw*
            rechtliche schritte
            verklag*
            klage einreichen
            vor gericht
            strafanzeige
            anzeige erstatten
            verbraucherschutz*
            verbraucherzentrale*
            وکیل
            دادگاه
            شکایت قانونی
            شکایت رسمی
            اقدام قانونی
            پیگرد قانونی
            پلیس
            تعزیرات
            avocat*
            poursuites
            porter plainte
            abogad*
            demandarlos
            acciones legales
        """),
    ),
    Topic(
        "chargeback",
        _words("""
            chargeback*
            charge back
            dispute the charge
            dispute the payment
            dispute this payment
            payment dispute
            paypal dispute
            paypal case
            rückbuch*
            zurückbuch*
            rücklastschrift*
            käuferschutz
            برگشت وجه از طریق بانک
            اعتراض بانکی
            rétrofacturation
            contracargo*
        """),
    ),
    Topic(
        "injury",
        _words("""
            injur*
            hospital*
            emergency room
            allergic
            allergy
            electric shock
            electrocut*
            caught fire
            got burned
            got burnt
            was burned
            was burnt
            bleeding
            poison*
            verletz*
            krankenhaus
            notaufnahme
            allergisch*
            verbrannt
            verbrennung*
            stromschlag
            in brand
            vergift*
            بیمارستان
            اورژانس
            زخمی
            مجروح
            آسیب جسمی
            حساسیت پوستی
            مسموم*
            برق گرفت*
            آتش گرفت*
            سوختگی
            blessé*
            hôpital
            herid*
        """),
    ),
    Topic(
        "press",
        _words("""
            journalist*
            reporter
            newspaper*
            press inquiry
            press enquiry
            go to the press
            tell the press
            tv station
            presseanfrage
            an die presse
            die zeitung
            redaktion
            خبرنگار
            روزنامه
            رسانه ها
            رسانه‌ها
            journaliste*
            periodista*
        """),
    ),
    Topic(
        "self_harm",
        _words("""
            suicid*
            kill myself
            end my life
            hurt myself
            want to die
            suizid*
            selbstmord*
            mir das leben nehmen
            umbringen
            خودکشی
            خودم را بکشم
            me suicider
            suicidarme
        """),
    ),
    Topic(
        "minor",
        _words("""
            i am a minor
            i'm a minor
            my parents don't know
            my child ordered
            my son ordered
            my daughter ordered
            minderjährig*
            mein kind hat bestellt
            زیر سن قانونی
            فرزندم سفارش داده
        """),
    ),
    Topic(
        "personal_data",
        _words("""
            gdpr
            dsgvo
            data protection
            delete my data
            personal data
            right to be forgotten
            datenschutz*
            meine daten löschen
            personenbezogene daten
            حذف اطلاعات شخصی
            داده های شخصی
            rgpd
            datos personales
        """),
    ),
)

# Arabic letter forms and joiners that keyboards mix up with the Persian ones.
_FOLD = str.maketrans({"ي": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "\u200c": " ", "’": "'", "ـ": None})


def find_topics(text: str) -> tuple[str, ...]:
    """The codes of the topics whose words stand in a text, in the order of `TOPICS`."""
    folded = _fold(text)
    return tuple(topic.code for topic in TOPICS if _PATTERNS[topic.code].search(folded))


def asks_for_person(text: str) -> bool:
    """Whether a mail begins with a line that is nothing but the word by which automatic replies lead to a person."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    words = _fold(re.sub(r"[^\w\s\u200c]", " ", first))
    return any(words == _fold(locale.person_word) for locale in LOCALES.values())


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_FOLD).casefold().split())


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = (
        re.escape(_fold(word.removesuffix("*"))) + (r"\w*" if word.endswith("*") else "") for word in words
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


_PATTERNS = {topic.code: _pattern(topic.words) for topic in TOPICS}
