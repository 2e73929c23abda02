"""Live pages: server-sent events (WHATWG HTML, 9.2) that say "something in this store's inbox changed", and no more.

One connection a process LISTENs for what `app.db.announce` tells. Pages then fetch themselves again, with all their
checks; so an event carries nothing, and a missed one costs a late look.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from app.db import INBOX_CHANNEL
from app.web.session import find_visitor

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection."""
LIFETIME = 600.0
"""Seconds after which a browser has to come again, and to be signed in still."""
_GAP = 0.3
"""Seconds between two events: a hundred mails at once are one look at the list."""
_LONGEST_WAIT = 30.0

log = logging.getLogger(__name__)


class LiveHub:
    """One process's ear. Starts to listen with its first listener."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._bells: dict[str, set[asyncio.Event]] = {}
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
            self._ring_all()  # whatever was told while nobody listened
            while True:
                async for notice in connection.notifies(timeout=_LONGEST_WAIT):
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


@contextlib.asynccontextmanager
async def live_lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Lets the hub go with the app."""
    yield
    if getattr(app.state, "live", None) is not None:
        await live_hub(app).close()


async def live_events(request: Request) -> Response:
    """The stream of a store. 204 tells a browser that is not signed in any more to stop asking."""
    visitor = await find_visitor(request)
    hub = live_hub(request.app)
    if visitor is None or hub.is_closing:
        return Response(status_code=204)
    return StreamingResponse(
        stream(hub, visitor.store.id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def stream(hub: LiveHub, store_id: UUID) -> AsyncIterator[str]:
    """Events until the hub closes, the browser leaves or LIFETIME is over."""
    ends = time.monotonic() + LIFETIME
    with hub.listen(store_id) as bell:
        yield "retry: 2000\n\n"
        while not hub.is_closing and time.monotonic() < ends:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await bell.wait()
            except TimeoutError:
                yield ": nothing new\n\n"
                continue
            bell.clear()
            if not hub.is_closing:
                yield "event: inbox\ndata: changed\n\n"
                await asyncio.sleep(_GAP)
