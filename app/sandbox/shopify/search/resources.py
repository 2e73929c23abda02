"""What of orders, customers, products and variants can be searched and sorted, as Shopify documents it.

A field that is not here is answered as Shopify answers an unknown one: left out, with a warning.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.search.catalog import Catalog, SortKey
from app.sandbox.shopify.search.index import (
    FieldIndex,
    KeywordField,
    NumberField,
    SearchIndex,
    TextField,
    TimeField,
)

# What a value of a search field stands for, in the values of the objects.
Accepted = Mapping[str, tuple[str, ...]]

_FULFILLMENT_STATUSES: Accepted = {
    "unshipped": ("unfulfilled", "in_progress", "scheduled", "on_hold", "pending_fulfillment"),
    "unfulfilled": ("unfulfilled", "in_progress", "pending_fulfillment"),
    "shipped": ("fulfilled",),
    "fulfilled": ("fulfilled",),
    "partial": ("partially_fulfilled",),
    "scheduled": ("scheduled",),
    "on_hold": ("on_hold",),
    "request_declined": ("request_declined",),
}


def _same(*names: str) -> Accepted:
    return {name: (name,) for name in names}


_ORDER_STATUSES = _same("open", "closed", "cancelled", "not_closed", "any")
_FINANCIAL_STATUSES = _same(
    "paid", "pending", "authorized", "partially_paid", "partially_refunded", "refunded", "voided", "expired"
)
_RETURN_STATUSES = _same(
    "return_requested", "in_progress", "inspection_complete", "returned", "return_failed", "no_return"
)
_YES_NO = _same("true", "false")


def order_catalog(orders: Sequence[Node]) -> Catalog:
    """`orders`: https://shopify.dev/docs/api/admin-graphql/latest/queries/orders."""
    fields: dict[str, FieldIndex] = {
        "name": TextField(orders, lambda node: [node["name"]]),
        "email": TextField(orders, lambda node: [node["email"]]),
        "sku": TextField(orders, _order_skus),
        "tag": KeywordField(orders, lambda node: node["tags"]),
        "id": NumberField(orders, _number),
        "customer_id": NumberField(
            orders, lambda node: _number(node["customer"]) if node["customer"] else []
        ),
        "confirmation_number": KeywordField(orders, lambda node: [node["confirmationNumber"]]),
        "status": KeywordField(orders, _order_states, _ORDER_STATUSES),
        "financial_status": KeywordField(
            orders, lambda node: [node["displayFinancialStatus"]], _FINANCIAL_STATUSES
        ),
        "fulfillment_status": KeywordField(
            orders, lambda node: [node["displayFulfillmentStatus"]], _FULFILLMENT_STATUSES
        ),
        "return_status": KeywordField(orders, lambda node: [node["returnStatus"]], _RETURN_STATUSES),
        "risk_level": KeywordField(
            orders,
            lambda node: [entry["riskLevel"] for entry in node["risk"]["assessments"]],
            _same("high", "medium", "low", "none", "pending"),
        ),
        "gateway": KeywordField(orders, lambda node: node["paymentGatewayNames"]),
        "discount_code": KeywordField(orders, lambda node: node["discountCodes"][:1]),
        "source_name": KeywordField(orders, lambda node: [node["sourceName"]]),
        "test": KeywordField(orders, lambda node: [node["test"]], _YES_NO),
        "current_total_price": NumberField(orders, lambda node: [_total(node, "currentTotalPriceSet")]),
        "total_price": NumberField(orders, lambda node: [_total(node, "totalPriceSet")]),
        "created_at": TimeField(orders, lambda node: [node["createdAt"]]),
        "processed_at": TimeField(orders, lambda node: [node["processedAt"]]),
        "updated_at": TimeField(orders, lambda node: [node["updatedAt"]]),
    }
    index = SearchIndex(len(orders), TextField(orders, _order_texts), fields, {"tag_not": "tag"})
    return Catalog("orders", orders, index, _ORDER_SORT_KEYS)


def _order_states(node: Node) -> list[str]:
    if node["cancelledAt"] is not None:
        return ["cancelled", "any"]
    return ["closed", "any"] if node["closed"] else ["open", "not_closed", "any"]


def _order_skus(node: Node) -> Iterator[str]:
    return (line["sku"] for line in node["lineItems"])


def _order_texts(node: Node) -> list[Any]:
    customer, address = node["customer"], node["shippingAddress"]
    parts = [node["name"], node["email"], node["phone"], node["confirmationNumber"], *node["tags"]]
    if customer:
        parts.append(customer["displayName"])
    if address:
        parts += [address["name"], address["company"], address["city"], address["zip"]]
    tracking = (info["number"] for parcel in node["fulfillments"] for info in parcel["trackingInfo"])
    return [*parts, *tracking]


