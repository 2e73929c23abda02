"""A real IMAP server (pymap) on loopback, and a wire to it that a test can cut, listen to and lie on."""

import asyncio
import contextlib
import re
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.mailbox import MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

USER, PASSWORD = "support@shop.example", "correct horse"


class ImapServer:
    """The server behind `port`. Start it with `run_server`."""

    def __init__(self, backend: DictBackend, config: Config, port: int) -> None:
        self._backend, self._config, self.port = backend, config, port

    @property
    def folders(self) -> MailboxSet:
        return self._config.set_cache[USER][0]

    async def deliver(self, raw: bytes, folder: str = "INBOX", when: datetime | None = None) -> int:
        """Put a mail into a folder, as its UID."""
        box = await self.folders.get_mailbox(folder)
        return (await box.append(AppendMessage(raw, when or datetime.now(UTC), frozenset()))).uid

    async def add_folder(self, name: str) -> None:
        await self.folders.add_mailbox(name)

    async def renumber(self, folder: str = "INBOX", by: int = 1) -> None:
        """What a restored backup or a moved mailbox is: the same mails, a new UIDVALIDITY, other UIDs."""
        box = await self.folders.get_mailbox(folder)
        box._uid_validity += by
        mails = [*box._messages.values()]
        box._messages.clear()
        for uid, mail in enumerate(mails, 7):
            box._messages[uid] = type(mail).copy(mail, uid=uid)
        box._max_uid = 6 + len(mails)
        box._mod_sequences.update([*box._messages])

    async def flags(self, folder: str = "INBOX") -> set[bytes]:
        box = await self.folders.get_mailbox(folder)
        return {flag.value for mail in box._messages.values() for flag in mail.permanent_flags}

    async def change_password(self, password: str) -> None:
        hashed = await Passwords(self._config).hash_password(password)
        self._backend.login.users_dict[USER] = UserMetadata(self._config, USER, password=hashed)


@contextlib.asynccontextmanager
async def run_server(*, has_tls: bool = False, **config: Any) -> AsyncIterator[ImapServer]:
    """A server with one user, an INBOX and a folder of sent mails. `config`: pymap's own settings."""
    args = Namespace(
        host="127.0.0.1",
        port=0,
        debug=False,
        cert=config.pop("cert", None),
        key=config.pop("key", None),
        tls=has_tls,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
    )
    backend, settings = await DictBackend.init(
        args,
        invalid_user_sleep=0.0,
        hash_context=BuiltinHash(rounds=1),
        cpu_subsystem=Subsystem.for_asyncio(),  # a thread would outlive the test's loop, and its answer be lost
        **config,
    )
    settings.apply_context()
    serve = IMAPServer(backend.login, settings)

    handle = ProxyProtocolReader(settings.proxy_protocol).get_callback(serve)
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    found = ImapServer(backend, settings, server.sockets[0].getsockname()[1])
    async with backend.login.demo_user_identity.new_session():
        await found.add_folder("Sent")
    yield found
    server.close()


Change = Callable[[bytes], bytes | None]
"""What becomes of the server's bytes; None: the connection is cut instead."""


@dataclass
class Wire:
    """A TCP proxy before a server."""

    port: int = 0
    heard: bytearray = field(default_factory=bytearray)
    """All that clients said."""
    change: Change | None = None
    is_cut: bool = False
    connections: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _handlers: set[asyncio.Task[None]] = field(default_factory=set)

    def cut(self) -> None:
        """End all connections; new ones are ended at once until `mend`."""
        self.is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        self.is_cut = False

    def commands(self, name: str) -> int:
        return len(re.findall(rb" " + name.encode() + rb"\b", self.heard))


@contextlib.asynccontextmanager
async def run_wire(target: int, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    """A way to a server on `target`; with `tls`, encrypted from the first byte."""
    wire = Wire()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_server: bool) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if not is_server:
                    wire.heard += data
                passed = wire.change(data) if is_server and wire.change else data
                if passed is None:
                    break
                writer.write(passed)
                await writer.drain()
        writer.transport.abort()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire.connections += 1
        task = asyncio.current_task()
        assert task
        wire._handlers.add(task)
        if wire.is_cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", target)
        wire._writers |= {writer, back}
        await asyncio.gather(pump(reader, back, is_server=False), pump(there, writer, is_server=True))
        wire._writers -= {writer, back}

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    wire.port = server.sockets[0].getsockname()[1]
    yield wire
    server.close()
    wire.cut()
    if wire._handlers:
        await asyncio.wait(wire._handlers, timeout=10)
