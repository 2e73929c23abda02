"""The list of conversations: what each filter shows, pages, search, and that it stays on its indexes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.db import Database
from app.errors import BadRequest
from app.inbox.listing import Filter, Order, count_filters, find_next, list_page, parse_cursor
from app.inbox.searching import search
from app.models import Conversation
from app.vocabulary import ConversationState, Outcome, ReplyState
from tests.inbox.seeds import Shop, add_shop, add_talk


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await add_shop(database)


async def names(database: Database, shop: Shop, shown: Filter, **options) -> list[str]:
    async with database.transaction() as session:
        page = await list_page(shop.access(session), shown, **options)
    return [row.who for row in page.rows]


async def test_each_filter_shows_its_conversations(database, shop):
    minutes = 0

    async def add(name: str, outcome: Outcome, reply: ReplyState | None, **options) -> None:
        nonlocal minutes
        minutes += 1
        await add_talk(
            database,
            shop,
            name=name,
            outcome=outcome,
            reply_state=reply,
            age=timedelta(minutes=minutes),
            **options,
        )

    await add("draft", Outcome.DRAFTED, ReplyState.HELD)
    await add("by hand", Outcome.HANDED_OVER, None)
    await add("under way", Outcome.WAITING, None)
    await add("leaving", Outcome.WAITING, ReplyState.SCHEDULED)
    await add("doubt", Outcome.FAILED, ReplyState.IN_DOUBT)
    await add("failed reading", Outcome.FAILED, None)
    await add("bounced", Outcome.ANSWERED, ReplyState.BOUNCED)
    await add("answered", Outcome.ANSWERED, ReplyState.SENT)
    await add("done", Outcome.ANSWERED, ReplyState.SENT, state=ConversationState.CLOSED)

    assert await names(database, shop, Filter.NEEDS_ME) == ["by hand", "draft"]
    assert await names(database, shop, Filter.WAITING) == ["under way", "leaving"]
    assert await names(database, shop, Filter.TROUBLE) == ["doubt", "failed reading", "bounced"]
    assert await names(database, shop, Filter.ANSWERED) == ["bounced", "answered"]
    assert await names(database, shop, Filter.CLOSED) == ["done"]
    assert len(await names(database, shop, Filter.OPEN)) == 8
    async with database.transaction() as session:
        counts = await count_filters(shop.access(session))
    assert counts == {Filter.NEEDS_ME: 2, Filter.OVERDUE: 0, Filter.WAITING: 2, Filter.TROUBLE: 3}


@pytest.mark.parametrize("order", Order)
async def test_pages_follow_each_other_without_gap_or_repetition(database, shop, order):
    for number in range(7):
        # Two share each moment, so that the id has to decide.
        await add_talk(database, shop, name=str(number), age=timedelta(minutes=number // 2))
    found, after = [], None
    async with database.transaction() as session:
        while True:
            page = await list_page(shop.access(session), Filter.NEEDS_ME, after=after, order=order, size=3)
            found += [row.who for row in page.rows]
            if page.after is None:
                break
            after = parse_cursor(str(page.after))
    assert sorted(found) == [str(number) for number in range(7)]
    assert [int(name) // 2 for name in found] == sorted(
        [0, 0, 1, 1, 2, 2, 3], reverse=order is not Order.NEWEST
    )


@pytest.mark.parametrize("cursor", ["x", "1_2", "_", "9999999999999999999999_" + "0" * 32])
def test_a_forged_cursor_is_refused(cursor):
    with pytest.raises(BadRequest):
        parse_cursor(cursor)


async def test_a_line_shows_the_newest_mails_first_words(database, shop):
    await add_talk(
        database, shop, text="Hi. " * 500, attachments=[{"filename": "a.pdf", "size": 1, "sha256": "x"}]
    )
    async with database.transaction() as session:
        (row,) = (await list_page(shop.access(session), Filter.OPEN)).rows
    assert row.first_words.startswith("Hi. Hi.")
    assert len(row.first_words) < 300
    assert row.has_attachments
    assert row.address == "lena@example.com"
    assert row.reply_state is ReplyState.HELD


async def test_search_finds_names_addresses_and_subjects_literally(database, shop):
    await add_talk(database, shop, name="Zoë Ümit", address="zoe@example.com", subject="100% wool?")
    await add_talk(database, shop, name="Bob", address="bob_b@example.com", subject="Hello")
    other = await add_shop(database, "Other")
    await add_talk(database, other, name="Zoë Ümit", address="zoe@example.com")

    async def find(words: str) -> list[str]:
        async with database.transaction() as session:
            return [row.who for row in (await search(shop.access(session), words)).rows]

    assert await find("zoë") == ["Zoë Ümit"]
    assert await find("ZOE@EXAMPLE.COM") == ["Zoë Ümit"]
    assert await find("100%") == ["Zoë Ümit"]
    assert await find("%") == ["Zoë Ümit"]
    assert await find("b_b") == ["Bob"]
    assert await find("nobody") == []
    assert await find("  ") == []


async def test_the_next_conversation_is_the_one_that_waits_longest(database, shop):
    young = await add_talk(database, shop, age=timedelta(minutes=1))
    old = await add_talk(database, shop, age=timedelta(minutes=9))
    async with database.transaction() as session:
        access = shop.access(session)
        assert await find_next(access) == old.conversation.id
        assert await find_next(access, besides=old.conversation.id) == young.conversation.id
        await session.execute(sa.delete(Conversation).where(col(Conversation.id) == young.conversation.id))
        assert await find_next(access, besides=old.conversation.id) is None


async def test_another_stores_conversations_are_never_listed(database, shop):
    other = await add_shop(database, "Other")
    await add_talk(database, other)
    for shown in Filter:
        assert await names(database, shop, shown) == []


FILL = (
    """INSERT INTO contact (id, store_id, name, lead_source, lead_detail, journey_stage, created_at)
    SELECT gen_random_uuid(), :store, 'P', 'unknown', '{}', 'use', now() FROM generate_series(1, 200)""",
    """INSERT INTO conversation (id, store_id, mailbox_id, contact_id, subject, state, outcome, reason, intents,
        person_answering, created_at, last_message_at)
    SELECT gen_random_uuid(), :store, :mailbox, c.id, 'S',
        CASE WHEN n % 2 = 0 THEN 'closed' ELSE 'open' END,
        CASE WHEN n % 50 = 1 THEN 'drafted' WHEN n % 51 = 1 THEN 'failed' ELSE 'answered' END, '', '[]', false,
        now(), now() - n * interval '1 second'
    FROM generate_series(1, 20000) n JOIN (SELECT id, row_number() OVER () r FROM contact) c ON c.r = n % 200 + 1""",
    """INSERT INTO message (id, store_id, conversation_id, direction, "references", from_name, from_address,
        to_addresses, subject, text, new_text, attachments, created_at)
    SELECT gen_random_uuid(), store_id, id, 'inbound', '[]', '', 'a@example.com', '[]', '', 'T', 'T', '[]', now()
    FROM conversation""",
)


async def test_no_page_of_the_list_reads_the_whole_table(database, shop):
    values = {"store": shop.store.id, "mailbox": shop.mailbox.id}
    async with database.transaction() as session:
        for statement in FILL:
            bound = {name: value for name, value in values.items() if f":{name}" in statement}
            await session.execute(sa.text(statement), bound)
        await session.execute(sa.text("ANALYZE"))
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    async with database.transaction() as session:
        access = shop.access(session)
        for shown in Filter:
            page = await list_page(access, shown)
            if page.after:
                await list_page(access, shown, after=page.after)
        await count_filters(access)
        await find_next(access)
        await search(access, "somebody")
    sa.event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    async with database.engine.connect() as connection:
        plans = [
            "\n".join(row[0] for row in await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))
            for statement, parameters in asked
        ]
    assert len(plans) > 15
    assert not [plan for plan in plans if "Seq Scan on conversation" in plan or "Seq Scan on message" in plan]
