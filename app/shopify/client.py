"""One shop's Admin API, as the questions that Pasokh asks it."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field

from app.errors import Misconfigured
from app.shopify.schemas import Customer, ListedOrder, Order, OrderReference, Page, Product, Shop, ShopPolicy
from app.shopify.search import any_prefix, equals
from app.shopify.statuses import ProductStatus
from app.shopify.transport import Limits, Transport

API_VERSION = "2026-10"

REQUIRED_SCOPES: Mapping[str, str] = {
    "read_orders": "orders, shipments and refunds",
    "read_customers": "the address of an order's customer",
    "read_products": "products and whether they are available",
    "read_legal_policies": "the return and shipping policies",
    "read_merchant_managed_fulfillment_orders": "orders on hold at your own locations",
}
OPTIONAL_SCOPES: Mapping[str, str] = {
    "read_all_orders": "orders that are older than 60 days",
    "read_third_party_fulfillment_orders": "orders on hold at a fulfilment service",
}

_SHOP_SECONDS = 600.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Orders(_Node):
    orders: Page[OrderReference]


class _ListedOrders(_Node):
    orders: Page[ListedOrder]


class _OneOrder(_Node):
    order: Order | None


class _Customers(_Node):
    customers: Page[Customer]


class _Products(_Node):
    products: Page[Product]


class _PolicyHolder(_Node):
    policies: tuple[ShopPolicy, ...] = Field(alias="shopPolicies")


class _Policies(_Node):
    shop: _PolicyHolder


class _ShopAnswer(_Node):
    shop: Shop


class _Scope(_Node):
    handle: str


class _Installation(_Node):
    scopes: tuple[_Scope, ...] = Field(alias="accessScopes")


class _Scopes(_Node):
    installation: _Installation = Field(alias="currentAppInstallation")


class ShopifyClient:
    """Reads one shop. Keep one per store and process: it remembers the shop's rate limit and its settings.

    Every method raises what `Transport.run` raises: `TryLater`, `AccessDenied` or `UnexpectedAnswer`.

    Args:
        base_url_or_domain: `shop.myshopify.com`, or a whole URL. Plain http is for loopback only.
        access_token: Of the app, for the Admin API.
        http: A client to share; without one the client makes its own, and `aclose` closes it.
        api_version: A dated version of the API, as `2026-10`.
        limits: How long and how often one call may try.

    Raises:
        Misconfigured: The address is not one that a token may be sent to.
    """

    def __init__(
        self,
        base_url_or_domain: str,
        access_token: str,
        *,
        http: httpx.AsyncClient | None = None,
        api_version: str = API_VERSION,
        limits: Limits | None = None,
    ) -> None:
        self._http = http or httpx.AsyncClient()
        self._owns_http = http is None
        url = f"{_base_url(base_url_or_domain)}/admin/api/{api_version}/graphql.json"
        self._transport = Transport(self._http, url, access_token, limits or Limits())
        self._shop: tuple[Shop, float] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, if they are ours."""
        if self._owns_http:
            await self._http.aclose()

    async def find_orders_by_name(self, *names: str) -> tuple[OrderReference, ...]:
        """The orders with exactly one of these names (`#1001`), letter case aside, in the order of the names."""
        variables = {"query": " OR ".join(equals("name", name) for name in names), "first": 5}
        found = (await self._transport.run("find_orders", variables, _Orders)).orders.nodes
        wanted = [name.casefold() for name in names]
        equal = [order for order in found if order.name.casefold() in wanted]
        return tuple(sorted(equal, key=lambda order: wanted.index(order.name.casefold())))

    async def list_orders(self, email: str, first: int = 10) -> tuple[ListedOrder, ...]:
        """The newest orders on which this address stands, newest first."""
        variables = {"query": equals("email", email), "first": first}
        found = (await self._transport.run("list_orders", variables, _ListedOrders)).orders.nodes
        return tuple(order for order in found if email.lower() in map(str.lower, order.addresses))

    async def get_order(self, order_id: str) -> Order | None:
        """Everything that an answer may say about one order; None if it is gone."""
        return (await self._transport.run("get_order", {"id": order_id}, _OneOrder)).order

    async def find_customers(self, email: str) -> tuple[Customer, ...]:
        """The customers with exactly this address; normally one or none."""
        variables = {"query": equals("email", email), "first": 5}
        found = (await self._transport.run("find_customers", variables, _Customers)).customers.nodes
        return tuple(
            customer
            for customer in found
            if customer.default_email_address
            and customer.default_email_address.email_address.lower() == email.lower()
        )

    async def search_products(self, words: list[str], first: int = 20) -> tuple[Product, ...]:
        """Products on sale in which a word starts with one of these, in Shopify's order of relevance."""
        prefixes = any_prefix(words)
        if prefixes is None:
            return ()
        variables = {"query": f"status:active AND {prefixes}", "first": first}
        found = (await self._transport.run("search_products", variables, _Products)).products.nodes
        return tuple(product for product in found if product.status is ProductStatus.ACTIVE)

    async def get_policies(self) -> tuple[ShopPolicy, ...]:
        return (await self._transport.run("get_policies", {}, _Policies)).shop.policies

    async def get_shop(self) -> Shop:
        """The shop's settings, at most ten minutes old: every order number needs its format."""
        now = time.monotonic()
        if self._shop is None or now - self._shop[1] > _SHOP_SECONDS:
            answer = await self._transport.run("get_shop", {}, _ShopAnswer)
            self._shop = (answer.shop, now)
        return self._shop[0]

    async def granted_scopes(self) -> frozenset[str]:
        """What the token may read, to compare with `REQUIRED_SCOPES`."""
        answer = await self._transport.run("granted_scopes", {}, _Scopes)
        return frozenset(scope.handle for scope in answer.installation.scopes)


def _base_url(base_url_or_domain: str) -> str:
    text = base_url_or_domain.strip()
    url = (text if "://" in text else f"https://{text}").rstrip("/")
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not parts.hostname or not is_safe or parts.query or parts.fragment or parts.username:
        raise Misconfigured(
            "The shop's address must be a domain as `your-shop.myshopify.com`, or an https URL.",
            code="shopify_domain",
        )
    return url
