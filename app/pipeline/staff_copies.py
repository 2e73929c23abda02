"""Copies of what the store itself has sent: by us, or by staff from their own mail programs.

They come from the mailbox's Sent folder, or by BCC or Cc. A copy of a reply of ours does nothing. A mail of staff to
the customer of a conversation is that conversation's answer. Where it was seen decides what it proves: whoever can put
a mail into the Sent folder has the mailbox; a BCC proves nothing until its From is authenticated.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.jobs import RECEIVE_MESSAGE, defer_alone
from app.mail.address import parse_addresses
from app.mail.inbound.message import InboundMail as Mail
from app.mail.inbound.screening import is_automatic
from app.mail.inbound.subjects import read_subject
from app.mail.inbound.threading import (
    LOOP_HEADER,
    ThreadHints,
    own_reply_ids,
    thread_hints,
    without_detail,
)
from app.models import ContactAddress, Conversation, InboundMail, Membership, Message, RawMail, Reply, User
from app.models.columns import now
from app.models.inbound import SENT
from app.pipeline.reading import ReadMail
from app.pipeline.sent import record_sent
from app.pipeline.staff_answers import record_staff_answer
from app.pipeline.threads import Clues, clip_id, find_continued, find_known
from app.vocabulary import Authenticity, Direction, MailKind, Outcome, ReplyState

_MOST_RECIPIENTS = 50
_LOOKS = (timedelta(seconds=20), timedelta(seconds=90), timedelta(minutes=10))
"""After its arrival: when it is looked again whether the mail that staff have answered has come in meanwhile."""

_OWN_COPY = "It is a copy of a reply that Pasokh sent."
_OTHER = "It is a mail of your staff outside of Pasokh's conversations. Nothing of it is kept."
_OTHER_COPIED = "It is a mail of your staff to somebody else, with this mailbox in copy."
_AGAIN = "It is another copy of an answer of your staff that is in its conversation already."
_JOINED = "It is an answer that your staff sent from their own mail program. It is part of its conversation."
_LOOKING = "It was sent by your staff. Pasokh looks whether the mail that it answers comes in."
_UNPROVEN = (
    "It says that it is an answer of your staff, and nothing proves who sent it. It changes nothing. To have such copies "
    "believed, have the Sent folder watched, or name the hosts whose Authentication-Results are trusted."
)


@dataclass(frozen=True)
class Writing:
    """A mail that may be a copy, with who it says wrote it, and to whom besides ourselves."""

    inbound: InboundMail
    read: ReadMail
    hints: ThreadHints
    writer: str
    recipients: Sequence[str]

    @property
    def mail(self) -> Mail:
        return self.read.mail

    @property
    def is_sent(self) -> bool:
        return self.inbound.source == SENT

    @cached_property
    def is_automatic(self) -> bool:
        """RFC 3834: a note that its owner is away answers nobody."""
        return is_automatic(self.mail, self.read.transport)

    @property
    def is_believed(self) -> bool:
        return self.is_sent or self.read.judgement.result is Authenticity.AUTHENTICATED


async def take_copy(
    access: StoreAccess, inbound: InboundMail, read: ReadMail, key: bytes, own: Collection[str]
) -> bool:
    """Deal with a mail if it is a copy of what the store has sent; False where it is to be taken as any other.

    Args:
        access: The store's rows.
        inbound: The mail's row, locked.
        read: The mail.
        key: Signs our ids and tokens.
        own: The addresses of the store's mailboxes.
    """
    plain = {without_detail(address) for address in own} | {address.casefold() for address in own}
    recipients = _recipients(read.mail, plain, is_sent=inbound.source == SENT)
    if not recipients and inbound.source != SENT:
        return False  # a mail to us alone: nearly all are, and cost no look into the database
    writer = await _find_writer(access, read.mail, plain)
    if writer is None and inbound.source != SENT:
        return False
    hints = thread_hints(read.mail, key, envelope_to=read.transport.envelope_to)
    name = writer or read.mail.from_.name or "Your staff"
    writing = Writing(inbound, read, hints, name, recipients)
    if await _is_own_copy(access, writing, key):
        await _ignore(access, writing, _OWN_COPY)
        return True
    if writing.is_sent or not writing.is_automatic:
        return await _take_answer(access, writing, is_to_us=_is_to_us(read.mail, plain))
    return False


async def _take_answer(access: StoreAccess, writing: Writing, *, is_to_us: bool) -> bool:
    answered = () if writing.is_automatic else await _lock_answered(access, writing)
    conversation = next(iter(answered), None)
    if conversation is not None and await _is_again(access, writing, conversation):
        await _ignore(access, writing, _AGAIN)
    elif conversation is not None and writing.is_believed:
        writing.inbound.conversation_id = conversation.id
        for one in answered:
            await record_staff_answer(
                access, writing.inbound, writing.read, one, writing.writer, writing.hints
            )
        _end(writing.inbound, _JOINED)
    elif conversation is not None:
        writing.inbound.conversation_id = conversation.id  # where it is shown, as what it is
        _end(writing.inbound, _UNPROVEN)
    elif writing.is_sent:
        if not await _look_again(access, writing):
            await _ignore(access, writing, _OTHER)
    elif is_to_us or not writing.is_believed:
        return False
    else:
        _end(writing.inbound, _OTHER_COPIED)
    return True


def _recipients(mail: Mail, own: Collection[str], *, is_sent: bool) -> Sequence[str]:
    """Whom a mail was sent to besides ourselves and its sender; who got it in secret stands in the sender's own copy."""
    hidden = [one for value in mail.all_headers("Bcc") for one in parse_addresses(value)] if is_sent else []
    keys = dict.fromkeys(one.key for one in (*mail.to, *mail.cc, *hidden))
    others = [one for one in keys if without_detail(one) not in own and one != mail.from_.key]
    return others[:_MOST_RECIPIENTS]


