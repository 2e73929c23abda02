"""What a conversation still has to be answered: its open mails, with all that answering them needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from app.access import OF_STORE, StoreAccess, of_store, open_store_of
from app.identity import Identity
from app.models import SUPERSEDED, Answer, Conversation, InboundMail, Mailbox, Message, Reply, Store
from app.pipeline.desk import Desk
from app.replies.trust import choose_recipient
from app.vocabulary import Authenticity, Direction, ReplyState

_STRICTEST = (Authenticity.FAILED, Authenticity.UNAUTHENTICATED, Authenticity.AUTHENTICATED)
_EARLIER = 3
_NEWEST = 50
_LONGEST = 100_000
"""Characters; far more than the model is shown, and little enough to search in no time."""


@dataclass(frozen=True)
class Work:
    """One go at a conversation. `messages` are its open mails, oldest first; there is at least one.

    Attributes:
        inbounds: The received mails behind `messages`.
        stale: Held drafts that nobody has touched: this answer replaces them, and takes in the mails that they answer.
        answer: What is understood already: by a job that was cut short, or by a person's correction.
        is_first: Nothing has been decided in this conversation yet, so no robot's draft or word of a person waits in it.
        is_sending: An automatic reply of it is on the wire at this moment.
        is_corrected: A person corrected what was understood of some of them: what comes of it, a person sees.
        earlier: Summaries of what was asked before, oldest first.
        known_orders: Order numbers that were read in this conversation before, oldest first.
    """

    store: Store
    mailbox: Mailbox
    conversation: Conversation
    messages: tuple[Message, ...]
    inbounds: tuple[InboundMail, ...]
    stale: tuple[Reply, ...]
    answer: Answer | None
    is_first: bool
    is_sending: bool
    is_corrected: bool
    earlier: tuple[str, ...]
    known_orders: tuple[str, ...]

    @property
    def newest(self) -> Message:
        return self.messages[-1]

    def asker(self, proven_orders: frozenset[tuple[str, str]] = frozenset()) -> Identity:
        """In whose name is looked up: whom a reply would reach."""
        return Identity(
            store_id=self.store.id,
            sender=self.newest.from_address,
            reply_to_recipient=choose_recipient(self.newest.from_address).address,
            authenticity=self.authenticity,
            proven_orders=proven_orders,
        )

    @property
    def is_understood(self) -> bool:
        """What these mails want has been read: by a job before this one, or by a person who corrected it."""
        return self.answer is not None and bool(self.answer.triage)

    @property
    def own(self) -> tuple[Message, ...]:
        """The messages that are this answer's alone; the others stay their drafts' until these are replaced."""
        replaced = {reply.answer_id for reply in self.stale}
        return tuple(m for m in self.messages if m.answer_id is None or m.answer_id not in replaced)

    def without_stale(self) -> "Work":
        """The open mails alone, where no new draft takes the place of those that wait: a person still finds them."""
        own = self.own
        ids = {message.inbound_id for message in own}
        return replace(
            self, messages=own, inbounds=tuple(one for one in self.inbounds if one.id in ids), stale=()
        )

    def answered_by(self, message: Message) -> UUID | None:
        """The answer that a message was tied to when we last looked: ours, as soon as we have begun one."""
        return self.answer.id if self.answer is not None and message in self.own else message.answer_id

    @property
    def question_text(self) -> str:
        """What the customer newly wrote, in all open mails; of megabytes the start alone, and then a person looks."""
        return "\n\n".join(self.texts)[:_LONGEST]

    @property
    def texts(self) -> tuple[str, ...]:
        """What each open mail newly says, oldest first."""
        return tuple((message.new_text or message.text)[:_LONGEST] for message in self.messages)

    @property
    def triage(self) -> dict[str, Any]:
        assert self.answer is not None
        return self.answer.triage

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.store.timezone)

    @property
    def authenticity(self) -> Authenticity:
        """The weakest of the open mails: what one of them may not have, their common answer may not."""
        return min((inbound.authenticity for inbound in self.inbounds), key=_STRICTEST.index)

    @property
    def authenticity_reasons(self) -> tuple[str, ...]:
        """Why it is no better, of the mails that are as weak."""
        weakest = [one for one in self.inbounds if one.authenticity is self.authenticity]
        return tuple(dict.fromkeys(str(reason) for one in weakest for reason in one.authenticity_reasons))


_CAME_IN = (
    col(Message.conversation_id) == sa.bindparam("conversation"),
    col(Message.direction) == Direction.INBOUND,
)
_NEWEST_MESSAGES = (
    sa.select(col(Message.id)).where(*_CAME_IN).order_by(col(Message.created_at).desc()).limit(_NEWEST)
)
_INBOUND_MESSAGES = (
    of_store(Message)
    .where(*_CAME_IN, sa.or_(col(Message.answer_id).is_(None), col(Message.id).in_(_NEWEST_MESSAGES)))
    .order_by(col(Message.created_at))
)
_ANSWERS = (
    of_store(Answer)
    .where(col(Answer.conversation_id) == sa.bindparam("conversation"))
    .order_by(col(Answer.created_at).desc())
    .limit(20)
)
_INBOUNDS = of_store(InboundMail).where(col(InboundMail.id).in_(sa.bindparam("ids", expanding=True)))
_STORE_AND_MAILBOX = (
    sa.select(Store, Mailbox)
    .join(Mailbox, col(Mailbox.store_id) == col(Store.id))
    .where(col(Store.id) == OF_STORE, col(Mailbox.id) == sa.bindparam("mailbox"))
)


async def gather(desk: Desk, conversation_id: UUID) -> Work | None:
    """The open work of a conversation, or None where there is nothing left to do."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Conversation, conversation_id)
        if found is None:
            return None
        access, conversation = found
        messages = await _inbound_messages(access, conversation)
        answers = await _answers(access, conversation)
        unfinished = next((answer for answer in answers if not answer.action), None)
        fresh = [message for message in messages if message.answer_id is None]
        begun = [message for message in messages if unfinished and message.answer_id == unfinished.id]
        if not fresh and not begun:
            return None
        is_first = not any(answer.action for answer in answers)
        unsent = [] if is_first else await _unsent_replies(access, conversation)
        stale = [reply for reply in unsent if reply.state is ReplyState.HELD]
        replaced = {reply.answer_id for reply in stale}
        opened = [m for m in messages if m in fresh or m in begun or m.answer_id in replaced]
        inbound_ids = [message.inbound_id for message in opened]
        inbounds = (await access.run(_INBOUNDS, ids=inbound_ids)).scalars()
        store, mailbox = await _store_and_mailbox(access, conversation)
        passed = {"", SUPERSEDED}
        closed = [answer for answer in answers if answer.action not in passed and answer.id not in replaced]
        return Work(
            store=store,
            mailbox=mailbox,
            conversation=conversation,
            messages=tuple(opened),
            inbounds=tuple(inbounds),
            stale=tuple(stale),
            answer=unfinished if not fresh else None,
            is_first=is_first,
            is_sending=any(reply.state is ReplyState.SENDING for reply in unsent),
            is_corrected=any(one.corrected_by for one in answers if one.id in {m.answer_id for m in opened}),
            earlier=_summaries(closed),
            known_orders=_order_numbers(closed),
        )


