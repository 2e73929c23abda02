"""A provider's token endpoint on loopback."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs


@dataclass
class TokenServer:
    """`answer` is what it says next, and `asked` the forms that it got."""

    url: str = ""
    status: int = 200
    answer: object = None
    asked: list[dict[str, str]] = field(default_factory=list)


@contextlib.asynccontextmanager
async def run_tokens() -> AsyncIterator[TokenServer]:
    found = TokenServer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        form = parse_qs((await reader.readexactly(length)).decode())
        found.asked.append({name: values[0] for name, values in form.items()})
        body = found.answer if isinstance(found.answer, bytes) else json.dumps(found.answer).encode()
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (found.status, len(body)) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/token"
        yield found
