"""The demo shop: large and varied enough, without contradictions, and what README.md says of it."""

import re
from decimal import Decimal

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from graphql import execute_sync, parse, validate

from app.sandbox.clock import system_clock
from app.sandbox.shopify import DEMO_SHOP, Access
from app.sandbox.shopify.access import SCOPES
from app.sandbox.shopify.context import Context
from app.sandbox.shopify.schema import executable_schema
from tests.sandbox.shopify.everything import node_types, select_node

README = (DEMO_SHOP.parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def orders(shop):
    return {node["number"]: node for node in shop.catalogs["orders"].nodes}


@pytest.fixture(scope="module")
def customers(shop):
    return shop.catalogs["customers"].nodes


@pytest.fixture(scope="module")
def products(shop):
    return shop.catalogs["products"].nodes


@pytest.mark.parametrize("kind", node_types(executable_schema()), ids=str)
def test_every_field_of_the_schema_resolves_for_every_object(shop, kind):
    schema = executable_schema()
    document = parse(select_node(schema, kind))
    assert validate(schema, document) == []
    ids = [gid for gid in shop._registry._nodes if gid.startswith(f"gid://shopify/{kind.name}/")]
    assert ids
    context = Context(system_clock(), Access((*SCOPES, "read_locales", "read_locations")))
    result = execute_sync(schema, document, shop.root, context, {"ids": ids})
    assert result.errors is None, [(error.message, error.path) for error in result.errors[:5]]
    assert result.data
    assert {node["__typename"] for node in result.data["nodes"]} == {kind.name}


def test_there_is_enough_of_everything(orders, customers, products):
    assert len(orders) >= 44
    assert len(customers) >= 26
    assert len(products) >= 20
    assert len({customer["locale"] for customer in customers}) >= 10
    countries = {address["countryCodeV2"] for customer in customers for address in customer["addressesV2"]}
    assert len(countries) >= 15
    assert {order["presentmentCurrencyCode"] for order in orders.values()} == {
        "EUR",
        "USD",
        "GBP",
        "CAD",
        "JPY",
        "AED",
    }


def test_every_state_is_there(orders):
    everything = orders.values()
    assert {order["displayFinancialStatus"] for order in everything} == {
        "AUTHORIZED", "EXPIRED", "PAID", "PARTIALLY_PAID", "PARTIALLY_REFUNDED", "PENDING", "REFUNDED", "VOIDED",
    }  # fmt: skip
    # OPEN, RESTOCKED and FULFILLMENT_NOT_REQUIRED are what Shopify's older or other orders show.
    assert {order["displayFulfillmentStatus"] for order in everything} == {
        "FULFILLED", "IN_PROGRESS", "ON_HOLD", "PARTIALLY_FULFILLED", "PENDING_FULFILLMENT", "REQUEST_DECLINED",
        "SCHEDULED", "UNFULFILLED",
    }  # fmt: skip
    assert {order["returnStatus"] for order in everything} == {
        "NO_RETURN", "RETURN_REQUESTED", "IN_PROGRESS", "INSPECTION_COMPLETE", "RETURNED", "RETURN_FAILED",
    }  # fmt: skip
    parcels = {parcel["displayStatus"] for order in everything for parcel in order["fulfillments"]}
    assert parcels >= {
        "ATTEMPTED_DELIVERY", "CARRIER_PICKED_UP", "CONFIRMED", "DELAYED", "DELIVERED", "FAILURE", "IN_TRANSIT",
        "LABEL_PRINTED", "MARKED_AS_FULFILLED", "OUT_FOR_DELIVERY", "PICKED_UP", "READY_FOR_PICKUP",
    }  # fmt: skip


def test_people_came_in_every_way(orders):
    visits = [
        order["customerJourneySummary"]["lastVisit"]
        for order in orders.values()
        if order["customerJourneySummary"]["lastVisit"]
    ]
    assert {"SEO", "AD", "POST", "LINK", "NEWSLETTER", "MESSAGE"} <= {visit["sourceType"] for visit in visits}
    assert {"direct", "Google", "Instagram"} <= {visit["source"] for visit in visits}
    assert {"cpc", "email", "paid_social"} <= {
        visit["utmParameters"]["medium"] for visit in visits if visit["utmParameters"]
    }
    assert not all(order["customerJourneySummary"]["ready"] for order in orders.values())


def test_no_address_or_link_reaches_anybody(shop):
    text = "".join(path.read_text(encoding="utf-8") for path in DEMO_SHOP.glob("*.toml"))
    hosts = re.findall(r"@([\w.-]+\w)", text) + re.findall(r"https://(track[\w.-]+|phish[\w.-]+)", text)
    assert hosts
    assert [host for host in hosts if not re.search(r"(^|\.)example\.(com|org|net)$", host)] == []


@pytest.mark.parametrize("number", range(1001, 1062))
def test_an_orders_money_and_counts_agree(orders, number):
    order = orders[number]

    def amount(name):
        return Decimal(order[name]["presentmentMoney"]["amount"])

    assert amount("totalPriceSet") == amount("subtotalPriceSet") + amount("totalShippingPriceSet")
    assert amount("netPaymentSet") == amount("totalReceivedSet") - amount("totalRefundedSet")
    assert amount("totalRefundedSet") <= amount("totalReceivedSet")
    refunds = sum(
        Decimal(refund["totalRefundedSet"]["presentmentMoney"]["amount"]) for refund in order["refunds"]
    )
    assert amount("totalRefundedSet") == refunds
    assert 0 <= amount("currentTotalPriceSet") <= amount("totalPriceSet")
    assert amount("totalTaxSet") < amount("totalPriceSet")
    for line in order["lineItems"]:
        assert 0 <= line["unfulfilledQuantity"] <= line["quantity"]
        assert 0 <= line["currentQuantity"] <= line["quantity"]
    for fulfillment in order["fulfillments"]:
        assert fulfillment["createdAt"] >= order["createdAt"]
        assert all(event["happenedAt"] >= fulfillment["createdAt"] for event in fulfillment["events"])
        assert all(event["happenedAt"].total_seconds() < 0 for event in fulfillment["events"])


def test_numbers_rise_with_time(orders):
    placed = [orders[number]["createdAt"] for number in sorted(orders)]
    assert placed == sorted(placed)


def test_no_customer_is_younger_than_their_first_order(orders):
    for order in orders.values():
        if order["customer"]:
            assert order["customer"]["createdAt"] <= order["createdAt"], order["name"]


def test_the_readme_names_every_order_and_no_other(orders):
    table = README.partition("### Orders by what they show")[2].partition("### Customers")[0]
    assert {int(number) for number in re.findall(r"#(\d{4})", table)} == set(orders)


@pytest.mark.parametrize(
    ("number", "financial", "fulfillment", "parcels"),
    [
        (1001, "PAID", "FULFILLED", ["DELIVERED"]),
        (1004, "REFUNDED", "FULFILLED", ["FAILURE"]),
        (1007, "PARTIALLY_REFUNDED", "FULFILLED", ["DELIVERED"]),
        (1010, "REFUNDED", "UNFULFILLED", []),
        (1011, "EXPIRED", "UNFULFILLED", []),
        (1012, "PARTIALLY_REFUNDED", "FULFILLED", ["DELIVERED"]),
        (1013, "PAID", "FULFILLED", ["MARKED_AS_FULFILLED"]),
        (1014, "VOIDED", "UNFULFILLED", []),
        (1016, "PARTIALLY_PAID", "UNFULFILLED", []),
        (1023, "PAID", "FULFILLED", ["PICKED_UP"]),
        (1025, "PAID", "FULFILLED", ["MARKED_AS_FULFILLED"]),
        (1026, "PAID", "PARTIALLY_FULFILLED", ["DELIVERED", "IN_TRANSIT"]),
        (1027, "PAID", "SCHEDULED", []),
        (1028, "PAID", "FULFILLED", ["IN_TRANSIT"]),
        (1029, "PAID", "FULFILLED", ["DELAYED"]),
        (1030, "PAID", "FULFILLED", ["LABEL_PRINTED"]),
        (1032, "PAID", "ON_HOLD", []),
        (1034, "PAID", "UNFULFILLED", []),
        (1039, "PAID", "FULFILLED", ["CONFIRMED"]),
        (1042, "PAID", "FULFILLED", ["ATTEMPTED_DELIVERY"]),
        (1043, "PAID", "FULFILLED", ["READY_FOR_PICKUP"]),
        (1044, "PAID", "FULFILLED", ["OUT_FOR_DELIVERY"]),
        (1045, "PAID", "FULFILLED", ["DELIVERED"]),
        (1047, "PENDING", "UNFULFILLED", []),
        (1048, "PAID", "IN_PROGRESS", []),
        (1049, "PAID", "PENDING_FULFILLMENT", []),
        (1052, "AUTHORIZED", "UNFULFILLED", []),
        (1053, "REFUNDED", "UNFULFILLED", []),
        (1054, "PAID", "REQUEST_DECLINED", []),
        (1055, "PARTIALLY_REFUNDED", "UNFULFILLED", []),
    ],
)
def test_an_order_shows_what_the_readme_says(orders, number, financial, fulfillment, parcels):
    order = orders[number]
    assert order["displayFinancialStatus"] == financial
    assert order["displayFulfillmentStatus"] == fulfillment
    assert [parcel["displayStatus"] for parcel in order["fulfillments"]] == parcels


def test_guests_other_addresses_and_hostile_names_are_there(orders, customers, products):
    assert orders[1031]["customer"] is None
    assert orders[1036]["email"] != orders[1036]["customer"]["defaultEmailAddress"]["emailAddress"]
    assert orders[1057]["email"] is None
    assert any("<b>" in customer["displayName"] for customer in customers)
    assert any("onerror=" in product["title"] for product in products)
    assert not orders[1025]["requiresShipping"]


def test_a_return_knows_its_refund_and_a_refund_its_return(orders):
    (refund,) = orders[1022]["refunds"]
    assert refund["return"] is orders[1022]["returns"][0]
    assert refund["return"]["refunds"] == [refund]
    assert refund["transactions"][0]["status"] == "PENDING"
    assert refund["transactions"][0]["parentTransaction"] is orders[1022]["transactions"][0]


def test_a_split_order_says_what_is_in_which_parcel(orders):
    contents = [
        {entry["lineItem"]["sku"]: entry["quantity"] for entry in parcel["fulfillmentLineItems"]}
        for parcel in orders[1026]["fulfillments"]
    ]
    assert contents == [{"POT-ISF-TUR": 1, "TEA-EGR-250": 1}, {"MUG-ANA-POM": 2}]
    left = {line["sku"]: line["unfulfilledQuantity"] for line in orders[1026]["lineItems"]}
    assert left == {"POT-ISF-TUR": 0, "MUG-ANA-POM": 2, "TEA-EGR-250": 0}
