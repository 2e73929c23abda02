"""Praise and reviews are thanked for; what sounds unhappy a person reads first."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.acknowledgment import TOOLS, acknowledge, received
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import Situation
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.vocabulary import Intent, Mode, Sentiment

INTENT = Intent.FEEDBACK
SITUATIONS = ("feedback_thanks", "feedback_received")
DEFAULT_MODE = Mode.DRAFT


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; nothing is dated here
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    return await acknowledge(situation_of(request), request, shop, asker)


def situation_of(request: Request) -> Situation:
    """Thanks alone where the mail sounds pleased; nobody is thanked for a fault as for a gift."""
    if request.sentiment is Sentiment.POSITIVE:
        return received(request, "feedback_thanks", None)
    return received(
        request, "feedback_received", "The feedback is not plainly praise: read it, and answer what it says."
    )


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
