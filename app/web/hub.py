"""One process's ear for what changes in its stores' inboxes: LISTENs for what `app.db.announce` tells."""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
from fastapi import FastAPI

from app.db import INBOX_CHANNEL

_LONGEST_WAIT = 30.0

log = logging.getLogger(__name__)


class LiveHub:
    """One process's ear. Starts to listen with its first listener."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._told: Counter[str] = Counter()
        self._connected = ""
        self._task: asyncio.Task[None] | None = None
        self.is_closing = False

    @contextlib.contextmanager
    def listen(self, store_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set whenever something in the store's inbox changed, and when the hub closes."""
        bell = asyncio.Event()
        bells = self._bells.setdefault(str(store_id), set())
        bells.add(bell)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen_forever(), name="live pages")
        try:
            yield bell
        finally:
            bells.discard(bell)

    def mark(self, store_id: UUID) -> str:
        """How far this process has heard of a store.

        A page is made after one. Where it is another by the time that the page listens, something may have changed.
        """
        return f"{self._connected}.{self._told[str(store_id)]}" if self._connected else ""

    def stop(self) -> None:
        """End all streams. A server calls this as soon as it is told to stop, as it waits for open responses."""
        self.is_closing = True
        self._ring_all()

    async def close(self) -> None:
        """Stop, and let the connection go."""
        self.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _ring_all(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                bell.set()

    async def _listen_forever(self) -> None:
        wait = 0.5
        while True:
            started = time.monotonic()
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.warning("live_reconnects", extra={"error": type(error).__name__})
            wait = 0.5 if time.monotonic() - started > _LONGEST_WAIT else min(wait * 2, _LONGEST_WAIT)
            await asyncio.sleep(wait)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        async with connection:
            await connection.execute(f"LISTEN {INBOX_CHANNEL}")
            self._connected = uuid4().hex
            self._ring_all()  # whatever was told while nobody listened
            try:
                await self._hear(connection)
            finally:
                self._connected = ""

    async def _hear(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            async for notice in connection.notifies(timeout=_LONGEST_WAIT):
                self._told[notice.payload] += 1
                for bell in self._bells.get(notice.payload, ()):
                    bell.set()
            await connection.execute("SELECT 1")  # raises where the server has silently gone


def live_hub(app: FastAPI) -> LiveHub:
    """The hub of this process."""
    hub = getattr(app.state, "live", None)
    if hub is None:
        hub = app.state.live = LiveHub(app.state.desk.db.url)
    assert isinstance(hub, LiveHub)
    return hub
