"""An answer that is one of the shop's policies, in the shop's own words."""

from typing import Literal

from app.identity import Identity
from app.intents.resolution import Resolution
from app.intents.situation import PolicyFacts, Situation
from app.intents.thresholds import LONGEST_POLICY
from app.shopify.client import ShopifyClient
from app.tools import get_policy
from app.tools.lookup import Lookup
from app.vocabulary import Intent

TOOLS = (get_policy.NAME,)


async def answer(
    intent: Intent, name: str, policy: Literal["refund", "shipping"], shop: ShopifyClient, asker: Identity
) -> Resolution:
    """The situation `name` with the shop's policy of that kind, or a hand-over where there is none."""
    args = get_policy.Args(policy=policy)
    result = await get_policy.run(shop, asker, args)
    return Resolution(situation_of(intent, name, result), lookups=(Lookup.of(get_policy.NAME, args, result),))


def situation_of(intent: Intent, name: str, result: get_policy.Result) -> Situation:
    """What to say, given what the tool found."""
    if result.policy is None:
        return Situation(intent, None, None, result.outcome)
    facts = PolicyFacts(result.policy.title, result.policy.url or None, result.paragraphs)
    length = sum(map(len, result.paragraphs))
    too_long = (
        "The policy is long: leave only what answers the question." if length > LONGEST_POLICY else None
    )
    return Situation(intent, name, facts, too_long)
