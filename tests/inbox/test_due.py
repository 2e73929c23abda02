"""The clock of what waits for a person: when it starts, what shortens it, what ends it, and that nothing puts it off."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.db import Database
from app.inbox import closing, drafts
from app.inbox.drafts import Release
from app.inbox.due import due_time, is_pressing
from app.inbox.due_words import format_due
from app.inbox.handling import mark_answered
from app.inbox.listing import Filter, count_filters, list_page
from app.models import Conversation, Reply, Store
from app.models.columns import now
from app.replies.hours import WEEKDAYS
from app.vocabulary import Outcome, ReplyState
from tests.inbox.seeds import THREAD_KEY, Shop, Talk, add_mail, add_shop, add_talk

ZONE = ZoneInfo("Europe/Berlin")
OFFICE = {"week": {day: ["09:00-17:00"] for day in WEEKDAYS[:5]}}


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await add_shop(database)


async def due_of(database: Database, talk: Talk) -> datetime | None:
    async with database.transaction() as session:
        return (await session.get_one(Conversation, talk.conversation.id)).due_at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_a_mail_of_friday_evening_is_due_on_monday_and_a_pressing_one_before_noon():
    store = Store(
        slug="s",
        name="S",
        shop_domain="s",
        shop_token_sealed=b"",
        timezone="Europe/Berlin",
        opening_hours=OFFICE,
    )
    assert due_time(store, at("2026-11-20T19:00")) == at("2026-11-23T17:00")
    assert due_time(store, at("2026-11-20T19:00"), pressing=True) == at("2026-11-23T11:00")


def test_a_mail_is_pressing_by_the_model_or_by_its_words():
    assert is_pressing({"urgency": "high"}, "Hello")
    assert is_pressing({}, "My son was taken to hospital after using it.")
    assert not is_pressing({"urgency": "normal"}, "Where is my order?")


async def test_what_a_person_does_short_of_answering_never_puts_the_due_time_off(database, shop):
    talk = await add_talk(database, shop)
    due, release = await due_of(database, talk), Release(shop.person, 10)
    async with database.transaction() as session:
        await drafts.approve(shop.access(session), talk.draft.id, release)
    async with database.transaction() as session:
        await drafts.undo(shop.access(session), talk.draft.id, by=shop.person)
    async with database.transaction() as session:
        await drafts.discard(shop.access(session), talk.draft.id, by=shop.person)
    assert due is not None
    assert await due_of(database, talk) == due


async def test_a_conversation_that_is_closed_is_due_no_more_and_one_opened_again_is_due_anew(database, shop):
    talk = await add_talk(database, shop, outcome=Outcome.HANDED_OVER, reply_state=None)
    async with database.transaction() as session:
        await closing.close(shop.access(session), talk.conversation.id, by=shop.person)
    assert await due_of(database, talk) is None
    async with database.transaction() as session:
        await closing.reopen(
            shop.access(session), talk.conversation.id, by=shop.person, thread_key=THREAD_KEY
        )
    due = await due_of(database, talk)
    assert due is not None
    assert due > now() + timedelta(hours=7)


async def test_an_answer_to_an_older_mail_leaves_the_newer_one_due_by_its_own_clock(database, shop):
    talk = await add_talk(
        database, shop, age=timedelta(hours=30), outcome=Outcome.HANDED_OVER, reply_state=None
    )
    newer = await add_mail(database, shop, talk)
    async with database.transaction() as session:
        access = shop.access(session)
        conversation = await access.get(Conversation, talk.conversation.id, lock=True)
        assert not await mark_answered(access, conversation, now() - timedelta(hours=1), "Answered.")
    due = await due_of(database, talk)
    assert due is not None
    assert abs(due - newer.created_at - timedelta(hours=8)) < timedelta(minutes=5)
    async with database.transaction() as session:
        access = shop.access(session)
        conversation = await access.get(Conversation, talk.conversation.id, lock=True)
        assert await mark_answered(access, conversation, now(), "Answered.")
    assert await due_of(database, talk) is None


async def test_overdue_ones_come_first_are_counted_and_have_a_filter(database, shop):
    late = timedelta(hours=-1)
    await add_talk(database, shop, name="fresh", age=timedelta(minutes=1))
    await add_talk(database, shop, name="late", age=timedelta(minutes=2), due_in=late)
    await add_talk(
        database, shop, name="failed", due_in=late, outcome=Outcome.FAILED, reply_state=ReplyState.FAILED
    )
    await add_talk(database, shop, name="older", age=timedelta(hours=7))
    async with database.transaction() as session:
        access = shop.access(session)
        page = await list_page(access, Filter.NEEDS_ME)
        assert [row.who for row in page.rows] == ["late", "older", "fresh"]
        page = await list_page(access, Filter.OVERDUE)
        assert [row.who for row in page.rows] == ["failed", "late"]
        assert (await count_filters(access))[Filter.OVERDUE] == 2


async def test_a_conversation_that_an_older_release_wrote_is_listed_too(database, shop):
    await add_talk(database, shop)
    async with database.transaction() as session:
        await session.execute(sa.update(Conversation).values(due_at=None))
        assert len((await list_page(shop.access(session), Filter.NEEDS_ME)).rows) == 1


async def test_a_reply_that_only_tells_of_a_person_is_no_trouble_of_anybody(database, shop):
    talk = await add_talk(database, shop, outcome=Outcome.HANDED_OVER, reply_state=ReplyState.BOUNCED)
    async with database.transaction() as session:
        await session.execute(sa.update(Reply).values(tells_of_person=True))
        access = shop.access(session)
        assert not (await list_page(access, Filter.TROUBLE)).rows
        (row,) = (await list_page(access, Filter.NEEDS_ME)).rows
    assert row.conversation.id == talk.conversation.id
    assert row.reply_state is None


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-18T12:00:30", "due now"),
        ("2026-11-18T12:20", "due in 20 min"),
        ("2026-11-18T14:00", "due in 2 hr"),
        ("2026-11-18T20:00", "due today, 20:00"),
        ("2026-11-19T10:00", "due tomorrow, 10:00"),
        ("2026-11-23T10:00", "due Mon, 10:00"),
        ("2026-12-03T10:00", "due 3 Dec, 10:00"),
        ("2026-11-18T11:30", "overdue by 30 min"),
        ("2026-11-18T03:00", "overdue since 03:00"),
        ("2026-11-17T23:00", "overdue since yesterday"),
        ("2026-11-14T10:00", "overdue since Sat"),
        ("2026-11-03T10:00", "overdue since 3 Nov"),
    ],
)
def test_a_due_time_is_told_in_words(due, said):
    assert format_due(at(due), at("2026-11-18T12:00"), ZONE) == said
