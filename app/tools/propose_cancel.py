"""Propose to cancel an order: whether Shopify would let it be cancelled now, and what would be paid back.

Its rules: https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderCancel
"""

from dataclasses import dataclass

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.schemas import ChangeableOrder, Shop
from app.tools.order_args import OrderArgs
from app.tools.order_checks import (
    check_authorisation,
    check_no_return,
    check_not_cancelled,
    check_nothing_left,
    check_service,
    warn_of_work,
)
from app.tools.owned_order import find_owned
from app.tools.proposal import Checklist, Proposal, ProposalResult, ProposedAction, outcome_of

NAME = "propose_cancel"


class Args(OrderArgs):
    """Which order."""


@dataclass(frozen=True)
class Result(ProposalResult):
    """`proposal` is there exactly when the asker owns the order, whether or not it can be cancelled."""


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """A proposal to cancel the order of that number, if it is the asker's. Nothing is cancelled.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    found = await find_owned(shop, asker, args.order_number, shop.get_changeable_order)
    if found.order is None:
        return Result(found.ownership, found.outcome)
    proposal = propose(found.order, await shop.get_shop())
    return Result(found.ownership, outcome_of(proposal), proposal)


def propose(order: ChangeableOrder, shop: Shop) -> Proposal:
    checklist = Checklist()
    check_not_cancelled(checklist, order, shop)
    check_nothing_left(checklist, order, "take it back as a return once it has arrived.")
    check_no_return(checklist, order)
    check_authorisation(checklist, order)
    check_service(checklist, order, may_take_back=True)
    warn_of_work(checklist, order)
    paid = order.net_payment_set.presentment_money
    checklist.warn(order.capturable, "The payment is only reserved: cancelling gives it free.")
    return checklist.proposal(ProposedAction.CANCEL_ORDER, order, amount=paid if paid.amount > 0 else None)
