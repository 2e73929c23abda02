"""Whatever happens to a reply, its mail, its conversation and its touchpoint tell the same, and nothing waits for ever."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app.access import StoreAccess
from app.inbox import drafts
from app.inbox.drafts import Release
from app.inbox.people import Person
from app.models import Conversation, InboundMail, Reply, Store, Touchpoint, User
from app.vocabulary import Direction, Mode, Outcome, ReplyState
from tests.service import CUSTOMERS, Service, eventually, open_service

CUSTOMER, QUESTION = CUSTOMERS[0]
DRAFTS = {"modes": {"order_status": Mode.DRAFT.value}}


async def agent(service: Service) -> Person:
    async with service.desk.db.transaction() as session:
        user = User(email=f"{uuid4().hex}@shop.example", name="Agent", password_hash="-")
        session.add(user)
        await session.flush()
        return Person(user.id, user.name)


async def act(service: Service, change: Any, *args: Any, **options: Any) -> Any:
    async with service.desk.db.transaction() as session:
        store = (await session.exec(select(Store))).one()
        return await change(StoreAccess(session, store.id), *args, **options)


async def reply_in(service: Service, state: ReplyState) -> Reply:
    found: list[Reply] = []

    async def is_there() -> bool:
        found[:] = [reply for reply in await service.rows(Reply) if reply.state is state]
        return bool(found)

    await eventually(is_there)
    return found[-1]


async def tell(service: Service, reply: Reply, event: str, **fields: Any) -> None:
    """An event as SendGrid posts it."""
    body = json.dumps(
        [
            {
                "event": event,
                "email": "x@example.net",
                "timestamp": 1_800_000_000,
                "sg_event_id": uuid4().hex,
                "reply_id": str(reply.id),
                **fields,
            }
        ]
    ).encode()
    answer = await service.http.post(
        f"{service.url}/hooks/sendgrid/events",
        content=body,
        headers={"Content-Type": "application/json", **service.sandbox.sendgrid.sign(body)},
    )
    assert answer.status_code == 202, answer.text


async def told(service: Service) -> set[str]:
    """What the newest mail, its conversation and its touchpoint say; one word where they agree."""
    mail = (await service.rows(InboundMail))[-1]
    (conversation,) = await service.rows(Conversation)
    touchpoint = [one for one in await service.rows(Touchpoint) if one.direction is Direction.INBOUND][-1]
    return {mail.outcome.value, conversation.outcome.value, touchpoint.decision}


async def test_a_reply_that_comes_back_is_told_everywhere(service):
    await service.ask(CUSTOMER, "Question", QUESTION)
    reply = await reply_in(service, ReplyState.DELIVERED)
    await tell(service, reply, "bounce", reason="550 no such user \x00 here")
    assert await told(service) == {"failed"}
    (conversation,) = await service.rows(Conversation)
    assert "550 no such user" in conversation.reason


async def test_an_old_reply_that_comes_back_does_not_hide_what_waits_in_its_conversation(service):
    await service.ask(CUSTOMER, "Question", QUESTION)
    reply = await reply_in(service, ReplyState.DELIVERED)
    (sent,) = service.sent()
    await service.ask(CUSTOMER, "Re: Question", "I want to talk to a person.", to=sent.headers["Reply-To"])
    before = await told(service)
    await tell(service, reply, "bounce", reason="mailbox full")
    assert await told(service) == before
    assert (await service.rows(InboundMail))[0].outcome is Outcome.FAILED


async def test_a_reply_that_was_dropped_and_sent_again_is_answered(service):
    await service.ask(CUSTOMER, "Question", QUESTION)
    reply = await reply_in(service, ReplyState.DELIVERED)
    async with service.desk.db.transaction() as session:
        (await session.get_one(Reply, reply.id)).state = ReplyState.SENT
    await tell(service, reply, "dropped", reason="Bounced Address")
    assert await told(service) == {"failed"}
    await act(service, drafts.send_again, reply.id, Release(by=await agent(service), undo_seconds=0))
    await reply_in(service, ReplyState.DELIVERED)
    assert await told(service) == {"answered"}


async def test_a_reply_that_waits_for_sendgrid_says_so_where_its_mail_is(service):
    service.sandbox.faults.set("sendgrid", "429")
    await service.write(CUSTOMER, "Question", QUESTION)

    async def is_told() -> bool:
        mails, conversations = await service.rows(InboundMail), await service.rows(Conversation)
        return all(
            "SendGrid" in text
            for text in (*(m.outcome_reason for m in mails), *(c.reason for c in conversations))
        )

    await eventually(is_told)
    assert await told(service) == {"waiting"}
    service.sandbox.faults.clear()
    await service.settled(1)
    assert await told(service) == {"answered"}
    (conversation,) = await service.rows(Conversation)
    assert conversation.reason == ""


async def test_a_fault_of_ours_before_the_send_leaves_no_reply_in_limbo(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=1) as service:
        await service.write(CUSTOMER, "Question", QUESTION)
        reply = await reply_in(service, ReplyState.SCHEDULED)
        async with service.desk.db.transaction() as session:
            broken = sa.text("""UPDATE reply SET "references" = '[["x"]]' WHERE id = :id""")
            await session.execute(broken, {"id": reply.id})
        failed = await reply_in(service, ReplyState.FAILED)
        assert "has not left" in failed.error
        assert await told(service) == {"failed"}
        assert service.sent() == []


async def test_a_reply_that_is_released_taken_back_and_released_again_is_sent_by_one_job(
    database_url, sandbox
):
    async with open_service(database_url, sandbox, store=DRAFTS) as service:
        await service.ask(CUSTOMER, "Question", QUESTION)
        reply, person = await reply_in(service, ReplyState.HELD), await agent(service)
        release = Release(by=person, undo_seconds=1)
        await act(service, drafts.approve, reply.id, release)
        await act(service, drafts.undo, reply.id, by=person)
        await act(service, drafts.approve, reply.id, release)
        async with service.desk.db.transaction() as session:
            jobs = (await session.execute(sa.text("SELECT task_name FROM procrastinate_jobs"))).scalars()
            assert [*jobs] == ["deliver_reply"]
        await service.settled(1)
        assert await told(service) == {"answered"}
        assert len(service.sent()) == 1


async def test_what_becomes_of_an_older_reply_is_not_told_of_a_newer_mail(database_url, sandbox):
    """A failed reply is sent again after a newer mail came in: that mail's draft is still to be looked at."""
    async with open_service(database_url, sandbox, store=DRAFTS) as service:
        raw = await service.ask(CUSTOMER, "Question", QUESTION)
        first, person = await reply_in(service, ReplyState.HELD), await agent(service)
        async with service.desk.db.transaction() as session:
            (await session.get_one(Reply, first.id)).state = ReplyState.FAILED
        await service.write(CUSTOMER, "Question", QUESTION, headers={"In-Reply-To": raw.rfc_message_id})
        await reply_in(service, ReplyState.HELD)
        await act(service, drafts.send_again, first.id, Release(by=person, undo_seconds=0))

        async def has_left() -> bool:
            return bool(service.sent())

        await eventually(has_left)
        await service.settled(2)
        assert await told(service) == {"drafted"}
        assert [mail.outcome for mail in await service.rows(InboundMail)] == [
            Outcome.ANSWERED,
            Outcome.DRAFTED,
        ]


