import asyncio
import importlib
import pkgutil
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.sql.visitors import iterate

import app
from app.access import OF_STORE, StoreAccess, find_api_key, find_mailbox, open_store_of
from app.errors import NotFound
from app.models import ApiKey, Contact, Mailbox, Store
from app.sealing import digest


async def add_store(database, slug: str) -> Store:
    async with database.transaction() as session:
        store = Store(slug=slug, name=slug, shop_domain=f"{slug}.example", shop_token_sealed=b"")
        session.add(store)
    return store


async def test_a_row_of_another_store_is_not_found(database):
    ours, theirs = await add_store(database, "ours"), await add_store(database, "theirs")
    contact = Contact(store_id=theirs.id, name="Somebody")
    async with database.transaction() as session:
        session.add(contact)
    async with database.transaction() as session:
        access = StoreAccess(session, ours.id)
        assert await access.find(Contact, contact.id) is None
        with pytest.raises(NotFound):
            await access.get(Contact, contact.id)
        assert (await session.execute(access.select(Contact))).scalars().all() == []


def test_every_query_that_is_built_once_names_the_store():
    """`StoreAccess.run` cannot know whether a query asks for the store; without `OF_STORE` it would read everybody's rows."""
    parts = {"app.pipeline.open_mails._NEWEST_MESSAGES"}  # of a query that names it
    found = {
        f"{name}.{key}": value
        for name in sorted(module.name for module in pkgutil.walk_packages(app.__path__, "app."))
        if not name.endswith("__main__")
        for key, value in vars(importlib.import_module(name)).items()
        if isinstance(value, sa.Select)
    }
    unscoped = {
        name
        for name, query in found.items()
        if OF_STORE.key not in {bind.key for bind in iterate(query) if isinstance(bind, sa.BindParameter)}
    }
    assert len(found) > 15
    assert unscoped == parts


async def test_a_locked_row_is_read_afresh(database):
    """A session that read a row before it had the lock must not decide by what it read then."""
    store = await add_store(database, "ours")
    contact = Contact(store_id=store.id, name="before")
    async with database.transaction() as session:
        session.add(contact)
    has_read, has_changed = asyncio.Event(), asyncio.Event()

    async def decide() -> str:
        async with database.transaction() as session:
            found = await open_store_of(session, Contact, contact.id)
            assert found
            has_read.set()
            await has_changed.wait()
            return (await found[0].get(Contact, contact.id, lock=True)).name

    deciding = asyncio.create_task(decide())
    await has_read.wait()
    async with database.transaction() as session:
        (await StoreAccess(session, store.id).get(Contact, contact.id, lock=True)).name = "after"
    has_changed.set()
    assert await deciding == "after"


async def test_a_gone_row_has_no_store(database):
    async with database.transaction() as session:
        assert await open_store_of(session, Contact, uuid4()) is None


async def test_keys_are_known_by_their_digest_alone(database):
    store = await add_store(database, "ours")
    async with database.transaction() as session:
        session.add(ApiKey(store_id=store.id, name="x", prefix="pk_", key_hash=digest("pk_secret")))
        session.add(
            Mailbox(
                store_id=store.id,
                address="a@b.example",
                from_name="x",
                key_hash=digest("box"),
                key_sealed=b"",
            )
        )
    async with database.transaction() as session:
        assert (await find_api_key(session, "pk_secret")) is not None
        assert (await find_api_key(session, digest("pk_secret"))) is None
        assert (await find_mailbox(session, "box")).address == "a@b.example"
        with pytest.raises(NotFound):
            await find_mailbox(session, digest("box"))
