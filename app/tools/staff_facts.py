"""An order as plain values for the agent's page: dates as ISO 8601, money as `12.50 EUR`, statuses as Shopify's words."""

from datetime import datetime
from enum import StrEnum

from babel.numbers import get_currency_precision

from app.shopify.schemas import LineItem, ListedOrder, MoneyBag, Order, OrderSummary, Shipment
from app.tools.lookup import Json


def listed_facts(order: ListedOrder) -> dict[str, Json]:
    return {**_summary(order), "parcels": [_word(parcel.display_status) for parcel in order.fulfillments]}


def order_facts(order: Order) -> dict[str, Json]:
    return {
        **_summary(order),
        "total": _money(order.total_price_set),
        "refunded": _money(order.total_refunded_set),
        "refunds": [
            {"at": refund.processed_at.isoformat(), "amount": _money(refund.total_refunded_set)}
            for refund in order.refunds
        ],
        "items": [_item(line) for line in order.line_items.nodes],
        "parcels": [_parcel(shipment) for shipment in order.shipments],
        "holds": [
            hold.display_reason for work in order.fulfillment_orders.nodes for hold in work.fulfillment_holds
        ],
        "is_complete": order.is_complete,
    }


def _summary(order: OrderSummary) -> dict[str, Json]:
    return {
        "order": order.name,
        "ordered_at": order.processed_at.isoformat(),
        "payment": _word(order.display_financial_status),
        "fulfilment": order.display_fulfillment_status.value,
        "cancelled_at": _iso(order.cancelled_at),
    }


def _item(line: LineItem) -> Json:
    return {
        "title": line.title,
        "variant": line.variant_title,
        "ordered": line.quantity,
        "kept": line.current_quantity,
        "not_yet_sent": line.unfulfilled_quantity,
    }


def _parcel(shipment: Shipment) -> Json:
    tracking = shipment.tracking_info[0] if shipment.tracking_info else None
    event = shipment.events.nodes[0] if shipment.events.nodes else None
    return {
        "status": _word(shipment.display_status),
        "created_at": shipment.created_at.isoformat(),
        "carrier": tracking.company if tracking else None,
        "tracking_number": tracking.number if tracking else None,
        "tracking_url": tracking.url if tracking else None,
        "last_event": event.status.value if event else None,
        "last_event_at": _iso(event.happened_at) if event else None,
        "expected_at": _iso(shipment.estimated_delivery_at),
        "delivered_at": _iso(shipment.delivered_at),
    }


def _money(bag: MoneyBag) -> str:
    money = bag.presentment_money
    digits = get_currency_precision(money.currency_code)
    return f"{money.amount:.{digits}f} {money.currency_code}"


def _word(status: StrEnum | None) -> str | None:
    return status.value if status else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
