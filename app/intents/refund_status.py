"""Where is my money? Answered once the shop has paid back; before that it is a person's decision."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.order_search import TOOLS, find_orders, paid_back_or_latest
from app.intents.order_state import order_state
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import Situation, UnknownOrderFacts
from app.intents.spec import IntentSpec
from app.intents.thresholds import REFUND_ON_ITS_WAY_DAYS
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Order
from app.vocabulary import Intent, Mode

INTENT = Intent.REFUND_STATUS
SITUATIONS = ("refund_made", "order_unknown")
DEFAULT_MODE = Mode.DRAFT


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    found = await find_orders(request, shop, asker, choose=paid_back_or_latest, now=now)
    situation = situation_of(found.orders, now, timezone, number=request.order_number, person=found.person)
    return Resolution(situation, found.ownership, found.lookups, found.orders)


def situation_of(
    orders: tuple[Order, ...],
    now: datetime,
    timezone: ZoneInfo,
    *,
    number: str | None = None,
    person: str | None = None,
) -> Situation:
    """What to say about the refund; the arguments are those of `order_status.situation_of`."""
    if not orders:
        return Situation(INTENT, "order_unknown", UnknownOrderFacts(number), person)
    if len(orders) > 1:
        names = ", ".join(order.name for order in orders)
        return Situation(
            INTENT, None, None, f"Several orders were refunded ({names}): find out which one is meant."
        )
    facts = order_state(orders[0], now, timezone).facts
    if facts.refunded is None:
        return Situation(INTENT, None, None, _without_refund(orders[0]))
    days = (now.astimezone(timezone).date() - facts.refunded_on).days if facts.refunded_on else 0
    late = f"The refund was made {days} days ago and the customer still asks: check whether it arrived."
    return Situation(
        INTENT, "refund_made", facts, person or (late if days > REFUND_ON_ITS_WAY_DAYS else None)
    )


def _without_refund(order: Order) -> str:
    after = " although it is cancelled" if order.cancelled_at else ""
    return f"The customer asks about a refund, and Shopify shows none on {order.name}{after}."


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
