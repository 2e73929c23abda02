"""Look up what was tried, reserved and charged for an order."""

from dataclasses import dataclass

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.schemas import OrderReference, PaidOrder
from app.tools.lookup import Json
from app.tools.order_args import OrderArgs
from app.tools.owned_order import Owned, find_owned, read_owned
from app.tools.plain import iso, money_of, word
from app.vocabulary import Ownership

NAME = "get_payments"


class Args(OrderArgs):
    """Which order."""


@dataclass(frozen=True)
class Result:
    """`order` is there exactly when the asker owns it; `outcome` is for staff."""

    ownership: Ownership
    outcome: str
    order: PaidOrder | None = None

    def staff_facts(self) -> dict[str, Json]:
        if self.order is None:
            return {}
        return {
            "order": self.order.name,
            "ordered_at": iso(self.order.processed_at),
            "payment": word(self.order.display_financial_status),
            "total": money_of(self.order.total_price_set),
            "received": money_of(self.order.total_received_set),
            "still_to_pay": money_of(self.order.total_outstanding_set),
            "refunded": money_of(self.order.total_refunded_set),
            "transactions": [
                {
                    "kind": word(transaction.kind),
                    "status": word(transaction.status),
                    "amount": money_of(transaction.amount_set),
                    "by": transaction.formatted_gateway,
                    "at": iso(transaction.processed_at),
                }
                for transaction in self.order.transactions
            ],
        }


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """The payments of the order of that number, if it is the asker's.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    return _result(await find_owned(shop, asker, args.order_number, shop.get_payments))


async def read_listed(shop: ShopifyClient, asker: Identity, listed: OrderReference) -> Result:
    """The payments of an order that was found before, under the same rules and errors as `run`."""
    return _result(await read_owned(asker, listed, shop.get_payments))


def _result(found: Owned[PaidOrder]) -> Result:
    return Result(found.ownership, found.outcome, found.order)
