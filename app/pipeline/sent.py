"""What is written down when a reply has left, has failed, or an event tells what became of it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.access import StoreAccess, open_store_of
from app.crm import touchpoints
from app.crm.suppression import Evidence, suppress
from app.db import announce
from app.inbox.handling import mark_reply
from app.inbox.track_record import record_bad_outcome, record_left
from app.mail.outbound.events import DeliveryEvent as Event
from app.mail.outbound.events import DeliveryKind
from app.models import Conversation, DeliveryEvent, Message, Reply, Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.outgoing import Parties, read_parties
from app.pipeline.proving import send_promised
from app.pipeline.rendering import render_reply
from app.pipeline.threads import clip_id
from app.replies.outbox import PROOFS, settle, step
from app.replies.starts import promises
from app.vocabulary import Direction, Outcome, ReplyOrigin, ReplyState, SuppressionCause, Verdict

_LEFT = frozenset({ReplyState.SENT, ReplyState.DELIVERED, ReplyState.BOUNCED})
_RECIPIENTS = frozenset({DeliveryKind.OPEN, DeliveryKind.CLICK, DeliveryKind.SPAM_REPORT})
"""What the recipient does."""
_CAUSES = {
    DeliveryKind.BOUNCED: SuppressionCause.BOUNCED,
    DeliveryKind.DROPPED: SuppressionCause.DROPPED,
    DeliveryKind.SPAM_REPORT: SuppressionCause.SPAM_REPORT,
}
_BY_ITSELF = "Answered automatically."
_BY_PERSON = "Answered by a person."
_TWICE = "SendGrid tells of two mails: the first had left after all, and it was sent again. The customer has this reply twice."
_STILL_OWED = "A start was sent as it is: the customer waits for the answer itself."


async def record_sent(
    access: StoreAccess,
    reply: Reply,
    proof: DeliveryKind = DeliveryKind.PROCESSED,
    *,
    text: tuple[str, str] | None = None,
) -> None:
    """A reply left: message, touchpoint, and the end of the mails that it answers. Once, however often it is told.

    Args:
        access: The store's rows.
        reply: The reply, locked.
        proof: What tells it; our own success, and a person's word, count as that it was taken.
        text: As text and as HTML what has just left; made anew from the reply where that is not at hand.
    """
    _doubt_again(reply)
    had_left, why = reply.state in _LEFT, _how(reply)
    with access.session.no_autoflush:  # each row is written once, when all of it is known
        reply.state = settle(reply.state, proof)
        has_left = (
            reply.state in _LEFT
        )  # not where the provider dropped it, and said so before it said that it took it
        conversation = None
        if reply.sent_at is None:
            reply.sent_at = now()
            conversation = await _log(access, reply, reply.sent_at, why, text)
            await send_promised(access, reply)
            await record_left(access, reply)
        if has_left and not had_left:
            reply.error, reply.waiting_since = "", None
            outcome, told = (Outcome.HANDED_OVER, _STILL_OWED) if _is_owed(reply) else (Outcome.ANSWERED, why)
            await mark_reply(access, reply, outcome, told, conversation=conversation)
        await announce(access.session, access.store_id)


def _is_owed(reply: Reply) -> bool:
    return reply.origin is ReplyOrigin.START and not reply.edited and promises(reply.situations)


def _how(reply: Reply) -> str:
    if reply.tells_of_person:
        return "Told that a person will answer."
    return _BY_ITSELF if reply.automatic else _BY_PERSON


async def record_failed(access: StoreAccess, reply: Reply, why: str) -> None:
    """A reply will not leave: shown where its mails are, with a sentence and a way to try again."""
    reply.claimed_at = None  # nothing of this attempt has left
    await _show_trouble(access, reply, ReplyState.FAILED, why)


async def record_doubt(access: StoreAccess, reply: Reply, why: str) -> None:
    """A reply may or may not have left: shown, and never sent again until an event or a person has settled it."""
    if reply.state is not ReplyState.SENDING:
        return  # an event was faster
    await _show_trouble(access, reply, ReplyState.IN_DOUBT, why)


async def record_silence(access: StoreAccess, reply: Reply, why: str) -> None:
    """A reply in doubt most likely never left: shown as one that failed, until something tells of it after all."""
    await _show_trouble(access, reply, ReplyState.FAILED, why)


async def _show_trouble(access: StoreAccess, reply: Reply, state: ReplyState, why: str) -> None:
    reply.state, reply.error = step(reply.state, state), why
    await mark_reply(access, reply, Outcome.FAILED, why)


def _doubt_again(reply: Reply) -> None:
    """Silence proves nothing any more where something speaks."""
    if reply.is_assumed_unsent:
        reply.state = step(reply.state, ReplyState.IN_DOUBT)


async def record_events(desk: Desk, events: Sequence[Event]) -> None:
    """Events of the provider's, each once; those of one reply in one transaction. They may come late, twice and in any order."""
    by_reply: dict[UUID, list[Event]] = {}
    for event in events:
        reply_id = _reply_id(event)
        if reply_id is not None:
            by_reply.setdefault(reply_id, []).append(event)
    for reply_id, own in by_reply.items():
        async with desk.db.transaction() as session:
            found = await open_store_of(session, Reply, reply_id, lock=True)
            if found is not None:
                for event in own:
                    await record_event(*found, event)


