"""How far a refund is: the rules that questions about a refund and wishes for one share."""

from app.intents.one_order import Subject
from app.intents.order_state import OrderState
from app.shopify.schemas import Order
from app.shopify.statuses import FinancialStatus as Paid
from app.tools import get_refunds
from app.tools.lookup import Lookup

_NOT_TAKEN = frozenset({Paid.PENDING, Paid.AUTHORIZED, Paid.EXPIRED, Paid.VOIDED})
_ON_THEIR_WAY = frozenset({"order_return_requested", "order_return_open", "order_returned"})


async def read_refunds(subject: Subject) -> tuple[get_refunds.Result | None, tuple[Lookup, ...]]:
    """What the payment provider says of the refunds of an order that has some."""
    if subject.facts.refunded is None:
        return None, ()
    args = get_refunds.Args(order_number=subject.order.name)
    result = await get_refunds.read_listed(subject.shop, subject.asker, subject.order)
    return result, (Lookup.of(get_refunds.NAME, args, result),)


def made(result: get_refunds.Result | None) -> tuple[str, str | None]:
    """The situation of a refund that the shop has made, and why a person should look."""
    if result is not None and result.failed:
        return "refund_failed", "The payment provider refused a refund: find another way to pay it back."
    if result is not None and result.pending:
        return "refund_pending", None
    return "refund_made", None


def not_made(order: Order, state: OrderState) -> tuple[str, str] | None:
    """The situation where nothing was paid back, and why a person should look; None where nothing explains it."""
    if order.display_financial_status in _NOT_TAKEN:
        return "refund_nothing_paid", "The customer speaks of a refund, and no money was taken."
    if state.name in _ON_THEIR_WAY:
        return "refund_awaits_return", "The customer waits for the money of a return."
    return None
