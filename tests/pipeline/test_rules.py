"""Rules that look beyond the mail: at the customer, at what they were told, at what waits, at the clock."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlmodel import select

from app.access import StoreAccess
from app.inbox.closing import close
from app.inbox.drafts import Release, write
from app.inbox.people import Person
from app.models import Answer, Conversation, InboundMail, Membership, Store, User
from app.vocabulary import AutomaticHours, Outcome, ReplyState, Role
from tests.pipeline.by_hand import Hands, open_hands
from tests.pipeline.received import LiteralModel

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
LENA = "Lena Hoffmann <lena.hoffmann@example.com>"
QUESTION = "Where is my order 1035?"
NEVER = {"week": {"monday": ["00:00-00:01"]}, "closed": []}


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox, store={"repeat_hours": 24}) as hands:
        hands.desk.model = LiteralModel()
        yield hands


async def ask(hands: Hands, sender: str, subject: str = "order_status", text: str = QUESTION) -> InboundMail:
    """Have a mail answered, and let the answer leave if it may."""
    mail = await hands.receive(sender, subject, text)
    reply = await hands.answer(mail)
    if reply is not None and reply.state is ReplyState.SCHEDULED:
        await hands.deliver(reply)
    return await hands.get(InboundMail, mail.id)


async def decided(hands: Hands, mail: InboundMail) -> Answer:
    async with hands.desk.db.transaction() as session:
        query = select(Answer).where(Answer.conversation_id == mail.conversation_id)
        return [*(await session.exec(query)).all()][-1]


async def reasons(hands: Hands, mail: InboundMail) -> dict[str, dict[str, Any]]:
    return {reason["code"]: reason for reason in (await decided(hands, mail)).reasons}


async def person_of(hands: Hands) -> Person:
    async with hands.desk.db.transaction() as session:
        user = User(email="amir@shop.example", name="Amir", password_hash="-")
        session.add(user)
        await session.flush()
        session.add(Membership(user_id=user.id, store_id=hands.mailbox.store_id, role=Role.AGENT))
        return Person(user.id, user.name)


def customer_lookups(answer: Answer) -> Sequence[Any]:
    return [lookup for lookup in answer.lookups if lookup["tool"] == "get_customer"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [({"vip_orders": 2}, "orders"), ({"vip_spent": 1.0}, "spent"), ({"vip_tag": "vip"}, "“vip”")],
)
async def test_a_customer_who_matters_most_gets_a_person(hands: Hands, rule, words):
    await hands.change(Store, **rule)
    mail = await ask(hands, LENA, "shipping_question", "How long does shipping take?")
    assert mail.outcome is Outcome.DRAFTED
    assert words in (await reasons(hands, mail))["vip"]["sentence"]
    assert (await reasons(hands, mail))["vip"]["advice"]


async def test_anybody_else_is_looked_up_once_and_answered(hands: Hands):
    await hands.change(Store, vip_orders=1_000, vip_spent=1e6, vip_tag="wholesale")
    mail = await ask(hands, LENA)
    assert "vip" not in await reasons(hands, mail)
    assert len(customer_lookups(await decided(hands, mail))) == 1
    stranger = await ask(hands, "kim@stranger.example", "shipping_question", "How long does it take?")
    assert stranger.outcome is Outcome.ANSWERED


async def test_a_store_without_the_rule_asks_shopify_for_no_customer(hands: Hands):
    mail = await ask(hands, OLIVIA)
    assert mail.outcome is Outcome.ANSWERED
    assert customer_lookups(await decided(hands, mail)) == []


async def test_who_waits_for_a_person_elsewhere_gets_no_automatic_answer(hands: Hands):
    waiting = await ask(hands, OLIVIA, "complaint", "My lawyer will write to you.")
    assert waiting.outcome is Outcome.HANDED_OVER
    mail = await ask(hands, OLIVIA)
    assert mail.conversation_id != waiting.conversation_id
    assert mail.outcome is Outcome.DRAFTED
    told = (await reasons(hands, mail))["open_hand_over"]
    assert told["conversation"] == str(waiting.conversation_id)
    other = await ask(hands, LENA, "shipping_question", "How long does shipping take?")
    assert other.outcome is Outcome.ANSWERED
    assert waiting.conversation_id is not None
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        await close(access, waiting.conversation_id, by=await person_of(hands))
    again = await ask(hands, OLIVIA, "shipping_question", "How long does shipping take?")
    assert again.outcome is Outcome.ANSWERED


async def test_who_waits_for_a_person_here_gets_no_automatic_answer_until_one_has_written(hands: Hands):
    waiting = await ask(
        hands, OLIVIA, "order_status Hello", "I do not want to live: I want to die."
    )  # no draft
    more = {"In-Reply-To": waiting.rfc_message_id, "References": waiting.rfc_message_id}
    mail = await hands.receive(OLIVIA, "Re: order_status Hello", QUESTION, headers=more)
    assert mail.conversation_id == waiting.conversation_id
    reply = await hands.answer(mail)
    assert reply is not None
    assert reply.state is ReplyState.HELD
    assert "this conversation" in (await reasons(hands, mail))["open_hand_over"]["sentence"]
    person = await person_of(hands)
    assert mail.conversation_id is not None
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        written = await write(
            access,
            mail.conversation_id,
            "We are sorry.",
            Release(person, 0),
            thread_key=hands.desk.thread_key,
        )
    await hands.deliver(written)
    await hands.change(Conversation, person_answering=False)
    third = await hands.receive(OLIVIA, "Re: order_status Hello", QUESTION, headers=more)
    await hands.answer(third)
    assert "open_hand_over" not in await reasons(hands, third)


async def test_a_question_that_comes_back_soon_after_an_automatic_answer_gets_a_person(hands: Hands):
    first = await ask(hands, OLIVIA)
    assert first.outcome is Outcome.ANSWERED
    again = await ask(hands, OLIVIA, text="I ask you once more: where is 1035?")
    assert again.outcome is Outcome.DRAFTED
    told = (await reasons(hands, again))["repeated_question"]
    assert "order status" in told["sentence"]
    assert told["conversation"] == str(first.conversation_id)


async def test_another_question_another_order_another_customer_or_a_later_day_is_no_repetition(hands: Hands):
    await ask(hands, OLIVIA)
    for sender, subject, text in (
        (OLIVIA, "shipping_question", "How long does shipping take?"),
        (OLIVIA, "order_status", "Where is my order 1004?"),
        (LENA, "order_status", QUESTION),
    ):
        mail = await ask(hands, sender, subject, text)
        assert "repeated_question" not in await reasons(hands, mail), (sender, subject)
    await hands.change(Store, repeat_hours=0)
    assert "repeated_question" not in await reasons(hands, await ask(hands, OLIVIA))


async def test_the_answer_to_our_own_question_is_no_repetition(hands: Hands):
    asked = await ask(hands, LENA, text="Where is my order?")
    assert [one["name"] for one in (await decided(hands, asked)).situations] == ["orders_several"]
    await hands.change(Answer, situations=[{"intent": "order_status", "name": "which_order", "person": None}])
    assert "repeated_question" not in await reasons(hands, await ask(hands, LENA, text="It is 1001."))


async def test_opening_hours_hold_what_may_leave_only_inside_or_outside_of_them(hands: Hands):
    await hands.change(Store, opening_hours=NEVER, automatic_hours=AutomaticHours.INSIDE)
    closed = await ask(hands, OLIVIA)
    assert "outside_hours" in await reasons(hands, closed)
    await hands.change(Store, opening_hours={})
    assert "outside_hours" not in await reasons(hands, await ask(hands, LENA))
    await hands.change(Store, automatic_hours=AutomaticHours.OUTSIDE)
    is_open = await ask(hands, OLIVIA, "shipping_question", "How long does shipping take?")
    assert "inside_hours" in await reasons(hands, is_open)


async def test_who_asks_for_no_automatic_answer_gets_one_from_a_person(hands: Hands):
    mail = await hands.receive(
        OLIVIA, "order_status", QUESTION, headers={"X-Auto-Response-Suppress": "DR, OOF, AutoReply"}
    )
    reply = await hands.answer(mail)

    assert reply is not None
    assert reply.state is ReplyState.HELD
    assert "X-Auto-Response-Suppress" in (await reasons(hands, mail))["doubtful_reading"]["sentence"]


async def test_who_writes_with_a_mark_of_mass_mail_gets_an_answer_from_a_person(hands: Hands):
    marks = {"List-Unsubscribe": "<https://addin.example/u>", "X-Mailer": "Microsoft Outlook 16.0"}
    mail = await hands.receive(OLIVIA, "order_status", QUESTION, headers=marks)
    reply = await hands.answer(mail)

    assert reply is not None
    assert reply.state is ReplyState.HELD
    assert "mass mail" in (await reasons(hands, mail))["doubtful_reading"]["sentence"]
