"""Not received, damaged, wrong, or something is missing: a first kind answer, and always a person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import one_order
from app.intents.delivery_words import Trouble, trouble_in
from app.intents.one_order import Judgement, Subject, about_one_order, joined
from app.intents.order_search import sent_or_latest
from app.intents.order_state import ORDER_SITUATIONS, OrderState
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.vocabulary import Intent, Mode

INTENT = Intent.DELIVERY_PROBLEM
TOOLS = one_order.TOOLS
SITUATIONS = (
    "delivered_not_received",
    "delivery_damaged",
    "delivery_wrong_item",
    "delivery_item_missing",
    "delivery_problem_noted",
    *ORDER_SITUATIONS,
    *one_order.SITUATIONS,
)
DEFAULT_MODE = Mode.DRAFT

_IN_HAND = {
    Trouble.DAMAGED: "delivery_damaged",
    Trouble.WRONG_ITEM: "delivery_wrong_item",
    Trouble.MISSING_ITEM: "delivery_item_missing",
}
_ARRIVED = frozenset(
    {
        "order_delivered",
        "order_picked_up",
        "order_partly_refunded",
        "order_return_requested",
        "order_return_open",
    }
)
_REASONS = {
    Trouble.DAMAGED: "The customer says that something arrived damaged: look at it, and decide how to make it good.",
    Trouble.WRONG_ITEM: "The customer says that something wrong arrived: decide how to make it good.",
    Trouble.MISSING_ITEM: "The customer says that something was missing: find out what was packed.",
    Trouble.NOT_RECEIVED: "The customer says that it has not come: ask the carrier, and decide how to make it good.",
}
_UNCLEAR = "The customer has a problem with a delivery: decide how to make it good."
_NOT_THERE_YET = "As far as the carrier reports, it has not arrived."


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    return await about_one_order(
        request, shop, asker, choose=sent_or_latest, judge=_judge, now=now, timezone=timezone
    )


async def _judge(subject: Subject) -> Judgement:
    trouble = trouble_in(subject.request.evidence, subject.request.text)
    name, contradiction = situation_of(subject.state, trouble)
    why = _REASONS.get(trouble, _UNCLEAR) if trouble else _UNCLEAR
    return Judgement(name, joined(why, contradiction, subject.state.person))


def situation_of(state: OrderState, trouble: Trouble | None) -> tuple[str, str | None]:
    """What to answer to a problem with a delivery, and what in it contradicts what the carrier says.

    What is only late is told where it is. What is in the customer's hands is theirs to describe. What was delivered
    and did not come is looked for.
    """
    has_arrived = state.name in _ARRIVED
    if trouble is Trouble.MISSING_ITEM and state.name == "order_partly_shipped":
        return "order_partly_shipped", "What is missed may be what has not left yet."
    if trouble in _IN_HAND:
        has_parts = has_arrived or any(parcel.delivered_on for parcel in state.facts.parcels)
        return _IN_HAND[trouble], None if has_parts else _NOT_THERE_YET
    if has_arrived and trouble is Trouble.NOT_RECEIVED:
        return "delivered_not_received", None
    if has_arrived or state.name is None:
        return "delivery_problem_noted", None
    return state.name, None


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
