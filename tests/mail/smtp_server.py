"""A real SMTP server (aiosmtpd) on loopback, which a test can tell to misbehave at any moment of a mail's way."""

# ruff: noqa: N802 - aiosmtpd finds its methods by the commands' names

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, auth_mechanism

USER, PASSWORD, TOKEN = "support@shop.example", "correct horse", "ya29.token"

HANG_UP, WAIT = "hang up", "wait"


@dataclass
class SmtpWorld:
    """What the server got, and what it does at which moment.

    `faults`: by the moment (CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, AFTER_354, DOT, QUIT) the line to answer with, HANG_UP or
    WAIT. AFTER_354: the mail was asked for and is not read. DOT: the whole mail was read, and is kept if nothing is said.
    """

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    sign_ins: list[str] = field(default_factory=list)
    connections: list["_Server"] = field(default_factory=list)
    goodbyes: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the first QUIT."""
    waited_at: set[str] = field(default_factory=set)
    """The moments at which it fell silent."""

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        self.sign_ins.append(mechanism)
        if "AUTH" in self.faults:
            return AuthResult(success=False, handled=False, message=self.faults["AUTH"])
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=data == right, handled=False)


class _Server(SMTP):
    """aiosmtpd's, which a world leads astray."""

    def __init__(self, world: SmtpWorld, **options: Any) -> None:
        self.world = world
        self.has_greeted = False
        super().__init__(_Handler(world), hostname="mx.shop.example", timeout=60, **options)

    async def push(self, status: Any) -> None:
        text = status.decode() if isinstance(status, bytes) else status
        if not self.has_greeted:
            self.has_greeted = True
            text = await self.misbehave("CONNECT", text)
        await super().push(text)
        if text.startswith("354") and "AFTER_354" in self.world.faults:
            await self.misbehave("AFTER_354", "")

    async def misbehave(self, moment: str, otherwise: str) -> str:
        fault = self.world.faults.get(moment, otherwise)
        if fault == WAIT:
            self.world.waited_at.add(moment)
            await asyncio.sleep(3600)
        if fault == HANG_UP:
            _cut(self.transport)
            raise asyncio.CancelledError
        return fault

    async def smtp_EHLO(self, hostname: str) -> None:
        if "EHLO" in self.world.faults:
            await self.push(await self.misbehave("EHLO", ""))
        else:
            await super().smtp_EHLO(hostname)

    async def smtp_QUIT(self, arg: str) -> None:
        self.world.goodbyes.set()
        await self.misbehave("QUIT", "")
        await super().smtp_QUIT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if "DATA" in self.world.faults:
            await self.push(await self.misbehave("DATA", ""))
        else:
            await super().smtp_DATA(arg)

    @auth_mechanism("XOAUTH2")
    async def auth_XOAUTH2(self, _: Any, args: list[str]) -> AuthResult:
        """https://developers.google.com/gmail/imap/xoauth2-protocol: a refusal is a challenge first."""
        self.world.sign_ins.append("XOAUTH2")
        if base64.b64decode(args[1]).decode() == f"user={USER}\1auth=Bearer {TOKEN}\1\1":
            return AuthResult(success=True)
        await self.challenge_auth(b'{"status":"401"}')
        return AuthResult(success=False, handled=False)


def _cut(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


class _Handler:
    def __init__(self, world: SmtpWorld) -> None:
        self.world = world

    async def handle_MAIL(
        self, server: _Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await server.misbehave("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: _Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await server.misbehave("RCPT", "250 OK")

    async def handle_DATA(self, server: _Server, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        if self.world.faults.get("DOT", WAIT) in {HANG_UP, WAIT}:
            self.world.mails.append(envelope.content)
            self.world.envelopes.append((str(envelope.mail_from), tuple(envelope.rcpt_tos)))
        return await server.misbehave("DOT", "250 2.0.0 OK queued as 4XyZ")


@contextlib.asynccontextmanager
async def run_smtp(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, has_auth: bool = True
) -> AsyncIterator[SmtpWorld]:
    """A server on a free port. `tls`: from the first byte; `starttls`: asked for before all else."""
    world = SmtpWorld()

    def serve() -> asyncio.Protocol:
        server = _Server(
            world,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=world.authenticate if has_auth else None,
            auth_require_tls=starttls is not None or not has_auth,
        )
        world.connections.append(server)
        return server

    listener = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0, ssl=tls)
    world.port = listener.sockets[0].getsockname()[1]
    try:
        yield world
    finally:
        listener.close()
        running = [one._handler_coroutine for one in world.connections if one._handler_coroutine]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for one in world.connections:
            for transport in (one.transport, one._original_transport):
                _cut(transport)
        await asyncio.sleep(0.01)  # in which they are closed
