"""By what way the mails of a mailbox leave: one sender per mailbox, made anew when what it signs in with changes."""

from uuid import UUID

import httpx
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import Database
from app.errors import TryLater
from app.intake.credentials import get_credentials, keep_renewed
from app.mail.inbound.imap import Login, Tls
from app.mail.outbound.compose import OutgoingMail
from app.mail.outbound.outbox_folder import FolderSender
from app.mail.outbound.port import OWNER_HAS_TO_MEND, Claim, Receipt, Sender, unclaimed
from app.mail.outbound.smtp import SmtpSender, SmtpServer
from app.models import Mailbox, SmtpAccount
from app.sealing import Sealer
from app.settings import Settings
from app.vocabulary import Outbound

OUTBOX = "outbox"
"""Folder under the data folder."""


class Senders:
    """All ways out of one process. `sendgrid` is shared by the mailboxes that use it."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        sealer: Sealer,
        http: httpx.AsyncClient,
        sendgrid: Sender,
    ) -> None:
        self.sendgrid = sendgrid
        self._settings, self._database, self._sealer, self._http = settings, database, sealer, http
        self._folder = FolderSender(settings.data_dir / OUTBOX)
        self._smtp: dict[UUID, tuple[SmtpAccount, SmtpSender]] = {}

    async def get(self, session: AsyncSession, mailbox: Mailbox) -> Sender:
        """The way out of a mailbox. One that is not set up takes nothing, and says so when it is asked to."""
        if mailbox.outbound is Outbound.SENDGRID:
            return self.sendgrid
        if mailbox.outbound is Outbound.FOLDER:
            return self._folder
        account = await session.get(SmtpAccount, mailbox.id)
        if account is None:
            return NoWayOut(f"{mailbox.address} is to send by SMTP, and has no account for that.")
        return self._of(account, mailbox.address)

    def _of(self, account: SmtpAccount, address: str) -> Sender:
        known = self._smtp.get(account.mailbox_id)
        if known is not None and known[0] == account:
            return known[1]
        own = SmtpAccount(**account.model_dump())  # the session's own row changes under us
        sender = make_smtp_sender(
            own,
            address,
            self._sealer,
            self._http,
            database=self._database,
            timeout=self._settings.call_timeout_seconds,
        )
        self._smtp[own.mailbox_id] = (own, sender)
        return sender

    def close(self) -> None:
        for sender in (self.sendgrid, self._folder, *(one for _, one in self._smtp.values())):
            sender.close()


def make_smtp_sender(
    account: SmtpAccount,
    address: str,
    sealer: Sealer,
    http: httpx.AsyncClient,
    *,
    database: Database | None = None,
    timeout: float,
) -> SmtpSender:
    """A sender by an account, which need not be stored.

    Args:
        account: Where, and what to sign in with.
        address: What stands in From.
        sealer: Opens the secret.
        http: For access tokens.
        database: Where a secret that the provider replaced is kept from then on; None: in `account` alone.
        timeout: Seconds that one step may take.

    Raises:
        BadRequest: the server is another machine, and would be spoken to in plain text.
    """

    async def get_login() -> Login | None:
        if not account.username:
            return None  # a server on this machine that lets everybody in
        found = await get_credentials(account, sealer, http)
        if found.renewed is not None and database is not None:
            await keep_renewed(database, account, found.renewed)
        elif found.renewed is not None:
            account.secret_sealed = found.renewed
        return found.login

    server = SmtpServer(account.host, account.port, Tls(account.tls), timeout)
    return SmtpSender(server, address, get_login)


class NoWayOut:
    """Stands for a way out that is not set up: mail waits, and says why."""

    def __init__(self, why: str) -> None:
        self._why = why

    async def send(self, mail: OutgoingMail, claim: Claim = unclaimed) -> Receipt:
        del mail, claim
        raise self._error()

    async def check(self) -> None:
        raise self._error()

    def close(self) -> None:
        """Nothing is held."""

    def _error(self) -> TryLater:
        text = f"{self._why} Mail waits until it is set up."
        return TryLater(text, service="The way out", code=OWNER_HAS_TO_MEND)
