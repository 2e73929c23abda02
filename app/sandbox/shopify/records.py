"""The shape of a shop's data files. What follows from other data (totals, statuses) is derived, never written down.

Amounts are in the shop's currency, taxes included. Dates are offsets from now.
"""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.sandbox.shopify.offsets import Offset


class Record(BaseModel):
    """An unknown key is a typing mistake, so it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AddressRecord(Record):
    """A postal address; `country` is an ISO 3166 code, an unset name is the customer's."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    zip: str | None = None
    country: str
    phone: str | None = None


class PolicyRecord(Record):
    type: str
    title: str
    body: str
    updated: Offset


class LocaleRecord(Record):
    locale: str
    published: bool = True


class AppRecord(Record):
    """The app whose access token is used."""

    title: str
    handle: str
    api_key: str
    developer: str


class MarketRecord(Record):
    """Countries whose prices are shown in another currency: `rate` units of it for one of the shop's."""

    countries: list[str] = Field(min_length=1)
    currency: str
    rate: Decimal


class ShopRecord(Record):
    """The shop itself. `locales[0]` is the primary one; `tax_rates` maps a country to the rate inside its prices.

    `accounts_url` None: the shop offers no customer accounts.
    """

    id: int
    name: str
    description: str
    myshopify_domain: str
    host: str
    email: str
    contact_email: str
    owner: str
    currency: str
    presentment_currencies: list[str]
    timezone: str
    created: Offset
    order_prefix: str
    order_suffix: str = ""
    address: AddressRecord
    location: str
    ships_to: list[str]
    locales: list[LocaleRecord] = Field(min_length=1)
    tax_rates: dict[str, Decimal] = {}
    markets: list[MarketRecord] = []
    digital_wallets: list[str] = []
    accounts_url: str | None = None
    has_classic_accounts: bool = False
    policies: list[PolicyRecord]
    app: AppRecord


class VariantRecord(Record):
    """`options` are the values of the product's options; `stock` None: not tracked."""

    sku: str
    options: list[str] = []
    price: Decimal
    compare_at: Decimal | None = None
    stock: int | None = None
    sell_when_out: bool = False
    grams: int = 0
    barcode: str | None = None


class ProductRecord(Record):
    handle: str
    title: str
    description: str
    type: str
    vendor: str
    tags: list[str] = []
    status: Literal["ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"] = "ACTIVE"
    created: Offset
    published: Offset | None = None
    options: list[str] = []
    digital: bool = False
    gift_card: bool = False
    variants: list[VariantRecord] = Field(min_length=1)


class CustomerRecord(Record):
    """`key` is what orders call the customer by. `addresses[0]` is the default one."""

    key: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str
    created: Offset
    state: Literal["DECLINED", "DISABLED", "ENABLED", "INVITED"] = "DISABLED"
    verified: bool = True
    subscribed: bool = False
    tags: list[str] = []
    note: str | None = None
    addresses: list[AddressRecord] = []


class ItemRecord(Record):
    sku: str
    quantity: int = Field(default=1, ge=1)


class SoldItemRecord(ItemRecord):
    """A line of an order; `plan` is the selling plan that it was sold under."""

    plan: str | None = None


class EventRecord(Record):
    status: str
    at: Offset
    message: str | None = None
    city: str | None = None
    country: str | None = None


class FulfillmentRecord(Record):
    """One parcel. No `items`: all that is left. No `display`: what its last event says."""

    created: Offset
    items: list[ItemRecord] = []
    status: str = "SUCCESS"
    display: str | None = None
    carrier: str | None = None
    number: str | None = None
    url: str | None = None
    estimated: Offset | None = None
    events: list[EventRecord] = []


class HoldRecord(Record):
    reason: str
    display: str
    notes: str | None = None


