"""Look up one order by the number that the mail names: everything that its situation is decided by."""

from dataclasses import dataclass

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Order, OrderReference
from app.tools.lookup import Json
from app.tools.order_args import OrderArgs
from app.tools.owned_order import Owned, find_owned, read_owned
from app.tools.staff_facts import order_facts
from app.vocabulary import Ownership

NAME = "get_order"


class Args(OrderArgs):
    """Which order."""


@dataclass(frozen=True)
class Result:
    """`order` is there exactly when the asker owns it; `outcome` is for staff."""

    ownership: Ownership
    outcome: str
    order: Order | None = None

    def staff_facts(self) -> dict[str, Json]:
        return order_facts(self.order) if self.order else {}


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """The order of that number, if it is the asker's.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    return _result(await find_owned(shop, asker, args.order_number, shop.get_order))


async def read_listed(shop: ShopifyClient, asker: Identity, listed: OrderReference) -> Result:
    """One order of `list_orders` in full, under the same rules and errors as `run`."""
    return _result(await read_owned(asker, listed, shop.get_order))


def _result(found: Owned[Order]) -> Result:
    return Result(found.ownership, found.outcome, found.order)
