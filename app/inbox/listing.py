"""The list of conversations: filters and pages that cost the same at a thousand and at a million messages.

Every filter is one or more *lanes*, each a range of one index of `conversation`; a page reads only its own rows of
each lane. Nothing is counted beyond a bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox.due import NEEDS_PERSON, due_order
from app.inbox.threads import is_no_waiting_start
from app.models import Contact, Conversation, Message, Reply
from app.models.columns import now
from app.vocabulary import ConversationState, Direction, Outcome, ReplyState

PAGE = 30
COUNT_BOUND = 99
_FIRST_WORDS = 220
_MOST_TROUBLED = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TROUBLED = (ReplyState.FAILED, ReplyState.IN_DOUBT, ReplyState.BOUNCED)


class Filter(StrEnum):
    """What the list shows. These words stand in addresses: add, never rename."""

    NEEDS_ME = "needs-me"
    OVERDUE = "overdue"
    WAITING = "waiting"
    ANSWERED = "answered"
    TROUBLE = "trouble"
    OPEN = "open"
    CLOSED = "closed"


class Order(StrEnum):
    """What comes first. These words stand in addresses: add, never rename."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"


_OUTCOMES = MappingProxyType(
    {
        Filter.OVERDUE: NEEDS_PERSON,
        Filter.NEEDS_ME: (Outcome.DRAFTED, Outcome.HANDED_OVER),
        Filter.WAITING: (Outcome.WAITING,),
        Filter.ANSWERED: (Outcome.ANSWERED,),
        Filter.TROUBLE: (Outcome.FAILED,),
    }
)


_BY_DUE = (Filter.NEEDS_ME, Filter.OVERDUE)
"""Whose conversations are due."""


@dataclass(frozen=True)
class Cursor:
    """Where a page ends: the next one starts behind it."""

    at: datetime
    conversation_id: UUID

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}_{self.conversation_id.hex}"


def parse_cursor(value: str) -> Cursor:
    """The cursor that `str` wrote.

    Raises:
        BadRequest: It is not one of ours.
    """
    at, _, key = value.partition("_")
    try:
        return Cursor(_EPOCH + timedelta(microseconds=int(at)), UUID(hex=key))
    except (ValueError, OverflowError) as error:
        raise BadRequest("This page of the list does not exist. Start again from the inbox.") from error


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    conversation: Conversation
    contact_name: str
    address: str
    first_words: str
    has_attachments: bool
    asked_at: datetime | None
    """When its newest mail came in."""
    reply_state: ReplyState | None

    @property
    def who(self) -> str:
        return self.contact_name or self.address


@dataclass(frozen=True)
class Page:
    """Some lines of the list; `after` leads to the next ones, None at the end."""

    rows: Sequence[Row]
    after: Cursor | None


async def list_page(
    access: StoreAccess,
    shown: Filter,
    *,
    after: Cursor | None = None,
    order: Order | None = None,
    size: int = PAGE,
) -> Page:
    """One page of a filter: the first due first where something is due, else the newest, unless asked otherwise."""
    order = order_of(shown, order)
    lanes = _lanes(access, shown, after, order=order, limit=size + 1)
    merged = sa.union_all(*(sa.select(lane.subquery()) for lane in lanes)).subquery()
    # A conversation whose mail and whose reply both failed stands in two lanes.
    query = (
        sa.select(merged.c.id, merged.c.at)
        .distinct()
        .order_by(*_sorted(merged.c.at, merged.c.id, order))
        .limit(size + 1)
    )
    found = (await access.session.execute(query)).all()
    rows = await load_rows(access, [row.id for row in found[:size]])
    last = found[size - 1] if len(found) > size else None
    return Page(rows, Cursor(last.at, last.id) if last else None)


def order_of(shown: Filter, order: Order | None) -> Order:
    """The order that a filter is shown in: only what needs a person is due."""
    if order is None or (order is Order.DUE and shown not in _BY_DUE):
        return Order.DUE if shown in _BY_DUE else Order.NEWEST
    return order


async def count_filters(access: StoreAccess) -> dict[Filter, int]:
    """How many wait in the filters that call for a person; never counts beyond COUNT_BOUND + 1."""
    counts = {}
    for shown in (Filter.NEEDS_ME, Filter.OVERDUE, Filter.WAITING, Filter.TROUBLE):
        order = order_of(shown, None)
        lanes = _lanes(access, shown, None, order=order, limit=COUNT_BOUND + 1)
        merged = sa.union_all(*(sa.select(lane.subquery()) for lane in lanes)).subquery()
        query = sa.select(sa.func.count(sa.distinct(merged.c.id)))
        counts[shown] = min(int((await access.session.execute(query)).scalar_one()), COUNT_BOUND + 1)
    return counts


