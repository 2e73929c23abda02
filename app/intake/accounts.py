"""A store's mailboxes and their accounts; pause and resume one that is read over IMAP, by whoever may."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col

from app.access import StoreAccess
from app.errors import NotFound
from app.intake.health import record
from app.models import ImapAccount, Mailbox, ReadingState, SmtpAccount
from app.models.columns import now


async def list_mailboxes(access: StoreAccess) -> Sequence[tuple[Mailbox, ImapAccount | None]]:
    """A store's mailboxes by address, each with how it is read, where that is by IMAP."""
    query = (
        access.select(Mailbox)
        .add_columns(ImapAccount)
        .outerjoin(ImapAccount, col(ImapAccount.mailbox_id) == col(Mailbox.id))
        .order_by(col(Mailbox.address))
    )
    return [(mailbox, account) for mailbox, account in await access.session.execute(query)]


async def smtp_accounts(access: StoreAccess) -> Mapping[UUID, SmtpAccount]:
    """How the mails of each mailbox leave by SMTP, by the mailbox's id, where that was set up."""
    found = (await access.session.execute(access.select(SmtpAccount))).scalars().all()
    return {account.mailbox_id: account for account in found}


async def pause(access: StoreAccess, mailbox_id: UUID, *, by: str) -> ImapAccount:
    """Leave a mailbox alone until `resume`: its reader stops within seconds. One that is paused stays so.

    Args:
        access: The store.
        mailbox_id: The mailbox.
        by: Who does so, as colleagues know them.

    Raises:
        NotFound: no such mailbox of this store is read over IMAP.
    """
    account = await _get(access, mailbox_id)
    if account.paused_at is None:
        account.paused_at, account.paused_by = now(), by
    return account


async def resume(access: StoreAccess, mailbox_id: UUID) -> ImapAccount:
    """Read a paused mailbox on from where it was left; of one that is in trouble, try again now.

    Raises:
        NotFound: no such mailbox of this store is read over IMAP.
    """
    account = await _get(access, mailbox_id)
    account.paused_at, account.paused_by, account.changed_at = None, "", now()
    account.note = ""
    record(account, ReadingState.NEW)
    return account


async def _get(access: StoreAccess, mailbox_id: UUID) -> ImapAccount:
    account = await access.find(ImapAccount, mailbox_id, lock=True)
    if account is None:
        raise NotFound("There is no such mailbox here that is read over IMAP.")
    return account
