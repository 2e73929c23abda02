"""Tells when a request of urllib is about to be written: somebody waits for it, and no byte of it is out.

`urllib` wraps what fails before that moment and what fails after it in the same error, and only what fails before is no doubt.
"""

import asyncio
import concurrent.futures
import ssl
import threading
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from urllib.request import AbstractHTTPHandler, Request

from app.mail.outbound.port import Claim


class Attempt:
    """One request, which a thread makes for a task; whether its first byte may be out. Make it in that task.

    Args:
        claim: Awaited by the task's loop once the connection stands.
    """

    def __init__(self, claim: Claim) -> None:
        self._claim, self._loop = claim, asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._claiming: concurrent.futures.Future[None] | None = None
        self._is_over = self._has_begun = False

    def begin(self) -> None:
        """From the thread: the request may be written now.

        Raises:
            ConnectionAbortedError: It may not: the task has given up, or it was written already, and led elsewhere.
        """
        with self._lock:
            if self._is_over or self._has_begun:
                raise ConnectionAbortedError
            self._claiming = asyncio.run_coroutine_threadsafe(self._claimed(), self._loop)
        self._claiming.result()
        with self._lock:
            if self._is_over:
                raise ConnectionAbortedError
            self._has_begun = True

    def end(self) -> bool:
        """From the task: nothing is written any more that has not been begun by now; whether it has."""
        with self._lock:
            self._is_over = True
            if self._claiming is not None:
                self._claiming.cancel()
            return self._has_begun

    async def _claimed(self) -> None:
        await self._claim()


class ConnectingHandler(AbstractHTTPHandler):
    """Opens connections for `urllib.request`, to `http` and `https` addresses, and calls back before it writes to one."""

    handler_order = 400
    """Before urllib's own."""

    def __init__(self, tls: Callable[[], ssl.SSLContext], connected: Callable[[], None]) -> None:
        super().__init__()
        self._tls, self._connected = tls, connected

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_telling(HTTPConnection, self._connected), req)

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_telling(HTTPSConnection, self._connected), req, context=self._tls())


def _telling(kind: type[HTTPConnection], connected: Callable[[], None]) -> type[HTTPConnection]:
    class Telling(kind):  # type: ignore[valid-type, misc]  # one of the two
        def connect(self) -> None:
            super().connect()
            connected()

    return Telling