def customer_catalog(customers: Sequence[Node]) -> Catalog:
    """`customers`: https://shopify.dev/docs/api/admin-graphql/latest/queries/customers."""
    fields: dict[str, FieldIndex] = {
        "email": TextField(customers, _customer_email),
        "first_name": TextField(customers, lambda node: [node["firstName"]]),
        "last_name": TextField(customers, lambda node: [node["lastName"]]),
        "phone": TextField(customers, _customer_phone),
        "country": TextField(customers, lambda node: _address_parts(node, "country", "countryCodeV2")),
        "tag": KeywordField(customers, lambda node: node["tags"]),
        "state": KeywordField(
            customers, lambda node: [node["state"]], _same("enabled", "disabled", "invited", "declined")
        ),
        "id": NumberField(customers, _number),
        "orders_count": NumberField(customers, lambda node: [node["numberOfOrders"]]),
        "total_spent": NumberField(customers, lambda node: [node["amountSpent"]["amount"]]),
        "accepts_marketing": KeywordField(customers, lambda node: [_is_subscribed(node)], _YES_NO),
        "customer_date": TimeField(customers, lambda node: [node["createdAt"]]),
        "order_date": TimeField(customers, lambda node: [order["createdAt"] for order in node["orders"]]),
        "updated_at": TimeField(customers, lambda node: [node["updatedAt"]]),
    }
    index = SearchIndex(len(customers), TextField(customers, _customer_texts), fields, {"tag_not": "tag"})
    return Catalog("customers", customers, index, _CUSTOMER_SORT_KEYS)


def _customer_email(node: Node) -> list[str]:
    address = node["defaultEmailAddress"]
    return [address["emailAddress"]] if address else []


def _customer_phone(node: Node) -> list[str]:
    number = node["defaultPhoneNumber"]
    return [number["phoneNumber"]] if number else []


def _is_subscribed(node: Node) -> bool:
    address = node["defaultEmailAddress"]
    return bool(address and address["marketingState"] == "SUBSCRIBED")


def _address_parts(node: Node, *names: str) -> list[Any]:
    return [address[name] for address in node["addressesV2"] for name in names]


def _customer_texts(node: Node) -> list[Any]:
    places = _address_parts(node, "company", "city", "country", "zip")
    return [node["displayName"], *_customer_email(node), *_customer_phone(node), *node["tags"], *places]


def product_catalog(products: Sequence[Node]) -> Catalog:
    """`products`: https://shopify.dev/docs/api/admin-graphql/latest/queries/products."""
    fields: dict[str, FieldIndex] = {
        "title": TextField(products, lambda node: [node["title"]]),
        "vendor": TextField(products, lambda node: [node["vendor"]]),
        "product_type": TextField(products, lambda node: [node["productType"]]),
        "sku": TextField(products, lambda node: _variant_values(node, "sku")),
        "barcode": KeywordField(products, lambda node: _variant_values(node, "barcode")),
        "variant_title": TextField(products, lambda node: _variant_values(node, "title")),
        "variant_id": NumberField(products, lambda node: _variant_values(node, "legacyResourceId")),
        "handle": KeywordField(products, lambda node: [node["handle"]]),
        "tag": KeywordField(products, lambda node: node["tags"]),
        "status": KeywordField(
            products, lambda node: [node["status"]], _same("active", "archived", "draft", "unlisted")
        ),
        "gift_card": KeywordField(products, lambda node: [node["isGiftCard"]], _YES_NO),
        "out_of_stock_somewhere": KeywordField(
            products, lambda node: [node["hasOutOfStockVariants"]], _YES_NO
        ),
        "tracks_inventory": KeywordField(products, lambda node: [node["tracksInventory"]], _YES_NO),
        "inventory_total": NumberField(products, lambda node: [node["totalInventory"]]),
        "price": NumberField(products, lambda node: _variant_values(node, "price")),
        "id": NumberField(products, _number),
        "created_at": TimeField(products, lambda node: [node["createdAt"]]),
        "updated_at": TimeField(products, lambda node: [node["updatedAt"]]),
        "published_at": TimeField(products, lambda node: [node["publishedAt"]]),
    }
    index = SearchIndex(len(products), TextField(products, _product_texts), fields, {"tag_not": "tag"})
    return Catalog("products", products, index, _PRODUCT_SORT_KEYS)


def _variant_values(node: Node, name: str) -> list[Any]:
    return [variant[name] for variant in node["variants"]]


