"""What belongs to a conversation without being in it: conversations of the same thread, and mails that were not believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.models import Conversation, InboundMail, Message
from app.vocabulary import Outcome

_MOST = 20


class LinkReason(StrEnum):
    """Why a mail of a known thread is in a conversation of its own. These words stand in the API: add, never rename."""

    ANOTHER_PERSON = "another_person"
    ANOTHER_MAILBOX = "another_mailbox"
    FORGED = "forged"  # nothing bears out that the contact sent it, and something speaks against it


@dataclass(frozen=True)
class Link:
    """Another conversation of the same thread. Its contents and its contact are not told here: they are its own.

    Attributes:
        id: Of the other conversation.
        is_origin: The other one was first: a mail that refers to it began this one.
    """

    id: UUID
    is_origin: bool
    reason: LinkReason
    last_message_at: datetime


async def find_links(access: StoreAccess, conversation: Conversation) -> Sequence[Link]:
    """The conversation that this one began in, and those that others began in this one, newest last."""
    query = (
        access.select(Conversation)
        .where(
            sa.or_(
                col(Conversation.id) == conversation.related_id,
                col(Conversation.related_id) == conversation.id,
            )
        )
        .order_by(col(Conversation.created_at).desc())
        .limit(_MOST)
    )
    others = (await access.session.execute(query)).scalars().all()
    return [
        Link(
            other.id, other.id == conversation.related_id, _reason(conversation, other), other.last_message_at
        )
        for other in reversed(others)
    ]


async def find_unproven(access: StoreAccess, conversation_id: UUID) -> Sequence[InboundMail]:
    """Mails that say they are an answer of staff here, and were not believed: kept, and no part of the conversation."""
    query = (
        access.select(InboundMail)
        .outerjoin(Message, col(Message.inbound_id) == col(InboundMail.id))
        .where(
            col(InboundMail.conversation_id) == conversation_id,
            col(InboundMail.outcome) == Outcome.IGNORED,
            col(Message.id).is_(None),
        )
        .order_by(col(InboundMail.received_at).desc())
        .limit(_MOST)
    )
    return [*reversed((await access.session.execute(query)).scalars().all())]


def _reason(one: Conversation, other: Conversation) -> LinkReason:
    if one.contact_id != other.contact_id:
        return LinkReason.ANOTHER_PERSON
    return LinkReason.ANOTHER_MAILBOX if one.mailbox_id != other.mailbox_id else LinkReason.FORGED
