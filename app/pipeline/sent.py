"""What is written down when a reply has left, has failed, or an event tells what became of it."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.access import StoreAccess, open_store_of
from app.crm import touchpoints
from app.db import announce
from app.mail.outbound.events import DeliveryEvent as Event
from app.mail.outbound.events import DeliveryKind
from app.mail.outbound.markdown import render_markdown
from app.models import Contact, Conversation, DeliveryEvent, InboundMail, Mailbox, Message, Reply
from app.models.columns import now
from app.pipeline.desk import Desk
from app.replies.locales import choose_locale
from app.replies.outbox import settle, step
from app.vocabulary import Direction, Outcome, ReplyState

_LEFT = frozenset({ReplyState.SENT, ReplyState.DELIVERED, ReplyState.BOUNCED})
_BY_ITSELF = "Answered automatically."
_BY_PERSON = "Answered by a person."


async def record_sent(access: StoreAccess, reply: Reply, state: ReplyState) -> None:
    """A reply left: message, touchpoint, and the end of the mails that it answers. Once, however often it is told."""
    reply.state = settle(reply.state, DeliveryKind.PROCESSED) if state is ReplyState.SENT else state
    reply.error, reply.waiting_since = "", None
    if reply.sent_at is None:
        reply.sent_at = now()
        await _log(access, reply)
        await _end_mails(access, reply, Outcome.ANSWERED, _BY_ITSELF if reply.automatic else _BY_PERSON)
    await announce(access.session, access.store_id)


async def record_failed(access: StoreAccess, reply: Reply, why: str) -> None:
    """A reply will not leave: shown where its mails are, with a sentence and a way to try again."""
    reply.state, reply.error = ReplyState.FAILED, why
    await _end_mails(access, reply, Outcome.FAILED, why)
    await announce(access.session, access.store_id)


async def record_doubt(access: StoreAccess, reply: Reply, why: str) -> None:
    """A reply may or may not have left: shown, and never sent again until an event or a person has settled it."""
    if reply.state is not ReplyState.SENDING:
        return  # an event was faster
    reply.state, reply.error = step(reply.state, ReplyState.IN_DOUBT), why
    await _end_mails(access, reply, Outcome.FAILED, why)
    await announce(access.session, access.store_id)


async def record_event(desk: Desk, event: Event) -> None:
    """An event of the provider's, once. Events may come late, twice and in any order."""
    reply_id = _reply_id(event)
    if reply_id is None:
        return
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id)
        if found is None:
            return
        access = found[0]
        reply = await access.get(Reply, reply_id, lock=True)
        if not await _is_new(access, reply, event):
            return
        reply.smtp_id = reply.smtp_id or event.smtp_id
        reply.provider_id = reply.provider_id or event.provider_id
        state = settle(reply.state, event.kind)
        if state is reply.state:
            return
        if state in _LEFT:
            await record_sent(access, reply, state)
        if state is ReplyState.BOUNCED:
            await _tell_bounce(access, reply, event.reason or "The receiving host gave no reason.")
        elif state is ReplyState.FAILED:
            await record_failed(
                access, reply, f"SendGrid dropped this reply: {event.reason or 'no reason given'}."
            )


def _reply_id(event: Event) -> UUID | None:
    try:
        return UUID(event.custom_args.get("reply_id", ""))
    except ValueError:
        return None  # not a mail of ours


async def _is_new(access: StoreAccess, reply: Reply, event: Event) -> bool:
    statement = (
        insert(DeliveryEvent)
        .values(
            event_id=event.event_id or f"{reply.id}:{event.kind}:{event.occurred_at}",
            reply_id=reply.id,
            kind=event.kind.value,
            reason=event.reason or "",
            occurred_at=event.occurred_at or now(),
            payload=dict(event.payload),
        )
        .on_conflict_do_nothing()
        .returning(col(DeliveryEvent.event_id))
    )
    return (await access.session.execute(statement)).scalar_one_or_none() is not None


async def _tell_bounce(access: StoreAccess, reply: Reply, reason: str) -> None:
    reply.error = f"The reply came back: {reason}"
    conversation = await access.get(Conversation, reply.conversation_id)
    conversation.outcome, conversation.reason = Outcome.FAILED, reply.error


async def _log(access: StoreAccess, reply: Reply) -> None:
    conversation = await access.get(Conversation, reply.conversation_id)
    contact = await access.get(Contact, conversation.contact_id)
    mailbox = await access.get(Mailbox, conversation.mailbox_id)
    locale = choose_locale(reply.locale, reply.locale)
    text, html = render_markdown(reply.markdown, rtl=locale.rtl, lang=locale.code)
    sent_at = reply.sent_at or now()
    message = Message(
        store_id=reply.store_id,
        conversation_id=conversation.id,
        direction=Direction.OUTBOUND,
        reply_id=reply.id,
        rfc_message_id=reply.rfc_message_id,
        references=[*reply.references],
        from_name=mailbox.from_name,
        from_address=mailbox.address,
        to_addresses=[reply.to_address],
        subject=reply.subject,
        text=text,
        new_text=text,
        html=html,
        created_at=sent_at,
    )
    access.session.add(message)
    conversation.last_message_at = max(conversation.last_message_at, sent_at)
    await access.session.flush()
    await touchpoints.log_outbound(
        access,
        contact,
        message,
        by_person=not reply.automatic,
        why=_BY_ITSELF if reply.automatic else _BY_PERSON,
        intents=conversation.intents,
        situations=reply.situations,
        sent_at=sent_at,
    )


async def _end_mails(access: StoreAccess, reply: Reply, outcome: Outcome, why: str) -> None:
    """The newest mail of the answer bears the outcome; a reply from nothing ends the newest mail of all.

    The conversation follows only where no later mail came in meanwhile: that one is still to be answered.
    """
    newest = await _newest_inbound(access, reply, of_answer=False)
    answered = await _newest_inbound(access, reply, of_answer=True) if reply.answer_id else newest
    if answered is None or newest is None:
        return
    if answered.id == newest.id:
        conversation = await access.get(Conversation, reply.conversation_id)
        conversation.outcome = outcome
        conversation.reason = "" if outcome is Outcome.ANSWERED else why
    inbound = await access.find(InboundMail, answered.inbound_id)
    if inbound is not None:
        inbound.outcome, inbound.outcome_reason, inbound.ended_at = outcome, why, now()
    await touchpoints.conclude(access, answered, outcome=outcome, why=why)


async def _newest_inbound(access: StoreAccess, reply: Reply, *, of_answer: bool) -> Message | None:
    query = access.select(Message).where(
        col(Message.conversation_id) == reply.conversation_id, col(Message.direction) == Direction.INBOUND
    )
    if of_answer:
        query = query.where(col(Message.answer_id) == reply.answer_id)
    query = query.order_by(col(Message.created_at).desc()).limit(1)
    message: Message | None = (await access.session.execute(query)).scalar_one_or_none()
    return message
