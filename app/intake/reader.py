"""Read one mailbox over IMAP: sign in, read what is new, wait for more; after any trouble, later, all over again."""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator
from concurrent.futures import Future
from uuid import UUID

import sqlalchemy as sa

from app.access import StoreAccess
from app.errors import PasokhError
from app.intake.credentials import get_credentials
from app.intake.folders import FolderReader, Place
from app.intake.hall import Hall, Line
from app.intake.health import needs_owner, record, state_of, tell_owners
from app.intake.leases import LeaseLost, held
from app.mail.inbound.imap import Connection, Folder, Server, ServerDown, Tls, Unusable
from app.models import ImapAccount, Mailbox, ReadingState
from app.models.columns import now

log = logging.getLogger(__name__)

_OUR_FAULT = "Pasokh fails by a fault of its own ({fault}), which its log tells."


def server_of(account: ImapAccount, silence: float) -> Server:
    return Server(account.host, account.port, Tls(account.tls), silence)


def choose_folders(account: ImapAccount, folders: list[Folder]) -> tuple[list[str], str | None]:
    """The folders to read, and the one of sent mails if it is to be watched and there is one."""
    chosen = [str(name) for name in account.folders] or ["INBOX"]
    if account.sent_folder is None:
        return chosen, None
    marked = next((one.name for one in folders if one.is_sent and one.is_selectable), None)
    sent = account.sent_folder or marked
    return chosen, sent if sent not in chosen else None


class MailboxReader:
    """One mailbox of one worker, which holds its lease."""

    def __init__(self, hall: Hall, mailbox_id: UUID) -> None:
        self._hall, self._id = hall, mailbox_id
        self._failures = 0
        self._tries: dict[Place, int] = {}

    async def run(self) -> None:
        """Until cancelled, or until the lease is lost."""
        while True:
            try:
                await self._read()
            except LeaseLost:
                log.info("mailbox_lease_lost", extra={"mailbox": str(self._id)})
                return
            except Exception as error:  # noqa: BLE001 - the edge of a reader: it must come back whatever it met
                await asyncio.sleep(await self._wait_after(error))

    async def _wait_after(self, error: Exception) -> float:
        """Record what happened; for how long to leave the server alone."""
        pace, self._failures = self._hall.pace, self._failures + 1
        if isinstance(error, PasokhError):
            log.warning("mailbox_waits", extra={"mailbox": str(self._id), "code": error.code})
            await self._record_trouble(error)
        else:
            log.error("mailbox_reader_failed", extra={"mailbox": str(self._id)}, exc_info=error)
            await self._record_trouble(ServerDown(_OUR_FAULT.format(fault=type(error).__name__)))
        first, longest = pace.first, pace.longest
        if isinstance(error, PasokhError) and not isinstance(error, ServerDown):
            first, longest = pace.refused, pace.refused_longest
        # Without jitter, all mailboxes of a provider that was down would come back in the same second.
        return min(first * 2.0 ** min(self._failures - 1, 20), longest) * random.uniform(0.7, 1.3)  # noqa: S311 - no secret

    async def _record_trouble(self, error: PasokhError) -> None:
        try:
            await self._record(state_of(error), error.message)
        except LeaseLost:
            pass  # the next round will find out for itself
        except sa.exc.SQLAlchemyError:
            log.warning("mailbox_trouble_unrecorded", extra={"mailbox": str(self._id)}, exc_info=True)

    async def _record(self, state: ReadingState, reason: str = "") -> None:
        async with held(self._hall.database, self._hall.holder, self._id) as (session, account):
            record(account, state, reason)
            if state is ReadingState.READING:
                account.checked_at, account.backlog = now(), 0
            elif needs_owner(account):
                mailbox = await session.get_one(Mailbox, self._id)
                access = StoreAccess(session, account.store_id)
                await tell_owners(access, account, mailbox.address)

    async def _read(self) -> None:
        async with held(self._hall.database, self._hall.holder, self._id) as (session, account):
            mailbox = await session.get_one(Mailbox, self._id)
        async with self._signed_in(account) as line:
            reader = FolderReader(self._hall, mailbox, line, self._tries)
            has_idle = await line.call(lambda: line.connection.has_idle)
            while True:
                # Each time anew: a folder is renamed, and that of sent mails is made with the first mail that is sent.
                chosen, sent = choose_folders(account, await line.call(line.connection.folders))
                await self._read_all(reader, chosen, sent)
                await self._wait(line, listens=has_idle and reader.is_open(chosen[0]))

    async def _read_all(self, reader: FolderReader, chosen: list[str], sent: str | None) -> None:
        """One round. The first of the chosen folders comes last: it is the one that IDLE listens to."""
        problems = []
        for name in [*([sent] if sent else []), *reversed(chosen)]:
            try:
                await reader.read(name, is_sent=name == sent)
            except Unusable as error:
                problems.append(error.message)
        self._failures = 0
        await self._record(ReadingState.WRONG if problems else ReadingState.READING, " ".join(problems))

    async def _wait(self, line: Line, *, listens: bool) -> None:
        """Until there is news, or it is time to look anyway."""
        pace = self._hall.pace
        if not listens:
            await asyncio.sleep(pace.poll)
            return
        if await line.call(line.connection.start_idle):
            await _readable(line.connection.fileno(), pace.poll)
        await line.call(line.connection.end_idle)
        await asyncio.sleep(pace.breath)

    @contextlib.asynccontextmanager
    async def _signed_in(self, account: ImapAccount) -> AsyncIterator[Line]:
        credentials = await get_credentials(account, self._hall.sealer, self._hall.http)
        if credentials.renewed is not None:
            async with held(self._hall.database, self._hall.holder, self._id) as (_, kept):
                kept.secret_sealed = credentials.renewed
        line = await self._connect(server_of(account, self._hall.pace.silence))
        try:
            await line.call(line.connection.sign_in, credentials.login)
            yield line
        except asyncio.CancelledError:
            line.connection.cut()
            raise
        finally:
            self._hall.threads.submit(line.connection.sign_out)

    async def _connect(self, server: Server) -> Line:
        opening = self._hall.threads.submit(Connection, server)
        try:
            connection = await asyncio.wrap_future(opening)
            return Line(connection, self._hall.threads, self._hall.pace.longest_call)
        except asyncio.CancelledError:
            opening.add_done_callback(_hang_up)  # it cannot be stopped; nobody will know of it
            raise


def _hang_up(opening: Future[Connection]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().cut()
        opening.result().sign_out()


async def _readable(descriptor: int, seconds: float) -> None:
    """Until a socket has something to be read, or the time has passed. No thread waits meanwhile."""
    loop, heard = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, heard.set)
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await heard.wait()
    finally:
        loop.remove_reader(descriptor)
