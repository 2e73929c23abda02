"""Where is my money? What the shop has paid back, and how far it is; before that it is a person's decision."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import one_order
from app.intents.one_order import Judgement, Subject, about_one_order, joined
from app.intents.order_search import paid_back_or_latest
from app.intents.refunds import made, not_made, read_refunds
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import OrderFacts
from app.intents.spec import IntentSpec
from app.intents.thresholds import REFUND_ON_ITS_WAY_DAYS
from app.shopify.client import ShopifyClient
from app.tools import get_refunds
from app.vocabulary import Intent, Mode

INTENT = Intent.REFUND_STATUS
TOOLS = (*one_order.TOOLS, get_refunds.NAME)
SITUATIONS = (
    "refund_made",
    "refund_pending",
    "refund_failed",
    "refund_awaits_return",
    "refund_nothing_paid",
    "refund_not_made",
    *one_order.SITUATIONS,
)
DEFAULT_MODE = Mode.DRAFT


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    return await about_one_order(
        request, shop, asker, choose=paid_back_or_latest, judge=_judge, now=now, timezone=timezone
    )


async def _judge(subject: Subject) -> Judgement:
    if subject.facts.refunded is not None:
        result, lookups = await read_refunds(subject)
        name, why = made(result)
        return Judgement(name, joined(why, _late(subject.facts, subject.today)), lookups=lookups)
    return Judgement(*(not_made(subject.order, subject.state) or _unexplained(subject)))


def _late(facts: OrderFacts, today: date) -> str | None:
    days = (today - facts.refunded_on).days if facts.refunded_on else 0
    late = f"The refund was made {days} days ago and the customer still asks: check whether it arrived."
    return late if days > REFUND_ON_ITS_WAY_DAYS else None


def _unexplained(subject: Subject) -> tuple[str, str]:
    after = " although it is cancelled" if subject.order.cancelled_at else ""
    number = subject.facts.number
    why = f"The customer asks about a refund, and Shopify shows none on {number}{after}."
    return "refund_not_made", why


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
