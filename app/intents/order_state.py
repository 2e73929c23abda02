"""One order's situation: the rules that turn what Shopify shows into one of the names that have a template.

The rules are tried in the order in which a support person would think: is it off, is it paid back, is it paid, may it
leave, does it come back, has it left, where is it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.intents.order_facts import due_of, facts_of, is_posted, open_works, promise_of
from app.intents.parcels import ARRIVED, ParcelState, Phase, is_live, parcel_state
from app.intents.situation import OrderFacts
from app.intents.thresholds import DIGITAL_DAYS, EXPECTED_OVERDUE_DAYS, UNFULFILLED_DAYS
from app.shopify.schemas import FulfillmentOrder, Order, ReturnedOrder
from app.shopify.statuses import DeliveryMethodType as Method
from app.shopify.statuses import FinancialStatus as Paid
from app.shopify.statuses import FulfillmentHoldReason as Hold
from app.shopify.statuses import FulfillmentOrderStatus as Work
from app.shopify.statuses import OrderFulfillmentStatus as Sent
from app.shopify.statuses import OrderReturnStatus as Back
from app.shopify.statuses import RiskRecommendation as Risk

ORDER_SITUATIONS = (
    "order_awaiting_payment",
    "order_partly_paid",
    "order_payment_lapsed",
    "order_in_review",
    "order_on_hold",
    "order_preorder",
    "order_not_shipped",
    "order_late_to_ship",
    "order_pickup_preparing",
    "order_partly_shipped",
    "order_label_only",
    "order_label_overdue",
    "order_no_events",
    "order_in_transit",
    "order_delayed",
    "order_stalled",
    "order_delivery_attempted",
    "order_out_for_delivery",
    "order_ready_for_pickup",
    "order_partly_delivered",
    "order_delivered",
    "order_picked_up",
    "order_delivery_failed",
    "order_digital_waiting",
    "order_digital_sent",
    "order_cancelled",
    "order_partly_refunded",
    "order_refunded",
    "order_return_requested",
    "order_return_open",
    "order_returned",
)

# Shopify's own name of the method, and what merchants in our languages rename it to.
_PAID_AT_THE_DOOR = re.compile(
    r"cash on delivery|\bcod\b|nachnahme|پرداخت در محل|contre remboursement|contra reembolso", re.IGNORECASE
)
_KEPT_MONEY = frozenset({Paid.PAID, Paid.PARTIALLY_PAID, Paid.PARTIALLY_REFUNDED})
_LAPSED = {
    Paid.EXPIRED: "The payment's authorisation expired before it was captured: agree on another payment.",
    Paid.VOIDED: "The payment was voided, and the order is not cancelled.",
}
_PASSING_HOLDS = frozenset({Hold.ONLINE_STORE_POST_PURCHASE_CROSS_SELL})
_RISKY = frozenset({Risk.INVESTIGATE, Risk.CANCEL})
_RETURNS = {
    Back.RETURN_REQUESTED: "order_return_requested",
    Back.IN_PROGRESS: "order_return_open",
    Back.INSPECTION_COMPLETE: "order_returned",
    Back.RETURNED: "order_returned",
}
# Of several parcels on their way, the first of these that one is in is what the customer has to hear.
_WORST_FIRST = {
    Phase.FAILED: "order_delivery_failed",
    Phase.STALLED: "order_stalled",
    Phase.PICKUP: "order_ready_for_pickup",
    Phase.ATTEMPTED: "order_delivery_attempted",
    Phase.DELAYED: "order_delayed",
}
# Where all that has not arrived is at the same point.
_ALONE = {
    Phase.LABEL: "order_label_only",
    Phase.LABEL_OVERDUE: "order_label_overdue",
    Phase.NO_EVENTS: "order_no_events",
    Phase.OUT_FOR_DELIVERY: "order_out_for_delivery",
}


@dataclass(frozen=True)
class OrderState:
    """An order's situation (None: no template fits), its facts, and why a person should look, if one should."""

    name: str | None
    facts: OrderFacts
    person: str | None = None


