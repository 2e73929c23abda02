"""What Shopify may show of an order, and what it comes to: each status, each threshold from both sides, contradictions."""

from typing import Any

from tests.intents.orders import ago, event, hold, line, money, parcel, work

moving = parcel("IN_TRANSIT", moved=1, events=(event("IN_TRANSIT", 1),))
out = parcel("OUT_FOR_DELIVERY", moved=2, events=(event("OUT_FOR_DELIVERY", 0.1),))
arrived = parcel("DELIVERED", made=5, moved=4, events=(event("DELIVERED", 1),))
label = parcel("LABEL_PURCHASED", made=1)
silent = parcel("IN_TRANSIT", made=12, moved=11, events=(event("IN_TRANSIT", 9),))

TWO = (line("Mug"), line("Vase", unsent=1))


def sent(*parcels: dict[str, Any]) -> dict[str, Any]:
    return {"sent": "FULFILLED", "parcels": parcels}


def part(*parcels: dict[str, Any]) -> dict[str, Any]:
    return {"sent": "PARTIALLY_FULFILLED", "lines": TWO, "parcels": parcels}


def due(amount: float) -> dict[str, Any]:
    return {"totalOutstandingSet": money(amount)}


def scanned(status: str, days: float) -> dict[str, Any]:
    """A parcel whose last scan was so many days ago."""
    return parcel(status, made=days + 3, events=(event(status, days),))


