"""A service that is built in the background: the server is up at once, the first request waits."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

from starlette.types import ASGIApp, Receive, Scope, Send


class LazyService:
    """An ASGI app made by `build` in a thread of its own, on the first request or on `start`.

    Mounted under a path prefix, the inner app still sees full paths. A failed build is an error of
    each request, with the build's own exception.
    """

    def __init__(self, name: str, build: Callable[[], ASGIApp]) -> None:
        self._name = name
        self._build = build
        self._lock = threading.Lock()
        self._app: Future[ASGIApp] | None = None

    def start(self) -> Future[ASGIApp]:
        """Begin to build, if nobody did; returns at once."""
        with self._lock:
            if self._app is None:
                self._app = Future()
                # A daemon: a process that ends must not wait for a model that nobody will ask.
                threading.Thread(
                    target=self._run, args=(self._app,), name=f"sandbox-{self._name}", daemon=True
                ).start()
            return self._app

    def _run(self, result: Future[ASGIApp]) -> None:
        result.set_running_or_notify_cancel()  # a client that goes away must not cancel it for the others
        try:
            result.set_result(self._build())
        except BaseException as error:  # noqa: BLE001  the edge of a thread: whoever awaits it gets it
            result.set_exception(error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await asyncio.wrap_future(self.start())
        await app({**scope, "root_path": scope.get("app_root_path", "")}, receive, send)
