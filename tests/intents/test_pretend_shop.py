"""Every order of the pretend shop, asked for over HTTP by its owner and by a stranger, and what they would read."""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from app.identity import Identity
from app.intents import INTENTS, resolve
from app.intents.order_state import ORDER_SITUATIONS
from app.intents.request import Request
from app.intents.situation import OrderFacts
from app.replies.drafting import StoreVoice, draft
from app.replies.grounding import check
from app.replies.locales import LOCALES
from app.shopify import ShopifyClient
from app.vocabulary import Authenticity, Intent, Ownership
from tests.sandbox.shopify.served import TOKEN, served

STATES = {
    "order_awaiting_payment": "1047 1060",
    "order_partly_paid": "1016",
    "order_payment_lapsed": "1011",
    "order_in_review": "1038 1052",
    "order_on_hold": "1032",
    "order_preorder": "1027",
    "order_not_shipped": "1048 1049 1054 1055 1056 1059",
    "order_late_to_ship": "1034",
    "order_pickup_preparing": "1061",
    "order_partly_shipped": "1026 1040",
    "order_label_only": "1050",
    "order_label_overdue": "1030",
    "order_no_events": "1039",
    "order_in_transit": "1035 1036 1037 1041 1046 1051",
    "order_delayed": "1029",
    "order_stalled": "1013 1028",
    "order_delivery_attempted": "1042",
    "order_out_for_delivery": "1044",
    "order_ready_for_pickup": "1043",
    "order_partly_delivered": "1031",
    "order_delivered": "1001 1002 1003 1005 1006 1008 1009 1015 1018 1021 1024 1045",
    "order_picked_up": "1023",
    "order_delivery_failed": "1017",
    "order_digital_waiting": "1058",
    "order_digital_sent": "1025",
    "order_cancelled": "1010 1014 1053",
    "order_partly_refunded": "1012",
    "order_refunded": "1004",
    "order_return_requested": "1033",
    "order_return_open": "1019",
    "order_returned": "1007 1020 1022",
}
REQUESTS = {
    Intent.CANCEL_ORDER: {
        "cancel_possible": "1059 1049",
        "cancel_too_late": "1040 1045",
        "order_cancelled": "1053",
        "order_under_review": "1025",
    },
    Intent.CHANGE_ADDRESS: {
        "address_change_possible": "1059 1032",
        "address_change_too_late": "1044",
        "order_cancelled": "1053",
        "order_under_review": "1061 1049",
    },
    Intent.CHANGE_ORDER: {
        "order_change_possible": "1056",
        "order_change_too_late": "1035",
        "order_cancelled": "1010",
        "order_under_review": "1058 1049",
    },
    Intent.RETURN_REQUEST: {
        "return_possible": "1024 1022",
        "return_too_early": "1059 1051",
        "return_window_over": "1012 1018",
        "order_return_requested": "1033",
        "order_return_open": "1019",
        "order_returned": "1007",
        "order_cancelled": "1053",
        "order_under_review": "1025",
    },
    Intent.REFUND_REQUEST: {
        "refund_possible": "1024 1040",
        "refund_made": "1004",
        "refund_awaits_return": "1019",
        "refund_nothing_paid": "1047",
    },
    Intent.REFUND_STATUS: {
        "refund_made": "1010 1055",
        "refund_pending": "1022",
        "refund_awaits_return": "1020",
        "refund_nothing_paid": "1052",
        "refund_not_made": "1045",
    },
    Intent.INVOICE_REQUEST: {"invoice_order_page": "1045 1047"},
    Intent.DELIVERY_PROBLEM: {
        "delivered_not_received": "1045 1023",
        "order_stalled": "1028",
        "order_partly_delivered": "1031",
    },
}
STORE = StoreVoice("Saffron & Clay", "Sara", "en", "Europe/Berlin")


def cases(table):
    return [(name, number) for name, numbers in table.items() for number in numbers.split()]


@pytest.fixture(scope="module")
def demo():
    from app.sandbox.shopify import DEMO_SHOP, Shop

    return Shop.load(DEMO_SHOP)


@pytest.fixture(scope="module")
def url(demo):
    from app.sandbox.shopify import CostBucket, create_router

    with served(create_router(demo, access_token=TOKEN, bucket=CostBucket(10**9))) as url:
        yield url


@pytest.fixture
async def shop(url):
    async with ShopifyClient(url, TOKEN) as client:
        yield client


@pytest.fixture(scope="module")
def owners(demo):
    """The address that stands on each order, by the order's number; #1057 bears none."""
    known = {}
    for order in demo.catalogs["orders"].nodes:
        customer = (order["customer"] or {}).get("defaultEmailAddress") or {}
        known[str(order["number"])] = order["email"] or customer.get("emailAddress")
    return {number: address for number, address in known.items() if address}


async def ask(shop, who, **what):
    request = Request(**{"intent": Intent.ORDER_STATUS, **what})
    zone = ZoneInfo((await shop.get_shop()).iana_timezone)
    asker = Identity(uuid4(), who, who, Authenticity.AUTHENTICATED)
    found = await resolve(request, shop, asker, now=datetime.now(UTC), timezone=zone)
    spec = INTENTS[request.intent]
    assert found.situation.name in {*spec.situations, None}
    assert {lookup.tool for lookup in found.lookups} <= set(spec.tools)
    return found


