"""Read one folder: what came after its position, in small groups, each kept before the position moves on.

A crash between keeping and moving on reads some mails again; their natural key makes that harmless. The other order
would lose them.
"""

import asyncio
import dataclasses
import logging
from collections.abc import Iterator, Sequence
from functools import partial

import psycopg
import sqlalchemy as sa

from app.errors import TryLater
from app.intake.accept import MESSAGE, Accepted, MailboxChanged, accept
from app.intake.hall import Hall, Line
from app.intake.health import record
from app.intake.leases import LeaseLost, held
from app.intake.positions import find_position, is_ours, search_day
from app.intake.unfetched import Unfetched, keep_unfetched
from app.jobs import wake
from app.mail.inbound.imap import Listed, MailUnreadable, Opened, ServerDown
from app.models import ImapFolder, Mailbox, ReadingState
from app.models.columns import now
from app.models.inbound import SENT

log = logging.getLogger(__name__)

Place = tuple[str, int, int]
"""Folder, UIDVALIDITY, UID."""

INBOX = "imap"
"""`InboundMail.source` of what came in; that of what the staff sent from their own mail program is SENT."""

_LIST_AT_ONCE = 500
_FETCH_AT_ONCE = 25
_BYTES_AT_ONCE = 4_000_000
_TRIES = 3


class FolderReader:
    """The folders of one connection, which is signed in.

    Args:
        hall: What all readers share.
        mailbox: Whose mails they are.
        line: The connection.
        tries: How often a mail was tried in vain; outlives the connection, which a mail may have ended.
    """

    def __init__(self, hall: Hall, mailbox: Mailbox, line: Line, tries: dict[Place, int]) -> None:
        self.hall, self.mailbox, self.line, self.tries = hall, mailbox, line, tries
        self._open = ""

    def is_open(self, name: str) -> bool:
        """Whether it is this folder that IDLE would listen to."""
        return self._open == name

    async def read(self, name: str, *, is_sent: bool) -> None:
        """Keep all that is new.

        Raises:
            LeaseLost: another worker reads this mailbox.
            ServerDown: the connection is lost.
            Unusable: there is no such folder.
        """
        self._open = ""
        opened = await self.line.call(self.line.connection.open, name)
        self._open = name
        async with held(self.hall.database, self.hall.holder, self.mailbox.id) as (session, account):
            position = await find_position(session, account, name, opened, is_sent=is_sent)
        if opened.uidnext == 0 or position.last_uid < opened.uidnext - 1:
            await _Pass(self, position, opened, is_sent=is_sent).run()