async def _store_and_mailbox(access: StoreAccess, conversation: Conversation) -> tuple[Store, Mailbox]:
    store, mailbox = (await access.run(_STORE_AND_MAILBOX, mailbox=conversation.mailbox_id)).one()
    return store, mailbox


async def _inbound_messages(access: StoreAccess, conversation: Conversation) -> Sequence[Message]:
    """Oldest first: all that no answer took in, and the newest."""
    return (await access.run(_INBOUND_MESSAGES, conversation=conversation.id)).scalars().all()


async def _answers(access: StoreAccess, conversation: Conversation) -> Sequence[Answer]:
    """Newest first."""
    return (await access.run(_ANSWERS, conversation=conversation.id)).scalars().all()


async def _unsent_replies(access: StoreAccess, conversation: Conversation) -> Sequence[Reply]:
    """What Pasokh wrote, and no person changed: drafts that wait, and an automatic reply that is being sent."""
    is_being_sent = sa.and_(
        col(Reply.state) == ReplyState.SENDING,
        col(Reply.automatic).is_(True),
        col(Reply.tells_of_person).is_(False),
    )
    query = access.select(Reply).where(
        col(Reply.conversation_id) == conversation.id,
        sa.or_(col(Reply.state) == ReplyState.HELD, is_being_sent),
        col(Reply.written_by).is_(None),
        col(Reply.edited).is_(False),
    )
    return (await access.session.execute(query)).scalars().all()


def _summaries(answers: Sequence[Answer]) -> tuple[str, ...]:
    newest_first = [str(answer.triage.get("summary", "")) for answer in answers if answer.triage]
    return tuple(reversed([summary for summary in newest_first if summary][:_EARLIER]))


def _order_numbers(answers: Sequence[Answer]) -> tuple[str, ...]:
    """The numbers that earlier mails really held: code checked each when it was read."""
    newest_first = [
        request.get("order_number")
        for answer in answers[:_EARLIER]
        for request in answer.triage.get("requests", [])
    ]
    return tuple(dict.fromkeys(str(number) for number in reversed(newest_first) if number))
