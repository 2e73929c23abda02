"""Answers that staff send from their own mail programs, and copies of our own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox.links import find_unproven
from app.inbox.people import Person
from app.inbox.threads import open_thread
from app.inbox.unanswered import Shelf, answer_anyway, list_mails
from app.mail.inbound.threading import LOOP_HEADER
from app.models import Conversation, InboundMail, Message, RawMail, Reply
from app.models.inbound import SENT
from app.vocabulary import Direction, MailKind, Outcome, ReplyState
from tests.patience import PATIENCE
from tests.pipeline.by_hand import Hands, open_hands
from tests.service import SUPPORT, eventually

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
STRANGER = "Noah Thompson <noah.thompson@example.org>"
SARA = "Sara Lind <sara@lind.example>"
DESK = f"Saffron & Clay <{SUPPORT}>"
QUESTION = "Hello, where is my order #1035?"
TEAPOT = "My teapot arrived broken"
FIRST = "<first@customer.example>"
ANSWERED = {"In-Reply-To": FIRST, "References": FIRST}
WHY = "Sara Lind answered from their own mail program."


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        await hands.hire("Sara Lind", "Sara@lind.example")
        yield hands


async def _ask(hands: Hands, text: str = QUESTION, **more: Any) -> InboundMail:
    return await hands.receive(OLIVIA, TEAPOT, text, **{"message_id": FIRST, **more})


async def _answer_as(hands: Hands, sender: str = SARA, **more: Any) -> InboundMail:
    """An answer of staff to the first mail, seen in the Sent folder unless told otherwise."""
    values = {"source": SENT, "result": "", "to": OLIVIA, "headers": ANSWERED, **more}
    return await hands.receive(sender, f"Re: {TEAPOT}", "We send a new one today.\n\nSara", **values)


@pytest.mark.parametrize("sender", [SARA, DESK])
async def test_an_answer_in_the_sent_folder_counts_as_the_answer_and_stops_the_robot(hands, sandbox, sender):
    mail = await _ask(hands)
    copy = await _answer_as(hands, sender)
    conversation = await hands.conversation(mail)
    asked, answer = await hands.messages(conversation.id)
    name = "Sara Lind" if sender == SARA else "Saffron & Clay"

    assert (await hands.get(InboundMail, mail.id)).outcome is Outcome.ANSWERED
    assert (
        await hands.get(InboundMail, mail.id)
    ).outcome_reason == f"{name} answered from their own mail program."
    assert (conversation.outcome, conversation.person_answering) == (Outcome.ANSWERED, True)
    assert (copy.outcome, copy.kind, copy.conversation_id) == (Outcome.IGNORED, MailKind.OWN, conversation.id)
    assert (answer.direction, answer.reply_id, answer.from_address) == (
        Direction.OUTBOUND,
        None,
        sender.rpartition("<")[2][:-1],
    )
    assert answer.new_text.startswith("We send a new one")
    assert asked.created_at <= answer.created_at

    # What waited to be answered is not answered again, and costs no call.
    assert await hands.answer(mail) is None
    assert sandbox.calls("openai") == 0
    inbound, outbound = await hands.touchpoints()
    assert (inbound.decision, inbound.why) == (
        Outcome.ANSWERED,
        f"{name} answered from their own mail program.",
    )
    assert (outbound.direction, outbound.decision, outbound.why) == (
        Direction.OUTBOUND,
        "person",
        f"{name} answered from their own mail program.",
    )
    assert outbound.response_seconds is not None


async def test_an_answer_from_elsewhere_takes_back_what_would_have_left_by_itself(hands):
    mail = await _ask(hands)
    reply = await hands.answer(mail)
    assert reply is not None
    assert reply.state is ReplyState.SCHEDULED
    await _answer_as(hands)
    thrown = await hands.deliver(reply)
    assert (thrown.state, thrown.error) == (ReplyState.DISCARDED, f"Not sent: {WHY}")
    assert (await hands.conversation(mail)).outcome is Outcome.ANSWERED
    assert (await hands.get(InboundMail, mail.id)).outcome is Outcome.ANSWERED


async def test_an_answer_from_elsewhere_throws_a_held_draft_away(database_url, sandbox):
    async with open_hands(database_url, sandbox, store={"modes": {}}) as hands:
        mail = await _ask(hands)
        draft = await hands.answer(mail)
        assert draft is not None
        await _answer_as(hands, DESK)
        thrown = await hands.get(Reply, draft.id)
        assert (thrown.state, thrown.error.startswith("Not sent: ")) == (ReplyState.DISCARDED, True)
        assert (await hands.conversation(mail)).reason == ""


async def test_an_answer_while_the_robot_is_thinking_wins(hands, sandbox):
    mail = await _ask(hands)
    sandbox.faults.set_latency("openai", 1.0)
    answering = asyncio.create_task(hands.answer(mail))

    async def is_asked() -> bool:
        return bool(sandbox.calls("openai"))

    await eventually(is_asked)
    await _answer_as(hands)
    assert await answering is None
    assert (await hands.conversation(mail)).outcome is Outcome.ANSWERED


async def test_an_answer_waits_for_no_reply_that_is_being_claimed(hands):
    mail = await _ask(hands)
    reply = await hands.answer(mail)
    assert reply is not None
    async with hands.desk.db.transaction() as session:
        await session.get_one(Reply, reply.id, with_for_update=True)
        async with asyncio.timeout(PATIENCE):
            await _answer_as(hands)
    # It was not called back; and as it had not left yet, it does not either.
    assert (await hands.deliver(reply)).state is ReplyState.DISCARDED
    conversation = await hands.conversation(mail)
    assert (conversation.outcome, conversation.person_answering) == (Outcome.ANSWERED, True)
    assert len(await hands.messages(conversation.id)) == 2


async def test_after_an_answer_from_elsewhere_the_next_mail_waits_for_a_person(hands, sandbox):
    mail = await _ask(hands)
    await _answer_as(hands)
    following = await hands.receive(OLIVIA, "Re", "And the lid?", headers={"In-Reply-To": FIRST})
    await hands.answer(following)
    assert (await hands.get(InboundMail, following.id)).outcome is Outcome.HANDED_OVER
    assert sandbox.calls("openai") == 0
    assert (await hands.conversation(mail)).outcome is Outcome.HANDED_OVER


async def test_a_customer_who_answers_staff_comes_to_the_same_conversation(hands):
    mail = await _ask(hands)
    await _answer_as(hands, message_id="<s1@lind.example>")
    following = await hands.receive(OLIVIA, "Re", "Thanks", headers={"In-Reply-To": "<s1@lind.example>"})
    assert following.conversation_id == mail.conversation_id


async def test_an_answer_that_is_read_late_leaves_a_later_mail_open(hands):
    mail = await _ask(hands)
    await hands.change(InboundMail, received_at=datetime.now(UTC) - timedelta(hours=2))
    await hands.change(Message, created_at=datetime.now(UTC) - timedelta(hours=2))
    await hands.change(Conversation, created_at=datetime.now(UTC) - timedelta(hours=2))
    later = await hands.receive(OLIVIA, "Re", "And the lid of #1035?", headers={"In-Reply-To": FIRST})
    reply = await hands.answer(later)
    assert reply is not None
    assert reply.state is ReplyState.SCHEDULED
    raw_date = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    await _answer_as(hands, date=raw_date)
    assert (await hands.get(Reply, reply.id)).state is ReplyState.HELD
    assert (await hands.get(InboundMail, later.id)).outcome is Outcome.DRAFTED
    assert (await hands.conversation(mail)).outcome is Outcome.DRAFTED
    kinds = [message.direction for message in await hands.messages(mail.conversation_id)]
    assert kinds == [Direction.INBOUND, Direction.OUTBOUND, Direction.INBOUND]


async def test_a_clock_that_is_slow_puts_no_answer_before_its_question(hands):
    mail = await _ask(hands)
    await _answer_as(hands, date=format_datetime(datetime.now(UTC) - timedelta(minutes=20)))
    assert [one.direction for one in await hands.messages(mail.conversation_id)] == [
        Direction.INBOUND,
        Direction.OUTBOUND,
    ]
    assert (await hands.get(InboundMail, mail.id)).outcome is Outcome.ANSWERED


async def test_an_answer_without_references_is_known_by_recipient_and_subject(hands):
    mail = await _ask(hands)
    copy = await _answer_as(hands, headers={})
    assert copy.conversation_id == mail.conversation_id
    other = await hands.receive(SARA, "Re: Cups", "Hi", source=SENT, to=OLIVIA)
    assert other.conversation_id is None


@pytest.mark.parametrize("to", ["Supplier <s@supplier.example>", STRANGER])
async def test_what_staff_forward_to_others_answers_nobody_and_is_kept_from_everybody(hands, to):
    mail = await _ask(hands)
    await hands.receive(STRANGER, "Hello", "Do you have cups?")
    copy = await _answer_as(hands, to=to)
    assert (copy.outcome, copy.conversation_id, copy.subject, copy.from_address) == (
        Outcome.IGNORED,
        None,
        "",
        "",
    )
    assert (await hands.conversation(mail)).outcome is Outcome.WAITING
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        assert await session.get(RawMail, copy.id) is None
        assert (await list_mails(access, Shelf.IGNORED)).rows == []
        with pytest.raises(BadRequest):
            await answer_anyway(access, copy.id, by=Person(copy.id, "Sara"))


async def test_a_private_mail_in_the_sent_folder_is_none_of_our_business(hands):
    for headers in ({}, {"Auto-Submitted": "auto-replied"}):
        copy = await hands.receive(
            SARA, "Dinner?", "At eight", source=SENT, to="Max <max@lind.example>", headers=headers
        )
        assert (copy.outcome, copy.subject, copy.problems) == (Outcome.IGNORED, "", [])
    assert await hands.conversations() == []


async def test_what_a_program_sends_in_the_name_of_staff_is_no_answer(hands):
    mail = await _ask(hands)
    for subject, text, headers in (
        (f"Re: {TEAPOT}", "I am away.", {"Auto-Submitted": "(by Sieve) auto-replied"}),
        (f"Re: {TEAPOT}", "I am away.", {"Precedence": "auto_reply"}),
        (f"Automatic reply: {TEAPOT}", "I am out of the office until Monday.", {}),
        (f"Read: {TEAPOT}", "Your message was read on Monday.", {}),
        (f"Accepted: {TEAPOT}", "", {}),
    ):
        copy = await hands.receive(
            SARA, subject, text, source=SENT, result="", to=OLIVIA, headers={**ANSWERED, **headers}
        )
        assert copy.conversation_id is None, subject
    assert (await hands.conversation(mail)).person_answering is False
    text = (
        "We send a new one today. From tomorrow I am out of the office until Monday; please contact Max then."
    )
    copy = await hands.receive(
        SARA,
        f"Re: {TEAPOT}",
        text,
        source=SENT,
        result="",
        to=OLIVIA,
        headers={**ANSWERED, "Auto-Submitted": "no"},
    )
    assert copy.conversation_id == mail.conversation_id


@pytest.mark.parametrize(("where", "sender"), [("Bcc", SARA), ("Cc", DESK)])
async def test_an_authenticated_copy_counts_as_the_answer(hands, sender, where):
    mail = await _ask(hands)
    headers = {**ANSWERED, **({"Cc": SUPPORT} if where == "Cc" else {"Delivered-To": SUPPORT})}
    copy = await _answer_as(hands, sender, source="imap", result="pass", headers=headers)
    assert copy.conversation_id == mail.conversation_id
    assert (await hands.get(InboundMail, mail.id)).outcome is Outcome.ANSWERED
    assert len(await hands.messages(mail.conversation_id)) == 2


@pytest.mark.parametrize(("result", "sender"), [("", SARA), ("fail", DESK)])
async def test_a_copy_that_nothing_proves_changes_nothing_and_is_shown(hands, sender, result):
    mail = await _ask(hands)
    reply = await hands.answer(mail)
    copy = await _answer_as(hands, sender, source="imap", result=result)
    assert (copy.outcome, copy.kind) == (Outcome.IGNORED, MailKind.OWN)
    assert "nothing proves" in copy.outcome_reason
    conversation = await hands.conversation(mail)
    assert (conversation.person_answering, conversation.outcome) == (False, Outcome.WAITING)
    assert (await hands.get(Reply, reply.id)).state is ReplyState.SCHEDULED
    assert len(await hands.messages(conversation.id)) == 1
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        assert [one.id for one in await find_unproven(access, conversation.id)] == [copy.id]
        assert [one.id for one in (await open_thread(access, conversation.id)).unproven] == [copy.id]


async def test_one_answer_seen_in_the_sent_folder_and_by_bcc_is_logged_once(hands):
    mail = await _ask(hands)
    unproven = {"message_id": "<s1@lind.example>", "source": "imap"}
    for more in (
        unproven,
        {**unproven, "source": SENT},
        {**unproven, "result": "pass", "date": "Mon, 2 Nov 2026 10:00:00 +0100"},
    ):
        copy = await _answer_as(hands, **more)
        assert ("another text" in str(copy.problems)) == ("date" in more)
    assert len(await hands.messages(mail.conversation_id)) == 2


async def test_a_member_of_staff_who_writes_to_the_shop_is_answered_like_anybody(hands):
    mail = await hands.receive(SARA, "A test", QUESTION)
    assert (mail.kind, mail.outcome) == (MailKind.CUSTOMER, Outcome.WAITING)
    with_others = await hands.receive(SARA, "A test", QUESTION, to=f"{SUPPORT}, max@lind.example")
    assert with_others.outcome is Outcome.WAITING


async def test_a_mail_of_staff_to_others_with_us_in_copy_is_no_question(hands):
    copy = await hands.receive(
        SARA, "Invoice", "Please pay", to="s@supplier.example", headers={"Cc": SUPPORT}
    )
    assert (copy.outcome, copy.conversation_id) == (Outcome.IGNORED, None)
    assert "in copy" in copy.outcome_reason


async def test_a_customer_who_copies_others_is_a_customer(hands):
    mail = await hands.receive(OLIVIA, TEAPOT, QUESTION, headers={"Cc": "max@example.net"})
    assert mail.outcome is Outcome.WAITING


async def test_an_answer_that_is_read_before_its_question_is_looked_at_again(hands):
    copy = await _answer_as(hands)
    assert (copy.outcome, copy.subject, copy.conversation_id) == (Outcome.WAITING, "", None)
    mail = await _ask(hands)
    again = await hands.read(copy.id)
    assert (again.outcome, again.conversation_id) == (Outcome.IGNORED, mail.conversation_id)
    assert (await hands.get(InboundMail, mail.id)).outcome is Outcome.ANSWERED


async def test_an_answer_whose_question_never_comes_is_given_up(hands):
    copy = await _answer_as(hands)
    await hands.change(InboundMail, received_at=datetime.now(UTC) - timedelta(minutes=11))
    assert (await hands.read(copy.id)).outcome is Outcome.IGNORED


# Our own copies


@pytest.mark.parametrize(
    ("source", "known_by"), [(SENT, "message_id"), ("imap", "mark"), (SENT, "smtp_id"), ("imap", "smtp_id")]
)
async def test_a_copy_of_our_own_reply_does_nothing(hands, sandbox, source, known_by):
    mail = await _ask(hands)
    reply = await hands.deliver(await hands.answer(mail))
    await hands.change(Reply, smtp_id="<provider@sendgrid.example>")
    known = {
        "message_id": {"message_id": reply.rfc_message_id},
        "mark": {"headers": {**ANSWERED, LOOP_HEADER: "1"}},
        "smtp_id": {"message_id": "<provider@sendgrid.example>"},
    }[known_by]
    copy = await _answer_as(hands, DESK, source=source, **known)
    assert (copy.outcome, copy.kind, copy.conversation_id) == (Outcome.IGNORED, MailKind.OWN, None)
    assert "copy of a reply that Pasokh sent" in copy.outcome_reason
    assert len(await hands.messages(mail.conversation_id)) == 2
    assert (await hands.conversation(mail)).person_answering is False


@pytest.mark.parametrize("source", [SENT, "imap"])
@pytest.mark.parametrize(
    ("state", "known_by"), [(ReplyState.SENDING, "message_id"), (ReplyState.IN_DOUBT, "mark")]
)
async def test_a_copy_in_the_sent_folder_alone_proves_that_a_reply_left(hands, state, source, known_by):
    mail = await _ask(hands)
    reply = await hands.answer(mail)
    await hands.change(Reply, state=state, claimed_at=datetime.now(UTC))
    known = {
        "message_id": {"message_id": reply.rfc_message_id},
        "mark": {"headers": {**ANSWERED, LOOP_HEADER: reply.rfc_message_id}},
    }[known_by]
    copy = await _answer_as(hands, DESK, source=source, result="pass", **known)
    assert copy.outcome is Outcome.IGNORED
    found = await hands.get(Reply, reply.id)
    count = len(await hands.messages(mail.conversation_id))
    outcome = (await hands.get(InboundMail, mail.id)).outcome
    if source == SENT:
        assert (found.state, count, outcome) == (ReplyState.SENT, 2, Outcome.ANSWERED)
    else:
        assert (found.state, count) == (state, 1)
    assert (await hands.conversation(mail)).person_answering is False


@pytest.mark.parametrize("state", [ReplyState.HELD, ReplyState.DISCARDED, ReplyState.SCHEDULED])
async def test_a_copy_of_a_reply_that_was_never_claimed_settles_nothing(hands, state):
    mail = await _ask(hands)
    reply = await hands.answer(mail)
    await hands.change(Reply, state=state)
    await _answer_as(hands, DESK, message_id=reply.rfc_message_id)
    assert (await hands.get(Reply, reply.id)).state is state


async def test_a_strangers_mail_with_our_message_id_is_taken_as_any_other(hands):
    reply = await hands.deliver(await hands.answer(await _ask(hands)))
    mail = await hands.receive(STRANGER, "Hello", QUESTION, message_id=reply.rfc_message_id)
    assert mail.outcome is Outcome.WAITING
