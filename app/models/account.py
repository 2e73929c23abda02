"""What an account at a mail server is made of, whichever way mail goes through it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.models.columns import created, link, moment, now


class ServerAccount(SQLModel):
    """A mailbox's account at a server: where, and what to sign in with. One of a kind a mailbox."""

    mailbox_id: UUID = Field(foreign_key="mailbox.id", ondelete="CASCADE", primary_key=True)
    store_id: UUID = link("store.id")
    preset: str = ""
    """Name of a provider in app/mail/inbound/providers.py, or empty."""
    host: str
    port: int
    tls: str
    """implicit, starttls or none; none to loopback alone."""
    username: str
    secret_sealed: bytes
    """The password, or the OAuth grant as JSON (app/intake/credentials.py)."""
    is_oauth: bool = False
    created_at: datetime = created()
    changed_at: datetime = moment(default_factory=now)
    """Of what an owner sets here and in the account's own columns."""
