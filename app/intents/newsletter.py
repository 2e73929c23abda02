"""Subscribed or not? Changing that changes a consent: a person does it in Shopify."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.acknowledgment import TOOLS, read_background
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import NewsletterFacts, Situation
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.statuses import MarketingState
from app.tools import get_customer
from app.vocabulary import Intent, Mode, Ownership

INTENT = Intent.NEWSLETTER
SITUATIONS = ("newsletter_subscribed", "newsletter_not_subscribed", "newsletter_pending")
DEFAULT_MODE = Mode.DRAFT

_NAMES: Mapping[MarketingState, str] = {
    MarketingState.SUBSCRIBED: "newsletter_subscribed",
    MarketingState.NOT_SUBSCRIBED: "newsletter_not_subscribed",
    MarketingState.UNSUBSCRIBED: "newsletter_not_subscribed",
    MarketingState.PENDING: "newsletter_pending",
}
# "Am I subscribed?" wants an answer. Whatever else is said of a newsletter may be a wish to change something.
_ASKS_ONLY = re.compile(
    r"\b(am|are) (i|we) (already |still |even )?(subscribed|signed up|on (the|your))|do i (already |still )?get"
    r"|bin ich (schon |noch |bereits )?.*(angemeldet|abonniert|eingetragen)|habe ich .*abonniert"
    r"|suis[- ]je (déjà |encore )?(abonné|inscrit)|estoy (ya )?(suscrit|inscrit)|(مشترک|عضو) .*(هستم|شده‌ام|شدم)",
    re.IGNORECASE,
)


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; a consent is as of now
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    background = await read_background(request, shop, asker)
    found = background.customer
    situation = situation_of(request, found, asker.reply_to_recipient)
    return Resolution(situation, found.ownership, background.lookups, background.orders)


def situation_of(request: Request, found: get_customer.Result, address: str) -> Situation:
    """What to say, given the customer record of the address that the reply reaches."""
    if found.newsletter is None:
        why = found.outcome if found.ownership is Ownership.OUT_OF_REACH else "Shopify has no such customer."
        return Situation(INTENT, None, None, f"The customer writes about the newsletter. {why}")
    name = _NAMES.get(found.newsletter)
    if name is None:
        why = f"Shopify's state of the address is {found.newsletter.value.lower()}."
        return Situation(INTENT, None, None, f"The customer writes about the newsletter. {why}")
    asks_only = _ASKS_ONLY.search(request.evidence) is not None
    return Situation(INTENT, name, NewsletterFacts(address), None if asks_only else _to_do(found.newsletter))


def _to_do(state: MarketingState) -> str:
    """What an agent may have to change, as a proposal."""
    if state is MarketingState.SUBSCRIBED:
        return "The address is subscribed. If the customer wants no newsletter, unsubscribe them in Shopify."
    return (
        "The address is not subscribed. If the customer wants the newsletter, subscribe them in Shopify; if one "
        "reaches them all the same, find out who sends it."
    )


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
