"""One conversation as a person reads it: its mails, its replies, and how each answer came about."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.access import StoreAccess
from app.crm.suppression import describe, find_suppression
from app.inbox.briefs import asked
from app.inbox.due import NEEDS_PERSON
from app.inbox.links import Link, find_links, find_unproven
from app.models import (
    SUPERSEDED,
    Answer,
    Contact,
    ContactAddress,
    Conversation,
    DeliveryEvent,
    InboundMail,
    Mailbox,
    Message,
    Reply,
    User,
)
from app.vocabulary import Authenticity, Direction, Outcome, ReplyOrigin, ReplyState

NEWEST = 100
"""How many mails of a conversation are read; older ones stay in the database."""
LONGEST = 40_000
"""Characters of a mail's text that are shown; the raw mail has the rest."""

OPEN_DRAFTS = (ReplyState.HELD, ReplyState.DRAFTED)
LEAVING = (ReplyState.APPROVED, ReplyState.SCHEDULED, ReplyState.SENDING)
TROUBLED = (ReplyState.IN_DOUBT, ReplyState.FAILED)


@dataclass(frozen=True)
class ThreadMessage:
    """A mail of the conversation. `text` and `new_text` are cut at LONGEST characters."""

    id: UUID
    direction: Direction
    inbound_id: UUID | None
    reply_id: UUID | None
    from_name: str
    from_address: str
    to_addresses: Sequence[str]
    reply_to_address: str | None
    subject: str
    text: str
    new_text: str
    has_html: bool
    attachments: Sequence[dict[str, Any]]
    created_at: datetime
    authenticity: Authenticity | None
    authenticity_reasons: Sequence[str]
    problems: Sequence[str]
    outcome: Outcome | None
    outcome_reason: str

    @property
    def shown(self) -> str:
        """What the sender newly wrote; all of it where nothing new was found."""
        return self.new_text.strip() or self.text.strip()

    @property
    def has_more(self) -> bool:
        """There is text besides what is newly written: quotes, a signature."""
        return bool(self.new_text.strip()) and self.text.strip() != self.new_text.strip()

    @property
    def is_cut(self) -> bool:
        return len(self.text) >= LONGEST

    @property
    def is_from_elsewhere(self) -> bool:
        """An answer that staff sent from their own mail program."""
        return self.direction is Direction.OUTBOUND and self.inbound_id is not None


@dataclass(frozen=True)
class Thread:
    """A conversation with all that its page shows, oldest mail first."""

    conversation: Conversation
    contact: Contact
    addresses: Sequence[str]
    mailbox: Mailbox
    messages: Sequence[ThreadMessage]
    is_cut: bool
    replies: Sequence[Reply]
    events: dict[UUID, Sequence[DeliveryEvent]]
    answers: Sequence[Answer]
    people: dict[UUID, str]
    links: Sequence[Link]
    unproven: Sequence[InboundMail]
    suppressed: str = ""
    """Why nothing is written to this customer without a person, in a sentence; empty where nothing speaks against it."""

    @property
    def draft(self) -> Reply | None:
        """The reply that waits for a person."""
        return self._newest(OPEN_DRAFTS)

    @property
    def leaving(self) -> Reply | None:
        """The reply that is on its way out."""
        return self._newest(LEAVING)

    @property
    def troubled(self) -> Reply | None:
        """The reply of which a person has to say what becomes of it."""
        return self._newest(TROUBLED)

    @property
    def telling(self) -> Reply | None:
        """What is about to tell the customer that a person will answer."""
        return next((one for one in self.replies if one.tells_of_person and one.state in LEAVING), None)

    @property
    def newest(self) -> Reply | None:
        """The newest reply that answers something; a start that waits answers nothing yet."""
        answers = (one for one in reversed(self.replies) if not one.tells_of_person)
        return next((one for one in answers if not is_waiting_start(one)), None)

    @property
    def thrown_away(self) -> Reply | None:
        """The draft for the newest mails that was thrown away, and that a person may want back."""
        if self.conversation.outcome not in NEEDS_PERSON or self.current is not None:
            return None
        mail, newest = self.last_inbound, self.newest
        is_for_it = mail is not None and newest is not None and newest.created_at >= mail.created_at
        return newest if newest is not None and is_for_it and was_thrown_away(newest) else None

    @property
    def is_being_drafted(self) -> bool:
        """A person has it already, and the draft for them is still to come."""
        mail = self.last_inbound
        is_read = mail is None or mail.outcome is not Outcome.WAITING
        return not is_read and self.conversation.outcome in NEEDS_PERSON

    @property
    def asked(self) -> str:
        """What the newest mails ask, in a line."""
        mail = self.last_inbound
        return (
            asked(self.answer_of(self.draft) or self.answer, mail.subject, mail.shown, mail.attachments)
            if mail
            else ""
        )

    @property
    def has_told(self) -> bool:
        """The customer has been told that a person will answer, or is about to be."""
        return any(
            one.tells_of_person and (one.sent_at or one.claimed_at or one.state in LEAVING)
            for one in self.replies
        )

    @property
    def current(self) -> Reply | None:
        return self.troubled or self.leaving or self.draft

    @property
    def answer(self) -> Answer | None:
        """How the newest mails were understood and decided."""
        return next((one for one in reversed(self.answers) if one.action != SUPERSEDED), None)

    def answer_of(self, reply: Reply | None) -> Answer | None:
        """How a reply came about; where there is none, how the newest mails were understood."""
        key = reply.answer_id if reply else None
        return next((one for one in self.answers if one.id == key), None) if key else self.answer

    @property
    def last_inbound(self) -> ThreadMessage | None:
        return next((m for m in reversed(self.messages) if m.direction is Direction.INBOUND), None)

    @property
    def seen(self) -> str:
        """Stands for what whoever acts has seen; see `fingerprint`."""
        last = next((m for m in reversed(self.messages) if m.inbound_id is not None), None)
        answers = (one for one in reversed(self.replies) if not one.tells_of_person)
        return fingerprint(last.id if last else None, next((one for one in answers if is_said(one)), None))

    def reply_of(self, message: ThreadMessage) -> Reply | None:
        return next((reply for reply in self.replies if reply.id == message.reply_id), None)

    def _newest(self, states: Iterable[ReplyState]) -> Reply | None:
        wanted = tuple(states)
        answers = (reply for reply in reversed(self.replies) if not reply.tells_of_person)
        return next((reply for reply in answers if reply.state in wanted), None)


