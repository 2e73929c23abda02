"""What a store's owner has to know without looking for it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.columns import created, document, key, link, mention, moment, prose


class Notice(SQLModel, table=True):
    """Shown on the inbox until an owner has seen it, and mailed to every owner once."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("store_id", "subject_key"),
        sa.Index("ix_notice_unseen", "store_id", "created_at", postgresql_where=sa.text("seen_at IS NULL")),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    subject_key: str
    """What it is about, and of when: the same is told once."""
    title: str = prose()
    text: str = prose()
    mail_to: list[Any] = document(list)
    """Owners whom it has still to be mailed to. An address leaves this list before its mail is sent: never twice."""
    waiting_since: datetime | None = moment(default=None)
    created_at: datetime = created()
    seen_at: datetime | None = moment(default=None)
    seen_by: UUID | None = mention("app_user.id", index=False, default=None)
