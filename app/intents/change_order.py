"""May I change what I ordered? Possible until it leaves; a person changes it in Shopify."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import one_order
from app.intents.cancel_order import has_left
from app.intents.one_order import UNDER_REVIEW, Judgement, Subject, about_one_order, joined
from app.intents.order_facts import open_works
from app.intents.order_search import unsent_or_latest
from app.intents.order_state import OrderState
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Order
from app.shopify.statuses import FulfillmentRequestStatus as Asked
from app.vocabulary import Intent, Mode

INTENT = Intent.CHANGE_ORDER
TOOLS = one_order.TOOLS
SITUATIONS = (
    "order_change_possible",
    "order_change_too_late",
    "order_cancelled",
    UNDER_REVIEW,
    *one_order.SITUATIONS,
)
DEFAULT_MODE = Mode.DRAFT

_REASONS = {
    "order_change_possible": "The customer wants to change an order that has not left: decide, and edit it in Shopify.",
    "order_change_too_late": "The customer wants to change an order that has left, at least in part.",
    UNDER_REVIEW: "The customer wants to change an order that a fulfilment service has, or that is not sent: decide.",
}
_HANDED_ON = frozenset({Asked.SUBMITTED, Asked.ACCEPTED})
_WAITING = frozenset(
    {
        "order_awaiting_payment",
        "order_partly_paid",
        "order_payment_lapsed",
        "order_in_review",
        "order_on_hold",
        "order_preorder",
        "order_not_shipped",
        "order_late_to_ship",
        "order_pickup_preparing",
    }
)


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    return await about_one_order(
        request, shop, asker, choose=unsent_or_latest, judge=_judge, now=now, timezone=timezone
    )


async def _judge(subject: Subject) -> Judgement:
    name = situation_of(subject.state, subject.order)
    return Judgement(name, joined(_REASONS.get(name), subject.state.person))


def situation_of(state: OrderState, order: Order) -> str:
    """Which situation an order is whose customer wants other goods, or more, or fewer."""
    if state.name == "order_cancelled":
        return "order_cancelled"
    if has_left(state):
        return "order_change_too_late"
    is_handed_on = any(work.request_status in _HANDED_ON for work in open_works(order))
    is_possible = state.name in _WAITING and not is_handed_on
    return "order_change_possible" if is_possible else UNDER_REVIEW


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
