"""receive_message: read a kept mail, screen it, thread it, and have its conversation answered."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess, open_store_of
from app.crm.contacts import find_contact, get_or_add_contact
from app.crm.touchpoints import log_ignored, log_inbound
from app.db import announce
from app.errors import Unprocessable
from app.jobs import ANSWER_CONVERSATION, defer_alone
from app.mail.inbound.quoting import newly_written
from app.models import Contact, Conversation, InboundMail, Mailbox, Message, RawMail, Reply
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.reading import Reader, ReadMail, read_mail
from app.pipeline.threads import clip_id, find_conversation
from app.replies.outbox import step
from app.vocabulary import ConversationState, Direction, LeadMethod, MailKind, Outcome, ReplyState

log = logging.getLogger(__name__)

_PERSONAL = frozenset({MailKind.CUSTOMER, MailKind.AUTO_REPLY, MailKind.OUT_OF_OFFICE})
_ADDRESS_BYTES = 320
"""RFC 5321: 64 octets, an @, 255 octets."""


@dataclass(frozen=True)
class _Kept:
    content: bytes
    content_type: str
    reader: Reader


async def receive_message(desk: Desk, inbound_id: UUID) -> None:
    """Run the job."""
    kept = await _load(desk, inbound_id)
    if kept is None:
        return
    try:
        read = await read_mail(kept.content, kept.content_type, kept.reader)
    except Unprocessable as error:
        await _fail(desk, inbound_id, f"This mail could not be read: {error.message} Its bytes are kept.")
        return
    async with desk.db.transaction() as session:
        found = await open_store_of(session, InboundMail, inbound_id, lock=True)
        if found is None or _is_done(found[1]):
            return
        access, inbound = found
        is_forced = inbound.kind is MailKind.CUSTOMER  # a person said "answer anyway"
        await _describe(access, inbound, read, is_forced=is_forced)
        if is_forced or read.screening.answerable:
            await _take_in(desk, access, inbound, read)
        else:
            await _ignore(access, inbound, read)
        await announce(session, access.store_id)


async def receive_failed(desk: Desk, inbound_id: UUID, error: Exception) -> None:
    """A mail that our own code cannot take: kept, and shown with what to do."""
    log.error("receive_message_failed", extra={"inbound": str(inbound_id)}, exc_info=error)
    await _fail(
        desk,
        inbound_id,
        f"Our own fault ({type(error).__name__}) while reading this mail. Try “Answer anyway”.",
    )


async def _load(desk: Desk, inbound_id: UUID) -> _Kept | None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, InboundMail, inbound_id)
        if found is None or _is_done(found[1]):
            return None
        access, inbound = found
        raw = await session.get_one(RawMail, inbound_id)
        mailboxes = [*(await session.execute(access.select(Mailbox))).scalars()]
        reader = Reader(
            own_addresses=tuple(mailbox.address for mailbox in mailboxes),
            trusted_hosts=tuple(
                host
                for mailbox in mailboxes
                if mailbox.id == inbound.mailbox_id
                for host in mailbox.trusted_hosts
            ),
        )
        return _Kept(raw.content, raw.content_type, reader)


def _is_done(inbound: InboundMail) -> bool:
    return inbound.outcome is not Outcome.WAITING or inbound.conversation_id is not None


async def _describe(access: StoreAccess, inbound: InboundMail, read: ReadMail, *, is_forced: bool) -> None:
    """Put what was read into the row."""
    mail = read.mail
    inbound.rfc_message_id = clip_id(mail.message_id) if mail.message_id else None
    inbound.from_name, inbound.from_address = mail.customer.name, mail.customer.address
    inbound.subject = mail.subject
    inbound.problems = [*mail.problems]
    inbound.authenticity = read.judgement.result
    inbound.authenticity_reasons = [*read.judgement.reasons]
    if not is_forced:
        inbound.kind = read.screening.kind
        inbound.reasons = [*read.screening.reasons]
    check = read.screening.forwarding_check
    inbound.forwarding_check = {"code": check.code, "link": check.link} if check else None
    if inbound.rfc_message_id and await _is_reused(access, inbound):
        inbound.problems = [
            *mail.problems,
            "Another mail with the same Message-ID and another text came before.",
        ]


async def _is_reused(access: StoreAccess, inbound: InboundMail) -> bool:
    query = sa.select(
        access.select(InboundMail)
        .where(
            col(InboundMail.rfc_message_id) == inbound.rfc_message_id,
            col(InboundMail.mailbox_id) == inbound.mailbox_id,
            col(InboundMail.id) != inbound.id,
            col(InboundMail.received_at) <= inbound.received_at,
        )
        .exists()
    )
    return bool((await access.session.execute(query)).scalar_one())


async def _take_in(desk: Desk, access: StoreAccess, inbound: InboundMail, read: ReadMail) -> None:
    """A mail that wants an answer: contact, conversation, message, touchpoint, and the job that answers."""
    if not _is_address(read.mail.customer.address):
        _end(inbound, Outcome.FAILED, "This mail names no sender, so there is nobody to answer.")
        return
    known = await _find_known(desk, access, read)
    contact = await get_or_add_contact(access, read.mail.customer.address, read.mail.customer.name)
    conversation = await _place(access, inbound, read, contact, known)
    message = _message(inbound, read, conversation)
    access.session.add(message)
    await access.session.flush()
    inbound.conversation_id = conversation.id
    inbound.outcome_reason = "It is about to be answered."
    method = LeadMethod.CONTACT_FORM if read.mail.is_contact_form else LeadMethod.EMAIL
    await log_inbound(access, contact, message, method=method, received_at=inbound.received_at)
    quiet_until = now() + timedelta(seconds=desk.settings.quiet_seconds)
    await defer_alone(access.session, ANSWER_CONVERSATION, conversation.id, at=quiet_until)


def _is_address(text: str) -> bool:
    return "@" in text and len(text.encode("utf-8", "replace")) <= _ADDRESS_BYTES


async def _find_known(desk: Desk, access: StoreAccess, read: ReadMail) -> Conversation | None:
    """The conversation that the mail refers to, locked: an answer of it that is under way sees this mail, or is seen."""
    known = await find_conversation(access, read.mail, read.transport, desk.thread_key)
    return await access.find(Conversation, known.id, lock=True) if known is not None else None


async def _place(
    access: StoreAccess, inbound: InboundMail, read: ReadMail, contact: Contact, known: Conversation | None
) -> Conversation:
    """The conversation that a mail belongs to; another person in a known thread gets one of their own."""
    if known is not None and known.contact_id == contact.id and known.mailbox_id == inbound.mailbox_id:
        if known.outcome is not Outcome.WAITING:
            known.waiting_since = None  # whatever it waited for, a person has ended that
        known.state, known.closed_at = ConversationState.OPEN, None
        known.outcome, known.reason = Outcome.WAITING, ""
        known.last_message_at = max(known.last_message_at, inbound.received_at)
        await _take_back(access, known)
        return known
    conversation = Conversation(
        store_id=access.store_id,
        mailbox_id=inbound.mailbox_id,
        contact_id=contact.id,
        related_id=known.id if known else None,
        subject=read.mail.subject,
        last_message_at=inbound.received_at,
    )
    access.session.add(conversation)
    await access.session.flush()
    return conversation


async def _take_back(access: StoreAccess, conversation: Conversation) -> None:
    """Hold an automatic reply that has not left yet: one answer to all the mails will replace it.

    Whoever is sending one holds its lock, and wants the conversation's next: they are left to it.
    """
    query = (
        access.select(Reply)
        .where(
            col(Reply.conversation_id) == conversation.id,
            col(Reply.state) == ReplyState.SCHEDULED,
            col(Reply.automatic).is_(True),
        )
        .with_for_update(skip_locked=True)
    )
    for reply in (await access.session.execute(query)).scalars():
        reply.state = step(reply.state, ReplyState.HELD)
        reply.automatic, reply.send_after, reply.waiting_since, reply.error = False, None, None, ""


def _message(inbound: InboundMail, read: ReadMail, conversation: Conversation) -> Message:
    mail = read.mail
    other = [one.address for one in mail.reply_to if one.key != mail.customer.key]
    return Message(
        store_id=inbound.store_id,
        conversation_id=conversation.id,
        direction=Direction.INBOUND,
        inbound_id=inbound.id,
        rfc_message_id=inbound.rfc_message_id,
        references=[clip_id(one) for one in mail.references],
        from_name=mail.customer.name,
        from_address=mail.customer.address,
        to_addresses=[one.address for one in (*mail.to, *mail.cc)],
        reply_to_address=other[0] if other else None,
        subject=mail.subject,
        text=mail.text,
        new_text=newly_written(mail).reply,
        html=mail.html,
        attachments=[
            {
                "filename": one.filename,
                "content_type": one.content_type,
                "size": one.size,
                "sha256": one.sha256,
                "inline": one.inline,
            }
            for one in mail.attachments
        ],
        created_at=inbound.received_at,
    )


async def _ignore(access: StoreAccess, inbound: InboundMail, read: ReadMail) -> None:
    """A mail that nobody answers. If a known contact's robot wrote it, it is an exchange with them all the same."""
    why = " ".join(read.screening.reasons) or f"It is of the kind {read.screening.kind}."
    _end(inbound, Outcome.IGNORED, why)
    if read.screening.kind not in _PERSONAL:
        return
    contact = await find_contact(access, read.mail.customer.address)
    if contact is not None:
        await log_ignored(
            access,
            contact,
            subject=read.mail.subject,
            why=why,
            method=LeadMethod.EMAIL,
            received_at=inbound.received_at,
        )


async def _fail(desk: Desk, inbound_id: UUID, reason: str) -> None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, InboundMail, inbound_id, lock=True)
        if found is not None and not _is_done(found[1]):
            _end(found[1], Outcome.FAILED, reason)
            await announce(session, found[0].store_id)


def _end(inbound: InboundMail, outcome: Outcome, reason: str) -> None:
    inbound.outcome, inbound.outcome_reason, inbound.ended_at = outcome, reason, now()
