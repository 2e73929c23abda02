"""What Shopify told us, typed. Field names are Shopify's; the shapes follow `queries/*.graphql`."""

from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from app.shopify.statuses import (
    FinancialStatus,
    FulfillmentDisplayStatus,
    FulfillmentEventStatus,
    FulfillmentHoldReason,
    FulfillmentOrderStatus,
    FulfillmentStatus,
    OrderFulfillmentStatus,
    PolicyType,
    ProductStatus,
)

MOST_SHIPMENTS = 8
"""Of an order; one more is asked for, to see whether there are more."""

T = TypeVar("T")


class _Shape(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, frozen=True
    )


class _PageInfo(_Shape):
    has_next_page: bool


class Page(_Shape, Generic[T]):
    """The first page of a connection."""

    nodes: tuple[T, ...]
    page_info: _PageInfo | None = None

    @property
    def is_complete(self) -> bool:
        return self.page_info is None or not self.page_info.has_next_page


class MoneyV2(_Shape):
    amount: Decimal
    currency_code: str


class MoneyBag(_Shape):
    """Asked for in the shopper's currency alone."""

    presentment_money: MoneyV2


class EmailAddress(_Shape):
    email_address: str


class UtmParameters(_Shape):
    source: str | None
    medium: str | None
    campaign: str | None
    term: str | None
    content: str | None


class CustomerVisit(_Shape):
    """One visit to the shop. `source_type` is Shopify's `MarketingTactic`: AD, SEO, POST, NEWSLETTER and others."""

    occurred_at: AwareDatetime
    source: str
    source_type: str | None
    referrer_url: str | None
    landing_page: str | None
    utm_parameters: UtmParameters | None


class CustomerJourneySummary(_Shape):
    """The visits that led to an order. `ready` is false while Shopify still gathers them.

    Attributes:
        customer_order_index: The order's place among its customer's. Shopify does not say whether it counts from 0
            or 1: above 1 there was an earlier order for sure.
    """

    ready: bool
    customer_order_index: int | None
    first_visit: CustomerVisit | None
    last_visit: CustomerVisit | None


class OrderCustomer(_Shape):
    id: str
    default_email_address: EmailAddress | None


class OrderReference(_Shape):
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


class ShipmentSummary(_Shape):
    status: FulfillmentStatus
    display_status: FulfillmentDisplayStatus | None
    delivered_at: AwareDatetime | None


class ListedOrder(OrderSummary):
    """An order of a list: enough to see whether something is still to come."""

    fulfillments: tuple[ShipmentSummary, ...]


class LineItem(_Shape):
    id: str
    title: str
    variant_title: str | None
    quantity: int
    current_quantity: int
    unfulfilled_quantity: int
    requires_shipping: bool


class LineItemReference(_Shape):
    id: str


class FulfillmentLineItem(_Shape):
    quantity: int | None
    line_item: LineItemReference


class TrackingInfo(_Shape):
    company: str | None
    number: str | None
    url: str | None


class FulfillmentEvent(_Shape):
    status: FulfillmentEventStatus
    happened_at: AwareDatetime


class Shipment(ShipmentSummary):
    """A fulfilment with its latest events, newest first."""

    id: str
    created_at: AwareDatetime
    in_transit_at: AwareDatetime | None
    estimated_delivery_at: AwareDatetime | None
    tracking_info: tuple[TrackingInfo, ...]
    fulfillment_line_items: Page[FulfillmentLineItem]
    events: Page[FulfillmentEvent]


class FulfillmentHold(_Shape):
    reason: FulfillmentHoldReason
    display_reason: str


class FulfillmentOrder(_Shape):
    """Work that is to be done for an order at one place."""

    status: FulfillmentOrderStatus
    fulfill_at: AwareDatetime | None
    fulfillment_holds: tuple[FulfillmentHold, ...]


class Refund(_Shape):
    """A refund. One that only takes goods back has an amount of zero."""

    id: str
    created_at: AwareDatetime | None
    processed_at: AwareDatetime
    total_refunded_set: MoneyBag


class Order(OrderSummary):
    payment_gateway_names: tuple[str, ...]
    total_price_set: MoneyBag
    total_refunded_set: MoneyBag
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


class LastOrder(_Shape):
    id: str
    name: str
    processed_at: AwareDatetime
    customer_journey_summary: CustomerJourneySummary | None


class Customer(_Shape):
    id: str
    display_name: str
    first_name: str | None
    locale: str
    created_at: AwareDatetime
    number_of_orders: int
    amount_spent: MoneyV2
    default_email_address: EmailAddress | None
    last_order: LastOrder | None


class ProductVariant(_Shape):
    """`price` is in the shop's currency."""

    title: str
    price: Decimal
    available_for_sale: bool
    sku: str | None


class Product(_Shape):
    """`online_store_url` is None where the product is not published in the online store."""

    id: str
    title: str
    product_type: str
    vendor: str
    tags: tuple[str, ...]
    status: ProductStatus
    online_store_url: str | None
    variants: Page[ProductVariant]


class ShopPolicy(_Shape):
    """`body` is HTML."""

    type: PolicyType
    title: str
    body: str
    url: str


class Domain(_Shape):
    url: str


class Shop(_Shape):
    name: str
    myshopify_domain: str
    primary_domain: Domain
    contact_email: str
    currency_code: str
    iana_timezone: str
    order_number_format_prefix: str
    order_number_format_suffix: str
