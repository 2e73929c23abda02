"""Addresses that are not written to again without a person."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.columns import created, key, link, mention, moment, prose, word
from app.vocabulary import SuppressionCause


class Suppression(SQLModel, table=True):
    """One address of a store's customers that mail does not reach, or whose owner reported it as spam."""

    __tablename__ = "suppression"
    __table_args__ = (sa.UniqueConstraint("store_id", "address_key"),)

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    address_key: str = prose()
    """One spelling for all that reach the same mailbox: see app/mail/domains.py."""
    address: str = prose()
    """As it was written to."""
    contact_id: UUID | None = mention("contact.id", default=None)
    """Whose it is: a report of spam stands for all addresses of theirs."""
    cause: SuppressionCause = word(SuppressionCause)
    detail: str = prose(default="")
    """What the receiving host or the provider said."""
    reply_id: UUID | None = mention("reply.id", index=False, default=None)
    """The reply that it was learned by."""
    happened_at: datetime = moment()
    created_at: datetime = created()
    lifted_at: datetime | None = moment(default=None)
    """Since when it is written to again, as an owner decided."""
    lifted_by: UUID | None = mention("app_user.id", index=False, default=None)
