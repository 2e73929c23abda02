"""Sample facts for every situation: what the contract test renders, and what a preview of a template shows.

Each situation has a full sample and thinner ones, in which everything that may be unknown is unknown. Days are
offsets from `today`. No two facts of a sample are alike by chance, so that an exchanged one can be told apart.
"""

from datetime import date
from decimal import Decimal

from app.intents.situation import (
    CodeFacts,
    Facts,
    Money,
    PolicyFacts,
    ProductFacts,
    Situation,
    UnknownOrderFacts,
    Variant,
)
from app.replies.order_samples import INTENTS as ORDER_INTENTS
from app.replies.order_samples import order_samples
from app.vocabulary import Intent

INTENTS: dict[str, Intent] = {
    **ORDER_INTENTS,
    "order_unknown": Intent.ORDER_STATUS,
    "code_refused": Intent.ORDER_STATUS,
    "product_available": Intent.PRODUCT_QUESTION,
    "product_unavailable": Intent.PRODUCT_QUESTION,
    "return_policy": Intent.RETURN_POLICY,
    "shipping_policy": Intent.SHIPPING_QUESTION,
}
SITUATIONS: tuple[str, ...] = tuple(INTENTS)

_UNPROVEN: dict[str, tuple[Facts, ...]] = {
    "order_unknown": (UnknownOrderFacts("#4711", 30), UnknownOrderFacts("#4711"), UnknownOrderFacts(None)),
    "code_refused": (CodeFacts(2), CodeFacts(1)),
}


def samples(name: str, today: date) -> tuple[Situation, ...]:
    """Situations of a name, the fullest first."""
    return tuple(Situation(intent=INTENTS[name], name=name, facts=facts) for facts in _facts(name, today))


def _facts(name: str, today: date) -> tuple[Facts, ...]:
    if name in ORDER_INTENTS:
        return order_samples(name, today)
    match name:
        case "order_unknown" | "code_refused":
            return _UNPROVEN[name]
        case "product_available":
            return _available()
        case "product_unavailable":
            out = (Variant(None, Money(Decimal("39.00"), "EUR"), available=False),)
            return (
                ProductFacts("Stoneware Mug", "https://shop.example/products/stoneware-mug", out),
                ProductFacts("Stoneware Mug", None, ()),
            )
        case _:
            return _policy(name)


def _available() -> tuple[ProductFacts, ...]:
    low, high = Money(Decimal("49.90"), "EUR"), Money(Decimal("1254.00"), "EUR")
    url = "https://shop.example/products/linen-shirt"
    return (
        ProductFacts(
            "Linen Shirt (2nd edition)",
            url,
            (
                Variant("S", low, available=True),
                Variant("M", low, available=True),
                Variant("L", low, available=False),
                Variant("XL", high, available=True),
            ),
        ),
        ProductFacts("Linen Shirt", url, (Variant(None, low, available=True),)),
        ProductFacts("Linen Shirt", None, ()),
    )


def _policy(name: str) -> tuple[PolicyFacts, ...]:
    if name == "return_policy":
        title, slug = "Refund policy", "refund"
        paragraphs = (
            "You have 30 days after receiving an item to return it; unworn, with its tags, and with the receipt.",
            "A return costs 4.95 EUR. Write to returns@shop.example (Monday to Friday, 9:00-17:00).",
        )
    else:
        title, slug = "Shipping policy", "shipping"
        paragraphs = (
            "We ship within 2 working days to 27 countries; a parcel takes 3-5 working days in Europe.",
            "Shipping costs 6.90 EUR and is free from 75.00 EUR. Ask shipping@shop.example for other countries.",
        )
    url = f"https://shop.example/policies/{slug}-policy"
    return (
        PolicyFacts(title, url, paragraphs),
        PolicyFacts(title, None, paragraphs),
        PolicyFacts(title, None, tuple(f"{paragraphs[0]} ({number})" for number in range(120, 150))),
        PolicyFacts(title, url, ("We answer every question about this gladly. " * 60,)),
        PolicyFacts(title, url, ()),
    )