@dataclass(frozen=True)
class _View:
    order: Order
    facts: OrderFacts
    parcels: tuple[ParcelState, ...]
    now: datetime
    timezone: ZoneInfo

    def state(self, name: str | None, *reasons: str | None, **facts: Any) -> OrderState:
        """`facts` are those that only this situation tells."""
        person = " ".join(dict.fromkeys(reason for reason in reasons if reason))
        return OrderState(name, replace(self.facts, **facts), person or None)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.timezone).date()

    @property
    def is_all_here(self) -> bool:
        """Whether nothing is still to come, by post or into it."""
        return not self.facts.waiting_items and all(one.phase in ARRIVED for one in self.parcels)

    @property
    def lateness(self) -> str | None:
        """Why goods that have not left are late: by what was promised, or where nothing was, by their age."""
        promise = promise_of(self.order, self.timezone)
        if promise.is_broken(self.today):
            days = min(day for day in (promise.ships_by, promise.arrives_until) if day)
            return f"Promised for {days.isoformat()} and not all sent."
        age = (self.now - self.order.processed_at).days
        is_old = age > UNFULFILLED_DAYS and not promise.is_made
        return f"Ordered {age} days ago and not all sent." if is_old else None

    @property
    def parcel_reasons(self) -> tuple[str | None, ...]:
        return tuple(state.person for state in self.parcels)


def order_state(
    order: Order, now: datetime, timezone: ZoneInfo, returned: ReturnedOrder | None = None
) -> OrderState:
    """The situation of an order, its dates in the shop's time zone.

    Args:
        order: The order, as Shopify shows it.
        now: An aware moment.
        timezone: The shop's.
        returned: Its returns, where it has some and they were read.
    """
    lines = {line.id: line for line in order.line_items.nodes}
    is_posted_at_all = any(line.requires_shipping for line in lines.values())
    parcels = tuple(
        parcel_state(s, lines, now, timezone)
        for s in order.shipments
        if is_live(s) and (is_posted(s, lines) or not is_posted_at_all)
    )
    view = _View(order, facts_of(order, parcels, returned, timezone), parcels, now, timezone)
    state = next(state for rule in _RULES if (state := rule(view)) is not None)
    cautions = [state.person, *_cautions(view, state)]
    return replace(state, person=" ".join(dict.fromkeys(c for c in cautions if c)) or None)


def is_coming_back(order: Order) -> bool:
    """Whether goods of it are on their way back, or are back."""
    return order.return_status in _RETURNS


def _cautions(view: _View, state: OrderState) -> list[str | None]:
    """What a person should know whatever the situation is."""
    is_told = state.name in {*_RETURNS.values(), "order_cancelled", "order_refunded"}
    has_lapsed = view.order.display_financial_status in _LAPSED
    return [
        "This order is longer than what is read here: items or parcels may be missing."
        if not view.order.is_complete
        else None,
        "A return of this order is under way." if is_coming_back(view.order) and not is_told else None,
        "Its payment has lapsed." if has_lapsed and view.parcels and not is_told else None,
    ]


def _cancelled(view: _View) -> OrderState | None:
    if view.order.cancelled_at is None:
        return None
    unpaid = "The order is cancelled, but not all of its payment is paid back."
    left = "The order is cancelled, but a parcel of it was sent."
    return view.state(
        "order_cancelled",
        unpaid if view.order.display_financial_status in _KEPT_MONEY else None,
        left if view.parcels else None,
    )


def _refunded(view: _View) -> OrderState | None:
    is_whole = view.order.display_financial_status is Paid.REFUNDED
    return view.state("order_refunded") if is_whole and view.facts.refunded else None


def _unclear(view: _View) -> OrderState | None:
    """What Shopify says in a word that is new to us."""
    paid, sent = view.order.display_financial_status, view.order.display_fulfillment_status
    if (
        paid in {None, Paid.UNKNOWN}
        or sent is Sent.UNKNOWN
        or any(p.phase is Phase.UNKNOWN for p in view.parcels)
    ):
        return view.state(None, "Shopify shows a status that is not known here.")
    return None


