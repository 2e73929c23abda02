"""Sample facts for every situation: what the contract test renders, and what a preview of a template shows.

Each situation has a full sample and thinner ones, in which everything that may be unknown is unknown. Days are
offsets from `today`. No two facts of a sample are alike by chance, so that an exchanged one can be told apart.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from app.intents.situation import (
    CodeFacts,
    Facts,
    Item,
    Money,
    OrderFacts,
    OrdersFacts,
    Parcel,
    PolicyFacts,
    ProductFacts,
    Situation,
    UnknownOrderFacts,
    Variant,
)
from app.vocabulary import Intent

INTENTS: dict[str, Intent] = {
    "order_awaiting_payment": Intent.ORDER_STATUS,
    "order_not_shipped": Intent.ORDER_STATUS,
    "order_partly_shipped": Intent.ORDER_STATUS,
    "order_label_only": Intent.ORDER_STATUS,
    "order_in_transit": Intent.ORDER_STATUS,
    "order_out_for_delivery": Intent.ORDER_STATUS,
    "order_delivered": Intent.ORDER_STATUS,
    "order_cancelled": Intent.ORDER_STATUS,
    "order_refunded": Intent.ORDER_STATUS,
    "order_stalled": Intent.ORDER_STATUS,
    "order_on_hold": Intent.ORDER_STATUS,
    "orders_several": Intent.ORDER_STATUS,
    "order_unknown": Intent.ORDER_STATUS,
    "code_refused": Intent.ORDER_STATUS,
    "product_available": Intent.PRODUCT_QUESTION,
    "product_unavailable": Intent.PRODUCT_QUESTION,
    "return_policy": Intent.RETURN_POLICY,
    "shipping_policy": Intent.SHIPPING_QUESTION,
    "refund_made": Intent.REFUND_STATUS,
}
SITUATIONS: tuple[str, ...] = tuple(INTENTS)

_SHIRT = Item(title="Linen Shirt", variant="M / Sand", quantity=1)
_MUG = Item(title="Stoneware Mug", variant=None, quantity=4)
_SCARF = Item(title="شال ابریشمی", variant="آبی", quantity=1)


_UNPROVEN: dict[str, tuple[Facts, ...]] = {
    "order_unknown": (UnknownOrderFacts("#4711", 30), UnknownOrderFacts("#4711"), UnknownOrderFacts(None)),
    "code_refused": (CodeFacts(2), CodeFacts(1)),
}


def samples(name: str, today: date) -> tuple[Situation, ...]:
    """Situations of a name, the fullest first."""
    return tuple(Situation(intent=INTENTS[name], name=name, facts=facts) for facts in _facts(name, today))


def _facts(name: str, today: date) -> tuple[Facts, ...]:
    match name:
        case "orders_several":
            return _several(today)
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
        case "return_policy" | "shipping_policy":
            return _policy(name)
        case _:
            return _order(name, today)


def _order(name: str, today: date) -> tuple[OrderFacts, ...]:
    thin = OrderFacts(
        number="#1042",
        ordered_on=today - timedelta(days=23),
        total=Money(Decimal("137.50"), "EUR"),
        items=(_SHIRT, _MUG, _SCARF),
    )
    match name:
        case "order_awaiting_payment" | "order_not_shipped" | "order_on_hold":
            return (thin, replace(thin, number="PS-1043", total=Money(Decimal(2450000), "IRR")))
        case "order_cancelled":
            cancelled = replace(thin, cancelled_on=today - timedelta(days=19))
            return (*_refunds(cancelled, today), thin)
        case "order_refunded" | "refund_made":
            return (*_refunds(thin, today), replace(thin, refunded_on=today - timedelta(days=5)))
        case _:
            return _shipped(thin, name, today)


def _refunds(order: OrderFacts, today: date) -> tuple[OrderFacts, ...]:
    part = Money(Decimal("38.25"), "EUR")
    return (
        replace(order, refunded=part, refunded_on=today - timedelta(days=5)),
        replace(order, refunded=order.total, refunded_on=today - timedelta(days=5)),
        replace(order, refunded=part),
        order,
    )


def _shipped(order: OrderFacts, name: str, today: date) -> tuple[OrderFacts, ...]:
    delivered_on = today - timedelta(days=1) if name == "order_delivered" else None
    full = Parcel(
        items=(_SHIRT, _MUG),
        carrier="DHL",
        tracking_number="JJD014600003568",
        tracking_url="https://tracking.example/p?id=JJD014600003568&lang=x",
        shipped_on=today - timedelta(days=17),
        last_event_on=today - timedelta(days=12) if name != "order_label_only" else None,
        expected_on=today + timedelta(days=2),
        delivered_on=delivered_on,
    )
    other = replace(
        full,
        items=(_SCARF,),
        carrier="پست پیشتاز",
        tracking_number="0034 0434 1611",
        tracking_url=None,
        shipped_on=today - timedelta(days=15),
        expected_on=None,
    )
    bare = Parcel(items=())
    waiting = (_SCARF,) if name == "order_partly_shipped" else ()
    return (
        replace(order, parcels=(full,), waiting_items=waiting),
        replace(order, parcels=(full, other)),
        replace(order, parcels=(other,)),
        replace(order, parcels=(bare,)),
        replace(order, parcels=(bare, replace(bare, delivered_on=delivered_on))),
        order,
    )


def _several(today: date) -> tuple[OrdersFacts, ...]:
    states = tuple(
        name for name in SITUATIONS if INTENTS[name] is Intent.ORDER_STATUS and name.startswith("order_")
    )
    states = tuple(state for state in states if state != "order_unknown")
    orders = tuple(
        replace(
            _order(state, today)[0], number=f"#{2051 + index}", ordered_on=today - timedelta(days=31 + index)
        )
        for index, state in enumerate(states)
    )
    return (
        OrdersFacts(orders[5:7], states[5:7]),
        OrdersFacts(orders[:9], states[:9]),
        OrdersFacts(orders, states),
    )


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
