"""What a person answers: the customer hears that their mail has arrived, the agent gets the facts at hand."""

from dataclasses import dataclass

from app.identity import Identity
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import ReceivedFacts, Situation
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Order
from app.tools import get_customer, get_order
from app.tools.lookup import Lookup
from app.vocabulary import Ownership

TOOLS = (get_order.NAME, get_customer.NAME)


@dataclass(frozen=True)
class Background:
    """Who writes, and the order if one is named: for the agent alone."""

    lookups: tuple[Lookup, ...]
    customer: get_customer.Result
    orders: tuple[Order, ...] = ()
    ownership: Ownership | None = None


async def read_background(request: Request, shop: ShopifyClient, asker: Identity) -> Background:
    """Look up who writes, and the order if one is named."""
    customer_args = get_customer.Args()
    customer = await get_customer.run(shop, asker, customer_args)
    lookups = (Lookup.of(get_customer.NAME, customer_args, customer),)
    if not request.order_number:
        return Background(lookups, customer)
    order_args = get_order.Args(order_number=request.order_number[:64])
    result = await get_order.run(shop, asker, order_args)
    return Background(
        (*lookups, Lookup.of(get_order.NAME, order_args, result)),
        customer,
        (result.order,) if result.order else (),
        result.ownership,
    )


async def acknowledge(
    situation: Situation, request: Request, shop: ShopifyClient, asker: Identity
) -> Resolution:
    """The situation, with what an agent wants to see beside it."""
    background = await read_background(request, shop, asker)
    return Resolution(situation, background.ownership, background.lookups, background.orders)


def received(request: Request, name: str, person: str | None) -> Situation:
    """The situation of a mail that has arrived, and of which nothing is told."""
    return Situation(request.intent, name, ReceivedFacts(request.order_number), person)
