"""A request about one order: find it, look at it, and say which situation it is.

Which order is meant, whose it is and what is said where it is nobody's is the same for all of them. An intent's file
brings only what differs: the orders that it may be about, and how one of them is judged.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.order_search import TOOLS as SEARCH_TOOLS
from app.intents.order_search import Choice, Found, find_orders
from app.intents.order_state import OrderState, is_coming_back, order_state
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import OrderChoiceFacts, OrderFacts, OrderName, Situation, UnknownOrderFacts
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Order, ReturnedOrder
from app.tools import get_returns
from app.tools.lookup import Lookup
from app.tools.proposal import Proposal
from app.vocabulary import Ownership

TOOLS = (*SEARCH_TOOLS, get_returns.NAME)
SITUATIONS = ("which_order", "order_unknown")
"""What every request about one order may end in."""

UNDER_REVIEW = "order_under_review"
"""The kind word for what only a person can judge."""


@dataclass(frozen=True)
class Subject:
    """The order that a request is about, and all that judging it may need."""

    request: Request
    shop: ShopifyClient
    asker: Identity
    order: Order
    ownership: Ownership
    state: OrderState
    returned: ReturnedOrder | None
    today: date

    @property
    def facts(self) -> OrderFacts:
        return self.state.facts


@dataclass(frozen=True)
class Judgement:
    """What an order came to. `facts`: None is those of its state."""

    name: str
    person: str | None
    facts: OrderFacts | None = None
    lookups: tuple[Lookup, ...] = ()


Judge = Callable[[Subject], Awaitable[Judgement]]


async def about_one_order(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    choose: Choice,
    judge: Judge,
    now: datetime,
    timezone: ZoneInfo,
) -> Resolution:
    """Find the one order that a request is about and judge it.

    Args:
        request: What the mail asks for.
        shop: The store's shop.
        asker: Whose orders may be read.
        choose: Which of the asker's orders may be meant where the mail names none.
        judge: Says which situation an order of the asker's is.
        now: An aware moment.
        timezone: The shop's.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    found = await find_orders(request, shop, asker, choose=choose, now=now, is_one_meant=True)
    if not found.orders:
        return Resolution(_unfound(request, found, timezone), found.ownership, found.lookups)
    order = found.orders[0]
    returned, lookups = await read_returns(order, shop, asker)
    judgement = await judge(
        Subject(
            request=request,
            shop=shop,
            asker=asker,
            order=order,
            ownership=found.ownership,
            state=(state := order_state(order, now, timezone, returned)),
            returned=returned,
            today=now.astimezone(timezone).date(),
        )
    )
    situation = Situation(
        request.intent,
        judgement.name,
        judgement.facts or state.facts,
        joined(found.person, judgement.person),
    )
    every = (*found.lookups, *lookups, *judgement.lookups)
    return Resolution(situation, found.ownership, every, found.orders)


async def read_returns(
    order: Order, shop: ShopifyClient, asker: Identity
) -> tuple[ReturnedOrder | None, tuple[Lookup, ...]]:
    """The returns of an order that has some; nothing is asked of one that has none."""
    if not is_coming_back(order):
        return None, ()
    args = get_returns.Args(order_number=order.name)
    result = await get_returns.read_listed(shop, asker, order)
    return result.order, (Lookup.of(get_returns.NAME, args, result),)


def joined(*reasons: str | None) -> str | None:
    """Reasons for a person, each once; None where there is none."""
    return " ".join(dict.fromkeys(reason for reason in reasons if reason)) or None


def why_decide(proposal: Proposal) -> str:
    """What a person has to know before they decide on a proposal."""
    verdict = (
        ["Shopify would allow it now: decide, and do it in Shopify."]
        if proposal.is_allowed
        else proposal.obstacles
    )
    return " ".join([*verdict, *proposal.cautions])


def _unfound(request: Request, found: Found, timezone: ZoneInfo) -> Situation:
    if not found.candidates:
        return Situation(
            request.intent, "order_unknown", UnknownOrderFacts(request.order_number), found.person
        )
    names = (OrderName(o.name, o.processed_at.astimezone(timezone).date()) for o in found.candidates)
    return Situation(request.intent, "which_order", OrderChoiceFacts(tuple(names)), found.person)
