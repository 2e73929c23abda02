"""Sample facts of the situations that are about orders; see `app.replies.samples`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from app.intents.order_state import ORDER_SITUATIONS
from app.intents.situation import (
    Facts,
    Item,
    Money,
    OrderChoiceFacts,
    OrderFacts,
    OrderName,
    OrdersFacts,
    Parcel,
)
from app.vocabulary import Intent

INTENTS: dict[str, Intent] = {
    **dict.fromkeys(ORDER_SITUATIONS, Intent.ORDER_STATUS),
    "orders_several": Intent.ORDER_STATUS,
    "which_order": Intent.CANCEL_ORDER,
    "order_under_review": Intent.CANCEL_ORDER,
    "cancel_possible": Intent.CANCEL_ORDER,
    "cancel_too_late": Intent.CANCEL_ORDER,
    "order_change_possible": Intent.CHANGE_ORDER,
    "order_change_too_late": Intent.CHANGE_ORDER,
    "address_change_possible": Intent.CHANGE_ADDRESS,
    "address_change_too_late": Intent.CHANGE_ADDRESS,
    "return_possible": Intent.RETURN_REQUEST,
    "return_too_early": Intent.RETURN_REQUEST,
    "return_window_over": Intent.RETURN_REQUEST,
    "refund_possible": Intent.REFUND_REQUEST,
    "refund_made": Intent.REFUND_STATUS,
    "refund_pending": Intent.REFUND_STATUS,
    "refund_failed": Intent.REFUND_STATUS,
    "refund_awaits_return": Intent.REFUND_STATUS,
    "refund_nothing_paid": Intent.REFUND_STATUS,
    "refund_not_made": Intent.REFUND_STATUS,
    "invoice_order_page": Intent.INVOICE_REQUEST,
    "invoice_requested": Intent.INVOICE_REQUEST,
    "delivered_not_received": Intent.DELIVERY_PROBLEM,
    "delivery_damaged": Intent.DELIVERY_PROBLEM,
    "delivery_wrong_item": Intent.DELIVERY_PROBLEM,
    "delivery_item_missing": Intent.DELIVERY_PROBLEM,
    "delivery_problem_noted": Intent.DELIVERY_PROBLEM,
}

_SHIRT = Item(title="Linen Shirt", variant="M / Sand", quantity=1)
_MUG = Item(title="Stoneware Mug", variant=None, quantity=4)
_SCARF = Item(title="شال ابریشمی", variant="آبی", quantity=1)
_CARD = Item(title="Gift card", variant=None, quantity=3)

_ARRIVED = frozenset(
    {"order_delivered", "order_partly_refunded", "delivered_not_received", "return_window_over"}
)
_LABELS = frozenset({"order_label_only", "order_label_overdue"})
_NOT_EXPECTED = frozenset({"order_ready_for_pickup", "order_delivery_failed"})
_WAITING = frozenset(
    {"order_partly_shipped", "cancel_too_late", "order_change_too_late", "address_change_too_late"}
)
_SHIPPED = frozenset(
    {
        *_ARRIVED,
        *_LABELS,
        *_WAITING,
        "order_no_events",
        "order_in_transit",
        "order_delayed",
        "order_stalled",
        "order_delivery_attempted",
        "order_out_for_delivery",
        "order_ready_for_pickup",
        "order_partly_delivered",
        "order_delivery_failed",
        "return_too_early",
    }
)
_REFUNDED = frozenset({"order_refunded", "order_partly_refunded", "refund_made", "refund_pending"})
_RETURNS = frozenset(
    {"order_return_requested", "order_return_open", "order_returned", "refund_awaits_return"}
)


def order_samples(name: str, today: date) -> tuple[Facts, ...]:
    """Facts of a situation of `INTENTS`, the fullest first."""
    if name == "orders_several":
        return _several(today)
    if name == "which_order":
        names = tuple(OrderName(f"#{2071 + n}", today - timedelta(days=41 + n)) for n in range(5))
        return OrderChoiceFacts(names), OrderChoiceFacts(names[:2])
    return _samples(name, today)


def _samples(name: str, today: date) -> tuple[OrderFacts, ...]:
    thin = OrderFacts(
        number="#1042",
        ordered_on=today - timedelta(days=23),
        total=Money(Decimal("137.50"), "EUR"),
        items=(_SHIRT, _MUG, _SCARF),
    )
    if name in _OWN:
        return _OWN[name](thin, today)
    if name in _SHIPPED:
        parcels = _shipped(thin, name, today)
        return (*_refunds(parcels[0], today)[:-1], *parcels) if name in _REFUNDED else parcels
    if name in _REFUNDED:
        return (*_refunds(thin, today), replace(thin, refunded_on=today - timedelta(days=5)))
    if name in _RETURNS:
        return _returns(thin, today)
    return thin, replace(thin, number="PS-1043", total=Money(Decimal(2450000), "IRR"))


def _promised(order: OrderFacts, today: date) -> tuple[OrderFacts, ...]:
    full = replace(
        order,
        ships_by=today + timedelta(days=1),
        arrives_from=today + timedelta(days=3),
        arrives_until=today + timedelta(days=6),
    )
    return (
        full,
        replace(full, arrives_from=None),
        replace(full, ships_by=None),
        replace(full, ships_by=None, arrives_from=None),
        replace(full, arrives_from=None, arrives_until=None),
        order,
    )


def _cancelled(order: OrderFacts, today: date) -> tuple[OrderFacts, ...]:
    cancelled = replace(order, cancelled_on=today - timedelta(days=19))
    return (*_refunds(cancelled, today), order)


def _digital(order: OrderFacts, today: date) -> tuple[OrderFacts, ...]:
    cards = replace(order, items=(_CARD,))
    sent = Parcel(items=(_CARD,), shipped_on=today - timedelta(days=22))
    return replace(cards, parcels=(sent,)), replace(cards, parcels=(Parcel(items=()),)), cards


def _due(order: OrderFacts, _today: date) -> tuple[OrderFacts, ...]:
    return (
        replace(order, due=Money(Decimal("61.20"), "EUR")),
        replace(order, number="PS-1044", due=Money(Decimal("2.75"), "EUR")),
    )


def _page(order: OrderFacts, _today: date) -> tuple[OrderFacts, ...]:
    url = "https://shop.example/77/orders/0f3c9a/authenticate?key=b1"
    return replace(order, status_url=url), replace(order, number="PS-1045", status_url=url)


def _refunds(order: OrderFacts, today: date) -> tuple[OrderFacts, ...]:
    part = Money(Decimal("38.25"), "EUR")
    return (
        replace(order, refunded=part, refunded_on=today - timedelta(days=5)),
        replace(order, refunded=order.total, refunded_on=today - timedelta(days=5)),
        replace(order, refunded=part),
        order,
    )


def _returns(order: OrderFacts, today: date) -> tuple[OrderFacts, ...]:
    full = replace(order, return_items=(_SHIRT, _SCARF), exchange_items=(_MUG,))
    back = replace(full, refunded=Money(Decimal("38.25"), "EUR"))
    return (
        replace(back, refunded_on=today - timedelta(days=5)),
        back,
        full,
        replace(full, exchange_items=()),
        order,
    )


def _shipped(order: OrderFacts, name: str, today: date) -> tuple[OrderFacts, ...]:
    delivered_on = today - timedelta(days=1) if name in _ARRIVED else None
    full = Parcel(
        items=(_SHIRT, _MUG),
        carrier="DHL",
        tracking_number="JJD014600003568",
        tracking_url="https://tracking.example/p?id=JJD014600003568&lang=x",
        shipped_on=None if name in _LABELS else today - timedelta(days=17),
        last_event_on=None if name in {*_LABELS, "order_no_events"} else today - timedelta(days=12),
        expected_on=None if name in _NOT_EXPECTED else today + timedelta(days=2),
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
    order = (
        replace(order, policy_url="https://shop.example/policies/refund-policy") if _is_late(name) else order
    )
    waiting = (_SCARF,) if name in _WAITING else ()
    day = today + timedelta(days=9) if name == "order_partly_shipped" else None
    first = (
        (replace(other, delivered_on=today - timedelta(days=2)),) if name == "order_partly_delivered" else ()
    )
    return (
        replace(order, parcels=(full, *first), waiting_items=waiting, available_on=day),
        replace(order, parcels=(full,), waiting_items=waiting),
        replace(order, parcels=(full, other)),
        replace(order, parcels=(other,)),
        replace(order, parcels=(bare,)),
        replace(order, parcels=(bare, replace(bare, delivered_on=delivered_on))),
        replace(order, policy_url=None),
    )[0 if day or first else 1 :]


def _is_late(name: str) -> bool:
    return name == "return_window_over"


def _several(today: date) -> tuple[OrdersFacts, ...]:
    orders = tuple(
        replace(
            _samples(state, today)[0],
            number=f"#{2051 + index}",
            ordered_on=today - timedelta(days=31 + index),
        )
        for index, state in enumerate(ORDER_SITUATIONS)
    )
    return (
        OrdersFacts(orders[13:15], ORDER_SITUATIONS[13:15]),
        OrdersFacts(orders[:9], ORDER_SITUATIONS[:9]),
        OrdersFacts(orders[10:], ORDER_SITUATIONS[10:]),
        OrdersFacts(orders[20:], ORDER_SITUATIONS[20:]),
        OrdersFacts(orders, ORDER_SITUATIONS),
    )


_OWN: dict[str, Callable[[OrderFacts, date], tuple[OrderFacts, ...]]] = {
    "order_not_shipped": _promised,
    "order_late_to_ship": lambda order, today: (replace(order, ships_by=today - timedelta(days=4)), order),
    "order_preorder": lambda order, today: (replace(order, available_on=today + timedelta(days=9)), order),
    "order_partly_paid": _due,
    "order_cancelled": _cancelled,
    "order_digital_waiting": lambda order, _today: (
        replace(order, items=(_CARD,)),
        replace(order, number="PS-1046", items=(_CARD,)),
    ),
    "order_digital_sent": _digital,
    "invoice_order_page": _page,
}
