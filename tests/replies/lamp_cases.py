"""Facts of another shop, which sells lamps, for the drafts that nothing was tuned on (`drafts/lamps*`).

Its policies and articles are in the customer's language. TODAY is Monday, 5 October 2026, as in `shop_cases`.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.intents.situation import (
    AccountFacts,
    AnswerByFacts,
    Facts,
    Item,
    Money,
    OrderFacts,
    Parcel,
    PaymentFacts,
    PolicyFacts,
    ProductFacts,
    ProductTextFacts,
    Situation,
    Variant,
)
from app.vocabulary import Intent
from tests.replies.shop_cases import WrittenDraft


def _eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


_LAMP = Item("Arc Desk Lamp", "Brass", 2)
_SHADE = Item("Glass Shade", "Opal", 1)
_ORDER = OrderFacts("#20731", date(2026, 9, 28), _eur("214.80"), (_LAMP, _SHADE))
_PARCEL = Parcel(
    items=(_LAMP, _SHADE),
    carrier="GLS",
    tracking_number="50492217733",
    tracking_url="https://gls.example/track/50492217733",
    shipped_on=date(2026, 10, 1),
    last_event_on=date(2026, 10, 3),
    expected_on=date(2026, 10, 6),
)
_SENT = replace(_ORDER, parcels=(_PARCEL,))
_LATE = replace(
    _ORDER,
    number="#20688",
    ordered_on=date(2026, 9, 21),
    parcels=(
        replace(
            _PARCEL,
            tracking_number="50492216601",
            tracking_url=None,
            shipped_on=date(2026, 9, 23),
            last_event_on=date(2026, 10, 2),
            expected_on=date(2026, 10, 9),
        ),
    ),
)
_STALLED = replace(
    _LATE, parcels=(replace(_LATE.parcels[0], last_event_on=date(2026, 9, 25), expected_on=None),)
)
_PART = replace(
    _ORDER,
    number="#20702",
    parcels=(
        replace(
            _PARCEL,
            items=(_LAMP,),
            tracking_number="50492217001",
            tracking_url=None,
            shipped_on=date(2026, 9, 30),
            last_event_on=date(2026, 10, 2),
            expected_on=date(2026, 10, 7),
        ),
    ),
    waiting_items=(_SHADE,),
    available_on=date(2026, 10, 14),
)
_ARRIVED = replace(
    _ORDER,
    number="#20655",
    ordered_on=date(2026, 9, 18),
    parcels=(
        replace(
            _PARCEL,
            tracking_number="50492215518",
            tracking_url=None,
            shipped_on=date(2026, 9, 28),
            last_event_on=date(2026, 10, 1),
            expected_on=None,
            delivered_on=date(2026, 10, 1),
        ),
    ),
)
_OLD = OrderFacts("#20590", date(2026, 9, 4), _eur("89.00"), (_SHADE,))
_HALF = replace(_OLD, refunded=_eur("44.50"), refunded_on=date(2026, 10, 2))
_WHOLE = replace(_HALF, refunded=_OLD.total)
_NEW = OrderFacts("#20740", date(2026, 10, 4), _eur("59.90"), (_SHADE,))
_BACK = replace(_OLD, return_items=(_SHADE,))

_CASES: dict[str, tuple[Intent, str, Facts]] = {
    "transit": (Intent.ORDER_STATUS, "order_in_transit", _SENT),
    "delay": (Intent.ORDER_STATUS, "order_delayed", _LATE),
    "stalled": (Intent.ORDER_STATUS, "order_stalled", _STALLED),
    "part": (Intent.ORDER_STATUS, "order_partly_shipped", _PART),
    "arrived": (Intent.ORDER_STATUS, "order_delivered", _ARRIVED),
    "lost": (Intent.DELIVERY_PROBLEM, "delivered_not_received", _ARRIVED),
    "wrong": (Intent.DELIVERY_PROBLEM, "delivery_wrong_item", _ARRIVED),
    "damaged": (Intent.DELIVERY_PROBLEM, "delivery_damaged", _ARRIVED),
    "missing": (Intent.DELIVERY_PROBLEM, "delivery_item_missing", _ARRIVED),
    "waiting": (
        Intent.ORDER_STATUS,
        "order_not_shipped",
        replace(
            _NEW,
            ships_by=date(2026, 10, 7),
            arrives_from=date(2026, 10, 8),
            arrives_until=date(2026, 10, 12),
        ),
    ),
    "preorder": (Intent.ORDER_STATUS, "order_preorder", replace(_NEW, available_on=date(2026, 11, 2))),
    "pickup": (Intent.ORDER_STATUS, "order_ready_for_pickup", _NEW),
    "unpaid": (Intent.ORDER_STATUS, "order_awaiting_payment", _NEW),
    "cancel": (Intent.CANCEL_ORDER, "cancel_possible", _NEW),
    "toolate": (Intent.CANCEL_ORDER, "cancel_too_late", _SENT),
    "cancelled": (
        Intent.ORDER_STATUS,
        "order_cancelled",
        replace(_NEW, cancelled_on=date(2026, 10, 5), refunded=_NEW.total, refunded_on=date(2026, 10, 5)),
    ),
    "address": (Intent.CHANGE_ADDRESS, "address_change_possible", _NEW),
    "addresslate": (Intent.CHANGE_ADDRESS, "address_change_too_late", _SENT),
    "return": (Intent.RETURN_REQUEST, "return_possible", _ARRIVED),
    "refundask": (Intent.REFUND_REQUEST, "refund_possible", _ARRIVED),
    "refund": (Intent.REFUND_STATUS, "refund_made", _HALF),
    "refundall": (Intent.REFUND_STATUS, "refund_made", _WHOLE),
    "refundpending": (Intent.REFUND_STATUS, "refund_pending", _WHOLE),
    "refundwaits": (Intent.REFUND_STATUS, "refund_awaits_return", _BACK),
    "exchange": (
        Intent.ORDER_STATUS,
        "order_return_open",
        replace(_BACK, exchange_items=(Item("Glass Shade", "Smoke", 1),)),
    ),
    "stock": (
        Intent.PRODUCT_QUESTION,
        "product_available",
        ProductFacts(
            "Arc Desk Lamp",
            "https://lamps.example/products/arc",
            (
                Variant("Brass", _eur("94.90"), available=True),
                Variant("Black", _eur("94.90"), available=True),
                Variant("White", _eur("89.90"), available=False),
            ),
        ),
    ),
    "soldout": (
        Intent.PRODUCT_QUESTION,
        "product_unavailable",
        ProductFacts(
            "Paper Lantern",
            "https://lamps.example/products/lantern",
            (Variant(None, _eur("32.00"), available=False),),
        ),
    ),
    "invoice": (
        Intent.INVOICE_REQUEST,
        "invoice_order_page",
        replace(_ARRIVED, status_url="https://lamps.example/orders/20655"),
    ),
    "payfail": (
        Intent.PAYMENT_PROBLEM,
        "payment_failed",
        PaymentFacts(
            "#20740", date(2026, 10, 4), _eur("59.90"), tried_on=date(2026, 10, 4), method="Mastercard"
        ),
    ),
    "paidtwice": (
        Intent.PAYMENT_PROBLEM,
        "payment_too_much",
        PaymentFacts(
            "#20740", date(2026, 10, 4), _eur("59.90"), received=_eur("119.80"), paid_on=date(2026, 10, 4)
        ),
    ),
    "answer": (Intent.HUMAN_REQUEST, "person_will_answer", AnswerByFacts(date(2026, 10, 7))),
    "account": (Intent.ACCOUNT_HELP, "account_code", AccountFacts("https://account.lamps.example")),
}

_TEXTS: dict[str, tuple[Intent, str, str, dict[str, tuple[str, ...]]]] = {
    "returns": (
        Intent.RETURN_POLICY,
        "return_policy",
        "refund",
        {
            "en": (
                "You may return unused items within 60 days of delivery. Lamps made to order cannot be returned.",
                "The return label is free in Germany and Austria; elsewhere a return costs 7.50 EUR.",
                "We refund you within 14 days after the return has reached us, to the card or account you paid with.",
            ),
            "de": (
                (
                    "Unbenutzte Artikel können Sie innerhalb von 60 Tagen nach Lieferung zurückgeben. "
                    "Maßgefertigte Lampen sind vom Umtausch ausgeschlossen."
                ),
                "Das Rücksendeetikett ist in Deutschland und Österreich kostenlos; sonst kostet eine Rücksendung 7,50 EUR.",
                "Wir erstatten innerhalb von 14 Tagen nach Eingang der Rücksendung, auf demselben Zahlungsweg.",
            ),
            "fr": (
                (
                    "Vous pouvez retourner les articles non utilisés dans les 60 jours suivant la livraison. "
                    "Les lampes sur mesure ne sont pas reprises."
                ),
                "L'étiquette de retour est gratuite en Allemagne et en Autriche ; ailleurs, un retour coûte 7,50 EUR.",
                "Nous remboursons dans les 14 jours après réception du retour, par le même moyen de paiement.",
            ),
            "es": (
                (
                    "Puede devolver los artículos sin usar en los 60 días siguientes a la entrega. "
                    "Las lámparas a medida no admiten devolución."
                ),
                "La etiqueta de devolución es gratuita en Alemania y Austria; en otros países, la devolución cuesta 7,50 EUR.",
                "Reembolsamos en los 14 días siguientes a la recepción de la devolución, por el mismo medio de pago.",
            ),
            "fa": (
                "کالای استفاده‌نشده را تا ۶۰ روز پس از تحویل می‌توانید بازگردانید. چراغ‌های سفارشی بازگردانده نمی‌شوند.",
                "برچسب مرجوعی در آلمان و اتریش رایگان است؛ در کشورهای دیگر مرجوعی ۷٫۵۰ یورو هزینه دارد.",
                "ظرف ۱۴ روز پس از رسیدن مرجوعی، مبلغ را به همان روش پرداخت برمی‌گردانیم.",
            ),
        },
    ),
    "shipping": (
        Intent.SHIPPING_QUESTION,
        "shipping_policy",
        "shipping",
        {
            "en": (
                "Orders placed before 2 pm leave the same working day.",
                "Germany: 1-3 working days, 4.90 EUR, free from 100 EUR. EU: 3-6 working days, 9.90 EUR.",
                "Express costs 12.90 EUR and arrives on the next working day. We do not ship to the USA at present.",
            ),
            "de": (
                "Bestellungen vor 14 Uhr verlassen uns am selben Werktag.",
                "Deutschland: 1-3 Werktage, 4,90 EUR, ab 100 EUR versandkostenfrei. EU: 3-6 Werktage, 9,90 EUR.",
                "Express kostet 12,90 EUR und kommt am nächsten Werktag an. In die USA liefern wir derzeit nicht.",
            ),
            "fr": (
                "Les commandes passées avant 14 h partent le jour ouvré même.",
                "Allemagne : 1 à 3 jours ouvrés, 4,90 EUR, offert dès 100 EUR. UE : 3 à 6 jours ouvrés, 9,90 EUR.",
                "L'express coûte 12,90 EUR et arrive le jour ouvré suivant. Nous ne livrons pas aux États-Unis pour le moment.",
            ),
            "es": (
                "Los pedidos realizados antes de las 14 h salen el mismo día laborable.",
                "Alemania: 1-3 días laborables, 4,90 EUR, gratis desde 100 EUR. UE: 3-6 días laborables, 9,90 EUR.",
                "El envío exprés cuesta 12,90 EUR y llega al día laborable siguiente. De momento no enviamos a EE. UU.",
            ),
            "fa": (
                "سفارش‌های پیش از ساعت ۱۴ همان روز کاری ارسال می‌شوند.",
                "آلمان: ۱ تا ۳ روز کاری، ۴٫۹۰ یورو، از ۱۰۰ یورو رایگان. اتحادیهٔ اروپا: ۳ تا ۶ روز کاری، ۹٫۹۰ یورو.",
                "ارسال سریع ۱۲٫۹۰ یورو است و روز کاری بعد می‌رسد. فعلاً به آمریکا ارسال نداریم.",
            ),
        },
    ),
    "codes": (
        Intent.ORDERING_HELP,
        "ordering_codes",
        "terms-of-service",
        {
            "en": (
                "HELLO15 takes 15 % off a first order from 40 EUR.",
                "Only one code can be used per order.",
            ),
            "de": (
                "HELLO15 gibt 15 % Rabatt auf die erste Bestellung ab 40 EUR.",
                "Pro Bestellung gilt nur ein Code.",
            ),
            "fr": (
                "HELLO15 donne 15 % de remise sur une première commande dès 40 EUR.",
                "Un seul code par commande.",
            ),
            "es": (
                "HELLO15 da un 15 % de descuento en el primer pedido a partir de 40 EUR.",
                "Solo un código por pedido.",
            ),
            "fa": (
                "کد HELLO15 برای نخستین سفارش از ۴۰ یورو ۱۵٪ تخفیف می‌دهد.",
                "هر سفارش تنها یک کد می‌پذیرد.",
            ),
        },
    ),
}

_DETAILS: dict[str, tuple[str, ...]] = {
    "en": ("48 cm high, 1.9 kg.", "For E27 bulbs up to 40 W, not included.", "Cable of 1.8 m with a switch."),
    "de": (
        "48 cm hoch, 1,9 kg.",
        "Für E27-Leuchtmittel bis 40 W, nicht enthalten.",
        "Kabel 1,8 m mit Schalter.",
    ),
    "fr": (
        "Hauteur 48 cm, poids 1,9 kg.",
        "Pour ampoules E27 jusqu'à 40 W, non fournies.",
        "Câble de 1,8 m avec interrupteur.",
    ),
    "es": (
        "48 cm de alto, 1,9 kg.",
        "Para bombillas E27 de hasta 40 W, no incluidas.",
        "Cable de 1,8 m con interruptor.",
    ),
    "fa": (
        "ارتفاع ۴۸ سانتی‌متر، وزن ۱٫۹ کیلوگرم.",
        "لامپ E27 تا ۴۰ وات، همراه کالا نیست.",
        "کابل ۱٫۸ متری با کلید.",
    ),
}

_ARTICLES: dict[str, dict[str, str]] = {
    "hours": {
        "en": "Our phone +49 30 5557 120 is staffed Monday to Friday, 9:30 am to 6 pm. "
        "The shop at Linienstr. 14 is open on Saturdays from 11 am to 4 pm.",
        "de": "Unser Telefon +49 30 5557 120 ist Montag bis Freitag von 9:30 bis 18 Uhr besetzt. "
        "Der Laden in der Linienstr. 14 hat samstags von 11 bis 16 Uhr geöffnet.",
        "fr": "Notre téléphone +49 30 5557 120 répond du lundi au vendredi, de 9 h 30 à 18 h. "
        "La boutique, Linienstr. 14, est ouverte le samedi de 11 h à 16 h.",
        "es": "Nuestro teléfono +49 30 5557 120 atiende de lunes a viernes, de 9:30 a 18:00. "
        "La tienda, Linienstr. 14, abre los sábados de 11:00 a 16:00.",
        "fa": "تلفن ما ‎+49 30 5557 120 دوشنبه تا جمعه از ۹:۳۰ تا ۱۸ پاسخ‌گوست. "
        "فروشگاه در Linienstr. 14 شنبه‌ها از ۱۱ تا ۱۶ باز است.",
    },
    "warranty": {
        "en": "All lamps have a warranty of three years from delivery. Bulbs and broken glass are excluded. "
        "Under warranty we repair the lamp or replace it free of charge; we need a photo and the order number.",
        "de": "Auf alle Lampen geben wir drei Jahre Garantie ab Lieferung. Leuchtmittel und Glasbruch sind ausgenommen. "
        "Im Garantiefall reparieren oder ersetzen wir die Lampe kostenlos; wir brauchen ein Foto und die Bestellnummer.",
        "fr": "Toutes les lampes sont garanties trois ans à compter de la livraison. Les ampoules et le bris de verre sont "
        "exclus. Sous garantie, nous réparons ou remplaçons la lampe gratuitement ; il nous faut une photo et le numéro "
        "de commande.",
        "es": "Todas las lámparas tienen una garantía de tres años desde la entrega. Quedan excluidas las bombillas y la "
        "rotura del cristal. En garantía reparamos o sustituimos la lámpara gratis; necesitamos una foto y el número de "
        "pedido.",
        "fa": "همهٔ چراغ‌ها از زمان تحویل سه سال ضمانت دارند. لامپ و شکستگی شیشه شامل ضمانت نیست. "
        "در دورهٔ ضمانت چراغ را رایگان تعمیر یا تعویض می‌کنیم؛ یک عکس و شمارهٔ سفارش لازم است.",
    },
    "exchanges": {
        "en": "Exchanges are free within 60 days. We send the new item as soon as the carrier has scanned the old one.",
        "de": "Ein Umtausch ist innerhalb von 60 Tagen kostenlos. Wir schicken den neuen Artikel, sobald der Zusteller den "
        "alten gescannt hat.",
        "fr": "Les échanges sont gratuits pendant 60 jours. Nous envoyons le nouvel article dès que le transporteur a "
        "scanné l'ancien.",
        "es": "Los cambios son gratuitos durante 60 días. Enviamos el artículo nuevo en cuanto el transportista haya "
        "escaneado el antiguo.",
        "fa": "تعویض تا ۶۰ روز رایگان است. کالای تازه را به محض اسکن کالای قبلی در شرکت حمل می‌فرستیم.",
    },
    "banks": {
        "en": "A refund takes 5 to 10 working days until it shows on a card, and up to 3 working days with PayPal.",
        "de": "Eine Erstattung braucht 5 bis 10 Werktage, bis sie auf einer Karte zu sehen ist, mit PayPal bis zu 3 Werktage.",
        "fr": "Un remboursement met 5 à 10 jours ouvrés à apparaître sur une carte, et jusqu'à 3 jours ouvrés avec PayPal.",
        "es": "Un reembolso tarda de 5 a 10 días laborables en verse en una tarjeta, y hasta 3 días laborables con PayPal.",
        "fa": "بازپرداخت به کارت ۵ تا ۱۰ روز کاری طول می‌کشد و با PayPal تا ۳ روز کاری.",
    },
    "gifts": {
        "en": "Gift wrapping costs 3.50 EUR per item, with a handwritten card. Say so in the note at the checkout.",
        "de": "Eine Geschenkverpackung kostet 3,50 EUR je Artikel, mit handgeschriebener Karte. Bitte im Bemerkungsfeld an "
        "der Kasse angeben.",
        "fr": "L'emballage cadeau coûte 3,50 EUR par article, avec une carte écrite à la main. Indiquez-le dans la note lors "
        "du paiement.",
        "es": "El envoltorio de regalo cuesta 3,50 EUR por artículo, con una tarjeta escrita a mano. Indíquelo en la nota al "
        "pagar.",
        "fa": "کادوپیچ هر کالا ۳٫۵۰ یورو است و یک کارت دست‌نویس دارد. آن را در یادداشت هنگام پرداخت بنویسید.",
    },
}


def lamp_situation(case: str, language: str) -> Situation:
    """A situation of the shop by its name here."""
    if case in _TEXTS:
        intent, name, slug, texts = _TEXTS[case]
        url = f"https://lamps.example/policies/{slug}"
        return Situation(intent, name, PolicyFacts(f"{slug} policy", url, texts[language]))
    if case == "details":
        facts = ProductTextFacts("Arc Desk Lamp", "https://lamps.example/products/arc", _DETAILS[language])
        return Situation(Intent.PRODUCT_QUESTION, "product_details", facts)
    return Situation(*_CASES[case])


class LampDraft(WrittenDraft):
    """A correct draft of this shop: `== case+case | article+article`."""

    @property
    def situations(self) -> tuple[Situation, ...]:
        cases, _, _ = self.case.partition(" | ")
        return tuple(lamp_situation(name, self.language) for name in cases.split("+"))

    @property
    def passages(self) -> tuple[str, ...]:
        _, _, articles = self.case.partition(" | ")
        return tuple(_ARTICLES[name][self.language] for name in articles.split("+") if name)
