"""The client against the pretend Shopify: the same queries, the same cost rules, the six faults."""

import asyncio
import time

import pytest

from app.errors import TryLater
from app.shopify import ShopifyClient
from app.shopify.scopes import REQUIRED_SCOPES
from app.shopify.statuses import PolicyType
from app.shopify.transport import Limits

QUICK = Limits(attempts=3, attempt_seconds=1.0, total_seconds=8.0)
FAULTS = ("429", "500", "timeout", "drop", "garbage", "slow")


@pytest.fixture
async def shop(sandbox):
    async with ShopifyClient(sandbox.shopify_url, sandbox.config.shopify_token) as client:
        await client.get_shop()  # the pretend shop is loaded at its first request
    async with ShopifyClient(sandbox.shopify_url, sandbox.config.shopify_token, limits=QUICK) as client:
        yield client


async def test_every_question_has_an_answer_of_the_right_shape(shop):
    settings = await shop.get_shop()
    assert settings.order_number_format_prefix
    assert {PolicyType.REFUND_POLICY, PolicyType.SHIPPING_POLICY} <= {
        p.type for p in await shop.get_policies()
    }
    assert set(REQUIRED_SCOPES) <= await shop.granted_scopes()
    first = await some_order(shop)
    assert await shop.find_orders_by_name(first.name) == (first,)
    assert first.id in {order.id for order in await shop.list_orders(first.email, 50)}
    full = await shop.get_order(first.id)
    assert full
    assert full.name == first.name
    assert full.is_complete
    (person,) = await shop.find_customers(first.customer_email)
    assert person.number_of_orders >= 1
    assert await shop.get_order("gid://shopify/Order/1") is None


async def some_order(shop):
    settings = await shop.get_shop()
    for number in range(1001, 1100):
        name = f"{settings.order_number_format_prefix}{number}{settings.order_number_format_suffix}"
        for order in await shop.find_orders_by_name(name):
            if order.email and order.customer_email:
                return order
    raise AssertionError("the pretend shop has no order with an address")


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_fault_that_passes_is_not_noticed(sandbox, shop, kind):
    sandbox.faults.set("shopify", kind, times=1, seconds=0.2 if kind == "slow" else None)
    assert await shop.get_policies()


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind != "slow"])
async def test_a_fault_that_stays_makes_the_mail_wait(sandbox, shop, kind):
    sandbox.faults.set("shopify", kind)
    with pytest.raises(TryLater) as caught:
        await shop.get_policies()
    assert caught.value.service == "Shopify"
    sandbox.faults.clear("shopify")
    assert await shop.get_policies()


async def test_slowness_ends_in_the_calls_time(sandbox, shop):
    sandbox.faults.set("shopify", "slow", seconds=20)
    started = time.monotonic()
    with pytest.raises(TryLater):
        await shop.get_policies()
    assert time.monotonic() - started < 2 * QUICK.total_seconds


async def test_a_wrong_token_waits_for_the_owner(sandbox):
    async with ShopifyClient(sandbox.shopify_url, "wrong", limits=QUICK) as client:
        with pytest.raises(TryLater) as caught:
            await client.get_shop()
    assert caught.value.code == "shopify_access"


async def test_a_version_that_is_gone_waits_for_the_owner(sandbox):
    token = sandbox.config.shopify_token
    async with ShopifyClient(sandbox.shopify_url, token, api_version="2020-01", limits=QUICK) as client:
        with pytest.raises(TryLater) as caught:
            await client.get_shop()
    assert caught.value.code == "shopify_access"


async def test_many_calls_at_once_are_paced_and_all_answered(sandbox):
    limits = Limits(attempts=6, attempt_seconds=10, total_seconds=60)
    async with ShopifyClient(sandbox.shopify_url, sandbox.config.shopify_token, limits=limits) as client:
        order = await some_order(client)
        found = await asyncio.gather(*(client.get_order(order.id) for _ in range(60)))
    assert {one.name for one in found if one} == {order.name}
    assert len(found) == 60
