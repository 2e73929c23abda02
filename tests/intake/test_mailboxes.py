"""What a process remembers of a mailbox never outlives the mailbox's secrets."""

import json

import psycopg
import pytest
import sqlalchemy as sa
from sqlmodel import select

from app.errors import NotFound, Unauthenticated
from app.intake.accept import MESSAGE, MailboxChanged, accept
from app.intake.mailboxes import Mailboxes
from app.models import InboundMail, Mailbox, Store
from app.sealing import digest
from tests.patience import PATIENCE
from tests.service import make_mail

KEY = "box-key"


@pytest.fixture
async def mailbox(database):
    async with database.transaction() as session:
        store = Store(slug="s", name="S", shop_domain="s.myshopify.com", shop_token_sealed=b"")
        session.add(store)
        await session.flush()
        box = Mailbox(
            store_id=store.id,
            address="support@s.example",
            from_name="S",
            key_hash=digest(KEY),
            key_sealed=b"",
            raw_token_hash=digest("old"),
        )
        session.add(box)
    return box


@pytest.fixture
def mailboxes(database):
    return Mailboxes(database)


def holds(token):
    def check(mailbox):
        if mailbox.raw_token_hash != digest(token):
            raise Unauthenticated("No.")

    return check


async def change(database, **values):
    async with database.transaction() as session:
        await session.execute(sa.update(Mailbox).values(**values))


async def post(mailboxes, token, serial=1):
    raw = make_mail("a@b.example", f"Mail {serial}", "Hello")
    return await mailboxes.accept(KEY, holds(token), raw, content_type=MESSAGE, source="raw")


async def count(database):
    async with database.transaction() as session:
        return len((await session.exec(select(InboundMail))).all())


async def test_a_remembered_mailbox_takes_more_mail(database, mailbox, mailboxes):
    assert [(await post(mailboxes, "old", serial)).is_new for serial in (1, 2)] == [True, True]
    assert await count(database) == 2


async def test_a_token_that_was_changed_opens_no_more(database, mailbox, mailboxes):
    await post(mailboxes, "old")
    await change(database, raw_token_hash=digest("new"))
    with pytest.raises(Unauthenticated):
        await post(mailboxes, "old", 2)
    assert await count(database) == 1


async def test_a_new_token_opens_at_once(database, mailbox, mailboxes):
    await post(mailboxes, "old")
    await change(database, raw_token_hash=digest("new"))
    assert (await post(mailboxes, "new", 2)).is_new


async def test_a_change_that_concerns_nobody_at_the_door_turns_nobody_away(database, mailbox, mailboxes):
    await post(mailboxes, "old")
    await change(database, parse_public_key="another")
    assert (await post(mailboxes, "old", 2)).is_new


async def test_a_mailbox_that_was_taken_away_is_not_found(database, mailbox, mailboxes):
    await post(mailboxes, "old")
    async with database.transaction() as session:
        await session.execute(sa.delete(Mailbox))
    with pytest.raises(NotFound):
        await post(mailboxes, "old", 2)


async def test_nothing_is_kept_under_a_mailbox_that_is_not_what_it_was(database, mailbox):
    await change(database, key_hash="another")
    with pytest.raises(MailboxChanged):
        await accept(
            database, mailbox, make_mail("a@b.example", "s", "t"), content_type=MESSAGE, source="raw"
        )
    assert await count(database) == 0


async def test_a_connection_that_the_server_ended_is_replaced(database, mailbox):
    async def backend():
        async with database.transaction() as session:
            return (await session.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()

    async with database.bare_connection() as witness:
        idle = await backend()
        await witness.execute("SELECT pg_terminate_backend(%s, 60000)", (idle,))
        assert await backend() != idle


async def test_a_connection_that_breaks_in_use_is_thrown_away(database, mailbox):
    async with database.bare_connection() as connection:
        await connection.close()
    async with database.bare_connection() as connection:
        assert not connection.closed


async def test_the_workers_hear_of_a_mail_at_once(database, mailbox, mailboxes, database_url):
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as worker:
        await worker.execute('LISTEN "procrastinate_queue_v1#mail"')
        await post(mailboxes, "old")
        heard = [notice async for notice in worker.notifies(timeout=PATIENCE, stop_after=1)]
    assert json.loads(heard[0].payload)["type"] == "job_inserted"


async def test_accepting_itself_is_silent(database, mailbox, database_url):
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as worker:
        await worker.execute('LISTEN "procrastinate_queue_v1#mail"')
        raw = make_mail("a@b.example", "s", "t")
        await accept(database, mailbox, raw, content_type=MESSAGE, source="raw")
        await worker.execute("""NOTIFY "procrastinate_queue_v1#mail", 'end'""")
        heard = [notice.payload async for notice in worker.notifies(timeout=PATIENCE, stop_after=1)]
    assert heard == ["end"]
