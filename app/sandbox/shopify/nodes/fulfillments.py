"""Parcels, and the orders to pack them."""

from datetime import timedelta

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.draft import Draft
from app.sandbox.shopify.nodes.lines import Line, Lines
from app.sandbox.shopify.records import EventRecord, FulfillmentRecord, HoldRecord, OrderRecord

# A parcel in one of these states took nothing with it.
_FAILED = frozenset({"CANCELLED", "ERROR", "FAILURE"})
# What an order shows when a fulfilment service was asked, by what it answered.
_REQUESTED = {"SUBMITTED": "PENDING_FULFILLMENT", "ACCEPTED": "IN_PROGRESS", "REJECTED": "REQUEST_DECLINED"}

# What may be done with work in its state, and with work that a fulfilment service was asked to do.
_ACTIONS = {
    "OPEN": ("CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", "SPLIT"),
    "IN_PROGRESS": ("CREATE_FULFILLMENT", "REPORT_PROGRESS", "HOLD", "MARK_AS_OPEN"),
    "ON_HOLD": ("RELEASE_HOLD", "HOLD", "MOVE"),
    "SCHEDULED": ("MARK_AS_OPEN", "MOVE"),
}
_ACTIONS_BY_REQUEST = {
    "SUBMITTED": ("CANCEL_FULFILLMENT_ORDER",),
    "ACCEPTED": ("CREATE_FULFILLMENT", "REQUEST_CANCELLATION"),
    "REJECTED": ("REQUEST_FULFILLMENT", "CREATE_FULFILLMENT", "MOVE"),
}


def fulfillment_nodes(draft: Draft) -> list[Node]:
    """The order's `Fulfillment`s, oldest first; counts on the lines what they took."""
    return [_fulfillment(draft, record, place) for place, record in enumerate(draft.order.fulfillments, 1)]


def _fulfillment(draft: Draft, record: FulfillmentRecord, position: int) -> Node:
    contents = _contents(draft, record)
    if record.status not in _FAILED:
        for line, quantity in contents:
            line.fulfilled += quantity
    events = sorted(record.events, key=lambda event: event.at)
    return draft.add(
        "Fulfillment",
        {
            "order": draft.node,
            "name": f"{draft.node['name']}-F{position}",
            "status": record.status,
            "displayStatus": record.display or _display_status(record, events),
            "location": draft.parts.location,
            "requiresShipping": draft.order.shipping is not None,
            "totalQuantity": sum(quantity for _, quantity in contents),
            "trackingInfo": _tracking(record),
            "events": [_event(draft, event, record) for event in events],
            "fulfillmentLineItems": [_fulfillment_line(draft, line, quantity) for line, quantity in contents],
            "estimatedDeliveryAt": record.estimated,
            "inTransitAt": _first_time(events, "IN_TRANSIT"),
            "deliveredAt": _first_time(events, "DELIVERED"),
            "createdAt": record.created,
            "updatedAt": events[-1].at if events else record.created,
        },
    )


def _contents(draft: Draft, record: FulfillmentRecord) -> list[tuple[Line, int]]:
    if record.items:
        return [(draft.find_line(item), item.quantity) for item in record.items]
    return [(line, line.unfulfilled) for line in draft.lines.values() if line.unfulfilled > 0]


def _display_status(record: FulfillmentRecord, events: list[EventRecord]) -> str:
    if record.status == "CANCELLED":
        return "CANCELED"
    if events:
        return events[-1].status
    return "FULFILLED" if record.number else "MARKED_AS_FULFILLED"


def _tracking(record: FulfillmentRecord) -> list[Node]:
    if record.carrier is None and record.number is None:
        return []
    return [{"company": record.carrier, "number": record.number, "url": record.url}]


def _event(draft: Draft, event: EventRecord, record: FulfillmentRecord) -> Node:
    return draft.add(
        "FulfillmentEvent",
        {
            "status": event.status,
            "message": event.message,
            "happenedAt": event.at,
            "createdAt": event.at,
            "estimatedDeliveryAt": record.estimated,
            "address1": None,
            "city": event.city,
            "country": event.country,
            "province": None,
            "zip": None,
        },
    )


def _first_time(events: list[EventRecord], status: str) -> timedelta | None:
    return next((event.at for event in events if event.status == status), None)


def _fulfillment_line(draft: Draft, line: Line, quantity: int) -> Node:
    value = line.currencies.bag(line.unit_price * quantity)
    return draft.add(
        "FulfillmentLineItem",
        {
            "lineItem": line.node,
            "quantity": quantity,
            "originalTotalSet": value,
            "discountedTotalSet": value,
        },
    )


def fulfillment_status(order: OrderRecord, lines: Lines) -> str:
    """`displayFulfillmentStatus`."""
    has_left = any(line.fulfilled for line in lines.values())
    is_waiting = any(line.unfulfilled for line in lines.values())
    if order.cancelled or not is_waiting:
        return "FULFILLED" if has_left and not is_waiting else "UNFULFILLED"
    if order.holds or order.fulfill_at is not None:
        return "ON_HOLD" if order.holds else "SCHEDULED"
    if has_left:
        return "PARTIALLY_FULFILLED"
    if order.request:
        return _REQUESTED[order.request]
    return "IN_PROGRESS" if order.in_progress else "UNFULFILLED"


