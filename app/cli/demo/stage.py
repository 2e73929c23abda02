"""Builds the demo: a fresh database, the sandbox, one store, and the service over the real code path."""

import contextlib
import secrets
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.access import StoreAccess
from app.cli import runtime
from app.cli.demo.cast import EMAIL, PASSWORD, SUPPORT
from app.cli.demo.samples import load_articles
from app.cli.demo.show import Show
from app.cli.demo.theatre import Theatre
from app.db import EmbeddedPostgres, migrate
from app.knowledge.articles import add_article
from app.main import create_app
from app.models import Mailbox, Membership, Store, User
from app.pipeline.desk import Desk, open_desk
from app.sandbox.app import SandboxConfig
from app.sandbox.server import SandboxServer
from app.sealing import digest, new_token
from app.settings import Settings, load_settings
from app.vocabulary import Intent, Mode, Role
from app.web.passwords import hash_password
from app.web.server import Server

_SHOP = "pasokh-demo.myshopify.com"
_QUIET_SECONDS, _UNDO_SECONDS = 2.0, 1.0


@dataclass(frozen=True)
class Stage:
    """Where the demo plays. Ports that are taken are replaced by free ones."""

    show: Show
    port: int
    sandbox_port: int

    @contextlib.contextmanager
    def built(self) -> Iterator[Theatre]:
        """Everything started, nothing sent yet. What it holds is thrown away with the next demo."""
        folder = load_settings(env_file=None).data_dir / runtime.DEMO_FOLDER
        with contextlib.ExitStack() as stack:
            self.show.step("Starting PostgreSQL")
            url = stack.enter_context(_fresh_database(folder))
            self.show.step("Starting the sandbox: a pretend Shopify, OpenAI and SendGrid")
            port = _free(self.port)
            sandbox = stack.enter_context(_sandbox(_free(self.sandbox_port), port))
            settings = _settings(sandbox, port, folder)
            running = runtime.write_running_demo(settings, data_dir=folder.parent, database_url=url)
            stack.callback(running.unlink, missing_ok=True)
            desk = open_desk(settings, url)
            server = Server(create_app(desk), host="127.0.0.1", port=port)
            yield Theatre(desk, server, sandbox, self.show, set_up=_set_up_store)


@contextlib.contextmanager
def _fresh_database(folder: Path) -> Iterator[str]:
    """An embedded PostgreSQL of the demo's own, empty: a demo never touches a real store's data."""
    shutil.rmtree(folder, ignore_errors=True)
    server = EmbeddedPostgres(folder / "postgres")
    try:
        url = server.url()
        migrate(url)
        yield url
    finally:
        server.close()


@contextlib.contextmanager
def _sandbox(port: int, service_port: int) -> Iterator[SandboxServer]:
    config = SandboxConfig(
        event_webhook_url=f"http://127.0.0.1:{service_port}/hooks/sendgrid/events", warm=True
    )
    with SandboxServer(port, config=config) as sandbox:
        yield sandbox


def _settings(sandbox: SandboxServer, port: int, folder: Path) -> Settings:
    """The demo's settings: whatever `.env` says, a demo speaks to the sandbox and to nobody else."""
    config = sandbox.config
    return Settings(
        _env_file=None,
        data_dir=folder,
        secret_key=secrets.token_hex(32),
        public_url=f"http://127.0.0.1:{port}",
        openai_api_key=config.openai_key,
        openai_base_url=sandbox.openai_url,
        openai_model="sandbox",
        openai_input_usd=0,
        openai_output_usd=0,
        sendgrid_api_key=config.sendgrid_key,
        sendgrid_base_url=sandbox.sendgrid_url,
        sendgrid_event_public_key=sandbox.event_public_key,
        shopify_base_url=sandbox.shopify_url,
        quiet_seconds=_QUIET_SECONDS,
        undo_seconds=_UNDO_SECONDS,
        worker_poll_seconds=0.25,
    )


async def _set_up_store(desk: Desk, sandbox: SandboxServer) -> str:
    """One store with a mailbox and an owner; returns the mailbox's key. Only here is everything automatic from the start."""
    key = new_token()
    async with desk.db.transaction() as session:
        store = Store(
            slug="demo",
            name="Saffron & Clay",
            shop_domain=_SHOP,
            shop_token_sealed=desk.sealer.seal(sandbox.config.shopify_token),
            timezone="Europe/Amsterdam",
            signature="Saffron & Clay",
            modes={intent.value: Mode.AUTO.value for intent in Intent},
        )
        session.add(store)
        await session.flush()
        session.add(
            Mailbox(
                store_id=store.id,
                address=SUPPORT,
                from_name=store.name,
                key_hash=digest(key),
                key_sealed=desk.sealer.seal(key),
                parse_public_key=sandbox.event_public_key,
            )
        )
        user = User(email=EMAIL, name="Demo owner", password_hash=hash_password(PASSWORD))
        session.add(user)
        await session.flush()
        session.add(Membership(user_id=user.id, store_id=store.id, role=Role.OWNER))
        await session.flush()
        for article in load_articles():
            await add_article(StoreAccess(session, store.id), article, by=user.id)
    return key


def _free(port: int) -> int:
    """This port, or any free one where it is taken."""
    for wanted in (port, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wanted))
            return int(probe.getsockname()[1])
    raise OSError(f"Neither port {port} nor any other is free.")
