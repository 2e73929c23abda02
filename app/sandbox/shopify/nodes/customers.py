"""Customers, and what follows for them from their orders."""

from datetime import timedelta
from decimal import Decimal

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.addresses import mailing_address
from app.sandbox.shopify.nodes.money import money
from app.sandbox.shopify.nodes.registry import Registry
from app.sandbox.shopify.records import CustomerRecord


def customer_node(registry: Registry, record: CustomerRecord) -> Node:
    """`Customer`, without its orders: `attach_orders` adds what they tell."""
    addresses = [
        mailing_address(registry, address, record.first_name, record.last_name)
        for address in record.addresses
    ]
    name = " ".join(part for part in (record.first_name, record.last_name) if part)
    return registry.add(
        "Customer",
        {
            "firstName": record.first_name,
            "lastName": record.last_name,
            "displayName": name or record.email or record.phone or "",
            "defaultEmailAddress": _email_address(record),
            "defaultPhoneNumber": {"phoneNumber": record.phone} if record.phone else None,
            "defaultAddress": addresses[0] if addresses else None,
            "addressesV2": addresses,
            "locale": record.locale,
            "note": record.note,
            "state": record.state,
            "tags": sorted(record.tags, key=str.casefold),
            "taxExempt": False,
            "verifiedEmail": record.verified,
            "lifetimeDuration": _duration(-record.created),
            "createdAt": record.created,
            "updatedAt": record.created,
        },
    )


def _email_address(record: CustomerRecord) -> Node | None:
    if record.email is None:
        return None
    return {
        "emailAddress": record.email,
        "marketingState": "SUBSCRIBED" if record.subscribed else "NOT_SUBSCRIBED",
        "validFormat": True,
    }


def attach_orders(customer: Node, orders: list[Node], currency: str) -> None:
    """Add the orders (oldest first) and their sums. As at Shopify, a cancelled order counts and its money does not."""
    spent = sum((Decimal(order["netPaymentSet"]["shopMoney"]["amount"]) for order in orders), Decimal(0))
    customer["orders"] = orders
    customer["lastOrder"] = orders[-1] if orders else None
    customer["numberOfOrders"] = str(len(orders))
    customer["amountSpent"] = money(spent, currency)
    customer["canDelete"] = not orders
    if orders:
        customer["updatedAt"] = max(customer["createdAt"], orders[-1]["createdAt"])
    for index, order in enumerate(orders):
        order["customerJourneySummary"]["customerOrderIndex"] = index


def _duration(age: timedelta) -> str:
    """`over 2 years`, `about 3 months`, `12 days`."""
    for unit, days in (("year", 365), ("month", 30)):
        if age.days >= days:
            count = age.days // days
            return f"{'over' if unit == 'year' else 'about'} {count} {unit}{'s' if count > 1 else ''}"
    return f"{age.days} day{'' if age.days == 1 else 's'}"
