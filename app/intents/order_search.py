"""Which of the asker's orders a request is about: the one it names, or the one that its address points to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.identity import Identity
from app.intents.request import Request
from app.intents.thresholds import MOST_ORDERS, UNTRACKED_OPEN_DAYS
from app.shopify.client import ShopifyClient
from app.shopify.schemas import ListedOrder, Order, OrderSummary, ShipmentSummary
from app.shopify.statuses import FinancialStatus as Paid
from app.shopify.statuses import FulfillmentDisplayStatus as Shown
from app.shopify.statuses import FulfillmentStatus
from app.shopify.statuses import OrderFulfillmentStatus as Sent
from app.tools import get_order, list_orders
from app.tools.list_orders import with_goods
from app.tools.lookup import Lookup
from app.tools.words import query_words
from app.vocabulary import Ownership

TOOLS = (get_order.NAME, list_orders.NAME)

_LONGEST = 1000
"""Characters of a mail in which goods are looked for."""

Choice = Callable[[tuple[ListedOrder, ...], datetime], tuple[ListedOrder, ...]]

_OVER = frozenset({Paid.REFUNDED, Paid.VOIDED, Paid.EXPIRED})
_PAID_BACK = frozenset({Paid.REFUNDED, Paid.PARTIALLY_REFUNDED})
_ARRIVED = frozenset({Shown.DELIVERED, Shown.PICKED_UP})
_LEFT = frozenset({Sent.FULFILLED, Sent.PARTIALLY_FULFILLED})
_VOID = frozenset({FulfillmentStatus.CANCELLED, FulfillmentStatus.ERROR, FulfillmentStatus.FAILURE})


@dataclass(frozen=True)
class Found:
    """What the search came to: no order means that the shopper gets the one wording of `order_unknown`.

    Attributes:
        orders: The asker's orders that the request may be about, in full, newest first.
        ownership: How the asker stands to them; where there is none, why.
        lookups: What was asked, with the reasons for staff.
        candidates: Several orders of the asker's of which only one can be meant, newest first: they are asked which.
        person: Why a person has to look, whatever the orders say.
    """

    orders: tuple[Order, ...]
    ownership: Ownership
    lookups: tuple[Lookup, ...]
    candidates: tuple[OrderSummary, ...] = ()
    person: str | None = None


async def find_orders(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    choose: Choice,
    now: datetime,
    is_one_meant: bool = False,
) -> Found:
    """The order that the request names, or those that `choose` picks from the asker's newest.

    Where the mail names goods, it picks from the orders that have them. Where only one can be meant, several are not
    read: they are `candidates`.
    """
    if request.order_number:
        return await _by_number(request.order_number[:64], shop, asker)
    goods = request.product_query or request.evidence or request.text
    args = list_orders.Args(goods=goods[:_LONGEST] or None)
    listed = await list_orders.run(shop, asker, args)
    named = listed.named or with_goods(listed.orders, query_words(request.text[:_LONGEST]))
    lookups = [Lookup.of(list_orders.NAME, args, listed)]
    chosen = choose(named or listed.orders, now)
    if is_one_meant and len(chosen) > 1 and not request.tracking_number:
        return Found((), listed.ownership, tuple(lookups), chosen[:MOST_ORDERS])
    results = [await get_order.read_listed(shop, asker, summary) for summary in chosen[:MOST_ORDERS]]
    lookups += [
        Lookup.of(get_order.NAME, get_order.Args(order_number=summary.name), result)
        for summary, result in zip(chosen, results, strict=False)
    ]
    orders = tuple(result.order for result in results if result.order)
    tracked = _tracked(orders, request)
    if is_one_meant and len(tracked) > 1:
        return Found((), listed.ownership, tuple(lookups), tracked)
    left_out = len(chosen) - len(orders)
    person = (
        f"{left_out} more orders of this customer are not in this answer." if orders and left_out else None
    )
    return Found(
        orders=tracked,
        ownership=next(
            (r.ownership for r in results if r.order), results[0].ownership if results else listed.ownership
        ),
        lookups=tuple(lookups),
        person=person or _out_of_reach(lookups),
    )


async def _by_number(written: str, shop: ShopifyClient, asker: Identity) -> Found:
    args = get_order.Args(order_number=written)
    result = await get_order.run(shop, asker, args)
    lookups = (Lookup.of(get_order.NAME, args, result),)
    orders = (result.order,) if result.order else ()
    return Found(orders, result.ownership, lookups, person=_out_of_reach(lookups))


def _out_of_reach(lookups: list[Lookup] | tuple[Lookup, ...]) -> str | None:
    """A missing scope is the shop's fault: it would turn every customer away with the same wrong answer."""
    return next((found.outcome for found in lookups if found.ownership is Ownership.OUT_OF_REACH), None)


