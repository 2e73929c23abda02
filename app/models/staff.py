"""People who work with Pasokh, what they may do, and the programs that act for them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.columns import created, key, link, moment, word
from app.vocabulary import DigestPace, Role


class User(SQLModel, table=True):
    __tablename__ = "app_user"  # `user` is a word of SQL's own

    id: UUID = key()
    email: str = Field(unique=True)
    name: str
    password_hash: str
    created_at: datetime = created()


class Membership(SQLModel, table=True):
    """What a user may do in a store."""

    __tablename__ = "membership"

    user_id: UUID = Field(foreign_key="app_user.id", ondelete="CASCADE", primary_key=True)
    store_id: UUID = Field(foreign_key="store.id", ondelete="CASCADE", primary_key=True, index=True)
    role: Role = word(Role)
    digest: DigestPace = word(DigestPace, default=DigestPace.DAILY)
    digest_hour: int = 8
    """From which hour of the store's clock a daily one is sent."""


class Digest(SQLModel, table=True):
    """A mail to one member of staff about what waits for a person, once a period."""

    __tablename__ = "digest"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "store_id", "period"),
        # What the sweep looks through.
        sa.Index("ix_digest_unsent", "created_at", postgresql_where=sa.text("sent_at IS NULL")),
    )

    id: UUID = key()
    store_id: UUID = link("store.id")
    user_id: UUID = link("app_user.id", index=False)
    period: str
    """`day:2026-11-23`, `overdue:2026-11-23` or `hour:2026-11-23T14`, by the store's clock."""
    created_at: datetime = created()
    waiting_since: datetime | None = moment(default=None)
    sent_at: datetime | None = moment(default=None)
    """Set before it is sent: never twice. It may also not have been sent: when nothing waited any more."""


class WebSession(SQLModel, table=True):
    """A signed-in browser, working in one store. The cookie holds the token, we hold its hash."""

    __tablename__ = "web_session"

    token_hash: str = Field(primary_key=True)
    user_id: UUID = link("app_user.id")
    store_id: UUID = link("store.id")
    created_at: datetime = created()
    expires_at: datetime = moment()


class SignInAttempt(SQLModel, table=True):
    """A failed sign-in, by hashed subject (account or network address), for throttling."""

    __tablename__ = "sign_in_attempt"

    id: UUID = key()
    subject_hash: str = Field(index=True)
    at: datetime = created()


class ApiKey(SQLModel, table=True):
    """A program's key to one store's API. Shown once; we keep its hash."""

    __tablename__ = "api_key"

    id: UUID = key()
    store_id: UUID = link("store.id")
    name: str
    prefix: str
    """The first characters, so that its owner recognises it."""
    key_hash: str = Field(unique=True)
    created_at: datetime = created()
    last_used_at: datetime | None = moment(default=None)
