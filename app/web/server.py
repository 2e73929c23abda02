"""uvicorn, told to end the live pages first: it waits for open answers, and theirs never end by themselves."""

import gc
import socket
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.web.hub import live_hub


class Server(uvicorn.Server):
    """Serves an app of `create_app` until it is told to stop, and then stops promptly."""

    def __init__(self, app: FastAPI, **options: Any) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=10, **options)
        )
        self._pages: FastAPI = app.state.pages

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """As a process's whole life: what has been loaded by now stays, so no garbage is looked for in it."""
        gc.freeze()
        super().run(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        live_hub(self._pages).stop()
        await super().shutdown(sockets)
