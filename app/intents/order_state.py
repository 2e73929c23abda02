"""One order's situation: the rules that turn what Shopify shows into one of the names that have a template.

The rules are tried in the order in which a support person would think: is it off, is it paid back, is it paid, may it
leave, has it left, where is it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.intents.parcels import ParcelState, Phase, is_live, item_of, local_date, parcel_state
from app.intents.situation import Item, Money, OrderFacts
from app.intents.thresholds import UNFULFILLED_DAYS
from app.shopify.schemas import LineItem, MoneyBag, Order
from app.shopify.statuses import FinancialStatus as Paid
from app.shopify.statuses import FulfillmentHoldReason
from app.shopify.statuses import FulfillmentOrderStatus as Work
from app.shopify.statuses import OrderFulfillmentStatus as Sent

ORDER_SITUATIONS = (
    "order_awaiting_payment",
    "order_not_shipped",
    "order_partly_shipped",
    "order_label_only",
    "order_in_transit",
    "order_out_for_delivery",
    "order_delivered",
    "order_stalled",
    "order_on_hold",
    "order_cancelled",
    "order_refunded",
)

# Shopify's own name of the method, and what merchants in our languages rename it to.
_PAID_AT_THE_DOOR = re.compile(
    r"cash on delivery|\bcod\b|nachnahme|پرداخت در محل|contre remboursement|contra reembolso", re.IGNORECASE
)
_KEPT_MONEY = frozenset({Paid.PAID, Paid.PARTIALLY_PAID, Paid.PARTIALLY_REFUNDED})
_PASSING_HOLDS = frozenset({FulfillmentHoldReason.ONLINE_STORE_POST_PURCHASE_CROSS_SELL})


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

    def state(self, name: str | None, *reasons: str | None) -> OrderState:
        person = " ".join(dict.fromkeys(reason for reason in reasons if reason))
        return OrderState(name, self.facts, person or None)

    @property
    def age(self) -> str | None:
        """Why the age of an order with unsent goods is a person's business."""
        days = (self.now - self.order.processed_at).days
        return f"Ordered {days} days ago and not all sent." if days > UNFULFILLED_DAYS else None

    @property
    def parcel_reasons(self) -> tuple[str | None, ...]:
        return tuple(state.person for state in self.parcels)


def order_state(order: Order, now: datetime, timezone: ZoneInfo) -> OrderState:
    """The situation of an order, its dates in the shop's time zone."""
    lines = {line.id: line for line in order.line_items.nodes}
    parcels = tuple(parcel_state(s, lines, now, timezone) for s in order.shipments if is_live(s))
    view = _View(order, _facts(order, parcels, timezone), parcels, now, timezone)
    state = next(state for rule in _RULES if (state := rule(view)) is not None)
    if order.is_complete:
        return state
    cut_off = "This order is longer than what is read here: items or parcels may be missing."
    return view.state(state.name, state.person, cut_off)


def _facts(order: Order, parcels: tuple[ParcelState, ...], timezone: ZoneInfo) -> OrderFacts:
    lines = order.line_items.nodes
    refunded = _money(order.total_refunded_set)
    paid_back = [r.processed_at for r in order.refunds if r.total_refunded_set.presentment_money.amount > 0]
    kept = tuple(item_of(line, line.current_quantity) for line in lines if line.current_quantity > 0)
    return OrderFacts(
        number=order.name,
        ordered_on=order.processed_at.astimezone(timezone).date(),
        total=_money(order.total_price_set),
        items=kept or tuple(item_of(line, line.quantity) for line in lines),
        parcels=tuple(state.parcel for state in parcels),
        waiting_items=_waiting(lines),
        cancelled_on=local_date(order.cancelled_at, timezone),
        refunded=refunded if refunded.amount > 0 else None,
        refunded_on=local_date(max(paid_back, default=None), timezone) if refunded.amount > 0 else None,
    )


def _waiting(lines: tuple[LineItem, ...]) -> tuple[Item, ...]:
    waiting = (
        (line, min(line.unfulfilled_quantity, line.current_quantity))
        for line in lines
        if line.requires_shipping
    )
    return tuple(item_of(line, quantity) for line, quantity in waiting if quantity > 0)


def _money(bag: MoneyBag) -> Money:
    return Money(bag.presentment_money.amount, bag.presentment_money.currency_code)


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
    if view.facts.refunded is None:
        return None
    is_full = view.order.display_financial_status is Paid.REFUNDED
    is_over = not view.facts.waiting_items and all(p.phase is Phase.DELIVERED for p in view.parcels)
    return view.state("order_refunded") if is_full or is_over else None