async def find_next(access: StoreAccess, *, besides: UUID | None = None) -> UUID | None:
    """The conversation that is due first, other than the one that they look at."""
    page = await list_page(access, Filter.NEEDS_ME, size=2)
    others = (row.conversation.id for row in page.rows if row.conversation.id != besides)
    return next(others, None)


def _lanes(
    access: StoreAccess, shown: Filter, after: Cursor | None, *, order: Order, limit: int
) -> list[sa.Select[UUID, datetime]]:
    state = ConversationState.CLOSED if shown is Filter.CLOSED else ConversationState.OPEN
    at = due_order() if order is Order.DUE else col(Conversation.last_message_at)
    base: sa.Select[UUID, datetime] = sa.select(col(Conversation.id).label("id"), at.label("at")).where(
        col(Conversation.store_id) == access.store_id, col(Conversation.state) == state
    )
    if shown is Filter.OVERDUE:
        base = base.where(due_order() < now())
    if after is not None:
        place = sa.tuple_(at, col(Conversation.id))
        mark = sa.tuple_(sa.literal(after.at, sa.DateTime(timezone=True)), sa.literal(after.conversation_id))
        base = base.where(place < mark if order is Order.NEWEST else place > mark)
    ordered = base.order_by(*_sorted(at, col(Conversation.id), order)).limit(limit)
    if shown not in _OUTCOMES:
        return [ordered]
    lanes: list[sa.Select[UUID, datetime]] = [
        ordered.where(col(Conversation.outcome) == outcome) for outcome in _OUTCOMES[shown]
    ]
    if shown is Filter.TROUBLE:
        troubled = _troubled(access)
        lanes.append(ordered.join(troubled, troubled.c.conversation_id == col(Conversation.id)))
    return lanes


def _troubled(access: StoreAccess) -> sa.CTE:
    """The few conversations with a reply in trouble; read first, or PostgreSQL may walk the whole inbox for them."""
    return (
        select(col(Reply.conversation_id))
        .where(
            col(Reply.store_id) == access.store_id,
            col(Reply.state).in_(TROUBLED),
            col(Reply.tells_of_person).is_(False),
        )
        .distinct()
        .limit(_MOST_TROUBLED)
        .cte("troubled")
        .prefix_with("MATERIALIZED")
    )


def _sorted(at: Any, conversation_id: Any, order: Order) -> tuple[Any, Any]:
    if order is Order.NEWEST:
        return at.desc(), conversation_id.desc()
    return at.asc(), conversation_id.asc()


async def load_rows(access: StoreAccess, ids: Sequence[UUID]) -> list[Row]:
    """The lines of these conversations, in this order: one look into an index for each detail of each line."""
    if not ids:
        return []
    message = (
        select(
            col(Message.from_address).label("address"),
            sa.func.left(
                sa.func.coalesce(sa.func.nullif(col(Message.new_text), ""), col(Message.text)), _FIRST_WORDS
            ).label("words"),
            (sa.func.jsonb_array_length(col(Message.attachments)) > 0).label("has_attachments"),
            col(Message.created_at).label("asked_at"),
        )
        .where(
            col(Message.conversation_id) == col(Conversation.id),
            col(Message.direction) == Direction.INBOUND,
        )
        .order_by(col(Message.created_at).desc())
        .limit(1)
        .lateral()
    )
    reply = (
        select(col(Reply.state).label("state"))
        .where(
            col(Reply.conversation_id) == col(Conversation.id),
            col(Reply.tells_of_person).is_(False),
            is_no_waiting_start(),
        )
        .order_by(col(Reply.created_at).desc())
        .limit(1)
        .lateral()
    )
    query = (
        sa.select(
            Conversation,
            col(Contact.name),
            message.c.address,
            message.c.words,
            message.c.has_attachments,
            message.c.asked_at,
            reply.c.state,
        )
        .join(Contact, col(Contact.id) == col(Conversation.contact_id))
        .outerjoin(message, sa.true())
        .outerjoin(reply, sa.true())
        .where(col(Conversation.store_id) == access.store_id, col(Conversation.id).in_(ids))
    )
    found = {
        conversation.id: Row(conversation, name, address or "", words or "", bool(files), asked_at, state)
        for conversation, name, address, words, files, asked_at, state in (
            await access.session.execute(query)
        )
    }
    return [found[key] for key in ids if key in found]
