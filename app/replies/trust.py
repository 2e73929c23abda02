"""What a recipient may be told. The address that a reply reaches decides, never a name and never the model.

A reply goes to the address in From. A differing Reply-To gets nothing: whoever forges a From then writes to its
real owner, and whoever sets a Reply-To cannot collect what the owner may know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from app.errors import NeedsPerson
from app.intents.situation import (
    AccountFacts,
    AnswerByFacts,
    CodeFacts,
    EmptyMailFacts,
    Facts,
    NewsletterFacts,
    OrderChoiceFacts,
    OrderFacts,
    OrdersFacts,
    PaymentFacts,
    PolicyFacts,
    ProductFacts,
    ProductsFacts,
    ProductTextFacts,
    ReceivedFacts,
    ShopFacts,
    UnknownOrderFacts,
    WaysToPayFacts,
)
from app.vocabulary import Ownership


class FactKind(StrEnum):
    """Kinds of facts, by whom they belong to."""

    ORDER = "order"
    CUSTOMER = "customer"  # the account: addresses, other orders, what was spent
    PRODUCT = "product"
    POLICY = "policy"  # what the shop tells everybody: its rules, its ways to pay, where to sign in


ANYBODY = frozenset[Ownership | None]({*Ownership, None})

DISCLOSURE: dict[FactKind, frozenset[Ownership | None]] = {
    FactKind.ORDER: frozenset({Ownership.ON_ORDER, Ownership.CUSTOMER, Ownership.PROVEN}),
    # An order's contact address may be a colleague's or a friend's: it opens that order, not the account.
    FactKind.CUSTOMER: frozenset({Ownership.CUSTOMER}),
    FactKind.PRODUCT: ANYBODY,
    FactKind.POLICY: ANYBODY,
}


@dataclass(frozen=True)
class Recipient:
    """Who gets the reply.

    Attributes:
        address: Where it goes.
        why: One sentence for the record.
        is_reply_to_ignored: The mail asked for answers elsewhere; a person has to look.
    """

    address: str
    why: str
    is_reply_to_ignored: bool = False


def choose_recipient(mail_from: str | None, reply_to: Sequence[str] = ()) -> Recipient:
    """The address in From, also where Reply-To names others.

    Raises:
        NeedsPerson: The mail has no address to answer.
    """
    sender = (mail_from or "").strip()
    if "@" not in sender:
        raise NeedsPerson(
            "The mail has no usable From address, so there is nobody to answer.", code="no_sender"
        )
    others = {_key(address) for address in reply_to if address.strip()} - {_key(sender)}
    if others:
        return Recipient(
            address=sender,
            why="The reply goes to the From address; the mail's different Reply-To is told nothing.",
            is_reply_to_ignored=True,
        )
    return Recipient(address=sender, why="The reply goes to the address that the mail came from.")


def may_tell(kind: FactKind, ownership: Ownership | None) -> bool:
    """Whether facts of a kind may go to an address that stands so to the order; None: there is no order."""
    return ownership in DISCLOSURE[kind]


def fact_kind(facts: Facts | None) -> FactKind | None:
    """The kind of a situation's facts; None where they tell nothing (no facts, or an order that is not told)."""
    match facts:
        case OrderFacts() | OrdersFacts() | OrderChoiceFacts() | PaymentFacts():
            return FactKind.ORDER
        case NewsletterFacts():
            return FactKind.CUSTOMER
        case ProductFacts() | ProductsFacts() | ProductTextFacts():
            return FactKind.PRODUCT
        case PolicyFacts() | WaysToPayFacts() | AccountFacts() | ShopFacts():
            return FactKind.POLICY
        case None | UnknownOrderFacts() | CodeFacts() | ReceivedFacts() | EmptyMailFacts() | AnswerByFacts():
            return None
        case _:
            assert_never(facts)


def may_tell_facts(facts: Facts | None, ownership: Ownership | None) -> bool:
    """Whether a situation's facts may go to an address that stands so to the order."""
    kind = fact_kind(facts)
    return kind is None or may_tell(kind, ownership)


def _key(address: str) -> str:
    return address.strip().casefold()
