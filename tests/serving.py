"""An application on a free port of loopback."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from fastapi import FastAPI

from app.web.hub import live_hub
from app.web.server import Server
from tests.patience import PATIENCE

_LOOK = 0.005


class PromptServer(Server):
    """As in production, but it looks more often than every tenth of a second whether it is to stop, and whether it may.

    Hundreds of tests start one and stop it.
    """

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:  # noqa: ASYNC110 - uvicorn's flag
            await asyncio.sleep(_LOOK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        live_hub(self._pages).stop()
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in [*self.server_state.connections]:
            connection.shutdown()
        async with asyncio.timeout(PATIENCE):  # a worker cuts its jobs off after ten
            while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - uvicorn's sets
                await asyncio.sleep(_LOOK)
            for server in self.servers:
                await server.wait_closed()
            await self.lifespan.shutdown()


@contextlib.asynccontextmanager
async def serving(app: FastAPI, kind: type[Server] = PromptServer) -> AsyncIterator[str]:
    """An application of `create_app` or `create_pages_app` (which is its own `state.pages`), served; its address."""
    if not hasattr(app.state, "pages"):
        app.state.pages = app
    listener = socket.create_server(("127.0.0.1", 0))
    server = kind(app)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            assert not running.done(), "the service did not start"
            await asyncio.sleep(_LOOK)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        await live_hub(app.state.pages).close()
