"""People who work with Pasokh, what they may do, and the programs that act for them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.models.columns import created, key, link, moment, word
from app.vocabulary import Role


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
