"""May I send it back, or exchange it? What Shopify would take back is worked out, and a person starts the return."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import one_order
from app.intents.one_order import UNDER_REVIEW, Judgement, Subject, about_one_order, joined, why_decide
from app.intents.order_search import sent_or_latest
from app.intents.order_state import OrderState
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import OrderFacts
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.schemas import ReturnedOrder
from app.shopify.statuses import DeclineReason, OrderReturnStatus
from app.tools import get_policy, get_returns, propose_return
from app.tools.lookup import Lookup
from app.tools.proposal import Proposal
from app.vocabulary import Intent, Mode

INTENT = Intent.RETURN_REQUEST
TOOLS = (*one_order.TOOLS, propose_return.NAME, get_policy.NAME)
SITUATIONS = (
    "return_possible",
    "return_too_early",
    "return_window_over",
    "order_return_requested",
    "order_return_open",
    "order_returned",
    "order_cancelled",
    UNDER_REVIEW,
    *one_order.SITUATIONS,
)
DEFAULT_MODE = Mode.DRAFT

_ASKS = "The customer wants to send something back or exchange it."
_UNDER_WAY = frozenset({"order_return_requested", "order_return_open", "order_returned"})
_STILL_COMING = frozenset(
    {
        "order_awaiting_payment",
        "order_partly_paid",
        "order_in_review",
        "order_on_hold",
        "order_preorder",
        "order_not_shipped",
        "order_late_to_ship",
        "order_pickup_preparing",
        "order_partly_shipped",
        "order_label_only",
        "order_label_overdue",
        "order_in_transit",
        "order_delayed",
        "order_no_events",
        "order_out_for_delivery",
        "order_delivery_attempted",
        "order_ready_for_pickup",
        "order_delivery_failed",
    }
)
_PERIOD = re.compile(
    r"(?P<count>\d{1,3})[\s-]*(?P<unit>"
    r"(?:business |working |calendar )?days?|(?:werk|arbeits|kalender)?tage?n?\b|روز|jours?|d[ií]as?"
    r"|weeks?|wochen?|هفته|semaines?|semanas?|months?|monate?n?\b|ماه|mois|mes(?:es)?\b)",
    re.IGNORECASE,
)
_DAYS_IN = {"w": 7, "ه": 7, "s": 7, "m": 31, "م": 31}
"""By the unit's first letter: week, Woche, هفته, semaine; month, Monat, ماه, mois. What is left is days."""


@dataclass(frozen=True)
class Window:
    """How long the shop takes goods back, at most, by any number that its policy names; None where it names none."""

    days: int | None
    url: str | None

    def is_over(self, facts: OrderFacts, today: date) -> bool:
        """Whether it is over by every reading: even the longest period has passed since the last parcel came."""
        days = [parcel.delivered_on for parcel in facts.parcels if parcel.delivered_on]
        if self.days is None or not days or len(days) < len(facts.parcels):
            return False
        return (today - max(days)).days > self.days


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    return await about_one_order(
        request, shop, asker, choose=sent_or_latest, judge=_judge, now=now, timezone=timezone
    )


async def _judge(subject: Subject) -> Judgement:
    if subject.state.name == "order_cancelled":
        return Judgement("order_cancelled", subject.state.person)
    args = propose_return.Args(order_number=subject.order.name, goods=subject.request.product_query or None)
    result = await propose_return.run(subject.shop, subject.asker, args)
    lookups: tuple[Lookup, ...] = (Lookup.of(propose_return.NAME, args, result),)
    if result.proposal is None:
        return Judgement(UNDER_REVIEW, joined(_ASKS, result.outcome), lookups=lookups)
    window, policy = await _window(subject)
    declined, returns = await _declined(subject)
    name = situation_of(
        subject.state,
        result.proposal,
        window,
        today=subject.today,
        names_goods=args.goods is not None,
        is_declined_as_late=declined,
    )
    is_over = name == "return_window_over"
    facts = replace(subject.facts, policy_url=window.url) if is_over else subject.facts
    over = "By our policy it is too late for a return: decide." if is_over else None
    why = joined(_ASKS, over, why_decide(result.proposal))
    return Judgement(name, why, facts, (*lookups, *policy, *returns))


def situation_of(
    state: OrderState,
    proposal: Proposal,
    window: Window,
    *,
    today: date,
    names_goods: bool = False,
    is_declined_as_late: bool = False,
) -> str:
    """Which situation an order is of which the customer wants to send something back.

    Args:
        state: The order's.
        proposal: What Shopify would take back.
        window: The shop's.
        today: Where the shop is.
        names_goods: Whether the customer says what: then a return that is under way may not be all of it.
        is_declined_as_late: The shop has declined a return of this order for that reason.
    """
    is_more = proposal.is_allowed and (names_goods or state.name == "order_returned")
    if state.name in _UNDER_WAY and not is_more:
        return state.name
    if is_declined_as_late or (proposal.is_allowed and window.is_over(state.facts, today)):
        return "return_window_over"
    has_come = any(parcel.delivered_on for parcel in state.facts.parcels)
    if not has_come and state.name in _STILL_COMING:
        return "return_too_early"
    return "return_possible" if proposal.is_allowed else UNDER_REVIEW


async def _window(subject: Subject) -> tuple[Window, tuple[Lookup, ...]]:
    args = get_policy.Args(policy="refund")
    result = await get_policy.run(subject.shop, subject.asker, args)
    url = result.policy.url or None if result.policy else None
    return Window(longest_period(result.paragraphs), url), (Lookup.of(get_policy.NAME, args, result),)


async def _declined(subject: Subject) -> tuple[bool, tuple[Lookup, ...]]:
    """Whether the shop has declined a return of this order as too late."""
    if subject.order.return_status is not OrderReturnStatus.RETURN_FAILED:
        return False, ()
    args = get_returns.Args(order_number=subject.order.name)
    result = await get_returns.read_listed(subject.shop, subject.asker, subject.order)
    return declined_as_late(result.order), (Lookup.of(get_returns.NAME, args, result),)


def declined_as_late(returned: ReturnedOrder | None) -> bool:
    declines = [one.decline for one in returned.returns.nodes if one.decline] if returned else []
    return any(decline.reason is DeclineReason.RETURN_PERIOD_ENDED for decline in declines)


def longest_period(paragraphs: Sequence[str]) -> int | None:
    """The longest period that a policy names, in days: after it a return is too late by any reading of it."""
    found = (match for text in paragraphs for match in _PERIOD.finditer(text))
    return max((int(m["count"]) * _DAYS_IN.get(m["unit"][0].lower(), 1) for m in found), default=None)


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
