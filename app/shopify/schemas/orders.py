"""An order: whose it is, what was bought, what left, what is still to come, and what was paid back."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BeforeValidator

from app.shopify.schemas.journeys import CustomerJourneySummary
from app.shopify.schemas.shapes import EmailAddress, MoneyBag, Page, Shape
from app.shopify.statuses import (
    CancelReason,
    DeliveryMethodType,
    FinancialStatus,
    FulfillmentDisplayStatus,
    FulfillmentEventStatus,
    FulfillmentHoldReason,
    FulfillmentOrderStatus,
    FulfillmentRequestStatus,
    FulfillmentStatus,
    OrderFulfillmentStatus,
    OrderReturnStatus,
    RiskRecommendation,
)

MOST_SHIPMENTS = 8
"""Of an order; one more is asked for, to see whether there are more."""


class OrderCustomer(Shape):
    id: str
    default_email_address: EmailAddress | None


class OrderReference(Shape):
    """Whose an order is."""

    id: str
    name: str
    email: str | None
    customer: OrderCustomer | None

    @property
    def customer_email(self) -> str | None:
        address = self.customer.default_email_address if self.customer else None
        return address.email_address if address else None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that stand on the order: its own and its customer's."""
        return tuple(a for a in (self.email, self.customer_email) if a)


class OrderSummary(OrderReference):
    processed_at: AwareDatetime
    cancelled_at: AwareDatetime | None
    display_financial_status: FinancialStatus | None
    display_fulfillment_status: OrderFulfillmentStatus


class ShipmentSummary(Shape):
    status: FulfillmentStatus
    display_status: FulfillmentDisplayStatus | None
    delivered_at: AwareDatetime | None


class LineName(Shape):
    """What was bought. `variant_title` is None where there is only one variant."""

    id: str
    title: str
    variant_title: str | None


class ListedOrder(OrderSummary):
    """An order of a list: enough to see whether something is still to come.

    Attributes:
        line_items: The first goods; None where they were not asked for.
    """

    fulfillments: tuple[ShipmentSummary, ...]
    line_items: Page[LineName] | None = None


class SellingPlan(Shape):
    """Under which terms a line was sold: a pre-order, a try-before-you-buy, a subscription. Shopify has only its name."""

    name: str


class LineItem(LineName):
    """One line of an order.

    Attributes:
        current_quantity: What is left of `quantity` after refunds and edits.
        unfulfilled_quantity: What has not left yet.
        requires_shipping: False: a download, a service or a gift card.
    """

    quantity: int
    current_quantity: int
    unfulfilled_quantity: int
    requires_shipping: bool
    is_gift_card: bool = False
    selling_plan: SellingPlan | None = None


class LineItemReference(Shape):
    id: str


class FulfillmentLineItem(Shape):
    quantity: int | None
    line_item: LineItemReference


def _secure_link(url: object) -> object:
    """Only an https address of a named host is a link: apps and carriers put all sorts of things there."""
    if not isinstance(url, str):
        return url
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    is_safe = parts.scheme == "https" and "." in (parts.hostname or "") and not parts.username
    return url.strip() if is_safe else None


class TrackingInfo(Shape):
    """`url` is None where what Shopify has is no https link."""

    company: str | None
    number: str | None
    url: Annotated[str | None, BeforeValidator(_secure_link)]


class FulfillmentEvent(Shape):
    status: FulfillmentEventStatus
    happened_at: AwareDatetime


class ShipmentTimes(ShipmentSummary):
    """When a parcel was made, moved and came, as far as is known."""

    id: str
    created_at: AwareDatetime
    in_transit_at: AwareDatetime | None
    estimated_delivery_at: AwareDatetime | None


class Shipment(ShipmentTimes):
    """A fulfilment with its latest events, newest first."""

    tracking_info: tuple[TrackingInfo, ...]
    fulfillment_line_items: Page[FulfillmentLineItem]
    events: Page[FulfillmentEvent]


class FulfillmentHold(Shape):
    reason: FulfillmentHoldReason
    display_reason: str


class DeliveryMethod(Shape):
    """How an order is to arrive, and what the checkout promised: often Shopify has no dates for it.

    Attributes:
        min_delivery_date_time: The earliest moment that was promised.
        max_delivery_date_time: The latest one.
    """

    method_type: DeliveryMethodType
    presented_name: str | None
    min_delivery_date_time: AwareDatetime | None
    max_delivery_date_time: AwareDatetime | None


class OpenLine(Shape):
    """How many units of a line this work still has to send."""

    remaining_quantity: int
    line_item: LineItemReference


class FulfillmentOrder(Shape):
    """Work that is to be done for an order at one place.

    Attributes:
        fulfill_at: When it may begin. In the future: a pre-order.
        fulfill_by: Until when it has to be done, where somebody promised that.
        request_status: What a fulfilment service says, where one does the work.
        line_items: What it sends. Two orders of work with different dates are a split shipment to come.
    """

    status: FulfillmentOrderStatus
    request_status: FulfillmentRequestStatus = FulfillmentRequestStatus.UNKNOWN
    fulfill_at: AwareDatetime | None
    fulfill_by: AwareDatetime | None = None
    fulfillment_holds: tuple[FulfillmentHold, ...]
    delivery_method: DeliveryMethod | None = None
    line_items: Page[OpenLine] = Page(nodes=())


class Risk(Shape):
    """What Shopify's fraud analysis recommends to do with an order."""

    recommendation: RiskRecommendation


class Refund(Shape):
    """A refund. One that only takes goods back has an amount of zero."""

    id: str
    created_at: AwareDatetime | None
    processed_at: AwareDatetime
    total_refunded_set: MoneyBag


class Order(OrderSummary):
    """Everything that an order's situation is decided by.

    Attributes:
        customer_locale: The language of the checkout, as `fr-CA`.
        currency_code: The shop's; amounts are in `presentment_currency_code`, the shopper's.
        requires_shipping: False: nothing of it is ever sent.
        total_outstanding_set: What is still to be paid.
        risk: None where Shopify was not asked.
        status_page_url: The order's own page in the shop, for its customer alone: the address is the key to it.
    """

    cancel_reason: CancelReason | None = None
    return_status: OrderReturnStatus = OrderReturnStatus.UNKNOWN
    customer_locale: str | None = None
    currency_code: str | None = None
    presentment_currency_code: str | None = None
    requires_shipping: bool = True
    payment_gateway_names: tuple[str, ...]
    total_price_set: MoneyBag
    total_refunded_set: MoneyBag
    total_outstanding_set: MoneyBag | None = None
    risk: Risk | None = None
    status_page_url: Annotated[str | None, BeforeValidator(_secure_link)] = None
    line_items: Page[LineItem]
    shipments: tuple[Shipment, ...]
    fulfillment_orders: Page[FulfillmentOrder]
    refunds: tuple[Refund, ...]
    customer_journey_summary: CustomerJourneySummary | None

    @property
    def is_complete(self) -> bool:
        """Whether everything fitted into what the query asks for: a cut-off order must not be told as the whole."""
        return (
            self.line_items.is_complete
            and len(self.shipments) <= MOST_SHIPMENTS
            and all(shipment.fulfillment_line_items.is_complete for shipment in self.shipments)
        )


class OldestOrder(Shape):
    """Where the orders begin that Shopify shows."""

    number: int
    processed_at: AwareDatetime