def _is_to_us(mail: Mail, own: Collection[str]) -> bool:
    return any(without_detail(one.address) in own for one in mail.to)


async def _find_writer(access: StoreAccess, mail: Mail, own: Collection[str]) -> str | None:
    """The name of the member of staff in From: by their sign-in address, or as one who writes from a mailbox of ours."""
    query = (
        sa.select(col(User.name))
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(col(Membership.store_id) == access.store_id, sa.func.lower(col(User.email)) == mail.from_.key)
    )
    name: str | None = (await access.session.execute(query)).scalars().first()
    if name is None and without_detail(mail.from_.address) in own:
        name = mail.from_.name or mail.from_.address
    return name


async def _is_own_copy(access: StoreAccess, writing: Writing, key: bytes) -> bool:
    """Whether it is a reply of ours. Seen in the Sent folder, that also proves that the reply left.

    A copy by BCC proves nothing: its Message-ID stands in the mail that the customer got.
    """
    mail = writing.mail
    ids = own_reply_ids(mail, key)
    such: list[sa.ColumnElement[bool]] = [col(Reply.id).in_(ids)]
    if mail.message_id:
        such.append(col(Reply.smtp_id) == clip_id(mail.message_id))
    is_marked = bool(mail.header(LOOP_HEADER)) or bool(ids)
    if is_marked and not writing.is_sent:
        return True
    query = access.select(Reply).where(sa.or_(*such)).order_by(col(Reply.id)).with_for_update()
    replies = (await access.session.execute(query)).scalars().all()
    for reply in sorted(replies, key=lambda one: one.conversation_id) if writing.is_sent else ():
        await _settle(access, reply)
    return is_marked or bool(replies)


async def _settle(access: StoreAccess, reply: Reply) -> None:
    """The send was claimed, so this copy is of it, whatever we have heard of it since."""
    doubted = {ReplyState.SENDING, ReplyState.IN_DOUBT, ReplyState.SCHEDULED}
    if reply.claimed_at is not None and reply.state in doubted:
        await record_sent(access, reply)


async def _lock_answered(access: StoreAccess, writing: Writing) -> Sequence[Conversation]:
    """The conversation that a mail answers, and those linked with it whose contacts got the mail, too."""
    contacts = await _find_contacts(access, writing)
    first = await _find_answered(access, writing, contacts)
    if first is None:
        return ()
    related = sa.select(col(Conversation.related_id)).where(col(Conversation.id) == first).scalar_subquery()
    is_linked = sa.or_(col(Conversation.related_id) == first, col(Conversation.id) == related)
    is_theirs = sa.and_(is_linked, col(Conversation.contact_id).in_(contacts))
    query = access.select(Conversation).where(sa.or_(col(Conversation.id) == first, is_theirs))
    query = query.order_by(col(Conversation.id)).with_for_update()
    found = (await access.session.execute(query)).scalars().all()
    return sorted(found, key=lambda one: one.id != first)


