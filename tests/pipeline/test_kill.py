"""Killed at any moment and started again: no mail is lost, no reply is sent twice."""

import asyncio
import collections
import contextlib
import random
import socket

import httpx
import pytest
import sqlalchemy as sa

from app.access import StoreAccess
from app.inbox.drafts import Release, send_again
from app.inbox.people import Person
from app.models import InboundMail, Reply, User
from app.pipeline.desk import open_desk
from app.vocabulary import Outcome, ReplyState
from tests.pipeline.processes import open_processes
from tests.service import Service, add_store, eventually, make_mail, make_settings

CUSTOMERS = [
    ("Olivia Martinez <olivia.martinez@example.net>", "Where is my order #1035?"),
    ("Emily Clarke <emily.clarke@example.com>", "Has my order #1045 been delivered?"),
    ("Jonas Weber <jonas.weber@example.org>", "Wo ist meine Bestellung 1033?"),
    ("Mina Karimi <mina.karimi@example.com>", "سفارش ۱۰۵۱ من کجاست؟"),
]
STALLED_SECONDS = 1.5


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def service(database_url, sandbox):
    """The service's data and addresses; its processes are the tests' business."""
    port = free_port()
    settings = make_settings(
        sandbox,
        database_url=database_url,
        worker_stalled_seconds=STALLED_SECONDS,
        public_url=f"http://127.0.0.1:{port}",
    )
    desk = open_desk(settings, database_url)
    key = await add_store(desk, sandbox)
    sandbox.sendgrid.events.url = f"{settings.public_url}/hooks/sendgrid/events"
    async with httpx.AsyncClient(timeout=5) as http:
        yield Service(desk, settings.public_url, key, sandbox, http)
    await desk.close()


async def post_until_accepted(service: Service, raw: bytes) -> None:
    """As a mail provider does: again, until somebody says 202."""
    for _ in range(600):
        with contextlib.suppress(httpx.HTTPError):
            if (await service.post_raw(raw)).status_code == 202:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("never accepted")


async def post_all(service: Service, count: int) -> None:
    for number in range(count):
        sender, text = CUSTOMERS[number % len(CUSTOMERS)]
        await post_until_accepted(service, make_mail(sender, f"Question {number}", text))
        await asyncio.sleep(0.05)


async def is_quiet(service: Service) -> bool:
    """Every mail has ended, and no reply is on its way, or in doubt although it has left: an event will tell."""
    open_states = {ReplyState.SCHEDULED, ReplyState.SENDING}
    left = {message.custom_args["reply_id"] for message in service.sent()}
    mails, replies = await service.rows(InboundMail), await service.rows(Reply)
    return all(mail.outcome is not Outcome.WAITING for mail in mails) and not any(
        reply.state in open_states or (reply.state is ReplyState.IN_DOUBT and str(reply.id) in left)
        for reply in replies
    )


async def settle_doubts(service: Service) -> int:
    """What a person does with a reply that a kill has caught between its claim and its first byte: send it again."""
    doubts = [reply for reply in await service.rows(Reply) if reply.state is ReplyState.IN_DOUBT]
    async with service.desk.db.transaction() as session:
        user = User(email="agent@shop.example", name="Agent", password_hash="-")
        session.add(user)
        await session.flush()
        for reply in doubts:
            access = StoreAccess(session, reply.store_id)
            await send_again(access, reply.id, Release(by=Person(user.id, user.name), undo_seconds=0))
    return len(doubts)


async def assert_each_is_answered_once(service: Service, count: int) -> None:
    mails = await service.rows(InboundMail)
    assert len(mails) == count
    assert collections.Counter(mail.outcome for mail in mails) == {Outcome.ANSWERED: count}
    answered = collections.Counter(message.headers["In-Reply-To"] for message in service.sent())
    assert set(answered) == {mail.rfc_message_id for mail in mails}
    assert set(answered.values()) == {1}, "a reply was sent twice"


async def test_killed_at_many_points_it_loses_nothing_and_sends_nothing_twice(service, tmp_path):
    count, kills, chance = 24, 15, random.Random(20261121)
    service.sandbox.faults.set_latency("sendgrid", 0.0, 0.15)
    service.sandbox.faults.set_latency("openai", 0.0, 0.1)
    port = service.url.rpartition(":")[2]
    async with open_processes(service.desk.settings, str(tmp_path / "log")) as processes:
        posting = asyncio.create_task(post_all(service, count))
        for _ in range(kills):
            pid = await processes.start(f"serve {port}")
            await asyncio.sleep(chance.uniform(0.3, 1.2))
            processes.kill(pid)
        await processes.start(f"serve {port}")
        await posting
        await eventually(lambda: is_quiet(service), seconds=60)
        assert await settle_doubts(service) <= kills
        await eventually(lambda: is_quiet(service), seconds=60)
    await assert_each_is_answered_once(service, count)


async def test_two_workers_share_the_queue_and_one_takes_over_what_the_other_drops(service, tmp_path):
    count = 16
    settings = service.desk.settings
    service.sandbox.faults.set_latency("openai", 0.5)
    port = service.url.rpartition(":")[2]
    apart = settings.model_copy(update={"worker_in_serve": False, "worker_concurrency": 4})
    async with open_processes(apart, str(tmp_path / "log")) as processes:
        await processes.start(f"serve {port}")
        first, _ = await processes.start("worker"), await processes.start("worker")
        await eventually(lambda: have_workers(service, 2))
        await post_all(service, count)
        await eventually(lambda: are_working(service, 2))
        processes.kill(first)
        await eventually(lambda: is_quiet(service), seconds=60)
    await assert_each_is_answered_once(service, count)


async def have_workers(service: Service, count: int) -> bool:
    return await number(service, "SELECT count(*) FROM procrastinate_workers") >= count


async def are_working(service: Service, count: int) -> bool:
    return (
        await number(
            service, "SELECT count(DISTINCT worker_id) FROM procrastinate_jobs WHERE status = 'doing'"
        )
        >= count
    )


async def number(service: Service, query: str) -> int:
    async with service.desk.db.transaction() as session:
        return int((await session.execute(sa.text(query))).scalar_one())
