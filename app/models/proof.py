"""Somebody who wrote from an address that does not stand on an order, and may prove that the order is theirs."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.columns import created, key, link, mention, moment, prose


class OrderProof(SQLModel, table=True):
    """One code for one order, whether or not there is such an order: nobody outside can tell the difference."""

    __tablename__ = "order_proof"
    __table_args__ = (
        sa.Index("ix_order_proof_order_key", "store_id", "order_key", "created_at"),
        sa.Index("ix_order_proof_owner", "store_id", "owner", "sent_at"),
        # What the sweep looks through.
        sa.Index("ix_order_proof_due", "due_at", postgresql_where=sa.text("sent_at IS NULL")),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    conversation_id: UUID = link("conversation.id")
    answer_id: UUID = link("answer.id", index=False)
    """What was asked; a right code has it answered."""
    reply_id: UUID | None = mention("reply.id", default=None)
    """The reply that tells of the code: once it has left, the code is sent."""
    order_number: str = prose()
    """As the customer wrote it."""
    order_key: str = prose()
    """The number alone, for counting."""
    claimant: str = prose()
    """The address that is to be told of the order, lower case."""
    locale: str
    order_id: str | None = prose(default=None)
    """Shopify's id of the order, once it was found."""
    owner: str | None = prose(default=None)
    """The address of the order that the code went to, lower case. The proof is good for as long as it stands on it."""
    code_hash: bytes | None = None
    """Keyed digest of the code. None: none was sent, and every code is wrong."""
    tries: int = 0
    waiting_since: datetime | None = moment(default=None)
    created_at: datetime = created()
    due_at: datetime | None = moment(default=None)
    """Since when its code is to be sent: the reply that tells of it has left."""
    sent_at: datetime | None = moment(default=None)
    """When the code was sent, or would have been."""
    proven_at: datetime | None = moment(default=None)