async def _find_contacts(access: StoreAccess, writing: Writing) -> Sequence[UUID]:
    query = sa.select(col(ContactAddress.contact_id)).where(
        col(ContactAddress.store_id) == access.store_id,
        col(ContactAddress.address).in_(writing.recipients),
    )
    return [*dict.fromkeys((await access.session.execute(query)).scalars())]


async def _find_answered(access: StoreAccess, writing: Writing, contacts: Sequence[UUID]) -> UUID | None:
    """The conversation of a contact whom the mail was sent to: one that it refers to, or continues by its subject.

    What staff forward to a supplier refers to the customer's mail as well, and answers nobody here. A customer who asks for
    answers at another address gets those of a mail program there.
    """
    known = await find_known(access, writing.hints) if writing.recipients else ()
    by_reply_to = await _find_asked_to(access, writing, [one.id for one in known])
    for one in known:
        if one.contact_id in contacts or one.id in by_reply_to:
            return one.id
    is_answer = read_subject(writing.mail.subject).is_reply
    clues = Clues(
        message_id=None,
        referenced=writing.hints.referenced,
        subject=writing.mail.subject if is_answer else "",
        is_proven=writing.is_believed,
    )
    for contact_id in sorted(contacts):
        found = await find_continued(access, contact_id, None, clues)
        if found is not None:
            return found
    return None


async def _find_asked_to(access: StoreAccess, writing: Writing, known: Sequence[UUID]) -> Collection[UUID]:
    """Which conversations hold a mail that asks for its answer at an address to which this one was sent."""
    if not known:
        return ()
    query = sa.select(col(Message.conversation_id)).where(
        col(Message.store_id) == access.store_id,
        col(Message.conversation_id).in_(known),
        col(Message.direction) == Direction.INBOUND,
        sa.func.lower(col(Message.reply_to_address)).in_(writing.recipients),
    )
    return {*(await access.session.execute(query)).scalars()}


async def _is_again(access: StoreAccess, writing: Writing, conversation: Conversation) -> bool:
    """Whether its other copy (Sent folder, BCC) was first; ask with the conversation locked."""
    if not writing.mail.message_id:
        return False
    query = access.select(Message).where(
        col(Message.conversation_id) == conversation.id,
        col(Message.direction) == Direction.OUTBOUND,
        col(Message.rfc_message_id) == clip_id(writing.mail.message_id),
    )
    return (await access.session.execute(query.limit(1))).scalar_one_or_none() is not None


async def _look_again(access: StoreAccess, writing: Writing) -> bool:
    """After a pause, both folders are read at once: the answer may be read before the mail that it answers."""
    inbound = writing.inbound
    if not writing.recipients or writing.is_automatic:
        return False
    if not writing.hints and not read_subject(writing.mail.subject).is_reply:
        return False
    at = next((inbound.received_at + one for one in _LOOKS if inbound.received_at + one > now()), None)
    if at is None or await find_known(access, writing.hints):
        return False  # too late; or what it answers is here, and is not its recipients'
    inbound.outcome_reason = _LOOKING
    await defer_alone(access.session, RECEIVE_MESSAGE, inbound.id, at=at)
    return True


async def _ignore(access: StoreAccess, writing: Writing, why: str) -> None:
    """It ends here. Of what staff write in their own mailbox nothing is kept, nor of what we have anyway."""
    _end(writing.inbound, why)
    if writing.is_sent:
        raw = sa.delete(RawMail).where(col(RawMail.inbound_id) == writing.inbound.id)
        await access.session.execute(raw)


def _end(inbound: InboundMail, why: str) -> None:
    inbound.kind, inbound.reasons = MailKind.OWN, []
    inbound.outcome, inbound.outcome_reason, inbound.ended_at = Outcome.IGNORED, why, now()