def _product_texts(node: Node) -> list[Any]:
    variants = chain(_variant_values(node, "title"), _variant_values(node, "sku"))
    return [node["title"], node["productType"], node["vendor"], node["handle"], *node["tags"], *variants]


def variant_catalog(variants: Sequence[Node]) -> Catalog:
    """`productVariants`: https://shopify.dev/docs/api/admin-graphql/latest/queries/productVariants."""
    fields: dict[str, FieldIndex] = {
        "title": TextField(variants, lambda node: [node["title"]]),
        "sku": TextField(variants, lambda node: [node["sku"]]),
        "barcode": KeywordField(variants, lambda node: [node["barcode"]]),
        "vendor": TextField(variants, lambda node: [node["product"]["vendor"]]),
        "product_type": TextField(variants, lambda node: [node["product"]["productType"]]),
        "tag": KeywordField(variants, lambda node: node["product"]["tags"]),
        "product_id": NumberField(variants, lambda node: _number(node["product"])),
        "product_status": KeywordField(
            variants,
            lambda node: [node["product"]["status"]],
            _same("active", "archived", "draft", "unlisted"),
        ),
        "inventory_quantity": NumberField(variants, lambda node: [node["inventoryQuantity"]]),
        "id": NumberField(variants, _number),
        "updated_at": TimeField(variants, lambda node: [node["updatedAt"]]),
    }
    texts = TextField(variants, lambda node: [node["displayName"], node["sku"], node["barcode"]])
    index = SearchIndex(len(variants), texts, fields, {"tag_not": "tag"})
    return Catalog("productVariants", variants, index, _VARIANT_SORT_KEYS)


def _number(node: Node) -> list[str]:
    return [node["legacyResourceId"]]


def _total(node: Node, name: str) -> Decimal:
    return Decimal(node[name]["shopMoney"]["amount"])


def _id(node: Node) -> int:
    return int(node["legacyResourceId"])


def _folded(value: str | None) -> str | None:
    return value.casefold() if value else None


_ORDER_SORT_KEYS: dict[str, SortKey] = {
    "CREATED_AT": lambda node: node["createdAt"],
    "CURRENT_TOTAL_PRICE": lambda node: _total(node, "currentTotalPriceSet"),
    "CUSTOMER_NAME": lambda node: _folded(node["customer"]["displayName"]) if node["customer"] else None,
    "DESTINATION": lambda node: _folded((node["shippingAddress"] or {}).get("formattedArea")),
    "FINANCIAL_STATUS": lambda node: node["displayFinancialStatus"],
    "FULFILLMENT_STATUS": lambda node: node["displayFulfillmentStatus"],
    "ID": _id,
    "ORDER_NUMBER": lambda node: node["number"],
    "PO_NUMBER": lambda node: node["poNumber"],
    "PROCESSED_AT": lambda node: node["processedAt"],
    "RELEVANCE": _id,
    "TOTAL_ITEMS_QUANTITY": lambda node: node["subtotalLineItemsQuantity"],
    "TOTAL_PRICE": lambda node: _total(node, "totalPriceSet"),
    "UPDATED_AT": lambda node: node["updatedAt"],
}
_CUSTOMER_SORT_KEYS: dict[str, SortKey] = {
    "CREATED_AT": lambda node: node["createdAt"],
    "ID": _id,
    "LOCATION": lambda node: _folded((node["defaultAddress"] or {}).get("formattedArea")),
    "NAME": lambda node: _folded(f"{node['lastName'] or ''}, {node['firstName'] or ''}"),
    "RELEVANCE": _id,
    "UPDATED_AT": lambda node: node["updatedAt"],
}
_PRODUCT_SORT_KEYS: dict[str, SortKey] = {
    "CREATED_AT": lambda node: node["createdAt"],
    "ID": _id,
    "INVENTORY_TOTAL": lambda node: node["totalInventory"],
    "PRODUCT_TYPE": lambda node: _folded(node["productType"]),
    "PUBLISHED_AT": lambda node: node["publishedAt"],
    "RELEVANCE": _id,
    "TITLE": lambda node: _folded(node["title"]),
    "UPDATED_AT": lambda node: node["updatedAt"],
    "VENDOR": lambda node: _folded(node["vendor"]),
}
_VARIANT_SORT_KEYS: dict[str, SortKey] = {
    "FULL_TITLE": lambda node: _folded(node["displayName"]),
    "ID": _id,
    "INVENTORY_QUANTITY": lambda node: node["inventoryQuantity"],
    "NAME": lambda node: _folded(node["displayName"]),
    "POSITION": lambda node: node["position"],
    "RELEVANCE": _id,
    "SKU": lambda node: _folded(node["sku"]),
    "TITLE": lambda node: _folded(node["title"]),
}
