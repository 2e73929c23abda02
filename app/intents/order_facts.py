"""What may be said of an order, whatever its situation: goods, money, days, parcels and returns."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app.intents.parcels import ParcelState, item_of, local_date, named_item
from app.intents.situation import Item, Money, OrderFacts
from app.shopify.schemas import FulfillmentOrder, LineItem, MoneyBag, Order, Return, ReturnedOrder, Shipment
from app.shopify.statuses import FulfillmentOrderStatus as Work
from app.shopify.statuses import ReturnStatus

_DONE = frozenset({Work.CLOSED, Work.CANCELLED})
_REFUSED = frozenset({ReturnStatus.CANCELED, ReturnStatus.DECLINED})


@dataclass(frozen=True)
class Promise:
    """What was promised of goods that have not left: when they leave, and when they arrive. Days where the shop is."""

    ships_by: date | None
    arrives_from: date | None
    arrives_until: date | None

    @property
    def is_made(self) -> bool:
        return self.ships_by is not None or self.arrives_until is not None

    def is_broken(self, today: date) -> bool:
        """Whether a day has gone by on which they should have left, or been there."""
        days = (self.ships_by, self.arrives_until)
        return any(day is not None and day < today for day in days)


def facts_of(
    order: Order, parcels: tuple[ParcelState, ...], returned: ReturnedOrder | None, timezone: ZoneInfo
) -> OrderFacts:
    """The facts of an order that every situation may need; days in the shop's time zone."""
    lines = order.line_items.nodes
    refunded = money_of(order.total_refunded_set)
    paid_back = [r.processed_at for r in order.refunds if r.total_refunded_set.presentment_money.amount > 0]
    kept = tuple(item_of(line, line.current_quantity) for line in lines if line.current_quantity > 0)
    returns = [r for r in (returned.returns.nodes if returned else ()) if r.status not in _REFUSED]
    return OrderFacts(
        number=order.name,
        ordered_on=order.processed_at.astimezone(timezone).date(),
        total=money_of(order.total_price_set),
        items=kept or tuple(item_of(line, line.quantity) for line in lines),
        parcels=tuple(state.parcel for state in parcels),
        waiting_items=_waiting(lines),
        cancelled_on=local_date(order.cancelled_at, timezone),
        refunded=refunded if refunded.amount > 0 else None,
        refunded_on=local_date(max(paid_back, default=None), timezone) if refunded.amount > 0 else None,
        return_items=tuple(item for one in returns for item in _coming_back(one)),
        exchange_items=tuple(item for one in returns for item in _going_out(one)),
    )


def promise_of(order: Order, timezone: ZoneInfo) -> Promise:
    """What Shopify knows to be promised of the work that is still to be done."""
    works = open_works(order)
    methods = [work.delivery_method for work in works if work.delivery_method]
    starts = [method.min_delivery_date_time for method in methods if method.min_delivery_date_time]
    ends = [method.max_delivery_date_time for method in methods if method.max_delivery_date_time]
    leaves = [work.fulfill_by for work in works if work.fulfill_by]
    return Promise(
        ships_by=local_date(min(leaves, default=None), timezone),
        arrives_from=local_date(min(starts, default=None), timezone),
        arrives_until=local_date(max(ends, default=None), timezone),
    )


def open_works(order: Order) -> tuple[FulfillmentOrder, ...]:
    """The work on an order that is not done and not called off."""
    return tuple(work for work in order.fulfillment_orders.nodes if work.status not in _DONE)


def due_of(order: Order) -> Money | None:
    """What is still to be paid."""
    due = money_of(order.total_outstanding_set) if order.total_outstanding_set else None
    return due if due is not None and due.amount > 0 else None


def is_posted(shipment: Shipment, lines: dict[str, LineItem]) -> bool:
    """Whether a fulfilment is a parcel: one of downloads and gift cards alone is none."""
    goods = [
        lines[entry.line_item.id]
        for entry in shipment.fulfillment_line_items.nodes
        if entry.line_item.id in lines
    ]
    return not goods or any(line.requires_shipping for line in goods)


def money_of(bag: MoneyBag) -> Money:
    return Money(bag.presentment_money.amount, bag.presentment_money.currency_code)


def _waiting(lines: tuple[LineItem, ...]) -> tuple[Item, ...]:
    waiting = (
        (line, min(line.unfulfilled_quantity, line.current_quantity))
        for line in lines
        if line.requires_shipping
    )
    return tuple(item_of(line, quantity) for line, quantity in waiting if quantity > 0)


def _coming_back(one: Return) -> tuple[Item, ...]:
    lines = ((line.fulfillment_line_item, line.quantity) for line in one.return_line_items.nodes)
    return tuple(
        named_item(sent.line_item.title, sent.line_item.variant_title, quantity)
        for sent, quantity in lines
        if sent and quantity
    )


def _going_out(one: Return) -> tuple[Item, ...]:
    return tuple(
        named_item(line.title, line.variant_title, exchange.quantity)
        for exchange in one.exchange_line_items.nodes
        for line in exchange.line_items or ()
        if exchange.quantity
    )
