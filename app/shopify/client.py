"""One shop's Admin API, as the questions that Pasokh asks it. It only asks: no document here is a mutation."""

import time
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Generic, Self, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field

from app.errors import Misconfigured
from app.shopify.schemas import (
    ChangeableOrder,
    Customer,
    ListedOrder,
    MarketCustomer,
    OldestOrder,
    Order,
    OrderReference,
    Page,
    PaidOrder,
    Product,
    RefundableOrder,
    RefundedOrder,
    ReturnableFulfillment,
    ReturnableOrder,
    ReturnedOrder,
    Shop,
    ShopPolicy,
    Storefront,
    SuggestedRefund,
    TrackedOrder,
)
from app.shopify.scopes import ALL_ORDERS
from app.shopify.search import any_prefix, equals
from app.shopify.statuses import ProductStatus
from app.shopify.transport import Limits, Transport

API_VERSION = "2026-10"

_KEPT_SECONDS = 600.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

T = TypeVar("T")


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Orders(_Node, Generic[T]):
    orders: Page[T]


class _OneOrder(_Node, Generic[T]):
    order: T | None


class _Returnable(_OneOrder[ReturnableOrder]):
    parcels: Page[ReturnableFulfillment] = Field(alias="returnableFulfillments")


class _Suggestion(OrderReference):
    suggested_refund: SuggestedRefund | None


class _Customers(_Node, Generic[T]):
    customers: Page[T]


class _Products(_Node):
    products: Page[Product]


class _Title(_Node):
    title: str


class _Titles(_Node):
    products: Page[_Title]


class _PolicyHolder(_Node):
    policies: tuple[ShopPolicy, ...] = Field(alias="shopPolicies")


class _Policies(_Node):
    shop: _PolicyHolder


class _StorefrontAnswer(_Node):
    shop: Storefront


class _Scope(_Node):
    handle: str


class _Installation(_Node):
    scopes: tuple[_Scope, ...] = Field(alias="accessScopes")


class _Scopes(_Node):
    installation: _Installation = Field(alias="currentAppInstallation")

    @property
    def handles(self) -> frozenset[str]:
        return frozenset(scope.handle for scope in self.installation.scopes)


class _ShopAnswer(_Scopes):
    shop: Shop


class _Anything(_Node):
    """Whatever it is: it is only asked whether Shopify answers."""


