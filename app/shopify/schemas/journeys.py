"""How somebody came to the shop before they ordered."""

from pydantic import AwareDatetime

from app.shopify.schemas.shapes import Shape


class UtmParameters(Shape):
    source: str | None
    medium: str | None
    campaign: str | None
    term: str | None
    content: str | None


class CustomerVisit(Shape):
    """One visit to the shop. `source_type` is Shopify's `MarketingTactic`: AD, SEO, POST, NEWSLETTER and others."""

    occurred_at: AwareDatetime
    source: str
    source_type: str | None
    referrer_url: str | None
    landing_page: str | None
    utm_parameters: UtmParameters | None


class CustomerJourneySummary(Shape):
    """The visits that led to an order. `ready` is false while Shopify still gathers them.

    Attributes:
        customer_order_index: The order's place among its customer's. Shopify does not say whether it counts from 0
            or 1: above 1 there was an earlier order for sure.
    """

    ready: bool
    customer_order_index: int | None
    first_visit: CustomerVisit | None
    last_visit: CustomerVisit | None
