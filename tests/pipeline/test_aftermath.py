"""A customer's next mail tells whether the reply before it had helped; a bad one takes its situation back to draft."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app.access import StoreAccess
from app.inbox.handling import lock_conversation
from app.inbox.stopping import lock_store
from app.mail.outbound.events import DeliveryEvent, DeliveryKind
from app.models import InboundMail, ModeChange, Notice, Reply, Store, TrackEntry
from app.pipeline.budgets import count_spending
from app.pipeline.open_mails import gather
from app.pipeline.sent import record_events
from app.vocabulary import Intent, Mode, Outcome, ReplyState, Verdict
from tests.pipeline.by_hand import Hands, open_hands
from tests.pipeline.received import LiteralModel
from tests.service import eventually

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
QUESTION = "Where is my order 1035?"


class Moody(LiteralModel):
    """Reads a mood from a mail that says it."""

    async def call(self, function: Any, **told: Any) -> Any:
        call = await super().call(function, **told)
        mood = "negative" if "so sad" in told["messages"][0] else "neutral"
        arguments = call.arguments.replace('"sentiment": "neutral"', f'"sentiment": "{mood}"')
        return type(call)(arguments, call.usage)


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        hands.desk.model = Moody()
        yield hands


async def ask(hands: Hands, subject: str = "order_status", text: str = QUESTION, **more: Any) -> InboundMail:
    mail = await hands.receive(OLIVIA, subject, text, **more)
    reply = await hands.answer(mail)
    if reply is not None and reply.state is ReplyState.SCHEDULED:
        await hands.deliver(reply)
    return await hands.get(InboundMail, mail.id)


async def follow(hands: Hands, first: InboundMail, subject: str, text: str, **more: Any) -> InboundMail:
    headers = {"In-Reply-To": first.rfc_message_id, "References": first.rfc_message_id}
    return await ask(hands, f"Re: {subject}", text, headers=headers, **more)


async def all_of(hands: Hands, model: Any) -> list[Any]:
    async with hands.desk.db.transaction() as session:
        return [*(await session.exec(select(model).order_by(model.created_at))).all()]


async def situation_of(hands: Hands) -> tuple[str, Mode]:
    (first, *_) = await all_of(hands, TrackEntry)
    (store,) = await all_of(hands, Store)
    return first.situation, store.mode(Intent.ORDER_STATUS, first.situation)


@pytest.mark.parametrize(
    ("subject", "text", "verdict"),
    [
        ("order_status", "I ask again, since your answer says nothing: where is 1035?", Verdict.REOPENED),
        ("shipping_question", "This makes me so sad. How long can shipping take at all?", Verdict.REOPENED),
        ("complaint", "That was not what I had asked at all, dear people.", Verdict.COMPLAINED),
        ("human_request", "Could somebody real look at it, please?", Verdict.ASKED_FOR_PERSON),
        ("nothing", "Person", Verdict.ASKED_FOR_PERSON),
    ],
)
async def test_an_answer_that_did_not_help_takes_its_situation_back_to_draft(
    hands: Hands, subject, text, verdict
):
    first = await ask(hands)
    assert first.outcome is Outcome.ANSWERED
    assert (await situation_of(hands))[1] is Mode.AUTO
    second = await follow(hands, first, subject, text)
    assert second.conversation_id == first.conversation_id
    name, mode = await situation_of(hands)
    assert mode is Mode.DRAFT
    entries = [(one.situation, one.verdict) for one in await all_of(hands, TrackEntry)]
    assert (name, verdict) in entries
    (change,) = await all_of(hands, ModeChange)
    assert (change.is_fall_back, change.conversation_id) == (True, first.conversation_id)
    assert len(await all_of(hands, Notice)) == 1
    (store,) = await all_of(hands, Store)
    assert store.mode(Intent.RETURN_POLICY, "return_policy") is Mode.AUTO


async def test_the_mail_that_says_so_is_itself_not_answered_by_that_situation(hands: Hands):
    await ask(hands)
    again = await ask(hands, text="I ask again, since your answer says nothing: where is 1035?")
    assert again.outcome is Outcome.DRAFTED


async def test_thanks_another_wish_the_same_mail_twice_and_a_doubtful_sender_say_nothing_bad(hands: Hands):
    first = await ask(hands)
    await follow(hands, first, "feedback", "Thank you, that was quick!")
    await follow(hands, first, "shipping_question", "How long does shipping take?")
    await ask(hands)
    await ask(hands, text="Still nothing here, where may my 1035 be now?", result="")
    assert (await situation_of(hands))[1] is Mode.AUTO
    assert {one.verdict for one in await all_of(hands, TrackEntry)} <= {Verdict.AUTOMATIC}


async def test_what_a_person_wrote_is_not_the_templates_fault(hands: Hands):
    first = await ask(hands)
    await hands.change(Reply, edited=True)
    await follow(hands, first, "complaint", "That was not what I had asked at all, dear people.")
    assert (await situation_of(hands))[1] is Mode.AUTO


async def test_a_doubtful_senders_word_for_a_person_says_nothing_bad(hands: Hands):
    first = await ask(hands)
    second = await follow(hands, first, "nothing", "Person", result="")
    assert second.conversation_id == first.conversation_id
    assert second.outcome is Outcome.HANDED_OVER
    assert (await situation_of(hands))[1] is Mode.AUTO


async def is_locked_out(hands: Hands) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with hands.desk.db.transaction() as session:
        return bool((await session.execute(sa.text(query))).scalar_one())


async def test_who_reports_spam_waits_for_the_conversation_before_the_store(hands: Hands):
    """As answering does: in opposite orders, the two would block each other."""
    first = await ask(hands)
    assert first.conversation_id is not None
    (reply,) = await all_of(hands, Reply)
    event = DeliveryEvent(
        DeliveryKind.SPAM_REPORT, "spam-1", reply.to_address, None, custom_args={"reply_id": str(reply.id)}
    )
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        await lock_conversation(access, first.conversation_id)
        told = asyncio.create_task(record_events(hands.desk, [event]))
        await eventually(lambda: is_locked_out(hands))
        await session.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
        await lock_store(access)
    await told
    assert (await situation_of(hands))[1] is Mode.DRAFT


async def test_who_asks_for_a_person_waits_for_the_budgets_before_the_store(hands: Hands):
    """As answering does."""
    await hands.change(Store, tells_of_person=True)
    first = await ask(hands)
    headers = {"In-Reply-To": first.rfc_message_id}
    mail = await hands.receive(OLIVIA, "Re: order_status", "Person", headers=headers)
    assert mail.conversation_id is not None
    work = await gather(hands.desk, mail.conversation_id)
    assert work is not None
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        await count_spending(access, work, hands.desk.settings)
        answered = asyncio.create_task(hands.answer(mail))
        await eventually(lambda: is_locked_out(hands))
        await session.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
        await lock_store(access)
    await answered
    assert (await situation_of(hands))[1] is Mode.DRAFT
