"""Live pages: events reach the store's own pages, survive a lost connection, and never keep a server from stopping."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from app.db import announce
from app.web.hub import LiveHub
from app.web.live import stream
from app.web.server import Server
from tests.inbox.seeds import Shop, add_shop
from tests.patience import PATIENCE
from tests.serving import serving
from tests.web.conftest import Desk, Visitor


@pytest.fixture
async def hub(desk: Desk) -> AsyncIterator[LiveHub]:
    hub = LiveHub(desk.db.url)
    yield hub
    await hub.close()


async def tell(desk: Desk, shop: Shop) -> None:
    async with desk.db.transaction() as session:
        await announce(session, shop.store.id)


async def next_event(events: AsyncIterator[str]) -> str:
    async with asyncio.timeout(PATIENCE):
        return await anext(events)


async def opened(hub: LiveHub, shop: Shop) -> AsyncIterator[str]:
    """A stream that listens for sure: past its greeting and the look that follows each connection."""
    events = stream(hub, shop.store.id)
    assert (await next_event(events)).startswith("retry:")
    assert "event: inbox" in await next_event(events)
    return events


async def test_a_change_in_a_store_reaches_its_pages(desk: Desk, shop: Shop, hub: LiveHub):
    events = await opened(hub, shop)
    await tell(desk, shop)
    assert await next_event(events) == "event: inbox\ndata: changed\n\n"


async def test_a_change_elsewhere_does_not(desk: Desk, shop: Shop, hub: LiveHub):
    other = await add_shop(desk.db, "Other")
    events = await opened(hub, shop)
    await tell(desk, other)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await anext(events)


async def test_a_rolled_back_change_is_not_told(desk: Desk, shop: Shop, hub: LiveHub):
    events = await opened(hub, shop)
    async with desk.db.transaction() as session:
        await announce(session, shop.store.id)
        await session.rollback()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await anext(events)


async def test_many_changes_at_once_are_few_events(desk: Desk, shop: Shop, hub: LiveHub):
    events = await opened(hub, shop)
    for _ in range(50):
        await tell(desk, shop)
    seen = [await next_event(events)]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1.2):
            async for event in events:
                seen.append(event)  # noqa: PERF401 - what came before the time-out is wanted too
    assert len(seen) <= 5


async def test_a_lost_connection_comes_back_and_pages_look_again(desk: Desk, shop: Shop, hub: LiveHub):
    events = await opened(hub, shop)
    async with desk.db.transaction() as session:
        killed = await session.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        )
        assert killed.scalars().all() == [True]
    assert "event: inbox" in await next_event(events)
    await tell(desk, shop)
    assert "event: inbox" in await next_event(events)


async def test_what_changed_before_a_page_came_to_listen_is_told_to_it(
    app: FastAPI, agent: Visitor, desk: Desk, shop: Shop, hub: LiveHub
):
    app.state.live = hub
    watching = await opened(hub, shop)
    (mark,) = re.findall(r'data-mark="([^"]+)"', (await agent.get("/inbox")).text)

    in_time = stream(hub, shop.store.id, since=mark)
    assert (await next_event(in_time)).startswith("retry:")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await anext(in_time)

    await tell(desk, shop)
    assert "event: inbox" in await next_event(watching)
    for made_after in (mark, "", "another process's"):
        late = stream(hub, shop.store.id, since=made_after)
        assert (await next_event(late)).startswith("retry:")
        assert "event: inbox" in await next_event(late)


async def test_closing_ends_every_stream_and_the_connection(desk: Desk, shop: Shop):
    hub = LiveHub(desk.db.url)
    events = await opened(hub, shop)
    await hub.close()
    async with asyncio.timeout(PATIENCE):
        assert [event async for event in events] == []
    async with await psycopg.AsyncConnection.connect(desk.db.url) as connection:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await connection.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                )
                if await found.fetchone() == (0,):
                    break
                await asyncio.sleep(0.05)


async def test_a_stranger_is_told_to_stop_asking(app: FastAPI):
    visitor = Visitor(app)
    assert (await visitor.get("/live")).status_code == 204
    await visitor.http.aclose()


async def test_a_server_with_open_live_pages_stops_promptly(
    app: FastAPI, agent: Visitor, desk: Desk, shop: Shop, caplog: pytest.LogCaptureFixture
):
    """It waits for them to end; they do, before it loses its patience, says so, and cuts them off."""
    cookies = {"pasokh": agent.http.cookies["pasokh"]}
    async with httpx.AsyncClient(cookies=cookies, timeout=PATIENCE) as client:
        async with serving(app, Server) as address:
            answer = await client.send(client.build_request("GET", f"{address}/live"), stream=True)
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.aiter_lines()
            assert (await anext(lines)).startswith("retry:")
        # Left while the stream was open: the server is told to stop here, and waits for it.
        assert "timeout graceful shutdown exceeded" not in caplog.text
        assert [line async for line in lines][-1:] == [""]
        await answer.aclose()
