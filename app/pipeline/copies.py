"""file_copy: put a reply that left by SMTP into the mailbox's folder of sent mails, where its people look for it.

The reply has left long before, and whatever becomes of its copy changes nothing for it. It is searched for by its
Message-ID first, so that a second run, or a server that keeps copies by itself, makes no second one.
"""

import asyncio
import logging
from datetime import timedelta
from uuid import UUID

from app.access import StoreAccess, open_store_of
from app.errors import TryLater
from app.intake.credentials import get_credentials
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
        await defer_alone(access.session, FILE_COPY, reply.id, at=now() + _SOON)


async def file_copy(desk: Desk, reply_id: UUID) -> None:
    """Run the job."""
    found = await _prepare(desk, reply_id)
    if found is None:
        return
    account, copy = found
    credentials = await get_credentials(account, desk.sealer, desk.http)
    if credentials.renewed is not None:
        await _keep(desk, account, credentials.renewed)
    server = Server(account.host, account.port, Tls(account.tls), desk.settings.call_timeout_seconds)
    is_new = await asyncio.to_thread(put_copy, server, credentials.login, account.sent_folder or "", copy)
    log.info("copy_filed", extra={"reply": str(reply_id), "new": is_new})


async def copy_failed(desk: Desk, reply_id: UUID, error: Exception) -> None:
    """Wait for the mail server for as long as a reply would; then there is no copy, and the reply's own page has it all."""
    log.warning("copy_waits", extra={"reply": str(reply_id)}, exc_info=error)
    if not isinstance(error, TryLater):
        return
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id)
        if found is None or found[1].sent_at is None:
            return
        wait = next_wait(error, found[1].sent_at, now(), desk.settings)
        if wait is not None:
            await defer_alone(session, FILE_COPY, reply_id, at=wait.until)


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


async def _keep(desk: Desk, account: ImapAccount, renewed: bytes) -> None:
    async with desk.db.transaction() as session:
        kept = await session.get(ImapAccount, account.mailbox_id, with_for_update=True)
        if kept is not None and kept.secret_sealed == account.secret_sealed:
            kept.secret_sealed = renewed
