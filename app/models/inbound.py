"""What came in, byte for byte, and how it ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.columns import created, document, key, link, moment, optional_document, prose, word
from app.vocabulary import Authenticity, MailKind, Outcome

SENT = "sent"
"""The source of a mail that was seen in the folder of sent mails: whoever put it there has the mailbox."""


class InboundMail(SQLModel, table=True):
    """One received email: stored once under its natural key, with its way to an end."""

    __tablename__ = "inbound_mail"
    __table_args__ = (
        sa.UniqueConstraint("mailbox_id", "dedup_key"),
        sa.Index("ix_inbound_mail_store_id_outcome_received_at", "store_id", "outcome", "received_at"),
        # What the sweep looks through.
        sa.Index("ix_inbound_mail_waiting", "received_at", postgresql_where=sa.text("outcome = 'waiting'")),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    mailbox_id: UUID = link("mailbox.id", index=False)
    dedup_key: str
    source: str
    """How it came: sendgrid, raw, ingest, imap, or sent (the staff's own, seen in the folder of sent mails)."""
    size: int
    received_at: datetime = created()

    rfc_message_id: str | None = prose(default=None, index=True)
    from_name: str = prose(default="")
    from_address: str = prose(default="")
    subject: str = prose(default="")
    kind: MailKind | None = word(MailKind, default=None)
    reasons: list[Any] = document(list)
    """Why it is of that kind, in sentences."""
    problems: list[Any] = document(list)
    """What could not be read."""
    forwarding_check: dict[str, Any] | None = optional_document()
    """code and link by which a provider wants forwarding to this mailbox confirmed."""
    authenticity: Authenticity = word(Authenticity, default=Authenticity.UNAUTHENTICATED)
    authenticity_reasons: list[Any] = document(list)

    outcome: Outcome = word(Outcome, default=Outcome.WAITING)
    outcome_reason: str = prose(default="It has just come in.")
    waiting_since: datetime | None = moment(default=None)
    """Since when a dependency has kept it waiting."""
    ended_at: datetime | None = moment(default=None)
    conversation_id: UUID | None = link("conversation.id", default=None, nullable=True)


class RawMail(SQLModel, table=True):
    """The bytes of a received email as they came, with the content type that tells how to read them."""

    __tablename__ = "raw_mail"

    inbound_id: UUID = Field(foreign_key="inbound_mail.id", ondelete="CASCADE", primary_key=True)
    content_type: str
    content: bytes
