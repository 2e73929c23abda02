"""A store's own wordings: append-only versions, one that counts, and nobody else's."""

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app.access import StoreAccess
from app.db import Database
from app.errors import NotFound
from app.inbox.wordings import (
    Outdated,
    Unusable,
    find_template,
    list_current,
    list_versions,
    load_wordings,
    restore_wording,
    save_wording,
)
from app.models import Store, Wording
from app.replies.locales import LOCALES
from tests.inbox.seeds import Shop, add_shop

EN, DE = LOCALES["en"], LOCALES["de"]
NAME = "order_in_transit"


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await add_shop(database)


async def save(database: Database, shop: Shop, source: str | None, *, seen: int = 0, locale=EN) -> Wording:
    async with database.transaction() as session:
        return await save_wording(
            shop.access(session),
            locale,
            NAME,
            source,
            seen=seen,
            author="Olga Owner",
            author_id=shop.owner.id,
        )


async def load(database: Database, shop: Shop, **options):
    async with database.transaction() as session:
        store = await session.get_one(Store, shop.store.id)
        return await load_wordings(shop.access(session), store, EN, **options)


async def test_the_newest_version_counts_in_its_language_alone(database: Database, shop: Shop):
    await save(database, shop, "One {{ number | code }}\r\n")
    await save(database, shop, "Two {{ number | code }}", seen=1)
    await save(database, shop, "Drei {{ number | code }}", locale=DE)
    assert await load(database, shop) == {("en", NAME): "Two {{ number | code }}"}
    assert await load(database, shop, names=("order_delivered",)) == {}
    async with database.transaction() as session:
        assert len(await list_current(shop.access(session))) == 2


async def test_going_back_is_a_new_version_and_loses_none(database: Database, shop: Shop):
    await save(database, shop, "One {{ number | code }}")
    await save(database, shop, "Two {{ number | code }}", seen=1)
    async with database.transaction() as session:
        access = shop.access(session)
        await restore_wording(access, EN, NAME, 1, seen=2, author="Olga")
        await restore_wording(access, EN, NAME, 0, seen=3, author="Olga")
    assert await load(database, shop) == {}
    async with database.transaction() as session:
        versions = await list_versions(shop.access(session), EN, NAME)
    assert [(one.version, one.restored_from) for one in versions] == [(4, None), (3, 1), (2, None), (1, None)]
    assert [one.source for one in versions] == [
        None,
        "One {{ number | code }}",
        "Two {{ number | code }}",
        "One {{ number | code }}",
    ]
    assert all(one.built_in for one in versions)


async def test_whoever_saves_what_another_has_changed_meanwhile_is_told(database: Database, shop: Shop):
    await save(database, shop, "One {{ number | code }}")
    with pytest.raises(Outdated, match="Olga Owner has saved version 1"):
        await save(database, shop, "Mine {{ number | code }}")
    with pytest.raises(Outdated):
        await save(database, shop, "Mine {{ number | code }}", seen=7)
    assert await load(database, shop) == {("en", NAME): "One {{ number | code }}"}


async def test_what_is_no_template_is_not_saved(database: Database, shop: Shop):
    for source in ("{{ numbr }}", "", "  \r\n", "x" * 8001, "{{ number.__class__ }}"):
        with pytest.raises(Unusable):
            await save(database, shop, source)
    assert await load(database, shop) == {}


async def test_what_postgresql_cannot_keep_is_left_out(database: Database, shop: Shop):
    kept = await save(database, shop, "Order\0 {{ number | code }}   \r\n\r\nBye\r")
    assert kept.source == "Order {{ number | code }}\n\nBye"


async def test_another_store_has_its_own(database: Database, shop: Shop):
    other = await add_shop(database, "Coffee")
    await save(database, shop, "One {{ number | code }}")
    assert await load(database, other) == {}
    await save(database, other, "Theirs {{ number | code }}")
    assert await load(database, other) == {("en", NAME): "Theirs {{ number | code }}"}
    async with database.transaction() as session:
        with pytest.raises(NotFound):
            await restore_wording(other.access(session), EN, NAME, 2, seen=1, author="X")
        assert len((await session.exec(select(Wording))).all()) == 2
        assert len(await list_versions(StoreAccess(session, shop.store.id), EN, NAME)) == 1


async def test_a_store_that_never_had_any_is_not_asked(database: Database, shop: Shop):
    seen: list[str] = []
    async with database.transaction() as session:
        store = await session.get_one(Store, shop.store.id)
        sa.event.listen(
            database.engine.sync_engine, "before_cursor_execute", lambda *call: seen.append(call[2])
        )
        assert await load_wordings(shop.access(session), store, EN) == {}
        assert seen == []


async def test_a_reply_is_mailed_in_the_words_of_its_own_day(database: Database, shop: Shop):
    first = await save(database, shop, "One {{ number | code }}")
    await save(database, shop, "Two {{ number | code }}", seen=1)
    assert await load(database, shop, at=first.created_at) == {("en", NAME): "One {{ number | code }}"}


def test_only_templates_that_stores_may_word_are_found():
    assert find_template("de", "layout") is DE
    for code, name in (
        ("xx", NAME),
        ("en", "code"),
        ("en", "_parcels"),
        ("en", "../en/layout"),
        ("en", "nothing"),
    ):
        with pytest.raises(NotFound):
            find_template(code, name)
