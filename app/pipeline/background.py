"""What is looked up for a person where nothing has read the mail: who writes, and the order that it names."""

import logging
from dataclasses import dataclass

from app.errors import PasokhError
from app.intents.acknowledgment import read_background
from app.intents.order_state import order_state
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import Situation
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.open_mails import Work
from app.pipeline.proving import find_proven
from app.replies.reasons import Reason
from app.replies.trust import FactKind, may_tell
from app.tools.lookup import Lookup
from app.tools.order_number import find_order_number
from app.vocabulary import Intent

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Background:
    """What was looked up, and what of it may be told to whom a reply would reach; or why nothing was."""

    lookups: tuple[Lookup, ...] = ()
    known: tuple[Situation, ...] = ()
    notes: tuple[Reason, ...] = ()


async def look_around(desk: Desk, work: Work) -> Background:
    """By code alone, from the words of the mails, else from those before them.

    A shop that is down holds nothing up, nor does a fault of ours in what it says: the mail comes to a person all the same.
    """
    named = find_order_number(f"{work.newest.subject}\n{work.question_text}")
    number = named or next(reversed(work.known_orders), None)
    asker = work.asker(await find_proven(desk, work))
    try:
        found = await read_background(Request(Intent.OTHER, number), desk.shop(work.store), asker)
    except PasokhError as error:
        return Background(notes=(Reason("not_looked_up", f"Nothing was looked up: {error.message}"),))
    except Exception as error:  # told to the person, as the look-up is a help: without it the mail comes to them all the same
        log.exception("background_failed", extra={"conversation": str(work.conversation.id)})
        fault = f"Nothing was looked up: our own fault ({type(error).__name__})."
        return Background(notes=(Reason("not_looked_up", fault),))
    resolution = Resolution(Situation(Intent.OTHER, None, None), found.ownership, found.lookups, found.orders)
    return Background(found.lookups, states_of(work, resolution) if named else ())


def states_of(work: Work, resolution: Resolution) -> tuple[Situation, ...]:
    """Where the orders stand that were looked up for a request, as far as this recipient may be told."""
    if not may_tell(FactKind.ORDER, resolution.ownership):
        return ()
    intent = resolution.situation.intent
    states = (order_state(order, now(), work.timezone) for order in resolution.orders)
    return tuple(Situation(intent, state.name, state.facts, state.person) for state in states)
