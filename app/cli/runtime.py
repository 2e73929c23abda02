"""What commands share: settings, the database that they speak to, and a running demo if there is one."""

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import Database, EmbeddedPostgres, migrate
from app.errors import Misconfigured
from app.sealing import Sealer
from app.settings import Settings, load_settings

T = TypeVar("T")

DEMO_FOLDER = "demo"
_RUNNING = "running.json"


def load() -> Settings:
    """The settings; where no database is set and a demo runs in this folder, the demo's."""
    settings = load_settings()
    running = _running_demo(settings.data_dir)
    if settings.database_url or running is None:
        return settings
    print("(a demo is running here: this command speaks to the demo)", file=sys.stderr)
    return settings.model_copy(
        update={"database_url": running["database_url"], "secret_key": running["secret_key"]}
    )


def write_running_demo(data_dir: Path, *, database_url: str, secret_key: str) -> Path:
    """Let other commands find the demo. It holds the demo's own throw-away key, and is readable by its owner alone."""
    path = data_dir / DEMO_FOLDER / _RUNNING
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"pid": os.getpid(), "database_url": database_url, "secret_key": secret_key}))
    return path


def _running_demo(data_dir: Path) -> dict[str, str] | None:
    try:
        running: dict[str, str] = json.loads((data_dir / DEMO_FOLDER / _RUNNING).read_text())
        os.kill(int(running["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return None
    return running


@contextlib.contextmanager
def open_url(settings: Settings) -> Iterator[str]:
    """The database's address: the one that is set, or the embedded PostgreSQL, started and migrated."""
    if settings.database_url:
        yield settings.database_url
        return
    embedded = EmbeddedPostgres(settings.data_dir / "postgres")
    try:
        url = embedded.url()
        migrate(url)
        yield url
    finally:
        embedded.close()


@contextlib.asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    database = Database(url, pool=4)
    try:
        await database.check()
        yield database
    finally:
        await database.close()


@dataclass(frozen=True)
class Admin:
    """What a piece of administration works with: one unit of work, and the key of the secrets."""

    session: AsyncSession
    sealer: Sealer


def in_transaction(work: Callable[[Admin], Awaitable[T]]) -> T:
    """Run a piece of administration in one transaction on the configured database."""
    settings = load()
    sealer = Sealer(settings.require_secret_key())

    async def run(url: str) -> T:
        async with open_database(url) as database, database.transaction() as session:
            return await work(Admin(session, sealer))

    with open_url(settings) as url:
        return asyncio.run(run(url))


def set_up_logging(level: int = logging.INFO) -> None:
    """Constant events with their fields, one line each, on standard error."""
    from app.logs import EventFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(EventFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("procrastinate", "httpx", "httpx2", "httpcore", "openai", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def require(*, found: bool, sentence: str) -> None:
    """Misconfigured with this sentence unless it holds."""
    if not found:
        raise Misconfigured(sentence)