def _payment(view: _View) -> OrderState | None:
    order, paid = view.order, view.order.display_financial_status
    if view.parcels or any(_PAID_AT_THE_DOOR.search(name) for name in order.payment_gateway_names):
        return None
    if paid is not None and paid in _LAPSED:
        return view.state("order_payment_lapsed", _LAPSED[paid])
    if paid is Paid.PARTIALLY_PAID and (due := due_of(order)):
        return view.state("order_partly_paid", due=due)
    if paid in {Paid.PENDING, Paid.PARTIALLY_PAID}:
        is_part = paid is Paid.PARTIALLY_PAID
        why = "A part is paid: say how much is still due." if is_part else None
        return view.state("order_awaiting_payment", why)
    return None


def _digital(view: _View) -> OrderState | None:
    """Nothing of it is shipped: downloads, gift cards, services."""
    lines = view.order.line_items.nodes
    if not lines or any(line.requires_shipping for line in lines):
        return None
    if view.parcels or view.order.display_fulfillment_status is Sent.FULFILLED:
        return view.state("order_digital_sent")
    age = (view.now - view.order.processed_at).days
    late = f"Ordered {age} days ago and not handed over." if age > DIGITAL_DAYS else None
    return view.state("order_digital_waiting", late)


def _held(view: _View) -> OrderState | None:
    held = [work for work in view.order.fulfillment_orders.nodes if work.status is Work.ON_HOLD]
    holds = [hold for work in held for hold in work.fulfillment_holds]
    is_held = bool(held) or view.order.display_fulfillment_status is Sent.ON_HOLD
    if is_held and not (holds and all(hold.reason in _PASSING_HOLDS for hold in holds)):
        why = ", ".join(dict.fromkeys(hold.display_reason for hold in holds)) or "no reason given"
        is_fraud = any(hold.reason is Hold.HIGH_RISK_OF_FRAUD for hold in holds) and not view.parcels
        name = "order_in_review" if is_fraud else "order_on_hold"
        return view.state(name, f"The order is on hold: {why}.", *view.parcel_reasons)
    risk = view.order.risk.recommendation if view.order.risk else Risk.NONE
    if risk in _RISKY and not view.parcels and view.facts.waiting_items:
        advice = f"Shopify's fraud analysis advises: {risk.value.lower()}. Do not mention it."
        return view.state("order_in_review", advice)
    return None


def _refused(view: _View) -> OrderState | None:
    """Nothing has left, since nobody can send it."""
    sent, works = view.order.display_fulfillment_status, view.order.fulfillment_orders.nodes
    is_refused = sent is Sent.REQUEST_DECLINED or any(work.status is Work.INCOMPLETE for work in works)
    if view.parcels or not is_refused:
        return None
    why = "The fulfilment service declined the order or could not complete it."
    return view.state("order_not_shipped", why, view.lateness)


def _preorder(view: _View) -> OrderState | None:
    """Nothing has left, and all of it waits for a day."""
    if view.parcels:
        return None
    works = open_works(view.order)
    waiting = [work for work in works if work.status is Work.SCHEDULED]
    day = _planned(waiting, view)
    if waiting and len(waiting) == len(works) and day is not None:
        return view.state("order_preorder", available_on=day)
    if waiting or view.order.display_fulfillment_status is Sent.SCHEDULED:
        on = f" for {day.isoformat()}" if day else ""
        return view.state("order_not_shipped", f"The order, or a part, is scheduled{on}: say so.")
    return None


def _planned(works: list[FulfillmentOrder], view: _View) -> date | None:
    """The last of the days on which scheduled work may begin, if it lies ahead."""
    days = [work.fulfill_at.astimezone(view.timezone).date() for work in works if work.fulfill_at]
    latest = max(days, default=None)
    return latest if latest is not None and latest > view.today else None


