"""May it go to another address? Possible until it leaves; a person changes it, with the address from the mail."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import one_order
from app.intents.cancel_order import has_left
from app.intents.one_order import UNDER_REVIEW, Judgement, Subject, about_one_order, why_decide
from app.intents.order_search import unsent_or_latest
from app.intents.order_state import OrderState
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.tools import propose_address_change
from app.tools.lookup import Lookup
from app.tools.proposal import Proposal
from app.vocabulary import Intent, Mode

INTENT = Intent.CHANGE_ADDRESS
TOOLS = (*one_order.TOOLS, propose_address_change.NAME)
SITUATIONS = (
    "address_change_possible",
    "address_change_too_late",
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
    # Nobody has read the new address out of the mail: whether one may be set is asked, not which.
    args = propose_address_change.Args(order_number=subject.order.name)
    result = await propose_address_change.run(subject.shop, subject.asker, args)
    lookups = (Lookup.of(propose_address_change.NAME, args, result),)
    if result.proposal is None:
        return Judgement(UNDER_REVIEW, result.outcome, lookups=lookups)
    name = situation_of(subject.state, result.proposal)
    return Judgement(name, why_decide(result.proposal), lookups=lookups)


def situation_of(state: OrderState, proposal: Proposal) -> str:
    """Which situation an order is whose customer wants it sent elsewhere, and that is not cancelled."""
    if proposal.is_allowed:
        return "address_change_possible"
    return "address_change_too_late" if has_left(state) else UNDER_REVIEW


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