async def record_event(access: StoreAccess, reply: Reply, event: Event) -> None:
    """What somebody tells of a reply, once: its touchpoint, what it teaches about the address, the reply's state.

    The caller holds the reply's lock. Any order and any repetition of the same events ends alike.
    """
    if not await _is_wanted(access, event) or not await _is_new(access, reply, event):
        return
    parties = await read_parties(access, reply, lock=True)
    if event.kind is DeliveryKind.SPAM_REPORT:
        await record_bad_outcome(access, reply, Verdict.REPORTED_AS_SPAM)
    if event.kind in PROOFS:
        _doubt_again(reply)
    reply.smtp_id = reply.smtp_id or (clip_id(event.smtp_id) if event.smtp_id else None)
    reply.provider_id = reply.provider_id or event.provider_id
    await _log_event(access, reply, event, parties)
    if event.is_about_address:
        evidence = Evidence(_CAUSES[event.kind], event.reason or "", event.occurred_at or now(), reply.id)
        await suppress(access, reply.to_address, evidence, contact_id=parties.contact.id)
    before = reply.state
    if PROOFS.get(event.kind) in _LEFT:
        await record_sent(access, reply, event.kind)
    if reply.state is ReplyState.BOUNCED and before is not ReplyState.BOUNCED:
        reply.error = f"The reply came back: {_reason(event, 'the receiving host gave no reason')}"
        await mark_reply(access, reply, Outcome.FAILED, reply.error)
    elif settle(reply.state, event.kind) is ReplyState.FAILED and before is not ReplyState.FAILED:
        why = f"SendGrid dropped this reply: {_reason(event, 'it gives no reason')}"
        await record_failed(access, reply, why)
    if await _is_second_mail(access, reply, event):
        reply.error = _TWICE
        if not _is_owed(reply):
            await mark_reply(access, reply, Outcome.ANSWERED, _TWICE)


async def _is_second_mail(access: StoreAccess, reply: Reply, event: Event) -> bool:
    """Whether another mail of the same reply had been told of before: one was in doubt, and a person sent it again.

    Told once, and not of one that came back: that is worse.
    """
    if reply.automatic or reply.state not in {ReplyState.SENT, ReplyState.DELIVERED} or reply.error == _TWICE:
        return False
    is_known = event.provider_id == reply.provider_id and event.kind is not DeliveryKind.PROCESSED
    if event.provider_id is None or is_known or PROOFS.get(event.kind) not in _LEFT:
        return False
    mail = sa.func.split_part(col(DeliveryEvent.payload)["sg_message_id"].astext, ".", 1)
    left = [kind.value for kind, state in PROOFS.items() if state in _LEFT]
    query = sa.select(sa.func.count(sa.distinct(mail))).where(
        col(DeliveryEvent.reply_id) == reply.id, col(DeliveryEvent.kind).in_(left), mail != ""
    )
    return int((await access.session.execute(query)).scalar_one()) > 1


def _reason(event: Event, otherwise: str) -> str:
    return f"{(event.reason or otherwise).rstrip('. ')}."


async def _is_wanted(access: StoreAccess, event: Event) -> bool:
    """Whether the owner wants to know: nobody is watched who need not be."""
    if event.kind is DeliveryKind.UNSUBSCRIBE:
        return False  # of newsletters: a reply offers no such thing
    if event.kind not in {DeliveryKind.OPEN, DeliveryKind.CLICK}:
        return True
    store = await access.session.get_one(Store, access.store_id)
    return store.track_opens if event.kind is DeliveryKind.OPEN else store.track_clicks


async def _log_event(access: StoreAccess, reply: Reply, event: Event, parties: Parties) -> None:
    if event.kind is DeliveryKind.UNKNOWN:
        return  # kept as it came, until somebody knows what it means
    await touchpoints.log_event(
        access,
        parties.contact,
        conversation_id=reply.conversation_id,
        subject=reply.subject,
        direction=Direction.INBOUND if event.kind in _RECIPIENTS else Direction.OUTBOUND,
        event=event.kind.value,
        why=event.reason or "",
        occurred_at=event.occurred_at or now(),
    )


def _reply_id(event: Event) -> UUID | None:
    try:
        return UUID(event.custom_args.get("reply_id", ""))
    except ValueError:
        return None  # not a mail of ours


def _key(reply: Reply, event: Event) -> str:
    """One key for what is told twice.

    SendGrid's own id is not enough: an event may be told again under another (https://github.com/sendgrid/sendgrid-nodejs/issues/1435).
    """
    if event.kind is DeliveryKind.UNKNOWN and event.event_id:
        return event.event_id
    told = f"{event.kind} {event.occurred_at} {event.message_id} {event.reason}"
    return f"{reply.id}:{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()}"


async def _is_new(access: StoreAccess, reply: Reply, event: Event) -> bool:
    statement = (
        insert(DeliveryEvent)
        .values(
            event_id=_key(reply, event),
            reply_id=reply.id,
            kind=event.kind.value,
            reason=event.reason or "",
            occurred_at=event.occurred_at or now(),
            created_at=now(),
            payload=dict(event.payload),
        )
        .on_conflict_do_nothing()
        .returning(col(DeliveryEvent.event_id))
    )
    return (await access.session.execute(statement)).scalar_one_or_none() is not None


async def _log(
    access: StoreAccess, reply: Reply, sent_at: datetime, why: str, text: tuple[str, str] | None
) -> Conversation:
    """Put the mail into its conversation, and return that, locked."""
    parties = await read_parties(access, reply, lock=True)
    conversation, mailbox = parties.conversation, parties.mailbox
    plain, html = text or await render_reply(access, reply)  # of the store that is read already
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
        text=plain,
        new_text=plain,
        html=html,
        created_at=sent_at,
    )
    access.session.add(message)
    await access.session.flush()
    conversation.last_message_at = max(conversation.last_message_at, sent_at)
    await touchpoints.log_outbound(
        access,
        parties.contact,
        message,
        by_person=not reply.automatic,
        why=why,
        intents=conversation.intents,
        situations=reply.situations,
        sent_at=sent_at,
    )
    return conversation
