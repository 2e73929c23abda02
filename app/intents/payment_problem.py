"""Charged twice, refused, not confirmed? What Shopify knows of the order's payments, for a person to send on."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import Money, PaymentFacts, Situation, UnknownOrderFacts
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.schemas import MoneyBag, PaidOrder, Transaction
from app.shopify.statuses import FinancialStatus as Paid
from app.shopify.statuses import TransactionKind as Kind
from app.shopify.statuses import TransactionStatus as Status
from app.tools import get_payments, list_orders
from app.tools.lookup import Lookup
from app.vocabulary import Intent, Mode, Ownership

INTENT = Intent.PAYMENT_PROBLEM
TOOLS = (get_payments.NAME, list_orders.NAME)
SITUATIONS = (
    "payment_awaited",
    "payment_failed",
    "payment_partial",
    "payment_received",
    "payment_released",
    "payment_reserved",
    "payment_too_much",
    "order_unknown",
)
DEFAULT_MODE = Mode.DRAFT

_CHARGES = frozenset({Kind.SALE, Kind.CAPTURE})
_RESERVATIONS = frozenset({Kind.AUTHORIZATION, Kind.EMV_AUTHORIZATION})
_FAILED = frozenset({Status.FAILURE, Status.ERROR})
_PENDING = frozenset({Status.PENDING, Status.AWAITING_RESPONSE})


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; a payment is as of now
    timezone: ZoneInfo,
) -> Resolution:
    lookups: tuple[Lookup, ...] = ()
    if request.order_number:
        args = get_payments.Args(order_number=request.order_number[:64])
        found = await get_payments.run(shop, asker, args)
    else:
        list_args = list_orders.Args()
        listed = await list_orders.run(shop, asker, list_args)
        lookups = (Lookup.of(list_orders.NAME, list_args, listed),)
        latest = max(listed.orders, key=lambda order: order.processed_at, default=None)
        if latest is None:
            return Resolution(_unknown(request, listed.ownership, listed.outcome), listed.ownership, lookups)
        args = get_payments.Args(order_number=latest.name)
        found = await get_payments.read_listed(shop, asker, latest)
    lookups = (*lookups, Lookup.of(get_payments.NAME, args, found))
    if found.order is None:
        return Resolution(_unknown(request, found.ownership, found.outcome), found.ownership, lookups)
    return Resolution(situation_of(found.order, timezone), found.ownership, lookups)


def _unknown(request: Request, ownership: Ownership, outcome: str) -> Situation:
    """The one wording. Without a number and without an order, the checkout may never have been finished."""
    person = outcome if ownership is Ownership.OUT_OF_REACH else None
    if person is None and not request.order_number:
        person = "No order stands at this address: the payment may have failed at the checkout."
    return Situation(INTENT, "order_unknown", UnknownOrderFacts(request.order_number), person)


def situation_of(order: PaidOrder, timezone: ZoneInfo) -> Situation:
    """What to say about an order's money, given its payments; days in the shop's time zone."""
    rule = _RULES.get(order.display_financial_status or Paid.UNKNOWN)
    is_odd = rule is _released and any(t.kind in _CHARGES for t in _successful(order))
    if rule is None or is_odd:
        why = "Shopify's state of the payment is not one that a template answers."
        return Situation(INTENT, None, None, f"The customer has a problem with a payment. {why}")
    if _is_overpaid(order):
        name, person = (
            "payment_too_much",
            "More was charged than the order comes to: pay it back, or explain it.",
        )
        return Situation(INTENT, name, _facts(order, timezone), person)
    name, reason = rule(order)
    return Situation(INTENT, name, _facts(order, timezone), reason)


def _pending(order: PaidOrder) -> tuple[str, str | None]:
    """Refused where the last thing that happened is a refusal."""
    tries = [t for t in order.transactions if t.kind in _CHARGES | _RESERVATIONS]
    if tries and tries[-1].status in _FAILED:
        return "payment_failed", "The last try to pay was refused: offer the customer another way."
    was_refused = any(one.status in _FAILED for one in tries)
    return (
        "payment_awaited",
        "An earlier try to pay was refused, another is pending." if was_refused else None,
    )


def _received(_order: PaidOrder) -> tuple[str, str | None]:
    return (
        "payment_received",
        "Shopify shows the payment as received: find out what the customer sees instead.",
    )


def _reserved(order: PaidOrder) -> tuple[str, str | None]:
    count = len([t for t in _successful(order) if t.kind in _RESERVATIONS])
    return (
        "payment_reserved",
        f"There are {count} reservations: the customer may see both." if count > 1 else None,
    )


def _partial(_order: PaidOrder) -> tuple[str, str | None]:
    return "payment_partial", "A part of the order is paid: agree with the customer on the rest."


def _released(_order: PaidOrder) -> tuple[str, str | None]:
    return "payment_released", "The reservation has ended without a payment: a new one has to be agreed on."


_RULES: dict[Paid, Callable[[PaidOrder], tuple[str, str | None]]] = {
    Paid.PENDING: _pending,
    Paid.PAID: _received,
    Paid.REFUNDED: _received,
    Paid.PARTIALLY_REFUNDED: _received,
    Paid.AUTHORIZED: _reserved,
    Paid.PARTIALLY_PAID: _partial,
    Paid.EXPIRED: _released,
    Paid.VOIDED: _released,
}


def _is_overpaid(order: PaidOrder) -> bool:
    """Charged beyond the order's total, and not yet paid back."""
    charged = _sum([t for t in _successful(order) if t.kind in _CHARGES])
    kept = charged - order.total_refunded_set.presentment_money.amount
    return kept > order.total_price_set.presentment_money.amount


def _facts(order: PaidOrder, timezone: ZoneInfo) -> PaymentFacts:
    charges = [t for t in _successful(order) if t.kind in _CHARGES]
    holds = [t for t in _successful(order) if t.kind in _RESERVATIONS]
    failed = [t for t in order.transactions if t.status in _FAILED and t.kind in _CHARGES | _RESERVATIONS]
    is_held = order.display_financial_status is Paid.AUTHORIZED and holds
    currency = order.total_price_set.presentment_money.currency_code
    last = (charges or holds or failed)[-1:]
    return PaymentFacts(
        number=order.name,
        ordered_on=order.processed_at.astimezone(timezone).date(),
        total=_money(order.total_price_set),
        received=_some(Money(_sum(charges), currency)),
        reserved=Money(_sum(holds), currency) if is_held else None,
        due=_some(_money(order.total_outstanding_set)),
        refunded=_some(_money(order.total_refunded_set)),
        paid_on=_day(charges, timezone),
        tried_on=_day(failed, timezone),
        method=last[0].formatted_gateway if last else None,
    )


def _successful(order: PaidOrder) -> list[Transaction]:
    return [one for one in order.transactions if one.status is Status.SUCCESS]


def _sum(transactions: list[Transaction]) -> Decimal:
    return sum((one.amount_set.presentment_money.amount for one in transactions), Decimal(0))


def _money(bag: MoneyBag) -> Money:
    return Money(bag.presentment_money.amount, bag.presentment_money.currency_code)


def _some(money: Money) -> Money | None:
    return money if money.amount > 0 else None


def _day(transactions: list[Transaction], timezone: ZoneInfo) -> date | None:
    moments = [one.processed_at for one in transactions if one.processed_at]
    return max(moments).astimezone(timezone).date() if moments else None


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
