"""Every order of the pretend shop, asked for by its owner and by a stranger."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from app.identity import Identity
from app.intents import resolve
from app.intents.order_state import ORDER_SITUATIONS
from app.intents.request import Request
from app.shopify import ShopifyClient
from app.vocabulary import Authenticity, Intent

EVERY_ORDER = (
    "query { orders(first: 250) { nodes { name email customer { defaultEmailAddress { emailAddress } } } } }"
)


def asker(address):
    return Identity(uuid4(), address, address, Authenticity.AUTHENTICATED)


@pytest.fixture
async def shop(sandbox):
    async with ShopifyClient(sandbox.shopify_url, sandbox.config.shopify_token) as client:
        yield client


@pytest.fixture
async def owners(sandbox):
    """The address that stands on each order, by the order's name."""
    async with httpx.AsyncClient(timeout=30) as http:
        for _ in range(40):
            answer = await http.post(
                f"{sandbox.shopify_url}/admin/api/2026-10/graphql.json",
                json={"query": EVERY_ORDER},
                headers={"X-Shopify-Access-Token": sandbox.config.shopify_token},
            )
            if "data" in answer.json():
                break
            await asyncio.sleep(0.5)  # the tests before this one have emptied the shop's bucket
    orders = answer.json()["data"]["orders"]["nodes"]
    known = {o["name"]: o["email"] or (o["customer"] or {}).get("defaultEmailAddress", {}) for o in orders}
    return {name: address for name, address in known.items() if isinstance(address, str)}


async def ask(shop, who, **what):
    request = Request(**{"intent": Intent.ORDER_STATUS, **what})
    zone = ZoneInfo((await shop.get_shop()).iana_timezone)
    return await resolve(request, shop, asker(who), now=datetime.now(UTC), timezone=zone)


async def test_every_situation_of_an_order_is_there_to_be_seen(shop, owners):
    seen: dict[str | None, list[str]] = {}
    for name, address in owners.items():
        found = await ask(shop, address, order_number=name)
        assert found.situation.name != "order_unknown", name
        seen.setdefault(found.situation.name, []).append(name)
    assert set(ORDER_SITUATIONS) <= set(seen), {k: v for k, v in seen.items() if k}


async def test_a_stranger_is_told_the_same_of_every_order(shop, owners):
    answers = {(await ask(shop, "eve@example.net", order_number=name)).situation.name for name in owners}
    assert answers == {"order_unknown"}


async def test_an_owner_who_names_no_order_is_understood(shop, owners):
    for address in sorted(set(owners.values()))[::3]:  # each costs points, and the bucket holds 2000
        found = await ask(shop, address)
        assert found.situation.name in {*ORDER_SITUATIONS, "orders_several", None}
        assert found.situation.name or found.situation.person


@pytest.mark.parametrize(
    ("intent", "situation"),
    [(Intent.RETURN_POLICY, "return_policy"), (Intent.SHIPPING_QUESTION, "shipping_policy")],
)
async def test_the_shops_policies_can_be_mailed(shop, intent, situation):
    found = await ask(shop, "eve@example.net", intent=intent)
    assert found.situation.name == situation
    assert found.situation.person is None
