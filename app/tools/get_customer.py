"""Look up the customer whose address a reply would reach: how long, how often and how much they have bought."""

from dataclasses import dataclass

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import Customer
from app.shopify.statuses import MarketingState
from app.tools.lookup import Json, ToolArgs
from app.tools.plain import told, word
from app.vocabulary import Ownership

NAME = "get_customer"


class Args(ToolArgs):
    """None: whose record is read is the asker's identity, which no argument can change."""


@dataclass(frozen=True)
class Result:
    """`customer` is there exactly when Shopify knows the asker's address."""

    ownership: Ownership
    outcome: str
    customer: Customer | None = None

    @property
    def newsletter(self) -> MarketingState | None:
        """Whether newsletters may be sent to the asker's address; None where Shopify knows no such customer."""
        address = self.customer.default_email_address if self.customer else None
        return address.marketing_state if address else None

    def staff_facts(self) -> dict[str, Json]:
        if self.customer is None:
            return {}
        last = self.customer.last_order
        return {
            "name": self.customer.display_name,
            "locale": self.customer.locale,
            "account": word(self.customer.state),
            "newsletter": word(self.newsletter),
            "customer_since": self.customer.created_at.isoformat(),
            "orders": self.customer.number_of_orders,
            "spent": told(self.customer.amount_spent),
            "tags": list(self.customer.tags),
            "last_order": last.name if last else None,
            "last_order_at": last.processed_at.isoformat() if last else None,
        }


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:  # noqa: ARG001  every tool has one signature
    """The asker's customer record.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    try:
        found = await shop.find_customers(asker.reply_to_recipient)
    except AccessDenied as error:
        return Result(Ownership.OUT_OF_REACH, error.message)
    if not found:
        return Result(
            Ownership.NOT_FOUND, "Shopify knows no customer with the address that a reply would reach."
        )
    return Result(
        Ownership.CUSTOMER, "Shopify knows a customer with the address that a reply would reach.", found[0]
    )
