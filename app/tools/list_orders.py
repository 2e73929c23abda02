"""List the newest orders of the address that a reply would reach, for a mail that names no order."""

from dataclasses import dataclass

from pydantic import Field

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import ListedOrder
from app.tools.goods import NAMED, Score, line_score
from app.tools.lookup import Json, ToolArgs
from app.tools.owned_order import TOO_OLD
from app.tools.ownership import OWNED, ownership_of
from app.tools.staff_facts import listed_facts
from app.tools.words import query_words
from app.vocabulary import Ownership

NAME = "list_orders"
MOST = 10


class Args(ToolArgs):
    """What the mail says of the goods, if anything. Whose orders are listed is the asker's identity."""

    goods: str | None = Field(default=None, max_length=1000)


@dataclass(frozen=True)
class Result:
    """`orders` are the asker's, newest first, ten at most; `named` are those with goods that the mail names."""

    ownership: Ownership
    outcome: str
    orders: tuple[ListedOrder, ...] = ()
    named: tuple[ListedOrder, ...] = ()

    def staff_facts(self) -> dict[str, Json]:
        return {"orders": [listed_facts(order) for order in self.orders]} if self.orders else {}


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """The asker's orders. What was bought is asked for only where several could be meant.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    words = query_words(args.goods or "")
    try:
        orders = await _own(shop, asker, with_items=False)
        if len(orders) > 1 and words:
            orders = await _own(shop, asker, with_items=True)
        if not orders:
            return await _none(shop, asker)
    except AccessDenied as error:
        return Result(Ownership.OUT_OF_REACH, error.message)
    names = ", ".join(order.name for order in orders)
    outcome = f"Orders with the address that a reply would reach: {names}."
    named = with_goods(orders, words)
    if named:
        outcome += f" The goods that the mail names are in {', '.join(order.name for order in named)}."
    return Result(ownership_of(orders[0], asker), outcome, orders, named)


async def _own(shop: ShopifyClient, asker: Identity, *, with_items: bool) -> tuple[ListedOrder, ...]:
    listed = await shop.list_orders(asker.reply_to_recipient, MOST, with_items=with_items)
    return tuple(order for order in listed if ownership_of(order, asker) in OWNED)


async def _none(shop: ShopifyClient, asker: Identity) -> Result:
    """Why there is none. A customer's count has every order, so it tells of those that are too old to be shown."""
    outcome = "Shopify shows no order with the address that a reply would reach."
    if await shop.sees_all_orders():
        return Result(Ownership.NOT_FOUND, outcome)
    customers = await shop.find_customers(asker.reply_to_recipient)
    ordered = sum(customer.number_of_orders for customer in customers)
    if ordered:
        return Result(Ownership.OUT_OF_REACH, f"{outcome} There are {ordered} older ones. {TOO_OLD}")
    return Result(Ownership.NOT_FOUND, f"{outcome} {TOO_OLD}")


def with_goods(orders: tuple[ListedOrder, ...], words: tuple[str, ...]) -> tuple[ListedOrder, ...]:
    """The orders whose goods these words name best, in the same order; none where they name none."""
    scores = [_score(order, words) for order in orders]
    best = max(scores, default=(0.0, 0))
    if best[0] < NAMED:
        return ()
    return tuple(order for order, score in zip(orders, scores, strict=True) if score == best)


def _score(order: ListedOrder, words: tuple[str, ...]) -> Score:
    lines = order.line_items.nodes if order.line_items else ()
    return max((line_score(line, words) for line in lines), default=(0.0, 0))
