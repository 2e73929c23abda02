"""What the orders of a shop are built from."""

from dataclasses import dataclass

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.products import Assortment
from app.sandbox.shopify.nodes.registry import Registry
from app.sandbox.shopify.records import ShopRecord


@dataclass(frozen=True)
class ShopParts:
    """Everything of a shop but its orders."""

    registry: Registry
    shop: ShopRecord
    shop_node: Node
    location: Node
    app: Node
    assortment: Assortment
    customers: dict[str, Node]
