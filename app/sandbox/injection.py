"""Faults on the wire: middleware that records each API call and fails it in the way that was asked for."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sandbox.clock import Clock
from app.sandbox.faults import Fault, FaultKind, Faults
from app.sandbox.services import Service, find_service
from app.sandbox.traffic import RecordedRequest, Traffic

CUT = "sandbox.cut"
"""Name of the ASGI extension by which the server lets the app close the connection (see server.py)."""

MAX_BODY = 64_000_000
_POLL = 0.05
_HTML = (
    b"<!doctype html>\n<html><head><title>Welcome</title></head>\n"
    b"<body><h1>Sign in to this network</h1><p>Please accept the terms of use.</p></body></html>\n"
)


class FaultMiddleware:
    """Stands before the three APIs: reads the request, records it, and serves it well or badly."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        faults: Faults,
        traffic: Traffic,
        now: Clock,
        closing: threading.Event,
    ) -> None:
        self._app = app
        self._faults = faults
        self._traffic = traffic
        self._now = now
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = find_service(scope["path"]) if scope["type"] == "http" else None
        if service is None:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            return
        record = RecordedRequest(self._now(), scope["method"], scope["path"], _headers(scope), body)
        self._traffic.add(service, record)
        fault = self._faults.take(service)
        record.fault = str(fault.kind) if fault else None
        await self._pause(self._faults.pick_latency(service))
        await self._serve(service, fault, scope, _replay(body, receive), _noting(record, send))

    async def _serve(
        self, service: Service, fault: Fault | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        match fault:
            case None:
                await self._app(scope, receive, send)
            case Fault(kind=FaultKind.SLOW):
                await self._pause(fault.seconds)
                await self._app(scope, receive, send)
            case Fault(kind=FaultKind.TIMEOUT):
                await receive()  # the body; what comes next can only be the client's going away
                await self._hold(receive, fault.seconds)
                await _cut(scope, receive)
            case Fault(kind=FaultKind.DROP):
                await self._drop(scope, receive, send)
            case Fault(kind=FaultKind.GARBAGE):
                await _answer(send, 200, _HTML, [("content-type", "text/html; charset=utf-8")])
            case _:
                await _refuse(send, service, fault)

    async def _drop(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the work, promise more bytes than are sent, and close.

        A client that has read less than Content-Length must not take the answer for complete
        (RFC 9112, section 8): http.client raises IncompleteRead, httpx RemoteProtocolError.
        """
        status, headers, body = await _capture(self._app, scope, receive)
        kept = [
            (name, value) for name, value in headers if name not in (b"content-length", b"transfer-encoding")
        ]
        promised = str(len(body) + 64).encode()
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*kept, (b"content-length", promised)],
            }
        )
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await _cut(scope, receive)

    async def _pause(self, seconds: float) -> None:
        """Wait; a server that stops does not wait for it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0 and not self._closing.is_set():  # noqa: ASYNC110  another thread sets it
            await asyncio.sleep(min(left, _POLL))

    async def _hold(self, receive: Receive, seconds: float) -> None:
        """Wait until the client goes away, at most `seconds`."""
        gone = asyncio.ensure_future(receive())
        pause = asyncio.ensure_future(self._pause(seconds))
        _, pending = await asyncio.wait({gone, pause}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()


async def _read(receive: Receive) -> bytes | None:
    """The whole request body; None when the client went away. Beyond MAX_BODY the rest is dropped unread."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(body) <= MAX_BODY:
            body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that has been read already, and then what else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _noting(record: RecordedRequest, send: Send) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            record.status = message["status"]
        await send(message)

    return noted


def _headers(scope: Scope) -> dict[str, str]:
    raw: Iterable[tuple[bytes, bytes]] = scope["headers"]
    decoded = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
    secret = ("authorization", "x-shopify-access-token")
    return {name: value for name, value in decoded if name not in secret}


async def _capture(
    app: ASGIApp, scope: Scope, receive: Receive
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    status = 500
    headers: list[tuple[bytes, bytes]] = []
    body = bytearray()

    async def capture(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.extend(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await app(scope, receive, capture)
    return status, headers, bytes(body)


async def _cut(scope: Scope, receive: Receive) -> None:
    """Close the connection, where the server offers it; else its own handling of an unfinished answer does."""
    cut: dict[str, Callable[[], None]] | None = scope.get("extensions", {}).get(CUT)
    if cut is not None:
        cut["close"]()
        while (await receive())["type"] != "http.disconnect":
            pass


async def _refuse(send: Send, service: Service, fault: Fault) -> None:
    status = int(fault.kind)
    headers = [("content-type", "application/json")]
    if fault.kind is FaultKind.TOO_MANY_REQUESTS:
        headers.append(("retry-after", str(fault.retry_after)))
    await _answer(send, status, json.dumps(error_body(service, status)).encode(), headers)


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
    pairs = [
        (name.encode(), value.encode()) for name, value in (*headers, ("content-length", str(len(body))))
    ]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def error_body(service: Service, status: int) -> dict[str, Any]:
    """The error body of a provider for 429 or 500, in the shape that its clients read."""
    busy = status == 429
    if service == "openai":
        return {
            "error": {
                "message": "Rate limit reached for requests." if busy else "The server had an error.",
                "type": "requests" if busy else "server_error",
                "param": None,
                "code": "rate_limit_exceeded" if busy else None,
            }
        }
    if service == "shopify":
        return {"errors": "Too many requests" if busy else "Internal Server Error"}
    return {
        "errors": [
            {"message": "too many requests" if busy else "internal server error", "field": None, "help": None}
        ]
    }
