"""What a triaged request is dispatched to. A tool is one module with NAME, Args and run, and one line in TOOLS."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.tools import get_customer, get_order, get_policy, list_orders, search_products
from app.tools.lookup import Lookup, ToolArgs, ToolResult


@dataclass(frozen=True)
class Tool:
    """A tool as the registry knows it. `run` takes the tool's own `args` type."""

    name: str
    args: type[ToolArgs]
    run: Callable[[ShopifyClient, Identity, Any], Awaitable[ToolResult]]


TOOLS: Mapping[str, Tool] = {
    get_customer.NAME: Tool(get_customer.NAME, get_customer.Args, get_customer.run),
    get_order.NAME: Tool(get_order.NAME, get_order.Args, get_order.run),
    get_policy.NAME: Tool(get_policy.NAME, get_policy.Args, get_policy.run),
    list_orders.NAME: Tool(list_orders.NAME, list_orders.Args, list_orders.run),
    search_products.NAME: Tool(search_products.NAME, search_products.Args, search_products.run),
}

__all__ = ["TOOLS", "Lookup", "Tool", "ToolArgs", "ToolResult"]
