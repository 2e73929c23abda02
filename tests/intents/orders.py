"""Orders as Shopify would send them, with only what a test speaks of."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.shopify.schemas import Order

NOW = datetime.now(UTC)


def ago(days: float = 0, **more: float) -> str:
    return (NOW - timedelta(days=days, **more)).isoformat()


def money(amount: float | str, currency: str = "EUR") -> dict[str, Any]:
    return {"presentmentMoney": {"amount": str(amount), "currencyCode": currency}}


def line(
    name: str = "Mug", *, quantity: int = 1, current: int | None = None, unsent: int = 0, **more: Any
) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/LineItem/{name}",
        "title": name,
        "variantTitle": None,
        "quantity": quantity,
        "currentQuantity": quantity if current is None else current,
        "unfulfilledQuantity": unsent,
        "requiresShipping": True,
        **more,
    }


def event(status: str, days: float) -> dict[str, Any]:
    return {"status": status, "happenedAt": ago(days)}


def parcel(
    display: str | None,
    *,
    made: float = 2,
    moved: float | None = None,
    events: tuple[dict[str, Any], ...] = (),
    items: tuple[str, ...] = ("Mug",),
    **more: Any,
) -> dict[str, Any]:
    delivered = events[0]["happenedAt"] if events and events[0]["status"] == "DELIVERED" else None
    return {
        "id": "gid://shopify/Fulfillment/1",
        "status": "SUCCESS",
        "displayStatus": display,
        "createdAt": ago(made),
        "inTransitAt": None if moved is None else ago(moved),
        "deliveredAt": delivered,
        "estimatedDeliveryAt": None,
        "trackingInfo": [{"company": "DHL", "number": "JD014", "url": "https://track.example/JD014"}],
        "fulfillmentLineItems": {
            "nodes": [
                {"quantity": 1, "lineItem": {"id": f"gid://shopify/LineItem/{name}"}} for name in items
            ],
            "pageInfo": {"hasNextPage": False},
        },
        "events": {"nodes": list(events)},
        **more,
    }


def hold(reason: str, words: str) -> dict[str, Any]:
    return {
        "status": "ON_HOLD",
        "fulfillAt": None,
        "fulfillmentHolds": [{"reason": reason, "displayReason": words}],
    }


def order(
    *,
    name: str = "#1001",
    email: str | None = "ann@example.com",
    customer: str | None = "ann@example.com",
    paid: str | None = "PAID",
    sent: str = "UNFULFILLED",
    days: float = 1,
    cancelled: float | None = None,
    lines: tuple[dict[str, Any], ...] = (),
    parcels: tuple[dict[str, Any], ...] = (),
    work: tuple[dict[str, Any], ...] = (),
    refunded: float = 0,
    refund_days: float = 3,
    more_lines: bool = False,
    gateways: tuple[str, ...] = ("shopify_payments",),
) -> Order:
    refund = {
        "id": "gid://shopify/Refund/1",
        "createdAt": ago(refund_days),
        "processedAt": ago(refund_days),
        "totalRefundedSet": money(refunded),
    }
    owner = {"id": "gid://shopify/Customer/1", "defaultEmailAddress": {"emailAddress": customer}}
    return Order.model_validate(
        {
            "id": f"gid://shopify/Order/{name}",
            "name": name,
            "email": email,
            "processedAt": ago(days),
            "cancelledAt": None if cancelled is None else ago(cancelled),
            "displayFinancialStatus": paid,
            "displayFulfillmentStatus": sent,
            "customer": owner if customer else None,
            "paymentGatewayNames": gateways,
            "totalPriceSet": money("40.00"),
            "totalRefundedSet": money(refunded),
            "lineItems": {
                "nodes": lines or (line(unsent=0 if parcels else 1),),
                "pageInfo": {"hasNextPage": more_lines},
            },
            "shipments": parcels,
            "fulfillmentOrders": {"nodes": work},
            "refunds": [refund] if refunded else [],
            "customerJourneySummary": None,
        }
    )
