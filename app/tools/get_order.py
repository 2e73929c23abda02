"""Look up one order by the number that the mail names.

An order that does not exist, one that is somebody else's and one that Shopify does not show cost the same one search
and load nothing more: only an order of the asker's is read in full.
"""

from dataclasses import dataclass

from pydantic import Field

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import Order, OrderReference
from app.tools.lookup import Json, ToolArgs
from app.tools.order_number import order_names
from app.tools.ownership import OWNED, ownership_of, why_not_owner
from app.tools.staff_facts import order_facts
from app.vocabulary import Ownership

NAME = "get_order"


class Args(ToolArgs):
    """The number, as the customer wrote it: digits of any script, with or without the shop's prefix."""

    order_number: str = Field(min_length=1, max_length=64)


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
    try:
        names = order_names(args.order_number, await shop.get_shop())
        if not names:
            return Result(Ownership.NOT_FOUND, "What the mail gives as order number holds no digit.")
        found = await shop.find_orders_by_name(*names)
        return await _read(shop, asker, found) if found else _not_found(names[0])
    except AccessDenied as error:
        return Result(Ownership.OUT_OF_REACH, error.message)


async def read_listed(shop: ShopifyClient, asker: Identity, listed: OrderReference) -> Result:
    """One order of `list_orders` in full, under the same rules and errors as `run`."""
    try:
        return await _read(shop, asker, (listed,))
    except AccessDenied as error:
        return Result(Ownership.OUT_OF_REACH, error.message)


async def _read(shop: ShopifyClient, asker: Identity, candidates: tuple[OrderReference, ...]) -> Result:
    """The first of these that is the asker's, in full; otherwise why the first one is not told."""
    owned = next((order for order in candidates if ownership_of(order, asker) in OWNED), None)
    if owned is None:
        return Result(Ownership.NOT_OWNER, why_not_owner(candidates[0], asker))
    order = await shop.get_order(owned.id)
    if order is None:
        return _not_found(owned.name)
    ownership = ownership_of(order, asker)
    if ownership not in OWNED:  # it changed hands between the two calls
        return Result(Ownership.NOT_OWNER, why_not_owner(order, asker))
    return Result(ownership, _why_owned(order, ownership), order)


def _why_owned(order: Order, ownership: Ownership) -> str:
    if ownership is Ownership.ON_ORDER:
        return f"Order {order.name} was placed with the address that a reply would reach."
    return f"Order {order.name} belongs to a customer with the address that a reply would reach."


def _not_found(name: str) -> Result:
    return Result(
        Ownership.NOT_FOUND,
        f"Shopify shows no order {name}. Orders older than 60 days show only with the scope read_all_orders.",
    )
