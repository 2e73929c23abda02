"""The shop itself, its policies, its products and its customers."""

from decimal import Decimal

from pydantic import AwareDatetime, Field

from app.shopify.schemas.journeys import CustomerJourneySummary
from app.shopify.schemas.shapes import EmailAddress, MoneyV2, Page, Shape
from app.shopify.statuses import (
    AccountsVersion,
    CustomerState,
    DigitalWallet,
    InventoryPolicy,
    MarketingState,
    PolicyType,
    ProductStatus,
)


class LastOrder(Shape):
    id: str
    name: str
    processed_at: AwareDatetime
    customer_journey_summary: CustomerJourneySummary | None


class CustomerEmailAddress(EmailAddress):
    """`marketing_state`: whether newsletters may be sent to it."""

    marketing_state: MarketingState = MarketingState.UNKNOWN


class Customer(Shape):
    """Who buys here.

    Attributes:
        state: Of the account at the shop: there are customers without one.
        number_of_orders: Every order there ever was, also those that are too old to be shown.
        amount_spent: In the shop's currency.
        tags: What staff and apps have put on the customer at Shopify.
    """

    id: str
    display_name: str
    first_name: str | None
    locale: str
    state: CustomerState = CustomerState.UNKNOWN
    created_at: AwareDatetime
    number_of_orders: int
    amount_spent: MoneyV2
    tags: tuple[str, ...] = ()
    default_email_address: CustomerEmailAddress | None
    last_order: LastOrder | None


class ContextualPrice(Shape):
    price: MoneyV2


class ProductVariant(Shape):
    """`price` is in the shop's currency; `contextual_pricing` is there where the customer's country is known.

    Attributes:
        inventory_quantity: How many can be sold; None where Shopify does not say.
        inventory_policy: CONTINUE means that it is sold on when there is none left.
    """

    title: str
    price: Decimal
    available_for_sale: bool
    sku: str | None
    inventory_quantity: int | None = None
    inventory_policy: InventoryPolicy = InventoryPolicy.UNKNOWN
    contextual_pricing: ContextualPrice | None = None

    def price_in(self, shop_currency: str) -> MoneyV2:
        """What the customer pays: the price of their market, else the shop's own."""
        if self.contextual_pricing is not None:
            return self.contextual_pricing.price
        return MoneyV2(amount=self.price, currency_code=shop_currency)


class Product(Shape):
    """What is sold.

    Attributes:
        description: The shop's own words, as plain text.
        online_store_url: None where the product is not published in the online store.
    """

    id: str
    title: str
    description: str = ""
    product_type: str
    vendor: str
    tags: tuple[str, ...]
    status: ProductStatus
    online_store_url: str | None
    variants: Page[ProductVariant]


class Country(Shape):
    """ISO 3166, as `DE`."""

    country_code_v2: str | None = Field(alias="countryCodeV2")


class MarketCustomer(Shape):
    """Whose prices somebody pays."""

    default_email_address: EmailAddress | None
    default_address: Country | None


class ShopPolicy(Shape):
    """`body` is HTML."""

    type: PolicyType
    title: str
    body: str
    url: str


class Domain(Shape):
    url: str


class Shop(Shape):
    name: str
    myshopify_domain: str
    primary_domain: Domain
    contact_email: str
    currency_code: str
    iana_timezone: str
    order_number_format_prefix: str
    order_number_format_suffix: str


class PaymentSettings(Shape):
    supported_digital_wallets: tuple[DigitalWallet, ...]


class CustomerAccounts(Shape):
    """Where shoppers sign in.

    Attributes:
        url: The pages of the customer accounts; None where Shopify names none.
        is_offered: The shop shows links to them.
    """

    version: AccountsVersion = Field(alias="customerAccountsVersion")
    is_offered: bool = Field(alias="loginLinksVisibleOnStorefrontAndCheckout")
    url: str | None


class Storefront(Shape):
    """What a shopper finds at the shop. `ships_to_countries` are ISO 3166, as `DE`."""

    primary_domain: Domain
    ships_to_countries: tuple[str, ...]
    payment_settings: PaymentSettings
    customer_accounts: CustomerAccounts = Field(alias="customerAccountsV2")
