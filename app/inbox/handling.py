"""What every change to a conversation has in common: its locks, the check of what was seen, and its mark.

Two locks guard everything. A reply that waits for a person (drafted, held) changes only under its conversation's
lock, as do new replies. A reply on its way out (scheduled and later) changes only under its own lock, which the send and
delivery events take too, and take before the conversation's. So nobody waits for both in opposite orders. Whoever needs more
of them takes the budgets' (app/pipeline/budgets.py) after the conversation's, and the store's (app/inbox/stopping.py) last.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess, of_store
from app.crm.touchpoints import conclude
from app.db import announce
from app.errors import BadRequest
from app.inbox.due import NEEDS_PERSON, due_time, is_pressing, keep_clock
from app.inbox.threads import read_seen
from app.models import SUPERSEDED, Answer, Conversation, InboundMail, Message, Reply, Store
from app.models.columns import now
from app.replies.outbox import step
from app.vocabulary import Direction, Outcome, ReplyState

MERGED = "Answered together with a later mail of this conversation."


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


_REPLIES = (
    of_store(Reply)
    .where(
        col(Reply.conversation_id) == sa.bindparam("conversation"),
        col(Reply.state).in_(sa.bindparam("states", expanding=True)),
        col(Reply.tells_of_person).is_(False),
    )
    .order_by(col(Reply.created_at))
)


async def find_replies(
    access: StoreAccess, conversation_id: UUID, states: tuple[ReplyState, ...]
) -> list[Reply]:
    """The conversation's replies in these states, oldest first; what only tells of a person is no answer to anything."""
    return list((await access.run(_REPLIES, conversation=conversation_id, states=states)).scalars().all())


async def lock_scheduled(access: StoreAccess, conversation_id: UUID) -> Sequence[Reply]:
    """The automatic replies of a conversation that have not left yet; the caller holds the conversation's lock.

    Whoever is sending one holds its lock, and wants the conversation's next: they are left to it.
    """
    query = (
        access.select(Reply)
        .where(
            col(Reply.conversation_id) == conversation_id,
            col(Reply.state) == ReplyState.SCHEDULED,
            col(Reply.automatic).is_(True),
            col(Reply.tells_of_person).is_(False),
        )
        .with_for_update(skip_locked=True)
    )
    return (await access.session.execute(query)).scalars().all()


def hold(reply: Reply) -> None:
    """Take a reply back: it does not leave before a person has released it, again if somebody had."""
    reply.state = step(reply.state, ReplyState.HELD)
    reply.automatic, reply.approved_by, reply.approved_at = False, None, None
    reply.send_after, reply.waiting_since, reply.error = None, None, ""


async def withdraw_telling(access: StoreAccess, conversation_id: UUID, why: str) -> None:
    """That a person will answer is told no more: somebody or something was faster. The caller holds the conversation's lock.

    One that is being sent at this moment is left to that.
    """
    query = (
        access.select(Reply)
        .where(
            col(Reply.conversation_id) == conversation_id,
            col(Reply.state) == ReplyState.SCHEDULED,
            col(Reply.tells_of_person).is_(True),
        )
        .with_for_update(skip_locked=True)
    )
    for reply in (await access.session.execute(query)).scalars():
        reply.state, reply.send_after, reply.error = step(reply.state, ReplyState.DISCARDED), None, why


async def find_last_mail(access: StoreAccess, conversation_id: UUID) -> Message | None:
    """The newest mail that came in."""
    return await _find_newest(access, conversation_id)


async def _find_newest(
    access: StoreAccess, conversation_id: UUID, *such: sa.ColumnElement[bool]
) -> Message | None:
    query = access.select(Message).where(col(Message.id) == _newest_id(access, conversation_id, *such))
    found: Message | None = (await access.session.execute(query)).scalar_one_or_none()
    return found


