"""The only way to load by id: every query is scoped to a store here."""

from datetime import timedelta
from typing import Any, TypeVar, TypeVarTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import NotFound
from app.models import ApiKey, Mailbox
from app.models.columns import now
from app.sealing import digest

Row = TypeVar("Row", bound=SQLModel)
Columns = TypeVarTuple("Columns")

_USED_PRECISION = timedelta(minutes=1)
"""To write at each use would make all requests of a key wait for one another."""


OF_STORE: sa.BindParameter[UUID] = sa.bindparam("of_store")
"""In a query that is built once: the store of whoever runs it."""


def of_store(model: type[Row]) -> "Select[Any]":
    """A query over the rows of a table in one store, for `StoreAccess.run`.

    For queries of every mail: built once, as a constant of its module, with `sa.bindparam` for what differs from run to
    run. To build one anew takes as long as to run it.
    """
    return select(model).where(_column(model, "store_id") == OF_STORE)


class StoreAccess:
    """One store's rows, within one unit of work. A row of another store is not found."""

    def __init__(self, session: AsyncSession, store_id: UUID) -> None:
        self.session = session
        self.store_id = store_id

    def select(self, model: type[Row]) -> "Select[Any]":
        """A query over this store's rows of a table."""
        return select(model).where(_column(model, "store_id") == self.store_id)

    async def run(self, query: "Select[*Columns]", **values: object) -> "sa.Result[*Columns]":
        """The answer to a query of `of_store`, or of another that names `OF_STORE`, with its other parameters."""
        return await self.session.execute(query, {OF_STORE.key: self.store_id, **values})

    async def find(self, model: type[Row], row_id: UUID | None, *, lock: bool = False) -> Row | None:
        """A row of this store, or None; locked against other writers until the end of the transaction."""
        if row_id is None:
            return None
        # What this session has read already is not asked for again, unless it was read without the lock: it may be stale.
        row = await self.session.get(model, row_id, populate_existing=lock, with_for_update=lock or None)
        return row if row is not None and _column(row, "store_id") == self.store_id else None

    async def get(self, model: type[Row], row_id: UUID, *, lock: bool = False) -> Row:
        """A row of this store; NotFound where there is none."""
        row = await self.find(model, row_id, lock=lock)
        if row is None:
            raise NotFound(f"There is no such {model.__tablename__} in this store.")
        return row


def _column(model: type[SQLModel] | SQLModel, name: str) -> Any:
    return getattr(model, name)


async def open_store_of(
    session: AsyncSession, model: type[Row], row_id: UUID, *, lock: bool = False
) -> tuple[StoreAccess, Row] | None:
    """For jobs, which know only an id: the row and its store's scope, or None where the row is gone."""
    row = await session.get(model, row_id, populate_existing=lock, with_for_update=lock or None)
    if row is None:
        return None
    return StoreAccess(session, row.store_id), row  # type: ignore[attr-defined]  # every job's table has store_id


async def find_mailbox(session: AsyncSession, key: str) -> Mailbox:
    """The mailbox whose webhook key this is; NotFound for a wrong key."""
    found = (await session.exec(select(Mailbox).where(Mailbox.key_hash == digest(key)))).one_or_none()
    if found is None:
        raise NotFound(
            "No mailbox has this key. Compare the address with what `pasokh mailbox list --urls` shows."
        )
    return found


async def find_api_key(session: AsyncSession, token: str) -> ApiKey | None:
    """The API key that this token is, marked as used, to the minute."""
    found = (await session.exec(select(ApiKey).where(ApiKey.key_hash == digest(token)))).one_or_none()
    if found is not None and (found.last_used_at is None or now() - found.last_used_at > _USED_PRECISION):
        found.last_used_at = now()
    return found
