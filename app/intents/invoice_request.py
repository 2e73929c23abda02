"""An invoice: Shopify makes none. The order's own page is told, and a person makes what the customer needs."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import one_order
from app.intents.one_order import Judgement, Subject, about_one_order
from app.intents.order_search import recent_or_latest
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.vocabulary import Intent, Mode, Ownership

INTENT = Intent.INVOICE_REQUEST
TOOLS = one_order.TOOLS
SITUATIONS = ("invoice_order_page", "invoice_requested", *one_order.SITUATIONS)
DEFAULT_MODE = Mode.DRAFT

_MAY_OPEN = frozenset({Ownership.ON_ORDER, Ownership.CUSTOMER})
"""The page's address is the key to it: only those get it to whom Shopify itself has sent it."""


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    return await about_one_order(
        request, shop, asker, choose=recent_or_latest, judge=_judge, now=now, timezone=timezone
    )


async def _judge(subject: Subject) -> Judgement:
    url = subject.order.status_page_url if subject.ownership in _MAY_OPEN else None
    why = "The customer wants an invoice: make it, and attach it."
    if url is None:
        return Judgement("invoice_requested", why)
    return Judgement("invoice_order_page", why, replace(subject.facts, status_url=url))


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
