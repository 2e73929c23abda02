"""What Shopify's refusals mean for a mail. Everything temporary is a plain `TryLater(service="Shopify")`."""

import re
from enum import StrEnum
from typing import Self

from app.errors import NeedsPerson, TryLater

SERVICE = "Shopify"
ACCESS_CODE = "shopify_access"

_SCOPE = re.compile(r"\b(?:read|write)_[a-z_]+\b")
_FIELD = re.compile(r"\buse the (\w+) field\b")


class Missing(StrEnum):
    """What an app that is refused lacks."""

    SCOPE = "scope"
    CUSTOMER_DATA = "customer_data"
    UNKNOWN = "unknown"


class AccessDenied(NeedsPerson):
    """The token works, but not for this field: a scope or the approval for customer data is missing.

    Attributes:
        missing: Which of the two, as far as Shopify says.
        names: The scopes of which one would do, or the protected fields; empty where Shopify does not say.
        fields: The paths that were refused, as `order.customer`; empty where Shopify does not say.
    """

    code = "shopify_access_denied"

    def __init__(
        self,
        message: str,
        *,
        missing: Missing = Missing.UNKNOWN,
        names: tuple[str, ...] = (),
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.missing = missing
        self.names = names
        self.fields = fields

    @classmethod
    def of(cls, refusals: tuple[str, ...], fields: tuple[str, ...]) -> Self:
        """From what Shopify says: "Required access: `read_returns` …", or "This app is not approved to …"."""
        said = " ".join(refusals)
        if "not approved" in said:
            names = tuple(dict.fromkeys(_FIELD.findall(said)))
            return cls(_no_customer_data(names), missing=Missing.CUSTOMER_DATA, names=names, fields=fields)
        names = tuple(dict.fromkeys(_SCOPE.findall(said)))
        if names:
            return cls(_no_scope(names), missing=Missing.SCOPE, names=names, fields=fields)
        return cls(
            "Shopify does not let the app see this. Grant the scopes that `pasokh doctor` lists.",
            fields=fields,
        )


def _no_scope(names: tuple[str, ...]) -> str:
    wanted = f"the scope {names[0]}" if len(names) == 1 else f"one of the scopes {', '.join(names)}"
    return (
        f"Shopify does not let the app see this without {wanted}. `pasokh doctor` lists the scopes it needs."
    )


def _no_customer_data(names: tuple[str, ...]) -> str:
    which = f" ({', '.join(names)})" if names else ""
    return (
        f"Shopify has not approved the app for protected customer data{which}."
        " Ask for it in Shopify's Partner Dashboard, at the app, under API access."
    )


class UnexpectedAnswer(NeedsPerson):
    """Shopify rejected our query or answered in a shape that we do not know: repeating it would not help."""

    code = "shopify_answer"


def shop_closed_to_us(detail: str) -> TryLater:
    """The whole shop refuses us. The mail waits, visibly, until the owner has put it right."""
    return TryLater(
        f"Shopify refuses this store's access ({detail}). Check the shop's domain and the app's access token.",
        service=SERVICE,
        code=ACCESS_CODE,
    )
