"""A mailbox that is read over IMAP: where and how, who reads it, how far, and how it fares."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.account import ServerAccount
from app.models.columns import document, moment, now, prose, word


class ReadingState(StrEnum):
    """How reading a mailbox fares. It is stored: add, never rename."""

    NEW = "new"  # nobody has signed in yet
    READING = "reading"
    UNREACHABLE = "unreachable"  # the server is down or busy: it is tried again
    REFUSED = "refused"  # the password, or the consent, is not good any more
    WRONG = "wrong"  # a folder that is not there, a certificate that is not the host's: somebody has to look


class ImapAccount(ServerAccount, table=True):
    """How a mailbox is read over IMAP. A mailbox without one gets its mail by webhook alone.

    A reader that began before `changed_at` begins anew.
    """

    __tablename__ = "imap_account"

    folders: list[Any] = document(list)
    sent_folder: str | None = ""
    """Where the staff's own mails are; empty: the folder that the server marks so; NULL: it is not watched."""
    read_since: datetime | None = moment(default=None, nullable=True)
    """Mails that the server got before are left alone. NULL: all are read."""

    paused_at: datetime | None = moment(default=None, nullable=True)
    paused_by: str = ""

    lease_holder: UUID | None = None
    lease_until: datetime | None = moment(default=None, nullable=True)
    """By the database's clock. From then on anybody may take it."""

    state: ReadingState = word(ReadingState, default=ReadingState.NEW)
    state_since: datetime = moment(default_factory=now)
    state_reason: str = prose(default="")
    """What the server said, in a sentence."""
    checked_at: datetime | None = moment(default=None, nullable=True)
    """When we last knew that everything was read."""
    last_mail_at: datetime | None = moment(default=None, nullable=True)
    backlog: int = 0
    """Mails that wait in the folder that is being read."""
    note: str = prose(default="")
    """Something that an owner should know, and that stops nothing."""


class ImapFolder(SQLModel, table=True):
    """How far a folder has been read (RFC 9051, 2.3.1.1: a UID means something under its UIDVALIDITY alone)."""

    __tablename__ = "imap_folder"

    mailbox_id: UUID = Field(foreign_key="imap_account.mailbox_id", ondelete="CASCADE", primary_key=True)
    name: str = Field(primary_key=True)
    uidvalidity: int = Field(sa_type=sa.BigInteger)
    last_uid: int = Field(sa_type=sa.BigInteger)
    read_since: datetime | None = moment(default=None, nullable=True)
    """As `ImapAccount.read_since`; for the folder of sent mails, never before the mailbox was added."""
    last_date: datetime | None = moment(default=None, nullable=True)
    """The newest time at which the server got a mail that was read."""
    rescan_since: datetime | None = moment(default=None, nullable=True)
    """While a folder is read again after its UIDs changed their meaning: from when on."""
