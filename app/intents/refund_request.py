"""I want my money back: what Shopify could pay back is worked out, and a person decides. Nothing is promised."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import one_order
from app.intents.one_order import UNDER_REVIEW, Judgement, Subject, about_one_order, joined, why_decide
from app.intents.order_search import recent_or_latest
from app.intents.refunds import made, not_made, read_refunds
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.statuses import FinancialStatus
from app.tools import get_refunds, propose_refund
from app.tools.lookup import Lookup
from app.vocabulary import Intent, Mode

INTENT = Intent.REFUND_REQUEST
TOOLS = (*one_order.TOOLS, get_refunds.NAME, propose_refund.NAME)
SITUATIONS = (
    "refund_possible",
    "refund_made",
    "refund_pending",
    "refund_failed",
    "refund_awaits_return",
    "refund_nothing_paid",
    UNDER_REVIEW,
    *one_order.SITUATIONS,
)
DEFAULT_MODE = Mode.DRAFT

_ASKS = "The customer wants money back."


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    return await about_one_order(
        request, shop, asker, choose=recent_or_latest, judge=_judge, now=now, timezone=timezone
    )


async def _judge(subject: Subject) -> Judgement:
    if subject.order.display_financial_status is FinancialStatus.REFUNDED and subject.facts.refunded:
        result, lookups = await read_refunds(subject)
        name, why = made(result)
        return Judgement(name, joined(_ASKS, "All of it was paid back already.", why), lookups=lookups)
    explained = not_made(subject.order, subject.state)
    if explained is not None:
        return Judgement(explained[0], joined(_ASKS, explained[1]))
    return await _proposed(subject)


async def _proposed(subject: Subject) -> Judgement:
    args = propose_refund.Args(order_number=subject.order.name, goods=subject.request.product_query or None)
    result = await propose_refund.run(subject.shop, subject.asker, args)
    lookups = (Lookup.of(propose_refund.NAME, args, result),)
    if result.proposal is None:
        return Judgement(UNDER_REVIEW, joined(_ASKS, result.outcome), lookups=lookups)
    name = "refund_possible" if result.proposal.is_allowed else UNDER_REVIEW
    return Judgement(name, joined(_ASKS, why_decide(result.proposal)), lookups=lookups)


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
