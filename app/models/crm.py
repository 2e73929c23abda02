"""Contacts, their addresses, and every exchange with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.columns import created, document, key, link, moment, prose, word
from app.vocabulary import Channel, Direction, JourneyStage, LeadMethod, LeadSource


class Contact(SQLModel, table=True):
    """A person, known by their addresses."""

    __tablename__ = "contact"

    id: UUID = key()
    store_id: UUID = link("store.id")
    name: str = prose(default="")
    language: str | None = None
    lead_source: LeadSource = word(LeadSource, default=LeadSource.UNKNOWN)
    lead_detail: dict[str, Any] = document(dict)
    """What the shop's journey data says of the first visit: source, referrer, landing page, UTM."""
    journey_stage: JourneyStage = word(JourneyStage, default=JourneyStage.AWARENESS)
    created_at: datetime = created()


class ContactAddress(SQLModel, table=True):
    """An address belongs to one contact of a store."""

    __tablename__ = "contact_address"

    store_id: UUID = Field(foreign_key="store.id", ondelete="CASCADE", primary_key=True)
    address: str = Field(primary_key=True)
    contact_id: UUID = link("contact.id")


class Touchpoint(SQLModel, table=True):
    """One exchange with a contact."""

    __tablename__ = "touchpoint"
    __table_args__ = (
        sa.Index("ix_touchpoint_store_id_occurred_at", "store_id", "occurred_at", "id"),
        sa.Index("ix_touchpoint_contact_id_occurred_at", "contact_id", "occurred_at"),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    contact_id: UUID = link("contact.id", index=False)
    conversation_id: UUID | None = link("conversation.id", default=None, nullable=True)
    message_id: UUID | None = link("message.id", default=None, nullable=True, unique=True)
    direction: Direction = word(Direction)
    channel: Channel = word(Channel, default=Channel.EMAIL)
    lead_source: LeadSource = word(LeadSource, default=LeadSource.UNKNOWN)
    lead_method: LeadMethod = word(LeadMethod, default=LeadMethod.EMAIL)
    journey_stage: JourneyStage = word(JourneyStage)
    subject: str = prose(default="")
    intents: list[Any] = document(list)
    situations: list[Any] = document(list)
    decision: str = ""
    """How the exchange ended: an Outcome for what came in, `automatic` or `person` for what went out."""
    why: str = prose(default="")
    event: str = ""
    """What became of a mail that we sent, in a word of `DeliveryKind`; empty for the mails themselves."""
    response_seconds: int | None = None
    """For a reply: seconds since the mail that it answers came in."""
    occurred_at: datetime = moment()
