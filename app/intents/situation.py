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
    """An amount in a currency.

    Attributes:
        amount: How much.
        currency: Its code (ISO 4217): `EUR`.
    """

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Item:
    """A line of an order.

    Attributes:
        title: What it is called in the shop.
        variant: Which one of it: size, colour.
        quantity: How many, of those that this situation speaks of.
    """

    title: str
    variant: str | None
    quantity: int


@dataclass(frozen=True)
class Parcel:
    """One fulfilment: what is in it and what its carrier says. Unknown is None, never invented.

    Attributes:
        items: What is in it.
        carrier: Who carries it.
        tracking_number: Under which number the carrier knows it.
        tracking_url: The carrier's page about it.
        shipped_on: The day on which it was sent.
        last_event_on: The day of the carrier's latest news.
        expected_on: The day on which the carrier expects to deliver it; never one that has gone by.
        delivered_on: The day on which the carrier says it was delivered.
    """

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
    """What a reply about one order may say. Unknown is None or empty, never invented.

    Attributes:
        number: The order's name as the shop writes it: `#1001`.
        ordered_on: The day on which it was placed.
        total: What it comes to, with everything.
        items: What was ordered.
        parcels: What was sent, parcel by parcel.
        waiting_items: What has not left yet.
        cancelled_on: The day on which it was cancelled.
        refunded: What was paid back.
        refunded_on: The day of the last refund.
        due: What is still to be paid.
        ships_by: Until when it was promised to leave.
        arrives_from: The first day of the delivery that the checkout promised.
        arrives_until: The last day of the delivery that the checkout promised.
        available_on: The day from which work on it may begin: a pre-order.
        return_items: What comes back.
        exchange_items: What goes out instead of what comes back.
        policy_url: Where the shop's rules for returns stand.
        status_url: The order's own page in the shop.
    """

    number: str
    ordered_on: date
    total: Money
    items: tuple[Item, ...]
    parcels: tuple[Parcel, ...] = ()
    waiting_items: tuple[Item, ...] = ()
    cancelled_on: date | None = None
    refunded: Money | None = None
    refunded_on: date | None = None
    due: Money | None = None
    ships_by: date | None = None
    arrives_from: date | None = None
    arrives_until: date | None = None
    available_on: date | None = None
    return_items: tuple[Item, ...] = ()
    exchange_items: tuple[Item, ...] = ()
    policy_url: str | None = None
    status_url: str | None = None


@dataclass(frozen=True)
class OrdersFacts:
    """Several open orders of one customer.

    Attributes:
        orders: They, newest first.
        states: The situation of each, by its name, in the same order.
    """

    orders: tuple[OrderFacts, ...]
    states: tuple[str, ...]


@dataclass(frozen=True)
class OrderName:
    """As much of an order as tells its owner which one it is.

    Attributes:
        number: Its name as the shop writes it.
        ordered_on: The day on which it was placed.
    """

    number: str
    ordered_on: date


@dataclass(frozen=True)
class OrderChoiceFacts:
    """The asker's orders that a request may be about.

    Attributes:
        orders: They, newest first.
    """

    orders: tuple[OrderName, ...]


@dataclass(frozen=True)
class UnknownOrderFacts:
    """Not existing, not theirs, or out of reach: one wording.

    Attributes:
        number: Only what the customer wrote.
        code_minutes: For how long a code is good that goes to the address of the order, if there is such an order.
    """

    number: str | None
    code_minutes: int | None = None


@dataclass(frozen=True)
class CodeFacts:
    """A code that is wrong, or too late.

    Attributes:
        tries_left: How often another may be tried.
    """

    tries_left: int


@dataclass(frozen=True)
class Variant:
    """One of a product's sizes, colours or kinds.

    Attributes:
        title: What tells it from the others.
        price: What it costs.
        available: Whether it can be bought now.
    """

    title: str | None
    price: Money
    available: bool


@dataclass(frozen=True)
class ProductFacts:
    """A product and what of it can be bought.

    Attributes:
        title: What it is called in the shop.
        url: Its page.
        variants: What there is of it, in the shop's order.
    """

    title: str
    url: str | None
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class ProductsFacts:
    """Several products that fit what was asked about: which one is meant?

    Attributes:
        products: They, best first.
    """

    products: tuple[ProductFacts, ...]


@dataclass(frozen=True)
class ProductTextFacts:
    """What the shop itself says about a product.

    Attributes:
        title: What it is called in the shop.
        url: Its page.
        paragraphs: The shop's words, as plain text; empty: it says nothing.
    """

    title: str
    url: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class ShopFacts:
    """Where the shop is to be found.

    Attributes:
        url: Its front page, where Shopify says it.
    """

    url: str | None


@dataclass(frozen=True)
class AccountFacts:
    """Where shoppers have their account.

    Attributes:
        url: The page where they sign in.
    """

    url: str


@dataclass(frozen=True)
class NewsletterFacts:
    """Whose consent to newsletters this is.

    Attributes:
        address: The email address that the reply reaches.
    """

    address: str


@dataclass(frozen=True)
class PaymentFacts:
    """An order's money, in the shopper's currency.

    Attributes:
        number: The order's name as the shop writes it.
        ordered_on: The day on which it was placed.
        total: What it comes to, with everything.
        received: What has arrived; None: nothing.
        reserved: What the bank holds ready and has not handed over.
        due: What is still to be paid.
        refunded: What was paid back.
        paid_on: The day on which the last payment arrived.
        tried_on: The day on which the last try failed.
        method: What the payment provider calls the way of the last payment or try.
    """

    number: str
    ordered_on: date
    total: Money
    received: Money | None = None
    reserved: Money | None = None
    due: Money | None = None
    refunded: Money | None = None
    paid_on: date | None = None
    tried_on: date | None = None
    method: str | None = None


@dataclass(frozen=True)
class WaysToPayFacts:
    """How one can pay.

    Attributes:
        wallets: Which wallets the checkout takes.
        title: What the shop's terms are called.
        url: Their page.
        paragraphs: What they say about paying.
    """

    wallets: tuple[str, ...]
    title: str | None
    url: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class ReceivedFacts:
    """A mail that a person answers: nothing is told.

    Attributes:
        number: Only what the customer wrote.
    """

    number: str | None


@dataclass(frozen=True)
class EmptyMailFacts:
    """A mail without a word in it.

    Attributes:
        has_files: Whether something is attached to it.
    """

    has_files: bool


@dataclass(frozen=True)
class AnswerByFacts:
    """That a person answers.

    Attributes:
        answer_by: The day on which they have answered at the latest.
    """

    answer_by: date


@dataclass(frozen=True)
class PolicyFacts:
    """A policy of the shop, in its own words.

    Attributes:
        title: What the shop calls it.
        url: Its page.
        paragraphs: Its words, as plain text, as Shopify keeps them.
        is_extract: Whether they are those that answer the question, and there are more.
    """

    title: str
    url: str | None
    paragraphs: tuple[str, ...]
    is_extract: bool = False


Facts = (
    OrderFacts
    | OrdersFacts
    | OrderChoiceFacts
    | UnknownOrderFacts
    | CodeFacts
    | ProductFacts
    | ProductsFacts
    | ProductTextFacts
    | ShopFacts
    | AccountFacts
    | NewsletterFacts
    | PaymentFacts
    | WaysToPayFacts
    | ReceivedFacts
    | EmptyMailFacts
    | AnswerByFacts
    | PolicyFacts
)


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
