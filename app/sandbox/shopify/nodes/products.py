"""Products and their variants."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.nodes.money import money, rounded
from app.sandbox.shopify.nodes.registry import Registry
from app.sandbox.shopify.records import MarketRecord, ProductRecord, VariantRecord

DEFAULT_VARIANT = "Default Title"


@dataclass(frozen=True)
class StockItem:
    """What an order line takes from a product: the variant's node and what the node does not say."""

    product: Node
    variant: Node
    record: VariantRecord
    ships: bool


@dataclass
class Assortment:
    """All products; `by_sku` is how orders name what was bought."""

    products: list[Node] = field(default_factory=list)
    variants: list[Node] = field(default_factory=list)
    by_sku: dict[str, StockItem] = field(default_factory=dict)


@dataclass(frozen=True)
class Prices:
    """How a price of the shop's currency is told in a market."""

    currency: str
    markets: tuple[MarketRecord, ...] = ()

    def told_in(self, price: Decimal, country: str | None) -> Node:
        """A `MoneyV2`."""
        market = next((one for one in self.markets if country in one.countries), None)
        if market is None:
            return money(price, self.currency)
        return money(rounded(price * market.rate, market.currency), market.currency)


def build_assortment(
    registry: Registry, records: list[ProductRecord], prices: Prices, host: str
) -> Assortment:
    """Products in the order of the file.

    Raises:
        ValueError: Two variants have the same SKU.
    """
    assortment = Assortment()
    for record in records:
        product = _product(registry, record, prices, host)
        assortment.products.append(product)
        for variant, source in zip(product["variants"], record.variants, strict=True):
            if source.sku in assortment.by_sku:
                raise ValueError(f"Two variants have the SKU {source.sku}")
            assortment.variants.append(variant)
            assortment.by_sku[source.sku] = StockItem(product, variant, source, not record.digital)
    return assortment


def _product(registry: Registry, record: ProductRecord, prices: Prices, host: str) -> Node:
    amounts = [variant.price for variant in record.variants]
    currency = prices.currency
    tracked = [variant.stock for variant in record.variants if variant.stock is not None]
    text = _plain(record.description)
    is_online = record.status == "ACTIVE" and record.published is not None
    node = registry.add(
        "Product",
        {
            "title": record.title,
            "handle": record.handle,
            "descriptionHtml": record.description,
            "description": lambda _context, truncateAt=None: _truncated(text, truncateAt),  # noqa: N803  the schema's name
            "productType": record.type,
            "vendor": record.vendor,
            "tags": sorted(record.tags, key=str.casefold),
            "status": record.status,
            "isGiftCard": record.gift_card,
            "onlineStoreUrl": f"https://{host}/products/{record.handle}" if is_online else None,
            "seo": {"title": None, "description": None},
            "priceRangeV2": {
                "minVariantPrice": money(min(amounts), currency),
                "maxVariantPrice": money(max(amounts), currency),
            },
            "totalInventory": sum(tracked),
            "tracksInventory": bool(tracked),
            "hasOnlyDefaultVariant": not record.options,
            "hasOutOfStockVariants": any(stock <= 0 for stock in tracked),
            "createdAt": record.created,
            "updatedAt": record.published or record.created,
            "publishedAt": record.published,
        },
    )
    node["options"] = _options(registry, record)
    node["variants"] = [
        _variant(registry, node, record, source, place) for place, source in enumerate(record.variants, 1)
    ]
    for variant, source in zip(node["variants"], record.variants, strict=True):
        variant["contextualPricing"] = _contextual_pricing(prices, source)
    node["variantsCount"] = {"count": len(record.variants), "precision": "EXACT"}
    return node


def _plain(html: str) -> str:
    body = LexborHTMLParser(html).body
    return " ".join(body.text(separator=" ").split()) if body else ""


def _truncated(text: str, limit: int | None) -> str:
    return text if limit is None or len(text) <= limit else text[: max(0, limit - 3)].rstrip() + "..."


def _options(registry: Registry, record: ProductRecord) -> list[Node]:
    names = record.options or ["Title"]
    rows = [variant.options or [DEFAULT_VARIANT] for variant in record.variants]
    columns = [list(dict.fromkeys(column)) for column in zip(*rows, strict=True)]
    return [
        registry.add(
            "ProductOption",
            {
                "name": name,
                "position": position,
                "values": values,
                "optionValues": [
                    registry.add("ProductOptionValue", {"name": value, "hasVariants": True})
                    for value in values
                ],
            },
        )
        for position, (name, values) in enumerate(zip(names, columns, strict=True), 1)
    ]


def _variant(
    registry: Registry, product: Node, record: ProductRecord, source: VariantRecord, position: int
) -> Node:
    values = source.options or [DEFAULT_VARIANT]
    title = " / ".join(values)
    sellable = source.stock is None or source.sell_when_out or source.stock > 0
    return registry.add(
        "ProductVariant",
        {
            "product": product,
            "title": title,
            "displayName": f"{record.title} - {title}",
            "sku": source.sku,
            "barcode": source.barcode,
            "position": position,
            "price": _plain_price(source.price),
            "compareAtPrice": _plain_price(source.compare_at) if source.compare_at is not None else None,
            "taxable": not record.gift_card,
            "inventoryQuantity": source.stock or 0,
            "sellableOnlineQuantity": source.stock or 0,
            "inventoryPolicy": "CONTINUE" if source.sell_when_out else "DENY",
            "availableForSale": sellable and record.status == "ACTIVE",
            "selectedOptions": [
                {"name": option["name"], "value": value}
                for option, value in zip(product["options"], values, strict=True)
            ],
            "inventoryItem": _inventory_item(registry, record, source),
            "createdAt": record.created,
            "updatedAt": record.published or record.created,
        },
    )


def _contextual_pricing(prices: Prices, source: VariantRecord) -> Any:
    """The resolver of `ProductVariant.contextualPricing`: without a country it is the shop's own price."""

    def pricing(_context: Context, *, context: dict[str, Any]) -> Node:
        country = context.get("country")
        before = source.compare_at
        return {
            "price": prices.told_in(source.price, country),
            "compareAtPrice": None if before is None else prices.told_in(before, country),
        }

    return pricing


def _inventory_item(registry: Registry, record: ProductRecord, source: VariantRecord) -> Node:
    weight = {"unit": "GRAMS", "value": float(source.grams)}
    return registry.add(
        "InventoryItem",
        {
            "sku": source.sku,
            "tracked": source.stock is not None,
            "requiresShipping": not record.digital,
            "duplicateSkuCount": 0,
            "measurement": registry.add("InventoryItemMeasurement", {"weight": weight}),
            "createdAt": record.created,
            "updatedAt": record.created,
        },
    )


def _plain_price(value: Decimal) -> str:
    """The old `Money` scalar: always two places."""
    return f"{value:.2f}"
