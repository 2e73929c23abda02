"""An answer that staff sent from their own mail program: part of the conversation, and the end of the robot's work on it."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.crm.touchpoints import log_outbound
from app.inbox.handling import (
    find_last_mail,
    find_replies,
    hold,
    lock_scheduled,
    mark,
    mark_answered,
    take_over,
    withdraw_telling,
)
from app.inbox.threads import OPEN_DRAFTS
from app.mail.inbound.quoting import newly_written
from app.mail.inbound.threading import ThreadHints
from app.models import Contact, Conversation, InboundMail, Message
from app.pipeline.messages import new_message
from app.pipeline.reading import ReadMail
from app.pipeline.threads import clip_id
from app.replies.outbox import step
from app.vocabulary import Direction, Outcome, ReplyState


async def record_staff_answer(
    access: StoreAccess,
    inbound: InboundMail,
    read: ReadMail,
    conversation: Conversation,
    writer: str,
    hints: ThreadHints,
) -> None:
    """Log it, take the open mails that it answers out of the robot's hands, and stop what would be a second answer.

    The caller holds the conversation's lock. What has left already, or was released by a person, is left alone.
    """
    why = f"{writer} answered from their own mail program."
    sent_at = await _sent_at(access, inbound, read, conversation, hints)
    newest = await find_last_mail(access, conversation.id)
    is_last_word = newest is None or newest.created_at <= sent_at
    await _stop(access, conversation, why, is_last_word=is_last_word)
    await take_over(access, conversation.id, why, until=sent_at)
    conversation.person_answering = True
    conversation.last_message_at = max(conversation.last_message_at, sent_at)
    await mark_answered(access, conversation, sent_at, why)
    await _log(access, inbound, read, conversation, why, sent_at)


async def _sent_at(
    access: StoreAccess,
    inbound: InboundMail,
    read: ReadMail,
    conversation: Conversation,
    hints: ThreadHints,
) -> datetime:
    """When it was sent: its Date, but not after it came in, nor before a mail that it refers to.

    Their clock is not ours, and a mail in INBOX may have been read there before it was read here.
    """
    said = read.mail.date or inbound.received_at
    query = sa.select(sa.func.max(col(Message.created_at))).where(
        col(Message.store_id) == access.store_id,
        col(Message.conversation_id) == conversation.id,
        col(Message.direction) == Direction.INBOUND,
        col(Message.rfc_message_id).in_([clip_id(one) for one in hints.referenced]),
    )
    answered_at: datetime | None = (await access.session.execute(query)).scalar_one_or_none()
    sent_at = max(min(said, inbound.received_at), conversation.created_at)
    return max(sent_at, answered_at) if answered_at is not None else sent_at


async def _stop(access: StoreAccess, conversation: Conversation, why: str, *, is_last_word: bool) -> None:
    """Throw away what the robot wrote; where a later mail came in, a person decides, as it may answer that one."""
    scheduled = await lock_scheduled(access, conversation.id)
    await withdraw_telling(access, conversation.id, why)
    if not is_last_word:
        for reply in scheduled:
            hold(reply)
        if scheduled:
            await mark(access, conversation, Outcome.DRAFTED, f"{why} A later mail of the customer is open.")
        return
    for reply in (*scheduled, *await find_replies(access, conversation.id, OPEN_DRAFTS)):
        reply.state = step(reply.state, ReplyState.DISCARDED)
        reply.send_after, reply.waiting_since, reply.error = None, None, f"Not sent: {why}"


async def _log(
    access: StoreAccess,
    inbound: InboundMail,
    read: ReadMail,
    conversation: Conversation,
    why: str,
    sent_at: datetime,
) -> None:
    contact = await access.get(Contact, conversation.contact_id)
    cut = newly_written(read.mail)
    message = new_message(inbound, read, cut, conversation, direction=Direction.OUTBOUND, created_at=sent_at)
    if inbound.conversation_id != conversation.id:
        # The mail itself, and its files, stand where it answers.
        message.inbound_id, message.attachments = None, []
    access.session.add(message)
    await access.session.flush()
    await log_outbound(
        access,
        contact,
        message,
        by_person=True,
        why=why,
        intents=conversation.intents,
        situations=(),
        sent_at=sent_at,
    )
