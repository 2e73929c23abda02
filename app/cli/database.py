"""The database that a command speaks to: its address, its start where it is embedded, and whether it is up to date."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from app import db
from app.errors import Misconfigured
from app.settings import Settings

_PATIENCE_SECONDS = 10
_FORM = "Write it as postgresql://user:password@host:5432/name, with %40 for an @ in the password."


@contextlib.contextmanager
def open_url(settings: Settings) -> Iterator[str]:
    """The database's address: the one that is set, or the embedded PostgreSQL, started and migrated.

    Raises:
        Misconfigured: The address is none, or the embedded one does not start.
    """
    if settings.database_url:
        yield checked_url(settings.database_url)
        return
    embedded = db.EmbeddedPostgres(settings.data_dir / "postgres")
    try:
        url = embedded.url()
        migrate(url)
        yield url
    finally:
        embedded.close()


def checked_url(text: str) -> str:
    """The address, if it is one of a PostgreSQL. Its parts are not repeated in the refusal: one of them is a password."""
    try:
        url = make_url(text.strip())
    except (sa.exc.ArgumentError, ValueError) as error:
        raise Misconfigured(f"PASOKH_DATABASE_URL is no database address. {_FORM}") from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise Misconfigured(f"PASOKH_DATABASE_URL is not the address of a PostgreSQL. {_FORM}")
    if "@" in (url.host or ""):
        raise Misconfigured(f"PASOKH_DATABASE_URL has more than one @. {_FORM}")
    return text.strip()


@contextlib.asynccontextmanager
async def open_database(url: str) -> AsyncIterator[db.Database]:
    """Connections to a database that answers and is up to date, else Misconfigured."""
    database = db.Database(url, pool=4)
    try:
        await check(database)
        yield database
    finally:
        await database.close()


async def check(database: db.Database) -> None:
    """Misconfigured where the database is out of reach, empty, or of another version than this code."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await database.check()
            async with database.engine.connect() as connection:
                found = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    except TimeoutError as error:
        raise Misconfigured(
            f"PASOKH_DATABASE_URL: the database does not answer within {_PATIENCE_SECONDS} seconds. "
            "Start it, or correct the address."
        ) from error
    except sa.exc.DBAPIError as error:
        raise db.unreachable(error) from error
    _check_revision(found)


def _check_revision(found: str | None) -> None:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    history = ScriptDirectory(str(Path(db.__file__).parent.parent / "migrations"))
    head = history.get_current_head()
    if found == head:
        return
    try:
        history.get_revision(found or "base")
    except CommandError as error:
        raise _too_new(found) from error
    raise Misconfigured(
        f"The database is at revision {found or 'none'}, and this version needs {head}. Run `pasokh migrate`."
    )


def migrate(url: str) -> None:
    """Bring a database up to this version's tables.

    Raises:
        Misconfigured: It is out of reach, was made by a later version, or its user may not make tables.
    """
    from alembic.util import CommandError

    try:
        db.migrate(url)
    except CommandError as error:
        raise _too_new(None) from error
    except sa.exc.OperationalError as error:
        raise db.unreachable(error) from error
    except sa.exc.ProgrammingError as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise Misconfigured(
                "PASOKH_DATABASE_URL: its user may not make tables. Let it own the database."
            ) from error
        raise


def _too_new(revision: str | None) -> Misconfigured:
    where = f" (revision {revision})" if revision else ""
    return Misconfigured(
        f"The database was made by a later version of Pasokh{where}. Start that version, or restore a backup."
    )
