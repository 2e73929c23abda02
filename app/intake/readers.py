"""All mailboxes that this process reads: takes those that nobody reads, and lets go of them in good order."""

import asyncio
import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID, uuid4

import httpx

from app.db import Database
from app.intake.hall import Hall, Pace
from app.intake.leases import claim, release, renew
from app.intake.reader import MailboxReader
from app.jobs import be_cancelled, end
from app.sealing import Sealer

log = logging.getLogger(__name__)

MOST = 100
"""Mailboxes of one process. Each waits without a thread, and uses one while it talks to its server."""
_THREADS = 64
_LETTING_GO = 5.0


async def read_mailboxes(
    database: Database, sealer: Sealer, http: httpx.AsyncClient, *, max_bytes: int, pace: Pace | None = None
) -> None:
    """Read every mailbox that no other process reads, until cancelled.

    Args:
        database: Where mails, positions and leases are.
        sealer: Opens what mailboxes are signed in to with.
        http: For OAuth's token endpoints.
        max_bytes: Mails beyond are shown by their header alone.
        pace: How fast; the default is for mail servers of this world.
    """
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="imap")
    hall = Hall(database, sealer, http, threads, uuid4(), max_bytes, pace or Pace())
    readers = Readers(hall)
    try:
        await readers.run()
    finally:
        await readers.stop()
        threads.shutdown(wait=False)


class Readers:
    """The readers of one process, by mailbox, each with the time of the settings that it began with."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._running: dict[UUID, tuple[datetime, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:  # the database may be away; who reads meanwhile finds out, and waits too
                log.exception("mailboxes_unread")
            be_cancelled()
            await asyncio.sleep(self._hall.pace.look)

    async def look(self) -> None:
        """Keep what is ours, let go of what is not any more, take what is free."""
        pace, holder = self._hall.pace, self._hall.holder
        ours = await renew(self._hall.database, holder, seconds=pace.lease)
        for mailbox_id in [*self._running]:
            if ours.get(mailbox_id) != self._running[mailbox_id][0] or self._running[mailbox_id][1].done():
                await end([self._running.pop(mailbox_id)[1]])
                await release(self._hall.database, holder, mailbox_id)
        free = MOST - len(self._running)
        for mailbox_id, changed_at in (
            await claim(self._hall.database, holder, seconds=pace.lease, most=free)
        ).items():
            log.info("mailbox_read", extra={"mailbox": str(mailbox_id)})
            task = asyncio.create_task(MailboxReader(self._hall, mailbox_id).run())
            self._running[mailbox_id] = changed_at, task

    async def stop(self) -> None:
        """End all readers, and let other processes have their mailboxes at once."""
        await end([task for _, task in self._running.values()])
        self._running.clear()
        with contextlib.suppress(Exception):  # they end by themselves, a little later
            async with asyncio.timeout(_LETTING_GO):
                await release(self._hall.database, self._hall.holder)