def fingerprint(last_received_id: UUID | None, newest_reply: Reply | None) -> str:
    """Changes whenever a customer writes, staff answer from elsewhere, or a person releases, writes or edits a reply.

    It does not when a reply only goes its way, nor for a draft that comes up, or is thrown away: it must not keep whoever
    is writing from sending, and no draft of ours says anything else than it did when it was looked at.
    """
    parts = [str(last_received_id)]
    if newest_reply is not None:
        parts += [str(newest_reply.id), newest_reply.to_address, newest_reply.markdown]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


async def read_seen(access: StoreAccess, conversation_id: UUID) -> str:
    """The fingerprint of a conversation as it is now; take it with the conversation's row locked."""
    message = (
        select(Message.id)
        .where(
            col(Message.conversation_id) == conversation_id,
            col(Message.store_id) == access.store_id,
            col(Message.inbound_id).is_not(None),
        )
        .order_by(col(Message.created_at).desc(), col(Message.id).desc())
        .limit(1)
    )
    last = (await access.session.execute(message)).scalar_one_or_none()
    return fingerprint(last, await _find_newest_said(access, conversation_id))


def is_waiting_start(reply: Reply) -> bool:
    """Whether it is a start of ours that waits as it was made."""
    return reply.origin is ReplyOrigin.START and reply.state is ReplyState.HELD and not reply.edited


def is_no_waiting_start() -> sa.ColumnElement[bool]:
    """The same of rows, negated."""
    return sa.or_(
        col(Reply.origin) != ReplyOrigin.START,
        col(Reply.state) != ReplyState.HELD,
        col(Reply.edited).is_(True),
    )


def was_thrown_away(reply: Reply) -> bool:
    """Whether it never was more than a draft: nobody has begun to send it."""
    return reply.state is ReplyState.DISCARDED and reply.claimed_at is None


def is_said(reply: Reply) -> bool:
    """Whether a reply is more than a draft of ours that waits as it was made, or one that was thrown away."""
    is_untouched = reply.state in OPEN_DRAFTS and not reply.edited and reply.written_by is None
    return not is_untouched and not was_thrown_away(reply)


def _is_said() -> sa.ColumnElement[bool]:
    """The same of rows."""
    is_untouched = sa.and_(
        col(Reply.state).in_(OPEN_DRAFTS), col(Reply.edited).is_(False), col(Reply.written_by).is_(None)
    )
    is_thrown_away = sa.and_(col(Reply.state) == ReplyState.DISCARDED, col(Reply.claimed_at).is_(None))
    return sa.not_(sa.or_(is_untouched, is_thrown_away))


