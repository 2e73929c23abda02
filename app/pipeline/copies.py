"""file_copy: put a reply that left by SMTP into the mailbox's folder of sent mails, where its people look for it.

The reply has left long before, and whatever becomes of its copy changes nothing for it. It is searched for by its
Message-ID first, so that a second run, or a server that keeps copies by itself, makes no second one.
"""

import asyncio
import logging
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess, open_store_of
from app.errors import TryLater
from app.intake.credentials import get_credentials, keep_renewed
from app.jobs import FILE_COPY, defer_alone
from app.mail.inbound.imap import Server, Tls
from app.mail.outbound.mime import build_message
from app.mail.outbound.sent_folder import Copy, put_copy
from app.models import ImapAccount, Reply, SmtpAccount
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.outgoing import compose_reply, mailbox_of
from app.pipeline.patience import next_wait

log = logging.getLogger(__name__)

_SOON = timedelta(seconds=20)
"""A server that keeps copies by itself, though nobody told us, has done so by then."""


async def defer_copy(access: StoreAccess, reply: Reply) -> None:
    """Have a copy made of a reply that left by SMTP, where nobody else keeps one."""
    mailbox = await mailbox_of(access, reply)
    account = await access.find(SmtpAccount, mailbox.id)
    imap = await access.find(ImapAccount, mailbox.id)
    if account is not None and not account.keeps_copy and imap is not None and imap.sent_folder is not None:
        reply.copy_due = True
        await defer_alone(access.session, FILE_COPY, reply.id, at=now() + _SOON)


async def file_copy(desk: Desk, reply_id: UUID) -> None:
    """Run the job."""
    found = await _prepare(desk, reply_id)
    if found is None:
        await _settle(desk, reply_id)  # its mailbox is read no more, or its sent mails are not
        return
    account, copy = found
    credentials = await get_credentials(account, desk.sealer, desk.http)
    if credentials.renewed is not None:
        await keep_renewed(desk.db, account, credentials.renewed)
    server = Server(account.host, account.port, Tls(account.tls), desk.settings.call_timeout_seconds)
    is_new = await asyncio.to_thread(put_copy, server, credentials.login, account.sent_folder or "", copy)
    await _settle(desk, reply_id)
    log.info("copy_filed", extra={"reply": str(reply_id), "new": is_new})


async def copy_failed(desk: Desk, reply_id: UUID, error: Exception) -> None:
    """Wait for the mail server for as long as a reply would; then there is no copy, and the reply's own page has it all."""
    log.warning("copy_waits", extra={"reply": str(reply_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id)
        sent_at = found[1].sent_at if found else None
        wait = (
            next_wait(error, sent_at, now(), desk.settings)
            if isinstance(error, TryLater) and sent_at is not None
            else None
        )
        if wait is not None:
            await defer_alone(session, FILE_COPY, reply_id, at=wait.until)
            return
    await _settle(desk, reply_id)


async def _prepare(desk: Desk, reply_id: UUID) -> tuple[ImapAccount, Copy] | None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id)
        if found is None or found[1].sent_at is None:
            return None
        access, reply = found
        mailbox = await mailbox_of(access, reply)
        account = await access.find(ImapAccount, mailbox.id)
        if account is None or account.sent_folder is None:
            return None
        mail = await compose_reply(access, reply, mailbox, thread_key=desk.thread_key)
        copy = Copy(build_message(mail), reply.rfc_message_id, found[1].sent_at)
        return ImapAccount(**account.model_dump()), copy


async def _settle(desk: Desk, reply_id: UUID) -> None:
    """Nobody has to care for this copy any more."""
    async with desk.db.transaction() as session:
        await session.execute(sa.update(Reply).where(col(Reply.id) == reply_id).values(copy_due=False))
