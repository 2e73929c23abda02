"""receive_message: read a kept mail, screen it, thread it, and have its conversation answered."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import OF_STORE, StoreAccess, of_store, open_store_of
from app.crm.contacts import find_contact
from app.crm.touchpoints import log_ignored, log_inbound
from app.db import announce
from app.errors import Unprocessable
from app.inbox.unanswered import tell_of_forwarding
from app.jobs import ANSWER_CONVERSATION, defer_alone
from app.mail.inbound.quoting import newly_written
from app.models import InboundMail, Mailbox, RawMail, Store
from app.models.columns import now
from app.models.inbound import SENT
from app.pipeline.bounces import take_answer, take_report
from app.pipeline.desk import Desk
from app.pipeline.messages import new_message
from app.pipeline.placing import has_twin, place
from app.pipeline.reading import Reader, ReadMail, read_mail
from app.pipeline.staff_copies import take_copy
from app.pipeline.threads import clip_id
from app.vocabulary import Direction, LeadMethod, MailKind, Outcome

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
        await _take(desk, access, inbound, read, kept.reader.own_addresses)
        await announce(session, access.store_id)


async def _take(
    desk: Desk, access: StoreAccess, inbound: InboundMail, read: ReadMail, own: tuple[str, ...]
) -> None:
    """What becomes of a mail that was read."""
    is_sent = inbound.source == SENT
    is_forced = inbound.kind is MailKind.CUSTOMER and not is_sent  # a person said "answer anyway"
    if not is_forced and await take_copy(access, inbound, read, desk.thread_key, own):
        await _describe(access, inbound, read, is_shown=inbound.conversation_id is not None or not is_sent)
        return
    if is_forced or read.screening.kind in _PERSONAL:
        await take_answer(access, read, desk.thread_key)
    with access.session.no_autoflush:  # each row is written once, when all of it is known
        if is_forced or read.screening.answerable:
            await _take_in(desk, access, inbound, read, own)
        else:
            await take_report(access, inbound, read, desk.thread_key)
            await _ignore(access, inbound, read)
        if not is_forced:
            inbound.kind, inbound.reasons = read.screening.kind, [*read.screening.reasons]
        await _describe(access, inbound, read)


async def receive_failed(desk: Desk, inbound_id: UUID, error: Exception) -> None:
    """A mail that our own code cannot take: kept, and shown with what to do."""
    log.error("receive_message_failed", extra={"inbound": str(inbound_id)}, exc_info=error)
    await _fail(
        desk,
        inbound_id,
        f"Our own fault ({type(error).__name__}) while reading this mail. Try “Answer anyway”.",
    )


_MAILBOXES = (
    sa.select(
        col(Mailbox.id),
        col(Mailbox.address),
        col(Mailbox.from_name),
        col(Mailbox.trusted_hosts),
        col(Store.name),
    )
    .join(Store, col(Store.id) == col(Mailbox.store_id))
    .where(col(Store.id) == OF_STORE)
)


async def _load(desk: Desk, inbound_id: UUID) -> _Kept | None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, InboundMail, inbound_id)
        if found is None or _is_done(found[1]):
            return None
        access, inbound = found
        raw = await session.get_one(RawMail, inbound_id)
        mailboxes = (await access.run(_MAILBOXES)).all()
        reader = Reader(
            own_addresses=tuple(mailbox.address for mailbox in mailboxes),
            own_names=tuple(
                dict.fromkeys(name for mailbox in mailboxes for name in (mailbox.name, mailbox.from_name))
            ),
            keys=desk.keys,
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


async def _describe(
    access: StoreAccess, inbound: InboundMail, read: ReadMail, *, is_shown: bool = True
) -> None:
    """Put what was read into the row; of what staff write elsewhere, nothing that it says."""
    mail = read.mail
    inbound.rfc_message_id = clip_id(mail.message_id) if mail.message_id else None
    inbound.authenticity = read.judgement.result
    inbound.authenticity_reasons = [*read.judgement.reasons]
    if not is_shown:
        return
    inbound.from_name, inbound.from_address = mail.customer.name, mail.customer.address
    inbound.subject = mail.subject
    inbound.problems = [*mail.problems]
    check = read.screening.forwarding_check
    inbound.forwarding_check = {"code": check.code, "link": check.link} if check else None
    if inbound.rfc_message_id and await _is_reused(access, inbound):
        inbound.problems = [
            *mail.problems,
            "Another mail with the same Message-ID and another text came before.",
        ]


_REUSED = sa.select(
    of_store(InboundMail)
    .where(
        col(InboundMail.rfc_message_id) == sa.bindparam("message_id"),
        col(InboundMail.mailbox_id) == sa.bindparam("mailbox"),
        col(InboundMail.id) != sa.bindparam("mail"),
        col(InboundMail.received_at) <= sa.bindparam("until"),
        # One mail of staff comes by BCC and in the Sent folder.
        (col(InboundMail.source) == SENT) == sa.bindparam("is_sent", type_=sa.Boolean),
    )
    .exists()
)


async def _is_reused(access: StoreAccess, inbound: InboundMail) -> bool:
    rows = await access.run(
        _REUSED,
        message_id=inbound.rfc_message_id,
        mailbox=inbound.mailbox_id,
        mail=inbound.id,
        until=inbound.received_at,
        is_sent=inbound.source == SENT,
    )
    return bool(rows.scalar_one())


async def _take_in(
    desk: Desk, access: StoreAccess, inbound: InboundMail, read: ReadMail, own: tuple[str, ...]
) -> None:
    """A mail that wants an answer: contact, conversation, message, touchpoint, and the job that answers."""
    if not _is_address(read.mail.customer.address):
        _end(inbound, Outcome.FAILED, "This mail names no sender, so there is nobody to answer.")
        return
    cut = newly_written(read.mail)
    if await has_twin(access, inbound, read, cut, own):
        _end(
            inbound, Outcome.IGNORED, "The same mail came to another mailbox of yours. It is answered there."
        )
        return
    conversation, contact = await place(access, inbound, read, cut, desk.thread_key, own)
    await access.session.flush()
    message = new_message(
        inbound, read, cut, conversation, direction=Direction.INBOUND, created_at=inbound.received_at
    )
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


async def _ignore(access: StoreAccess, inbound: InboundMail, read: ReadMail) -> None:
    """A mail that nobody answers. If a known contact's robot wrote it, it is an exchange with them all the same."""
    why = " ".join(read.screening.reasons) or f"It is of the kind {read.screening.kind}."
    _end(inbound, Outcome.IGNORED, why)
    if read.screening.forwarding_check is not None:
        await tell_of_forwarding(access, inbound)
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
