"""What Shopify would still let somebody change about an order. Read just before a change is proposed; nothing is sent."""

from pydantic import AwareDatetime, Field

from app.shopify.schemas.orders import FulfillmentHold, LineName, OrderSummary, ShipmentSummary
from app.shopify.schemas.shapes import MoneyBag, Page, Shape
from app.shopify.statuses import (
    CancelReason,
    DeliveryMethodType,
    FulfillmentOrderAction,
    FulfillmentOrderStatus,
    FulfillmentRequestStatus,
    OrderReturnStatus,
    ReturnStatus,
    TransactionKind,
    TransactionStatus,
)


class TransactionState(Shape):
    kind: TransactionKind
    status: TransactionStatus


class PostalAddress(Shape):
    """Where an order goes. `country_code_v2` is ISO 3166, `province_code` the country's own."""

    name: str | None
    address1: str | None
    address2: str | None
    city: str | None
    province_code: str | None
    zip: str | None
    country_code_v2: str | None = Field(alias="countryCodeV2")


class SupportedAction(Shape):
    action: FulfillmentOrderAction


class WorkMethod(Shape):
    method_type: DeliveryMethodType


class ChangeableWork(Shape):
    """Work on an order, and what may be done about it now."""

    id: str
    status: FulfillmentOrderStatus
    request_status: FulfillmentRequestStatus
    supported_actions: tuple[SupportedAction, ...]
    fulfillment_holds: tuple[FulfillmentHold, ...]
    delivery_method: WorkMethod | None

    @property
    def actions(self) -> frozenset[FulfillmentOrderAction]:
        return frozenset(one.action for one in self.supported_actions)


class ChangeableShipment(ShipmentSummary):
    id: str


class ChangeableOrder(OrderSummary):
    """An order, as somebody sees it who is about to change it.

    Attributes:
        merchant_editable: Shopify's own word on whether it may be edited; `merchant_editable_errors` say why not.
        capturable: Money is reserved and not taken yet.
        net_payment_set: What was paid and not paid back.
    """

    cancel_reason: CancelReason | None
    return_status: OrderReturnStatus
    refundable: bool
    merchant_editable: bool
    merchant_editable_errors: tuple[str, ...]
    capturable: bool
    requires_shipping: bool
    net_payment_set: MoneyBag
    shipping_address: PostalAddress | None
    fulfillments: tuple[ChangeableShipment, ...]
    transactions: tuple[TransactionState, ...]
    fulfillment_orders: Page[ChangeableWork]


class RefundableLine(LineName):
    """`refundable_quantity`: units that were paid and not paid back."""

    quantity: int
    refundable_quantity: int
    is_gift_card: bool


class RefundableOrder(OrderSummary):
    refundable: bool
    return_status: OrderReturnStatus
    line_items: Page[RefundableLine]
    transactions: tuple[TransactionState, ...]


class SuggestedRefund(Shape):
    """What Shopify would pay back. `maximum_refundable_set` is all that may be paid back of the order."""

    amount_set: MoneyBag
    maximum_refundable_set: MoneyBag


class ReturnName(Shape):
    name: str
    status: ReturnStatus


class SentLineReference(Shape):
    id: str
    line_item: LineName


class ReturnableLine(Shape):
    """`quantity`: units that may still come back."""

    quantity: int
    fulfillment_line_item: SentLineReference


class DeliveryTime(Shape):
    delivered_at: AwareDatetime | None


class ReturnableFulfillment(Shape):
    id: str
    fulfillment: DeliveryTime
    returnable_fulfillment_line_items: Page[ReturnableLine]


class ReturnableOrder(OrderSummary):
    """An order with its returns; `parcels` are what may still come back of it."""

    return_status: OrderReturnStatus
    returns: Page[ReturnName]
    parcels: tuple[ReturnableFulfillment, ...] = ()
