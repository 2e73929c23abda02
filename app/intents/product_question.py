"""Do you have it, and what does it cost? What else is asked, the shop's own description may answer."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.passages import select
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import (
    Money,
    ProductFacts,
    ProductsFacts,
    ProductTextFacts,
    ShopFacts,
    Situation,
    Variant,
)
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Product, ProductVariant
from app.tools import get_storefront, search_products
from app.tools.lookup import Lookup
from app.tools.search_products import Match
from app.tools.words import is_same_word, query_words, words_of
from app.vocabulary import Intent, Mode

INTENT = Intent.PRODUCT_QUESTION
TOOLS = (search_products.NAME, get_storefront.NAME)
SITUATIONS = (
    "product_available",
    "product_unavailable",
    "product_price",
    "product_details",
    "products_several",
    "product_not_found",
    "product_unnamed",
)
DEFAULT_MODE = Mode.DRAFT

GOOD_MATCH = 0.6
"""Share of the customer's words that a product must account for."""

CLEAR_LEAD = 0.2
"""By how much the best of two products must lead that both account for all the words, or both do not."""

MOST_PRODUCTS = 5
"""Products among which a customer is asked to choose."""

# How people ask for a price, and whether something is to be had. Anything else ("is it dishwasher-safe?") would get an
# answer that is true and useless.
_ASKS_PRICE = re.compile(
    r"price|cost|how much|preis|kost|wie ?viel\b|قیمت|چند|چقدر|prix|coût|combien|precio|cuesta|cuánto",
    re.IGNORECASE,
)
_ASKS_STOCK = re.compile(
    r"avail|stock|sold out|sell|carry|(do|did) you( \w+)? have|have you( \w+)? got|in store|buy|get (it|one)|left\b|restock"
    r"|lieferbar|verfügbar|vorrätig|vorrat|auf lager|ausverkauft|(habt|haben|führt|führen) (ihr|sie)|kauf|bestellbar"
    r"|موجود|دارید|داره|دارین|خرید|می‌فروشید|میفروشید"
    r"|dispo|rupture|avez[- ]vous|vous (avez|vendez)|achet"
    r"|agotad|tiene[ns]?|tenéis|hay |vende|compr",
    re.IGNORECASE,
)


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; stock is as of now
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    if not request.product_query:
        situation, lookup = await _where(
            "product_unnamed", "The mail asks about a product and does not name it.", shop, asker
        )
        return Resolution(situation, lookups=(lookup,))
    args = search_products.Args(product_query=request.product_query[:200])
    result = await search_products.run(shop, asker, args)
    lookups = (Lookup.of(search_products.NAME, args, result),)
    if result.ownership is not None:  # out of reach is not "we do not sell it"
        return Resolution(Situation(INTENT, None, None, result.outcome), lookups=lookups)
    matches = tuple(match for match in result.matches if match.score >= GOOD_MATCH)
    if not matches:
        why = f"{result.outcome} Do we have it under another name?"
        situation, lookup = await _where("product_not_found", why, shop, asker)
        return Resolution(situation, lookups=(*lookups, lookup))
    currency = (await shop.get_shop()).currency_code
    return Resolution(situation_of(request, matches, currency), lookups=lookups)


async def _where(name: str, person: str, shop: ShopifyClient, asker: Identity) -> tuple[Situation, Lookup]:
    """A situation that tells only where the shop is."""
    args = get_storefront.Args()
    found = await get_storefront.run(shop, asker, args)
    url = found.storefront.primary_domain.url if found.storefront else None
    return Situation(INTENT, name, ShopFacts(url), person), Lookup.of(get_storefront.NAME, args, found)


def situation_of(request: Request, matches: tuple[Match, ...], currency: str) -> Situation:
    """What to say, given the ranked products that fit well (at least one) and the shop's currency."""
    best = matches[0]
    words = query_words(request.product_query or "")
    if len(matches) > 1 and not _is_clear(best, matches[1]):
        rivals = [match.product for match in matches if not _is_clear(best, match)][:MOST_PRODUCTS]
        facts = ProductsFacts(tuple(_facts(product, words, currency) for product in rivals))
        hidden = next((product for product in rivals if product.online_store_url is None), None)
        return Situation(INTENT, "products_several", facts, _why_hidden(hidden) if hidden else None)
    return _about(request, best, _facts(best.product, words, currency))


def _about(request: Request, best: Match, facts: ProductFacts) -> Situation:
    """What to say of one product."""
    asks_price = _ASKS_PRICE.search(request.evidence) is not None
    asks_stock = _ASKS_STOCK.search(request.evidence) is not None
    if not asks_price and not asks_stock:
        return _described(request, best.product)
    if any(variant.available for variant in facts.variants):
        name = "product_available" if asks_stock else "product_price"
    else:
        name = "product_unavailable"
    return Situation(INTENT, name, facts, _why_person(best))


def _described(request: Request, product: Product) -> Situation:
    """What the shop says about the product; whether that answers the question, a person sees."""
    paragraphs = tuple(line for line in map(str.strip, product.description.splitlines()) if line)
    told = select(paragraphs, request.evidence or request.text).paragraphs
    why = (
        "The customer asks something else than availability or price: see whether the description answers it."
    )
    facts = ProductTextFacts(product.title, product.online_store_url, told)
    return Situation(INTENT, "product_details", facts, why)


def _facts(product: Product, words: tuple[str, ...], currency: str) -> ProductFacts:
    variants = meant_variants(words, product)
    return ProductFacts(
        product.title,
        product.online_store_url,
        tuple(Variant(_variant_title(v), _price(v, currency), v.available_for_sale) for v in variants),
    )


def meant_variants(words: tuple[str, ...], product: Product) -> tuple[ProductVariant, ...]:
    """The variants that the words single out ("in blue, size L"); all of them where they single out none."""
    title = words_of(product.title)
    extra = [word for word in words if not any(is_same_word(word, other) for other in title)]
    hits = [
        (sum(any(is_same_word(word, other) for other in words_of(v.title)) for word in extra), v)
        for v in product.variants.nodes
    ]
    most = max((count for count, _ in hits), default=0)
    return tuple(variant for count, variant in hits if count == most)


def _is_clear(best: Match, second: Match) -> bool:
    leads = best.score - second.score >= CLEAR_LEAD
    return leads or (best.is_exact, best.is_whole) > (second.is_exact, second.is_whole)


def _price(variant: ProductVariant, shop_currency: str) -> Money:
    price = variant.price_in(shop_currency)
    return Money(price.amount, price.currency_code)


def _variant_title(variant: ProductVariant) -> str | None:
    return None if variant.title == "Default Title" else variant.title


def _why_person(match: Match) -> str | None:
    product = match.product
    if product.online_store_url is None:
        return _why_hidden(product)
    if not product.variants.is_complete:
        return f"{product.title} has more variants than are listed here."
    if not match.is_whole:
        return f"The customer says more than what {product.title} has: a colour or size that there is not?"
    return None


def _why_hidden(product: Product) -> str:
    return f"{product.title} is not published in the online store: may the customer know of it?"


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
