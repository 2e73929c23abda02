"""A newer mail against a reply in its undo window: one of both wins, and no mail is ever answered twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.access import StoreAccess
from app.errors import TryLater
from app.inbox import closing, drafts
from app.inbox.people import Person
from app.models import Reply, Store
from app.models.columns import now
from app.pipeline.deliver import deliver_failed
from app.vocabulary import Direction, Intent, Mode, Outcome, ReplyState
from tests.pipeline.by_hand import Hands, open_hands
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import make_settings

CUSTOMER = "Olivia Martinez <olivia.martinez@example.net>"
ORDER = request("order_status", "#1035", order_number="1035")
SOMEBODY = Person(None, "Somebody")


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        hands.desk.settings = make_settings(sandbox, undo_seconds=3600)
        yield hands


async def ask(hands: Hands, number: int, thread: str) -> Reply | None:
    """A mail of the thread, read and answered."""
    hands.desk.model = ScriptedModel(answer(ORDER))
    mail = await hands.receive(
        CUSTOMER,
        f"Order, thread {thread}",
        "Where is #1035?",
        message_id=f"<{thread}-{number}@example.net>",
        headers={"In-Reply-To": f"<{thread}-0@example.net>"} if number else {},
    )
    return await hands.answer(mail)


async def test_a_reply_that_is_taken_back_says_why_and_one_answer_takes_in_both_mails(hands):
    first = await ask(hands, 0, "a")
    second = await ask(hands, 1, "a")
    assert first is not None
    assert second is not None
    kept = await hands.get(Reply, first.id)
    assert (kept.state, second.state) == (ReplyState.DISCARDED, ReplyState.SCHEDULED)
    assert "the customer wrote again" in kept.error
    messages = await hands.messages(first.conversation_id)
    assert {message.answer_id for message in messages} == {second.answer_id}
    assert second.in_reply_to == "<a-1@example.net>"


async def test_a_reply_that_a_person_released_is_never_replaced_and_what_comes_after_waits_for_one(hands):
    await hands.change(Store, modes={intent.value: Mode.DRAFT for intent in Intent})
    first = await ask(hands, 0, "b")
    assert first is not None
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        await drafts.approve(access, first.id, drafts.Release(SOMEBODY, 3600))
    await hands.change(Store, modes={intent.value: Mode.AUTO for intent in Intent})
    second = await ask(hands, 1, "b")
    assert second is not None
    assert (await hands.get(Reply, first.id)).state is ReplyState.SCHEDULED
    assert second.id != first.id
    assert second.state is ReplyState.HELD
    messages = await hands.messages(first.conversation_id)
    assert [message.answer_id for message in messages] == [first.answer_id, second.answer_id]
    await hands.change(Reply, send_after=now() - timedelta(seconds=1))
    await hands.deliver(first)
    (conversation,) = await hands.conversations()
    assert conversation.outcome is Outcome.DRAFTED


async def turn_away(hands: Hands, reply: Reply) -> Reply:
    """The provider takes the reply not yet, and says so after whatever happened while it was asked."""
    await deliver_failed(hands.desk, reply.id, TryLater("Busy.", service="SendGrid", code="busy"))
    return await hands.get(Reply, reply.id)


async def test_what_the_provider_does_not_take_yet_is_replaced_by_the_answer_to_a_newer_mail(hands):
    first = await ask(hands, 0, "c")
    assert first is not None
    await hands.change(Reply, state=ReplyState.SENDING, claimed_at=now())
    hands.desk.model = ScriptedModel(answer(ORDER))
    newer = await hands.receive(
        CUSTOMER, "Order", "Where is #1035, please?", headers={"In-Reply-To": "<c-0@example.net>"}
    )
    assert (await turn_away(hands, first)).state is ReplyState.HELD
    second = await hands.answer(newer)
    assert second is not None
    assert (await hands.get(Reply, first.id)).state is ReplyState.DISCARDED
    assert second.state is ReplyState.SCHEDULED
    messages = await hands.messages(first.conversation_id)
    assert {message.answer_id for message in messages} == {second.answer_id}


async def test_what_the_provider_does_not_take_yet_does_not_leave_over_a_person(hands):
    first = await ask(hands, 0, "d")
    assert first is not None
    await hands.change(Reply, state=ReplyState.SENDING, claimed_at=now())
    async with hands.desk.db.transaction() as session:
        await closing.take(StoreAccess(session, hands.mailbox.store_id), first.conversation_id, by=SOMEBODY)
    assert (await turn_away(hands, first)).state is ReplyState.HELD
    (conversation,) = await hands.conversations()
    assert conversation.outcome is Outcome.DRAFTED
    assert "has taken this conversation over" in conversation.reason


async def test_without_news_it_goes_on_by_itself(hands):
    first = await ask(hands, 0, "e")
    assert first is not None
    await hands.change(Reply, state=ReplyState.SENDING, claimed_at=now())
    assert (await turn_away(hands, first)).state is ReplyState.SCHEDULED
    await hands.change(Reply, send_after=now() - timedelta(seconds=1))
    assert (await hands.deliver(first)).state is ReplyState.SENT


async def test_a_draft_waits_on_for_the_person_who_has_taken_over_whatever_comes_in(hands):
    await hands.change(Store, modes={intent.value: Mode.DRAFT for intent in Intent})
    first = await ask(hands, 0, "f")
    assert first is not None
    async with hands.desk.db.transaction() as session:
        await closing.take(StoreAccess(session, hands.mailbox.store_id), first.conversation_id, by=SOMEBODY)
    await ask(hands, 1, "f")
    assert (await hands.get(Reply, first.id)).state is ReplyState.HELD
    messages = await hands.messages(first.conversation_id)
    assert messages[0].answer_id == first.answer_id
    assert messages[1].answer_id not in {None, first.answer_id}
    (conversation,) = await hands.conversations()
    assert conversation.outcome is Outcome.HANDED_OVER


async def test_somebody_in_danger_who_asks_for_a_person_finds_no_draft_of_before(hands):
    await hands.change(Store, modes={intent.value: Mode.DRAFT for intent in Intent})
    await ask(hands, 0, "h")
    newer = await hands.receive(
        CUSTOMER, "Re", "Person\n\nI want to die.", headers={"In-Reply-To": "<h-0@example.net>"}
    )
    await hands.answer(newer)
    assert newer.conversation_id is not None
    *before, start = await hands.replies(newer.conversation_id)
    assert {reply.state for reply in before} == {ReplyState.DISCARDED}
    assert (start.state, start.situations) == (ReplyState.HELD, ["writer_in_danger"])


async def test_more_mails_than_anybody_reads_are_one_answers_all_the_same(hands):
    hands.desk.model = ScriptedModel(answer(ORDER))
    for number in range(55):
        mail = await hands.receive(
            CUSTOMER,
            "Order, thread g",
            f"Where is #1035? I ask for the {number}. time.",
            message_id=f"<g-{number}@example.net>",
            headers={"In-Reply-To": "<g-0@example.net>"} if number else {},
        )
    await hands.answer(mail)
    (conversation,) = await hands.conversations()
    messages = await hands.messages(conversation.id)
    assert len({message.answer_id for message in messages} - {None}) == 1
    assert all(message.answer_id for message in messages)


@pytest.mark.slow
async def test_a_newer_mail_and_the_send_race_and_no_mail_is_answered_twice(hands, sandbox):
    """Both orders come up, and in each every mail is answered by exactly one reply that left or will leave."""
    ends = set()
    for number in range(6):
        thread = f"race{number}"
        first = await ask(hands, 0, thread)
        assert first is not None
        await hands.change(Reply, send_after=now() - timedelta(seconds=1))
        newer = await hands.accept(
            CUSTOMER,
            f"Order, thread {thread}",
            "And where is #1035?",
            message_id=f"<{thread}-1@example.net>",
            headers={"In-Reply-To": f"<{thread}-0@example.net>"},
        )

        async def deliver(reply: Reply = first, late: float = number * 0.02) -> None:
            await asyncio.sleep(late)
            await hands.deliver(reply)

        mail, _ = await asyncio.gather(hands.read(newer), deliver())
        hands.desk.model = ScriptedModel(answer(ORDER))
        await hands.answer(mail)
        replies = [
            reply
            for reply in await hands.replies(first.conversation_id)
            if reply.state is not ReplyState.DISCARDED
        ]
        asked = [
            one for one in await hands.messages(first.conversation_id) if one.direction is Direction.INBOUND
        ]
        answers = [reply.answer_id for reply in replies]
        assert len(answers) == len(set(answers))
        assert {message.answer_id for message in asked} == set(answers)
        ends.add(len(replies))
        await hands.change(Reply, state=ReplyState.DISCARDED)
    assert ends <= {1, 2}, ends
    assert len(sandbox.outbox.messages) <= 6
