"""Look up what was paid back of an order: how much, for what, and whether the payment provider has done it."""

from dataclasses import dataclass
from decimal import Decimal

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.schemas import MoneyV2, OrderReference, RefundDetail, RefundedOrder
from app.shopify.statuses import TransactionKind, TransactionStatus
from app.tools.lookup import Json
from app.tools.order_args import OrderArgs
from app.tools.owned_order import Owned, find_owned, read_owned
from app.tools.plain import iso, money_of, name_of, told, word
from app.vocabulary import Ownership

NAME = "get_refunds"

_ON_ITS_WAY = frozenset({TransactionStatus.PENDING, TransactionStatus.AWAITING_RESPONSE})
_FAILED = frozenset({TransactionStatus.ERROR, TransactionStatus.FAILURE})


class Args(OrderArgs):
    """Which order."""


@dataclass(frozen=True)
class Result:
    """`order` is there exactly when the asker owns it; `outcome` is for staff."""

    ownership: Ownership
    outcome: str
    order: RefundedOrder | None = None

    @property
    def pending(self) -> MoneyV2 | None:
        """What was given back and has not left the payment provider yet, in the shopper's currency."""
        return _sum(self.order, _ON_ITS_WAY)

    @property
    def failed(self) -> MoneyV2 | None:
        """What the payment provider refused to give back: a person has to look."""
        return _sum(self.order, _FAILED)

    def staff_facts(self) -> dict[str, Json]:
        if self.order is None:
            return {}
        return {
            "order": self.order.name,
            "payment": word(self.order.display_financial_status),
            "refunded": money_of(self.order.total_refunded_set),
            "pending": told(self.pending) if self.pending else None,
            "failed": told(self.failed) if self.failed else None,
            "refunds": [_refund(refund) for refund in self.order.refunds],
        }


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """The refunds of the order of that number, if it is the asker's.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    return _result(await find_owned(shop, asker, args.order_number, shop.get_refunds))


async def read_listed(shop: ShopifyClient, asker: Identity, listed: OrderReference) -> Result:
    """The refunds of an order that was found before, under the same rules and errors as `run`."""
    return _result(await read_owned(asker, listed, shop.get_refunds))


def _result(found: Owned[RefundedOrder]) -> Result:
    return Result(found.ownership, found.outcome, found.order)


def _sum(order: RefundedOrder | None, statuses: frozenset[TransactionStatus]) -> MoneyV2 | None:
    amounts = [
        transaction.amount_set.presentment_money
        for refund in (order.refunds if order else ())
        for transaction in refund.transactions.nodes
        if transaction.kind is TransactionKind.REFUND and transaction.status in statuses
    ]
    if not amounts:
        return None
    whole = sum((money.amount for money in amounts), Decimal(0))
    return MoneyV2(amount=whole, currency_code=amounts[0].currency_code)


def _refund(refund: RefundDetail) -> Json:
    return {
        "at": iso(refund.processed_at),
        "amount": money_of(refund.total_refunded_set),
        "items": [
            {
                "title": name_of(line.line_item),
                "quantity": line.quantity,
                "amount": money_of(line.subtotal_set),
            }
            for line in refund.refund_line_items.nodes
        ],
        "payments": [
            {
                "status": word(transaction.status),
                "amount": money_of(transaction.amount_set),
                "by": transaction.formatted_gateway,
                "done_at": iso(transaction.processed_at),
            }
            for transaction in refund.transactions.nodes
        ],
    }
