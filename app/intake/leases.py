"""Who reads which mailbox: one worker each, for as long as it shows that it lives.

A lease is a column with an end, by the database's clock. Its holder moves the end on; once it has passed, anybody may
take the lease. What a reader writes about a mailbox it writes under its lease, in the same transaction (`held`): who
was silent for too long finds out there, and stops.
"""

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import Database
from app.models import ImapAccount

_CLAIM = sa.text("""
UPDATE imap_account SET lease_holder = :holder, lease_until = now() + make_interval(secs => :seconds)
WHERE mailbox_id IN (
    SELECT mailbox_id FROM imap_account
    WHERE paused_at IS NULL AND (lease_until IS NULL OR lease_until < now())
    ORDER BY lease_until NULLS FIRST, mailbox_id LIMIT :most FOR UPDATE SKIP LOCKED
)
RETURNING mailbox_id, changed_at
""")
_RENEW = sa.text("""
UPDATE imap_account SET lease_until = now() + make_interval(secs => :seconds)
WHERE lease_holder = :holder AND lease_until > now() AND paused_at IS NULL
RETURNING mailbox_id, changed_at
""")
_RELEASE = sa.text("""
UPDATE imap_account SET lease_holder = NULL, lease_until = NULL
WHERE lease_holder = :holder AND (CAST(:mailbox AS uuid) IS NULL OR mailbox_id = :mailbox)
""")


class LeaseLost(Exception):
    """Another worker reads this mailbox, or nobody is to: stop, and write nothing more."""


async def claim(database: Database, holder: UUID, *, seconds: float, most: int) -> dict[UUID, datetime]:
    """Take mailboxes that nobody reads, at most so many; each with the time at which its settings changed last."""
    values = {"holder": holder, "seconds": seconds, "most": most}
    async with database.transaction() as session:
        return {row.mailbox_id: row.changed_at for row in await session.execute(_CLAIM, values)}


async def renew(database: Database, holder: UUID, *, seconds: float) -> dict[UUID, datetime]:
    """Move the end of all leases of a holder on. What is not returned is not, or no longer, theirs."""
    async with database.transaction() as session:
        rows = await session.execute(_RENEW, {"holder": holder, "seconds": seconds})
        return {row.mailbox_id: row.changed_at for row in rows}


async def release(database: Database, holder: UUID, mailbox_id: UUID | None = None) -> None:
    """Let others take a mailbox at once; without one, all of this holder's."""
    async with database.transaction() as session:
        await session.execute(_RELEASE, {"holder": holder, "mailbox": mailbox_id})


@contextlib.asynccontextmanager
async def held(
    database: Database, holder: UUID, mailbox_id: UUID
) -> AsyncIterator[tuple[AsyncSession, ImapAccount]]:
    """A unit of work under a lease, with the account's row locked.

    Raises:
        LeaseLost: the lease is another's, has ended, or the mailbox is paused.
    """
    query = select(ImapAccount).where(
        col(ImapAccount.mailbox_id) == mailbox_id,
        col(ImapAccount.lease_holder) == holder,
        col(ImapAccount.lease_until) > sa.func.now(),
        col(ImapAccount.paused_at).is_(None),
    )
    async with database.transaction() as session:
        account = (await session.exec(query.with_for_update())).one_or_none()
        if account is None:
            raise LeaseLost
        yield session, account