def _unclear(view: _View) -> OrderState | None:
    """What no template speaks of, or what Shopify says in a word that is new to us."""
    paid, sent = view.order.display_financial_status, view.order.display_fulfillment_status
    if paid is Paid.VOIDED:
        return view.state(None, "The payment was voided, and the order is not cancelled.")
    if paid is Paid.EXPIRED:
        return view.state(None, "The payment's authorisation expired before it was captured.")
    if (
        paid in {None, Paid.UNKNOWN}
        or sent is Sent.UNKNOWN
        or any(p.phase is Phase.UNKNOWN for p in view.parcels)
    ):
        return view.state(None, "Shopify shows a status that is not known here.")
    return None


def _awaiting_payment(view: _View) -> OrderState | None:
    order = view.order
    if view.parcels or any(_PAID_AT_THE_DOOR.search(name) for name in order.payment_gateway_names):
        return None
    if order.display_financial_status is Paid.PENDING:
        return view.state("order_awaiting_payment")
    if order.display_financial_status is Paid.PARTIALLY_PAID:
        return view.state("order_awaiting_payment", "A part is paid: say how much is still due.")
    return None


def _on_hold(view: _View) -> OrderState | None:
    held = [work for work in view.order.fulfillment_orders.nodes if work.status is Work.ON_HOLD]
    holds = [hold for work in held for hold in work.fulfillment_holds]
    if holds and all(hold.reason in _PASSING_HOLDS for hold in holds):
        return None
    if not held and view.order.display_fulfillment_status is not Sent.ON_HOLD:
        return None
    why = ", ".join(dict.fromkeys(hold.display_reason for hold in holds)) or "no reason given"
    return view.state("order_on_hold", f"The order is on hold: {why}.", *view.parcel_reasons)


def _blocked(view: _View) -> OrderState | None:
    """Nothing has left, and a date or a refusal says why."""
    if view.parcels:
        return None
    sent, works = view.order.display_fulfillment_status, view.order.fulfillment_orders.nodes
    if sent is Sent.REQUEST_DECLINED or any(work.status is Work.INCOMPLETE for work in works):
        return view.state(
            "order_not_shipped", "The fulfilment service declined the order or could not complete it."
        )
    planned = [work.fulfill_at for work in works if work.status is Work.SCHEDULED and work.fulfill_at]
    if planned or sent is Sent.SCHEDULED:
        day = f" for {min(planned).astimezone(view.timezone).date().isoformat()}" if planned else ""
        return view.state("order_not_shipped", f"The order is scheduled{day}: say so.")
    return None


def _nothing_to_ship(view: _View) -> OrderState | None:
    if view.parcels or any(line.requires_shipping for line in view.order.line_items.nodes):
        return None
    return view.state(None, "Nothing in this order is shipped (a download, a gift card or a service).")


def _not_shipped(view: _View) -> OrderState | None:
    if view.parcels:
        return None
    undone = any(not is_live(shipment) for shipment in view.order.shipments)
    sent = view.order.display_fulfillment_status
    return view.state(
        "order_not_shipped",
        view.age,
        "A shipment of this order was cancelled or failed." if undone else None,
        "Shopify calls the order fulfilled but shows no parcel." if sent is Sent.FULFILLED else None,
    )


def _partly_shipped(view: _View) -> OrderState | None:
    if not view.facts.waiting_items:
        return None
    return view.state("order_partly_shipped", view.age, *view.parcel_reasons)


def _shipped(view: _View) -> OrderState:
    """Everything has left: the order is where its parcels are that have not arrived."""
    phases = {state.phase for state in view.parcels if state.phase is not Phase.DELIVERED}
    some_arrived = any(state.phase is Phase.DELIVERED for state in view.parcels)
    if not phases:
        return view.state("order_delivered")
    if Phase.PICKUP in phases:
        return view.state(None, *view.parcel_reasons)
    if Phase.STALLED in phases:
        return view.state("order_stalled", *view.parcel_reasons)
    if phases == {Phase.LABEL} and not some_arrived:
        return view.state("order_label_only", *view.parcel_reasons)
    if phases == {Phase.OUT_FOR_DELIVERY}:
        return view.state("order_out_for_delivery", *view.parcel_reasons)
    behind = "One of the parcels has only a label." if Phase.LABEL in phases else None
    return view.state("order_in_transit", behind, *view.parcel_reasons)


_RULES: tuple[Callable[[_View], OrderState | None], ...] = (
    _cancelled,
    _refunded,
    _unclear,
    _awaiting_payment,
    _on_hold,
    _blocked,
    _nothing_to_ship,
    _not_shipped,
    _partly_shipped,
    _shipped,
)
