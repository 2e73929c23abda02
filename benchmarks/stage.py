"""What the benchmarks play on: an embedded PostgreSQL of their own, the sandbox, and the service in its own process."""

import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from app.db import EmbeddedPostgres, migrate
from app.pipeline.desk import Desk, open_desk
from app.sandbox.app import SandboxConfig
from app.sandbox.server import SandboxServer
from app.settings import Settings
from benchmarks.crowd import write_shop
from benchmarks.processes import Build, Served, served
from tests.service import add_store, make_settings

_TEMPLATE = "bench_template"

# As in production, but for the waits that people are given.
_SETTINGS = {"worker_poll_seconds": 1, "worker_stalled_seconds": 30, "call_timeout_seconds": 30}

_PLUS = (20_000, 1_000)
"""Query points of Shopify Plus: a standard plan's would be what a burst waits for. https://shopify.dev/docs/api/usage/limits"""


@dataclass(frozen=True)
class Stage:
    """Shared by all rows of a run. The sandbox lives in this process, beside the load; what is measured does not."""

    postgres: EmbeddedPostgres
    sandbox: SandboxServer

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """Address of a new, migrated database."""
        name = f"bench_{uuid4().hex}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as admin:
            admin.execute(create.format(sql.Identifier(name), sql.Identifier(_TEMPLATE)))
        try:
            yield self.postgres.url(name)
        finally:
            with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as admin:
                admin.execute(drop.format(sql.Identifier(name)))

    @contextlib.asynccontextmanager
    async def service(
        self, url: str, *, worker: bool = True, events: bool = False, profile: bool = False
    ) -> AsyncIterator["Service"]:
        """The service over a database, in a process of its own, with one store whose mailbox is open.

        Args:
            url: A new database.
            worker: Whether it works off its queue.
            events: Whether the pretend SendGrid tells it what became of each reply.
            profile: Whether it takes a profile of itself.
        """
        settings = make_settings(self.sandbox, **_SETTINGS, worker_in_serve=worker)
        desk = open_desk(settings, url)
        key = await add_store(desk, self.sandbox)
        try:
            with served(Build("service", url, plain(settings), profile=profile)) as process:
                if events:
                    self.sandbox.sendgrid.events.url = f"{process.url}/hooks/sendgrid/events"
                yield Service(process, desk, key)
        finally:
            self.sandbox.sendgrid.events.url = None
            await desk.close()


@dataclass(frozen=True)
class Service:
    """A measured service. `desk` is ours, not its: to look into its database."""

    process: Served
    desk: Desk
    key: str

    @property
    def raw_url(self) -> str:
        return f"{self.process.url}/hooks/raw/{self.key}"

    @property
    def inbound_url(self) -> str:
        return f"{self.process.url}/hooks/sendgrid/inbound/{self.key}"


@contextlib.contextmanager
def built() -> Iterator[Stage]:
    """Everything started; thrown away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pasokh-"))  # short: a Unix socket's path has 107 bytes
    try:
        with contextlib.ExitStack() as stack:
            config = SandboxConfig(shop=write_shop(folder / "shop"), shop_points=_PLUS, warm=True)
            sandbox = stack.enter_context(SandboxServer(config=config))
            postgres = EmbeddedPostgres(folder / "pg")
            stack.callback(postgres.close)
            migrate(postgres.url(_TEMPLATE))
            yield Stage(postgres, sandbox)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def plain(settings: Settings) -> dict[str, object]:
    """Settings by field name, secrets open: what another process can make the same settings from."""
    return {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for name, value in ((name, getattr(settings, name)) for name in Settings.model_fields)
    }
