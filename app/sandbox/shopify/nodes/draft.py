"""An order while it is being built."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.lines import Line, Lines
from app.sandbox.shopify.nodes.money import Amount, Currencies
from app.sandbox.shopify.nodes.parts import ShopParts
from app.sandbox.shopify.records import ItemRecord, OrderRecord


@dataclass(frozen=True)
class Draft:
    """An order's record, what is known of it so far, and the node that it will be. `tax_rate`: of the destination."""

    parts: ShopParts
    order: OrderRecord
    node: Node
    currencies: Currencies
    lines: Lines
    tax_rate: Decimal

    def add(self, typename: str, fields: Mapping[str, object]) -> Node:
        """A new object that belongs to this order."""
        return self.parts.registry.add(typename, fields)

    def bag(self, amount: Amount) -> Node:
        return self.currencies.bag(amount)

    def tax_in(self, amount: Amount) -> Amount:
        """The tax that a price contains."""
        return self.currencies.share(amount, self.tax_rate / (1 + self.tax_rate))

    def find_line(self, record: ItemRecord) -> Line:
        """The line that a fulfilment, refund or return speaks of.

        Raises:
            ValueError: The order has no such line, or not so many units.
        """
        line = self.lines.get(record.sku)
        if line is None or record.quantity > line.quantity:
            raise ValueError(f"Order {self.order.number} has no {record.quantity} × {record.sku}")
        return line
