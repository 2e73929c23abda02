"""A shop on loopback that holds what a test puts there, and answers Pasokh's own queries from it."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.shopify import ShopifyClient
from app.shopify.schemas import Order
from app.shopify.transport import Limits
from tests.shopify.scripted import Script, Step, answer, problem, scripted


@dataclass
class Shelf:
    """Attributes:
    details: By operation: what a query that reads one order adds to it, or all that another one answers.
    scopes: What the app says it was granted.
    denied: Operations for which the app has no scope.
    sloppy: Searches answer with everything, as a tokenised search may.
    after_search: What happens between the search for an order and the look at it.
    """

    orders: list[Order] = field(default_factory=list)
    customers: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    policies: list[dict[str, Any]] = field(default_factory=list)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    scopes: tuple[str, ...] = ("read_orders", "read_all_orders")
    prefix: str = "#"
    suffix: str = ""
    denied: set[str] = field(default_factory=set)
    sloppy: bool = False
    wallets: tuple[str, ...] = ("APPLE_PAY", "SHOPIFY_PAY")
    accounts_url: str | None = "https://account.saffron.example"
    accounts_version: str = "NEW_CUSTOMER_ACCOUNTS"
    after_search: Callable[[], None] | None = None

    def answer(self, body: dict[str, Any]) -> Step:
        found = re.search(r"query (\w+)", body["query"])
        assert found
        if found[1] in self.denied:
            return problem("ACCESS_DENIED", path=["orders"])
        if found[1] in self.details and "id" in body["variables"]:
            return answer({"data": self._detailed(found[1], **body["variables"])})
        if found[1] in self.details:
            return answer({"data": self.details[found[1]]})
        return answer({"data": getattr(self, found[1])(**body["variables"])})

    def _detailed(self, operation: str, id: str, **_more: Any) -> dict[str, Any]:  # noqa: A002  the variable's name
        """One order with what the operation adds; `returnableFulfillments` stands beside the order."""
        details = dict(self.details[operation])
        beside = {"returnableFulfillments": details.pop("returnableFulfillments", {"nodes": []})}
        order = self.GetOrder(id)["order"]
        return {"order": order and {**order, **details}, **beside}

    def _matching(self, query: str) -> list[dict[str, Any]]:
        values = (
            {json.loads(term.split(":", 1)[1]) for term in query.split(" OR ")} if not self.sloppy else set()
        )
        plain = [order.model_dump(mode="json", by_alias=True) for order in self.orders]
        return [
            order
            for order in plain
            if self.sloppy or values & {order["name"], order["email"], _customer_email(order)}
        ]

    def FindOrders(self, query: str, first: int) -> dict[str, Any]:  # noqa: N802  the operation's name
        found = {"orders": {"nodes": self._matching(query)[:first]}}
        if self.after_search:
            self.after_search()
        return found

    def ListOrders(self, query: str, first: int) -> dict[str, Any]:  # noqa: N802
        nodes = [{**order, "fulfillments": order["shipments"]} for order in self._matching(query)]
        return {"orders": {"nodes": nodes[:first]}}

    def GetOrder(self, id: str) -> dict[str, Any]:  # noqa: A002, N802  the operation's own names
        plain = [order.model_dump(mode="json", by_alias=True) for order in self.orders]
        return {"order": next((order for order in plain if order["id"] == id), None)}

    def ListOrdersWithItems(self, query: str, first: int) -> dict[str, Any]:  # noqa: N802
        return self.ListOrders(query, first)

    def OldestOrder(self) -> dict[str, Any]:  # noqa: N802
        plain = sorted((order.processed_at, order.name) for order in self.orders)
        return {
            "orders": {
                "nodes": [
                    {"number": int(name.strip("#")), "processedAt": at.isoformat()} for at, name in plain[:1]
                ]
            }
        }

    def FindMarket(self, query: str, first: int) -> dict[str, Any]:  # noqa: N802
        return {"customers": {"nodes": self.customers[:first]}}

    def FindCustomers(self, query: str, first: int) -> dict[str, Any]:  # noqa: N802
        return {"customers": {"nodes": self.customers[:first]}}

    def ListTitles(self) -> dict[str, Any]:  # noqa: N802
        titles = [{"title": one["title"]} for one in self.products if one["status"] == "ACTIVE"]
        return {"products": {"nodes": titles}}

    def SearchProducts(self, query: str, first: int, **market: Any) -> dict[str, Any]:  # noqa: N802
        assert market["inMarket"] == (market["country"] is not None)
        return {"products": {"nodes": self.products[:first]}}

    def GetPolicies(self) -> dict[str, Any]:  # noqa: N802
        return {"shop": {"shopPolicies": self.policies}}

    def GetStorefront(self) -> dict[str, Any]:  # noqa: N802
        return {
            "shop": {
                "primaryDomain": {"url": "https://saffron.example"},
                "shipsToCountries": ["DE", "NO"],
                "paymentSettings": {"supportedDigitalWallets": self.wallets},
                "customerAccountsV2": {
                    "customerAccountsVersion": self.accounts_version,
                    "loginLinksVisibleOnStorefrontAndCheckout": self.accounts_url is not None,
                    "url": self.accounts_url,
                },
            }
        }

    def GetShop(self) -> dict[str, Any]:  # noqa: N802
        return {
            "shop": {
                "name": "Saffron",
                "myshopifyDomain": "saffron.myshopify.com",
                "primaryDomain": {"url": "https://saffron.example"},
                "contactEmail": "help@saffron.example",
                "currencyCode": "EUR",
                "ianaTimezone": "Europe/Berlin",
                "orderNumberFormatPrefix": self.prefix,
                "orderNumberFormatSuffix": self.suffix,
            },
            "currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in self.scopes]},
        }


@dataclass
class Served:
    shop: ShopifyClient
    script: Script

    @property
    def calls(self) -> list[str]:
        """The operations that went over the wire, in order."""
        found = (re.search(r"query (\w+)", body["query"]) for body in self.script.bodies)
        return [match[1] for match in found if match]


@asynccontextmanager
async def served(shelf: Shelf) -> AsyncIterator[Served]:
    async with scripted() as script:
        script.otherwise = shelf.answer
        async with ShopifyClient(script.url, "token", limits=Limits(attempts=1)) as shop:
            yield Served(shop, script)


def customer(email: str, *, name: str = "Ann Example", newsletter: str = "NOT_SUBSCRIBED") -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Customer/{email}",
        "displayName": name,
        "firstName": name.split(maxsplit=1)[0],
        "locale": "en",
        "createdAt": "2020-01-01T00:00:00Z",
        "numberOfOrders": "3",
        "amountSpent": {"amount": "120.00", "currencyCode": "EUR"},
        "defaultEmailAddress": {"emailAddress": email, "marketingState": newsletter},
        "defaultAddress": None,
        "lastOrder": None,
    }


def product(title: str, *variants: tuple[str, str, bool], **more: Any) -> dict[str, Any]:
    rows = variants or (("Default Title", "20.00", True),)
    return {
        "id": f"gid://shopify/Product/{title}",
        "title": title,
        "productType": "",
        "vendor": "",
        "tags": [],
        "status": "ACTIVE",
        "onlineStoreUrl": "https://saffron.example/products/x",
        "variants": {
            "nodes": [
                {"title": name, "price": price, "availableForSale": on_sale, "sku": None}
                for name, price, on_sale in rows
            ],
            "pageInfo": {"hasNextPage": False},
        },
        **more,
    }


def policy(kind: str, body: str) -> dict[str, Any]:
    return {"type": kind, "title": kind.title(), "body": body, "url": "https://saffron.example/policies/x"}


def _customer_email(order: dict[str, Any]) -> str | None:
    address = (order["customer"] or {}).get("defaultEmailAddress")
    return address["emailAddress"] if address else None
