"""Posts ready-made HTTP requests as fast as they are taken; a full client would cost more than what it measures."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

_CONNECTIONS = 16


def post(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A request's bytes (HTTP/1.1, kept alive)."""
    parts = urlsplit(url)
    lines = [
        f"POST {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


async def send_all(url: str, requests: Sequence[bytes], *, connections: int = _CONNECTIONS) -> float:
    """Send every request, each connection one after the other. Returns the seconds that it took.

    Raises:
        RuntimeError: one was not answered by 202.
    """
    parts = urlsplit(url)
    opened = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(connections)]
    waiting = iter(requests)
    started = time.perf_counter()
    try:
        await asyncio.gather(*(_drain(reader, writer, waiting) for reader, writer in opened))
        return time.perf_counter() - started
    finally:
        for _, writer in opened:
            writer.close()


async def _drain(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: Iterator[bytes]
) -> None:
    for request in waiting:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        if not head.startswith(b"HTTP/1.1 202 "):
            raise RuntimeError(
                f"{head.splitlines()[0].decode('latin-1')}: {body[:300].decode('utf-8', 'replace')}"
            )


def _length(head: bytes) -> int:
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise RuntimeError("An answer has no Content-Length.")
