"""What a contact was told lately, and what of theirs waits for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from babel.dates import format_timedelta
from sqlmodel import col

from app.access import OF_STORE, StoreAccess, of_store
from app.intents.asking import ASKS_BACK
from app.models import Answer, Conversation, Message, Reply
from app.models.columns import now
from app.pipeline.open_mails import Work
from app.replies.autonomy import Repeated
from app.replies.proofs import order_key
from app.replies.starts import WITHOUT_TEXT
from app.vocabulary import ConversationState, Direction, Intent, Outcome, ReplyOrigin, ReplyState

_MAY_HAVE_LEFT = (
    ReplyState.SCHEDULED,
    ReplyState.SENDING,
    ReplyState.SENT,
    ReplyState.DELIVERED,
    ReplyState.IN_DOUBT,
)
_MOST = 20


@dataclass(frozen=True)
class Given:
    """A reply that left, or is leaving; `answer` is None where a person wrote it from nothing."""

    reply: Reply
    answer: Answer | None

    @property
    def at(self) -> datetime:
        return self.reply.sent_at or self.reply.created_at

    def asked_again(self, requests: Sequence[Mapping[str, Any]]) -> frozenset[Intent]:
        """Which of the things that it answers these requests ask again, about the same order and product.

        None where it asks the customer something itself: then the next mail is the answer to that.
        """
        if self.answer is None or ASKS_BACK & {*self.reply.situations}:
            return frozenset()
        told = {one["intent"] for one in self.answer.situations if one["name"] is not None}
        return frozenset(
            Intent(before["intent"])
            for before in self.answer.triage.get("requests", [])
            for request in requests
            if before["intent"] in told and _is_same(before, request)
        )


_AT = sa.func.coalesce(col(Reply.sent_at), col(Reply.created_at))
_GIVEN = (
    sa.select(Reply, Answer)
    .join(Conversation, col(Conversation.id) == col(Reply.conversation_id))
    .outerjoin(Answer, col(Answer.id) == col(Reply.answer_id))
    .where(
        col(Reply.store_id) == OF_STORE,
        col(Conversation.contact_id) == sa.bindparam("contact"),
        col(Reply.state).in_(_MAY_HAVE_LEFT),
        col(Reply.tells_of_person).is_(False),
        sa.bindparam("since") < _AT,
    )
    .order_by(_AT.desc())
    .limit(_MOST)
)


async def read_given(access: StoreAccess, contact_id: UUID, window: timedelta) -> Sequence[Given]:
    """What a contact got within a window of time that ends now, in all of their conversations, newest first."""
    rows = await access.run(_GIVEN, contact=contact_id, since=now() - window)
    return [Given(reply, answer) for reply, answer in rows.all()]


def find_repeated(
    given: Sequence[Given], requests: Sequence[Mapping[str, Any]], window: timedelta
) -> Repeated | None:
    """What these requests ask again within a window of time after an automatic answer; none where the window is empty."""
    moment = now()
    for one in given:
        if one.reply.automatic and moment - one.at < window and (again := one.asked_again(requests)):
            when = format_timedelta(moment - one.at, granularity="minute", threshold=1.5, locale="en")
            return Repeated(min(again), when, str(one.reply.conversation_id))
    return None


_HERE: sa.BindParameter[UUID] = sa.bindparam("conversation")
_NEWEST_OTHER = (
    sa.select(col(Conversation.id))
    .where(
        col(Conversation.store_id) == OF_STORE,
        col(Conversation.contact_id) == sa.bindparam("contact"),
        col(Conversation.id) != _HERE,
        col(Conversation.state) == ConversationState.OPEN,
        col(Conversation.outcome) == Outcome.HANDED_OVER,
    )
    .order_by(col(Conversation.last_message_at).desc())
    .limit(1)
    .scalar_subquery()
)
_LAST_OUT = (
    sa.select(sa.func.max(col(Message.created_at)))
    .outerjoin(Reply, col(Reply.id) == col(Message.reply_id))
    .where(
        col(Message.conversation_id) == _HERE,
        col(Message.direction) == Direction.OUTBOUND,
        col(Reply.tells_of_person).is_not(True),
        # Nor is a start that was sent as it is an answer, unless it asks back.
        sa.or_(
            col(Reply.origin).is_distinct_from(ReplyOrigin.START),
            col(Reply.edited).is_(True),
            col(Reply.situations).contains([WITHOUT_TEXT]),
        ),
    )
    .correlate(None)
    .scalar_subquery()
)
# An earlier mail of this conversation was handed over, and nothing has gone out since. What a person took out of the
# robot's hands to answer or close it has no triage, and does not wait.
_WAITS_HERE = (
    of_store(Message)
    .join(Answer, col(Answer.id) == col(Message.answer_id))
    .where(
        col(Message.conversation_id) == _HERE,
        col(Message.direction) == Direction.INBOUND,
        col(Message.id).not_in(sa.bindparam("own", expanding=True)),
        col(Message.created_at) > sa.func.coalesce(_LAST_OUT, sa.text("'-infinity'")),
        col(Answer.action) == "hand_over",
        sa.func.coalesce(col(Answer.reasons)[0]["code"].astext, "") != "person_in_thread",
    )
    .exists()
)
_HANDED_OVER = sa.select(_WAITS_HERE, _NEWEST_OTHER)


async def find_open_hand_over(access: StoreAccess, work: Work) -> UUID | None:
    """A conversation in which the contact waits for a person: this one if it is, else the newest other one."""
    conversation, own = work.conversation, [message.id for message in work.own]
    rows = await access.run(
        _HANDED_OVER, conversation=conversation.id, contact=conversation.contact_id, own=own
    )
    waits_here, other = rows.one()
    found: UUID | None = conversation.id if waits_here else other
    return found


def _is_same(before: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    """Whether two requests may be one: what only one of them names, the other leaves open."""
    if before["intent"] != request["intent"]:
        return False
    orders = {order_key(one.get("order_number") or "") for one in (before, request)} - {""}
    products = {(one.get("product_query") or "").casefold().strip() for one in (before, request)} - {""}
    return len(orders) < 2 and len(products) < 2
