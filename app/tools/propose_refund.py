"""Propose to pay back an order, or some goods of it: the amount is what Shopify counts, never what a mail says."""

from dataclasses import dataclass

from pydantic import Field

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import RefundableLine, RefundableOrder, SuggestedRefund
from app.shopify.statuses import FinancialStatus
from app.tools.goods import named_lines
from app.tools.order_args import OrderArgs
from app.tools.order_checks import has_refund_on_its_way, is_coming_back
from app.tools.owned_order import find_owned
from app.tools.plain import name_of
from app.tools.proposal import Checklist, Proposal, ProposalResult, ProposedAction, Target, outcome_of
from app.vocabulary import Ownership

NAME = "propose_refund"

_NOT_TAKEN = frozenset(
    {FinancialStatus.PENDING, FinancialStatus.AUTHORIZED, FinancialStatus.EXPIRED, FinancialStatus.VOIDED}
)


class Args(OrderArgs):
    """Which goods, in the customer's words; None is everything that was not paid back yet."""

    goods: str | None = Field(default=None, max_length=1000)


@dataclass(frozen=True)
class Result(ProposalResult):
    """`proposal` is there exactly when the asker owns the order; its targets are order lines."""


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """A proposal to pay back the order of that number, if it is the asker's. Nothing is paid.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    found = await find_owned(shop, asker, args.order_number, shop.get_refundable_order)
    if found.order is None:
        return Result(found.ownership, found.outcome)
    lines = chosen_lines(found.order, args.goods)
    wanted = None if args.goods is None else [(line.id, line.refundable_quantity) for line in lines]
    try:
        suggested = await shop.suggest_refund(found.order.id, wanted) if lines else None
    except AccessDenied as error:
        return Result(Ownership.OUT_OF_REACH, error.message)
    proposal = propose(found.order, lines, suggested)
    return Result(found.ownership, outcome_of(proposal), proposal)


def chosen_lines(order: RefundableOrder, goods: str | None) -> tuple[RefundableLine, ...]:
    """The lines that are meant and were not paid back yet."""
    left = [line for line in order.line_items.nodes if line.refundable_quantity > 0]
    return tuple(left) if goods is None else named_lines(left, goods)


def propose(
    order: RefundableOrder, lines: tuple[RefundableLine, ...], suggested: SuggestedRefund | None
) -> Proposal:
    checklist = Checklist()
    checklist.require(
        order.display_financial_status not in _NOT_TAKEN,
        "It was paid.",
        "No money was taken for it: there is nothing to pay back.",
    )
    checklist.require(
        order.refundable, "Shopify can pay it back.", "Shopify says that it cannot be paid back."
    )
    checklist.require(
        lines,
        "The goods are on the order.",
        "The goods that are meant are not on the order, or paid back already.",
    )
    amount = suggested.amount_set.presentment_money if suggested else None
    checklist.require(
        amount and amount.amount > 0, "Something is left to pay back.", "Nothing is left to pay back."
    )
    checklist.warn(
        has_refund_on_its_way(order.transactions),
        "A refund of this order is still with the payment provider.",
    )
    checklist.warn(is_coming_back(order.return_status), "A return is under way: pay back through the return.")
    checklist.warn(
        any(line.is_gift_card for line in lines), "A gift card is among it: it may be used already."
    )
    checklist.warn(not order.line_items.is_complete, "The order has more lines than were read here.")
    targets = tuple(Target(line.id, name_of(line), line.refundable_quantity) for line in lines)
    return checklist.proposal(ProposedAction.REFUND, order, targets=targets, amount=amount)
