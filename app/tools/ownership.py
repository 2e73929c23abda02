"""Whose an order is: the address that a reply would reach decides, and nothing else."""

from app.identity import Identity, normalise_address
from app.shopify.schemas import OrderReference
from app.vocabulary import Ownership

OWNED = frozenset({Ownership.ON_ORDER, Ownership.CUSTOMER, Ownership.PROVEN})


def ownership_of(order: OrderReference, asker: Identity) -> Ownership:
    """How the asker's address stands to the order. One that carries no address is nobody's that writes."""
    reached = asker.reply_to_recipient
    if order.email and normalise_address(order.email) == reached:
        return Ownership.ON_ORDER
    if order.customer_email and normalise_address(order.customer_email) == reached:
        return Ownership.CUSTOMER
    if any((order.id, normalise_address(address)) in asker.proven_orders for address in order.addresses):
        return Ownership.PROVEN
    return Ownership.NOT_OWNER


def why_not_owner(order: OrderReference, asker: Identity) -> str:
    """The reason for staff why this order is not told."""
    if not order.addresses:
        return f"Order {order.name} exists, but no email address stands on it."
    if asker.is_redirected and asker.sender in map(normalise_address, order.addresses):
        return (
            f"Order {order.name} belongs to the sender, but the reply would go to another address"
            " that does not stand on it."
        )
    return f"Order {order.name} exists, but the address that a reply would reach does not stand on it."
