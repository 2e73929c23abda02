"""A server on loopback that plays a script: one step a request, recorded, and nothing that the script does not say."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Step = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Script:
    """What was sent to the server, and where it listens. `otherwise` answers when there is no step left."""

    url: str
    steps: list[Step]
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    otherwise: Callable[[dict[str, Any]], Step] | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._one(reader, writer)
        except ConnectionError:
            pass  # the client gave up: that is what some steps are for
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *lines = head.strip().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.paths.append(request.split()[1])
        self.headers.append(headers)
        self.bodies.append(json.loads(body))
        assert self.steps or self.otherwise, "the script has no step for this request"
        if self.steps:
            await self.steps.pop(0)(writer)
        elif self.otherwise:
            await self.otherwise(self.bodies[-1])(writer)


@asynccontextmanager
async def scripted(*steps: Step) -> AsyncIterator[Script]:
    script = Script("", list(steps))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield script


def answer(body: Any, *, status: int = 200, headers: dict[str, str] | None = None, cut: int = 0) -> Step:
    """An answer; `cut` bytes at its end never come."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} X",
        "Content-Type: application/json",
        f"Content-Length: {len(raw)}",
        "Connection: close",
    ]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    sent = "\r\n".join(lines).encode() + b"\r\n\r\n" + raw

    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(sent[: len(sent) - cut])
        await writer.drain()

    return step


def silence(seconds: float = 30.0) -> Step:
    async def step(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)

    return step


def drip(body: Any, seconds_a_byte: float) -> Step:
    """An answer that comes byte by byte: no single read is ever late."""
    raw = json.dumps(body).encode()

    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 X\r\nContent-Length: {len(raw)}\r\n\r\n".encode())
        for byte in raw:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(seconds_a_byte)

    return step


def reset() -> Step:
    """The connection is torn down before an answer."""

    async def step(writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    return step


def data(payload: Any, *, cost: dict[str, Any] | None = None) -> Step:
    return answer({"data": payload, **({"extensions": {"cost": cost}} if cost else {})})


def problem(
    code: str, *, payload: Any = None, path: list[str] | None = None, cost: dict[str, Any] | None = None
) -> Step:
    error = {"message": "no", "path": path or [], "extensions": {"code": code}}
    return answer({"data": payload, "errors": [error], "extensions": {"cost": cost} if cost else {}})


def price(requested: float, *, available: float, rate: float = 100.0) -> dict[str, Any]:
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": requested,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": rate},
    }
