"""What the app has to be allowed to read, in one place. Nothing is ever written: no scope here begins with `write_`.

A test holds this against Shopify's own notes on every type and field that `queries/*.graphql` name: nothing is missing,
and nothing is asked for that no query needs. Sources: https://shopify.dev/docs/api/usage/access-scopes and, for
customer data, https://shopify.dev/docs/apps/launch/protected-customer-data
"""

from collections.abc import Mapping

REQUIRED_SCOPES: Mapping[str, str] = {
    "read_orders": "orders, shipments and refunds",
    "read_customers": "the address of an order's customer",
    "read_products": "products and whether they are available",
    "read_returns": "returns and exchanges, and what may still be returned",
    "read_legal_policies": "the return and shipping policies",
    "read_merchant_managed_fulfillment_orders": "orders on hold at your own locations",
}
ALL_ORDERS = "read_all_orders"
OPTIONAL_SCOPES: Mapping[str, str] = {
    ALL_ORDERS: "orders that are older than 60 days",
    "read_third_party_fulfillment_orders": "orders on hold at a fulfilment service",
}

CUSTOMER_DATA: Mapping[str, str] = {
    "email": "whose an order is: without it every order is nobody's",
    "name": "the greeting, and who an agent is talking to",
    "address": "where a parcel goes: to check a change of address, and to tell a price in the customer's market",
}
"""The protected fields, beside protected customer data itself, for which Shopify has to approve the app."""
