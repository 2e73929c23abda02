"""Find the one order that a mail names, and read of it what the asker may know.

An order that does not exist, one that is somebody else's and one that Shopify does not show cost the same calls and load
nothing more: only an order of the asker's is read.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import OldestOrder, OrderReference, Shop
from app.tools.order_number import order_names
from app.tools.ownership import OWNED, ownership_of, why_not_owner
from app.vocabulary import Ownership

TOO_OLD = "Orders older than 60 days show only with the scope read_all_orders."

OrderT = TypeVar("OrderT", bound=OrderReference)
Read = Callable[[str], Awaitable[OrderT | None]]


@dataclass(frozen=True)
class Owned(Generic[OrderT]):
    """`order` is there exactly when the asker owns it; `outcome` is for staff."""

    ownership: Ownership
    outcome: str
    order: OrderT | None = None


async def find_owned(shop: ShopifyClient, asker: Identity, written: str, read: Read[OrderT]) -> Owned[OrderT]:
    """The order of that number, if it is the asker's.

    Args:
        shop: The store's shop.
        asker: Whose order it has to be.
        written: The number, as the customer wrote it.
        read: Reads one order by its id; it is called for an order of the asker's alone.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    try:
        settings, oldest = await shop.get_shop(), await shop.find_oldest_order()
        names = order_names(written, settings)
        if not names:
            return Owned(Ownership.NOT_FOUND, "What the mail gives as order number holds no digit.")
        found = await shop.find_orders_by_name(*names)
        if not found:
            return _not_found(names[0], settings, oldest, sees_all=await shop.sees_all_orders())
        return await _read(asker, found, read)
    except AccessDenied as error:
        return Owned(Ownership.OUT_OF_REACH, error.message)


async def read_owned(asker: Identity, known: OrderReference, read: Read[OrderT]) -> Owned[OrderT]:
    """An order that was found before, under the same rules and errors as `find_owned`."""
    try:
        return await _read(asker, (known,), read)
    except AccessDenied as error:
        return Owned(Ownership.OUT_OF_REACH, error.message)


async def _read(asker: Identity, candidates: tuple[OrderReference, ...], read: Read[OrderT]) -> Owned[OrderT]:
    """The first of these that is the asker's; otherwise why the first one is not told."""
    owned = next((order for order in candidates if ownership_of(order, asker) in OWNED), None)
    if owned is None:
        return Owned(Ownership.NOT_OWNER, why_not_owner(candidates[0], asker))
    order = await read(owned.id)
    if order is None:
        return Owned(Ownership.NOT_FOUND, f"Shopify shows no order {owned.name}.")
    ownership = ownership_of(order, asker)
    if ownership not in OWNED:  # it changed hands between the two calls
        return Owned(Ownership.NOT_OWNER, why_not_owner(order, asker))
    return Owned(ownership, _why_owned(order, ownership), order)


def _why_owned(order: OrderReference, ownership: Ownership) -> str:
    if ownership is Ownership.ON_ORDER:
        return f"Order {order.name} was placed with the address that a reply would reach."
    if ownership is Ownership.PROVEN:
        return f"Who writes has answered a code that was sent to the address of order {order.name}."
    return f"Order {order.name} belongs to a customer with the address that a reply would reach."


def _not_found(name: str, shop: Shop, oldest: OldestOrder | None, *, sees_all: bool) -> Owned[OrderT]:
    """Numbers rise with time: one below the oldest that shows is of an order that Shopify keeps from the app."""
    if sees_all:
        return Owned(Ownership.NOT_FOUND, f"Shopify shows no order {name}.")
    number = _number(name, shop)
    if oldest is not None and number is not None and number < oldest.number:
        return Owned(Ownership.OUT_OF_REACH, f"Order {name} is older than what Shopify shows. {TOO_OLD}")
    return Owned(Ownership.NOT_FOUND, f"Shopify shows no order {name}. {TOO_OLD}")


def _number(name: str, shop: Shop) -> int | None:
    """What Shopify counts up: an order's name without the shop's prefix and suffix."""
    core = name.removeprefix(shop.order_number_format_prefix).removesuffix(shop.order_number_format_suffix)
    return int(core) if core.isascii() and core.isdigit() else None
