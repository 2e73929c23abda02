"""What are the rules for returns, refunds and exchanges?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import policy_answer
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.vocabulary import Intent, Mode

INTENT = Intent.RETURN_POLICY
SITUATIONS = ("return_policy",)
DEFAULT_MODE = Mode.DRAFT


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; a policy is as of now
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    return await policy_answer.answer(request, SITUATIONS[0], "refund", shop, asker)


SPEC = IntentSpec(INTENT, policy_answer.TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
