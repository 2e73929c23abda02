"""A shop: its data files, loaded, linked and indexed."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphql import GraphQLError

from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.nodes.customers import attach_orders, customer_node
from app.sandbox.shopify.nodes.orders import order_node
from app.sandbox.shopify.nodes.parts import ShopParts
from app.sandbox.shopify.nodes.products import Prices, build_assortment
from app.sandbox.shopify.nodes.registry import Registry, parse_gid
from app.sandbox.shopify.nodes.storefront import (
    app_node,
    installation_node,
    locale_nodes,
    location_node,
    shop_node,
)
from app.sandbox.shopify.records import OrderRecord, ShopFiles
from app.sandbox.shopify.search.catalog import Catalog
from app.sandbox.shopify.search.resources import (
    customer_catalog,
    order_catalog,
    product_catalog,
    variant_catalog,
)

DEMO_SHOP = Path(__file__).with_name("shops") / "saffron-and-clay"

_READERS: dict[str, Callable[[str], Any]] = {".toml": tomllib.loads, ".json": json.loads}


class Shop:
    """Everything that can be asked of one shop. It is built once and only read afterwards.

    Attributes:
        root: What the query root resolves from.
    """

    def __init__(self, files: ShopFiles) -> None:
        """Raises ValueError: the files contradict each other."""
        self._registry = Registry()
        self._parts = self._build_parts(files)
        self._orders = self._build_orders(sorted(files.orders, key=lambda order: order.number))
        self.catalogs = {
            catalog.name: catalog
            for catalog in (
                order_catalog(self._orders),
                customer_catalog(list(self._parts.customers.values())),
                product_catalog(self._parts.assortment.products),
                variant_catalog(self._parts.assortment.variants),
            )
        }
        for customer in self._parts.customers.values():
            customer["orders"] = _orders_of(customer["orders"], self.catalogs["orders"])
            customer["lastOrder"] = _if_it_shows(customer["lastOrder"])
        self.root = self._build_root(files)

    @classmethod
    def load(cls, folder: Path) -> "Shop":
        """A shop from a folder; raises what `read_folder` raises."""
        return cls(read_folder(folder))

    def _build_parts(self, files: ShopFiles) -> ShopParts:
        registry, record = self._registry, files.shop
        return ShopParts(
            registry=registry,
            shop=record,
            shop_node=shop_node(registry, record),
            location=location_node(registry, record),
            app=app_node(registry, record.app),
            assortment=build_assortment(
                registry, files.products, Prices(record.currency, tuple(record.markets)), record.host
            ),
            customers={customer.key: customer_node(registry, customer) for customer in files.customers},
        )

    def _build_orders(self, records: list[OrderRecord]) -> list[Node]:
        orders = [order_node(self._parts, record) for record in records]
        by_customer: dict[str, list[Node]] = {}
        for order in sorted(orders, key=lambda node: node["createdAt"]):
            if order["customer"]:
                by_customer.setdefault(order["customer"]["id"], []).append(order)
        for customer in self._parts.customers.values():
            attach_orders(customer, by_customer.get(customer["id"], []), self._parts.shop.currency)
        return orders

    def _build_root(self, files: ShopFiles) -> Node:
        parts = self._parts
        listed: Node = {name: _search(catalog) for name, catalog in self.catalogs.items()}
        counted = {
            f"{name}Count": _count(self.catalogs[name]) for name in ("orders", "customers", "products")
        }
        by_type = {
            "order": "Order",
            "customer": "Customer",
            "product": "Product",
            "productVariant": "ProductVariant",
            "fulfillment": "Fulfillment",
            "fulfillmentOrder": "FulfillmentOrder",
            "refund": "Refund",
            "return": "Return",
        }
        single = {name: self._one(typename) for name, typename in by_type.items()}
        installation = installation_node(self._registry, parts.app, parts.shop.myshopify_domain)
        return {
            **listed,
            **counted,
            **single,
            "node": lambda context, *, id: self._find(context, id),  # noqa: A006  the schema's name
            "nodes": lambda context, ids: [self._find(context, gid) for gid in ids],
            "returnableFulfillments": self._returnable,
            "location": lambda context, *, id=None: (  # noqa: A006  the schema's name
                self._find(context, id, "Location") if id else parts.location
            ),
            "customerByIdentifier": self._customer_by_identifier(),
            "productByIdentifier": self._product_by_identifier(),
            "shop": parts.shop_node,
            "shopLocales": lambda _context, published: [
                locale for locale in locale_nodes(files.shop) if locale["published"] or not published
            ],
            "currentAppInstallation": installation,
            "publicApiVersions": [
                {"handle": handle, "displayName": handle, "supported": True}
                for handle in ("2026-07", "2026-10")
            ],
        }

    def _returnable(
        self,
        context: Context,
        *,
        orderId: str,  # noqa: N803  the schema's name
        reverse: bool,
    ) -> list[Node]:
        order = self._find(context, orderId, "Order")
        parcels: list[Node] = order["returnable"] if order else []
        return parcels[::-1] if reverse else parcels

    def _one(self, typename: str) -> Callable[..., Node | None]:
        return lambda context, id: self._find(context, id, typename)  # noqa: A006  the schema's name

    def _find(self, context: Context, gid: str, typename: str | None = None) -> Node | None:
        """The object, unless it is of an order that does not show. Raises GraphQLError: the id is of another form or type than what was asked for."""
        parsed = parse_gid(gid)
        if parsed is None:
            raise GraphQLError(
                f"Invalid global id '{gid}'", extensions={"code": "argumentLiteralsIncompatible"}
            )
        if typename not in {None, parsed[0]}:
            raise GraphQLError(f"Invalid id: {gid}", extensions={"code": "RESOURCE_NOT_FOUND"})
        found = self._registry.find(gid)
        return found if found is None or _shows(context, found) else None

    def _customer_by_identifier(self) -> Callable[..., Node | None]:
        customers = self._parts.customers.values()
        by_email = {
            node["defaultEmailAddress"]["emailAddress"].casefold(): node
            for node in customers
            if node["defaultEmailAddress"]
        }
        by_phone = {
            node["defaultPhoneNumber"]["phoneNumber"]: node
            for node in customers
            if node["defaultPhoneNumber"]
        }

        def find(context: Context, identifier: dict[str, str]) -> Node | None:
            if "emailAddress" in identifier:
                return by_email.get(identifier["emailAddress"].casefold())
            if "phoneNumber" in identifier:
                return by_phone.get(identifier["phoneNumber"])
            return self._find(context, identifier["id"], "Customer")

        return find

    def _product_by_identifier(self) -> Callable[..., Node | None]:
        by_handle = {node["handle"]: node for node in self._parts.assortment.products}

        def find(context: Context, identifier: dict[str, str]) -> Node | None:
            if "handle" in identifier:
                return by_handle.get(identifier["handle"])
            return self._find(context, identifier["id"], "Product")

        return find


def _if_it_shows(order: Node | None) -> Callable[..., Node | None]:
    return lambda context: order if order is not None and _shows(context, order) else None


def _shows(context: Context, node: Node) -> bool:
    """Whether the token sees this: an order, and what hangs on it, may be too old."""
    oldest = context.access.oldest_order
    order = node if node["__typename"] == "Order" else node.get("order")
    return oldest is None or order is None or bool(order["createdAt"] >= oldest)


def read_folder(folder: Path) -> ShopFiles:
    """A folder with `shop`, `products`, `customers` and `orders`, each a .toml or .json file.

    The shape is that of `records.ShopFiles`, whose parts stand under their own names in each file (a list of products
    under `products`, and so on).

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: A file is not of this shape (pydantic's error names the place).
    """
    merged: dict[str, Any] = {}
    for name in ("shop", "products", "customers", "orders"):
        merged |= _read(folder, name)
    return ShopFiles.model_validate(merged)


def _read(folder: Path, name: str) -> dict[str, Any]:
    for suffix, read in _READERS.items():
        path = folder / f"{name}{suffix}"
        if path.exists():
            content: dict[str, Any] = read(path.read_text(encoding="utf-8"))
            return content
    raise FileNotFoundError(f"{folder} has neither {name}.toml nor {name}.json")


def _search(catalog: Catalog) -> Callable[..., list[Node]]:
    def search(
        context: Context,
        *,
        sortKey: str,  # noqa: N803  the schema's name
        reverse: bool,
        query: str | None = None,
    ) -> list[Node]:
        found = catalog.search(context, query, sortKey, reverse=reverse)
        return [node for node in found if _shows(context, node)]

    return search


def _orders_of(own: list[Node], orders: Catalog) -> Callable[..., list[Node]]:
    """`Customer.orders`: the same search, over the customer's own."""
    ids = {order["id"] for order in own}
    search = _search(orders)

    def find(context: Context, **arguments: Any) -> list[Node]:
        return [order for order in search(context, **arguments) if order["id"] in ids]

    return find


def _count(catalog: Catalog) -> Callable[..., Node]:
    def count(context: Context, *, limit: int | None = None, query: str | None = None) -> Node:
        found = sum(_shows(context, node) for node in catalog.search(context, query))
        if limit is None or found <= limit:
            return {"count": found, "precision": "EXACT"}
        return {"count": limit, "precision": "AT_LEAST"}

    return count
