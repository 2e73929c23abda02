"""What an owner says about time: when people work, by when they answer, what customers are told of it, how long undo lasts."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from app.access import StoreAccess
from app.errors import Unprocessable
from app.inbox.stopping import lock_store
from app.inbox.undo import LONGEST
from app.models import Store
from app.replies.hours import keep_hours, parse_hours

MOST_HOURS = 200.0
LEAST_HOURS = 0.25


@dataclass(frozen=True)
class AnswerTimes:
    """As they are to be from now on; what is due already stays due then.

    Attributes:
        opening_hours: As `app/replies/hours.py` reads them; empty: always open.
        answer_within_hours: Working hours.
        tells_of_person: Customers are told once that a person will answer, and by when.
        undo_seconds: Of replies that leave by themselves; None: as the installation has it.
        undo_by_hand_seconds: Of replies that a person releases.
    """

    opening_hours: Mapping[str, Any]
    answer_within_hours: float
    tells_of_person: bool
    undo_seconds: int | None
    undo_by_hand_seconds: int | None


async def set_answer_times(access: StoreAccess, times: AnswerTimes) -> Store:
    """Set all of them.

    Raises:
        Unprocessable: One of them makes no sense; the message says which, and how to write it.
    """
    within = times.answer_within_hours
    if not isfinite(within) or not LEAST_HOURS <= within <= MOST_HOURS:
        raise Unprocessable(
            f"People answer within {LEAST_HOURS:g} to {MOST_HOURS:g} working hours. A working day is 8 of them."
        )
    for seconds in (times.undo_seconds, times.undo_by_hand_seconds):
        if seconds is not None and not 0 <= seconds <= LONGEST:
            raise Unprocessable(f"A reply can be taken back for 0 to {LONGEST:,} seconds.")
    store = await lock_store(access)
    store.opening_hours = keep_hours(parse_hours(times.opening_hours, store.timezone))
    store.answer_within_hours, store.tells_of_person = within, times.tells_of_person
    store.undo_seconds, store.undo_by_hand_seconds = times.undo_seconds, times.undo_by_hand_seconds
    return store
