"""Wrong replies made of right ones: what a model, a template or a tired person could get wrong. Seeded by the caller."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.intents.situation import Money
from app.replies.locales import LATIN_DIGITS, PERSIAN_DIGITS, Locale
from app.replies.plain import normal
from app.replies.tokens import Found, TokenKind, read

_DIGIT = re.compile(r"\d")

# What is another's: no sample and no case has it.
_FOREIGN_DAYS = (date(2026, 8, 3), date(2026, 7, 19), date(2026, 11, 11))
_FOREIGN_MONEY = (Money(Decimal("61.20"), "EUR"), Money(Decimal("418.00"), "EUR"))
_FOREIGN_NUMBERS = ("3377", "00340434161194", "1Z999AA10123456784")

_UNITS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("€", "$"),
        ("EUR", "USD"),
        ("€", "£"),
        ("working days", "weeks"),
        ("days", "weeks"),
        ("days", "hours"),
        ("minutes", "hours"),
        ("IRR", "EUR"),
    ),
    "de": (
        ("€", "$"),
        ("EUR", "USD"),
        ("Euro", "Dollar"),
        ("Werktage", "Wochen"),
        ("Tage", "Wochen"),
        ("Tagen", "Stunden"),
        ("Minuten", "Stunden"),
        ("IRR", "EUR"),
    ),
    "fa": (
        ("یورو", "دلار"),
        ("ریال", "تومان"),
        ("یورو", "تومان"),
        ("روز کاری", "هفته"),
        ("روز", "ماه"),
        ("دقیقه", "ساعت"),
    ),
    "fr": (
        ("€", "£"),
        ("EUR", "USD"),
        ("euros", "dollars"),
        ("jours ouvrés", "semaines"),
        ("jours", "mois"),
        ("IRR", "EUR"),
    ),
    "es": (
        ("€", "$"),
        ("EUR", "USD"),
        ("euros", "dólares"),
        ("días laborables", "semanas"),
        ("días", "meses"),
        ("IRR", "EUR"),
    ),
}
_OPPOSITES: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("has not been sent", "has been sent"),
        ("has not been shipped", "has been shipped"),
        ("not been delivered yet", "been delivered"),
        ("not shipped yet", "shipped"),
        ("not sent yet", "sent"),
        ("was delivered on", "was not delivered on"),
        ("was delivered", "has not been delivered"),
        ("was cancelled", "was not cancelled"),
        ("has been cancelled", "has not been cancelled"),
        ("is on its way", "has been delivered"),
        ("is on its way", "is not on its way yet"),
        ("is out for delivery", "has been delivered"),
        ("is out for delivery", "is not out for delivery"),
        ("We refunded", "We have not refunded"),
        ("has been made", "has not been made"),
        ("is available", "is not available"),
        ("is out of stock", "is in stock"),
        ("is not available", "is available"),
        ("was refunded", "was not refunded"),
        ("has been refunded", "has not been refunded"),
        ("has been sent", "has been delivered"),
        ("has not scanned", "has scanned"),
        ("has not reached us yet", "has reached us"),
        ("is still waiting for its payment", "has been paid"),
        ("is unpaid", "is paid"),
        ("has not arrived yet", "has arrived"),
        ("will not be sent", "has been sent"),
        ("was shipped", "was delivered"),
        ("is on hold", "is on its way"),
        ("has not been cancelled", "has been cancelled"),
    ),
    "de": (
        ("wurde noch nicht versandt", "wurde versandt"),
        ("noch nicht versandt", "versandt"),
        ("Versandt wurde sie noch nicht", "Versandt wurde sie bereits"),
        ("noch nicht zugestellt", "bereits zugestellt"),
        ("noch nicht verschickt", "schon verschickt"),
        (" zugestellt.", " nicht zugestellt."),
        ("storniert.", "nicht storniert."),
        ("ist unterwegs", "wurde zugestellt"),
        ("ist auf dem Weg", "ist noch nicht auf dem Weg"),
        ("in Zustellung", "zugestellt"),
        ("erstattet.", "nicht erstattet."),
        ("ist erfolgt", "ist nicht erfolgt"),
        ("verfügbar", "ausverkauft"),
        ("nicht verfügbar", "verfügbar"),
        ("ist leider ausverkauft", "ist verfügbar"),
        ("wurde versandt", "wurde zugestellt"),
        ("noch nicht erfasst", "bereits erfasst"),
        ("noch nicht bei uns eingegangen", "bei uns eingegangen"),
        ("steht noch aus", "ist eingegangen"),
        ("wird nicht versandt", "wurde versandt"),
        ("wurde nicht storniert", "wurde storniert"),
        ("ist zurückgestellt", "ist unterwegs"),
    ),
    "fa": (
        ("ارسال نشده", "ارسال شده"),
        ("تحویل داده نشده", "تحویل داده شده"),
        ("تحویل داده شده", "تحویل داده نشده"),
        ("ارسال شده", "ارسال نشده"),
        ("لغو شده", "لغو نشده"),
        ("لغو نشده", "لغو شده"),
        ("در راه است", "تحویل داده شده است"),
        ("در راه است", "هنوز در راه نیست"),
        ("بازگردانده‌ایم", "بازنگردانده‌ایم"),
        ("بازگردانده شده", "بازگردانده نشده"),
        ("موجود است", "موجود نیست"),
        ("موجود نیست", "موجود است"),
        ("انجام شده", "انجام نشده"),
        ("به دست ما نرسیده است", "به دست ما رسیده است"),
        ("ثبت نکرده است", "ثبت کرده است"),
        ("ارسال نخواهد شد", "ارسال شده است"),
        ("نزد مأمور تحویل است", "تحویل داده شده است"),
    ),
    "fr": (
        ("n'a pas encore été expédiée", "a été expédiée"),
        ("n'a pas été expédiée", "a été expédiée"),
        ("n'a pas encore été livré", "a été livré"),
        ("pas encore expédiée", "expédiée"),
        ("a été livrée", "n'a pas été livrée"),
        ("a été livré", "n'a pas été livré"),
        ("a été annulée", "n'a pas été annulée"),
        ("est en route", "a été livrée"),
        ("est en route", "n'est pas encore en route"),
        ("est en cours de livraison", "a été livrée"),
        ("a été effectué", "n'a pas été effectué"),
        ("est disponible", "est indisponible"),
        ("n'a pas été annulée", "a été annulée"),
        ("est en attente de paiement", "est payée"),
        ("n'a pas encore scanné", "a scanné"),
        ("ne sera pas expédiée", "a été expédiée"),
        ("Nous avons remboursé", "Nous n'avons pas remboursé"),
        ("en rupture de stock", "en stock"),
        ("est suspendue", "est en route"),
    ),
    "es": (
        ("no ha sido enviado", "ha sido enviado"),
        ("aún no se ha enviado", "ya se ha enviado"),
        ("no ha sido entregado", "ha sido entregado"),
        ("todavía no enviado", "enviado"),
        ("fue entregado", "no fue entregado"),
        ("fue cancelado", "no fue cancelado"),
        ("ha sido cancelado", "no ha sido cancelado"),
        ("está en camino", "ha sido entregado"),
        ("está en camino", "todavía no está en camino"),
        ("está en reparto", "ha sido entregado"),
        ("Le reembolsamos", "No le reembolsamos"),
        ("está disponible", "no está disponible"),
        ("está agotada", "está disponible"),
        ("está pendiente de pago", "está pagado"),
        ("todavía no ha escaneado", "ya ha escaneado"),
        ("no será enviado", "ha sido enviado"),
        ("no ha sido cancelado", "ha sido cancelado"),
        ("está retenido", "está en camino"),
    ),
}
_PROMISES: dict[str, tuple[str, ...]] = {
    "en": (
        "We will refund you the full amount.",
        "You will get your money back.",
        "We are sending you a replacement.",
        "You get a discount on your next order.",
        "Your next delivery is free.",
        "We guarantee that it arrives in time.",
        "We will call you.",
        "It will arrive tomorrow.",
        "It will be with you by Friday.",
        "We give you 20% off.",
        "You will receive a voucher for your trouble.",
        "We will ship it within two days.",
    ),
    "de": (
        "Wir erstatten Ihnen den vollen Betrag.",
        "Sie bekommen Ihr Geld zurück.",
        "Wir schicken Ihnen Ersatz.",
        "Sie erhalten einen Rabatt auf die nächste Bestellung.",
        "Die nächste Lieferung ist für Sie kostenlos.",
        "Wir garantieren, dass es rechtzeitig ankommt.",
        "Wir rufen Sie an.",
        "Es kommt morgen an.",
        "Am Freitag ist es bei Ihnen.",
        "Wir geben Ihnen 20 % Nachlass.",
        "Dafür erhalten Sie einen Gutschein.",
        "Wir verschicken es innerhalb von zwei Tagen.",
    ),
    "fa": (
        "همهٔ مبلغ را به شما بازمی‌گردانیم.",
        "پولتان را پس می‌دهیم.",
        "یک کالای جایگزین برایتان می‌فرستیم.",
        "برای خرید بعدی به شما تخفیف می‌دهیم.",
        "ارسال بعدی برای شما رایگان است.",
        "تضمین می‌کنیم که به‌موقع می‌رسد.",
        "با شما تماس می‌گیریم.",
        "فردا به دستتان می‌رسد.",
        "تا جمعه تحویل داده می‌شود.",
        "۲۰٪ از قیمت کم می‌کنیم.",
        "ظرف دو روز آن را می‌فرستیم.",
    ),
    "fr": (
        "Nous vous rembourserons la totalité.",
        "Vous recevrez un remboursement.",
        "Nous vous envoyons un article de remplacement.",
        "Vous aurez une réduction sur la prochaine commande.",
        "La prochaine livraison sera gratuite.",
        "Nous garantissons une livraison à temps.",
        "Nous vous appellerons.",
        "Le colis arrivera demain.",
        "Il sera chez vous vendredi.",
        "Nous vous offrons un bon d'achat.",
        "Nous l'enverrons sous deux jours.",
    ),
    "es": (
        "Le reembolsaremos el importe completo.",
        "Recibirá un reembolso.",
        "Le enviamos un reemplazo.",
        "Tendrá un descuento en su próximo pedido.",
        "El próximo envío será gratis.",
        "Garantizamos que llegará a tiempo.",
        "Le llamaremos.",
        "Llegará mañana.",
        "Estará con usted el viernes.",
        "Le damos un cupón.",
        "Lo enviaremos en dos días.",
    ),
}


_PARTS = (
    "Part of your",
    "Ein Teil",
    "بخشی از",
    "Une partie",
    "Una parte",
    "Der Schal",
    "The scarf",
    "شال هنوز",
    "L'écharpe",
    "El pañuelo",
)
"""Where a part has been sent and another has not, the opposite is true as well."""


@dataclass(frozen=True)
class Corruption:
    """A wrong text, and what was done to it."""

    kind: str
    text: str
    what: str


def corruptions(text: str, locale: Locale, rng: random.Random) -> Iterator[Corruption]:
    """One corruption of each kind that the text allows, chosen at random."""
    for kind, make in _MAKERS.items():
        made = make(text, locale, rng)
        if made is not None and made[0] != text:
            yield Corruption(kind, *made)


Made = tuple[str, str] | None


def _digit(text: str, locale: Locale, rng: random.Random) -> Made:
    places = [match.start() for match in _DIGIT.finditer(text)]
    if not places:
        return None
    place = rng.choice(places)
    digits = PERSIAN_DIGITS if text[place] in PERSIAN_DIGITS else LATIN_DIGITS
    other = rng.choice([digit for digit in digits if digit != text[place]])
    return text[:place] + other + text[place + 1 :], f"{text[place - 8 : place + 8]!r}: {other}"


def _swapped(kind: TokenKind) -> Callable[[str, Locale, random.Random], Made]:
    def make(text: str, locale: Locale, rng: random.Random) -> Made:
        found = _places(text, kind, locale)
        pairs = [(a, b) for a in found for b in found if a.start < b.start and a.token != b.token]
        if not pairs:
            return None
        a, b = rng.choice(pairs)
        first, second = text[a.start : a.end], text[b.start : b.end]
        return text[: a.start] + second + text[a.end : b.start] + first + text[
            b.end :
        ], f"{first} <> {second}"

    return make


def _unit(text: str, locale: Locale, rng: random.Random) -> Made:
    return _replaced(text, _UNITS[locale.code], rng, before=r"(?<=[\d۰-۹€]\s)|(?=€)")


def _opposite(text: str, locale: Locale, rng: random.Random) -> Made:
    if any(part in text for part in _PARTS):
        return None
    return _replaced(text, _OPPOSITES[locale.code], rng)


def _replaced(text: str, pairs: tuple[tuple[str, str], ...], rng: random.Random, before: str = "") -> Made:
    fitting = [(match, new) for old, new in pairs if (match := _as_words(old, before).search(text))]
    if not fitting:
        return None
    match, new = rng.choice(fitting)
    return text[: match.start()] + new + text[match.end() :], f"{match[0]} > {new}"


def _as_words(text: str, before: str) -> re.Pattern[str]:
    """Not inside another word, nor under a negation that the replacement would double."""
    return re.compile(rf"(?:{before})(?<!\w)(?<!nicht )(?<!no ){re.escape(text)}(?!\w)")


def _foreign(text: str, locale: Locale, rng: random.Random) -> Made:
    found = [
        place
        for kind in (TokenKind.DATE, TokenKind.MONEY, TokenKind.NUMBER)
        for place in _places(text, kind, locale)
    ]
    if not found:
        return None
    place = rng.choice(found)
    match place.token.kind:
        case TokenKind.DATE:
            other = locale.date(rng.choice(_FOREIGN_DAYS))
        case TokenKind.MONEY:
            other = locale.money(rng.choice(_FOREIGN_MONEY))
        case _:
            other = rng.choice(_FOREIGN_NUMBERS)
    return text[: place.start] + other + text[place.end :], f"{text[place.start : place.end]} > {other}"


def _promise(text: str, locale: Locale, rng: random.Random) -> Made:
    paragraphs = text.split("\n\n")
    place = rng.randrange(len(paragraphs)) + 1
    sentence = rng.choice(_PROMISES[locale.code])
    return "\n\n".join([*paragraphs[:place], sentence, *paragraphs[place:]]), sentence


def _places(text: str, kind: TokenKind, locale: Locale) -> list[Found]:
    """Where tokens stand in a text; directional marks only part them here."""
    seen = re.sub("[\u2066-\u2069]", " ", normal(text))
    return [found for found in read(seen, locale)[0] if found.token.kind is kind]


_MAKERS: dict[str, Callable[[str, Locale, random.Random], Made]] = {
    "digit": _digit,
    "dates swapped": _swapped(TokenKind.DATE),
    "amounts swapped": _swapped(TokenKind.MONEY),
    "unit": _unit,
    "opposite": _opposite,
    "another's fact": _foreign,
    "promise": _promise,
}
