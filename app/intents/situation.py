"""What the facts amount to: a situation, and the typed facts that its template may use.

A situation's name is the name of its template file: `app/replies/templates/<locale>/<name>.md`. The facts of a
situation are one frozen dataclass of this module, so a template and its samples are checked against its fields.
Dates are in the store's time zone; money is what Shopify says in the shopper's currency.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.vocabulary import Intent


@dataclass(frozen=True)
class Money:
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Item:
    """A line of an order, with the quantity that this situation speaks of."""

    title: str
    variant: str | None
    quantity: int


@dataclass(frozen=True)
class Parcel:
    """One fulfilment: what is in it and what its carrier says. Unknown is None, never invented."""

    items: tuple[Item, ...]
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    shipped_on: date | None = None
    last_event_on: date | None = None
    expected_on: date | None = None
    delivered_on: date | None = None


@dataclass(frozen=True)
class OrderFacts:
    """What a reply about one order may say. `number` is the order's name as the shop writes it: `#1001`."""

    number: str
    ordered_on: date
    total: Money
    items: tuple[Item, ...]
    parcels: tuple[Parcel, ...] = ()
    waiting_items: tuple[Item, ...] = ()
    cancelled_on: date | None = None
    refunded: Money | None = None
    refunded_on: date | None = None


@dataclass(frozen=True)
class OrdersFacts:
    """Several open orders of one customer, newest first; `states[i]` is the situation name of `orders[i]`."""

    orders: tuple[OrderFacts, ...]
    states: tuple[str, ...]


@dataclass(frozen=True)
class UnknownOrderFacts:
    """Not existing, not theirs, or out of reach: one wording. `number` is only what the customer wrote.

    `code_minutes`: a code that is good for so long goes to the address of the order, if there is such an order.
    """

    number: str | None
    code_minutes: int | None = None


@dataclass(frozen=True)
class CodeFacts:
    """A code that is wrong, or too late; how often another may be tried."""

    tries_left: int


@dataclass(frozen=True)
class Variant:
    title: str | None
    price: Money
    available: bool


@dataclass(frozen=True)
class ProductFacts:
    title: str
    url: str | None
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class PolicyFacts:
    """A policy of the shop, in its own words: paragraphs of plain text, as Shopify keeps it."""

    title: str
    url: str | None
    paragraphs: tuple[str, ...]


Facts = OrderFacts | OrdersFacts | UnknownOrderFacts | CodeFacts | ProductFacts | PolicyFacts


@dataclass(frozen=True)
class Situation:
    """What one request of a mail came to.

    Attributes:
        intent: What the customer asked for.
        name: The situation, and the template that answers it; None if no template does.
        facts: What the template may say; None where `name` is None.
        person: Why a person has to look before anything leaves, in an agent's words; None if nobody has to.
    """

    intent: Intent
    name: str | None
    facts: Facts | None
    person: str | None = None
