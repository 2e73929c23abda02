"""A request, put to a shop on loopback; what every answer has to fulfil is checked on the way."""

import json
from zoneinfo import ZoneInfo

from app.intents import INTENTS, resolve
from tests.intents.orders import NOW
from tests.shopify.shelf import served
from tests.tools.test_ownership import asker

BERLIN = ZoneInfo("Europe/Berlin")


async def ask(shelf, request, who=None):
    async with served(shelf) as shop:
        found = await resolve(request, shop.shop, who or asker(), now=NOW, timezone=BERLIN)
    spec = INTENTS[request.intent]
    assert found.situation.intent is request.intent
    assert found.situation.name in {*spec.situations, None}
    assert {lookup.tool for lookup in found.lookups} <= set(spec.tools)
    assert (found.situation.name is None) == (found.situation.facts is None)
    assert found.situation.name or found.situation.person
    for lookup in found.lookups:
        json.dumps({"args": lookup.args, "facts": lookup.facts})
        assert "@" not in lookup.outcome
    return found