class RefundRecord(Record):
    """Money given back. No `amount`: the items' price and `shipping`. `for_return`: position in the order's returns."""

    at: Offset
    items: list[ItemRecord] = []
    shipping: Decimal = Decimal(0)
    amount: Decimal | None = None
    note: str | None = None
    restock: Literal["CANCEL", "NO_RESTOCK", "RETURN"] = "RETURN"
    transaction: Literal["SUCCESS", "PENDING", "FAILURE"] = "SUCCESS"
    for_return: int | None = None


class ReturnItemRecord(ItemRecord):
    reason: str
    reason_handle: str
    note: str = ""
    customer_note: str | None = None


class ReturnRecord(Record):
    """`exchanges` is what goes out instead."""

    requested: Offset
    status: Literal["CANCELED", "CLOSED", "DECLINED", "OPEN", "REQUESTED"]
    items: list[ReturnItemRecord] = Field(min_length=1)
    exchanges: list[ItemRecord] = []
    approved: Offset | None = None
    closed: Offset | None = None
    inspected: bool = False
    decline: str | None = None
    decline_note: str | None = None


class VisitRecord(Record):
    """A visit before the order, as the shop's attribution saw it."""

    at: Offset
    source: str
    type: str | None = None
    description: str | None = None
    referrer: str | None = None
    landing: str = "/"
    referral_code: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None


class RiskFactRecord(Record):
    text: str
    sentiment: Literal["NEGATIVE", "NEUTRAL", "POSITIVE"]


class RiskRecord(Record):
    level: str
    recommendation: str
    facts: list[RiskFactRecord] = []


class CancellationRecord(Record):
    """The end of an order. What was paid and not refunded yet is given back, unless `refund` says no."""

    at: Offset
    reason: str
    note: str | None = None
    refund: bool = True


class ShippingRecord(Record):
    """`earliest` and `latest` are when the checkout promised that it would arrive."""

    title: str
    price: Decimal = Decimal(0)
    code: str = "standard"
    earliest: Offset | None = None
    latest: Offset | None = None


class OrderRecord(Record):
    """One order; `number` becomes its name between the shop's prefix and suffix.

    Attributes:
        customer: Key of a customer; None for a guest.
        email: On the order; the customer's where unset. `""`: none at all.
        ship_to: The customer's default address where unset. Without `shipping` nothing is shipped.
        paid: What arrived of a partial payment.
        declined: When an earlier try to pay was refused.
        currency: The shopper's currency, with `rate` units for one of the shop's.
        fulfill_at: When a pre-order will be worked on.
        fulfill_by: Until when it was promised to be sent.
        request: What the fulfilment service said of an order handed to it.
    """

    number: int
    customer: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
    placed: Offset
    updated: Offset | None = None
    items: list[SoldItemRecord] = Field(min_length=1)
    ship_to: AddressRecord | None = None
    bill_to: AddressRecord | None = None
    shipping: ShippingRecord | None = None
    pickup: bool = False
    discount_code: str | None = None
    discount: Decimal = Decimal(0)
    currency: str | None = None
    rate: Decimal = Decimal(1)
    gateway: str = "shopify_payments"
    payment: Literal["AUTHORIZED", "EXPIRED", "PAID", "PARTIALLY_PAID", "PENDING", "VOIDED"] = "PAID"
    paid: Decimal | None = None
    declined: Offset | None = None
    fulfillments: list[FulfillmentRecord] = []
    holds: list[HoldRecord] = []
    fulfill_at: Offset | None = None
    fulfill_by: Offset | None = None
    in_progress: bool = False
    request: Literal["SUBMITTED", "ACCEPTED", "REJECTED"] | None = None
    cancelled: CancellationRecord | None = None
    closed: Offset | None = None
    refunds: list[RefundRecord] = []
    returns: list[ReturnRecord] = []
    visits: list[VisitRecord] = []
    journey_ready: bool = True
    risk: RiskRecord | None = None
    note: str | None = None
    tags: list[str] = []
    source: str = "web"
    attributes: dict[str, str] = {}


class ShopFiles(Record):
    """All of a shop."""

    shop: ShopRecord
    products: list[ProductRecord]
    customers: list[CustomerRecord]
    orders: list[OrderRecord]
