"""Mails that a server names and does not hand out, or that are too big: kept as a visible failure, never answered."""

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import announce
from app.intake.accept import MESSAGE
from app.mail.inbound import mime
from app.models import InboundMail, Mailbox, RawMail
from app.models.columns import now
from app.vocabulary import Authenticity, Outcome


@dataclass(frozen=True, slots=True)
class Unfetched:
    """A mail of which we have a header at most.

    Attributes:
        place: Folder, UIDVALIDITY and UID: what tells it from every other one, where there is no header.
        header: As the server gave it; empty where it gave none.
        reason: A sentence for people.
    """

    place: tuple[str, int, int]
    source: str
    size: int
    header: bytes
    reason: str

    def dedup_key(self, mailbox_id: UUID) -> str:
        """The same for a mail that the server numbered anew, or has in two folders."""
        identity = (self.size, self.header) if self.header else self.place
        return hashlib.sha256(f"{mailbox_id}:{identity}".encode()).hexdigest()


async def keep_unfetched(session: AsyncSession, mailbox: Mailbox, mail: Unfetched) -> None:
    """Show a mail among those that could not be read, once however often it is met."""
    row_id, read = uuid4(), mime.read(mail.header)
    values = {
        "id": row_id,
        "store_id": mailbox.store_id,
        "mailbox_id": mailbox.id,
        "dedup_key": mail.dedup_key(mailbox.id),
        "source": mail.source,
        "size": mail.size,
        "received_at": now(),
        "from_name": read.from_.name,
        "from_address": read.from_.address,
        "subject": read.subject,
        "reasons": [],
        "problems": [],
        "authenticity": Authenticity.UNAUTHENTICATED,
        "authenticity_reasons": [],
        "outcome": Outcome.FAILED,
        "outcome_reason": mail.reason,
        "ended_at": now(),
    }
    stored = await session.execute(
        insert(InboundMail)
        .values(values)
        .on_conflict_do_nothing(index_elements=["mailbox_id", "dedup_key"])
        .returning(InboundMail.id)  # type: ignore[call-overload]  # SQLModel types columns as their values
    )
    if stored.first() is None:
        return
    session.add(RawMail(inbound_id=row_id, content_type=MESSAGE, content=mail.header))
    await announce(session, mailbox.store_id)
