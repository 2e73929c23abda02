"""Each of the six faults on each of the three services: all mails end right, once, and what waits is visible."""

import collections

import pytest
from sqlmodel import col, select

from app.access import StoreAccess
from app.inbox.drafts import Release, send_again
from app.inbox.people import Person
from app.models import Conversation, InboundMail, Reply, Store, User
from app.vocabulary import Outcome, ReplyState
from tests.service import CUSTOMERS, Service, eventually, open_service

FAULTS = ["429", "500", "timeout", "drop", "garbage", "slow"]


@pytest.fixture
async def service(database_url, sandbox):
    async with open_service(database_url, sandbox, call_timeout_seconds=1) as service:
        yield service


async def write(service: Service, number: int) -> None:
    sender, text = CUSTOMERS[number % len(CUSTOMERS)]
    await service.write(sender, f"Question {number}", text)


async def outcomes(service: Service) -> dict[Outcome, int]:
    return collections.Counter(mail.outcome for mail in await service.rows(InboundMail))


async def settle_doubts(service: Service) -> int:
    """What a person does with a reply in doubt whose event never comes: look at the provider's list, send it if it is not there."""
    left = {message.custom_args["reply_id"] for message in service.sent()}
    count = 0
    async with service.desk.db.transaction() as session:
        store = (await session.exec(select(Store))).one()
        user = User(email=f"agent{len(left)}@shop.example", name="Agent", password_hash="-")
        session.add(user)
        await session.flush()
        for reply in (await session.exec(select(Reply).where(col(Reply.state) == ReplyState.IN_DOUBT))).all():
            assert str(reply.id) not in left, "an event should have settled this one"
            conversation = await session.get_one(Conversation, reply.conversation_id)
            assert conversation.outcome is Outcome.FAILED
            assert "A delivery event will tell" in reply.error
            assert reply.error == conversation.reason, "a doubt is told where its owner looks"
            access = StoreAccess(session, store.id)
            await send_again(access, reply.id, Release(by=Person(user.id, user.name), undo_seconds=0))
            count += 1
    return count


@pytest.mark.parametrize("name", ["openai", "shopify", "sendgrid"])
@pytest.mark.parametrize(
    ("each", "total"), [pytest.param(2, 14, id="14"), pytest.param(8, 50, marks=pytest.mark.slow, id="50")]
)
async def test_every_mail_ends_right_once_whatever_fault_a_service_has(service, name, each, total):
    sandbox, sent = service.sandbox, 0
    sandbox.faults.seed(1)
    for fault in FAULTS:
        before = sandbox.faults.hits(name)
        sandbox.faults.set(name, fault, seconds=0.3 if fault == "slow" else 5, share=0.8)
        for _ in range(each):
            await write(service, sent)
            sent += 1

        async def was_hit(before: int = before) -> bool:
            return bool(sandbox.faults.hits(name) > before)

        await eventually(was_hit)
    sandbox.faults.clear()
    for _ in range(total - sent):
        await write(service, sent)
        sent += 1

    async def is_settled() -> bool:
        found = await outcomes(service)
        doubts = [r for r in await service.rows(Reply) if r.state is ReplyState.IN_DOUBT]
        left = {message.custom_args["reply_id"] for message in service.sent()}
        return Outcome.WAITING not in found and not any(str(doubt.id) in left for doubt in doubts)

    await eventually(is_settled)
    doubts = await settle_doubts(service)
    assert doubts == 0 or name == "sendgrid"

    async def is_answered() -> bool:
        return await outcomes(service) == {Outcome.ANSWERED: total}

    await eventually(is_answered)
    answered = collections.Counter(message.headers["In-Reply-To"] for message in service.sent())
    assert len(answered) == total
    assert set(answered.values()) == {1}, "a reply was sent twice"


@pytest.mark.parametrize(("name", "word"), [("openai", "OpenAI"), ("shopify", "Shopify")])
async def test_a_mail_that_waits_says_for_whom_and_goes_on_by_itself(service, name, word):
    service.sandbox.faults.set(name, "500")
    await write(service, 0)

    async def is_told() -> bool:
        (mail,) = await service.rows(InboundMail)
        return (
            mail.outcome is Outcome.WAITING
            and word in mail.outcome_reason
            and "next try" in mail.outcome_reason
        )

    await eventually(is_told)
    (conversation,) = await service.rows(Conversation)
    assert word in conversation.reason
    service.sandbox.faults.clear()
    (mail,) = await service.settled(1)
    assert mail.outcome is Outcome.ANSWERED
    (conversation,) = await service.rows(Conversation)
    assert conversation.reason == ""


async def test_a_dependency_that_stays_down_for_too_long_leaves_the_mail_to_a_person(database_url, sandbox):
    async with open_service(database_url, sandbox, retry_give_up_seconds=1) as service:
        sandbox.faults.set("openai", "500")
        mail = await service.ask(*CUSTOMERS[0][:1], "Hello", "Where is my order #1035?")
    assert mail.outcome is Outcome.HANDED_OVER
    assert "OpenAI" in mail.outcome_reason


async def test_a_refused_key_is_told_by_name_and_the_mail_waits(database_url, sandbox):
    async with open_service(database_url, sandbox, openai_api_key="sk-wrong") as service:
        await write(service, 0)

        async def is_told() -> bool:
            (mail,) = await service.rows(InboundMail)
            return bool(mail.outcome is Outcome.WAITING and "OPENAI_API_KEY" in mail.outcome_reason)

        await eventually(is_told)
