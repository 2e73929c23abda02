"""The retail data of τ²-bench as a shop: 50 products, 500 customers, 1,000 orders, read from its `db.json`.

Source of the format: https://github.com/sierra-research/tau2-bench, `data/tau2/domains/retail`. It has no dates: they
are made from each order's number, so that a state looks like itself (what is delivered was ordered a while ago) and
every start gives the same shop.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.sandbox.shopify.records import (
    AddressRecord,
    AppRecord,
    CancellationRecord,
    CustomerRecord,
    EventRecord,
    FulfillmentRecord,
    ItemRecord,
    LocaleRecord,
    OrderRecord,
    PolicyRecord,
    ProductRecord,
    ReturnItemRecord,
    ReturnRecord,
    ShippingRecord,
    ShopFiles,
    ShopRecord,
    SoldItemRecord,
    VariantRecord,
)

_PREFIX = "#W"
_HOST = "tau-retail.example.com"
_COUNTRIES = {"USA": "US", "Canada": "CA"}
_GATEWAYS = {"credit_card": "shopify_payments", "paypal": "paypal", "gift_card": "gift_card"}
_DAY = timedelta(days=1)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Variant(_Part):
    item_id: str
    options: dict[str, str]
    available: bool
    price: Decimal


class _Product(_Part):
    name: str
    product_id: str
    variants: dict[str, _Variant]


class _Address(_Part):
    address1: str
    address2: str = ""
    city: str
    country: str
    state: str
    zip: str


class _Name(_Part):
    first_name: str
    last_name: str


class _User(_Part):
    user_id: str
    name: _Name
    address: _Address
    email: str


class _Item(_Part):
    item_id: str


class _Fulfillment(_Part):
    tracking_id: list[str]
    item_ids: list[str]


class _Payment(_Part):
    payment_method_id: str


class _Order(_Part):
    """`return_items` and `exchange_items` are there once the customer has asked for that."""

    order_id: str
    user_id: str
    address: _Address
    items: list[_Item]
    status: str
    fulfillments: list[_Fulfillment]
    payment_history: list[_Payment]
    return_items: list[str] | None = None
    exchange_items: list[str] | None = None
    exchange_new_items: list[str] | None = None
    cancel_reason: str | None = None


class _Database(_Part):
    products: dict[str, _Product]
    users: dict[str, _User]
    orders: dict[str, _Order]


def read_tau2(path: Path) -> ShopFiles:
    """The shop in a `db.json`.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is not of this form.
    """
    try:
        data = _Database.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{path} is not a retail database of τ²-bench: {error}") from error
    return ShopFiles(
        shop=_shop(),
        products=[_product(product) for product in data.products.values()],
        customers=[_customer(user) for user in data.users.values()],
        orders=[_order(order) for order in data.orders.values()],
    )


def _shop() -> ShopRecord:
    return ShopRecord(
        id=72_000_000_001,
        name="Tau Retail",
        description="The retail shop of τ²-bench.",
        myshopify_domain="tau-retail.myshopify.com",
        host=_HOST,
        email=f"owner@{_HOST}",
        contact_email=f"help@{_HOST}",
        owner="Tau Owner",
        currency="USD",
        presentment_currencies=["USD"],
        timezone="America/New_York",
        created=timedelta(days=-900),
        order_prefix=_PREFIX,
        address=AddressRecord(address1="1 Market Street", city="Boston", zip="02108", country="US"),
        location="Warehouse",
        ships_to=["US"],
        locales=[LocaleRecord(locale="en")],
        policies=[
            _policy(
                "REFUND_POLICY", "You may return what was delivered within 30 days. We refund within 7 days."
            ),
            _policy("SHIPPING_POLICY", "We ship within the United States in 3 to 7 days."),
        ],
        app=AppRecord(title="Pasokh", handle="pasokh", api_key="tau", developer="Pasokh"),
    )


def _policy(kind: str, words: str) -> PolicyRecord:
    title = kind.replace("_", " ").capitalize()
    return PolicyRecord(type=kind, title=title, body=f"<p>{words}</p>", updated=timedelta(days=-300))


def _product(product: _Product) -> ProductRecord:
    names = list(dict.fromkeys(name for variant in product.variants.values() for name in variant.options))
    return ProductRecord(
        handle=re.sub(r"[^a-z0-9]+", "-", product.name.lower()).strip("-"),
        title=product.name,
        description=f"<p>{product.name}.</p>",
        type=product.name,
        vendor="Tau Retail",
        created=timedelta(days=-800),
        published=timedelta(days=-800),
        options=names,
        variants=[_variant(variant, names) for variant in product.variants.values()],
    )


def _variant(variant: _Variant, names: list[str]) -> VariantRecord:
    stock = 5 + _dice(variant.item_id, 90) if variant.available else 0
    options = [variant.options.get(name, "none") for name in names]
    return VariantRecord(sku=variant.item_id, options=options, price=variant.price, stock=stock)


def _customer(user: _User) -> CustomerRecord:
    return CustomerRecord(
        key=user.user_id,
        first_name=user.name.first_name,
        last_name=user.name.last_name,
        email=user.email,
        locale="en",
        created=timedelta(days=-700),
        addresses=[_address(user.address)],
    )


def _address(address: _Address) -> AddressRecord:
    return AddressRecord(
        address1=address.address1,
        address2=address.address2 or None,
        city=address.city,
        province_code=address.state,
        zip=address.zip,
        country=_COUNTRIES.get(address.country, address.country),
    )


def _order(order: _Order) -> OrderRecord:
    status = order.status.partition(" ")[0]  # "pending (item modified)" is pending
    placed = _placed(order.order_id, status)
    quantities = Counter(item.item_id for item in order.items)
    has_left = status in {"processed", "delivered", "return", "exchange"}
    return OrderRecord(
        number=int(order.order_id.removeprefix(_PREFIX)),
        customer=order.user_id,
        placed=placed,
        items=[SoldItemRecord(sku=sku, quantity=count) for sku, count in quantities.items()],
        ship_to=_address(order.address),
        shipping=ShippingRecord(title="Standard"),
        gateway=_gateway(order),
        fulfillments=[_parcel(one, placed, status) for one in order.fulfillments] if has_left else [],
        cancelled=_cancellation(order, placed) if status == "cancelled" else None,
        returns=_returns(order, placed),
    )


def _gateway(order: _Order) -> str:
    method = order.payment_history[0].payment_method_id if order.payment_history else ""
    return next((name for start, name in _GATEWAYS.items() if method.startswith(start)), "manual")


_AGES: Mapping[str, tuple[int, int]] = {
    "pending": (0, 96),
    "processed": (96, 168),
    "cancelled": (72, 1200),
}
_DELIVERED_AGE = (240, 1300)


def _placed(order_id: str, status: str) -> timedelta:
    """When it was ordered, in whole hours: by its state, and within that by its number."""
    youngest, oldest = _AGES.get(status, _DELIVERED_AGE)
    return -timedelta(hours=youngest + 1 + _dice(order_id, oldest - youngest))


def _parcel(parcel: _Fulfillment, placed: timedelta, status: str) -> FulfillmentRecord:
    number = parcel.tracking_id[0] if parcel.tracking_id else None
    moved = EventRecord(status="IN_TRANSIT", at=placed + 2 * _DAY)
    arrived = EventRecord(status="DELIVERED", at=placed + 6 * _DAY)
    return FulfillmentRecord(
        created=placed + _DAY,
        items=[ItemRecord(sku=sku, quantity=n) for sku, n in Counter(parcel.item_ids).items()],
        carrier="FedEx" if number else None,
        number=number,
        url=f"https://track.{_HOST}/{number}" if number else None,
        estimated=placed + 8 * _DAY,
        events=[moved] if status == "processed" else [moved, arrived],
    )


def _cancellation(order: _Order, placed: timedelta) -> CancellationRecord:
    reason = "CUSTOMER" if order.cancel_reason in {None, "no longer needed"} else "OTHER"
    return CancellationRecord(at=placed + _DAY, reason=reason, note=order.cancel_reason)


def _returns(order: _Order, placed: timedelta) -> list[ReturnRecord]:
    back = order.return_items or order.exchange_items
    if not back:
        return []
    items = [
        ReturnItemRecord(sku=sku, quantity=count, reason="Unwanted", reason_handle="unwanted")
        for sku, count in Counter(back).items()
    ]
    instead = [ItemRecord(sku=sku, quantity=n) for sku, n in Counter(order.exchange_new_items or []).items()]
    is_asked_for = order.status.endswith("requested")
    return [
        ReturnRecord(
            requested=placed + 8 * _DAY,
            status="REQUESTED" if is_asked_for else "OPEN",
            items=items,
            exchanges=instead,
        )
    ]


def _dice(text: str, sides: int) -> int:
    """A number below `sides`, the same for the same text at every start."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % sides
