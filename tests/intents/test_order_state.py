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
from app.shopify.schemas import ReturnedOrder
from tests.intents.order_cases import ORDERS, TWO, arrived, due, label, moving, part, sent
from tests.intents.orders import NOW, ago, event, line, order, parcel, returned, work

BERLIN = ZoneInfo("Europe/Berlin")


REFERENCE = {"id": "gid://shopify/Order/1", "name": "#1001", "email": "ann@example.com", "customer": None}


def day(days: float):
    return (NOW + timedelta(days=days)).astimezone(BERLIN).date()


def state(**what: Any):
    return order_state(order(**what), NOW, BERLIN)


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


def test_what_is_still_due_is_told():
    assert state(paid="PARTIALLY_PAID", **due(15)).facts.due == Money(Decimal(15), "EUR")
    assert state(paid="PAID", **due(0)).facts.due is None


def test_only_a_promise_that_can_still_be_kept_is_told():
    facts = state(work=(work(leaves=1, arrives=(-1, 4)),)).facts
    assert facts.ships_by == day(1)
    assert (facts.arrives_from, facts.arrives_until) == (None, day(4))
    late = state(work=(work(leaves=-3, arrives=(1, 4)),)).facts
    assert (late.ships_by, late.arrives_from, late.arrives_until) == (day(-3), None, None)


def test_a_missed_day_of_arrival_is_not_told_as_a_day_of_sending():
    assert state(work=(work(leaves=5, arrives=(-3, -1)),)).facts.ships_by is None


def test_a_pre_order_tells_its_day():
    assert state(sent="SCHEDULED", work=(work("SCHEDULED", begins=9),)).facts.available_on == day(9)
    assert state(**part(moving), work=(work("SCHEDULED", begins=9),)).facts.available_on == day(9)


def test_suspicion_is_for_staff_alone():
    found = state(risk={"recommendation": "INVESTIGATE"})
    assert "fraud" in found.person
    assert "fraud" not in repr(found.facts)


def test_an_exchange_tells_what_comes_back_and_what_goes_out():
    more = {"returnStatus": "IN_PROGRESS", "lines": TWO, **sent(arrived)}
    goods = ReturnedOrder.model_validate({**REFERENCE, **returned("OPEN", instead=("Vase",))})
    found = order_state(order(**more), NOW, BERLIN, goods)
    assert found.name == "order_return_open"
    assert found.facts.return_items == (Item("Mug", None, 1),)
    assert found.facts.exchange_items == (Item("Vase", None, 1),)
    assert order_state(order(**more), NOW, BERLIN).name == "order_partly_shipped"


def test_a_return_that_was_declined_brings_nothing_back():
    goods = ReturnedOrder.model_validate({**REFERENCE, **returned("DECLINED", declined="OTHER")})
    assert order_state(order(**sent(arrived)), NOW, BERLIN, goods).facts.return_items == ()


def test_a_parcel_tells_the_day_of_delivery_only_where_the_carrier_does():
    by_hand = parcel("DELIVERED", events=(event("IN_TRANSIT", 2),))
    assert state(**sent(by_hand)).facts.parcels[0].delivered_on is None


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


def test_a_parcel_that_waits_at_a_shop_is_not_expected_on_a_day():
    waiting = {**moving, "displayStatus": "READY_FOR_PICKUP", "estimatedDeliveryAt": ago(-2)}
    found = state(sent="FULFILLED", parcels=(waiting,))
    assert found.name == "order_ready_for_pickup"
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
    back=_members(statuses.OrderReturnStatus),
    risk=_members(statuses.RiskRecommendation),
    ships=st.booleans(),
    plan=st.none() | st.tuples(_members(statuses.FulfillmentOrderStatus), st.floats(-40, 40)),
)
def test_every_order_that_shopify_can_show_has_a_situation_or_a_person(
    paid, sent, shown, status, last, days, cancelled, refunded, unsent, back, risk, ships, plan
):
    parcels = tuple(parcel(s, made=days, events=(event(last, days / 2),), status=status) for s in shown)
    found = state(
        paid=paid,
        sent=sent,
        days=days,
        cancelled=cancelled,
        refunded=refunded,
        parcels=parcels,
        lines=(line(unsent=unsent, requiresShipping=ships),),
        work=(work(plan[0], leaves=plan[1], begins=plan[1]),) if plan else (),
        returnStatus=back,
        risk={"recommendation": risk},
    )
    assert found.name in ORDER_SITUATIONS or (found.name is None and found.person)
