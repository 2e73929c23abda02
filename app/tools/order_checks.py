"""What several proposals look at: whether an order is over, whether it has left, and who works on it."""

from app.shopify.schemas import ChangeableOrder, ChangeableWork, OrderSummary, Shop, TransactionState
from app.shopify.statuses import (
    FulfillmentHoldReason,
    FulfillmentOrderAction,
    FulfillmentOrderStatus,
    FulfillmentRequestStatus,
    FulfillmentStatus,
    OrderReturnStatus,
    TransactionKind,
    TransactionStatus,
)
from app.tools.proposal import Checklist, day_of

_VOID = frozenset({FulfillmentStatus.CANCELLED, FulfillmentStatus.ERROR, FulfillmentStatus.FAILURE})
_DONE = frozenset({FulfillmentOrderStatus.CLOSED, FulfillmentOrderStatus.CANCELLED})
_WITH_SERVICE = frozenset(
    {
        FulfillmentRequestStatus.SUBMITTED,
        FulfillmentRequestStatus.ACCEPTED,
        FulfillmentRequestStatus.CANCELLATION_REQUESTED,
        FulfillmentRequestStatus.CANCELLATION_REJECTED,
    }
)
_COMING_BACK = frozenset(
    {
        OrderReturnStatus.IN_PROGRESS,
        OrderReturnStatus.INSPECTION_COMPLETE,
        OrderReturnStatus.RETURN_REQUESTED,
    }
)
_UNSETTLED = frozenset({TransactionStatus.PENDING, TransactionStatus.AWAITING_RESPONSE})
_AUTHORISING = frozenset({TransactionKind.AUTHORIZATION, TransactionKind.EMV_AUTHORIZATION})


def check_not_cancelled(checklist: Checklist, order: OrderSummary, shop: Shop) -> None:
    on = f" on {day_of(order.cancelled_at, shop)}" if order.cancelled_at else ""
    checklist.require(order.cancelled_at is None, "It is not cancelled.", f"It was cancelled{on}.")


def check_nothing_left(checklist: Checklist, order: ChangeableOrder, otherwise: str) -> None:
    """`otherwise`: what to do once something has left."""
    parcels = [parcel for parcel in order.fulfillments if parcel.status not in _VOID]
    many = "One parcel was made for it" if len(parcels) == 1 else f"{len(parcels)} parcels were made for it"
    checklist.require(not parcels, "Nothing has left yet.", f"{many}: {otherwise}")


def check_no_return(checklist: Checklist, order: ChangeableOrder) -> None:
    is_coming_back = order.return_status in _COMING_BACK
    checklist.require(
        not is_coming_back, "No return is under way.", "A return is under way: close or cancel it first."
    )


def check_authorisation(checklist: Checklist, order: ChangeableOrder) -> None:
    """Shopify cancels no order whose payment is still being authorised."""
    waits = any(t.kind in _AUTHORISING and t.status in _UNSETTLED for t in order.transactions)
    checklist.require(
        not waits,
        "No payment is being authorised.",
        "The payment is still being authorised: wait until it is through or has failed.",
    )


def check_service(checklist: Checklist, order: ChangeableOrder, *, may_take_back: bool) -> None:
    """Whether a fulfilment service has the order. `may_take_back`: work that it has not accepted yet is no obstacle."""
    held = [work for work in open_work(order) if work.request_status in _WITH_SERVICE]
    stuck = [work for work in held if not (may_take_back and _can_be_taken_back(work))]
    checklist.require(
        not stuck,
        "No fulfilment service has it.",
        "A fulfilment service has it: ask the service to give it back first, in Shopify.",
    )
    checklist.warn(held and not stuck, "A fulfilment service has been asked for it and has not accepted yet.")


def warn_of_work(checklist: Checklist, order: ChangeableOrder) -> None:
    """What a person should know of the work on an order."""
    work = open_work(order)
    for hold in (hold for one in work for hold in one.fulfillment_holds):
        checklist.cautions.append(f"It is on hold: {hold.display_reason}.")
    checklist.warn(
        any(one.status is FulfillmentOrderStatus.IN_PROGRESS for one in work),
        "It is being packed: tell the warehouse.",
    )
    checklist.warn(
        not order.fulfillment_orders.is_complete, "There is more work on this order than was read here."
    )


def open_work(order: ChangeableOrder) -> tuple[ChangeableWork, ...]:
    return tuple(work for work in order.fulfillment_orders.nodes if work.status not in _DONE)


def is_held_for_address(order: ChangeableOrder) -> bool:
    reasons = {hold.reason for work in open_work(order) for hold in work.fulfillment_holds}
    return FulfillmentHoldReason.INCORRECT_ADDRESS in reasons


def has_refund_on_its_way(transactions: tuple[TransactionState, ...]) -> bool:
    return any(t.kind is TransactionKind.REFUND and t.status in _UNSETTLED for t in transactions)


def is_coming_back(status: OrderReturnStatus) -> bool:
    return status in _COMING_BACK


def _can_be_taken_back(work: ChangeableWork) -> bool:
    return FulfillmentOrderAction.CANCEL_FULFILLMENT_ORDER in work.actions
