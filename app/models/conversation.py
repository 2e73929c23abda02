"""A conversation with one contact, and the messages in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.columns import created, document, key, link, mention, moment, prose, word
from app.vocabulary import ConversationState, Direction, Outcome


class Conversation(SQLModel, table=True):
    """What the inbox lists: who, what they want, and what it waits for."""

    __tablename__ = "conversation"
    __table_args__ = (
        sa.Index("ix_conversation_inbox", "store_id", "state", "last_message_at", "id"),
        sa.Index("ix_conversation_outcome", "store_id", "state", "outcome", "last_message_at", "id"),
        # What needs a person, the first due first: see `due_order` in app/inbox/due.py.
        sa.Index(
            "ix_conversation_due",
            "store_id",
            "state",
            "outcome",
            sa.text("COALESCE(due_at, last_message_at)"),
            "id",
        ),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    mailbox_id: UUID = link("mailbox.id")
    contact_id: UUID = link("contact.id")
    related_id: UUID | None = mention("conversation.id", default=None)
    """The conversation that another person was answered in when this one began; nothing of it is shown or sent here."""
    subject: str = prose()
    state: ConversationState = word(ConversationState, default=ConversationState.OPEN)
    outcome: Outcome = word(Outcome, default=Outcome.WAITING)
    """How its latest mail ended."""
    reason: str = prose(default="")
    """Why it is held, in an agent's words; empty where nobody has to look."""
    intents: list[Any] = document(list)
    language: str | None = None
    person_answering: bool = False
    """A person has written here: the robot is silent."""
    assigned_to: UUID | None = mention("app_user.id", index=False, default=None)
    """Who has said that they answer here."""
    due_at: datetime | None = moment(default=None)
    """By when a person is to have answered; None where no customer waits for one."""
    waiting_since: datetime | None = moment(default=None)
    created_at: datetime = created()
    last_message_at: datetime = created()
    closed_at: datetime | None = moment(default=None)


class Message(SQLModel, table=True):
    """One email of a conversation, in or out, as people read it."""

    __tablename__ = "message"
    __table_args__ = (
        sa.Index("ix_message_conversation_id_created_at", "conversation_id", "created_at"),
        sa.Index("ix_message_store_id_rfc_message_id", "store_id", "rfc_message_id"),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    conversation_id: UUID = link("conversation.id", index=False)
    direction: Direction = word(Direction)
    inbound_id: UUID | None = link("inbound_mail.id", default=None, nullable=True, unique=True)
    reply_id: UUID | None = link("reply.id", default=None, nullable=True, unique=True)
    rfc_message_id: str | None = prose(default=None)
    references: list[Any] = document(list)
    from_name: str = prose(default="")
    from_address: str = prose(default="")
    to_addresses: list[Any] = document(list)
    reply_to_address: str | None = prose(default=None)
    subject: str = prose(default="")
    text: str = prose(default="")
    new_text: str = prose(default="")
    """Only what the sender newly wrote."""
    html: str | None = prose(default=None)
    attachments: list[Any] = document(list)
    """filename, content_type, size, sha256, inline of each; the bytes are in the raw mail."""
    answer_id: UUID | None = mention("answer.id", default=None)
    """The answer that took this message in; None while it waits for one."""
    created_at: datetime = created()
