"""Sample facts of the situations that are not about an order's way: products, policies, payments, accounts, persons."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from app.intents.situation import (
    AccountFacts,
    EmptyMailFacts,
    Facts,
    Money,
    NewsletterFacts,
    PaymentFacts,
    PolicyFacts,
    ProductFacts,
    ProductsFacts,
    ProductTextFacts,
    ReceivedFacts,
    ShopFacts,
    Variant,
    WaysToPayFacts,
)
from app.vocabulary import Intent

INTENTS: dict[str, Intent] = {
    "product_available": Intent.PRODUCT_QUESTION,
    "product_unavailable": Intent.PRODUCT_QUESTION,
    "product_price": Intent.PRODUCT_QUESTION,
    "product_details": Intent.PRODUCT_QUESTION,
    "products_several": Intent.PRODUCT_QUESTION,
    "product_not_found": Intent.PRODUCT_QUESTION,
    "product_unnamed": Intent.PRODUCT_QUESTION,
    "return_policy": Intent.RETURN_POLICY,
    "shipping_policy": Intent.SHIPPING_QUESTION,
    "ordering_codes": Intent.ORDERING_HELP,
    "payment_methods": Intent.PAYMENT_QUESTION,
    "payment_awaited": Intent.PAYMENT_PROBLEM,
    "payment_failed": Intent.PAYMENT_PROBLEM,
    "payment_partial": Intent.PAYMENT_PROBLEM,
    "payment_received": Intent.PAYMENT_PROBLEM,
    "payment_released": Intent.PAYMENT_PROBLEM,
    "payment_reserved": Intent.PAYMENT_PROBLEM,
    "payment_too_much": Intent.PAYMENT_PROBLEM,
    "account_code": Intent.ACCOUNT_HELP,
    "account_password": Intent.ACCOUNT_HELP,
    "account_deletion": Intent.ACCOUNT_HELP,
    "newsletter_subscribed": Intent.NEWSLETTER,
    "newsletter_not_subscribed": Intent.NEWSLETTER,
    "newsletter_pending": Intent.NEWSLETTER,
    "complaint_received": Intent.COMPLAINT,
    "message_received": Intent.OTHER,
    "message_in_hand": Intent.OTHER,
    "message_added": Intent.OTHER,
    "mail_without_text": Intent.OTHER,
    "writer_in_danger": Intent.OTHER,
    "child_concerned": Intent.OTHER,
    "person_requested": Intent.HUMAN_REQUEST,
    "business_inquiry_received": Intent.BUSINESS_INQUIRY,
    "feedback_thanks": Intent.FEEDBACK,
    "feedback_received": Intent.FEEDBACK,
}

_LOW, _HIGH = Money(Decimal("49.90"), "EUR"), Money(Decimal("1254.00"), "EUR")
_SHIRT_URL = "https://shop.example/products/linen-shirt"
_MUG_URL = "https://shop.example/products/stoneware-mug"
_POLICIES = "https://shop.example/policies"
_SHIRTS = (
    Variant("S", _LOW, available=True),
    Variant("M", _LOW, available=True),
    Variant("L", _LOW, available=False),
    Variant("XL", _HIGH, available=True),
)
_SOLD_OUT = ProductFacts(
    "Stoneware Mug", _MUG_URL, (Variant(None, Money(Decimal("39.00"), "EUR"), available=False),)
)
_SHIRT = ProductFacts("Linen Shirt (2nd edition)", _SHIRT_URL, _SHIRTS)
_ONE_SHIRT = ProductFacts("Linen Shirt", _SHIRT_URL, (Variant(None, _LOW, available=True),))
_RETURNS = (
    "You have 30 days after receiving an item to return it; unworn, with its tags, and with the receipt.",
    "A return costs 4.95 EUR. Write to returns@shop.example (Monday to Friday, 9:00-17:00).",
)
_SHIPPING = (
    "We ship within 2 working days to 27 countries; a parcel takes 3-5 working days in Europe.",
    "Shipping costs 6.90 EUR and is free from 75.00 EUR. Ask shipping@shop.example for other countries.",
)
_CODES = ("One discount code for each order.", "WELCOME10 takes 10 % off a first order, until 31 December.")
_WAYS = ("We accept credit cards, PayPal and bank transfer. Goods are reserved for 7 days.",)

_FIXED: dict[str, tuple[Facts, ...]] = {
    "product_available": (_SHIRT, _ONE_SHIRT, ProductFacts("Linen Shirt", None, ())),
    "product_unavailable": (_SOLD_OUT, replace(_SOLD_OUT, url=None, variants=())),
    "product_price": (_SHIRT, _ONE_SHIRT, replace(_ONE_SHIRT, url=None)),
    "product_details": (
        ProductTextFacts("Stoneware Mug", _MUG_URL, ("Holds 350 ml.", "Dishwasher-safe up to 60 °C.")),
        ProductTextFacts("Stoneware Mug", None, ("Holds 350 ml.",)),
        ProductTextFacts("Stoneware Mug", _MUG_URL, ()),
        ProductTextFacts("Stoneware Mug", None, ()),
    ),
    "products_several": (
        ProductsFacts((_SHIRT, _SOLD_OUT)),
        ProductsFacts((_ONE_SHIRT, replace(_SHIRT, url=None), ProductFacts("پیراهن نخی", None, ()))),
    ),
    "product_not_found": (ShopFacts("https://shop.example"), ShopFacts(None)),
    "product_unnamed": (ShopFacts("https://shop.example"), ShopFacts(None)),
    "ordering_codes": (
        PolicyFacts("Terms of service", f"{_POLICIES}/terms-of-service", _CODES),
        PolicyFacts("Terms of service", None, _CODES, is_extract=True),
    ),
    "payment_methods": (
        WaysToPayFacts(("Apple Pay", "Shop Pay"), "Terms of service", f"{_POLICIES}/terms-of-service", _WAYS),
        WaysToPayFacts((), "Terms of service", None, _WAYS),
        WaysToPayFacts(("Google Pay",), None, None, ()),
    ),
    "mail_without_text": (EmptyMailFacts(has_files=True), EmptyMailFacts(has_files=False)),
    "account_code": (
        AccountFacts("https://account.shop.example"),
        AccountFacts("https://shop.example/account?v=1"),
    ),
    "account_password": (
        AccountFacts("https://shop.example/account"),
        AccountFacts("https://account.shop.example"),
    ),
}
_RECEIVED = (ReceivedFacts("#4711"), ReceivedFacts("my last one"), ReceivedFacts(None))
_ADDRESSES = (NewsletterFacts("anna.schmidt+news@example.com"), NewsletterFacts("m_2@example.org"))


def shop_samples(name: str, today: date) -> tuple[Facts, ...]:
    """The facts of a situation of this module, the fullest first."""
    match INTENTS[name]:
        case Intent.PAYMENT_PROBLEM:
            return _payments(name, today)
        case Intent.RETURN_POLICY:
            return _policy("Refund policy", "refund", _RETURNS)
        case Intent.SHIPPING_QUESTION:
            return _policy("Shipping policy", "shipping", _SHIPPING)
        case Intent.NEWSLETTER:
            return _ADDRESSES
        case _:
            return _FIXED.get(name, _RECEIVED)


def _payments(name: str, today: date) -> tuple[PaymentFacts, ...]:
    total, part = Money(Decimal("137.50"), "EUR"), Money(Decimal("38.25"), "EUR")
    thin = PaymentFacts("#1042", today - timedelta(days=23), total)
    paid_on, tried_on = today - timedelta(days=5), today - timedelta(days=3)
    match name:
        case "payment_awaited":
            return (replace(thin, due=part), replace(thin, due=total), thin)
        case "payment_failed":
            return (replace(thin, tried_on=tried_on, method="Visa"), replace(thin, method="Visa"), thin)
        case "payment_reserved":
            return (replace(thin, reserved=total, method="Klarna (UK)"), replace(thin, reserved=total), thin)
        case "payment_partial":
            due = Money(Decimal("99.25"), "EUR")
            return (
                replace(thin, received=part, due=due, paid_on=paid_on),
                replace(thin, received=part),
                thin,
            )
        case "payment_too_much" | "payment_received":
            received = Money(Decimal(275), "EUR") if name == "payment_too_much" else total
            full = replace(thin, received=received, refunded=part, paid_on=paid_on, method="PayPal")
            return (full, replace(thin, received=received), thin)
        case _:
            return (thin, replace(thin, number="PS-1043", total=Money(Decimal(2450000), "IRR")))


def _policy(title: str, slug: str, paragraphs: tuple[str, ...]) -> tuple[PolicyFacts, ...]:
    url = f"{_POLICIES}/{slug}-policy"
    return (
        PolicyFacts(title, url, paragraphs),
        PolicyFacts(title, url, paragraphs[1:], is_extract=True),
        PolicyFacts(title, None, paragraphs),
        PolicyFacts(title, None, tuple(f"{paragraphs[0]} ({number})" for number in range(120, 150))),
        PolicyFacts(title, url, ("We answer every question about this gladly. " * 60,)),
        PolicyFacts(title, url, ()),
    )
