"""Wholesale, press, partnership: a person answers."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.acknowledgment import TOOLS, acknowledge, received
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.vocabulary import Intent, Mode

INTENT = Intent.BUSINESS_INQUIRY
SITUATIONS = ("business_inquiry_received",)
DEFAULT_MODE = Mode.DRAFT

_PERSON = "This is a business inquiry: a person answers."


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; nothing is dated here
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    return await acknowledge(received(request, SITUATIONS[0], _PERSON), request, shop, asker)


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