# what Shopify shows, the situation, and whether a person has to look
ORDERS: dict[str, tuple[dict[str, Any], str | None, bool]] = {
    # paid?
    "unpaid": ({"paid": "PENDING"}, "order_awaiting_payment", False),
    "partly paid": ({"paid": "PARTIALLY_PAID", **due(15)}, "order_partly_paid", False),
    "partly paid, nobody knows how much": ({"paid": "PARTIALLY_PAID"}, "order_awaiting_payment", True),
    "partly paid, and nothing due": ({"paid": "PARTIALLY_PAID", **due(0)}, "order_awaiting_payment", True),
    "paid at the door": (
        {"paid": "PENDING", "gateways": ("Cash on Delivery (COD)",)},
        "order_not_shipped",
        False,
    ),
    "unpaid and sent": ({"paid": "PENDING", **sent(moving)}, "order_in_transit", False),
    "payment voided": ({"paid": "VOIDED"}, "order_payment_lapsed", True),
    "payment expired": ({"paid": "EXPIRED"}, "order_payment_lapsed", True),
    "payment expired and sent": ({"paid": "EXPIRED", **sent(moving)}, "order_in_transit", True),
    "a payment status from the future": ({"paid": "IN_ORBIT"}, None, True),
    "no payment status": ({"paid": None}, None, True),
    "a fulfilment status from the future": ({"sent": "IN_ORBIT"}, None, True),
    # may it leave?
    "new": ({}, "order_not_shipped", False),
    "authorised": ({"paid": "AUTHORIZED"}, "order_not_shipped", False),
    "being packed": ({"sent": "IN_PROGRESS"}, "order_not_shipped", False),
    "six days old": ({"days": 6}, "order_not_shipped", False),
    "seven days old": ({"days": 7}, "order_not_shipped", False),
    "eight days old": ({"days": 8}, "order_late_to_ship", True),
    "promised for today": ({"days": 20, "work": (work(leaves=0),)}, "order_not_shipped", False),
    "promised for tomorrow, old": ({"days": 30, "work": (work(leaves=1),)}, "order_not_shipped", False),
    "promised for yesterday, new": ({"days": 2, "work": (work(leaves=-1),)}, "order_late_to_ship", True),
    "to arrive tomorrow": ({"days": 30, "work": (work(arrives=(-3, 1)),)}, "order_not_shipped", False),
    "should have arrived": ({"days": 2, "work": (work(arrives=(-3, -1)),)}, "order_late_to_ship", True),
    "promised, and both days contradict": (
        {"work": (work(leaves=5, arrives=(-3, -1)),)},
        "order_late_to_ship",
        True,
    ),
    "promised work that is done": (
        {"work": (work("CLOSED", leaves=-9), work(leaves=2))},
        "order_not_shipped",
        False,
    ),
    "declined": ({"sent": "REQUEST_DECLINED"}, "order_not_shipped", True),
    "could not be completed": ({"work": (work("INCOMPLETE"),)}, "order_not_shipped", True),
    "to be picked up": ({"work": (work(method="PICK_UP"),)}, "order_pickup_preparing", False),
    "to be picked up, old": ({"days": 9, "work": (work(method="PICK_UP"),)}, "order_late_to_ship", True),
    "pre-order": (
        {"days": 40, "sent": "SCHEDULED", "work": (work("SCHEDULED", begins=9),)},
        "order_preorder",
        False,
    ),
    "pre-order that begins today": (
        {"sent": "SCHEDULED", "work": (work("SCHEDULED", begins=0),)},
        "order_not_shipped",
        True,
    ),
    "scheduled without a date": ({"sent": "SCHEDULED"}, "order_not_shipped", True),
    "a part pre-ordered": ({"work": (work("SCHEDULED", begins=9), work())}, "order_not_shipped", True),
    "sold as a pre-order without a date": (
        {"lines": (line(unsent=1, sellingPlan={"name": "Pre-order"}),)},
        "order_not_shipped",
        True,
    ),
    "held": (
        {"sent": "ON_HOLD", "work": (hold("INVENTORY_OUT_OF_STOCK", "Inventory out of stock"),)},
        "order_on_hold",
        True,
    ),
    "held without a reason": ({"sent": "ON_HOLD"}, "order_on_hold", True),
    "held for fraud": (
        {"sent": "ON_HOLD", "work": (hold("HIGH_RISK_OF_FRAUD", "High risk of fraud"),)},
        "order_in_review",
        True,
    ),
    "held for fraud, and a part was sent": (
        {
            "sent": "ON_HOLD",
            "parcels": (moving,),
            "lines": TWO,
            "work": (hold("HIGH_RISK_OF_FRAUD", "High risk of fraud"),),
        },
        "order_on_hold",
        True,
    ),
    "to be investigated": ({"risk": {"recommendation": "INVESTIGATE"}}, "order_in_review", True),
    "to be investigated, and sent": (
        {"risk": {"recommendation": "CANCEL"}, **sent(moving)},
        "order_in_transit",
        False,
    ),
    "judged as fine": ({"risk": {"recommendation": "ACCEPT"}}, "order_not_shipped", False),
    "held for a moment": (
        {"sent": "ON_HOLD", "work": (hold("ONLINE_STORE_POST_PURCHASE_CROSS_SELL", "Upsell"),)},
        "order_not_shipped",
        False,
    ),
    "held for its payment": (
        {"paid": "PENDING", "sent": "ON_HOLD", "work": (hold("AWAITING_PAYMENT", "Awaiting payment"),)},
        "order_awaiting_payment",
        False,
    ),
    # is it sent at all?
    "a download": (
        {"lines": (line("Pattern", unsent=1, requiresShipping=False),)},
        "order_digital_waiting",
        False,
    ),
    "a download since yesterday": (
        {"days": 1, "lines": (line("Pattern", unsent=1, requiresShipping=False),)},
        "order_digital_waiting",
        False,
    ),
    "a download since two days": (
        {"days": 2, "lines": (line("Pattern", unsent=1, requiresShipping=False),)},
        "order_digital_waiting",
        True,
    ),
    "a download that was handed over": (
        {
            **sent(parcel("FULFILLED", made=90, items=("Pattern",))),
            "lines": (line("Pattern", requiresShipping=False),),
        },
        "order_digital_sent",
        False,
    ),
    "a download beside a parcel": (
        {
            **sent(parcel("FULFILLED", made=90, items=("Pattern",)), moving),
            "lines": (line("Mug"), line("Pattern", requiresShipping=False)),
        },
        "order_in_transit",
        False,
    ),
    # has all of it left?
    "partly sent": ({**part(moving)}, "order_partly_shipped", False),
    "partly sent long ago": ({**part(moving), "days": 9}, "order_partly_shipped", True),
    "partly sent, the rest promised": (
        {**part(moving), "days": 9, "work": (work("IN_PROGRESS", leaves=2),)},
        "order_partly_shipped",
        False,
    ),
    "partly sent, the rest for a later day": (
        {**part(moving), "days": 40, "work": (work("CLOSED"), work("SCHEDULED", begins=9))},
        "order_partly_shipped",
        False,
    ),
    "partly sent, and that is silent": ({**part(silent)}, "order_partly_shipped", True),
    "rest removed after a part was sent": (
        {**sent(moving), "lines": (line("Mug"), line("Vase", current=0, unsent=1))},
        "order_in_transit",
        False,
    ),
    # where is it?
    "label": (sent(label), "order_label_only", False),
    "label, four days": (sent(parcel("LABEL_PRINTED", made=4)), "order_label_only", False),
    "label, five days": (sent(parcel("LABEL_PRINTED", made=5)), "order_label_overdue", True),
    "label with a scan": (sent(parcel("LABEL_PRINTED", made=3, moved=1)), "order_in_transit", False),
    "label, and already out": (
        sent(parcel("LABEL_PRINTED", made=3, events=(event("OUT_FOR_DELIVERY", 0.1),))),
        "order_out_for_delivery",
        False,
    ),
    "a number and no events": (sent(parcel("CONFIRMED", made=1)), "order_no_events", False),
    "a number and no news but a confirmation": (
        sent(parcel("CONFIRMED", made=1, events=(event("CONFIRMED", 1),))),
        "order_no_events",
        False,
    ),
    "a number and no events, five days": (sent(parcel("FULFILLED", made=5)), "order_no_events", False),
    "a number and no events, six days": (sent(parcel("FULFILLED", made=6)), "order_stalled", True),
    "sent, no status": (sent(parcel(None)), "order_no_events", False),
    "sent without tracking": (sent(parcel("FULFILLED", trackingInfo=[])), "order_in_transit", False),
    "sent without tracking long ago": (
        sent(parcel("MARKED_AS_FULFILLED", made=9, trackingInfo=[])),
        "order_stalled",
        True,
    ),
    "on its way": (sent(moving), "order_in_transit", False),
    "picked up by the carrier": (sent(parcel("CARRIER_PICKED_UP", made=1)), "order_in_transit", False),
    "on its way, past the checkout's promise": (
        {**sent(moving), "work": (work("CLOSED", arrives=(-9, -4)),)},
        "order_in_transit",
        True,
    ),
    "silent for five days": (sent(scanned("IN_TRANSIT", 5)), "order_in_transit", False),
    "silent for six days": (sent(scanned("IN_TRANSIT", 6)), "order_stalled", True),
    "two days later than expected": (
        sent({**moving, "estimatedDeliveryAt": ago(2)}),
        "order_in_transit",
        False,
    ),
    "three days later than expected": (
        sent({**moving, "estimatedDeliveryAt": ago(3)}),
        "order_stalled",
        True,
    ),
    "delayed": (sent(scanned("DELAYED", 2)), "order_delayed", False),
    "delayed, and silent since": (sent(scanned("DELAYED", 6)), "order_stalled", True),
    "not delivered": (sent(parcel("NOT_DELIVERED", moved=1)), "order_delivery_failed", True),
    "delivery failed": (sent(parcel("FAILURE", moved=1)), "order_delivery_failed", True),
    "delivered, and then given up": (
        sent(parcel("DELIVERED", events=(event("FAILURE", 1),), deliveredAt=ago(3))),
        "order_delivery_failed",
        True,
    ),
    "given up, and then delivered": (
        sent(parcel("DELIVERED", events=(event("DELIVERED", 1), event("FAILURE", 3)))),
        "order_delivered",
        False,
    ),
    "label voided": ({"parcels": (parcel("LABEL_VOIDED"),)}, "order_not_shipped", True),
    "nobody at home": (sent(scanned("ATTEMPTED_DELIVERY", 3)), "order_delivery_attempted", False),
    "nobody at home, four days": (sent(scanned("ATTEMPTED_DELIVERY", 4)), "order_delivery_attempted", True),
    "out": (sent(out), "order_out_for_delivery", False),
    "out for two days": (sent(scanned("OUT_FOR_DELIVERY", 2)), "order_out_for_delivery", False),
    "out for three days": (sent(scanned("OUT_FOR_DELIVERY", 3)), "order_stalled", True),
    "waits at a shop": (sent(scanned("READY_FOR_PICKUP", 5)), "order_ready_for_pickup", False),
    "waits at a shop, six days": (sent(scanned("READY_FOR_PICKUP", 6)), "order_ready_for_pickup", True),
    "collected": (sent(parcel("PICKED_UP")), "order_picked_up", False),
    "arrived": (sent(arrived), "order_delivered", False),
    "arrived long ago": (sent(scanned("DELIVERED", 45)), "order_delivered", False),
    "a parcel status from the future": (sent(parcel("BEAMED")), None, True),
    "shipment cancelled": ({"parcels": (parcel("CANCELED", status="CANCELLED"),)}, "order_not_shipped", True),
    "fulfilled without a parcel": ({"sent": "FULFILLED", "lines": (line(),)}, "order_not_shipped", True),
    "two parcels, both on their way": (sent(moving, out), "order_in_transit", False),
    "two parcels, one arrived": (sent(arrived, out), "order_partly_delivered", False),
    "two parcels, both arrived": (sent(arrived, arrived), "order_delivered", False),
    "two parcels, one collected": (sent(arrived, parcel("PICKED_UP")), "order_delivered", False),
    "two parcels, one silent": (sent(arrived, silent), "order_stalled", True),
    "two parcels, one given up": (sent(silent, parcel("FAILURE")), "order_delivery_failed", True),
    "two parcels, one a label": (sent(arrived, label), "order_partly_delivered", True),
    "two parcels, none here, one a label": (sent(moving, label), "order_in_transit", True),
    # is it over?
    "cancelled unpaid": ({"paid": "VOIDED", "cancelled": 1}, "order_cancelled", False),
    "cancelled and paid back": (
        {"paid": "REFUNDED", "cancelled": 1, "refunded": 40},
        "order_cancelled",
        False,
    ),
    "cancelled, money kept": ({"paid": "PAID", "cancelled": 1}, "order_cancelled", True),
    "cancelled and sent": (
        {"paid": "REFUNDED", "cancelled": 1, "parcels": (moving,)},
        "order_cancelled",
        True,
    ),
    "paid back": ({"paid": "REFUNDED", "refunded": 40}, "order_refunded", False),
    "paid back, was sent": (
        {"paid": "REFUNDED", "refunded": 40, "parcels": (arrived,)},
        "order_refunded",
        False,
    ),
    "paid back, and nothing is shown": ({"paid": "REFUNDED", **sent(arrived)}, "order_delivered", False),
    "a part paid back, the rest arrived": (
        {"paid": "PARTIALLY_REFUNDED", "refunded": 10, **sent(arrived)},
        "order_partly_refunded",
        False,
    ),
    "a part paid back, the rest on its way": (
        {"paid": "PARTIALLY_REFUNDED", "refunded": 10, **sent(moving)},
        "order_in_transit",
        False,
    ),
    "a part paid back, the rest not sent": (
        {"paid": "PARTIALLY_REFUNDED", "refunded": 10},
        "order_not_shipped",
        False,
    ),
    # does it come back?
    "a return asked for": (
        {"returnStatus": "RETURN_REQUESTED", **sent(arrived)},
        "order_return_requested",
        False,
    ),
    "a return under way": ({"returnStatus": "IN_PROGRESS", **sent(arrived)}, "order_return_open", False),
    "a return looked at": ({"returnStatus": "INSPECTION_COMPLETE", **sent(arrived)}, "order_returned", False),
    "a return done": ({"returnStatus": "RETURNED", **sent(arrived)}, "order_returned", False),
    "a return done and paid back": (
        {"returnStatus": "RETURNED", "paid": "REFUNDED", "refunded": 40, **sent(arrived)},
        "order_refunded",
        False,
    ),
    "a return done and a part paid back": (
        {"returnStatus": "RETURNED", "paid": "PARTIALLY_REFUNDED", "refunded": 10, **sent(arrived)},
        "order_returned",
        False,
    ),
    "a return declined": ({"returnStatus": "RETURN_FAILED", **sent(arrived)}, "order_delivered", False),
    "a return of one parcel, another on its way": (
        {"returnStatus": "IN_PROGRESS", **sent(arrived, moving)},
        "order_partly_delivered",
        True,
    ),
    "longer than what is read": ({**sent(moving), "more_lines": True}, "order_in_transit", True),
}
