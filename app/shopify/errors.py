"""What Shopify's refusals mean for a mail. Everything temporary is a plain `TryLater(service="Shopify")`."""

from app.errors import NeedsPerson, TryLater

SERVICE = "Shopify"
ACCESS_CODE = "shopify_access"


class AccessDenied(NeedsPerson):
    """The token works, but not for this field: a scope or the approval for customer data is missing.

    Attributes:
        fields: The paths that were refused, as `order.customer`; empty where Shopify does not say.
    """

    code = "shopify_access_denied"

    def __init__(self, message: str, *, fields: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields


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
