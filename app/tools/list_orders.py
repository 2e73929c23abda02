"""List the newest orders of the address that a reply would reach, for a mail that names no order."""

from dataclasses import dataclass

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import ListedOrder
from app.tools.lookup import Json, ToolArgs
from app.tools.ownership import OWNED, ownership_of
from app.tools.staff_facts import listed_facts
from app.vocabulary import Ownership

NAME = "list_orders"
MOST = 10


class Args(ToolArgs):
    """None: whose orders are listed is the asker's identity, which no argument can change."""


@dataclass(frozen=True)
class Result:
    """`orders` are the asker's, newest first, ten at most."""

    ownership: Ownership
    outcome: str
    orders: tuple[ListedOrder, ...] = ()

    def staff_facts(self) -> dict[str, Json]:
        return {"orders": [listed_facts(order) for order in self.orders]} if self.orders else {}


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:  # noqa: ARG001  every tool has one signature
    """The asker's orders.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    try:
        listed = await shop.list_orders(asker.reply_to_recipient, MOST)
    except AccessDenied as error:
        return Result(Ownership.OUT_OF_REACH, error.message)
    orders = tuple(order for order in listed if ownership_of(order, asker) in OWNED)
    if not orders:
        return Result(
            Ownership.NOT_FOUND,
            "Shopify shows no order with the address that a reply would reach."
            " Orders older than 60 days show only with the scope read_all_orders.",
        )
    names = ", ".join(order.name for order in orders)
    return Result(
        ownership_of(orders[0], asker), f"Orders with the address that a reply would reach: {names}.", orders
    )
