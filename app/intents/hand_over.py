"""Everything that no template answers yet: a person does, with the facts at hand."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import Situation
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Order
from app.tools import get_customer, get_order
from app.tools.lookup import Lookup
from app.vocabulary import Intent, Mode

TOOLS = (get_order.NAME, get_customer.NAME)
DEFAULT_MODE = Mode.DRAFT

REASONS: Mapping[Intent, str] = {
    Intent.ORDERING_HELP: "The customer needs help with ordering.",
    Intent.PAYMENT_PROBLEM: "The customer has a problem with a payment.",
    Intent.PAYMENT_QUESTION: "The customer asks how to pay.",
    Intent.ACCOUNT_HELP: "The customer needs help with an account.",
    Intent.NEWSLETTER: "The customer writes about the newsletter: subscribe or unsubscribe by hand.",
    Intent.COMPLAINT: "The customer complains: a person answers.",
    Intent.FEEDBACK: "The customer sends feedback: thank them.",
    Intent.HUMAN_REQUEST: "The customer asks for a person.",
    Intent.BUSINESS_INQUIRY: "This is a business inquiry.",
    Intent.OTHER: "What the customer wants is none of the things that are answered here.",
}


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; nothing is dated here
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    """Look up who writes, and the order if one is named: for the agent alone."""
    customer_args = get_customer.Args()
    customer = await get_customer.run(shop, asker, customer_args)
    lookups = [Lookup.of(get_customer.NAME, customer_args, customer)]
    orders: tuple[Order, ...] = ()
    ownership = None
    if request.order_number:
        order_args = get_order.Args(order_number=request.order_number[:64])
        result = await get_order.run(shop, asker, order_args)
        lookups.append(Lookup.of(get_order.NAME, order_args, result))
        orders, ownership = (result.order,) if result.order else (), result.ownership
    return Resolution(situation_of(request), ownership, tuple(lookups), orders)


def situation_of(request: Request) -> Situation:
    return Situation(request.intent, None, None, REASONS[request.intent])


SPECS = {intent: IntentSpec(intent, TOOLS, (), DEFAULT_MODE, resolve) for intent in REASONS}