async def _find_newest_said(access: StoreAccess, conversation_id: UUID) -> Reply | None:
    query = (
        access.select(Reply)
        .where(
            col(Reply.conversation_id) == conversation_id,
            col(Reply.tells_of_person).is_(False),
            _is_said(),
        )
        .order_by(col(Reply.created_at).desc(), col(Reply.id).desc())
        .limit(1)
    )
    found: Reply | None = (await access.session.execute(query)).scalar_one_or_none()
    return found


async def open_thread(access: StoreAccess, conversation_id: UUID) -> Thread:
    """A conversation of the store.

    Raises:
        NotFound: There is none of that id in this store.
    """
    conversation = await access.get(Conversation, conversation_id)
    contact = await access.get(Contact, conversation.contact_id)
    messages = await _read_messages(access, conversation_id)
    replies = await _all_of(access, Reply, conversation_id)
    answers = await _all_of(access, Answer, conversation_id)
    addresses = select(ContactAddress.address).where(
        col(ContactAddress.contact_id) == contact.id, col(ContactAddress.store_id) == access.store_id
    )
    asked = next((one for one in reversed(messages) if one.direction is Direction.INBOUND), None)
    suppression = (
        await find_suppression(access, asked.from_address, contact_id=contact.id)
        if asked is not None
        else None
    )
    return Thread(
        suppressed=describe(suppression) if suppression else "",
        conversation=conversation,
        contact=contact,
        addresses=(await access.session.execute(addresses.limit(20))).scalars().all(),
        mailbox=await access.get(Mailbox, conversation.mailbox_id),
        messages=messages[-NEWEST:],
        is_cut=len(messages) > NEWEST,
        replies=replies,
        events=await _read_events(access, replies),
        answers=answers,
        people=await _names(access, replies, answers, {conversation.assigned_to}),
        links=await find_links(access, conversation),
        unproven=await find_unproven(access, conversation_id),
    )


async def _read_messages(access: StoreAccess, conversation_id: UUID) -> list[ThreadMessage]:
    query = (
        sa.select(
            col(Message.id),
            col(Message.direction),
            col(Message.inbound_id),
            col(Message.reply_id),
            col(Message.from_name),
            col(Message.from_address),
            col(Message.to_addresses),
            col(Message.reply_to_address),
            col(Message.subject),
            sa.func.left(col(Message.text), LONGEST).label("text"),
            sa.func.left(col(Message.new_text), LONGEST).label("new_text"),
            col(Message.html).is_not(None).label("has_html"),
            col(Message.attachments),
            col(Message.created_at),
            col(InboundMail.authenticity),
            sa.func.coalesce(col(InboundMail.authenticity_reasons), sa.text("'[]'::jsonb")).label(
                "authenticity_reasons"
            ),
            sa.func.coalesce(col(InboundMail.problems), sa.text("'[]'::jsonb")).label("problems"),
            col(InboundMail.outcome),
            sa.func.coalesce(col(InboundMail.outcome_reason), "").label("outcome_reason"),
        )
        .outerjoin(InboundMail, col(InboundMail.id) == col(Message.inbound_id))
        .where(col(Message.store_id) == access.store_id, col(Message.conversation_id) == conversation_id)
        .order_by(col(Message.created_at).desc(), col(Message.id).desc())
        .limit(NEWEST + 1)
    )
    rows = (await access.session.execute(query)).mappings().all()
    return [ThreadMessage(**row) for row in reversed(rows)]


async def _all_of(access: StoreAccess, model: Any, conversation_id: UUID) -> list[Any]:
    query = (
        access.select(model)
        .where(model.conversation_id == conversation_id)
        .order_by(model.created_at.desc(), model.id.desc())
        .limit(NEWEST)
    )
    return list(reversed((await access.session.execute(query)).scalars().all()))


async def _read_events(access: StoreAccess, replies: Sequence[Reply]) -> dict[UUID, Sequence[DeliveryEvent]]:
    """What the mail provider told, by reply. The replies are the store's own, which scopes their events."""
    query = (
        select(DeliveryEvent)
        .where(col(DeliveryEvent.reply_id).in_([reply.id for reply in replies]))
        .order_by(col(DeliveryEvent.occurred_at))
    )
    found: dict[UUID, list[DeliveryEvent]] = {}
    for event in (await access.session.execute(query)).scalars():
        found.setdefault(event.reply_id, []).append(event)
    return dict(found)


async def _names(
    access: StoreAccess, replies: Sequence[Reply], answers: Sequence[Answer], others: set[UUID | None]
) -> dict[UUID, str]:
    ids = others | {reply.written_by for reply in replies} | {reply.approved_by for reply in replies}
    ids |= {answer.corrected_by for answer in answers}
    query = sa.select(col(User.id), col(User.name)).where(col(User.id).in_(ids - {None}))
    return dict((await access.session.execute(query)).all())