class _Pass:
    """One way through what is new in a folder, which is open."""

    def __init__(self, reader: FolderReader, position: ImapFolder, opened: Opened, *, is_sent: bool) -> None:
        self._hall, self._mailbox, self._tries = reader.hall, reader.mailbox, reader.tries
        self._connection, self._call = reader.line.connection, reader.line.call
        self._position, self._opened = position, opened
        self._source = SENT if is_sent else INBOX

    async def run(self) -> None:
        position = self._position
        uids: Sequence[int] = await self._call(
            lambda: self._connection.uids_after(position.last_uid, self._opened, since=search_day(position))
        )
        for start in range(0, len(uids), _LIST_AT_ONCE):
            chunk = [*uids[start : start + _LIST_AT_ONCE]]
            listed: list[Listed] = await self._call(self._connection.list_mails, chunk)
            for group in self._group([mail for mail in listed if is_ours(position, mail)]):
                await self._take(group, waiting=len(uids) - start)
        await self._move_on(max([*uids[-1:], self._opened.uidnext - 1, position.last_uid]), is_done=True)

    def _group(self, mails: list[Listed]) -> Iterator[list[Listed]]:
        """Mails that are fetched at once: little memory, few round trips. What made trouble before comes alone."""
        group: list[Listed] = []
        for mail in mails:
            is_alone = self._is_too_big(mail) or self._place(mail) in self._tries
            if group and (
                is_alone
                or len(group) == _FETCH_AT_ONCE
                or sum(one.size for one in group) + mail.size > _BYTES_AT_ONCE
            ):
                yield group
                group = []
            group.append(mail)
            if is_alone:
                yield group
                group = []
        if group:
            yield group

    async def _take(self, group: list[Listed], *, waiting: int) -> None:
        if len(group) == 1:
            await self._take_one(group[0])
        else:
            await self._take_many(group)
        await self._move_on(group[-1].uid, group, waiting=waiting)

    async def _take_many(self, group: list[Listed]) -> None:
        try:
            mails: dict[int, bytes] = await self._call(self._connection.fetch, [mail.uid for mail in group])
        except MailUnreadable:
            for mail in group:
                await self._take_one(mail)
        except ServerDown:
            # One of them may end every connection that it is asked for on: next time, each on its own.
            for mail in group:
                self._tries.setdefault(self._place(mail), 0)
            raise
        else:
            for mail in group:
                await self._keep(mail, mails.get(mail.uid))

    async def _take_one(self, mail: Listed) -> None:
        """A mail alone, which may not stand in the way of those behind it."""
        if self._is_too_big(mail):
            await self._keep_unfetched(mail, self._too_big(mail.size))
            return
        reason = "The connection broke each time."
        while self._tries.get(self._place(mail), 0) < _TRIES:
            try:
                found: dict[int, bytes] = await self._call(self._connection.fetch, [mail.uid])
            except MailUnreadable as error:
                self._count(mail)
                reason = error.message
                await asyncio.sleep(self._hall.pace.breath)
            except ServerDown:
                self._count(mail)
                raise
            else:
                await self._keep(mail, found.get(mail.uid))
                self._tries.pop(self._place(mail), None)
                return
        await self._keep_unfetched(
            mail, f"The mail server would not hand out this mail, {_TRIES} times. {reason}"
        )
        self._tries.pop(self._place(mail), None)

    async def _keep(self, mail: Listed, raw: bytes | None) -> None:
        """Accept a mail, unless it has gone meanwhile. One that our own code cannot take holds up nobody for long."""
        if raw is None:
            return
        if len(raw) > self._hall.max_bytes:  # the server had said that it is smaller
            await self._keep_unfetched(dataclasses.replace(mail, size=len(raw)), self._too_big(len(raw)))
            return
        try:
            accepted = await self._accept(raw)
        except Exception as error:
            if not _is_the_mails(error):
                raise
            self._count(mail)
            if self._tries[self._place(mail)] < _TRIES:
                raise
            log.exception("mail_not_accepted", extra={"mailbox": str(self._mailbox.id), "uid": mail.uid})
            await self._keep_unfetched(mail, _OUR_FAULT.format(fault=type(error).__name__))
            return
        if accepted.is_new:
            wake(self._hall.database)

    async def _accept(self, raw: bytes) -> Accepted:
        keep = partial(accept, self._hall.database, content=raw, content_type=MESSAGE, source=self._source)
        try:
            return await keep(self._mailbox)
        except MailboxChanged:
            async with held(self._hall.database, self._hall.holder, self._mailbox.id) as (session, _):
                self._mailbox = await session.get_one(Mailbox, self._mailbox.id)
            return await keep(self._mailbox)

    async def _keep_unfetched(self, mail: Listed, reason: str) -> None:
        header = b""
        try:
            header = await self._call(self._connection.fetch_header, mail.uid)
        except (MailUnreadable, TryLater):
            log.info("mail_header_unreadable", extra={"mailbox": str(self._mailbox.id)})
        log.warning("mail_unfetched", extra={"mailbox": str(self._mailbox.id), "size": mail.size})
        if self._source == SENT:
            await self._keep_sent(header)
            return
        kept = Unfetched(self._place(mail), self._source, mail.size, header, reason)
        async with held(self._hall.database, self._hall.holder, self._mailbox.id) as (session, _):
            await keep_unfetched(session, self._mailbox, kept)

    async def _keep_sent(self, header: bytes) -> None:
        """What staff wrote elsewhere is shown to nobody; its header tells whether it answers a customer of ours."""
        if not header:
            return
        try:
            await self._accept(header.rstrip(b"\r\n") + _SENT_UNFETCHED)
        except Exception as error:
            if not _is_the_mails(error):
                raise
            log.exception("mail_not_accepted", extra={"mailbox": str(self._mailbox.id)})

    async def _move_on(
        self, uid: int, kept: Sequence[Listed] = (), *, waiting: int = 0, is_done: bool = False
    ) -> None:
        """Everything up to `uid` is kept, or none of ours."""
        async with held(self._hall.database, self._hall.holder, self._mailbox.id) as (session, account):
            position = await session.get_one(ImapFolder, (self._mailbox.id, self._position.name))
            position.last_uid = max(position.last_uid, uid)
            dates = [mail.received_at for mail in kept]
            position.last_date = max(
                [*dates, *([position.last_date] if position.last_date else [])], default=None
            )
            if is_done:
                position.rescan_since = None
            account.backlog = waiting
            if account.state is not ReadingState.WRONG:  # which the whole round decides
                record(account, ReadingState.READING)
            if kept and self._source == INBOX:
                account.last_mail_at = now()

    def _is_too_big(self, mail: Listed) -> bool:
        return mail.size > self._hall.max_bytes

    def _too_big(self, size: int) -> str:
        return _TOO_BIG.format(size=size / 1e6, most=self._hall.max_bytes / 1e6)

    def _place(self, mail: Listed) -> Place:
        return self._position.name, self._opened.uidvalidity, mail.uid

    def _count(self, mail: Listed) -> None:
        self._tries[self._place(mail)] = self._tries.get(self._place(mail), 0) + 1


def _is_the_mails(error: Exception) -> bool:
    """Whether a mail itself makes accepting it fail: not the database that is away, nor another worker that has it."""
    if isinstance(error, psycopg.DataError):
        return True
    return not isinstance(error, LeaseLost | psycopg.Error | sa.exc.SQLAlchemyError)


_TOO_BIG = "This mail has {size:,.1f} MB, and Pasokh reads up to {most:,.1f} MB. Its header is kept; read it in the mailbox."
_SENT_UNFETCHED = b"\r\n\r\nThis mail could not be read here. It is in the folder of sent mails.\r\n"
_OUR_FAULT = "Our own fault ({fault}) while taking this mail. Its header is kept; read it in the mailbox."
