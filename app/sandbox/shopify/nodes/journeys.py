"""How a customer came: the visits before an order."""

from datetime import timedelta

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.registry import Registry
from app.sandbox.shopify.records import OrderRecord, VisitRecord


def journey_summary(registry: Registry, order: OrderRecord, host: str) -> Node:
    """`CustomerJourneySummary`: the first and the last visit, in the order of time.

    Shopify needs hours to settle it; until then it is not ready and has no visits.
    """
    sources = sorted(order.visits, key=lambda visit: visit.at) if order.journey_ready else []
    visits = [_visit(registry, visit, host) for visit in sources]
    return {
        "ready": order.journey_ready,
        "customerOrderIndex": None,
        "daysToConversion": (order.placed - sources[0].at) // timedelta(days=1) if sources else None,
        "firstVisit": visits[0] if visits else None,
        "lastVisit": visits[-1] if visits else None,
        "moments": visits,
        "momentsCount": {"count": len(visits), "precision": "EXACT"},
    }


def _visit(registry: Registry, visit: VisitRecord, host: str) -> Node:
    landing = f"https://{host}{visit.landing}"
    return registry.add(
        "CustomerVisit",
        {
            "occurredAt": visit.at,
            "source": visit.source,
            "sourceType": visit.type,
            "sourceDescription": visit.description,
            "referrerUrl": visit.referrer,
            "referralCode": visit.referral_code,
            "referralInfoHtml": visit.description or f"Came from {visit.source}",
            "landingPage": landing,
            "landingPageHtml": f'<a href="{landing}">{visit.landing}</a>',
            "utmParameters": _utm(visit),
        },
    )


def _utm(visit: VisitRecord) -> Node | None:
    values = {
        "source": visit.utm_source,
        "medium": visit.utm_medium,
        "campaign": visit.utm_campaign,
        "term": visit.utm_term,
        "content": visit.utm_content,
    }
    return values if any(values.values()) else None
