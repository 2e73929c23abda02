"""What all readers of a process share, and how fast they go."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import httpx

from app.db import Database
from app.mail.inbound.imap import Connection, ServerDown
from app.sealing import Sealer

T = TypeVar("T")


@dataclass(frozen=True)
class Pace:
    """How fast readers go; all in seconds.

    Attributes:
        poll: Between two looks at all folders. Where the server has IDLE, news of the first folder end the wait.
        breath: After news, before looking: mails come in swarms, and flags are news too.
        first, longest: The first wait after an outage and the longest; waits double, with jitter.
        refused, refused_longest: The same after a refused sign-in; providers lock out who tries too often.
        lease: For how long a mailbox is a silent worker's.
        look: Between two looks for mailboxes that nobody reads.
        silence: How long a server may say nothing before it counts as down.
        longest_call: How long one answer may take in all, as a server that never falls silent need not end either.
    """

    poll: float = 30
    breath: float = 0.3
    first: float = 5
    longest: float = 300
    refused: float = 300
    refused_longest: float = 3600
    lease: float = 60
    look: float = 3
    silence: float = 60
    longest_call: float = 900


@dataclass(frozen=True)
class Hall:
    """What all readers of a process share."""

    database: Database
    sealer: Sealer
    http: httpx.AsyncClient
    threads: ThreadPoolExecutor
    holder: UUID
    max_bytes: int
    pace: Pace


@dataclass(frozen=True)
class Line:
    """A connection, whose calls block, seen from the event loop, which must not. `longest`: seconds that one may take."""

    connection: Connection
    threads: ThreadPoolExecutor
    longest: float

    async def call(self, work: Callable[..., T], *args: object) -> T:
        """A call of the connection in a thread; hung up on where we are cancelled, so that no thread waits for nobody.

        Raises:
            ServerDown: It took too long; or as the call itself.
        """
        running = asyncio.get_running_loop().run_in_executor(self.threads, work, *args)
        try:
            async with asyncio.timeout(self.longest):
                return await running
        except asyncio.CancelledError:
            self.connection.cut()
            raise
        except TimeoutError:
            self.connection.cut()
            raise ServerDown(
                f"The mail server did not end an answer within {self.longest:g} seconds."
            ) from None
