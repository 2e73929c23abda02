"""A store with a mailbox that is read over IMAP from a server on loopback."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app.db import Database
from app.intake.hall import Pace
from app.intake.readers import read_mailboxes
from app.models import ImapAccount, InboundMail, Mailbox, RawMail, Store
from app.models.columns import now
from app.sealing import Sealer
from tests.intake.imap_server import PASSWORD, USER, ImapServer, Wire, run_server, run_wire
from tests.patience import PATIENCE

FAST = Pace(
    poll=0.3,
    breath=0.01,
    first=0.05,
    longest=0.2,
    refused=0.2,
    refused_longest=0.4,
    look=0.1,
)
SEALER = Sealer(b"0123456789abcdef" * 4)


@dataclass
class Desk:
    """One mailbox, and the workers that may read it."""

    database: Database
    mailbox: Mailbox
    _workers: list[asyncio.Task[None]] = field(default_factory=list)

    def start(
        self, pace: Pace = FAST, *, max_bytes: int = 30_000_000, http: Any = None
    ) -> asyncio.Task[None]:
        """A worker."""
        task = asyncio.create_task(self._work(pace, max_bytes))
        self._workers.append(task)
        return task

    async def _work(self, pace: Pace, max_bytes: int) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            await read_mailboxes(self.database, SEALER, http, max_bytes=max_bytes, pace=pace)

    async def stop(self, worker: asyncio.Task[None] | None = None) -> None:
        for task in [worker] if worker else self._workers:
            task.cancel()
            async with asyncio.timeout(PATIENCE):
                await asyncio.wait([task])

    async def change(self, **values: Any) -> None:
        """Change the account, as the command does."""
        async with self.database.transaction() as session:
            query = sa.update(ImapAccount).where(col(ImapAccount.mailbox_id) == self.mailbox.id)
            await session.execute(query.values(**{"changed_at": now(), **values}))

    async def account(self) -> ImapAccount:
        async with self.database.transaction() as session:
            return await session.get_one(ImapAccount, self.mailbox.id)

    async def mails(self) -> list[InboundMail]:
        async with self.database.transaction() as session:
            return [*(await session.exec(select(InboundMail).order_by(col(InboundMail.received_at))))]

    async def count(self) -> int:
        async with self.database.transaction() as session:
            return int((await session.execute(sa.text("SELECT count(*) FROM inbound_mail"))).scalar_one())

    async def raws(self) -> list[bytes]:
        async with self.database.transaction() as session:
            return [*(await session.exec(select(RawMail.content)))]

    async def jobs(self) -> int:
        async with self.database.transaction() as session:
            return int(
                (await session.execute(sa.text("SELECT count(*) FROM procrastinate_jobs"))).scalar_one()
            )

    async def until_kept(self, count: int) -> list[InboundMail]:
        async def are_there() -> bool:
            return len(await self.mails()) >= count

        await until(are_there)
        return await self.mails()

    async def until_state(self, state: str) -> ImapAccount:
        await until_true(self.account, lambda account: account.state == state)
        return await self.account()

    async def until_checked(self) -> ImapAccount:
        """Until everything that is there now has been read."""
        begun = now()
        await until_true(
            self.account,
            lambda account: (
                account.checked_at is not None and account.checked_at > begun + timedelta(seconds=0)
            ),
        )
        last = (await self.account()).checked_at
        await until_true(self.account, lambda account: account.checked_at != last)
        return await self.account()


async def until_true(get: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool]) -> None:
    async def check() -> bool:
        return holds(await get())

    await until(check)


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.03)


@pytest.fixture
async def imap() -> AsyncIterator[ImapServer]:
    async with run_server() as server:
        yield server


@pytest.fixture
async def wire(imap: ImapServer) -> AsyncIterator[Wire]:
    """The way to the server: accounts of these tests go through it."""
    async with run_wire(imap.port) as wire:
        yield wire


async def add_mailbox(database: Database, port: int, *, slug: str = "s", **values: Any) -> Mailbox:
    """A store's mailbox that is read from a server on loopback; `values` are its ImapAccount's."""
    async with database.transaction() as session:
        store = Store(slug=slug, name="S", shop_domain=f"{slug}.myshopify.com", shop_token_sealed=b"")
        session.add(store)
        await session.flush()
        box = Mailbox(store_id=store.id, address=USER, from_name="S", key_hash=slug, key_sealed=b"")
        session.add(box)
        await session.flush()
        account = {
            "host": "127.0.0.1",
            "port": port,
            "tls": "none",
            "username": USER,
            "secret_sealed": SEALER.seal(PASSWORD),
            "folders": ["INBOX"],
            "read_since": now(),
        }
        session.add(ImapAccount(mailbox_id=box.id, store_id=store.id, **{**account, **values}))
    return box


@pytest.fixture
async def desk(database: Database, wire: Wire) -> AsyncIterator[Desk]:
    desk = Desk(database, await add_mailbox(database, wire.port))
    yield desk
    await desk.stop()


def mail(serial: int | str, *, size: int = 0) -> bytes:
    """A customer's mail. Its number makes it that mail."""
    return (
        f"From: Ann <ann{serial}@customer.example>\r\nTo: {USER}\r\nSubject: Order {serial}\r\n"
        f"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{serial}@customer.example>\r\n\r\n"
        f"Where is order {serial}?\r\n{'x' * size}\r\n"
    ).encode()


def days_ago(days: float) -> datetime:
    return now() - timedelta(days=days)


__all__ = ["FAST", "UUID", "Desk", "add_mailbox", "contextlib", "days_ago", "mail", "until"]
