"""Do you have it, and what does it cost? Other questions about a product are a person's."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import Money, ProductFacts, Situation, Variant
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Product, ProductVariant
from app.tools import search_products
from app.tools.lookup import Lookup
from app.tools.search_products import Match
from app.tools.words import is_same_word, query_words, words_of
from app.vocabulary import Intent, Mode

INTENT = Intent.PRODUCT_QUESTION
TOOLS = (search_products.NAME,)
SITUATIONS = ("product_available", "product_unavailable")
DEFAULT_MODE = Mode.DRAFT

GOOD_MATCH = 0.6
"""Share of the customer's words that a product must account for."""

CLEAR_LEAD = 0.2
"""By how much the best of two products must lead that both account for all the words, or both do not."""

# How people ask whether something is to be had and for how much. Anything else ("is it dishwasher-safe?") would get
# an answer that is true and useless.
_ASKS_AVAILABILITY = re.compile(
    r"avail|stock|sold out|sell|carry|(do|did) you( \w+)? have|have you( \w+)? got|in store|buy|get (it|one)|price|cost|how much|left\b|restock"
    r"|lieferbar|verfügbar|vorrätig|vorrat|auf lager|ausverkauft|(habt|haben|führt|führen) (ihr|sie)|preis|kost|kauf|bestellbar"
    r"|موجود|دارید|داره|دارین|قیمت|چند|خرید|می‌فروشید|میفروشید"
    r"|dispo|rupture|avez[- ]vous|vous (avez|vendez)|prix|coût|combien|achet"
    r"|agotad|tiene[ns]?|tenéis|hay |precio|cuesta|cuánto|vende|compr",
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
        return Resolution(
            Situation(INTENT, None, None, "The mail asks about a product and does not name it.")
        )
    args = search_products.Args(product_query=request.product_query[:200])
    result = await search_products.run(shop, asker, args)
    currency = (await shop.get_shop()).currency_code
    lookups = (Lookup.of(search_products.NAME, args, result),)
    if not result.matches:
        return Resolution(Situation(INTENT, None, None, result.outcome), lookups=lookups)
    return Resolution(situation_of(request, result.matches, currency), lookups=lookups)


def situation_of(request: Request, matches: tuple[Match, ...], currency: str) -> Situation:
    """What to say, given the ranked products (at least one) and the shop's currency."""
    best, others = matches[0], matches[1:]
    if best.score < GOOD_MATCH:
        return Situation(INTENT, None, None, "No product fits clearly what the customer asks about.")
    if others and not _is_clear(best, others[0]):
        return Situation(INTENT, None, None, "Several products fit what the customer asks about.")
    variants = meant_variants(query_words(request.product_query or ""), best.product)
    facts = ProductFacts(
        best.product.title,
        best.product.online_store_url,
        tuple(Variant(_variant_title(v), _price(v, currency), v.available_for_sale) for v in variants),
    )
    name = "product_available" if any(v.available_for_sale for v in variants) else "product_unavailable"
    return Situation(INTENT, name, facts, _why_person(request, best.product))


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


def _why_person(request: Request, product: Product) -> str | None:
    if product.online_store_url is None:
        return f"{product.title} is not published in the online store: may the customer know of it?"
    if not product.variants.is_complete:
        return f"{product.title} has more variants than are listed here."
    if not _ASKS_AVAILABILITY.search(request.evidence):
        return "The customer seems to ask for something else than availability or price."
    return None


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
