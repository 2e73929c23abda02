"""Propose a return: what Shopify would still take back of an order, and of that what the customer means."""

from dataclasses import dataclass

from pydantic import Field

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.schemas import ReturnableLine, ReturnableOrder, Shop
from app.shopify.statuses import OrderFulfillmentStatus, ReturnStatus
from app.tools.goods import named_lines
from app.tools.order_args import OrderArgs
from app.tools.order_checks import check_not_cancelled
from app.tools.owned_order import find_owned
from app.tools.plain import name_of
from app.tools.proposal import (
    Checklist,
    Proposal,
    ProposalResult,
    ProposedAction,
    Target,
    day_of,
    outcome_of,
)

NAME = "propose_return"

_UNDER_WAY = frozenset({ReturnStatus.OPEN, ReturnStatus.REQUESTED})
_NOT_LEFT = frozenset(
    {
        OrderFulfillmentStatus.UNFULFILLED,
        OrderFulfillmentStatus.ON_HOLD,
        OrderFulfillmentStatus.SCHEDULED,
        OrderFulfillmentStatus.OPEN,
        OrderFulfillmentStatus.IN_PROGRESS,
        OrderFulfillmentStatus.PENDING_FULFILLMENT,
    }
)


class Args(OrderArgs):
    """Which goods, in the customer's words; None is everything that may still come back."""

    goods: str | None = Field(default=None, max_length=1000)


@dataclass(frozen=True)
class Result(ProposalResult):
    """`proposal` is there exactly when the asker owns the order; its targets are lines of parcels."""


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """A proposal to return goods of the order of that number, if it is the asker's. No return is made.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    found = await find_owned(shop, asker, args.order_number, shop.get_returnable_order)
    if found.order is None:
        return Result(found.ownership, found.outcome)
    proposal = propose(found.order, args.goods, await shop.get_shop())
    return Result(found.ownership, outcome_of(proposal), proposal)


def propose(order: ReturnableOrder, goods: str | None, shop: Shop) -> Proposal:
    checklist = Checklist()
    check_not_cancelled(checklist, order, shop)
    has_left = order.display_fulfillment_status not in _NOT_LEFT
    checklist.require(has_left, "It has left.", "Nothing of it has left yet: cancel it instead.")
    lines = [line for parcel in order.parcels for line in parcel.returnable_fulfillment_line_items.nodes]
    meant = _meant(lines, goods)
    under_way = [one.name for one in order.returns.nodes if one.status in _UNDER_WAY]
    if has_left:
        _check_goods(checklist, lines, meant, under_way)
    checklist.warn(under_way and meant, f"There is a return already: {', '.join(under_way)}.")
    for parcel in order.parcels:
        at = parcel.fulfillment.delivered_at
        checklist.cautions.append(
            f"A parcel was delivered on {day_of(at, shop)}."
            if at
            else "A parcel is not known to be delivered."
        )
    is_cut = not all(parcel.returnable_fulfillment_line_items.is_complete for parcel in order.parcels)
    checklist.warn(is_cut, "The order has more goods than were read here.")
    targets = tuple(_target(line) for line in meant)
    return checklist.proposal(ProposedAction.CREATE_RETURN, order, targets=targets)


def _check_goods(
    checklist: Checklist, lines: list[ReturnableLine], meant: list[ReturnableLine], under_way: list[str]
) -> None:
    already = f" A return is under way: {', '.join(under_way)}." if under_way else ""
    checklist.require(
        lines, "Shopify would take goods of it back.", f"Nothing of it can come back any more.{already}"
    )
    if lines:
        checklist.require(
            meant, "The goods can come back.", f"The goods that are meant cannot come back.{already}"
        )


def _meant(lines: list[ReturnableLine], goods: str | None) -> list[ReturnableLine]:
    if goods is None:
        return lines
    named = {line.id for line in named_lines([one.fulfillment_line_item.line_item for one in lines], goods)}
    return [line for line in lines if line.fulfillment_line_item.line_item.id in named]


def _target(line: ReturnableLine) -> Target:
    sent = line.fulfillment_line_item
    return Target(sent.id, name_of(sent.line_item), line.quantity)
