"""Discount codes are answered by the shop's terms; how to get through the checkout is a person's."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.passages import CODES, about
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import PolicyFacts, Situation
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.tools import get_policy
from app.tools.lookup import Lookup
from app.vocabulary import Intent, Mode

INTENT = Intent.ORDERING_HELP
TOOLS = (get_policy.NAME,)
SITUATIONS = ("ordering_codes",)
DEFAULT_MODE = Mode.DRAFT


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; a policy is as of now
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    args = get_policy.Args(policy="terms")
    result = await get_policy.run(shop, asker, args)
    return Resolution(situation_of(request, result), lookups=(Lookup.of(get_policy.NAME, args, result),))


def situation_of(request: Request, result: get_policy.Result) -> Situation:
    """What to say, given the shop's terms. A code that is refused has a cause that the terms do not name."""
    asks_codes = CODES.search(request.evidence or request.text) is not None
    paragraphs = about(result.paragraphs, CODES) if asks_codes else ()
    if result.policy is None or not paragraphs:
        return Situation(INTENT, None, None, "The customer needs help with ordering.")
    facts = PolicyFacts(result.policy.title, result.policy.url or None, paragraphs)
    return Situation(
        INTENT, "ordering_codes", facts, "Look in Shopify whether the customer's code is still good."
    )


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
