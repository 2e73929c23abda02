"""An order as plain values for the agent's page."""

from app.shopify.schemas import FulfillmentOrder, LineItem, ListedOrder, Order, OrderSummary, Shipment
from app.tools.lookup import Json
from app.tools.plain import iso, money_of, name_of, word


def listed_facts(order: ListedOrder) -> dict[str, Json]:
    facts: dict[str, Json] = {
        **_summary(order),
        "parcels": [word(parcel.display_status) for parcel in order.fulfillments],
    }
    if order.line_items is not None:
        facts["items"] = [name_of(line) for line in order.line_items.nodes]
    return facts


def order_facts(order: Order) -> dict[str, Json]:
    return {
        **_summary(order),
        "cancel_reason": word(order.cancel_reason),
        "returns": word(order.return_status),
        "risk": word(order.risk.recommendation) if order.risk else None,
        "language": order.customer_locale,
        "total": money_of(order.total_price_set),
        "still_to_pay": money_of(order.total_outstanding_set) if order.total_outstanding_set else None,
        "refunded": money_of(order.total_refunded_set),
        "refunds": [
            {"at": iso(refund.processed_at), "amount": money_of(refund.total_refunded_set)}
            for refund in order.refunds
        ],
        "items": [_item(line) for line in order.line_items.nodes],
        "parcels": [_parcel(shipment) for shipment in order.shipments],
        "work": [_work(work) for work in order.fulfillment_orders.nodes],
        "holds": [
            hold.display_reason for work in order.fulfillment_orders.nodes for hold in work.fulfillment_holds
        ],
        "is_complete": order.is_complete,
    }


def _summary(order: OrderSummary) -> dict[str, Json]:
    return {
        "order": order.name,
        "ordered_at": iso(order.processed_at),
        "payment": word(order.display_financial_status),
        "fulfilment": order.display_fulfillment_status.value,
        "cancelled_at": iso(order.cancelled_at),
    }


def _item(line: LineItem) -> Json:
    return {
        "title": line.title,
        "variant": line.variant_title,
        "ordered": line.quantity,
        "kept": line.current_quantity,
        "not_yet_sent": line.unfulfilled_quantity,
        "is_shipped": line.requires_shipping,
        "plan": line.selling_plan.name if line.selling_plan else None,
    }


def _work(work: FulfillmentOrder) -> Json:
    method = work.delivery_method
    return {
        "status": work.status.value,
        "begins_at": iso(work.fulfill_at),
        "promised_to_leave_by": iso(work.fulfill_by),
        "promised_from": iso(method.min_delivery_date_time) if method else None,
        "promised_until": iso(method.max_delivery_date_time) if method else None,
        "delivery": method.method_type.value if method else None,
        "units_to_send": sum(line.remaining_quantity for line in work.line_items.nodes),
    }


def _parcel(shipment: Shipment) -> Json:
    tracking = shipment.tracking_info[0] if shipment.tracking_info else None
    event = shipment.events.nodes[0] if shipment.events.nodes else None
    return {
        "status": word(shipment.display_status),
        "created_at": iso(shipment.created_at),
        "carrier": tracking.company if tracking else None,
        "tracking_number": tracking.number if tracking else None,
        "tracking_url": tracking.url if tracking else None,
        "last_event": event.status.value if event else None,
        "last_event_at": iso(event.happened_at) if event else None,
        "expected_at": iso(shipment.estimated_delivery_at),
        "delivered_at": iso(shipment.delivered_at),
    }
