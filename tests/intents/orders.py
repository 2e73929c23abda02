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


def work(
    status: str = "OPEN",
    *,
    leaves: float | None = None,
    begins: float | None = None,
    arrives: tuple[float, float] | None = None,
    method: str = "SHIPPING",
) -> dict[str, Any]:
    """Work on an order; its days are from now on: `leaves` by when, `begins` from when, `arrives` between which."""
    first, last = (ago(-arrives[0]), ago(-arrives[1])) if arrives else (None, None)
    return {
        "status": status,
        "fulfillAt": None if begins is None else ago(-begins),
        "fulfillBy": None if leaves is None else ago(-leaves),
        "fulfillmentHolds": [],
        "deliveryMethod": {
            "methodType": method,
            "presentedName": None,
            "minDeliveryDateTime": first,
            "maxDeliveryDateTime": last,
        },
    }


def returned(
    status: str,
    *,
    goods: tuple[str, ...] = ("Mug",),
    instead: tuple[str, ...] = (),
    declined: str | None = None,
) -> dict[str, Any]:
    """What `GetReturns` adds to an order with one return of these goods."""
    return {
        "returnStatus": "IN_PROGRESS",
        "returns": {
            "nodes": [
                {
                    "id": "gid://shopify/Return/1",
                    "name": "#1001-R1",
                    "status": status,
                    "createdAt": ago(3),
                    "requestApprovedAt": None,
                    "closedAt": None,
                    "decline": {"reason": declined, "note": None} if declined else None,
                    "returnLineItems": {
                        "nodes": [
                            {
                                "quantity": 1,
                                "processedQuantity": 0,
                                "refundedQuantity": 0,
                                "returnReasonDefinition": None,
                                "fulfillmentLineItem": {"lineItem": named(name)},
                            }
                            for name in goods
                        ]
                    },
                    "exchangeLineItems": {
                        "nodes": [{"quantity": 1, "lineItems": [named(name)]} for name in instead]
                    },
                }
            ]
        },
    }


def named(name: str) -> dict[str, Any]:
    return {"id": f"gid://shopify/LineItem/{name}", "title": name, "variantTitle": None}


def refunds(*statuses: str, amount: float = 40) -> dict[str, Any]:
    """What `GetRefunds` adds to an order: one refund, paid in as many payments as there are statuses."""
    return {
        "refunds": [
            {
                "id": "gid://shopify/Refund/1",
                "createdAt": ago(3),
                "processedAt": ago(3),
                "totalRefundedSet": money(amount),
                "refundLineItems": {"nodes": []},
                "transactions": {
                    "nodes": [
                        {
                            "kind": "REFUND",
                            "status": status,
                            "formattedGateway": "Shopify Payments",
                            "processedAt": None,
                            "amountSet": money(amount),
                        }
                        for status in statuses
                    ]
                },
            }
        ]
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
    **more: Any,
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
            **more,
        }
    )
