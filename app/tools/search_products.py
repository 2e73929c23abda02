"""Find the product that a mail asks about, by its words. Shopify finds, we rank: its relevance cannot be compared."""

import re
import unicodedata
from dataclasses import dataclass

from pydantic import Field

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import Product
from app.tools.lookup import Json, ToolArgs
from app.vocabulary import Ownership

NAME = "search_products"
SHOWN = 5

_TITLE_WEIGHT = 1.0
_OTHER_WEIGHT = 0.5  # type, vendor, tag or variant: it fits, but it is not what the product is called

# Words that say nothing about which product is meant, in the languages that customers write in.
_STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "for",
        "with",
        "and",
        "or",
        "to",
        "is",
        "are",
        "it",
        "its",
        "this",
        "that",
        "your",
        "you",
        "my",
        "do",
        "does",
        "have",
        "in",
        "stock",
        "available",
        "size",
        "colour",
        "color",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "ein",
        "eine",
        "einen",
        "mit",
        "und",
        "oder",
        "für",
        "von",
        "in",
        "im",
        "auf",
        "ist",
        "sind",
        "größe",
        "farbe",
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "de",
        "du",
        "et",
        "ou",
        "avec",
        "pour",
        "en",
        "est",
        "taille",
        "couleur",
        "el",
        "los",
        "las",
        "una",
        "unos",
        "con",
        "y",
        "o",
        "para",
        "es",
        "talla",
        "از",
        "در",
        "به",
        "با",
        "و",
        "یا",
        "را",
        "این",
        "آن",
        "که",
        "است",
        "هست",
        "سایز",
        "رنگ",
    ]
)


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
    """`matches` are ranked, best first; `ownership` is OUT_OF_REACH or None."""

    outcome: str
    matches: tuple[Match, ...] = ()
    ownership: Ownership | None = None

    def staff_facts(self) -> dict[str, Json]:
        return {"products": [_facts(match.product) for match in self.matches[:SHOWN]]} if self.matches else {}


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:  # noqa: ARG001  every tool has one signature
    """Products on sale that fit the query.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    words = query_words(args.product_query)
    try:
        found = await shop.search_products([stem(word) for word in words if len(word) > 1])
    except AccessDenied as error:
        return Result(error.message, ownership=Ownership.OUT_OF_REACH)
    matches = tuple(sorted((_match(words, p) for p in found), key=lambda match: match.rank, reverse=True))
    if not matches:
        return Result("No product on sale fits what the customer calls it.")
    titles = ", ".join(match.product.title for match in matches[:SHOWN])
    return Result(f"Products that fit, best first: {titles}.", matches)


def query_words(text: str) -> tuple[str, ...]:
    """The words of a text that can tell one product from another, folded for comparison, in order."""
    return tuple(dict.fromkeys(w for w in words_of(text) if w not in _STOP_WORDS))


def words_of(text: str) -> list[str]:
    """The words of a text, folded: case, width, accents' composition and joiners aside. `2g` is two, as `2 g` is."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u200c", " ")
    return re.findall(r"\d+|[^\W\d]+", folded)


def stem(word: str) -> str:
    """A plural's singular, roughly: enough for a prefix search and for comparing with a title."""
    return word.removesuffix("s") if len(word) > 3 else word


def is_same_word(word: str, other: str) -> bool:
    """Whether two folded words differ by an ending only. Short ones, as sizes, must be equal."""
    one, two = stem(word), stem(other)
    return one == two or (min(len(one), len(two)) >= 4 and (one.startswith(two) or two.startswith(one)))


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
        "variants": [
            {"title": v.title, "price": str(v.price), "available": v.available_for_sale}
            for v in product.variants.nodes
        ],
    }
