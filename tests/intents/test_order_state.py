"""Each thing that Shopify can show of an order, and what a support person would say to it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intents.order_state import ORDER_SITUATIONS, order_state
from app.intents.situation import Item, Money
from app.shopify import statuses
from tests.intents.orders import NOW, ago, event, hold, line, order, parcel

BERLIN = ZoneInfo("Europe/Berlin")


def state(**what: Any):
    return order_state(order(**what), NOW, BERLIN)


moving = parcel("IN_TRANSIT", moved=1, events=(event("IN_TRANSIT", 1),))
out = parcel("OUT_FOR_DELIVERY", moved=2, events=(event("OUT_FOR_DELIVERY", 0.1),))
arrived = parcel("DELIVERED", made=5, moved=4, events=(event("DELIVERED", 1),))
label = parcel("LABEL_PURCHASED", made=1)
silent = parcel("IN_TRANSIT", made=12, moved=11, events=(event("IN_TRANSIT", 9),))

# what Shopify shows, the situation, and whether a person has to look
ORDERS: dict[str, tuple[dict[str, Any], str | None, bool]] = {
    "unpaid": ({"paid": "PENDING"}, "order_awaiting_payment", False),
    "partly paid": ({"paid": "PARTIALLY_PAID"}, "order_awaiting_payment", True),
    "paid at the door": (
        {"paid": "PENDING", "gateways": ("Cash on Delivery (COD)",)},
        "order_not_shipped",
        False,
    ),
    "unpaid and sent": (
        {"paid": "PENDING", "sent": "FULFILLED", "parcels": (moving,)},
        "order_in_transit",
        False,
    ),
    "payment voided": ({"paid": "VOIDED"}, None, True),
    "payment expired": ({"paid": "EXPIRED"}, None, True),
    "a payment status from the future": ({"paid": "IN_ORBIT"}, None, True),
    "no payment status": ({"paid": None}, None, True),
    "a fulfilment status from the future": ({"sent": "IN_ORBIT"}, None, True),
    "new": ({}, "order_not_shipped", False),
    "authorised": ({"paid": "AUTHORIZED"}, "order_not_shipped", False),
    "being packed": ({"sent": "IN_PROGRESS"}, "order_not_shipped", False),
    "six days old": ({"days": 6}, "order_not_shipped", False),
    "seven days old": ({"days": 7}, "order_not_shipped", False),
    "eight days old": ({"days": 8}, "order_not_shipped", True),
    "scheduled": ({"sent": "SCHEDULED"}, "order_not_shipped", True),
    "declined": ({"sent": "REQUEST_DECLINED"}, "order_not_shipped", True),
    "held": (
        {"sent": "ON_HOLD", "work": (hold("INVENTORY_OUT_OF_STOCK", "Inventory out of stock"),)},
        "order_on_hold",
        True,
    ),
    "held without a reason": ({"sent": "ON_HOLD"}, "order_on_hold", True),
    "held for a moment": (
        {"sent": "ON_HOLD", "work": (hold("ONLINE_STORE_POST_PURCHASE_CROSS_SELL", "Upsell"),)},
        "order_not_shipped",
        False,
    ),
    "held for its payment": (
        {"paid": "PENDING", "sent": "ON_HOLD", "work": (hold("AWAITING_PAYMENT", "Awaiting payment"),)},
        "order_awaiting_payment",
        False,
    ),
    "a download": ({"lines": (line("Pattern", unsent=1, requiresShipping=False),)}, None, True),
    "partly sent": (
        {
            "sent": "PARTIALLY_FULFILLED",
            "lines": (line("Mug"), line("Vase", unsent=1)),
            "parcels": (moving,),
        },
        "order_partly_shipped",
        False,
    ),
    "partly sent long ago": (
        {
            "sent": "PARTIALLY_FULFILLED",
            "days": 9,
            "lines": (line("Mug"), line("Vase", unsent=1)),
            "parcels": (moving,),
        },
        "order_partly_shipped",
        True,
    ),
    "rest removed after a part was sent": (
        {
            "sent": "FULFILLED",
            "lines": (line("Mug"), line("Vase", current=0, unsent=1)),
            "parcels": (moving,),
        },
        "order_in_transit",
        False,
    ),
    "label": ({"sent": "FULFILLED", "parcels": (label,)}, "order_label_only", False),
    "label, tracked": (
        {"sent": "FULFILLED", "parcels": (parcel("CONFIRMED", made=1),)},
        "order_label_only",
        False,
    ),
    "old label": (
        {"sent": "FULFILLED", "parcels": (parcel("LABEL_PRINTED", made=5),)},
        "order_label_only",
        True,
    ),
    "label with a scan": (
        {"sent": "FULFILLED", "parcels": (parcel("LABEL_PRINTED", made=3, moved=1),)},
        "order_in_transit",
        False,
    ),
    "on its way": ({"sent": "FULFILLED", "parcels": (moving,)}, "order_in_transit", False),
    "picked up by the carrier": (
        {"sent": "FULFILLED", "parcels": (parcel("CARRIER_PICKED_UP", made=1),)},
        "order_in_transit",
        False,
    ),
    "sent without tracking": (
        {"sent": "FULFILLED", "parcels": (parcel("FULFILLED"),)},
        "order_in_transit",
        False,
    ),
    "sent, no status": ({"sent": "FULFILLED", "parcels": (parcel(None),)}, "order_in_transit", False),
    "sent without tracking long ago": (
        {"sent": "FULFILLED", "parcels": (parcel("MARKED_AS_FULFILLED", made=9),)},
        "order_stalled",
        True,
    ),
    "silent": ({"sent": "FULFILLED", "parcels": (silent,)}, "order_stalled", True),
    "later than expected": (
        {"sent": "FULFILLED", "parcels": ({**moving, "estimatedDeliveryAt": ago(3)},)},
        "order_stalled",
        True,
    ),
    "delayed": ({"sent": "FULFILLED", "parcels": (parcel("DELAYED", moved=1),)}, "order_stalled", True),
    "not delivered": (
        {"sent": "FULFILLED", "parcels": (parcel("NOT_DELIVERED", moved=1),)},
        "order_stalled",
        True,
    ),
    "delivery failed": (
        {"sent": "FULFILLED", "parcels": (parcel("FAILURE", moved=1),)},
        "order_stalled",
        True,
    ),
    "label voided": ({"parcels": (parcel("LABEL_VOIDED"),)}, "order_not_shipped", True),
    "nobody at home": (
        {"sent": "FULFILLED", "parcels": (parcel("ATTEMPTED_DELIVERY", moved=1),)},
        "order_in_transit",
        True,
    ),
    "out": ({"sent": "FULFILLED", "parcels": (out,)}, "order_out_for_delivery", False),
    "out for days": (
        {
            "sent": "FULFILLED",
            "parcels": (parcel("OUT_FOR_DELIVERY", made=6, events=(event("OUT_FOR_DELIVERY", 3),)),),
        },
        "order_stalled",
        True,
    ),
    "arrived": ({"sent": "FULFILLED", "parcels": (arrived,)}, "order_delivered", False),
    "arrived long ago": (
        {"sent": "FULFILLED", "parcels": (parcel("DELIVERED", made=50, events=(event("DELIVERED", 45),)),)},
        "order_delivered",
        False,
    ),
    "waits at a shop": ({"sent": "FULFILLED", "parcels": (parcel("READY_FOR_PICKUP"),)}, None, True),
    "collected": ({"sent": "FULFILLED", "parcels": (parcel("PICKED_UP"),)}, "order_delivered", False),
    "a parcel status from the future": ({"sent": "FULFILLED", "parcels": (parcel("BEAMED"),)}, None, True),
    "shipment cancelled": ({"parcels": (parcel("CANCELED", status="CANCELLED"),)}, "order_not_shipped", True),
    "two parcels, both on their way": (
        {"sent": "FULFILLED", "parcels": (moving, out)},
        "order_in_transit",
        False,
    ),
    "two parcels, one arrived": (
        {"sent": "FULFILLED", "parcels": (arrived, out)},
        "order_out_for_delivery",
        False,
    ),
    "two parcels, both arrived": (
        {"sent": "FULFILLED", "parcels": (arrived, arrived)},
        "order_delivered",
        False,
    ),
    "two parcels, one silent": ({"sent": "FULFILLED", "parcels": (arrived, silent)}, "order_stalled", True),
    "two parcels, one a label": (
        {"sent": "FULFILLED", "parcels": (arrived, label)},
        "order_in_transit",
        True,
    ),
    "cancelled unpaid": ({"paid": "VOIDED", "cancelled": 1}, "order_cancelled", False),
    "cancelled and paid back": (
        {"paid": "REFUNDED", "cancelled": 1, "refunded": 40},
        "order_cancelled",
        False,
    ),
    "cancelled, money kept": ({"paid": "PAID", "cancelled": 1}, "order_cancelled", True),
    "cancelled and sent": (
        {"paid": "REFUNDED", "cancelled": 1, "parcels": (moving,)},
        "order_cancelled",
        True,
    ),
    "paid back": ({"paid": "REFUNDED", "refunded": 40}, "order_refunded", False),
    "paid back, was sent": (
        {"paid": "REFUNDED", "refunded": 40, "parcels": (arrived,)},
        "order_refunded",
        False,
    ),
    "a part paid back, the rest arrived": (
        {"paid": "PARTIALLY_REFUNDED", "sent": "FULFILLED", "refunded": 10, "parcels": (arrived,)},
        "order_refunded",
        False,
    ),
    "a part paid back, the rest on its way": (
        {"paid": "PARTIALLY_REFUNDED", "sent": "FULFILLED", "refunded": 10, "parcels": (moving,)},
        "order_in_transit",
        False,
    ),
    "longer than what is read": (
        {"sent": "FULFILLED", "parcels": (moving,), "more_lines": True},
        "order_in_transit",
        True,
    ),
}


@pytest.mark.parametrize("case", ORDERS)
def test_an_order_is_in_its_situation(case):
    what, name, needs_person = ORDERS[case]
    found = state(**what)
    assert (found.name, found.person is not None) == (name, needs_person), found.person


def test_every_situation_of_an_order_is_reached_by_a_case():
    assert {name for _, name, _ in ORDERS.values() if name} == set(ORDER_SITUATIONS)


def test_facts_are_what_shopify_shows():
    facts = state(sent="FULFILLED", parcels=(moving,), lines=(line("Mug", quantity=2),)).facts
    assert facts.number == "#1001"
    assert facts.total == Money(Decimal("40.00"), "EUR")
    assert facts.items == (Item("Mug", None, 2),)
    (sent,) = facts.parcels
    assert (sent.carrier, sent.tracking_number, sent.tracking_url) == (
        "DHL",
        "JD014",
        "https://track.example/JD014",
    )
    assert sent.items == (Item("Mug", None, 1),)
    assert sent.delivered_on is None
    assert facts.waiting_items == ()


def test_a_label_is_not_a_sending():
    (sent,) = state(sent="FULFILLED", parcels=(label,)).facts.parcels
    assert sent.shipped_on is None


def test_dates_are_the_shops_own():
    noon = NOW.astimezone(ZoneInfo("Pacific/Auckland")).replace(hour=0, minute=30)
    ordered = order().model_copy(update={"processed_at": noon})
    assert order_state(ordered, NOW, ZoneInfo("Pacific/Auckland")).facts.ordered_on == noon.date()
    assert order_state(
        ordered, NOW, ZoneInfo("America/New_York")
    ).facts.ordered_on == noon.date() - timedelta(days=1)


def test_a_day_of_delivery_that_has_gone_by_is_not_told():
    late = {**moving, "estimatedDeliveryAt": ago(1.5)}
    found = state(sent="FULFILLED", parcels=(late,))
    assert found.name == "order_in_transit"
    assert found.facts.parcels[0].expected_on is None


def test_a_day_of_delivery_that_lies_ahead_is_told():
    (sent,) = state(sent="FULFILLED", parcels=({**moving, "estimatedDeliveryAt": ago(-2)},)).facts.parcels
    assert sent.expected_on == (NOW + timedelta(days=2)).astimezone(BERLIN).date()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.example/1", "not a url", "", None, "http://[", "//x"]
)
def test_a_tracking_link_that_is_no_web_address_is_left_out(url):
    odd = {**moving, "trackingInfo": [{"company": "", "number": "", "url": url}]}
    (sent,) = state(sent="FULFILLED", parcels=(odd,)).facts.parcels
    assert (sent.carrier, sent.tracking_number, sent.tracking_url) == (None, None, None)


def test_a_refund_is_told_with_its_day():
    facts = state(paid="REFUNDED", refunded=40, refund_days=3).facts
    assert facts.refunded == Money(Decimal(40), "EUR")
    assert facts.refunded_on == (NOW - timedelta(days=3)).astimezone(BERLIN).date()


def test_what_was_taken_out_of_an_order_is_not_waited_for():
    facts = state(lines=(line("Mug", unsent=1), line("Vase", current=0, unsent=1))).facts
    assert facts.waiting_items == facts.items == (Item("Mug", None, 1),)


def test_the_only_variant_has_no_name():
    facts = state(lines=(line("Mug", unsent=1, variantTitle="Default Title"),)).facts
    assert facts.items[0].variant is None


def _members(enum: Any):
    return st.sampled_from([member.value for member in enum])


@given(
    paid=st.none() | _members(statuses.FinancialStatus),
    sent=_members(statuses.OrderFulfillmentStatus),
    shown=st.lists(st.none() | _members(statuses.FulfillmentDisplayStatus), max_size=3),
    status=_members(statuses.FulfillmentStatus),
    last=_members(statuses.FulfillmentEventStatus),
    days=st.floats(0, 400),
    cancelled=st.none() | st.just(1.0),
    refunded=st.sampled_from([0, 10, 40]),
    unsent=st.integers(0, 2),
)
def test_every_order_that_shopify_can_show_has_a_situation_or_a_person(
    paid, sent, shown, status, last, days, cancelled, refunded, unsent
):
    parcels = tuple(parcel(s, made=days, events=(event(last, days / 2),), status=status) for s in shown)
    lines = (line(unsent=unsent),)
    found = state(
        paid=paid, sent=sent, days=days, cancelled=cancelled, refunded=refunded, parcels=parcels, lines=lines
    )
    assert found.name in ORDER_SITUATIONS or (found.name is None and found.person)
