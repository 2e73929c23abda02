"""Read what a shopper finds at the shop: its address, wallets at the checkout, customer accounts, countries."""

from dataclasses import dataclass

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import Storefront
from app.tools.lookup import Json, ToolArgs
from app.vocabulary import Ownership

NAME = "get_storefront"


class Args(ToolArgs):
    """None: it is the same for everybody."""


@dataclass(frozen=True)
class Result:
    """`storefront` is None exactly where `ownership` is OUT_OF_REACH."""

    outcome: str
    storefront: Storefront | None = None
    ownership: Ownership | None = None

    def staff_facts(self) -> dict[str, Json]:
        if self.storefront is None:
            return {}
        accounts = self.storefront.customer_accounts
        return {
            "shop": self.storefront.primary_domain.url,
            "wallets": [
                wallet.value for wallet in self.storefront.payment_settings.supported_digital_wallets
            ],
            "accounts": accounts.url if accounts.is_offered else None,
            "accounts_version": accounts.version.value,
            "ships_to": list(self.storefront.ships_to_countries),
        }


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:  # noqa: ARG001  every tool has one signature
    """The shop as its shoppers find it.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    try:
        return Result("What a shopper finds at the shop.", await shop.get_storefront())
    except AccessDenied as error:
        return Result(error.message, ownership=Ownership.OUT_OF_REACH)
