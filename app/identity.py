"""Who is asking. Made by the server from the mail's envelope and checks, never by the model and never from its text."""

from dataclasses import dataclass
from uuid import UUID

from app.vocabulary import Authenticity


def normalise_address(address: str) -> str:
    """The form in which two addresses are compared.

    Mailbox names are case-sensitive by RFC 5321 section 2.4 and by nobody's practice; Shopify lower-cases them too.
    """
    return address.strip().lower()


@dataclass(frozen=True)
class Identity:
    """The asker of a lookup. It decides what may be looked up and told; tool arguments cannot widen it.

    Attributes:
        store_id: The store whose mailbox the mail came to.
        sender: The address in From, lower-cased.
        reply_to_recipient: The address that a reply would reach (Reply-To if there is one), lower-cased. Disclosure
            depends on this one alone: what it may not know is not told, whoever wrote.
        authenticity: Whether SPF, DKIM and DMARC back the sender.
        proven_orders: The orders that this recipient has proven to be their own by a code: Shopify's id of each, and
            the address that the code went to. An order that bears another one by now is not proven.
    """

    store_id: UUID
    sender: str
    reply_to_recipient: str
    authenticity: Authenticity
    proven_orders: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        # Frozen: the one place where the fields are still ours to set.
        object.__setattr__(self, "sender", normalise_address(self.sender))
        object.__setattr__(self, "reply_to_recipient", normalise_address(self.reply_to_recipient))

    @property
    def is_redirected(self) -> bool:
        """Whether a reply would reach another address than the sender's."""
        return self.sender != self.reply_to_recipient
