"""A DNS server over UDP on loopback that knows what a test tells it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """`texts`: TXT records by name. `mode`: how it answers."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    mode: str = "answers"  # or: is_silent, refuses, talks_nonsense
    asked: list[str] = field(default_factory=list)
    transport: asyncio.DatagramTransport | None = None

    @property
    def address(self) -> tuple[str, int]:
        assert self.transport is not None
        host, port = self.transport.get_extra_info("sockname")[:2]
        return host, port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        query = dns.message.from_wire(data)
        name = query.question[0].name
        self.asked.append(name.to_text(omit_final_dot=True))
        if self.mode == "talks_nonsense":
            self.transport.sendto(data[:2] + b"\xff" * 9, addr)
        elif self.mode != "is_silent":
            self.transport.sendto(self._answer(query).to_wire(), addr)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        name = query.question[0].name
        texts = self.texts.get(name.to_text(omit_final_dot=True).lower())
        if self.mode == "refuses":
            response.set_rcode(dns.rcode.SERVFAIL)
        elif texts is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            pieces = " ".join(f'"{one}"' for one in texts)
            response.answer.append(dns.rrset.from_text(name, 300, "IN", "TXT", pieces))
        return response


@contextlib.asynccontextmanager
async def name_server() -> AsyncIterator[NameServer]:
    """A running server on a free port."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    try:
        yield server
    finally:
        transport.close()
