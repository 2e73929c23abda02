"""What a customer wants done with an order: which one is meant, what may be done now, and who hears of it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intents import INTENTS, resolve
from app.intents.delivery_problem import situation_of as problem_of
from app.intents.delivery_words import Trouble, trouble_in
from app.intents.order_state import ORDER_SITUATIONS, OrderState
from app.intents.request import Request
from app.intents.return_request import Window, longest_period
from app.intents.return_request import situation_of as return_of
from app.intents.situation import Money, OrderFacts, Parcel, UnknownOrderFacts
from app.tools.proposal import Proposal, ProposedAction
from app.vocabulary import Intent, Mode
from tests.intents.orders import NOW, event, order, parcel, refunds, returned
from tests.shopify.shelf import Shelf, policy, served
from tests.tools.details import changeable, refundable, returnable, suggested
from tests.tools.test_ownership import EVE, asker

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 3, 20)
ARRIVED = parcel("DELIVERED", made=5, events=(event("DELIVERED", 2),))
MOVING = parcel("IN_TRANSIT", moved=1, events=(event("IN_TRANSIT", 1),))
DETAILS = {
    "GetChangeableOrder": changeable(),
    "GetRefundableOrder": refundable(),
    "SuggestRefund": suggested(),
    "GetReturnableOrder": returnable(),
    "GetReturns": returned("OPEN"),
    "GetRefunds": refunds("SUCCESS"),
}
ORDER_INTENTS = (
    Intent.CANCEL_ORDER,
    Intent.CHANGE_ADDRESS,
    Intent.CHANGE_ORDER,
    Intent.RETURN_REQUEST,
    Intent.REFUND_REQUEST,
    Intent.REFUND_STATUS,
    Intent.INVOICE_REQUEST,
    Intent.DELIVERY_PROBLEM,
)


async def ask(shelf, intent, who=None, **what):
    async with served(shelf) as shop:
        found = await resolve(Request(intent, **what), shop.shop, who or asker(), now=NOW, timezone=BERLIN)
        return found, shop.calls


def sent(*parcels, **more):
    return order(sent="FULFILLED", parcels=parcels, **more)


@pytest.mark.parametrize("intent", ORDER_INTENTS)
async def test_not_yours_and_not_there_have_the_same_words_and_the_same_calls(intent):
    foreign, foreign_calls = await ask(
        Shelf([order()], details=DETAILS), intent, asker(EVE), order_number="1001"
    )
    absent, absent_calls = await ask(Shelf(details=DETAILS), intent, asker(EVE), order_number="1001")
    assert foreign.situation == absent.situation
    assert foreign.situation.facts == UnknownOrderFacts("1001")
    assert foreign_calls == absent_calls
    assert all(lookup.facts == {} for lookup in foreign.lookups)


@pytest.mark.parametrize("intent", ORDER_INTENTS)
async def test_of_several_orders_the_customer_is_asked_which_and_none_is_read(intent):
    paid_back: dict[str, Any] = {"paid": "REFUNDED", "refunded": 4} if intent is Intent.REFUND_STATUS else {}
    sends: dict[str, Any] = {"sent": "FULFILLED", "parcels": (MOVING,)} if "change" not in intent else {}
    shelf = Shelf(
        [order(name="#1", days=4, **sends, **paid_back), order(name="#2", days=2, **sends, **paid_back)]
    )
    found, calls = await ask(shelf, intent)
    assert found.situation.name == "which_order"
    assert [one.number for one in found.situation.facts.orders] == ["#2", "#1"]
    assert "GetOrder" not in calls
    assert found.ownership is not None


async def test_a_tracking_number_spares_the_question_which():
    other = {**MOVING, "trackingInfo": [{"company": "UPS", "number": "1Z 999", "url": None}]}
    shelf = Shelf([sent(MOVING, name="#1"), sent(other, name="#2")])
    found, _ = await ask(shelf, Intent.DELIVERY_PROBLEM, tracking_number="1z999")
    assert found.situation.facts.number == "#2"


async def test_an_order_that_has_left_is_not_the_one_to_cancel():
    shelf = Shelf([sent(MOVING, name="#1"), order(name="#2", days=3)], details=DETAILS)
    found, _ = await ask(shelf, Intent.CANCEL_ORDER)
    assert (found.situation.name, found.situation.facts.number) == ("cancel_possible", "#2")


async def test_what_has_come_is_what_there_is_trouble_with():
    shelf = Shelf([sent(ARRIVED, name="#1", days=6), order(name="#2")])
    found, _ = await ask(shelf, Intent.DELIVERY_PROBLEM, evidence="it never arrived")
    assert (found.situation.name, found.situation.facts.number) == ("delivered_not_received", "#1")


async def test_a_wish_costs_the_order_and_one_look_at_what_is_allowed():
    _, calls = await ask(Shelf([order()], details=DETAILS), Intent.CANCEL_ORDER, order_number="1001")
    assert calls == ["GetShop", "FindOrders", "GetOrder", "FindOrders", "GetChangeableOrder"]


async def test_where_an_order_is_costs_nothing_more_than_the_order():
    _, calls = await ask(Shelf([order()]), Intent.ORDER_STATUS, order_number="1001")
    assert calls == ["GetShop", "FindOrders", "GetOrder"]


async def test_only_an_order_with_a_return_is_asked_for_its_returns():
    shelf = Shelf([sent(ARRIVED, returnStatus="IN_PROGRESS")], details=DETAILS)
    found, calls = await ask(shelf, Intent.ORDER_STATUS, order_number="1001")
    assert calls[-1] == "GetReturns"
    assert found.situation.name == "order_return_open"
    assert [item.title for item in found.situation.facts.return_items] == ["Mug"]


@pytest.mark.parametrize(
    ("intent", "denied"),
    [
        (Intent.CANCEL_ORDER, "GetChangeableOrder"),
        (Intent.CHANGE_ADDRESS, "GetChangeableOrder"),
        (Intent.RETURN_REQUEST, "GetReturnableOrder"),
        (Intent.REFUND_REQUEST, "GetRefundableOrder"),
    ],
)
async def test_what_the_app_may_not_look_at_is_left_to_a_person(intent, denied):
    shelf = Shelf([order()], details=DETAILS, denied={denied})
    found, _ = await ask(shelf, intent, order_number="1001")
    assert found.situation.name == "order_under_review"
    assert "scopes" in found.situation.person


async def test_a_new_address_is_left_to_whoever_reads_the_mail():
    shelf = Shelf([order()], details=DETAILS)
    found, _ = await ask(shelf, Intent.CHANGE_ADDRESS, order_number="1001", text="Ahornallee 3, 10115 Berlin")
    assert found.situation.name == "address_change_possible"
    assert "in the mail" in found.situation.person
    assert "to" not in found.lookups[-1].facts


async def test_a_proposals_address_reaches_staff_and_never_the_reply():
    found, _ = await ask(Shelf([order()], details=DETAILS), Intent.CHANGE_ADDRESS, order_number="1001")
    assert found.lookups[-1].facts["from"]["address1"] == "Oranienstr. 25"
    assert "Oranienstr" not in repr(found.situation)


@pytest.mark.parametrize("intent", ORDER_INTENTS)
def test_nothing_that_somebody_wants_done_starts_by_itself(intent):
    assert INTENTS[intent].default_mode is Mode.DRAFT
    assert {"which_order", "order_unknown"} <= set(INTENTS[intent].situations)


# Returns


def facts(*delivered, name="#1001"):
    parcels = tuple(Parcel((), delivered_on=day) for day in delivered)
    return OrderFacts(name, TODAY - timedelta(days=90), Money(Decimal(40), "EUR"), (), parcels)


def proposal(*obstacles):
    return Proposal(ProposedAction.CREATE_RETURN, "gid", "#1001", (), None, {}, (), obstacles)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("You have 30 days after receiving an item.", 30),
        ("Widerruf binnen 14 Tagen; Rückgabe 60 Tage lang.", 60),
        ("تا ۷ روز پس از دریافت", 7),
        ("vous avez 14 jours ; échange sous 2 mois", 62),
        ("Dispone de 15 días o 3 semanas", 21),
        ("within 14 business days, and 6 weeks at Christmas", 42),
        ("Write to us. We take everything back, always.", None),
        ("A return costs 4.95 EUR.", None),
        ("", None),
    ],
)
def test_the_longest_period_of_a_policy_counts(text, days):
    assert longest_period([text]) == days


@pytest.mark.parametrize(
    ("window", "delivered", "is_over"),
    [
        (30, (29,), False),
        (30, (30,), False),
        (30, (31,), True),
        (30, (31, 5), False),
        (30, (31, None), False),
        (30, (None,), False),
        (30, (), False),
        (None, (400,), False),
    ],
)
def test_a_window_is_over_only_where_no_reading_keeps_it_open(window, delivered, is_over):
    days = [None if n is None else TODAY - timedelta(days=n) for n in delivered]
    assert Window(window, None).is_over(facts(*days), TODAY) == is_over


LATE, RECENT = facts(TODAY - timedelta(days=40)), facts(TODAY - timedelta(days=4))


@pytest.mark.parametrize(
    ("state", "allowed", "more", "name"),
    [
        (OrderState("order_delivered", RECENT), True, {}, "return_possible"),
        (OrderState("order_delivered", LATE), True, {}, "return_window_over"),
        (OrderState("order_delivered", LATE), False, {}, "order_under_review"),
        (OrderState("order_delivered", RECENT), False, {}, "order_under_review"),
        (OrderState("order_delivered", RECENT), True, {"is_declined_as_late": True}, "return_window_over"),
        (OrderState("order_in_transit", facts(None)), True, {}, "return_too_early"),
        (OrderState("order_not_shipped", facts()), False, {}, "return_too_early"),
        (OrderState("order_partly_shipped", facts(TODAY, None)), True, {}, "return_possible"),
        (OrderState("order_return_open", RECENT), True, {}, "order_return_open"),
        (OrderState("order_return_open", RECENT), True, {"names_goods": True}, "return_possible"),
        (OrderState("order_return_open", RECENT), False, {"names_goods": True}, "order_return_open"),
        (OrderState("order_returned", RECENT), True, {}, "return_possible"),
        (OrderState("order_returned", RECENT), False, {}, "order_returned"),
        (OrderState("order_digital_sent", facts()), False, {}, "order_under_review"),
    ],
)
def test_a_return_is_what_shopify_and_the_policy_allow(state, allowed, more, name):
    found = return_of(state, proposal(*(() if allowed else ("No.",))), Window(30, None), today=TODAY, **more)
    assert found == name


async def test_a_late_return_tells_the_rules_and_is_a_persons():
    old = sent(parcel("DELIVERED", made=60, events=(event("DELIVERED", 50),)), days=61)
    shelf = Shelf([old], details=DETAILS, policies=[policy("REFUND_POLICY", "<p>30 days.</p>")])
    found, _ = await ask(shelf, Intent.RETURN_REQUEST, order_number="1001")
    assert found.situation.name == "return_window_over"
    assert found.situation.facts.policy_url == "https://saffron.example/policies/x"
    assert "too late" in found.situation.person


async def test_a_return_that_was_declined_as_late_is_not_offered_again():
    late = returned("DECLINED", declined="RETURN_PERIOD_ENDED")
    shelf = Shelf([sent(ARRIVED, returnStatus="RETURN_FAILED")], details={**DETAILS, "GetReturns": late})
    found, _ = await ask(shelf, Intent.RETURN_REQUEST, order_number="1001")
    assert found.situation.name == "return_window_over"


# Trouble


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("The teapot arrived with a broken lid", Trouble.DAMAGED),
        ("Die Kanne ist zerbrochen", Trouble.DAMAGED),
        ("لیوان شکسته رسید", Trouble.DAMAGED),
        ("Le bol est arrivé cassé", Trouble.DAMAGED),
        ("la taza llegó rota", Trouble.DAMAGED),
        ("you sent me the wrong colour", Trouble.WRONG_ITEM),
        ("Ich habe den falschen Artikel bekommen", Trouble.WRONG_ITEM),
        ("کالای اشتباه فرستادید", Trouble.WRONG_ITEM),
        ("One item is missing from my parcel", Trouble.MISSING_ITEM),
        ("I only received two of the three mugs", Trouble.MISSING_ITEM),
        ("Es fehlt eine Tasse", Trouble.MISSING_ITEM),
        ("il manque une tasse", Trouble.MISSING_ITEM),
        ("it says delivered but I never received it", Trouble.NOT_RECEIVED),
        ("My package is missing", Trouble.NOT_RECEIVED),
        ("Das Paket fehlt", Trouble.NOT_RECEIVED),
        ("Ich habe nichts bekommen", Trouble.NOT_RECEIVED),
        ("بسته به دستم نرسید", Trouble.NOT_RECEIVED),
        ("je n'ai jamais reçu mon colis", Trouble.NOT_RECEIVED),
        ("no me ha llegado el pedido", Trouble.NOT_RECEIVED),
        ("I have a problem with my parcel", None),
        ("", None),
    ],
)
def test_the_customers_words_say_what_went_wrong(words, trouble):
    assert trouble_in(words) is trouble


def test_the_words_of_the_request_come_before_those_of_the_mail():
    assert trouble_in("it never arrived", "the last one was broken") is Trouble.NOT_RECEIVED
    assert trouble_in("about my order", "it arrived broken") is Trouble.DAMAGED


@pytest.mark.parametrize(
    ("state", "trouble", "name", "contradicts"),
    [
        ("order_delivered", Trouble.NOT_RECEIVED, "delivered_not_received", False),
        ("order_picked_up", Trouble.NOT_RECEIVED, "delivered_not_received", False),
        ("order_delivered", Trouble.DAMAGED, "delivery_damaged", False),
        ("order_in_transit", Trouble.DAMAGED, "delivery_damaged", True),
        ("order_delivered", Trouble.WRONG_ITEM, "delivery_wrong_item", False),
        ("order_delivered", Trouble.MISSING_ITEM, "delivery_item_missing", False),
        ("order_partly_shipped", Trouble.MISSING_ITEM, "order_partly_shipped", True),
        ("order_in_transit", Trouble.NOT_RECEIVED, "order_in_transit", False),
        ("order_stalled", None, "order_stalled", False),
        ("order_delivered", None, "delivery_problem_noted", False),
        (None, Trouble.NOT_RECEIVED, "delivery_problem_noted", False),
    ],
)
def test_a_problem_is_answered_by_what_the_carrier_says(state, trouble, name, contradicts):
    found, contradiction = problem_of(OrderState(state, facts()), trouble)
    assert (found, contradiction is not None) == (name, contradicts)


@given(state=st.sampled_from([*ORDER_SITUATIONS, None]), trouble=st.none() | st.sampled_from(Trouble))
def test_every_problem_has_a_first_answer(state, trouble):
    found, _ = problem_of(OrderState(state, facts()), trouble)
    assert found in INTENTS[Intent.DELIVERY_PROBLEM].situations


@pytest.mark.parametrize("shown", [(ARRIVED,), (MOVING,), ()])
@pytest.mark.parametrize("words", ["broken", "never arrived", "something is wrong", "???"])
async def test_a_problem_with_a_delivery_is_always_a_persons(shown, words):
    what = sent(*shown) if shown else order()
    found, _ = await ask(Shelf([what]), Intent.DELIVERY_PROBLEM, order_number="1001", evidence=words)
    assert found.situation.person