def _newest_id(
    access: StoreAccess, conversation_id: UUID, *such: sa.ColumnElement[bool]
) -> sa.ScalarSelect[UUID]:
    return (
        sa.select(col(Message.id))
        .where(
            col(Message.store_id) == access.store_id,
            col(Message.conversation_id) == conversation_id,
            col(Message.direction) == Direction.INBOUND,
            *such,
        )
        .order_by(col(Message.created_at).desc(), col(Message.id).desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )


async def find_unanswered(
    access: StoreAccess, conversation_id: UUID, *, until: datetime | None = None
) -> Sequence[tuple[UUID, datetime]]:
    """The mails that nothing has answered or handed over yet, and when each came in, oldest first.

    The robot is at them, or is about to be.
    """
    unfinished = sa.select(col(Answer.id)).where(
        col(Answer.conversation_id) == conversation_id, col(Answer.action) == ""
    )
    fresh = (
        sa.select(col(Message.id), col(Message.created_at))
        .where(
            col(Message.store_id) == access.store_id,
            col(Message.conversation_id) == conversation_id,
            col(Message.direction) == Direction.INBOUND,
            sa.or_(col(Message.answer_id).is_(None), col(Message.answer_id).in_(unfinished)),
        )
        .order_by(col(Message.created_at))
    )
    if until is not None:
        fresh = fresh.where(col(Message.created_at) <= until)
    return [(message_id, came_at) for message_id, came_at in await access.session.execute(fresh)]


async def take_over(
    access: StoreAccess, conversation_id: UUID, why: str, *, until: datetime | None = None
) -> bool:
    """Take mails that the robot has not answered yet out of its hands; whether there were any.

    The caller holds the conversation's lock, and marks what becomes of them. Mails after `until` are left to the robot.
    """
    ids = [message_id for message_id, _ in await find_unanswered(access, conversation_id, until=until)]
    if not ids:
        return False
    answer = Answer(
        store_id=access.store_id,
        conversation_id=conversation_id,
        action="hand_over",
        reasons=[{"code": "person_in_thread", "sentence": why}],
    )
    access.session.add(answer)
    await access.session.flush()
    await access.session.execute(
        sa.update(Message).where(col(Message.id).in_(ids)).values(answer_id=answer.id)
    )
    return True


async def release(access: StoreAccess, answer: Answer) -> None:
    """The mails of an answer that comes to nothing are open again; the caller holds the conversation's lock."""
    answer.action = SUPERSEDED
    await access.session.execute(
        sa.update(Message)
        .where(col(Message.conversation_id) == answer.conversation_id, col(Message.answer_id) == answer.id)
        .values(answer_id=None)
    )


async def mark(access: StoreAccess, conversation: Conversation, outcome: Outcome, reason: str) -> None:
    """How the conversation stands now, and with it its newest mail and that mail's touchpoint."""
    conversation.outcome, conversation.reason = outcome, reason
    message = await find_last_mail(access, conversation.id)
    await keep_clock(access, conversation, message.created_at if message else now())
    if message is not None:
        await _end(access, message, outcome, reason)
    await announce(access.session, access.store_id)


async def mark_answered(
    access: StoreAccess, conversation: Conversation, until: datetime, reason: str
) -> bool:
    """A mail that staff sent from elsewhere answers what came in `until` then; whether nothing came in after it."""
    newest = await find_last_mail(access, conversation.id)
    answered = await _find_newest(access, conversation.id, col(Message.created_at) <= until)
    if answered is not None and answered.inbound_id is not None:
        inbound = await access.get(InboundMail, answered.inbound_id)
        if inbound.outcome is not Outcome.ANSWERED:
            await _end(access, answered, Outcome.ANSWERED, reason)
    is_newest = newest is None or (answered is not None and answered.id == newest.id)
    if is_newest:
        conversation.outcome, conversation.reason, conversation.waiting_since = Outcome.ANSWERED, "", None
    await _restart_clock(access, conversation, newest, is_answered=is_newest)
    await announce(access.session, access.store_id)
    return is_newest


async def _restart_clock(
    access: StoreAccess, conversation: Conversation, newest: Message | None, *, is_answered: bool
) -> None:
    """An answer went out: what it leaves open is due by the clock of the newest mail, not of the one that it answered."""
    if is_answered or newest is None:
        conversation.due_at = None
    elif conversation.due_at is not None and conversation.outcome in NEEDS_PERSON:
        store = await access.session.get_one(Store, access.store_id)
        answer = await access.find(Answer, newest.answer_id)
        pressing = is_pressing(answer.triage if answer else {}, newest.new_text)
        due = due_time(store, newest.created_at, pressing=pressing)
        conversation.due_at = max(conversation.due_at, due)
    else:
        conversation.due_at = None  # decided on from the newest mail alone


async def mark_reply(
    access: StoreAccess,
    reply: Reply,
    outcome: Outcome,
    reason: str,
    *,
    conversation: Conversation | None = None,
) -> None:
    """How a reply stands now, told on the newest of the mails that it answers; one that only tells of a person answers none.

    The conversation follows only where no later mail came in meanwhile: that one has a story of its own. Who has locked
    the conversation already gives it.
    """
    if reply.tells_of_person:
        return
    conversation = conversation or await access.get(Conversation, reply.conversation_id, lock=True)
    mails = await _read_marked(access, reply)
    received = [one for one, _ in mails if one.direction is Direction.INBOUND]
    newest = next(iter(received), None)
    answered = next((one for one in received if _is_answered_by(one, reply)), None)
    if newest is not None and answered is not None and answered.id == newest.id:
        conversation.outcome = outcome
        conversation.reason = "" if outcome is Outcome.ANSWERED else reason
        await keep_clock(access, conversation, now() if outcome is Outcome.FAILED else newest.created_at)
    elif outcome is Outcome.ANSWERED:
        await _restart_clock(access, conversation, newest, is_answered=False)
    if answered is not None:
        await _end_all(access, mails, answered, outcome, reason)
    await announce(access.session, access.store_id)


def _is_answered_by(message: Message, reply: Reply) -> bool:
    """A reply that a person wrote from nothing answers all that came before it."""
    if reply.answer_id is not None:
        return message.answer_id == reply.answer_id
    return message.created_at <= reply.created_at


_Mails = Sequence[tuple[Message, InboundMail | None]]
"""With how each stands; newest first."""


async def _read_marked(access: StoreAccess, reply: Reply) -> _Mails:
    """The newest mail of a reply's conversation, the newest that it answers, and all that wait: in one query."""
    answered = (
        col(Message.answer_id) == reply.answer_id
        if reply.answer_id is not None
        else col(Message.created_at) <= reply.created_at
    )
    return await _read_mails(
        access,
        reply.conversation_id,
        sa.or_(
            col(Message.id) == _newest_id(access, reply.conversation_id),
            col(Message.id) == _newest_id(access, reply.conversation_id, answered),
            col(InboundMail.outcome) == Outcome.WAITING,
        ),
    )


async def _read_mails(access: StoreAccess, conversation_id: UUID, such: sa.ColumnElement[bool]) -> _Mails:
    query = (
        access.select(Message)
        .add_columns(InboundMail)
        .outerjoin(InboundMail, col(InboundMail.id) == col(Message.inbound_id))
        .where(col(Message.conversation_id) == conversation_id, such)
        .order_by(col(Message.created_at).desc(), col(Message.id).desc())
    )
    return [(message, inbound) for message, inbound in (await access.session.execute(query)).all()]


async def _end(access: StoreAccess, message: Message, outcome: Outcome, reason: str) -> None:
    """As `_end_all`, where nothing has been read yet."""
    is_before = sa.and_(
        col(InboundMail.outcome) == Outcome.WAITING, col(Message.created_at) < message.created_at
    )
    mails = await _read_mails(
        access, message.conversation_id, sa.or_(col(Message.id) == message.id, is_before)
    )
    await _end_all(access, mails, message, outcome, reason)


async def _end_all(
    access: StoreAccess, mails: _Mails, message: Message, outcome: Outcome, reason: str
) -> None:
    """Write an outcome to a mail and its touchpoint; what waited before it has gone into the same answer."""
    for one, inbound in mails:
        is_meant = one.id == message.id
        is_before = one.created_at < message.created_at
        if inbound is None or not (is_meant or (inbound.outcome is Outcome.WAITING and is_before)):
            continue
        ended, why = (outcome, reason) if is_meant else (Outcome.MERGED, MERGED)
        inbound.outcome, inbound.outcome_reason = ended, why
        inbound.ended_at = None if ended is Outcome.WAITING else now()
        await conclude(access, one, outcome=ended, why=why)
