"""May I still cancel? Shopify's rules are checked, and a person decides: nothing is cancelled here."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import one_order
from app.intents.one_order import UNDER_REVIEW, Judgement, Subject, about_one_order, why_decide
from app.intents.order_search import unsent_or_latest
from app.intents.order_state import OrderState
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.tools import propose_cancel
from app.tools.lookup import Lookup
from app.tools.proposal import Proposal
from app.vocabulary import Intent, Mode

INTENT = Intent.CANCEL_ORDER
TOOLS = (*one_order.TOOLS, propose_cancel.NAME)
SITUATIONS = (
    "cancel_possible",
    "cancel_too_late",
    "order_cancelled",
    UNDER_REVIEW,
    *one_order.SITUATIONS,
)
DEFAULT_MODE = Mode.DRAFT


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    return await about_one_order(
        request, shop, asker, choose=unsent_or_latest, judge=_judge, now=now, timezone=timezone
    )


async def _judge(subject: Subject) -> Judgement:
    if subject.state.name == "order_cancelled":
        return Judgement("order_cancelled", subject.state.person)
    args = propose_cancel.Args(order_number=subject.order.name)
    result = await propose_cancel.run(subject.shop, subject.asker, args)
    lookups = (Lookup.of(propose_cancel.NAME, args, result),)
    if result.proposal is None:
        return Judgement(UNDER_REVIEW, result.outcome, lookups=lookups)
    name = situation_of(subject.state, result.proposal)
    return Judgement(name, why_decide(result.proposal), lookups=lookups)


def situation_of(state: OrderState, proposal: Proposal) -> str:
    """Which situation an order is whose customer wants to cancel it, and that is not cancelled yet."""
    if proposal.is_allowed:
        return "cancel_possible"
    return "cancel_too_late" if has_left(state) else UNDER_REVIEW


def has_left(state: OrderState) -> bool:
    """Whether a parcel of the order has left; what is not sent by post never does."""
    return bool(state.facts.parcels) and state.name != "order_digital_sent"


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