def fulfillment_order_nodes(draft: Draft, parcels: list[Node]) -> list[Node]:
    """`FulfillmentOrder`s: one for all, but what waits (held or for a date) apart from what left."""
    order, lines = draft.order, list(draft.lines.values())
    if order.holds or order.fulfill_at is not None:
        sent = [(line, line.fulfilled, 0) for line in lines if line.fulfilled]
        kept = [(line, line.unfulfilled, line.unfulfilled) for line in lines if line.unfulfilled]
        waiting = "ON_HOLD" if order.holds else "SCHEDULED"
        nodes = [_fulfillment_order(draft, "CLOSED", sent), _fulfillment_order(draft, waiting, kept)]
        nodes[0]["fulfillments"] = parcels
        return [node for node in nodes if node["lineItems"]]
    everything = [(line, line.quantity - line.cancelled, line.unfulfilled) for line in lines]
    whole = _fulfillment_order(draft, _open_status(order, draft.lines), [e for e in everything if e[1]])
    whole["fulfillments"] = parcels
    return [whole]


def _open_status(order: OrderRecord, lines: Lines) -> str:
    if order.cancelled:
        return "CANCELLED"
    if not any(line.unfulfilled for line in lines.values()):
        return "CLOSED"
    started = (
        order.in_progress or order.request == "ACCEPTED" or any(line.fulfilled for line in lines.values())
    )
    return "IN_PROGRESS" if started else "OPEN"


def _fulfillment_order(draft: Draft, status: str, contents: list[tuple[Line, int, int]]) -> Node:
    order = draft.order
    return draft.add(
        "FulfillmentOrder",
        {
            "order": draft.node,
            "orderId": draft.node["id"],
            "orderName": draft.node["name"],
            "orderProcessedAt": order.placed,
            "status": status,
            "requestStatus": order.request or "UNSUBMITTED",
            "supportedActions": _supported_actions(status, order.request),
            "fulfillAt": order.fulfill_at if status == "SCHEDULED" else order.placed,
            "fulfillBy": order.fulfill_by if order.cancelled is None else None,
            "assignedLocation": _assigned_location(draft),
            "deliveryMethod": _delivery_method(draft),
            "destination": _destination(draft),
            "fulfillmentHolds": [_hold(draft, hold) for hold in order.holds if status == "ON_HOLD"],
            "fulfillments": [],
            "lineItems": [_order_line(draft, *entry) for entry in contents],
            "createdAt": order.placed,
            "updatedAt": order.updated or order.placed,
        },
    )


def _supported_actions(status: str, request: str | None) -> list[Node]:
    by_request = _ACTIONS_BY_REQUEST.get(request or "", ()) if status in {"OPEN", "IN_PROGRESS"} else ()
    actions = by_request or _ACTIONS.get(status, ())
    return [{"action": action, "externalUrl": None} for action in actions]


def _hold(draft: Draft, hold: HoldRecord) -> Node:
    return draft.add(
        "FulfillmentHold",
        {
            "reason": hold.reason,
            "displayReason": hold.display,
            "reasonNotes": hold.notes,
            "handle": None,
            "heldByRequestingApp": False,
        },
    )


def _order_line(draft: Draft, line: Line, quantity: int, remaining: int) -> Node:
    product, variant = line.item.product, line.item.variant
    return draft.add(
        "FulfillmentOrderLineItem",
        {
            "lineItem": line.node,
            "productTitle": product["title"],
            "variantTitle": variant["title"],
            "variant": variant,
            "sku": variant["sku"],
            "vendor": product["vendor"],
            "totalQuantity": quantity,
            "remainingQuantity": remaining,
            "requiresShipping": line.item.ships,
        },
    )


def _assigned_location(draft: Draft) -> Node:
    shop = draft.parts.shop
    address = shop.address
    return {
        "name": shop.location,
        "location": draft.parts.location,
        "address1": address.address1,
        "city": address.city,
        "zip": address.zip,
        "countryCode": address.country,
    }


def _delivery_method(draft: Draft) -> Node:
    order = draft.order
    kind = "PICK_UP" if order.pickup else "SHIPPING" if order.shipping else "NONE"
    return draft.add(
        "DeliveryMethod",
        {
            "methodType": kind,
            "presentedName": order.shipping.title if order.shipping else None,
            "serviceCode": order.shipping.code if order.shipping else None,
            "minDeliveryDateTime": order.shipping.earliest if order.shipping else None,
            "maxDeliveryDateTime": order.shipping.latest if order.shipping else None,
        },
    )


def _destination(draft: Draft) -> Node | None:
    address = draft.node["shippingAddress"]
    if address is None:
        return None
    names = ("firstName", "lastName", "company", "address1", "address2", "city", "province", "zip", "phone")
    return draft.add(
        "FulfillmentOrderDestination",
        {name: address[name] for name in names}
        | {"countryCode": address["countryCodeV2"], "email": draft.node["email"]},
    )
