"""A mailbox that sends by its own provider's SMTP server: where and how."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.models.columns import created, link, moment, now


class SmtpAccount(SQLModel, table=True):
    """How the mails of a mailbox leave by SMTP. What `Mailbox.outbound` says decides whether they do."""

    __tablename__ = "smtp_account"

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
    keeps_copy: bool = False
    """The server itself puts what it sends into the folder of sent mails."""
    created_at: datetime = created()
    changed_at: datetime = moment(default_factory=now)