async def test_an_event_that_is_told_again_under_another_id_is_one_touchpoint(service):
    await service.ask(CUSTOMER, "Question", QUESTION)
    reply = await reply_in(service, ReplyState.DELIVERED)
    for _ in range(2):
        await tell(service, reply, "deferred", reason="451 later")
    assert [one.event for one in await service.rows(Touchpoint)].count("deferred") == 1


async def test_a_doubt_ends_with_whatever_only_a_mail_that_left_can_cause(service):
    await service.ask(CUSTOMER, "Question", QUESTION)
    reply = await reply_in(service, ReplyState.DELIVERED)
    await act(service, _doubt, reply.id)
    await tell(service, reply, "deferred", reason="451 later")
    assert (await reply_in(service, ReplyState.SENT)).error == ""
    assert await told(service) == {"answered"}


async def _doubt(access: StoreAccess, reply_id: UUID) -> None:
    reply = await access.get(Reply, reply_id, lock=True)
    reply.state, reply.error = ReplyState.IN_DOUBT, "Nobody knows."


@pytest.mark.parametrize(
    "event", ["processed", "delivered", "bounce", "dropped", "open", "deferred", "something new"]
)
async def test_events_may_come_in_any_order_and_twice(service, event):
    await service.ask(CUSTOMER, "Question", QUESTION)
    reply = await reply_in(service, ReplyState.DELIVERED)
    await tell(service, reply, "bounce", reason="gone")
    for _ in range(2):
        await tell(service, reply, event)
    assert (await reply_in(service, ReplyState.BOUNCED)).id == reply.id
    assert await told(service) == {"failed"}
    assert len([one for one in await service.exchanges() if one.direction is Direction.OUTBOUND]) == 1
