"""Facts that the hand-written drafts of `drafts/` answer, and those drafts.

A file holds the drafts of one language, as an agent writes or edits them: `== name` of the case (or two, joined by +),
then the text. All of them are correct. TODAY is Monday, 5 October 2026.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import takewhile
from pathlib import Path

from app.intents.situation import (
    CodeFacts,
    Facts,
    Item,
    Money,
    OrderChoiceFacts,
    OrderFacts,
    OrderName,
    OrdersFacts,
    Parcel,
    PaymentFacts,
    PolicyFacts,
    ProductFacts,
    Situation,
    UnknownOrderFacts,
    Variant,
)
from app.replies.locales import LOCALES, Locale
from app.vocabulary import Intent

FOLDER = Path(__file__).parent / "drafts"


_SHIRT = Item("Linen Shirt", "M / Sand", 1)
_MUG = Item("Stoneware Mug", None, 4)
_SCARF = Item("شال ابریشمی", "آبی", 1)
_ORDER = OrderFacts("#1042", date(2026, 9, 12), Money(Decimal("137.50"), "EUR"), (_SHIRT, _MUG, _SCARF))
_RIALS = replace(_ORDER, number="PS-1043", total=Money(Decimal(2450000), "IRR"))
_PART = Money(Decimal("38.25"), "EUR")
_PARCEL = Parcel(
    items=(_SHIRT, _MUG),
    carrier="DHL",
    tracking_number="JJD014600003568",
    tracking_url="https://tracking.example/p?id=JJD014600003568&lang=x",
    shipped_on=date(2026, 9, 18),
    last_event_on=date(2026, 9, 23),
    expected_on=date(2026, 10, 7),
)
_SECOND = Parcel(
    items=(_SCARF,),
    carrier="پست پیشتاز",
    tracking_number="0034 0434 1611",
    shipped_on=date(2026, 9, 20),
    last_event_on=date(2026, 9, 23),
)
_SENT = replace(_ORDER, parcels=(_PARCEL,))
_US_ITEMS = (Item("Trail Mug", None, 2), Item("Wool Socks", "Grey", 1))
_US = OrderFacts(
    "#8817",
    date(2026, 9, 26),
    Money(Decimal("64.99"), "USD"),
    _US_ITEMS,
    parcels=(
        Parcel(
            _US_ITEMS,
            "UPS",
            "1Z84F2A90312345678",
            shipped_on=date(2026, 9, 29),
            last_event_on=date(2026, 10, 3),
            expected_on=date(2026, 10, 8),
        ),
    ),
)
_CANCELLED = replace(_ORDER, cancelled_on=date(2026, 9, 16))
_REFUNDED_ON = date(2026, 9, 30)
_LOW, _HIGH = Money(Decimal("49.90"), "EUR"), Money(Decimal("1254.00"), "EUR")
_SEVERAL = OrdersFacts(
    (
        replace(_SENT, number="#2056", ordered_on=date(2026, 8, 30)),
        replace(_ORDER, number="#2057", ordered_on=date(2026, 8, 29)),
    ),
    ("order_out_for_delivery", "order_not_shipped"),
)
_SHIRT_PAGE = ProductFacts(
    "Linen Shirt",
    "https://shop.example/products/linen-shirt",
    (
        Variant("S", _LOW, available=True),
        Variant("M", _LOW, available=True),
        Variant("L", _LOW, available=False),
        Variant("XL", _HIGH, available=True),
    ),
)
_RETURNS: dict[str, tuple[str, ...]] = {
    "en": (
        "You have 30 days after receiving an item to return it; unworn, with its tags, and with the receipt.",
        "A return costs 4.95 EUR. Write to returns@shop.example (Monday to Friday, 9:00-17:00).",
    ),
    "de": (
        "Sie können Artikel innerhalb von 30 Tagen nach Erhalt zurückgeben, ungetragen und mit Etikett.",
        "Eine Rücksendung kostet 4,95 EUR. Schreiben Sie an returns@shop.example (Montag bis Freitag, 9:00-17:00).",
    ),
    "fa": (
        "تا ۳۰ روز پس از دریافت کالا می‌توانید آن را با برچسب و رسید بازگردانید.",
        "هزینهٔ مرجوعی ۴٫۹۵ یورو است. به returns@shop.example بنویسید.",
    ),
    "fr": (
        "Vous disposez de 30 jours après réception pour retourner un article, non porté et avec ses étiquettes.",
        "Un retour coûte 4,95 EUR. Écrivez à returns@shop.example.",
    ),
    "es": (
        "Dispone de 30 días desde la recepción para devolver un artículo, sin usar y con sus etiquetas.",
        "Una devolución cuesta 4,95 EUR. Escriba a returns@shop.example.",
    ),
}
_SHIPPING: dict[str, tuple[str, ...]] = {
    "en": (
        "We ship within 2 working days to 27 countries; a parcel takes 3-5 working days in Europe.",
        "Shipping costs 6.90 EUR and is free from 75.00 EUR. Ask shipping@shop.example for other countries.",
    ),
    "de": (
        "Wir versenden innerhalb von 2 Werktagen in 27 Länder; in Europa dauert es 3-5 Werktage.",
        "Der Versand kostet 6,90 EUR und ist ab 75,00 EUR kostenlos. Fragen: shipping@shop.example.",
    ),
    "fa": (
        "ظرف ۲ روز کاری به ۲۷ کشور ارسال می‌کنیم؛ در اروپا ۳ تا ۵ روز کاری طول می‌کشد.",
        "هزینهٔ ارسال ۶٫۹۰ یورو است و از ۷۵٫۰۰ یورو رایگان است. پرسش: shipping@shop.example",
    ),
    "fr": (
        "Nous expédions sous 2 jours ouvrés vers 27 pays ; en Europe, comptez 3 à 5 jours ouvrés.",
        "La livraison coûte 6,90 EUR et est gratuite à partir de 75,00 EUR. Questions : shipping@shop.example.",
    ),
    "es": (
        "Enviamos en 2 días laborables a 27 países; en Europa un paquete tarda 3-5 días laborables.",
        "El envío cuesta 6,90 EUR y es gratuito a partir de 75,00 EUR. Preguntas: shipping@shop.example.",
    ),
}


def _policy(kind: str, paragraphs: tuple[str, ...]) -> PolicyFacts:
    return PolicyFacts(f"{kind} policy", f"https://shop.example/policies/{kind}-policy", paragraphs)


_CASES: dict[str, tuple[str, Facts]] = {
    "transit": ("order_in_transit", _SENT),
    "transit2": ("order_in_transit", replace(_ORDER, parcels=(_PARCEL, _SECOND))),
    "label": ("order_label_only", replace(_ORDER, parcels=(replace(_PARCEL, last_event_on=None),))),
    "unshipped": ("order_not_shipped", _ORDER),
    "rial": ("order_not_shipped", _RIALS),
    "unpaid": ("order_awaiting_payment", _ORDER),
    "partly": ("order_partly_shipped", replace(_SENT, waiting_items=(_SCARF,))),
    "out": ("order_out_for_delivery", _SENT),
    "delivered": (
        "order_delivered",
        replace(_ORDER, parcels=(replace(_PARCEL, delivered_on=date(2026, 10, 4)),)),
    ),
    "stalled": ("order_stalled", _SENT),
    "hold": ("order_on_hold", _ORDER),
    "cancelled": ("order_cancelled", replace(_CANCELLED, refunded=_PART, refunded_on=_REFUNDED_ON)),
    "cancelled-bare": ("order_cancelled", _CANCELLED),
    "refunded": ("order_refunded", replace(_ORDER, refunded=_PART, refunded_on=_REFUNDED_ON)),
    "refunded-all": ("order_refunded", replace(_ORDER, refunded=_ORDER.total, refunded_on=_REFUNDED_ON)),
    "several": ("orders_several", _SEVERAL),
    "unknown": ("order_unknown", UnknownOrderFacts("#4711", 30)),
    "code": ("code_refused", CodeFacts(2)),
    "us": ("order_in_transit", _US),
    "preorder": ("order_preorder", replace(_ORDER, available_on=date(2026, 11, 16))),
    "pickup": ("order_ready_for_pickup", _ORDER),
    "cardfail": (
        "payment_failed",
        PaymentFacts("#8817", _US.ordered_on, _US.total, tried_on=date(2026, 10, 4), method="PayPal"),
    ),
    "refundmade": ("refund_made", replace(_ORDER, refunded=_PART, refunded_on=_REFUNDED_ON)),
    "returning": ("return_possible", _ORDER),
    "cancelling": ("cancel_possible", _ORDER),
    "toolate": ("cancel_too_late", _SENT),
    "damaged": ("delivery_damaged", _SENT),
    "invoice": ("invoice_order_page", replace(_ORDER, status_url="https://shop.example/orders/1042")),
    "which": (
        "which_order",
        OrderChoiceFacts((OrderName("#2056", date(2026, 8, 30)), OrderName("#2057", date(2026, 8, 29)))),
    ),
    "product": ("product_available", _SHIRT_PAGE),
    "sold-out": ("product_unavailable", ProductFacts("Stoneware Mug", None, ())),
}


@dataclass(frozen=True)
class WrittenDraft:
    """A correct draft, as a person wrote it."""

    language: str
    case: str
    text: str
    articles: tuple[str, ...] = ()

    @property
    def locale(self) -> Locale:
        return LOCALES[self.language]

    @property
    def situations(self) -> tuple[Situation, ...]:
        return tuple(_situation(name, self.language) for name in self.case.split("+"))

    @property
    def passages(self) -> tuple[str, ...]:
        """Articles of the shop that it was written from."""
        return ()


def written_drafts(folder: str = "", kind: type[WrittenDraft] = WrittenDraft) -> tuple[WrittenDraft, ...]:
    """Those of `drafts/`, or of a folder in it."""
    return tuple(draft for language in LOCALES for draft in _of(FOLDER / folder, language, kind))


def _of(folder: Path, language: str, kind: type[WrittenDraft]) -> Iterator[WrittenDraft]:
    for block in (folder / f"{language}.txt").read_text(encoding="utf-8").split("== ")[1:]:
        case, *lines = block.strip().splitlines()
        articles = tuple(line.removeprefix("> ") for line in takewhile(_is_article, lines))
        yield kind(language, case.strip(), "\n".join(lines[len(articles) :]).strip(), articles)


def _is_article(line: str) -> bool:
    return line.startswith("> ")


def _situation(case: str, language: str) -> Situation:
    kind, _, spoken = case.partition("-")
    if kind == "returns":
        return Situation(
            Intent.RETURN_POLICY, "return_policy", _policy("Return", _RETURNS[spoken or language])
        )
    if kind == "shipping":
        return Situation(
            Intent.SHIPPING_QUESTION, "shipping_policy", _policy("Shipping", _SHIPPING[language])
        )
    name, facts = _CASES[case]
    return Situation(Intent.ORDER_STATUS, name, facts)
