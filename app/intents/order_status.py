"""Where is my order?"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.one_order import read_returns
from app.intents.order_search import TOOLS as SEARCH_TOOLS
from app.intents.order_search import find_orders, open_or_latest
from app.intents.order_state import ORDER_SITUATIONS, OrderState, order_state
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import OrdersFacts, Situation, UnknownOrderFacts
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.schemas import Order, ReturnedOrder
from app.tools import get_returns
from app.tools.lookup import Lookup
from app.vocabulary import Intent, Mode

INTENT = Intent.ORDER_STATUS
TOOLS = (*SEARCH_TOOLS, get_returns.NAME)
SITUATIONS = (*ORDER_SITUATIONS, "orders_several", "order_unknown")
DEFAULT_MODE = Mode.DRAFT


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    found = await find_orders(request, shop, asker, choose=open_or_latest, now=now)
    returns: dict[str, ReturnedOrder] = {}
    lookups: list[Lookup] = [*found.lookups]
    for order in found.orders:
        returned, asked = await read_returns(order, shop, asker)
        returns |= {order.id: returned} if returned else {}
        lookups += asked
    situation = situation_of(
        found.orders, now, timezone, number=request.order_number, person=found.person, returns=returns
    )
    return Resolution(situation, found.ownership, tuple(lookups), found.orders)


def situation_of(
    orders: tuple[Order, ...],
    now: datetime,
    timezone: ZoneInfo,
    *,
    number: str | None = None,
    person: str | None = None,
    returns: Mapping[str, ReturnedOrder] | None = None,
) -> Situation:
    """What to say about these orders of the asker's, in the order in which they are to be told.

    Args:
        orders: None, one or several.
        now: An aware moment.
        timezone: The shop's.
        number: The order number as the customer wrote it.
        person: A reason to hold the answer that the search has found already.
        returns: Of those orders that have some, by the order's id.
    """
    if not orders:
        return Situation(INTENT, "order_unknown", UnknownOrderFacts(number), person)
    states = [order_state(order, now, timezone, (returns or {}).get(order.id)) for order in orders]
    held = _why_person(person, states)
    told = [(state.facts, state.name) for state in states if state.name is not None]
    if not told:
        return Situation(INTENT, None, None, held)
    if len(told) == 1:
        return Situation(INTENT, told[0][1], told[0][0], held)
    facts = OrdersFacts(tuple(order for order, _ in told), tuple(name for _, name in told))
    return Situation(INTENT, "orders_several", facts, held)


def _why_person(person: str | None, states: list[OrderState]) -> str | None:
    """All the reasons, each with its order's number where there are several orders."""
    several = len(states) > 1
    named = (f"{s.facts.number}: {s.person}" if several else s.person for s in states if s.person)
    return " ".join(dict.fromkeys([*([person] if person else []), *named])) or None


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
