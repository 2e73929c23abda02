"""An answer that is one of the shop's policies, in the shop's own words."""

from app.identity import Identity
from app.intents.passages import select
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import PolicyFacts, Situation
from app.intents.thresholds import LONGEST_POLICY
from app.shopify.client import ShopifyClient
from app.tools import get_policy
from app.tools.lookup import Lookup

TOOLS = (get_policy.NAME,)


async def answer(
    request: Request, name: str, policy: get_policy.Kind, shop: ShopifyClient, asker: Identity
) -> Resolution:
    """The situation `name` with what that policy says to the question, or a hand-over where there is none."""
    args = get_policy.Args(policy=policy)
    result = await get_policy.run(shop, asker, args)
    return Resolution(
        situation_of(request, name, result), lookups=(Lookup.of(get_policy.NAME, args, result),)
    )


def situation_of(request: Request, name: str, result: get_policy.Result) -> Situation:
    """What to say, given what the tool found."""
    if result.policy is None:
        return Situation(request.intent, None, None, result.outcome)
    told = select(result.paragraphs, request.evidence or request.text)
    facts = PolicyFacts(result.policy.title, result.policy.url or None, told.paragraphs, told.is_chosen)
    is_long = not told.is_chosen and sum(map(len, told.paragraphs)) > LONGEST_POLICY
    person = "The policy is long: leave only what answers the question." if is_long else None
    return Situation(request.intent, name, facts, person)
