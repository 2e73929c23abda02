"""Find the product that a mail asks about, by its words. Shopify finds, we rank: its relevance cannot be compared.

A price is that of the customer's market, where Shopify knows their country. What finds nothing is searched again as
the shop spells it: Shopify's search forgives no typing mistake.
"""

from dataclasses import dataclass

from pydantic import Field

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import Product, ProductVariant
from app.shopify.statuses import InventoryPolicy
from app.tools.lookup import Json, ToolArgs
from app.tools.plain import told
from app.tools.words import corrected, is_same_word, query_words, stem, words_of
from app.vocabulary import Ownership

NAME = "search_products"
SHOWN = 5

_TITLE_WEIGHT = 1.0
_OTHER_WEIGHT = 0.5  # type, vendor, tag or variant: it fits, but it is not what the product is called


class Args(ToolArgs):
    """What the customer calls the product."""

    product_query: str = Field(min_length=1, max_length=200)


@dataclass(frozen=True)
class Match:
    """A product, and how much of the query it accounts for.

    Attributes:
        score: 1 is every word in the title; a word that is only in a variant, tag, type or vendor counts half.
        is_whole: Every word is accounted for.
        is_exact: The query is the title.
    """

    product: Product
    score: float
    is_whole: bool = False
    is_exact: bool = False

    @property
    def rank(self) -> tuple[bool, bool, float]:
        return self.is_exact, self.is_whole, self.score


@dataclass(frozen=True)
class Result:
    """`matches` are ranked, best first; `ownership` is OUT_OF_REACH or None.

    Attributes:
        words: The customer's words by which was ranked, as the shop spells them.
        country: ISO 3166, of the market whose prices these are; None: they are the shop's own.
    """

    outcome: str
    matches: tuple[Match, ...] = ()
    ownership: Ownership | None = None
    words: tuple[str, ...] = ()
    country: str | None = None

    def staff_facts(self) -> dict[str, Json]:
        if not self.matches:
            return {}
        shown = [_facts(match.product) for match in self.matches[:SHOWN]]
        return {"products": shown, "prices_in": self.country}


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """Products on sale that fit the query.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    words = query_words(args.product_query)
    if not words:
        return Result("No product on sale fits what the customer calls it.")
    try:
        country = await _market(shop, asker)
        matches = await _search(shop, words, country)
        if not any(match.is_whole for match in matches):
            spelled = corrected(words, await _known_words(shop))
            if spelled != words:
                words, matches = spelled, await _search(shop, spelled, country)
    except AccessDenied as error:
        return Result(error.message, ownership=Ownership.OUT_OF_REACH)
    if not matches:
        return Result("No product on sale fits what the customer calls it.", words=words)
    titles = ", ".join(match.product.title for match in matches[:SHOWN])
    return Result(f"Products that fit, best first: {titles}.", matches, words=words, country=country)


async def _market(shop: ShopifyClient, asker: Identity) -> str | None:
    """Of the address that a reply would reach. An app that may not see addresses tells the shop's own prices."""
    try:
        return await shop.find_market(asker.reply_to_recipient)
    except AccessDenied:
        return None


async def _known_words(shop: ShopifyClient) -> frozenset[str]:
    return frozenset(word for title in await shop.get_titles() for word in words_of(title))


async def _search(shop: ShopifyClient, words: tuple[str, ...], country: str | None) -> tuple[Match, ...]:
    found = await shop.search_products([stem(word) for word in words if len(word) > 1], country=country)
    return tuple(sorted((_match(words, p) for p in found), key=lambda match: match.rank, reverse=True))


def _match(words: tuple[str, ...], product: Product) -> Match:
    title = words_of(product.title)
    variants = [variant.title for variant in product.variants.nodes]
    others = words_of(" ".join([product.product_type, product.vendor, *product.tags, *variants]))
    weights = [_weight(word, title, others) for word in words]
    return Match(
        product,
        score=sum(weights) / len(weights) if weights else 0.0,
        is_whole=bool(weights) and all(weights),
        is_exact={*map(stem, words)} == {*map(stem, query_words(product.title))},
    )


def _weight(word: str, title: list[str], others: list[str]) -> float:
    if any(is_same_word(word, other) for other in title):
        return _TITLE_WEIGHT
    return _OTHER_WEIGHT if any(is_same_word(word, other) for other in others) else 0.0


def _facts(product: Product) -> Json:
    return {
        "title": product.title,
        "url": product.online_store_url,
        "variants": [_variant(variant) for variant in product.variants.nodes],
    }


def _variant(variant: ProductVariant) -> Json:
    """`left`: how many can be bought; None where the shop does not count them, or sells on without stock."""
    is_counted = variant.inventory_policy is InventoryPolicy.DENY
    in_market = variant.contextual_pricing
    return {
        "title": variant.title,
        "price": told(in_market.price) if in_market else str(variant.price),
        "available": variant.available_for_sale,
        "left": variant.inventory_quantity if is_counted else None,
    }
