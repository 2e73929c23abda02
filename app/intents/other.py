"""What is none of the things that are answered here: no template can, a person does."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.acknowledgment import TOOLS, acknowledge
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import Situation
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.vocabulary import Intent, Mode

INTENT = Intent.OTHER
DEFAULT_MODE = Mode.DRAFT

_PERSON = "What the customer wants is none of the things that are answered here."


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; nothing is dated here
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    return await acknowledge(Situation(INTENT, None, None, _PERSON), request, shop, asker)


SPEC = IntentSpec(INTENT, TOOLS, (), DEFAULT_MODE, resolve)
