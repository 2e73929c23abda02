"""What a mail and its look-ups teach about a contact: language, where they came from, how far they are."""

from collections.abc import Collection, Sequence

from app.crm.attribution import FirstVisit, lead_source
from app.crm.journey import journey_stage
from app.models import Contact
from app.shopify.schemas import CustomerVisit, Order
from app.vocabulary import Intent, LeadSource


def learn(
    contact: Contact, *, language: str | None, intents: Collection[Intent], orders: Sequence[Order]
) -> None:
    """Update a contact. `orders` are their own, read in full. A known lead source stays: the first visit was once."""
    contact.language = language or contact.language
    contact.journey_stage = journey_stage(
        contact.journey_stage,
        intents=intents,
        orders=_count(orders),
        is_delivered=any(shipment.delivered_at for order in orders for shipment in order.shipments),
    )
    visit = _first_visit(orders)
    if visit is not None and contact.lead_source is LeadSource.UNKNOWN:
        contact.lead_source = lead_source(visit)
        contact.lead_detail = {
            "source": visit.source,
            "referrer": visit.referrer,
            "utm_source": visit.utm_source,
            "utm_medium": visit.utm_medium,
            "utm_campaign": visit.utm_campaign,
        }


def _count(orders: Sequence[Order]) -> int:
    """At least as many orders as were read; the journey of one may tell of more.

    Shopify does not say whether `customerOrderIndex` counts from 0 or 1: taken as the number of orders, it never makes
    a first buyer a returning one.
    """
    indexes = [
        summary.customer_order_index
        for order in orders
        if (summary := order.customer_journey_summary) and summary.customer_order_index is not None
    ]
    return max([len(orders), *indexes])


def _first_visit(orders: Sequence[Order]) -> FirstVisit | None:
    """The earliest visit that the shop knows of."""
    visits: list[CustomerVisit] = [
        summary.first_visit
        for order in orders
        if (summary := order.customer_journey_summary) and summary.ready and summary.first_visit
    ]
    if not visits:
        return None
    first = min(visits, key=lambda visit: visit.occurred_at)
    utm = first.utm_parameters
    return FirstVisit(
        source=first.source,
        source_type=first.source_type or "",
        referrer=first.referrer_url or "",
        utm_source=(utm.source if utm else None) or "",
        utm_medium=(utm.medium if utm else None) or "",
        utm_campaign=(utm.campaign if utm else None) or "",
    )
