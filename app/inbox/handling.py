"""What every change to a conversation has in common: its locks, the check of what was seen, and its mark.

Two locks guard everything. A reply that waits for a person (drafted, held) changes only under its conversation's
lock, as do new replies. A reply on its way out (scheduled and later) changes only under its own lock, which the send and
delivery events take too, and take before the conversation's. So nobody waits for both in opposite orders.
"""

from uuid import UUID

from sqlmodel import col

from app.access import StoreAccess
from app.crm.touchpoints import conclude
from app.db import announce
from app.errors import BadRequest
from app.inbox.threads import read_seen
from app.models import Conversation, InboundMail, Message, Reply
from app.models.columns import now
from app.vocabulary import Direction, Outcome, ReplyState


class Stale(BadRequest):
    """The conversation is not what the person saw when they decided. 409."""

    code = "conflict"
    status = 409


async def lock_conversation(
    access: StoreAccess, conversation_id: UUID, seen: str | None = None
) -> Conversation:
    """The conversation, locked.

    Args:
        access: The store's rows.
        conversation_id: Whose.
        seen: `Thread.seen` of what the person looked at; None where it does not matter.

    Raises:
        NotFound: There is none of that id in this store.
        Stale: A mail came in, or somebody made another reply, since the person looked.
    """
    conversation = await access.get(Conversation, conversation_id, lock=True)
    if seen is not None and seen != await read_seen(access, conversation_id):
        raise Stale(
            "This conversation has changed since you opened it: a new mail came in, or a colleague was faster. "
            "Nothing was done. Look at it again, then decide."
        )
    return conversation


async def lock_draft(
    access: StoreAccess, reply_id: UUID, seen: str | None = None
) -> tuple[Conversation, Reply]:
    """A reply with its conversation locked, which is what guards it while it waits for a person.

    Raises:
        NotFound, Stale: As `lock_conversation`.
    """
    reply = await access.get(Reply, reply_id)
    conversation = await lock_conversation(access, reply.conversation_id, seen)
    await access.session.refresh(reply)  # as it is now that nobody else can change it
    return conversation, reply


async def find_replies(
    access: StoreAccess, conversation_id: UUID, states: tuple[ReplyState, ...]
) -> list[Reply]:
    """The conversation's replies in these states, oldest first."""
    query = (
        access.select(Reply)
        .where(col(Reply.conversation_id) == conversation_id, col(Reply.state).in_(states))
        .order_by(col(Reply.created_at))
    )
    return list((await access.session.execute(query)).scalars().all())


async def find_last_mail(access: StoreAccess, conversation_id: UUID) -> Message | None:
    """The newest mail that came in."""
    query = (
        access.select(Message)
        .where(col(Message.conversation_id) == conversation_id, col(Message.direction) == Direction.INBOUND)
        .order_by(col(Message.created_at).desc(), col(Message.id).desc())
        .limit(1)
    )
    found: Message | None = (await access.session.execute(query)).scalar_one_or_none()
    return found


async def mark(access: StoreAccess, conversation: Conversation, outcome: Outcome, reason: str) -> None:
    """How the conversation stands now, and with it its newest mail and that mail's touchpoint."""
    conversation.outcome, conversation.reason = outcome, reason
    message = await find_last_mail(access, conversation.id)
    if message is not None:
        inbound = await access.find(InboundMail, message.inbound_id)
        if inbound is not None:
            inbound.outcome, inbound.outcome_reason = outcome, reason
            inbound.ended_at = None if outcome is Outcome.WAITING else now()
        await conclude(access, message, outcome=outcome, why=reason)
    await announce(access.session, access.store_id)
