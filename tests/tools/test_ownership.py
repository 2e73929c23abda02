"""The address that a reply would reach decides, and what it may not know is not even read."""

from uuid import uuid4

import pytest

from app.identity import Identity
from app.tools import get_customer, get_order, list_orders
from app.vocabulary import Authenticity, Ownership
from tests.intents.orders import order
from tests.shopify.shelf import Shelf, customer, served

ANN, BOB, EVE = "ann@example.com", "bob@example.com", "eve@example.net"


def asker(recipient=ANN, sender=None):
    return Identity(uuid4(), sender or recipient, recipient, Authenticity.AUTHENTICATED)


async def look(shelf, who, number="1001"):
    async with served(shelf) as shop:
        result = await get_order.run(shop.shop, who, get_order.Args(order_number=number))
        return result, shop.calls, shop.script.bodies


async def test_the_orders_own_address_may_know():
    result, *_ = await look(Shelf([order(email="Ann@Example.com", customer=BOB)]), asker())
    assert result.ownership is Ownership.ON_ORDER
    assert result.order


async def test_the_customers_address_may_know():
    result, *_ = await look(Shelf([order(email=BOB, customer=ANN)]), asker())
    assert result.ownership is Ownership.CUSTOMER
    assert result.order


async def test_a_stranger_may_not_know_and_nothing_is_read():
    result, calls, _ = await look(Shelf([order()]), asker(EVE))
    assert result.ownership is Ownership.NOT_OWNER
    assert (result.order, result.staff_facts()) == (None, {})
    assert "GetOrder" not in calls


async def test_a_reply_that_would_reach_a_stranger_tells_nothing_whoever_wrote():
    result, calls, _ = await look(Shelf([order()]), asker(EVE, sender=ANN))
    assert result.ownership is Ownership.NOT_OWNER
    assert "another address" in result.outcome
    assert "GetOrder" not in calls


async def test_a_forged_sender_changes_nothing():
    result, *_ = await look(Shelf([order()]), asker(ANN, sender=EVE))
    assert result.ownership is Ownership.ON_ORDER


async def test_an_order_without_an_address_is_nobodys():
    result, *_ = await look(Shelf([order(email=None, customer=None)]), asker())
    assert result.ownership is Ownership.NOT_OWNER
    assert "no email address" in result.outcome


async def test_not_existing_not_yours_and_out_of_reach_look_the_same_on_the_wire():
    absent = await look(Shelf(), asker(EVE))
    foreign = await look(Shelf([order()]), asker(EVE))
    denied = await look(Shelf([order()], denied={"FindOrders"}), asker(EVE))
    assert [r.ownership for r, *_ in (absent, foreign, denied)] == [
        Ownership.NOT_FOUND,
        Ownership.NOT_OWNER,
        Ownership.OUT_OF_REACH,
    ]
    assert absent[1:] == foreign[1:] == denied[1:]
    assert len({r.outcome for r, *_ in (absent, foreign, denied)}) == 3


@pytest.mark.parametrize("number", ["1", "100", "10010", '1001" OR name:"#1002'])
async def test_a_search_that_finds_more_than_was_asked_for_tells_nothing_of_it(number):
    shelf = Shelf([order(), order(name="#1002")], sloppy=True)
    result, calls, _ = await look(shelf, asker(), number)
    assert result.ownership is Ownership.NOT_FOUND
    assert "GetOrder" not in calls


async def test_an_order_that_is_not_shown_in_full_is_out_of_reach():
    result, *_ = await look(Shelf([order()], denied={"GetOrder"}), asker())
    assert result.ownership is Ownership.OUT_OF_REACH
    assert result.order is None


async def test_only_the_askers_orders_are_listed():
    shelf = Shelf([order(), order(name="#1002", email=BOB, customer=BOB)], sloppy=True)
    async with served(shelf) as shop:
        result = await list_orders.run(shop.shop, asker(), list_orders.Args())
    assert [o.name for o in result.orders] == ["#1001"]


async def test_only_the_askers_customer_record_is_read():
    async with served(Shelf(customers=[customer(BOB), customer("Ann@example.com")])) as shop:
        known = await get_customer.run(shop.shop, asker(), get_customer.Args())
        unknown = await get_customer.run(shop.shop, asker(EVE), get_customer.Args())
    assert known.customer
    assert known.staff_facts()["orders"] == 3
    assert (unknown.ownership, unknown.customer) == (Ownership.NOT_FOUND, None)


@pytest.mark.parametrize("tool", [get_order, list_orders, get_customer])
async def test_a_missing_scope_is_out_of_reach_and_says_what_to_do(tool):
    shelf = Shelf([order()], denied={"FindOrders", "ListOrders", "FindCustomers"})
    args = tool.Args(order_number="1001") if tool is get_order else tool.Args()
    async with served(shelf) as shop:
        result = await tool.run(shop.shop, asker(), args)
    assert result.ownership is Ownership.OUT_OF_REACH
    assert "scopes" in result.outcome


async def test_no_reason_for_staff_holds_an_address():
    for shelf in (Shelf([order()]), Shelf(), Shelf([order(email=None, customer=None)])):
        for who in (asker(EVE), asker(EVE, sender=ANN), asker(ANN)):
            result, *_ = await look(shelf, who)
            assert "@" not in result.outcome
