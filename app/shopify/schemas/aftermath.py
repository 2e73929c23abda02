"""What only some answers need of an order: its parcels' whole history, its payments, its refunds line by line, its returns."""

from pydantic import AwareDatetime

from app.shopify.schemas.orders import (
    MOST_SHIPMENTS,
    FulfillmentEvent,
    LineName,
    OrderReference,
    Refund,
    ShipmentTimes,
    TrackingInfo,
)
from app.shopify.schemas.shapes import MoneyBag, Page, Shape
from app.shopify.statuses import (
    DeclineReason,
    FinancialStatus,
    OrderReturnStatus,
    ReturnStatus,
    TransactionKind,
    TransactionStatus,
)


class Scan(FulfillmentEvent):
    """One event of a parcel's journey. Its words and its place are the carrier's."""

    message: str | None
    city: str | None
    country: str | None


class TrackedShipment(ShipmentTimes):
    """A parcel with its scans, newest first. One parcel may have several numbers."""

    tracking_info: tuple[TrackingInfo, ...]
    events: Page[Scan]


class TrackedOrder(OrderReference):
    shipments: tuple[TrackedShipment, ...]

    @property
    def is_complete(self) -> bool:
        return len(self.shipments) <= MOST_SHIPMENTS


class RefundedLine(Shape):
    quantity: int
    line_item: LineName
    subtotal_set: MoneyBag


class Transaction(Shape):
    """One movement of money. PENDING: the payment provider has not done it yet."""

    kind: TransactionKind
    status: TransactionStatus
    formatted_gateway: str | None
    processed_at: AwareDatetime | None
    amount_set: MoneyBag


class PaidOrder(OrderReference):
    """An order's money. At most the first 20 transactions, in the order in which they were made."""

    processed_at: AwareDatetime
    display_financial_status: FinancialStatus | None
    total_price_set: MoneyBag
    total_received_set: MoneyBag
    total_outstanding_set: MoneyBag
    total_refunded_set: MoneyBag
    transactions: tuple[Transaction, ...]


class RefundDetail(Refund):
    refund_line_items: Page[RefundedLine]
    transactions: Page[Transaction]


class RefundedOrder(OrderReference):
    display_financial_status: FinancialStatus | None
    total_refunded_set: MoneyBag
    refunds: tuple[RefundDetail, ...]


class Decline(Shape):
    reason: DeclineReason
    note: str | None


class ReturnReason(Shape):
    handle: str
    name: str


class SentLine(Shape):
    line_item: LineName


class ReturnedLine(Shape):
    """What comes back. `fulfillment_line_item` is None for what was never sold here."""

    quantity: int
    processed_quantity: int
    refunded_quantity: int
    return_reason_definition: ReturnReason | None
    fulfillment_line_item: SentLine | None = None


class ExchangeLine(Shape):
    """What goes out instead."""

    quantity: int
    line_items: tuple[LineName, ...] | None


class Return(Shape):
    id: str
    name: str
    status: ReturnStatus
    created_at: AwareDatetime
    request_approved_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    decline: Decline | None
    return_line_items: Page[ReturnedLine]
    exchange_line_items: Page[ExchangeLine]


class ReturnedOrder(OrderReference):
    """`returns` are the newest, newest first."""

    return_status: OrderReturnStatus
    returns: Page[Return]
