"""What an app was granted, and what Shopify refuses it without that.

Sources: https://shopify.dev/docs/api/usage/access-scopes (every type's page names its scopes; a test holds ours against
them) and https://shopify.dev/docs/apps/launch/protected-customer-data (who has to be approved for which fields).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from graphql import GraphQLError

SCOPES = (
    "read_customers",
    "read_fulfillments",
    "read_legal_policies",
    "read_merchant_managed_fulfillment_orders",
    "read_orders",
    "read_all_orders",
    "read_products",
    "read_returns",
)
"""What the sandbox's app has, unless a test takes something away."""

CUSTOMER_DATA = ("data", "name", "address", "phone", "email")
"""`data` is protected customer data itself; the others are the fields that need an approval of their own."""

SEEN_WITHOUT_ALL_ORDERS = timedelta(days=60)

_ORDERS = ("read_orders", "read_marketplace_orders")
_RETURNS = ("read_returns", "read_marketplace_returns")
_WORK = (
    "read_assigned_fulfillment_orders",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)
_MARKETPLACE_WORK = (*_WORK, "read_marketplace_fulfillment_orders")

_ANY_WORK = ("read_orders", "read_marketplace_orders", *_MARKETPLACE_WORK)

TYPE_SCOPES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(
        (
            "CustomerJourneySummary",
            "CustomerMoment",
            "CustomerVisit",
            "FulfillmentLineItem",
            "LineItem",
            "OrderTransaction",
            "Refund",
            "RefundLineItem",
            "RefundShippingLine",
            "ShippingRefund",
            "SuggestedRefund",
        ),
        (_ORDERS,),
    ),
    **dict.fromkeys(
        (
            "FulfillmentEvent",
            "LineItemSellingPlan",
            "OrderCancellation",
            "OrderRiskAssessment",
            "OrderRiskSummary",
            "RiskFact",
        ),
        (("read_orders",),),
    ),
    **dict.fromkeys(("Fulfillment", "FulfillmentTrackingInfo"), (_ANY_WORK,)),
    **dict.fromkeys(
        ("FulfillmentHold", "FulfillmentOrder", "FulfillmentOrderAssignedLocation"), (_MARKETPLACE_WORK,)
    ),
    **dict.fromkeys(
        ("FulfillmentOrderDestination", "FulfillmentOrderLineItem", "FulfillmentOrderSupportedAction"),
        (_WORK,),
    ),
    **dict.fromkeys(("Return", "ReturnDecline", "ReturnLineItem", "ReturnLineItemType"), (_RETURNS,)),
    **dict.fromkeys(("ExchangeLineItem", "ReturnReasonDefinition"), (("read_returns",),)),
    **dict.fromkeys(("Customer", "CustomerEmailAddress", "CustomerPhoneNumber"), (("read_customers",),)),
    **dict.fromkeys(
        (
            "Product",
            "ProductOption",
            "ProductOptionValue",
            "ProductPriceRangeV2",
            "ProductVariant",
            "ProductVariantContextualPricing",
        ),
        (("read_products",),),
    ),
    **dict.fromkeys(("InventoryItem", "InventoryItemMeasurement"), (("read_inventory", "read_products"),)),
    "DeliveryMethod": (("read_orders", *_MARKETPLACE_WORK),),
    "Location": (("read_locations", "read_inventory", "read_markets_home"),),
    "Order": ((*_ORDERS, "read_quick_sale"),),
    "ReturnableFulfillment": (_ORDERS, ("read_returns",)),
    "ReturnableFulfillmentLineItem": (("read_orders",), _RETURNS),
    "ShopLocale": (("read_locales", "read_markets_home"),),
    "ShopPolicy": (("read_legal_policies",),),
}
"""By type: of each group one scope has to be there."""

_PROTECTED_TYPES = frozenset({"Order", "Customer"})
_PROTECTED_FIELDS: Mapping[tuple[str, str], str] = {
    ("Order", "email"): "email",
    ("Order", "phone"): "phone",
    ("Order", "shippingAddress"): "address",
    ("Order", "billingAddress"): "address",
    ("Order", "displayAddress"): "address",
    ("Customer", "defaultEmailAddress"): "email",
    ("Customer", "defaultPhoneNumber"): "phone",
    ("Customer", "defaultAddress"): "address",
    ("Customer", "addressesV2"): "address",
    ("Customer", "firstName"): "name",
    ("Customer", "lastName"): "name",
    ("Customer", "displayName"): "name",
    ("FulfillmentOrder", "destination"): "address",
}
_SCOPES_PAGE = "https://shopify.dev/api/usage/access-scopes"
_DATA_PAGE = "https://shopify.dev/docs/apps/launch/protected-customer-data"


@dataclass(frozen=True)
class Access:
    """What one token may read.

    Attributes:
        scopes: As granted at installation.
        customer_data: Of `CUSTOMER_DATA`, what Shopify has approved the app for.
    """

    scopes: tuple[str, ...] = SCOPES
    customer_data: tuple[str, ...] = CUSTOMER_DATA

    @property
    def oldest_order(self) -> timedelta | None:
        """Orders from before this (an offset from now) do not show; None: all do."""
        return None if "read_all_orders" in self.scopes else -SEEN_WITHOUT_ALL_ORDERS

    def check_type(self, typename: str, field: str) -> None:
        """Raises GraphQLError: an object of this type may not be read, at this field."""
        for group in TYPE_SCOPES.get(typename, ()):
            if not set(group) & set(self.scopes):
                raise _no_scope(field, group)
        if typename in _PROTECTED_TYPES and "data" not in self.customer_data:
            raise _not_approved(f"access the {typename} object")

    def check_field(self, typename: str, field: str) -> None:
        """Raises GraphQLError: this field is protected, and not approved."""
        needed = _PROTECTED_FIELDS.get((typename, field))
        if needed is not None and needed not in self.customer_data:
            raise _not_approved(f"use the {field} field")


def is_guarded(typename: str, field: str, returned: str) -> bool:
    """Whether anything about this field may be refused, so that most fields need no check."""
    return returned in TYPE_SCOPES or (typename, field) in _PROTECTED_FIELDS


def _no_scope(field: str, group: tuple[str, ...]) -> GraphQLError:
    *firsts, last = [f"`{scope}` access scope" for scope in group]
    required = f"{', '.join(firsts)} or {last}." if firsts else f"{last}."
    return GraphQLError(
        f"Access denied for {field} field. Required access: {required}",
        extensions={"code": "ACCESS_DENIED", "documentation": _SCOPES_PAGE, "requiredAccess": required},
    )


def _not_approved(what: str) -> GraphQLError:
    return GraphQLError(
        f"This app is not approved to {what}. See {_DATA_PAGE} for more details.",
        extensions={"code": "ACCESS_DENIED", "documentation": _DATA_PAGE},
    )