def _not_shipped(view: _View) -> OrderState | None:
    if view.parcels:
        return None
    order, promise = view.order, promise_of(view.order, view.timezone)
    undone = any(not is_live(shipment) for shipment in order.shipments)
    plans = [line.selling_plan.name for line in order.line_items.nodes if line.selling_plan]
    reasons = (
        view.lateness,
        "A shipment of this order was cancelled or failed." if undone else None,
        "Shopify calls the order fulfilled but shows no parcel."
        if order.display_fulfillment_status is Sent.FULFILLED
        else None,
        f"Sold as “{plans[0]}”, and Shopify has no date for it." if plans and not promise.is_made else None,
    )
    if view.lateness:
        missed = promise.ships_by if promise.ships_by and promise.ships_by < view.today else None
        return view.state("order_late_to_ship", *reasons, ships_by=missed)
    methods = {work.delivery_method.method_type for work in open_works(order) if work.delivery_method}
    if methods == {Method.PICK_UP}:
        return view.state("order_pickup_preparing", *reasons)
    begins = promise.arrives_from if promise.arrives_from and promise.arrives_from >= view.today else None
    return view.state(
        "order_not_shipped",
        *reasons,
        ships_by=promise.ships_by,
        arrives_from=begins if promise.arrives_until != begins else None,
        arrives_until=promise.arrives_until,
    )


def _returned(view: _View) -> OrderState | None:
    """It has arrived, and goes back or is back. What goes out instead may still be waited for."""
    if not is_coming_back(view.order) or any(one.phase not in ARRIVED for one in view.parcels):
        return None
    if view.facts.waiting_items and not view.facts.exchange_items:
        return None
    return view.state(_RETURNS[view.order.return_status])


def _partly_refunded(view: _View) -> OrderState | None:
    return view.state("order_partly_refunded") if view.facts.refunded and view.is_all_here else None


def _partly_shipped(view: _View) -> OrderState | None:
    if not view.facts.waiting_items:
        return None
    day = _planned([w for w in open_works(view.order) if w.status is Work.SCHEDULED], view)
    late = None if day else view.lateness
    return view.state("order_partly_shipped", late, *view.parcel_reasons, available_on=day)


def _shipped(view: _View) -> OrderState:
    """Everything has left: the order is where its parcels are that have not arrived."""
    phases = {one.phase for one in view.parcels}
    coming = phases - ARRIVED
    if not coming:
        return view.state("order_picked_up" if phases == {Phase.COLLECTED} else "order_delivered")
    worst = next((name for phase, name in _WORST_FIRST.items() if phase in coming), None)
    reasons = (*view.parcel_reasons, _overdue(view))
    if worst is not None:
        return view.state(worst, *reasons)
    if phases & ARRIVED:
        behind = (
            "One of the parcels has only a label." if coming & {Phase.LABEL, Phase.LABEL_OVERDUE} else None
        )
        return view.state("order_partly_delivered", behind, *reasons)
    if len(coming) == 1:
        return view.state(_ALONE.get(next(iter(coming)), "order_in_transit"), *reasons)
    behind = "One of the parcels has only a label." if coming & {Phase.LABEL, Phase.LABEL_OVERDUE} else None
    return view.state("order_in_transit", behind, *reasons)


def _overdue(view: _View) -> str | None:
    """What is on its way should be there by now, as the checkout promised."""
    methods = (work.delivery_method for work in view.order.fulfillment_orders.nodes)
    ends = [m.max_delivery_date_time for m in methods if m and m.max_delivery_date_time]
    late = (view.now - max(ends)).days if ends else 0
    return f"The checkout promised it {late} days ago." if late > EXPECTED_OVERDUE_DAYS else None


_RULES: tuple[Callable[[_View], OrderState | None], ...] = (
    _cancelled,
    _refunded,
    _unclear,
    _payment,
    _digital,
    _held,
    _refused,
    _preorder,
    _not_shipped,
    _returned,
    _partly_refunded,
    _partly_shipped,
    _shipped,
)
