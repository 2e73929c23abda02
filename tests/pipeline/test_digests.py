"""Staff get one mail about what waits, once a period, however many workers plan it, and none where there is nothing to say."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.errors import TryLater
from app.inbox.digests import Standing, find_periods
from app.models import Conversation, Digest, Membership
from app.models.columns import now
from app.pipeline.digests import digest_failed, plan_digests, send_digest
from app.replies.hours import WEEKDAYS, parse_hours
from app.vocabulary import DigestPace
from tests.pipeline.by_hand import Hands, open_hands
from tests.scripted_model import ScriptedModel, answer, request

CUSTOMER = "Olivia Martinez <olivia.martinez@example.net>"
ZONE = ZoneInfo("Europe/Berlin")
OFFICE = parse_hours({"week": {day: ["09:00-17:00"] for day in WEEKDAYS[:5]}}, "Europe/Berlin")


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox, store={"modes": {}}) as hands:
        await hands.hire("Amir Agent", "amir@shop.example")
        await hands.change(Membership, digest_hour=0)
        yield hands


async def wait_for_person(hands: Hands, subject: str = "Help") -> None:
    hands.desk.model = ScriptedModel(answer(request("human_request", "talk to a person")))
    mail = await hands.receive(CUSTOMER, subject, "I want to talk to a person. My phone is 0123 456789.")
    await hands.answer(mail)


async def be_late(hands: Hands) -> None:
    await hands.change(Conversation, due_at=now())


async def digests(hands: Hands) -> list[Digest]:
    async with hands.desk.db.transaction() as session:
        return [*(await session.execute(sa.select(Digest).order_by(sa.text("created_at")))).scalars()]


async def go_round(hands: Hands) -> None:
    """What a worker does every few minutes, with the jobs that come of it."""
    await plan_digests(hands.desk)
    for digest in await digests(hands):
        await send_digest(hands.desk, digest.id)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "pace", "overdue", "news", "expected"),
    [
        ("2026-11-23T07:59", "daily", True, False, []),
        ("2026-11-23T08:00", "daily", False, False, ["day:2026-11-23"]),
        ("2026-11-23T08:30", "daily", True, True, ["day:2026-11-23"]),
        ("2026-11-23T10:00", "daily", True, True, ["day:2026-11-23", "overdue:2026-11-23"]),
        ("2026-11-22T10:00", "daily", True, True, []),
        ("2026-11-23T10:40", "hourly", True, False, ["hour:2026-11-23T10"]),
        ("2026-11-23T10:40", "hourly", False, False, []),
        ("2026-11-23T22:00", "hourly", True, True, []),
        ("2026-11-23T10:00", "off", True, True, []),
    ],
)
def test_a_mail_is_due_in_working_hours_and_by_what_was_chosen(moment, pace, overdue, news, expected):
    standing = Standing(DigestPace(pace), 8, has_overdue=overdue, has_news=news)
    assert find_periods(standing, OFFICE, at(moment)) == expected


async def test_one_mail_tells_all_and_nothing_of_what_customers_write_but_the_subject(hands, sandbox):
    await wait_for_person(hands, "Broken *teapot* https://evil.example")
    await be_late(hands)
    await wait_for_person(hands, "Another thing")
    await go_round(hands)
    (mail,) = sandbox.outbox.messages
    assert mail.to == ["amir@shop.example"]
    assert "1 overdue, 2 waiting for a person" in mail.subject
    assert "Broken *teapot*" in mail.text
    assert "overdue" in mail.text
    assert "Another thing" in mail.text
    assert "/conversations/" in mail.text
    assert "0123 456789" not in mail.text
    assert 'href="https://evil' not in mail.html
    assert mail.headers["Auto-Submitted"] == "auto-generated"


async def test_workers_that_plan_at_once_send_one_mail_a_period(hands, sandbox):
    await wait_for_person(hands)
    for _ in range(2):
        await asyncio.gather(*(plan_digests(hands.desk) for _ in range(4)))
    (digest,) = await digests(hands)
    await asyncio.gather(*(send_digest(hands.desk, digest.id) for _ in range(3)))
    await send_digest(hands.desk, digest.id)
    assert len(sandbox.outbox.messages) == 1


async def test_nothing_to_say_is_not_said_and_what_comes_after_is_not_told_one_by_one(hands, sandbox):
    await go_round(hands)
    await wait_for_person(hands)
    await go_round(hands)
    assert sandbox.outbox.messages == []


async def test_what_becomes_overdue_is_told_once_a_day(hands, sandbox):
    await go_round(hands)
    for _ in range(3):
        await wait_for_person(hands)
        await be_late(hands)
        await go_round(hands)
    assert len(sandbox.outbox.messages) == 1
    assert [digest.period.partition(":")[0] for digest in await digests(hands)] == ["day", "overdue"]


async def test_who_wants_none_gets_none_and_who_left_gets_none(hands, sandbox):
    await wait_for_person(hands)
    await hands.change(Membership, digest=DigestPace.OFF)
    await go_round(hands)
    await hands.change(Membership, digest=DigestPace.DAILY)
    await plan_digests(hands.desk)
    async with hands.desk.db.transaction() as session:
        await session.execute(sa.delete(Membership))
    await go_round(hands)
    assert sandbox.outbox.messages == []


async def test_an_outage_of_the_mail_provider_puts_it_off(hands, sandbox):
    await wait_for_person(hands)
    await plan_digests(hands.desk)
    (digest,) = await digests(hands)
    sandbox.faults.set("sendgrid", "429")
    with pytest.raises(TryLater) as caught:
        await send_digest(hands.desk, digest.id)
    await digest_failed(hands.desk, digest.id, caught.value)
    sandbox.faults.clear()
    (digest,) = await digests(hands)
    assert digest.sent_at is None
    await send_digest(hands.desk, digest.id)
    assert len(sandbox.outbox.messages) == 1