class _Kept(Generic[T]):
    """An answer that is asked for again after ten minutes."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._answer: tuple[T, float] | None = None

    async def get(self) -> T:
        now = time.monotonic()
        if self._answer is None or now - self._answer[1] > _KEPT_SECONDS:
            self._answer = (await self._ask(), now)
        return self._answer[0]


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
        self._shop = _Kept(self._ask_shop)
        self._oldest = _Kept(self._ask_oldest)
        self._titles = _Kept(self._ask_titles)
        self._storefront = _Kept(self._ask_storefront)

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
        found = (await self._transport.run("find_orders", variables, _Orders[OrderReference])).orders.nodes
        wanted = [name.casefold() for name in names]
        equal = [order for order in found if order.name.casefold() in wanted]
        return tuple(sorted(equal, key=lambda order: wanted.index(order.name.casefold())))

    async def list_orders(
        self, email: str, first: int = 10, *, with_items: bool = False
    ) -> tuple[ListedOrder, ...]:
        """The newest orders on which this address stands, newest first; with their first goods if so wished."""
        name = "list_orders_with_items" if with_items else "list_orders"
        variables = {"query": equals("email", email), "first": first}
        found = (await self._transport.run(name, variables, _Orders[ListedOrder])).orders.nodes
        return tuple(order for order in found if email.lower() in map(str.lower, order.addresses))

    async def get_order(self, order_id: str) -> Order | None:
        """Everything that an order's situation is decided by; None if it is gone."""
        return (await self._transport.run("get_order", {"id": order_id}, _OneOrder[Order])).order

    async def get_tracking(self, order_id: str) -> TrackedOrder | None:
        """The order's parcels with their whole history; None if it is gone."""
        return (await self._transport.run("get_tracking", {"id": order_id}, _OneOrder[TrackedOrder])).order

    async def get_payments(self, order_id: str) -> PaidOrder | None:
        """What was tried, reserved and charged for an order; None if it is gone."""
        return (await self._transport.run("get_payments", {"id": order_id}, _OneOrder[PaidOrder])).order

    async def get_refunds(self, order_id: str) -> RefundedOrder | None:
        """What was paid back, line by line, and what the payment provider still has to do; None if it is gone."""
        return (await self._transport.run("get_refunds", {"id": order_id}, _OneOrder[RefundedOrder])).order

    async def get_returns(self, order_id: str) -> ReturnedOrder | None:
        """The order's newest returns and exchanges; None if it is gone."""
        return (await self._transport.run("get_returns", {"id": order_id}, _OneOrder[ReturnedOrder])).order

    async def get_changeable_order(self, order_id: str) -> ChangeableOrder | None:
        """What may still be changed about an order, as of now; None if it is gone."""
        answer = await self._transport.run(
            "get_changeable_order", {"id": order_id}, _OneOrder[ChangeableOrder]
        )
        return answer.order

    async def get_refundable_order(self, order_id: str) -> RefundableOrder | None:
        """What may still be paid back of an order, line by line; None if it is gone."""
        answer = await self._transport.run(
            "get_refundable_order", {"id": order_id}, _OneOrder[RefundableOrder]
        )
        return answer.order

    async def suggest_refund(
        self, order_id: str, quantities: Sequence[tuple[str, int]] | None = None
    ) -> SuggestedRefund | None:
        """What Shopify would pay back, as a calculation only.

        Args:
            order_id: The order.
            quantities: Ids of lines, each with how many units; None is everything that is left, with its shipping.
        """
        lines = [{"lineItemId": line, "quantity": units} for line, units in quantities or ()]
        variables = {"id": order_id, "lines": lines, "full": quantities is None}
        order = (await self._transport.run("suggest_refund", variables, _OneOrder[_Suggestion])).order
        return order.suggested_refund if order else None

    async def get_returnable_order(self, order_id: str) -> ReturnableOrder | None:
        """An order with its returns and what may still come back of each of its parcels; None if it is gone."""
        answer = await self._transport.run("get_returnable_order", {"id": order_id}, _Returnable)
        return answer.order and answer.order.model_copy(update={"parcels": answer.parcels.nodes})

    async def find_customers(self, email: str) -> tuple[Customer, ...]:
        """The customers with exactly this address; normally one or none."""
        variables = {"query": equals("email", email), "first": 5}
        found = (await self._transport.run("find_customers", variables, _Customers[Customer])).customers.nodes
        return tuple(one for one in found if _is_address_of(one, email))

    async def find_market(self, email: str) -> str | None:
        """The ISO 3166 code of the country whose prices this customer pays; None where it is not known."""
        variables = {"query": equals("email", email), "first": 5}
        answer = await self._transport.run("find_market", variables, _Customers[MarketCustomer])
        homes = (one.default_address for one in answer.customers.nodes if _is_address_of(one, email))
        return next((home.country_code_v2 for home in homes if home and home.country_code_v2), None)

    async def search_products(
        self, words: list[str], first: int = 10, *, country: str | None = None
    ) -> tuple[Product, ...]:
        """Products on sale in which a word starts with one of these, in Shopify's order of relevance.

        Args:
            words: Beginnings of words.
            first: How many at most.
            country: ISO 3166; with it, each variant has the price of that market.
        """
        prefixes = any_prefix(words)
        if prefixes is None:
            return ()
        variables = {
            "query": f"status:active AND {prefixes}",
            "first": first,
            "country": country,
            "inMarket": country is not None,
        }
        found = (await self._transport.run("search_products", variables, _Products)).products.nodes
        return tuple(product for product in found if product.status is ProductStatus.ACTIVE)

    async def get_titles(self) -> tuple[str, ...]:
        """The titles of the 250 products on sale that were changed last; at most ten minutes old."""
        return await self._titles.get()

    async def get_policies(self) -> tuple[ShopPolicy, ...]:
        return (await self._transport.run("get_policies", {}, _Policies)).shop.policies

    async def get_shop(self) -> Shop:
        """The shop's settings, at most ten minutes old: every order number needs its format."""
        return (await self._shop.get()).shop

    async def get_storefront(self) -> Storefront:
        """What a shopper finds at the shop, at most ten minutes old."""
        return await self._storefront.get()

    async def find_oldest_order(self) -> OldestOrder | None:
        """Where the orders begin that Shopify shows to an app without `read_all_orders`.

        None where it shows them all, or has none. At most ten minutes old.
        """
        if ALL_ORDERS in (await self._shop.get()).handles:
            return None
        return await self._oldest.get()

    async def sees_all_orders(self) -> bool:
        """Whether orders show that are older than 60 days; at most ten minutes old."""
        return ALL_ORDERS in (await self._shop.get()).handles

    async def granted_scopes(self) -> frozenset[str]:
        """What the token may read, to compare with `scopes.REQUIRED_SCOPES`."""
        return (await self._transport.run("granted_scopes", {}, _Scopes)).handles

    async def check_customer_data(self) -> None:
        """AccessDenied where Shopify has not approved the app for the customer data that answers need."""
        await self._transport.run("customer_data", {}, _Anything)

    async def _ask_shop(self) -> _ShopAnswer:
        return await self._transport.run("get_shop", {}, _ShopAnswer)

    async def _ask_storefront(self) -> Storefront:
        return (await self._transport.run("get_storefront", {}, _StorefrontAnswer)).shop

    async def _ask_titles(self) -> tuple[str, ...]:
        found = (await self._transport.run("list_titles", {}, _Titles)).products.nodes
        return tuple(product.title for product in found)

    async def _ask_oldest(self) -> OldestOrder | None:
        found = (await self._transport.run("oldest_order", {}, _Orders[OldestOrder])).orders.nodes
        return found[0] if found else None


def _is_address_of(customer: Customer | MarketCustomer, email: str) -> bool:
    address = customer.default_email_address
    return address is not None and address.email_address.lower() == email.lower()


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
