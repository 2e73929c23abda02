"""Look up what comes back of an order: each return with its goods, how far it is, and what goes out instead."""

from dataclasses import dataclass

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.schemas import OrderReference, Return, ReturnedLine, ReturnedOrder
from app.tools.lookup import Json
from app.tools.order_args import OrderArgs
from app.tools.owned_order import Owned, find_owned, read_owned
from app.tools.plain import iso, name_of
from app.vocabulary import Ownership

NAME = "get_returns"


class Args(OrderArgs):
    """Which order."""


@dataclass(frozen=True)
class Result:
    """`order` is there exactly when the asker owns it; `outcome` is for staff."""

    ownership: Ownership
    outcome: str
    order: ReturnedOrder | None = None

    def staff_facts(self) -> dict[str, Json]:
        if self.order is None:
            return {}
        return {
            "order": self.order.name,
            "status": self.order.return_status.value,
            "returns": [_return(one) for one in self.order.returns.nodes],
        }


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """The returns of the order of that number, if it is the asker's.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    return _result(await find_owned(shop, asker, args.order_number, shop.get_returns))


async def read_listed(shop: ShopifyClient, asker: Identity, listed: OrderReference) -> Result:
    """The returns of an order that was found before, under the same rules and errors as `run`."""
    return _result(await read_owned(asker, listed, shop.get_returns))


def _result(found: Owned[ReturnedOrder]) -> Result:
    return Result(found.ownership, found.outcome, found.order)


def _return(one: Return) -> Json:
    return {
        "return": one.name,
        "status": one.status.value,
        "asked_at": iso(one.created_at),
        "approved_at": iso(one.request_approved_at),
        "closed_at": iso(one.closed_at),
        "declined": one.decline.reason.value if one.decline else None,
        "declined_note": one.decline.note if one.decline else None,
        "items": [_item(line) for line in one.return_line_items.nodes],
        "instead": [
            {"title": name_of(line), "quantity": exchange.quantity}
            for exchange in one.exchange_line_items.nodes
            for line in exchange.line_items or ()
        ],
    }


def _item(line: ReturnedLine) -> Json:
    reason = line.return_reason_definition
    return {
        "title": name_of(line.fulfillment_line_item.line_item) if line.fulfillment_line_item else None,
        "quantity": line.quantity,
        "received": line.processed_quantity,
        "refunded": line.refunded_quantity,
        "reason": reason.name if reason else None,
    }