def _tracked(orders: tuple[Order, ...], request: Request) -> tuple[Order, ...]:
    """Only the order whose parcel has the tracking number that the mail names, if there is one."""
    wanted = _plain(request.tracking_number)
    hits = tuple(
        order
        for order in orders
        if wanted and any(_plain(info.number) == wanted for s in order.shipments for info in s.tracking_info)
    )
    return hits or orders


def _plain(tracking_number: str | None) -> str:
    return "".join(c for c in tracking_number or "" if c.isalnum()).casefold()


def open_or_latest(orders: tuple[ListedOrder, ...], now: datetime) -> tuple[ListedOrder, ...]:
    """The orders that are still under way; where none is, the latest one. Newest first."""
    newest = _newest_first(orders)
    return tuple(order for order in newest if is_open(order, now)) or newest[:1]


def paid_back_or_latest(orders: tuple[ListedOrder, ...], now: datetime) -> tuple[ListedOrder, ...]:  # noqa: ARG001  a `Choice`
    """The orders with a refund; where none has one, the latest one. Newest first."""
    newest = _newest_first(orders)
    return tuple(order for order in newest if order.display_financial_status in _PAID_BACK) or newest[:1]


def unsent_or_latest(orders: tuple[ListedOrder, ...], now: datetime) -> tuple[ListedOrder, ...]:
    """The orders of which nothing has left; where all have, those under way, or the latest one. Newest first."""
    newest = _newest_first(orders)
    unsent = (o for o in newest if is_open(o, now) and o.display_fulfillment_status not in _LEFT)
    return tuple(unsent) or open_or_latest(orders, now)


def sent_or_latest(orders: tuple[ListedOrder, ...], now: datetime) -> tuple[ListedOrder, ...]:
    """The orders of which something has left lately; where there is none, the latest one. Newest first."""
    newest = _newest_first(orders)
    return tuple(order for order in newest if _was_sent(order) and _is_recent(order, now)) or newest[:1]


def recent_or_latest(orders: tuple[ListedOrder, ...], now: datetime) -> tuple[ListedOrder, ...]:
    """The orders of the last weeks; where there is none, the latest one. Newest first."""
    newest = _newest_first(orders)
    return tuple(order for order in newest if _is_recent(order, now)) or newest[:1]


def _was_sent(order: ListedOrder) -> bool:
    return not order.cancelled_at and any(one.status not in _VOID for one in order.fulfillments)


def _is_recent(order: ListedOrder, now: datetime) -> bool:
    return (now - order.processed_at).days <= UNTRACKED_OPEN_DAYS


def is_open(order: ListedOrder, now: datetime) -> bool:
    """Whether the customer may still be waiting for something of this order."""
    if order.cancelled_at or order.display_financial_status in _OVER:
        return False
    if order.display_fulfillment_status is Sent.FULFILLMENT_NOT_REQUIRED:
        return False
    if order.display_fulfillment_status is not Sent.FULFILLED:
        return True
    parcels = [shipment for shipment in order.fulfillments if shipment.status not in _VOID]
    return not all(map(_has_arrived, parcels)) and _is_recent(order, now)


def _has_arrived(shipment: ShipmentSummary) -> bool:
    return shipment.delivered_at is not None or shipment.display_status in _ARRIVED


def _newest_first(orders: tuple[ListedOrder, ...]) -> tuple[ListedOrder, ...]:
    return tuple(sorted(orders, key=lambda order: order.processed_at, reverse=True))
