"""What a triaged request is dispatched to. A tool is one module with NAME, Args and run, and one line in TOOLS."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.tools import (
    get_customer,
    get_order,
    get_payments,
    get_policy,
    get_refunds,
    get_returns,
    get_storefront,
    get_tracking,
    list_orders,
    propose_address_change,
    propose_cancel,
    propose_refund,
    propose_return,
    search_products,
)
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
    get_payments.NAME: Tool(get_payments.NAME, get_payments.Args, get_payments.run),
    get_policy.NAME: Tool(get_policy.NAME, get_policy.Args, get_policy.run),
    get_refunds.NAME: Tool(get_refunds.NAME, get_refunds.Args, get_refunds.run),
    get_returns.NAME: Tool(get_returns.NAME, get_returns.Args, get_returns.run),
    get_storefront.NAME: Tool(get_storefront.NAME, get_storefront.Args, get_storefront.run),
    get_tracking.NAME: Tool(get_tracking.NAME, get_tracking.Args, get_tracking.run),
    list_orders.NAME: Tool(list_orders.NAME, list_orders.Args, list_orders.run),
    propose_address_change.NAME: Tool(
        propose_address_change.NAME, propose_address_change.Args, propose_address_change.run
    ),
    propose_cancel.NAME: Tool(propose_cancel.NAME, propose_cancel.Args, propose_cancel.run),
    propose_refund.NAME: Tool(propose_refund.NAME, propose_refund.Args, propose_refund.run),
    propose_return.NAME: Tool(propose_return.NAME, propose_return.Args, propose_return.run),
    search_products.NAME: Tool(search_products.NAME, search_products.Args, search_products.run),
}

__all__ = ["TOOLS", "Lookup", "Tool", "ToolArgs", "ToolResult"]