def read(found, locale="en"):
    """The reply that its owner would get, with nothing in it that the facts do not back."""
    text = draft(
        [found.situation], language=locale, store=STORE, customer_name=None, now=datetime.now(UTC)
    ).markdown
    assert check(text, [found.situation], locale, voice=(STORE.name, STORE.signature)) == ()
    return text


@pytest.mark.parametrize(("name", "number"), cases(STATES))
async def test_an_order_is_told_as_what_it_is(shop, owners, name, number):
    found = await ask(shop, owners[number], order_number=number)
    assert found.situation.name == name, found.situation.person
    for locale in LOCALES:
        assert number in read(found, locale)


def test_every_order_of_the_shop_has_its_situation(owners):
    assert {number for _, number in cases(STATES)} == set(owners)
    assert set(STATES) == set(ORDER_SITUATIONS)


@pytest.mark.parametrize(
    ("intent", "name", "number"),
    [(intent, *case) for intent, table in REQUESTS.items() for case in cases(table)],
)
async def test_a_wish_is_told_as_what_can_be_done_now(shop, owners, intent, name, number):
    found = await ask(
        shop, owners[number], intent=intent, order_number=number, evidence="I have not received it"
    )
    assert found.situation.name == name, found.situation.person
    read(found)
    is_told_as_it_is = intent is Intent.REFUND_STATUS or name == "order_cancelled"
    assert found.situation.person or is_told_as_it_is


@pytest.mark.parametrize("intent", REQUESTS)
async def test_a_strangers_wish_is_answered_as_if_there_were_no_order(shop, intent):
    foreign = await ask(shop, "eve@example.net", intent=intent, order_number="1059")
    absent = await ask(shop, "eve@example.net", intent=intent, order_number="9059")
    assert foreign.situation.name == absent.situation.name == "order_unknown"
    assert read(foreign).replace("1059", "9059") == read(absent)
    assert foreign.orders == ()
    assert all(lookup.facts == {} for lookup in foreign.lookups)


async def test_a_stranger_is_told_the_same_of_every_order(shop, owners):
    answers = {(await ask(shop, "eve@example.net", order_number=name)).situation.name for name in owners}
    assert answers == {"order_unknown"}


async def test_an_owner_who_names_no_order_is_understood(shop, owners):
    for address in sorted(set(owners.values())):
        found = await ask(shop, address)
        assert found.situation.name in {*ORDER_SITUATIONS, "orders_several"}
        read(found)


async def test_who_has_several_orders_and_names_none_is_asked_which(shop):
    found = await ask(shop, "mina.karimi@example.com", intent=Intent.CANCEL_ORDER)
    assert found.situation.name == "which_order"
    assert [one.number for one in found.situation.facts.orders] == ["#1034", "#1027"]
    assert "get_order" not in {lookup.tool for lookup in found.lookups}
    assert "#1027" in read(found)


async def test_staff_see_what_could_be_done_and_what_stands_in_the_way(shop, owners):
    found = await ask(shop, owners["1040"], intent=Intent.CANCEL_ORDER, order_number="1040")
    proposal = found.lookups[-1].facts
    assert (proposal["action"], proposal["is_allowed"]) == ("cancel_order", False)
    assert proposal["obstacles"]
    assert proposal["checks"]
    assert proposal["obstacles"][0] in found.situation.person


async def test_the_page_of_an_order_goes_to_whom_shopify_has_sent_it(shop, owners):
    found = await ask(shop, owners["1045"], intent=Intent.INVOICE_REQUEST, order_number="1045")
    assert found.ownership is Ownership.ON_ORDER
    assert found.situation.facts.status_url.startswith("https://")
    assert found.situation.facts.status_url.split("?")[0] in read(found)


async def test_who_has_proven_an_order_by_a_code_does_not_get_its_page(shop):
    order = (await shop.find_orders_by_name("#1045"))[0]
    proven = frozenset({(order.id, order.addresses[0])})
    asker = Identity(uuid4(), "eve@example.net", "eve@example.net", Authenticity.AUTHENTICATED, proven)
    request = Request(Intent.INVOICE_REQUEST, order_number="1045")
    found = await resolve(request, shop, asker, now=datetime.now(UTC), timezone=ZoneInfo("Europe/Berlin"))
    assert (found.ownership, found.situation.name) == (Ownership.PROVEN, "invoice_requested")
    assert isinstance(found.situation.facts, OrderFacts)
    assert found.situation.facts.status_url is None


@pytest.mark.parametrize(
    ("intent", "situation"),
    [(Intent.RETURN_POLICY, "return_policy"), (Intent.SHIPPING_QUESTION, "shipping_policy")],
)
async def test_the_shops_policies_can_be_mailed(shop, intent, situation):
    found = await ask(shop, "eve@example.net", intent=intent)
    assert found.situation.name == situation
    assert found.situation.person is None
