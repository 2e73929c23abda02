"""By when a person is to have answered: the clock of what was handed over or is held.

It starts with the mail, not with the decision, and runs while people work. A further mail of the customer, a draft that is
thrown away, a reply that is taken back: nothing puts it off. It ends with the answer, or where the conversation is closed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.models import Conversation, Store
from app.replies.hours import hours_of
from app.replies.topics import find_topics
from app.vocabulary import ConversationState, Outcome, Urgency

NEEDS_PERSON = (Outcome.DRAFTED, Outcome.HANDED_OVER, Outcome.FAILED)
"""How a mail ended that only a person can end well."""
_PRESSING = 4


def due_order() -> sa.ColumnElement[datetime]:
    """What the list of what needs a person is ordered by, with an index of its own.

    A conversation without a due time was written by the release before this one, while it was replaced.
    """
    return sa.func.coalesce(col(Conversation.due_at), col(Conversation.last_message_at))


def is_overdue(conversation: Conversation, moment: datetime) -> bool:
    return conversation.due_at is not None and conversation.due_at < moment and needs_person(conversation)


def needs_person(conversation: Conversation) -> bool:
    return conversation.state is ConversationState.OPEN and conversation.outcome in NEEDS_PERSON


def is_pressing(triage: Mapping[str, Any], text: str) -> bool:
    """Whether a mail cannot wait as long as others, by the model or by its words: the model may not have been asked."""
    return triage.get("urgency") == Urgency.HIGH or bool(find_topics(text))


def due_time(store: Store, since: datetime, *, pressing: bool = False) -> datetime:
    """When what came in `since` then is to be answered."""
    working = timedelta(hours=store.answer_within_hours) / (_PRESSING if pressing else 1)
    return hours_of(store).after(since, working)


async def keep_clock(
    access: StoreAccess, conversation: Conversation, since: datetime, *, pressing: bool = False
) -> None:
    """Start, shorten or stop the clock as the conversation's outcome asks for; the caller holds its lock.

    Args:
        access: The store's rows.
        conversation: With its new state and outcome.
        since: When the oldest mail came in that waits for an answer.
        pressing: It cannot wait as long as others.
    """
    if conversation.outcome is Outcome.ANSWERED or conversation.state is ConversationState.CLOSED:
        conversation.due_at = None
    elif conversation.outcome in NEEDS_PERSON and (conversation.due_at is None or pressing):
        store = await access.session.get_one(Store, access.store_id)
        due = due_time(store, since, pressing=pressing)
        conversation.due_at = min(due, conversation.due_at or due)
