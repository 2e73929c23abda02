"""Order lines: what was bought, and how much of it was sent, taken back or called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.nodes.money import Amount, Currencies, total
from app.sandbox.shopify.nodes.parts import ShopParts
from app.sandbox.shopify.nodes.products import DEFAULT_VARIANT, StockItem
from app.sandbox.shopify.records import OrderRecord


@dataclass
class Line:
    """One line of an order.

    Attributes:
        price: Of the line before the order's discount; `discount` is the line's share of that.
        fulfilled: Units that left.
        cancelled: Units called off before they left.
        returned: Units refunded after they left.
        plan: The selling plan that it was sold under.
    """

    item: StockItem
    quantity: int
    unit_price: Amount
    discount: Amount
    currencies: Currencies
    node: Node
    fulfilled: int = 0
    cancelled: int = 0
    returned: int = 0
    plan: str | None = None

    @property
    def price(self) -> Amount:
        return self.unit_price * self.quantity

    @property
    def current(self) -> int:
        return self.quantity - self.cancelled - self.returned

    @property
    def unfulfilled(self) -> int:
        return self.quantity - self.fulfilled - self.cancelled

    def value(self, quantity: int) -> Amount:
        """What was charged for so many units."""
        return self.currencies.share(self.price - self.discount, Decimal(quantity) / self.quantity)


# An order's lines by SKU. An order names each SKU once.
Lines = dict[str, Line]


def build_lines(parts: ShopParts, order: OrderRecord, currencies: Currencies) -> Lines:
    """The lines as ordered, with nothing sent yet.

    Raises:
        ValueError: An unknown SKU, or one twice.
    """
    lines: Lines = {}
    for record in order.items:
        item = parts.assortment.by_sku.get(record.sku)
        if item is None or record.sku in lines:
            raise ValueError(f"Order {order.number}: SKU {record.sku} is unknown or stands there twice")
        unit_price = currencies.amount(item.record.price)
        node = parts.registry.add("LineItem", {})
        lines[record.sku] = Line(
            item, record.quantity, unit_price, Amount(), currencies, node, plan=record.plan
        )
    _share_discount(list(lines.values()), currencies.amount(order.discount))
    return lines


def _share_discount(lines: Sequence[Line], discount: Amount) -> None:
    """By the lines' prices; the last line takes what rounding leaves."""
    whole = total([line.price for line in lines]).shop
    left = discount
    for line in lines[:-1]:
        line.discount = line.currencies.share(discount, line.price.shop / whole)
        left -= line.discount
    lines[-1].discount = left


def fill_line_node(line: Line, *, is_open: bool) -> None:
    """The line's `LineItem`, once it is known what happened to it."""
    product, variant = line.item.product, line.item.variant
    variant_title = None if variant["title"] == DEFAULT_VARIANT else variant["title"]
    bag = line.currencies.bag
    left = bag(line.value(line.unfulfilled))

    def discounted(_context: Context, *, withCodeDiscounts: bool) -> Node:  # noqa: N803  the schema's name
        return bag(line.price - line.discount if withCodeDiscounts else line.price)

    line.node |= {
        "title": product["title"],
        "variantTitle": variant_title,
        "name": f"{product['title']} - {variant_title}" if variant_title else product["title"],
        "sku": variant["sku"],
        "vendor": product["vendor"],
        "product": product,
        "variant": variant,
        "customAttributes": [],
        "quantity": line.quantity,
        "currentQuantity": line.current,
        "unfulfilledQuantity": line.unfulfilled,
        "refundableQuantity": line.current,
        "nonFulfillableQuantity": line.cancelled,
        "isGiftCard": product["isGiftCard"],
        "sellingPlan": {"name": line.plan, "sellingPlanId": None} if line.plan else None,
        "requiresShipping": line.item.ships,
        "restockable": line.item.ships and line.current > 0,
        "merchantEditable": is_open and line.unfulfilled > 0,
        "taxable": variant["taxable"],
        "originalUnitPriceSet": bag(line.unit_price),
        "originalTotalSet": bag(line.price),
        "discountedUnitPriceSet": bag(line.unit_price),
        "discountedTotalSet": discounted,
        "totalDiscountSet": bag(Amount()),
        "unfulfilledDiscountedTotalSet": left,
        "unfulfilledOriginalTotalSet": bag(line.unit_price * line.unfulfilled),
    }
